"""What a task or an appointment must be for the CRM to hold it, whoever writes it."""

from datetime import UTC, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crmcorner.items.records import Appointment, Task, TaskStatus, with_fields
from crmcorner.items.text import tidy_line, tidy_text

SUBJECT_LENGTH = 255


def checked_task(task: Task) -> Task:
    """Return a task with its texts tidied, and without a completion date unless it is completed (R52).

    Raises:
        ValidationError: by field, in the reader's language.
    """
    values: dict[str, object] = {"subject": tidy_line(task.subject), "note": tidy_text(task.note)}
    if task.status is not TaskStatus.COMPLETED:
        values["completed_on"] = None
    _short("subject", str(values["subject"]))
    return with_fields(task, values)


def checked_appointment(appointment: Appointment) -> Appointment:
    """Return an appointment with its texts tidied; an all-day one from midnight to midnight UTC (R63).

    Raises:
        ValidationError: by field, in the reader's language.
    """
    start, end = appointment.start, appointment.end
    if start is None or end is None:
        raise ValidationError({"start": _("An appointment needs a start and an end.")})
    if appointment.all_day:
        start, end = _midnight(start), _midnight(end)
        end = max(end, start + timedelta(days=1))
    if end < start:
        raise ValidationError({"end": _("The end lies before the start.")})
    values: dict[str, object] = {
        "subject": tidy_line(appointment.subject),
        "location": tidy_line(appointment.location),
        "note": tidy_text(appointment.note),
        "start": start,
        "end": end,
    }
    _short("subject", str(values["subject"]))
    _short("location", str(values["location"]))
    return with_fields(appointment, values)


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _short(name: str, text: str) -> None:
    if len(text) > SUBJECT_LENGTH:
        sentence = _("This is longer than %(n)s characters.") % {"n": SUBJECT_LENGTH}
        raise ValidationError({name: sentence})
