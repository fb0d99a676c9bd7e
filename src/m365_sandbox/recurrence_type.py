"""A patternedRecurrence in a request: its members, their bounds, and how the server completes it.

Source: Graph: patternedRecurrence, recurrencePattern, recurrenceRange.
"""

import re
from datetime import date
from typing import Any

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.series import DAYS, INDEXES, NO_END, first_day

_NEEDED = {
    "daily": ("interval",),
    "weekly": ("interval", "daysOfWeek"),
    "absoluteMonthly": ("interval", "dayOfMonth"),
    "relativeMonthly": ("interval", "daysOfWeek"),
    "absoluteYearly": ("interval", "dayOfMonth", "month"),
    "relativeYearly": ("interval", "daysOfWeek", "month"),
}
_RANGES = {
    "endDate": ("startDate", "endDate"),
    "noEnd": ("startDate",),
    "numbered": ("startDate", "numberOfOccurrences"),
}
_PATTERN_MEMBERS = {"type", "interval", "month", "dayOfMonth", "daysOfWeek", "firstDayOfWeek", "index"}
_RANGE_MEMBERS = {"type", "startDate", "endDate", "recurrenceTimeZone", "numberOfOccurrences"}
_NUMBERS = {"interval": (1, 99), "month": (1, 12), "dayOfMonth": (1, 31)}
_OCCURRENCES_MAX = 999
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def checked_recurrence(value: Any) -> JsonObject | None:
    """The recurrence with every member, those that its type does not need at their neutral values.

    Raises:
        GraphError: 400 for what the server would not take; also for members that the type does not need, when their
            values are out of bounds.
    """
    if value is None:
        return None
    whole = _object(value, {"pattern", "range"}, "patternedRecurrence")
    if not whole.get("pattern") or not whole.get("range"):
        raise _refused("recurrence needs a pattern and a range.")
    return {"pattern": _pattern(whole["pattern"]), "range": _range(whole["range"])}


def fitted(recurrence: JsonObject, start: JsonObject) -> JsonObject:
    """The recurrence with the zone in which it runs; the start of the event must lie on the range's first day.

    Raises:
        GraphError: 400 when it does not, or when the range has no occurrence at all.
    """
    name = recurrence["range"]["recurrenceTimeZone"] or start["timeZone"]
    complete = {**recurrence, "range": {**recurrence["range"], "recurrenceTimeZone": name}}
    begins = time_zones.wall(time_zones.converted(start, name)).date()
    if begins.isoformat() != complete["range"]["startDate"]:
        raise _refused("The startDate of the range must be the date on which the event starts.")
    if first_day(complete) is None:
        raise GraphError(400, "ErrorRecurrenceHasNoOccurrence", "The specified recurrence has no occurrence.")
    return complete


def member(name: str, value: Any, members: tuple[str, ...]) -> str:
    """The member of an enumeration; Graph reads it in upper and lower case alike.

    Raises:
        GraphError: 400 when there is none.
    """
    for each in members:
        if isinstance(value, str) and each.casefold() == value.casefold():
            return each
    raise bad_request(f"'{value}' is not a member of {name}: {', '.join(members)}.", "RequestBodyRead")


def _pattern(value: Any) -> JsonObject:
    given = _object(value, _PATTERN_MEMBERS, "recurrencePattern")
    kind = member("recurrencePatternType", given.get("type"), tuple(_NEEDED))
    for name in _NEEDED[kind]:
        if not given.get(name):
            raise _refused(f"A pattern of type {kind} needs {name}.")
    pattern: JsonObject = {
        "type": kind,
        "interval": 1,
        "month": 0,
        "dayOfMonth": 0,
        "daysOfWeek": [],
        "firstDayOfWeek": "sunday",
        "index": "first",
    }
    for name, (least, most) in _NUMBERS.items():
        if name in given:
            pattern[name] = _number(name, given[name], least, most, zero=name not in _NEEDED[kind])
    for name, members in (("firstDayOfWeek", DAYS), ("index", INDEXES)):
        if given.get(name) is not None:
            pattern[name] = member(name, given[name], members)
    pattern["daysOfWeek"] = _days(given.get("daysOfWeek"))
    return pattern


def _days(wanted: Any) -> list[str]:
    if wanted is None:
        return []
    if not isinstance(wanted, list):
        raise bad_request("daysOfWeek must be a list.", "RequestBodyRead")
    return list(dict.fromkeys(member("dayOfWeek", each, DAYS) for each in wanted))


def _range(value: Any) -> JsonObject:
    given = _object(value, _RANGE_MEMBERS, "recurrenceRange")
    kind = member("recurrenceRangeType", given.get("type"), tuple(_RANGES))
    for name in _RANGES[kind]:
        if not given.get(name):
            raise _refused(f"A range of type {kind} needs {name}.")
    start = _date("startDate", given["startDate"])
    end = _date("endDate", given["endDate"]) if kind == "endDate" else NO_END
    if kind == "endDate" and end < start:
        raise _refused("The endDate of the range lies before its startDate.")
    number = 0
    if kind == "numbered":
        number = _number("numberOfOccurrences", given["numberOfOccurrences"], 1, _OCCURRENCES_MAX)
    name = given.get("recurrenceTimeZone") or ""
    if not isinstance(name, str) or (name and time_zones.zone(name) is None):
        raise bad_request(f"The time zone '{name}' is not supported.", "ErrorInvalidTimeZone")
    return {
        "type": kind,
        "startDate": start,
        "endDate": end,
        "recurrenceTimeZone": name,
        "numberOfOccurrences": number,
    }


def _number(name: str, value: Any, least: int, most: int, *, zero: bool = False) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad_request(f"{name} must be a whole number.", "RequestBodyRead")
    if zero and value == 0:
        return 0
    if not least <= value <= most:
        raise _refused(f"{name} must be from {least} to {most}.")
    return value


def _date(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise bad_request(f"{name} must be a date as 2026-11-23.", "RequestBodyRead")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise bad_request(f"{name} is no date: {value}.", "RequestBodyRead") from None


def _object(value: Any, members: set[str], type_name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise bad_request(
            f"A value cannot be read as the expected type 'microsoft.graph.{type_name}'.", "RequestBodyRead"
        )
    found = {name: each for name, each in value.items() if "@" not in name}
    if unknown := set(found) - members:
        raise bad_request(
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.{type_name}'.",
            "RequestBodyRead",
        )
    return found


def _refused(message: str) -> GraphError:
    return bad_request(message, "ErrorPropertyValidationFailure")
