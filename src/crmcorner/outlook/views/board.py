"""The status screen's table and the home screen's card, in the reader's language (R10, R11, R12)."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crmcorner.accounts.models import User
from crmcorner.outlook import wording
from crmcorner.outlook.models import Run
from crmcorner.outlook.models.run import NOT_CARRIED, RunProblem, RunState
from crmcorner.outlook.services import figures
from crmcorner.outlook.services.balance import MISSING, PARTS, total_of
from crmcorner.outlook.services.figures import Column, KindRow
from crmcorner.outlook.services.runs import hindrance_of

CHIPS = {
    RunState.DONE: "chip-good",
    RunState.RUNNING: "chip-info",
    RunState.QUEUED: "chip-info",
    RunState.FAILED: "chip-bad",
    RunState.WAITING: "chip-warn",
    RunState.STOPPED: "chip-warn",
    RunState.INTERRUPTED: "chip-warn",
}


@dataclass(frozen=True, slots=True)
class ShownCoupling:
    """Whether the user has a sync button (R10), and if not, why."""

    on: bool
    sentence: str


def coupling_of(user: User) -> ShownCoupling:
    """Return whether a user has a sync button, and if not, why."""
    hindrance = hindrance_of(user)
    return ShownCoupling(hindrance is None, str(wording.HINDRANCES[hindrance]) if hindrance else "")


def board_of(user: User) -> dict[str, Any]:
    """Return what the status table wants to know."""
    board = figures.board_of(user)
    run = board.run
    return {
        "run": run,
        "rows": [_row(run, row) for row in board.rows],
        "is_live": board.is_live,
        "is_stopping": board.is_stopping,
        "open_matters": board.open_matters,
        "held": board.held,
        "state_chip": CHIPS[RunState(run.state)] if run else "",
        "duration": duration_text(run) if run else "",
        **(problem_of(run) if run else {}),
    }


def problem_of(run: Run) -> dict[str, str]:
    """Return what ended a run early, and where that is mended."""
    if not run.problem:
        return {"problem": "", "problem_url": ""}
    problem = RunProblem(run.problem)
    mend = wording.PROBLEM_MENDS.get(problem)
    url = reverse(mend.value) if mend else ""
    return {
        "problem": str(wording.PROBLEMS[problem]),
        "problem_url": url,
        "problem_link": _("To the mailboxes"),
    }


def duration_text(run: Run) -> str:
    """Return how long a run took."""
    duration = figures.duration_of(run)
    if duration is None:
        return ""
    seconds = duration.total_seconds()
    if seconds < 60:
        return _("%(n).1f s") % {"n": seconds}
    return _("%(m)d min %(s)d s") % {"m": int(seconds) // 60, "s": int(seconds) % 60}


def lines_url(run: Run, kind: str, column: Column) -> str:
    """Return the address of the list behind a number (R13)."""
    return reverse("outlook:line-list", args=[run.pk, kind.lower(), column.value])


def _row(run: Run | None, row: KindRow) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": row.kind.value,
        "label": str(wording.KINDS[row.kind]),
        "takes_part": row.takes_part,
        "is_live": row.is_live,
        "phase": _phase(run, row),
        "balance": [] if row.is_live else _balance(row),
        "done": row.done,
        "total": row.total,
    }
    if row.figures is not None and run is not None:
        shown |= {
            "looked_at": row.figures.looked_at,
            "changed": row.figures.changed,
            "errors": row.figures.errors,
            "looked_at_url": lines_url(run, row.kind.value, Column.COUNT),
            "changed_url": lines_url(run, row.kind.value, Column.CHANGED),
            "errors_url": lines_url(run, row.kind.value, Column.ERROR),
        }
    return shown


def _phase(run: Run | None, row: KindRow) -> str:
    if row.is_live:
        return str(wording.PHASES.get(row.phase, _("about to begin")))
    if row.phase == NOT_CARRIED:
        return str(wording.PHASES[row.phase])
    if run is None or row.figures is None:
        return _("not synchronised yet")
    told = []
    if row.unchanged:
        told.append(_("%(n)s unchanged") % {"n": row.unchanged})
    if row.left:
        told.append(_("%(n)s marked mails wait for the next synchronisation") % {"n": row.left})
    if row.waiting > row.left:
        told.append(_("%(n)s wait for you") % {"n": row.waiting - row.left})
    return " · ".join(told)


def _balance(row: KindRow) -> list[dict[str, Any]]:
    """R83: a line for each side: how many there are in scope, and what became of them."""
    sides = {"outlook": _("in Outlook"), "crm": _("in the CRM")}
    return [
        {
            "side": label,
            "total": total_of(row.balance[name]),
            "parts": [
                {"part": str(wording.BALANCE[part]), "count": row.balance[name][part]}
                for part in PARTS
                if row.balance[name].get(part)
            ],
            "closes": not row.balance[name].get(MISSING),
        }
        for name, label in sides.items()
        if name in row.balance
    ]
