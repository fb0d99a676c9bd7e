"""The fields of an event's form: what they show of an event, and what they make of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from m365_sandbox import time_zones
from m365_sandbox.graph.event_json import plain
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.series import DAYS
from m365_sandbox.wording import Said

CONTACTS = "StringArray {00062008-0000-0000-C000-000000000046} Id 0x853A"
NAMES = "String {00062008-0000-0000-C000-000000000046} Id 0x8586"
SHOW_AS = {
    "free": "Free", "tentative": "Tentative", "busy": "Busy", "oof": "Out of office",
    "workingElsewhere": "Working elsewhere",
}  # fmt: skip
REPEATS = {"": "Once", "daily": "Daily", "weekly": "Weekly", "monthly": "Monthly", "yearly": "Yearly"}
_FIELDS = (
    "subject", "start_date", "start_time", "end_date", "end_time", "all_day", "private", "show_as", "location",
    "categories", "reminder", "attendees", "contacts", "body",
)  # fmt: skip
_TIMES = ("start_date", "start_time", "end_date", "end_time", "all_day")


@dataclass(frozen=True)
class Changes:
    """What a form changes: Graph's properties, and extended properties by id."""

    properties: JsonObject
    extended: dict[str, str | list[str]]


class FormError(ValueError):
    """A field that cannot be read; `reason` is for people."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason


def empty(day: date) -> dict[str, str]:
    """The form of a new event: an hour at nine on that day."""
    return {
        **dict.fromkeys(_FIELDS, ""),
        "start_date": day.isoformat(),
        "end_date": day.isoformat(),
        "start_time": "09:00",
        "end_time": "10:00",
        "show_as": "busy",
        "reminder": "15",
        "repeat": "",
        "times": "",
    }


def written(event: Event, zone: str, contacts: list[str]) -> dict[str, str]:
    """What the form shows of an event: times on the wall of `zone`, the last day of an all-day event itself."""
    has = event.properties
    all_day = has["isAllDay"]
    start, end = times_in(has, zone)
    last = end - timedelta(days=1) if all_day else end
    return {
        "subject": has["subject"],
        "start_date": start.date().isoformat(),
        "start_time": "" if all_day else f"{start:%H:%M}",
        "end_date": last.date().isoformat(),
        "end_time": "" if all_day else f"{end:%H:%M}",
        "all_day": "on" if all_day else "",
        "private": "on" if has["sensitivity"] == "private" else "",
        "show_as": has["showAs"],
        "location": has["location"]["displayName"],
        "categories": "\n".join(has["categories"]),
        "reminder": str(has["reminderMinutesBeforeStart"]) if has["isReminderOn"] else "",
        "attendees": "\n".join(each["emailAddress"]["address"] for each in has["attendees"]),
        "contacts": "\n".join(contacts),
        "body": plain(has["body"]),
        "repeat": "",
        "times": "",
    }


def times_in(has: JsonObject, zone: str) -> tuple[datetime, datetime]:
    """Start and end on the wall of a zone; the days of an all-day event are the same in every zone."""
    names = [has[each]["timeZone"] if has["isAllDay"] else zone for each in ("start", "end")]
    start, end = (
        time_zones.wall(time_zones.converted(has[each], name))
        for each, name in zip(("start", "end"), names, strict=True)
    )
    return start, end


def filled(form: Mapping[str, str]) -> dict[str, str]:
    """The form as it was sent, lines ending alike."""
    names = (*_FIELDS, "repeat", "times")
    return {name: form.get(name, "").replace("\r\n", "\n").strip() for name in names}


def changes(form: dict[str, str], before: dict[str, str] | None, event: Event | None, zone: str) -> Changes:
    """What a form changes of an event (None: a new one); fields that are as they were change nothing.

    Raises:
        FormError: when a field cannot be read.
    """
    changed = {name for name in _FIELDS if before is None or form[name] != before[name].strip()}
    wanted = _times(form, event, zone) if changed & set(_TIMES) else {}
    wanted |= {
        name: value
        for field, made in _MADE.items()
        if field in changed
        for name, value in made(form[field], event).items()
    }
    if event is None and form["repeat"]:
        wanted["recurrence"] = _recurrence(form)
    return Changes(wanted, _linked(form["contacts"]) if "contacts" in changed else {})


def _times(form: dict[str, str], event: Event | None, zone: str) -> JsonObject:
    all_day = bool(form["all_day"])
    if all_day and event is not None and event.properties["isAllDay"]:
        zone = event.properties["start"]["timeZone"]
    try:
        start_day, end_day = (date.fromisoformat(form[name]) for name in ("start_date", "end_date"))
        if all_day:
            start, end = time_zones.midnight(start_day), time_zones.midnight(end_day + timedelta(days=1))
        else:
            start = datetime.combine(start_day, time.fromisoformat(form["start_time"]))
            end = datetime.combine(end_day, time.fromisoformat(form["end_time"]))
    except (ValueError, OverflowError):
        raise FormError(Said("Give a day and a time for beginning and end.")) from None
    return {
        "start": time_zones.written(start, zone),
        "end": time_zones.written(end, zone),
        "isAllDay": all_day,
    }


def _reminder(text: str, _: Event | None) -> JsonObject:
    if not text:
        return {"isReminderOn": False}
    if not text.isdecimal() or len(text) > 6:
        raise FormError(Said("The reminder is a number of minutes."))
    return {"isReminderOn": True, "reminderMinutesBeforeStart": int(text)}


def _show_as(text: str, _: Event | None) -> JsonObject:
    return {"showAs": text} if text in SHOW_AS else {}


def _attendees(text: str, event: Event | None) -> JsonObject:
    known = event.properties["attendees"] if event else []
    before = {each["emailAddress"]["address"].casefold(): each for each in known}
    people = [before.get(each.casefold()) or {"emailAddress": {"address": each}} for each in _lines(text)]
    return {"attendees": people}


def _linked(text: str) -> dict[str, str | list[str]]:
    """The Contacts field: the names as a list, and in one text (PidLidContacts, PidLidContactLinkName)."""
    names = _lines(text)
    return {CONTACTS: names, NAMES: "; ".join(names)}


def _recurrence(form: dict[str, str]) -> JsonObject:
    try:
        day = date.fromisoformat(form["start_date"])
    except ValueError:
        raise FormError(Said("Give a day and a time for beginning and end.")) from None
    patterns: dict[str, JsonObject] = {
        "daily": {"type": "daily"},
        "weekly": {"type": "weekly", "daysOfWeek": [DAYS[day.weekday()]], "firstDayOfWeek": "monday"},
        "monthly": {"type": "absoluteMonthly", "dayOfMonth": day.day},
        "yearly": {"type": "absoluteYearly", "dayOfMonth": day.day, "month": day.month},
    }
    if form["repeat"] not in patterns or (form["times"] and not form["times"].isdecimal()):
        raise FormError(Said("Say how often it repeats, in a number."))
    end: dict[str, Any] = (
        {"type": "numbered", "numberOfOccurrences": int(form["times"])}
        if form["times"]
        else {"type": "noEnd"}
    )
    return {
        "pattern": {"interval": 1, **patterns[form["repeat"]]},
        "range": {**end, "startDate": day.isoformat()},
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


_MADE: dict[str, Callable[[str, Event | None], JsonObject]] = {
    "subject": lambda text, _: {"subject": text},
    "private": lambda text, _: {"sensitivity": "private" if text else "normal"},
    "show_as": _show_as,
    "location": lambda text, _: {"location": {"displayName": text}},
    "categories": lambda text, _: {"categories": _lines(text)},
    "reminder": _reminder,
    "attendees": _attendees,
    "body": lambda text, _: {"body": {"contentType": "text", "content": text}},
}
