"""Calendars in files: events with their series, exceptions and cancellations, and tasks (RFC 5545)."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from icalendar import Event, Todo

from m365_sandbox import time_zones
from m365_sandbox.importing.contact import Rejected
from m365_sandbox.importing.ical_event import Read, UnreadableEntryError, listed, read_event, zone_of
from m365_sandbox.importing.ical_parts import Part, decoded, parts_of
from m365_sandbox.importing.ical_series import NotInGraphError, on_day, recurrence_of
from m365_sandbox.importing.ical_task import ImportedTask, read_task
from m365_sandbox.importing.ical_zones import UnknownZoneError, Zones
from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

# What reading a value of any shape may raise, however odd it is.
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)
_SHOWN = 200
_NO_EVENTS = ("VJOURNAL", "VFREEBUSY")


@dataclass(frozen=True, kw_only=True)
class ChangedDay:
    """What a RECURRENCE-ID says of one day of a series; no properties: it was called off."""

    position: int
    day: date
    properties: JsonObject | None
    notes: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class ImportedEvent:
    """An event or series read from a file.

    Attributes:
        position: its place among the entries of the file, from 1.
        properties: Graph's property names and JSON values.
        uid: its UID, which becomes the iCalUId; None when it has none.
        cancelled: days on which the series has no occurrence.
        changed: days on which it is otherwise.
        further: single events beside the series, from RDATE.
        notes: what Outlook has no room for, or what was changed to fit; a sentence each.
    """

    position: int
    properties: JsonObject
    uid: str | None
    cancelled: tuple[date, ...] = ()
    changed: tuple[ChangedDay, ...] = ()
    further: tuple[JsonObject, ...] = ()
    notes: tuple[Said, ...] = ()


def read_calendar(file: BinaryIO, home: str) -> Iterator[ImportedEvent | ImportedTask | Rejected]:
    """An event or task for every entry, or why there is none.

    Args:
        file: opened for reading bytes; UTF-8, UTF-16 or Windows-1252.
        home: the zone of the mailbox, for times without one.
    """
    text, note = decoded(file.read())
    parts = list(parts_of(text))
    zones = Zones(home)
    for part in parts:
        if part.kind == "VTIMEZONE":
            zones.describe(part.text)
        elif part.kind == "LINE" and part.text.upper().startswith("X-WR-TIMEZONE:"):
            zones.float_in(part.text.partition(":")[2].strip())
    entries = [part for part in parts if part.kind in {"VEVENT", "VTODO", *_NO_EVENTS}]
    read: list[Read] = []
    for position, part in enumerate(entries, 1):
        found = _entry(part, zones, position)
        if isinstance(found, Read):
            if note is not None:
                found.notes.append(note)
            read.append(found)
        else:
            yield found
    yield from _events(read, zones)


def _entry(part: Part, zones: Zones, position: int) -> Read | ImportedTask | Rejected:
    if part.problem is not None:
        return Rejected(position, part.problem)
    if part.kind in _NO_EVENTS:
        return Rejected(position, Said("{name} is neither an event nor a task.", name=part.kind))
    try:
        with warnings.catch_warnings():
            # The package warns when it guesses what a TZID means; `Zones` finds out by itself.
            warnings.simplefilter("ignore")
            component = (Todo if part.kind == "VTODO" else Event).from_ical(part.text)
        if part.kind == "VTODO":
            return read_task(component, zones, position)
        return read_event(component, zones, position)
    except (UnreadableEntryError, UnknownZoneError, NotInGraphError) as error:
        return Rejected(position, error.reason)
    except _BROKEN as error:
        return Rejected(position, Said("The entry cannot be read: {why}", why=str(error)[:_SHOWN]))


def _events(read: list[Read], zones: Zones) -> Iterator[ImportedEvent | Rejected]:
    """Entries of one UID together: the newest version of the series, and its changed days."""
    for uid in dict.fromkeys(each.uid or f"\0{each.position}" for each in read):
        family = [each for each in read if (each.uid or f"\0{each.position}") == uid]
        masters = [each for each in family if each.recurrence_id is None]
        days = [each for each in family if each.recurrence_id is not None]
        if not masters:
            # One occurrence of a series that is not in the file, as an invitation to a single day holds it.
            for each in days:
                each.notes.append(Said("Its series is not in the file; it was taken as a single event."))
                yield _single(each)
            continue
        newest = max(masters, key=lambda each: (each.sequence, each.modified))
        for each in masters:
            if each is not newest:
                yield Rejected(each.position, Said("A newer version of the same event is in the file."))
        try:
            found = list(_series(newest, days, zones))
        except (NotInGraphError, UnknownZoneError) as error:
            found = _all_rejected(newest, days, error.reason)
        except _BROKEN as error:
            why = Said("The entry cannot be read: {why}", why=str(error)[:_SHOWN])
            found = _all_rejected(newest, days, why)
        yield from found


def _all_rejected(master: Read, days: list[Read], reason: Said) -> list[ImportedEvent | Rejected]:
    found: list[ImportedEvent | Rejected] = [Rejected(master.position, reason)]
    orphaned = Said("The series that it belongs to was not taken.")
    return found + [Rejected(each.position, orphaned) for each in days]


def _series(master: Read, days: list[Read], zones: Zones) -> Iterator[ImportedEvent | Rejected]:
    component = master.component
    rules = [each for each in listed(component, "RRULE") if each]  # an empty one says nothing
    if len(rules) > 1 or listed(component, "EXRULE"):
        raise NotInGraphError(Said("Graph knows no series with several rules."))
    further = tuple(_further(master, zones))
    if not rules:
        yield _single(master, further)
        for each in days:
            each.notes.append(Said("Its series has no rule; it was taken as a single event."))
            yield _single(each)
        return
    recurrence = recurrence_of(rules[0], master.start, master.zone, all_day=master.all_day)
    cancelled = {day for prop in listed(component, "EXDATE") for day in _days(prop, master, zones)}
    changed: dict[date, ChangedDay] = {}
    for each in sorted(days, key=lambda day: (day.sequence, day.modified)):
        outcome = _changed_day(each, master, cancelled, zones)
        if isinstance(outcome, Rejected):
            yield outcome
        else:
            if outcome.day in changed:
                yield Rejected(
                    changed[outcome.day].position, Said("A newer version of the same event is in the file.")
                )
            changed[outcome.day] = outcome
    yield ImportedEvent(
        position=master.position,
        properties={**master.properties, "recurrence": recurrence},
        uid=master.uid or None,
        cancelled=tuple(sorted(cancelled - set(changed))),
        changed=tuple(changed[day] for day in sorted(changed)),
        further=further,
        notes=tuple(master.notes),
    )


def _changed_day(each: Read, master: Read, cancelled: set[date], zones: Zones) -> ChangedDay | Rejected:
    prop = each.recurrence_id
    if str(getattr(prop, "params", {}).get("RANGE", "")).upper() == "THISANDFUTURE":
        return Rejected(each.position, Said("Graph knows no change of all later occurrences at once."))
    value = getattr(prop, "dt", None)
    if not isinstance(value, date):
        return Rejected(
            each.position,
            Said("The occurrence that it changes cannot be read: {value}", value=str(prop)[:60]),
        )
    day = _day(prop, value, master, zones)
    if day in cancelled and each.sequence < master.sequence:
        return Rejected(each.position, Said("A newer version of its series leaves this day out."))
    called_off = each.called_off
    return ChangedDay(
        position=each.position,
        day=day,
        properties=None if called_off else each.properties,
        notes=tuple(each.notes),
    )


def _single(each: Read, further: tuple[JsonObject, ...] = ()) -> ImportedEvent:
    gone = {"isCancelled": True} if each.called_off else {}
    return ImportedEvent(
        position=each.position,
        properties={**each.properties, **gone},
        uid=each.uid or None,
        further=further,
        notes=tuple(each.notes),
    )


def _days(prop: Any, master: Read, zones: Zones) -> Iterator[date]:
    for each in getattr(prop, "dts", ()):
        value = each.dt
        if isinstance(value, tuple):
            value = value[0]
        yield _day(prop, value, master, zones)


def _day(prop: Any, value: date, master: Read, zones: Zones) -> date:
    """The day of the series that a date or time means; a zone of its own counts."""
    if not isinstance(value, datetime) or master.all_day:
        return value.date() if isinstance(value, datetime) else value
    tzid = prop.params.get("TZID") if hasattr(prop, "params") else None
    if tzid:
        name = zone_of(prop, value, zones, master.notes)
        there = time_zones.written(value.replace(tzinfo=None), name)
        return time_zones.wall(time_zones.converted(there, master.zone)).date()
    return on_day(value, master.zone, is_utc=value.tzinfo is not None)


def _further(master: Read, zones: Zones) -> Iterator[JsonObject]:
    """Single events for the days of RDATE, as long as the event itself."""
    length = time_zones.wall(master.properties["end"]) - time_zones.wall(master.properties["start"])
    for prop in listed(master.component, "RDATE"):
        for each in getattr(prop, "dts", ()):
            value, lasts = each.dt if isinstance(each.dt, tuple) else (each.dt, length)
            if isinstance(lasts, datetime):
                lasts = lasts - value
            if not isinstance(value, datetime):
                start, zone = datetime.combine(value, master.start.time()), master.zone
            else:
                start, zone = value.replace(tzinfo=None), zone_of(prop, value, zones, master.notes)
            if start == master.start and zone == master.zone:
                continue
            finish = time_zones.shifted(start, lasts if isinstance(lasts, timedelta) else length)
            yield {
                **master.properties,
                "start": time_zones.written(start, zone),
                "end": time_zones.written(finish, zone),
            }
    if listed(master.component, "RDATE"):
        master.notes.append(Said("Graph knows no further days of a series; they became events of their own."))
