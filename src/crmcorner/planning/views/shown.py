"""How tasks and appointments look on pages: facts, people, history, times in the reader's language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from django.utils.dateparse import parse_datetime
from django.utils.dates import MONTHS
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmcorner.history.services.journal import history_of
from crmcorner.items.records import Appointment
from crmcorner.items.recurrence import LAST, Moved, Pattern, Recurrence
from crmcorner.planning.models.appointment import SHOWN_AS
from crmcorner.planning.models.task import PRIORITIES, STATUSES
from crmcorner.planning.series import NoSuchOccurrence, coming, occurrence_on

LABELS: Mapping[str, str | Promise] = {
    "subject": gettext_lazy("Subject"),
    "note": gettext_lazy("Memo"),
    "start": gettext_lazy("Start"),
    "due": gettext_lazy("Due date"),
    "status": gettext_lazy("Status"),
    "completed_on": gettext_lazy("Completed on"),
    "priority": gettext_lazy("Priority"),
    "reminder": gettext_lazy("Reminder"),
    "recurrence": gettext_lazy("Repetition"),
    "location": gettext_lazy("Location"),
    "end": gettext_lazy("End"),
    "all_day": gettext_lazy("All day"),
    "zone": gettext_lazy("Time zone"),
    "private": gettext_lazy("Visible to the owner only"),
    "show_as": gettext_lazy("Show as"),
    "categories": gettext_lazy("Categories"),
    "contacts": gettext_lazy("Persons and organisations"),
    "cancelled": gettext_lazy("Cancelled occurrences"),
    "moved": gettext_lazy("Changed occurrences"),
    "attendees": gettext_lazy("Attendees"),
    "organised": gettext_lazy("Own meeting"),
    "uid": gettext_lazy("Meeting number"),
    "owner": gettext_lazy("Owner"),
}

_WORDS: Mapping[str, str | Promise] = dict([*STATUSES, *PRIORITIES, *SHOWN_AS])

_WEEKDAYS: Sequence[str | Promise] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)

_NTH: Mapping[int, str | Promise] = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    LAST: gettext_lazy("last"),
}


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")

NEXT = 5
"""So many of a series' next occurrences stand on its page."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field's old and new value as text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """One line of a record's history, for the fragment ``people/_history.html``."""

    at: Any
    who: str
    action: str
    changes: tuple[ShownChange, ...]


def history_shown(subject: str, *, owns: bool) -> list[ShownHistory]:
    """Return the last changes of a record, newest first; only for someone who sees it whole (R61).

    Whoever does not own it (``owns``) is told nothing of the time when it was private.
    """
    found = []
    for line in history_of(subject):
        if not owns and (line.changes.get("private") or [False])[0] is True:
            break
        who = str(line.user) if line.user else _("command line")
        if line.run is not None:
            who = _("%(name)s's Outlook") % {"name": who}
        changes = tuple(
            ShownChange(str(LABELS.get(name, name)), _text(pair[0]), _text(pair[1]))
            for name, pair in line.changes.items()
            if name in LABELS and name not in {"uid", "organised"}
        )
        if line.changes and not changes:
            continue  # of what only Outlook knows people need not be told
        found.append(ShownHistory(line.at, who, str(line.get_action_display()), changes))
    return found


def times_text(start: datetime, end: datetime, *, all_day: bool) -> str:
    """Return from when to when something is, as people read it; an all-day end is the last day itself."""
    if all_day:
        first, last = start.astimezone(UTC).date(), (end.astimezone(UTC) - timedelta(days=1)).date()
        text = date_format(first)
        return text if last <= first else f"{text} – {date_format(last)}"
    begin, finish = localtime(start), localtime(end)
    if begin.date() == finish.date():
        return f"{date_format(begin.date())}, {time_format(begin)} – {time_format(finish)}"
    return f"{date_format(begin, 'DATETIME_FORMAT')} – {date_format(finish, 'DATETIME_FORMAT')}"


@dataclass(frozen=True, slots=True)
class ShownOccurrence:
    """One occurrence of a series. ``day`` addresses it; ``when`` is empty for one that was cancelled."""

    day: str
    when: str
    subject: str
    location: str
    moved: bool


def occurrence_shown(series: Appointment, day: str) -> ShownOccurrence | None:
    """Return the occurrence that an address asks for (a day as ISO), None if the series has none on it."""
    try:
        asked = date.fromisoformat(day)
        return _occurrence(series, occurrence_on(series, asked))
    except (ValueError, NoSuchOccurrence):
        return None


def coming_shown(series: Appointment) -> list[ShownOccurrence]:
    """Return the next occurrences of a series from today on."""
    return [_occurrence(series, each) for each in coming(series, localdate(), NEXT)]


def _occurrence(series: Appointment, each: Moved) -> ShownOccurrence:
    return ShownOccurrence(
        day=each.original.isoformat(),
        when=times_text(each.start, each.end, all_day=series.all_day),
        subject=each.subject,
        location=each.location,
        moved=each in series.moved,
    )


def recurrence_text(rule: Recurrence) -> str:
    """Return in a sentence how something repeats."""
    days = ", ".join(str(_WEEKDAYS[day]) for day in rule.weekdays)
    nth = str(_NTH.get(rule.nth, ""))
    values = {
        "n": rule.interval,
        "days": days,
        "day": rule.day,
        "nth": nth,
        "month": str(MONTHS.get(rule.month, "")),
    }
    once = rule.interval == 1
    texts = {
        Pattern.DAILY: _("every day") if once else _("every %(n)s days"),
        Pattern.WEEKLY: _("every week on %(days)s") if once else _("every %(n)s weeks on %(days)s"),
        Pattern.MONTHLY: _("every month on day %(day)s") if once else _("every %(n)s months on day %(day)s"),
        Pattern.MONTHLY_WEEKDAY: (
            _("every month on the %(nth)s %(days)s")
            if once
            else _("every %(n)s months on the %(nth)s %(days)s")
        ),
        Pattern.YEARLY: _("every year on %(day)s %(month)s")
        if once
        else _("every %(n)s years on %(day)s %(month)s"),
        Pattern.YEARLY_WEEKDAY: (
            _("every year on the %(nth)s %(days)s of %(month)s")
            if once
            else _("every %(n)s years on the %(nth)s %(days)s of %(month)s")
        ),
    }
    text = texts[rule.pattern] % values
    if rule.last:
        return _("%(rule)s, until %(date)s") % {"rule": text, "date": date_format(rule.last)}
    if rule.count:
        return _("%(rule)s, %(n)s times") % {"rule": text, "n": rule.count}
    return text


def _text(value: Any) -> str:
    """Return a stored value as people read it."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, dict):
        return _record_text(value)
    return _word_text(value) if isinstance(value, str) else str(value)


def _word_text(value: str) -> str:
    if value in _WORDS:
        return str(_WORDS[value])
    if _ISO_DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    moment = parse_datetime(value) if "T" in value else None
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment and moment.tzinfo else value


def _record_text(value: Mapping[str, Any]) -> str:
    """Return an occurrence, a rule or a guest as people read it."""
    if "original" in value:
        return f"{_text(value['original'])} → {_text(value['start'])}"
    if "pattern" in value:
        return recurrence_text(msgspec.convert(value, Recurrence))
    return str(value.get("name") or value.get("email") or _("yes"))
