"""Run lines, conflicts and failures as their pages show them: text, arrows, buttons."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crmcorner.items.records import MEETING_FIELDS, Appointment, Kind, of_type
from crmcorner.outlook import stored, wording
from crmcorner.outlook.models import ConflictRow, OutlookLink, Retry, RunLine
from crmcorner.people.crm_ids import CrmId
from crmcorner.sync.actions import Direction
from crmcorner.sync.plan import DELETION
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Outcome

OUTCOME_CHIPS = {
    Outcome.CREATED: "chip-good",
    Outcome.CHANGED: "chip-good",
    Outcome.FAILED: "chip-bad",
    Outcome.WAITING: "chip-warn",
    Outcome.SKIPPED: "chip-warn",
    Outcome.RESTED: "",
    Outcome.WITHDRAWN: "chip-info",
    Outcome.UNCHANGED: "",
}


_PAGES = {
    "person": "people:person",
    "organisation": "people:organisation",
    "task": "planning:task",
    "appointment": "planning:appointment",
    "message": "mail:mail",
}


def record_url(crm_id: CrmId) -> str:
    """Return the address of a record's page, or "" for none."""
    word, _colon, number = crm_id.partition(":")
    if word not in _PAGES or not number.isdecimal():
        return ""
    return reverse(_PAGES[word], args=[int(number)])


def mend_of(code: str, crm_id: CrmId) -> tuple[str, str]:
    """Return address and label of what mends a reason; both empty where there is nothing to press."""
    mend = wording.REASON_MENDS.get(ReasonCode(code)) if code else None
    if mend is wording.Mend.MATTERS:
        return reverse("outlook:matters"), _("Decide")
    if mend is wording.Mend.FIELDS and crm_id:
        return reverse("outlook:mend", args=[crm_id]), _("Mend it")
    if mend is wording.Mend.NOT_FOUND:
        return reverse(mend.value), _("To the tray")
    if mend is wording.Mend.PUT_BACK and crm_id:
        return record_url(crm_id), _("To the page with the button")
    return "", ""


def line_shown(line: RunLine) -> dict[str, Any]:
    """Return one line of a run for the list behind a number (R13)."""
    mend_url, mend_label = mend_of(line.reason, line.crm_id)
    kind = Kind(line.kind)
    return {
        "label": line.label or _("(no name)"),
        "url": record_url(line.crm_id),
        "to_outlook": line.to_outlook,
        "to_crm": line.to_crm,
        "chip": OUTCOME_CHIPS[Outcome(line.outcome)],
        "outcome": str(wording.OUTCOMES[Outcome(line.outcome)]),
        "sentence": wording.reason_text(line.reason, line.facts) if line.reason else "",
        "changes": [_change(kind, change) for change in line.changes],
        "conflicts": [_line_conflict(kind, conflict) for conflict in line.conflicts],
        "problems": [_line_problem(problem, line.crm_id) for problem in line.problems],
        "mend_url": mend_url,
        "mend_label": mend_label,
    }


def conflict_shown(conflict: ConflictRow) -> dict[str, Any]:
    """Return one conflict for the page of what waits (R18)."""
    return {
        "pk": conflict.pk,
        "label": conflict.label,
        "url": record_url(conflict.crm_id),
        "field": str(wording.FIELDS.get(conflict.field, conflict.field)),
        "crm": wording.value_text(Kind(conflict.kind), conflict.field, conflict.crm_value),
        "outlook": wording.value_text(Kind(conflict.kind), conflict.field, conflict.outlook_value),
        "winner": conflict.winner,
        "verdict": conflict.verdict,
        "invited": _invited(conflict),
    }


def _invited(conflict: ConflictRow) -> list[str]:
    """R85: return who would be mailed if the CRM's side of an undecided matter is written; nobody for other matters."""
    asks = conflict.winner == Winner.ASK.value and conflict.kind == Kind.CALENDAR.value
    if not asks or conflict.field not in MEETING_FIELDS | {DELETION}:
        return []
    link = OutlookLink.objects.filter(
        connection=conflict.connection_id, kind=conflict.kind, crm_id=conflict.crm_id
    ).first()
    if link is None:
        return []
    meeting = of_type(stored.base_from_text(link.base, Kind.CALENDAR).outlook, Appointment)
    return [each.email for each in meeting.attendees]


def problems_shown(rows: Iterable[Retry]) -> list[dict[str, Any]]:
    """Return fields that could not be taken over, each with its way to the mend form (R45)."""
    return [
        {
            "field": str(wording.FIELDS.get(row.field, row.field)),
            "sentence": wording.reason_text(row.reason, row.facts),
            "mend_url": reverse("outlook:mend", args=[row.crm_id]) if row.crm_id else "",
        }
        for row in rows
    ]


def _change(kind: Kind, change: Mapping[str, Any]) -> dict[str, str]:
    return {
        "field": str(wording.FIELDS.get(change["field"], change["field"])),
        "arrow": "→" if change["direction"] == Direction.TO_OUTLOOK.value else "←",
        "old": wording.value_text(kind, change["field"], change["old"]),
        "new": wording.value_text(kind, change["field"], change["new"]),
    }


def _line_conflict(kind: Kind, conflict: Mapping[str, Any]) -> dict[str, str]:
    sentences = {
        Winner.CRM: _("the CRM's value stands"),
        Winner.OUTLOOK: _("Outlook's value stands"),
        Winner.ASK: _("both stand until you decide"),
    }
    return {
        "field": str(wording.FIELDS.get(conflict["field"], conflict["field"])),
        "crm": wording.value_text(kind, conflict["field"], conflict["crm"]),
        "outlook": wording.value_text(kind, conflict["field"], conflict["outlook"]),
        "sentence": sentences[Winner(conflict["winner"])],
    }


def _line_problem(problem: Mapping[str, Any], crm_id: CrmId) -> dict[str, str]:
    return {
        "field": str(wording.FIELDS.get(problem["field"], problem["field"])),
        "sentence": wording.reason_text(problem["reason"], problem.get("facts", {})),
        "mend_url": reverse("outlook:mend", args=[crm_id]) if crm_id else "",
    }
