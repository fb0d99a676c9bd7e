"""What a task or an appointment must be for the CRM to hold it, whoever writes it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crmcorner.items.records import Appointment, Task, TaskStatus, with_fields
from crmcorner.items.recurrence import LAST, Recurrence
from crmcorner.items.text import tidy_line, tidy_text

SUBJECT_LENGTH = 255
ZONE_LENGTH = 64
UID_LENGTH = 255

EARLIEST, LATEST = date(1601, 1, 1), date(4500, 12, 31)
"""The days that Outlook's calendar knows; 1 January 4501 is how it writes that there is no date."""

LONGEST_REMINDER = 60 * 24 * 366
"""Minutes; a reminder of more than a year before is a mistake."""


def checked_task(task: Task) -> Task:
    """Return a task with its texts tidied, and without a completion date unless it is completed (R52).

    Raises:
        ValidationError: by field, in the reader's language.
    """
    values: dict[str, object] = {"subject": tidy_line(task.subject), "note": tidy_text(task.note)}
    if task.status is not TaskStatus.COMPLETED:
        values["completed_on"] = None
    _short("subject", str(values["subject"]), SUBJECT_LENGTH)
    for name in ("start", "due", "completed_on"):
        _known_day(name, getattr(task, name))
    _known_day("reminder", task.reminder)
    _possible(task.recurrence)
    return with_fields(task, values)


def checked_appointment(appointment: Appointment) -> Appointment:
    """Return an appointment with its texts tidied; an all-day one from midnight to midnight UTC (R63).

    Raises:
        ValidationError: by field, in the reader's language.
    """
    start, end = _times(appointment)
    checked = with_fields(appointment, _tidy_texts(appointment) | {"start": start, "end": end})
    _short("subject", checked.subject, SUBJECT_LENGTH)
    _short("location", checked.location, SUBJECT_LENGTH)
    _short("zone", checked.zone, ZONE_LENGTH)
    _short("uid", checked.uid, UID_LENGTH)
    if checked.reminder is not None and not 0 <= checked.reminder <= LONGEST_REMINDER:
        raise ValidationError({"reminder": _("A reminder comes before the start, by a year at most.")})
    _possible(checked.recurrence)
    for each in checked.moved:
        _known_day("moved", each.start)
        _known_day("moved", each.end)
        if each.end < each.start:
            raise ValidationError({"moved": _("The end lies before the start.")})
    return checked


def _times(appointment: Appointment) -> tuple[datetime, datetime]:
    start, end = appointment.start, appointment.end
    if start is None or end is None:
        raise ValidationError({"start": _("An appointment needs a start and an end.")})
    _known_day("start", start)
    _known_day("end", end)
    if appointment.all_day:
        start, end = _midnight(start), _midnight(end)
        end = max(end, start + timedelta(days=1)) if end >= start else end
    if end < start:
        raise ValidationError({"end": _("The end lies before the start.")})
    return start, end


def _tidy_texts(appointment: Appointment) -> dict[str, object]:
    """Return the texts without what no database holds; those of people and occurrences as well."""
    return {
        "subject": tidy_line(appointment.subject),
        "location": tidy_line(appointment.location),
        "note": tidy_text(appointment.note),
        "zone": tidy_line(appointment.zone),
        "uid": tidy_line(appointment.uid),
        "categories": tuple(tidy_line(name) for name in appointment.categories),
        "contacts": tuple(sorted({tidy_line(name) for name in appointment.contacts} - {""})),
        "attendees": tuple(
            replace(each, email=tidy_line(each.email), name=tidy_line(each.name))
            for each in appointment.attendees
        ),
        "moved": tuple(
            replace(each, subject=tidy_line(each.subject), location=tidy_line(each.location))
            for each in appointment.moved
        ),
    }


def _possible(rule: Recurrence | None) -> None:
    """Refuse a repetition that never gets any further, or names days that no week or month has."""
    if rule is None:
        return
    sound = (
        rule.interval >= 1
        and rule.count >= 0
        and all(0 <= day <= 6 for day in (*rule.weekdays, rule.first_weekday))
        and 0 <= rule.day <= 31
        and 0 <= rule.month <= 12
        and 0 <= rule.nth <= LAST
    )
    if not sound:
        raise ValidationError({"recurrence": _("This repetition is not possible.")})
    _known_day("recurrence", rule.first)


def known_day(given: date | datetime) -> None:
    """Refuse a day that no calendar of Outlook knows.

    Raises:
        ValidationError: in the reader's language.
    """
    day = given.date() if isinstance(given, datetime) else given
    if not EARLIEST <= day <= LATEST:
        days = {"first": date_format(EARLIEST), "last": date_format(LATEST)}
        raise ValidationError(_("The calendar knows the days from %(first)s to %(last)s.") % days)


def _known_day(name: str, given: date | datetime | None) -> None:
    try:
        if given is not None:
            known_day(given)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _short(name: str, text: str, length: int) -> None:
    if len(text) > length:
        sentence = _("This is longer than %(n)s characters.") % {"n": length}
        raise ValidationError({name: sentence})
