"""An appointment as Graph takes it (Graph: Create event; Update event). Attendees are never written (R85)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from crmcorner.items.changes import Create, Update
from crmcorner.items.records import APPOINTMENT_FIELDS, Appointment, FieldName, of_type
from crmcorner.items.recurrence import Moved
from crmcorner.mailbox.graph.event_reading import CONTACTS, SHOW_AS_WORDS
from crmcorner.mailbox.graph.event_zones import zone_of
from crmcorner.mailbox.graph.recurrence_json import recurrence_to
from crmcorner.mailbox.graph.stamp import stamped
from crmcorner.mailbox.graph.task_note import html_body
from crmcorner.mailbox.graph.wire import JsonObject

_TIMES = frozenset({"start", "end", "all_day", "zone"})


def create_body(write: Create) -> JsonObject:
    """Return a new event. The stamp is the service's own mark against doubles as well (Graph: transactionId)."""
    appointment = of_type(write.content, Appointment)
    body = _properties(APPOINTMENT_FIELDS, appointment)
    if not appointment.contacts:
        body.pop("multiValueExtendedProperties", None)
    if appointment.recurrence is None:
        body.pop("recurrence", None)
    return stamped({**body, "transactionId": write.stamp}, write.stamp)


def update_body(write: Update) -> JsonObject:
    """Return the properties that change; times go together, because each depends on the others.

    Of a series this is the series alone: its occurrences are written after it (`event_series`).
    """
    return stamped(_properties(write.fields, of_type(write.content, Appointment)), write.stamp)


def occurrence_body(there: Moved, wanted: Moved, series: Appointment) -> JsonObject:
    """Return what has to change of one occurrence of a series; what does not differ stays as it is (R20)."""
    body: JsonObject = {}
    if wanted.subject != there.subject:
        body["subject"] = wanted.subject
    if wanted.location != there.location:
        body["location"] = {"displayName": wanted.location}
    if (wanted.start, wanted.end) != (there.start, there.end):
        name = "UTC" if series.all_day else series.zone or "UTC"
        body |= {"start": _moment(wanted.start, name), "end": _moment(wanted.end, name)}
    return body


def _properties(fields: Iterable[FieldName], appointment: Appointment) -> JsonObject:
    names = set(fields)
    body: JsonObject = {}
    if names & _TIMES:
        body |= _times(appointment)
    simple: dict[FieldName, dict[str, Any]] = {
        "subject": {"subject": appointment.subject},
        "note": {"body": html_body(appointment.note)},
        "location": {"location": {"displayName": appointment.location}},
        "private": {"sensitivity": "private" if appointment.private else "normal"},
        "show_as": {"showAs": SHOW_AS_WORDS[appointment.show_as]},
        "reminder": _reminder(appointment.reminder),
        "categories": {"categories": list(appointment.categories)},
        "contacts": {"multiValueExtendedProperties": [{"id": CONTACTS, "value": list(appointment.contacts)}]},
    }
    for name, properties in simple.items():
        if name in names:
            body |= properties
    if "recurrence" in names:
        rule = appointment.recurrence
        body["recurrence"] = recurrence_to(rule) if rule else None
    return body


def _times(appointment: Appointment) -> JsonObject:
    name = "UTC" if appointment.all_day else appointment.zone or "UTC"
    return {
        "start": _moment(appointment.start, name),
        "end": _moment(appointment.end, name),
        "isAllDay": appointment.all_day,
    }


def _moment(moment: datetime | None, name: str) -> JsonObject:
    assert moment is not None  # noqa: S101 - the CRM holds no appointment without its times
    rules = UTC if name == "UTC" else zone_of(name)
    clock = moment.astimezone(rules).replace(tzinfo=None)
    return {"dateTime": clock.isoformat(timespec="seconds"), "timeZone": name}


def _reminder(minutes: int | None) -> JsonObject:
    if minutes is None:
        return {"isReminderOn": False}
    return {"isReminderOn": True, "reminderMinutesBeforeStart": minutes}
