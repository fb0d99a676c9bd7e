"""One VEVENT as Graph's event: times, status, reminder, people.

Source: RFC 5545 §3.6.1; MS-OXCICAL for Outlook's own properties (X-MICROSOFT-CDO-…).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Component

from m365_sandbox import time_zones
from m365_sandbox.importing.ical_people import people_of
from m365_sandbox.importing.ical_zones import Zones
from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

_SHOWN = 60
_STATUS = {
    "FREE": "free",
    "TENTATIVE": "tentative",
    "BUSY": "busy",
    "OOF": "oof",
    "WORKINGELSEWHERE": "workingElsewhere",
}
_CLASSES = {
    "PUBLIC": "normal",
    "PRIVATE": "private",
    "CONFIDENTIAL": "confidential",
    "X-PERSONAL": "personal",
}
_TAKEN = {
    "BEGIN", "END", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "CLASS", "TRANSP", "STATUS",
    "PRIORITY", "CATEGORIES", "ORGANIZER", "ATTENDEE", "UID", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED",
    "RRULE", "EXDATE", "RDATE", "EXRULE", "RECURRENCE-ID", "TRIGGER", "ACTION", "REPEAT", "ACKNOWLEDGED",
}  # fmt: skip


class UnreadableEntryError(ValueError):
    """An entry that cannot become an event; `reason` is for people."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Read:
    """A VEVENT as it was read.

    Attributes:
        position: its place among the entries of the file, from 1.
        uid, sequence, modified: which event it is and which version of it.
        start: wall clock time in `zone`.
        properties: Graph's properties, without recurrence.
        notes: what was changed or left out; a sentence each.
    """

    position: int
    component: Component
    uid: str
    sequence: int
    modified: str
    start: datetime
    zone: str
    all_day: bool
    called_off: bool
    properties: JsonObject
    notes: list[Said] = field(default_factory=list)

    @property
    def recurrence_id(self) -> Any:
        """The RECURRENCE-ID, None on a series or single event."""
        found = self.component.get("RECURRENCE-ID")
        return found[0] if isinstance(found, list) else found


def read_event(component: Component, zones: Zones, position: int) -> Read:
    """A VEVENT with Graph's properties.

    Raises:
        UnreadableEntryError: when it has no time that can be read.
        UnknownZoneError: when its zone is not known.
    """
    notes: list[Said] = []
    start, zone, all_day = _start(component, zones, notes)
    finish, end_zone = _end(component, zones, (start, zone, all_day), notes)
    called_off = text(component, "STATUS").upper() == "CANCELLED"
    properties: JsonObject = {
        "subject": " ".join(text(component, "SUMMARY").split()),
        "body": _body(component),
        "start": time_zones.written(start, zone),
        "end": time_zones.written(finish, end_zone),
        "isAllDay": all_day,
        "location": {"displayName": " ".join(text(component, "LOCATION").split())},
        "sensitivity": _sensitivity(component, notes),
        "showAs": _show_as(component, called_off=called_off),
        "importance": _importance(component),
        "categories": _categories(component),
        **_reminder(component, start, finish, zone, notes),
        **people_of(component, notes),
    }
    _note_the_rest(component, notes)
    return Read(
        position=position,
        component=component,
        uid=text(component, "UID").strip(),
        sequence=int(text(component, "SEQUENCE") or 0) if text(component, "SEQUENCE").isdecimal() else 0,
        modified=text(component, "LAST-MODIFIED") or text(component, "DTSTAMP"),
        start=start,
        zone=zone,
        all_day=all_day,
        called_off=called_off,
        properties=properties,
        notes=notes,
    )


def text(component: Component, name: str) -> str:
    """A property as text; the first when there are several, nothing when there is none."""
    found = component.get(name)
    found = found[0] if isinstance(found, list) and found else found
    if found is None:
        return ""
    value = found.to_ical().decode("utf-8", "replace") if hasattr(found, "dt") else str(found)
    return value.replace("\r\n", "\n")


def listed(component: Component, name: str) -> list[Any]:
    """Every property of a name."""
    found = component.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


def _start(component: Component, zones: Zones, notes: list[Said]) -> tuple[datetime, str, bool]:
    prop = component.get("DTSTART")
    prop = prop[0] if isinstance(prop, list) else prop
    if prop is None:
        raise UnreadableEntryError(Said("The event has no beginning."))
    value = getattr(prop, "dt", None)
    if not isinstance(value, date):
        raise UnreadableEntryError(
            Said("The beginning of the event cannot be read: {value}", value=str(prop)[:_SHOWN])
        )
    if not isinstance(value, datetime):
        return datetime.combine(value, datetime.min.time()), zones.home, True
    zone = zone_of(prop, value, zones, notes)
    clock = value.replace(tzinfo=None)
    return clock, zone, False


def zone_of(prop: Any, value: datetime, zones: Zones, notes: list[Said]) -> str:
    """The zone of a time: that of its TZID, UTC, or the mailbox's for a time without one."""
    tzid = prop.params.get("TZID") if hasattr(prop, "params") else None
    if tzid:
        name, note = zones.named(str(tzid), value.replace(tzinfo=None))
        if note is not None and note not in notes:
            notes.append(note)
        return name
    return "UTC" if value.tzinfo is not None else zones.floating


def _end(
    component: Component, zones: Zones, begin: tuple[datetime, str, bool], notes: list[Said]
) -> tuple[datetime, str]:
    """The end on the wall: DTEND, else DURATION, else the day or the moment itself (RFC 5545 §3.6.1)."""
    start, zone, all_day = begin
    prop = component.get("DTEND")
    prop = prop[0] if isinstance(prop, list) else prop
    length = getattr(component.get("DURATION"), "dt", None)
    if prop is not None:
        value = getattr(prop, "dt", None)
        if not isinstance(value, date) or isinstance(value, datetime) == all_day:
            raise UnreadableEntryError(
                Said(
                    "The end of the event cannot be read: {value}",
                    value=str(getattr(value, "isoformat", lambda: prop)())[:_SHOWN],
                )
            )
        if isinstance(value, datetime):
            return value.replace(tzinfo=None), zone_of(prop, value, zones, notes)
        finish = datetime.combine(value, datetime.min.time())
        if finish == start:
            notes.append(Said("The day ends when it begins; it was taken for one whole day."))
            finish = time_zones.shifted(start, timedelta(days=1))
        return finish, zone
    if isinstance(length, timedelta):
        return time_zones.shifted(start, length), zone
    return time_zones.shifted(start, timedelta(days=1)) if all_day else start, zone


def _body(component: Component) -> JsonObject:
    for prop in listed(component, "X-ALT-DESC"):
        if "html" in str(getattr(prop, "params", {}).get("FMTTYPE", "")).lower():
            return {"contentType": "html", "content": str(prop)}
    return {"contentType": "text", "content": text(component, "DESCRIPTION").strip("\n")}


def _sensitivity(component: Component, notes: list[Said]) -> str:
    wanted = text(component, "CLASS").strip().upper()
    if wanted and wanted not in _CLASSES:
        notes.append(
            Said("{name} is not known; the event was taken as private.", name=f"CLASS {wanted}"[:_SHOWN])
        )
        return "private"  # RFC 5545 §3.8.1.3: what is not recognised is to be treated as PRIVATE
    return _CLASSES.get(wanted, "normal")


def _show_as(component: Component, *, called_off: bool) -> str:
    wanted = _STATUS.get(text(component, "X-MICROSOFT-CDO-BUSYSTATUS").strip().upper())
    if wanted is not None:
        return wanted
    if called_off or text(component, "TRANSP").strip().upper() == "TRANSPARENT":
        return "free"
    return "tentative" if text(component, "STATUS").strip().upper() == "TENTATIVE" else "busy"


def _importance(component: Component) -> str:
    own = {"0": "low", "1": "normal", "2": "high"}.get(text(component, "X-MICROSOFT-CDO-IMPORTANCE").strip())
    written = text(component, "PRIORITY").strip()
    number = int(written) if written.isdecimal() else 0
    return own or ("normal" if number in {0, 5} or number > 9 else "high" if number < 5 else "low")


def _categories(component: Component) -> list[str]:
    return [
        str(each).strip()
        for prop in listed(component, "CATEGORIES")
        for each in getattr(prop, "cats", [prop])
    ]


def _reminder(
    component: Component, start: datetime, finish: datetime, zone: str, notes: list[Said]
) -> JsonObject:
    """The first alarm as minutes before the start; Outlook has room for one."""
    minutes = [
        each
        for alarm in component.walk("VALARM")
        if (each := _minutes(alarm, start, finish, zone)) is not None
    ]
    if len(minutes) > 1:
        notes.append(Said("Outlook has room for one reminder; another was left out."))
    if minutes and minutes[0] < 0:
        notes.append(Said("A reminder after the beginning has no room in Outlook."))
        minutes = []
    return {"isReminderOn": bool(minutes), "reminderMinutesBeforeStart": minutes[0] if minutes else 15}


def _minutes(alarm: Component, start: datetime, finish: datetime, zone: str) -> int | None:
    if text(alarm, "ACTION").upper() == "NONE":
        return None
    trigger = alarm.get("TRIGGER")
    value = getattr(trigger, "dt", None)
    if isinstance(value, datetime):
        clock = time_zones.on_the_wall(value, time_zones.known(zone)) if value.tzinfo else value
        return int((start - clock).total_seconds() // 60)
    if not isinstance(value, timedelta):
        return None
    at_end = str(trigger.params.get("RELATED", "START")).upper() == "END"
    before = -value - (finish - start if at_end else timedelta(0))
    return int(before.total_seconds() // 60)


def _note_the_rest(component: Component, notes: list[Said]) -> None:
    for name, problem in component.errors:
        if name:
            notes.append(Said("{name} cannot be read: {value}", name=name, value=str(problem)[:_SHOWN]))
        else:
            notes.append(Said("A line that is no property was left out."))
    rest = dict.fromkeys(
        str(name) for name in component if str(name) not in _TAKEN and not str(name).startswith("X-")
    )
    notes += [Said("{name} has no room in Outlook.", name=name) for name in rest]
