"""A calendar event as a record of ours.

Source: Graph: event resource type; Outlook extended properties. Categories are a field of the appointment here, because
no category decides whether it takes part (R60).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import quote

import msgspec

from crmcorner.items.changes import Stamp, Unread, Upserted
from crmcorner.items.records import Appointment, Attendee, FieldName, ShowAs
from crmcorner.items.recurrence import Moved, Recurrence
from crmcorner.items.series import as_planned, zone_of_series
from crmcorner.items.text import tidy_line
from crmcorner.mailbox.graph.event_zones import iana_name, zone_of
from crmcorner.mailbox.graph.recurrence_json import NotExpressible, recurrence_from
from crmcorner.mailbox.graph.stamp import PROPERTY, ExtendedProperty
from crmcorner.mailbox.graph.task_dates import DateTimeZone, NotADate, read_moment
from crmcorner.mailbox.graph.task_note import ItemBody, text_of

VALUE_REFUSED = "value-refused"
"""The value of the reason code of the engine's that says so."""

LINE_LENGTH = 255

CONTACTS = "StringArray {00062008-0000-0000-C000-000000000046} Id 0x853A"
"""PidLidContacts: the names in Outlook's field *Contacts...* (R62)."""

SHOW_AS_WORDS: Mapping[ShowAs, str] = {
    ShowAs.FREE: "free",
    ShowAs.TENTATIVE: "tentative",
    ShowAs.BUSY: "busy",
    ShowAs.OUT_OF_OFFICE: "oof",
    ShowAs.ELSEWHERE: "workingElsewhere",
}
_SHOWN_AS = {word.lower(): each for each, word in SHOW_AS_WORDS.items()}

FIELD_OF_PROPERTY: Mapping[str, FieldName] = {
    "subject": "subject",
    "body": "note",
    "start": "start",
    "end": "end",
    "isAllDay": "all_day",
    "location": "location",
    "sensitivity": "private",
    "showAs": "show_as",
    "isReminderOn": "reminder",
    "reminderMinutesBeforeStart": "reminder",
    "categories": "categories",
    "recurrence": "recurrence",
}

_SELECT = (
    "id,changeKey,type,seriesMasterId,subject,body,start,end,isAllDay,location,sensitivity,showAs,isReminderOn,"
    "reminderMinutesBeforeStart,categories,attendees,organizer,isOrganizer,iCalUId,recurrence,originalStartTimeZone,"
    "isOnlineMeeting,createdDateTime,cancelledOccurrences"
)
_BESIDE = ",".join(
    quote(text, safe="()$='")
    for text in (
        f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')",
        f"multiValueExtendedProperties($filter=id eq '{CONTACTS}')",
    )
)
EXPAND = f"$expand={_BESIDE}"
WHOLE = f"$select={_SELECT}&$expand={_BESIDE},exceptionOccurrences"
"""Has the answer bring all of an event, and of a series what was moved and cancelled in it."""


class EmailAddress(msgspec.Struct):
    """Graph: emailAddress."""

    address: str | None = None
    name: str | None = None


class Participant(msgspec.Struct, rename="camel"):
    """Graph: attendee, recipient."""

    email_address: EmailAddress | None = None


class Location(msgspec.Struct, rename="camel"):
    """Graph: location, as far as it is read."""

    display_name: str | None = None


class Texts(msgspec.Struct):
    """Graph: multiValueLegacyExtendedProperty."""

    id: str
    value: list[str] | None = None


class GraphEvent(msgspec.Struct, rename="camel"):
    """Graph: event, as far as it is read; of a removed one there is no more than the id, of an occurrence not much."""

    id: str
    etag: str = msgspec.field(name="@odata.etag", default="")
    removed: dict[str, object] | None = msgspec.field(name="@removed", default=None)
    change_key: str | None = None
    type: str | None = None
    series_master_id: str | None = None
    subject: str | None = None
    body: ItemBody | None = None
    start: DateTimeZone | None = None
    end: DateTimeZone | None = None
    is_all_day: bool | None = None
    location: Location | None = None
    sensitivity: str | None = None
    show_as: str | None = None
    is_reminder_on: bool | None = None
    reminder_minutes_before_start: int | None = None
    categories: list[str] | None = None
    attendees: list[Participant] | None = None
    organizer: Participant | None = None
    is_organizer: bool | None = None
    ical_u_id: str | None = msgspec.field(name="iCalUId", default=None)
    recurrence: dict[str, Any] | None = None
    original_start_time_zone: str | None = None
    original_start: str | None = None
    is_online_meeting: bool | None = None
    created_date_time: str | None = None
    cancelled_occurrences: list[str] | None = None
    exception_occurrences: "list[GraphEvent] | None" = None
    single_value_extended_properties: list[ExtendedProperty] | None = None
    multi_value_extended_properties: list[Texts] | None = None

    @property
    def version(self) -> str:
        """What ``If-Match`` names."""
        return self.etag or self.change_key or ""


def upserted(event: GraphEvent, *, stamp: Stamp = "") -> Upserted:
    """Return an event, or a whole series, as an item. What cannot be understood is named and left empty."""
    unread: dict[FieldName, Unread] = {}
    zone = zone_of(event.original_start_time_zone or "UTC")
    all_day = bool(event.is_all_day)
    start = _moment("start", event.start, zone, unread, all_day=all_day)
    end = _moment("end", event.end, zone, unread, all_day=all_day)
    content = Appointment(
        subject=tidy_line(event.subject or "")[:LINE_LENGTH],
        note=text_of(event.body),
        location=tidy_line((event.location.display_name if event.location else "") or "")[:LINE_LENGTH],
        start=start,
        end=end,
        all_day=all_day,
        zone="" if all_day else iana_name(event.original_start_time_zone or "UTC"),
        private=(event.sensitivity or "").lower() in {"private", "confidential"},
        show_as=_SHOWN_AS.get((event.show_as or "").lower(), ShowAs.BUSY),
        reminder=event.reminder_minutes_before_start if event.is_reminder_on else None,
        categories=tuple(sorted(event.categories or ())),
        contacts=_contacts(event),
        recurrence=_recurrence(event, unread),
        cancelled=_cancelled(event, unread),
        attendees=_attendees(event),
        organised=event.is_organizer is not False,
        uid=event.ical_u_id or "",
    )
    content = replace(content, moved=_moved(event, content, unread))
    return Upserted(item_id=event.id, version=event.version, content=content, unread=unread, stamp=stamp)


def _moment(
    name: FieldName,
    written: DateTimeZone | None,
    zone: tzinfo,
    unread: dict[FieldName, Unread],
    *,
    all_day: bool,
) -> datetime | None:
    """Return a moment in UTC; of an all-day event midnight UTC of the day that is meant, in whatever zone it came."""
    try:
        moment = read_moment(written or DateTimeZone())
    except NotADate:
        text = (written.date_time if written else "") or ""
        unread[name] = Unread(text=text, reason=VALUE_REFUSED, detail="moment")
        return None
    return _whole_day(moment, zone) if all_day else moment


def _whole_day(moment: datetime, zone: tzinfo) -> datetime:
    for found in (moment.astimezone(zone), moment):
        if found.time() == time():
            return datetime.combine(found.date(), time(), UTC)
    # Midnight of a zone that is not told: the nearest one.
    return datetime.combine((moment + timedelta(hours=12)).date(), time(), UTC)


def _contacts(event: GraphEvent) -> tuple[str, ...]:
    for each in event.multi_value_extended_properties or ():
        if each.id.casefold() == CONTACTS.casefold():
            names = (tidy_line(name) for name in each.value or ())
            return tuple(sorted({name for name in names if name}))
    return ()


def _recurrence(event: GraphEvent, unread: dict[FieldName, Unread]) -> Recurrence | None:
    if not event.recurrence:
        return None
    try:
        return recurrence_from(event.recurrence)
    except NotExpressible as error:
        unread["recurrence"] = Unread(text=error.text, reason=VALUE_REFUSED, detail="recurrence")
        return None


def _cancelled(event: GraphEvent, unread: dict[FieldName, Unread]) -> tuple[date, ...]:
    """Return the days of the occurrences that were taken out: they stand behind the last dot of ``OID.….2026-11-23``."""
    days = set()
    for text in event.cancelled_occurrences or ():
        try:
            days.add(date.fromisoformat(text.rpartition(".")[2][:10]))
        except ValueError:
            unread["cancelled"] = Unread(text=text, reason=VALUE_REFUSED, detail="date")
            return ()
    return tuple(sorted(days))


def original_day(event: GraphEvent, series: Appointment) -> date:
    """Return the day, in the series' zone, on which an occurrence would have begun.

    Raises:
        NotADate: it does not tell.
    """
    planned = read_moment(DateTimeZone(event.original_start)) if event.original_start else None
    planned = planned or read_moment(event.start or DateTimeZone())
    zone = zone_of_series(series)
    return (_whole_day(planned, zone) if series.all_day else planned.astimezone(zone)).date()


def occurrence_of(event: GraphEvent, series: Appointment) -> Moved:
    """Return an occurrence of a series as it is.

    Raises:
        NotADate: a moment of it cannot be read.
    """
    zone = zone_of_series(series)
    start, end = read_moment(event.start or DateTimeZone()), read_moment(event.end or DateTimeZone())
    return Moved(
        original=original_day(event, series),
        subject=tidy_line(event.subject or "")[:LINE_LENGTH],
        location=tidy_line((event.location.display_name if event.location else "") or "")[:LINE_LENGTH],
        start=_whole_day(start, zone) if event.is_all_day else start,
        end=_whole_day(end, zone) if event.is_all_day else end,
    )


def _moved(event: GraphEvent, series: Appointment, unread: dict[FieldName, Unread]) -> tuple[Moved, ...]:
    """Return the occurrences that differ in what we know of them, by the days on which they would have begun."""
    found = []
    for each in event.exception_occurrences or ():
        try:
            read_moment(DateTimeZone(each.original_start or ""))
            found.append(occurrence_of(each, series))
        except NotADate:
            # One that is left out would look as if it had been put back where it belongs.
            text = (each.start.date_time if each.start else "") or each.original_start or ""
            unread["moved"] = Unread(text=text, reason=VALUE_REFUSED, detail="moment")
            return ()
    known = series.start is not None and series.end is not None
    differing = [each for each in found if not known or each != as_planned(series, each.original)]
    return tuple(sorted(differing, key=lambda each: each.original))


def _attendees(event: GraphEvent) -> tuple[Attendee, ...]:
    """Return who is invited, to single occurrences as well (R85); the organiser is nobody's guest."""
    organiser = _address(event.organizer).email if event.organizer else ""
    events = (*(event.exception_occurrences or ()), event)
    guests = [_address(guest) for each in events for guest in each.attendees or ()]
    found = {each.email: each for each in guests if each.email != organiser}
    return tuple(found[email] for email in sorted(found) if email)


def _address(participant: Participant) -> Attendee:
    address = participant.email_address or EmailAddress()
    return Attendee(email=(address.address or "").strip().lower(), name=tidy_line(address.name or ""))
