"""One VTODO as a task of To Do (RFC 5545 §3.6.2; Graph: todoTask resource)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Component

from m365_sandbox import time_zones
from m365_sandbox.importing.ical_event import listed, text, zone_of
from m365_sandbox.importing.ical_series import NotInGraphError, recurrence_of
from m365_sandbox.importing.ical_zones import Zones
from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

_STATUS = {
    "NEEDS-ACTION": "notStarted",
    "IN-PROCESS": "inProgress",
    "COMPLETED": "completed",
    "CANCELLED": "deferred",
}


@dataclass(frozen=True, kw_only=True)
class ImportedTask:
    """A task read from a file: its place among the entries, Graph's properties, and notes."""

    position: int
    properties: JsonObject
    notes: tuple[Said, ...] = ()


def read_task(component: Component, zones: Zones, position: int) -> ImportedTask:
    """A VTODO with the properties of a todoTask; due and start keep their day alone, as To Do does.

    Raises:
        UnknownZoneError: when a zone is not known.
        NotInGraphError: when it repeats in a way that Graph cannot express.
    """
    notes: list[Said] = []
    done = component.get("COMPLETED")
    status = _STATUS.get(text(component, "STATUS").strip().upper(), "completed" if done else "notStarted")
    percent = text(component, "PERCENT-COMPLETE").strip()
    if status == "notStarted" and percent.isdecimal() and 0 < int(percent) < 100:
        status = "inProgress"
    properties: JsonObject = {
        "title": " ".join(text(component, "SUMMARY").split()),
        "status": status,
        "importance": _importance(component),
        "categories": [str(each).strip() for prop in listed(component, "CATEGORIES") for each in prop.cats],
    }
    if body := text(component, "DESCRIPTION").strip("\n"):
        properties["body"] = {"contentType": "text", "content": body}
    for name, member in (("DUE", "dueDateTime"), ("DTSTART", "startDateTime")):
        if (found := _time(component.get(name), zones, notes)) is not None:
            properties[member] = time_zones.written(_midnight(found, zones), zones.home)
    properties |= _recurrence(component, zones, notes)
    properties |= _reminder(component, zones, notes)
    if text(component, "CLASS").strip().upper() in {"PRIVATE", "CONFIDENTIAL"}:
        notes.append(Said("{name} has no room in Outlook.", name="CLASS"))
    return ImportedTask(position=position, properties=properties, notes=tuple(notes))


def _time(prop: Any, zones: Zones, notes: list[Said]) -> tuple[datetime, str] | None:
    value = getattr(prop, "dt", None)
    if isinstance(value, datetime):
        zone = zone_of(prop, value, zones, notes)
        return value.replace(tzinfo=None), zone
    if isinstance(value, date):
        return datetime.combine(value, datetime.min.time()), zones.home
    return None


def _midnight(found: tuple[datetime, str], zones: Zones) -> datetime:
    """The beginning of the day that was meant: as written, but of a time in UTC the day in the mailbox."""
    clock, zone = found
    if zone == "UTC":
        clock = time_zones.on_the_wall(clock.replace(tzinfo=UTC), time_zones.known(zones.home))
    return time_zones.midnight(clock.date())


def _recurrence(component: Component, zones: Zones, notes: list[Said]) -> JsonObject:
    rules = [each for each in listed(component, "RRULE") if each]
    if not rules:
        return {}
    begin = _time(component.get("DUE") or component.get("DTSTART"), zones, notes)
    if len(rules) > 1 or begin is None:
        raise NotInGraphError(Said("Graph knows no series with several rules."))
    # Where it ends depends on the hour; what To Do keeps are days in the mailbox's own zone.
    found = recurrence_of(rules[0], *begin, all_day=False)
    first = {"startDate": _midnight(begin, zones).date().isoformat(), "recurrenceTimeZone": zones.home}
    return {"recurrence": {**found, "range": {**found["range"], **first}}}


def _reminder(component: Component, zones: Zones, notes: list[Said]) -> JsonObject:
    for alarm in component.walk("VALARM"):
        trigger = alarm.get("TRIGGER")
        value = getattr(trigger, "dt", None)
        if isinstance(value, datetime):
            at = value.astimezone(UTC) if value.tzinfo else value
            return {
                "isReminderOn": True,
                "reminderDateTime": time_zones.written(at.replace(tzinfo=None), "UTC"),
            }
        ends = str(getattr(trigger, "params", {}).get("RELATED", "START")).upper() == "END"
        base = _time(
            component.get("DUE") if ends else component.get("DTSTART") or component.get("DUE"), zones, notes
        )
        if value is not None and base is not None:
            clock, zone = base
            return {
                "isReminderOn": True,
                "reminderDateTime": time_zones.written(time_zones.shifted(clock, value), zone),
            }
    return {}


def _importance(component: Component) -> str:
    written = text(component, "PRIORITY").strip()
    number = int(written) if written.isdecimal() else 0
    return "normal" if number in {0, 5} or number > 9 else "high" if number < 5 else "low"
