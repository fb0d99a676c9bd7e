"""The forms of `$filter` on events that Microsoft's pages and its users show; anything else is refused.

Source: Graph: List events; Get singleValueLegacyExtendedProperty; Get open extension; practice (start/dateTime).
"""

import re
from collections.abc import Callable

from m365_sandbox import time_zones
from m365_sandbox.errors import not_modelled
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import bare_name
from m365_sandbox.graph.filter_parts import COMPARE, TEXT, holding, joined, moment, plain, refused
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.extended_ids import normalised

Condition = Callable[[Event], bool]

_TIME = re.compile(r"(start|end)/dateTime\s+(eq|ne|ge|gt|le|lt)\s+'([^']*)'", re.IGNORECASE)
_STAMPED = re.compile(
    r"(lastModifiedDateTime|createdDateTime)\s+(eq|ne|ge|gt|le|lt)\s+([\d\-T:.Z+]+)", re.IGNORECASE
)
_NAMED = re.compile(
    rf"(iCalUId|subject|transactionId|sensitivity|showAs|importance|type)\s+(eq|ne)\s+{TEXT}", re.IGNORECASE
)
_SET = re.compile(
    r"(isAllDay|isCancelled|isOrganizer|isReminderOn|isOnlineMeeting)\s+(eq|ne)\s+(true|false)", re.IGNORECASE
)
_PART = re.compile(rf"(startswith|contains)\(\s*subject\s*,\s*{TEXT}\s*\)", re.IGNORECASE)
_CATEGORY = re.compile(rf"categories/any\(\s*(\w+)\s*:\s*\1\s+eq\s+{TEXT}\s*\)", re.IGNORECASE)
_EXTENSION = re.compile(rf"extensions/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+{TEXT}\s*\)", re.IGNORECASE)
_STAMP = re.compile(
    rf"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+{TEXT}\s+and\s+(.+)\)",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = re.compile(rf"\w+/value\s+(eq|ne)\s+(?:{TEXT}|(null))\s*", re.IGNORECASE)
_VALUE_PART = re.compile(rf"(startswith|contains)\(\s*\w+/value\s*,\s*{TEXT}\s*\)\s*", re.IGNORECASE)


def condition(call: Call, text: str) -> Condition:
    """What `$filter` states, joined by `and`; an empty text lets everything pass.

    Raises:
        GraphError: 400 ErrorInvalidUrlQueryFilter for what is not modelled as working; 501 for a cast.
    """
    parts = [_one(call, part.strip()) for part in joined(text.strip())] if text.strip() else []
    return lambda event: all(part(event) for part in parts)


def _one(call: Call, text: str) -> Condition:
    if text.startswith("(") and text.endswith(")") and len(joined(text[1:-1])) >= 1:
        return condition(call, text[1:-1])
    for form, made in _FORMS:
        if match := form.fullmatch(text):
            return made(call, match)
    raise refused()


def _time(call: Call, match: re.Match[str]) -> Condition:
    if call.readings.event_time_filter == "refused":
        raise refused()
    name, compare = match[1].lower(), COMPARE[match[2].lower()]
    wanted = moment(match[3])
    return lambda event: compare(time_zones.moment(event.properties[name]), wanted)


def _stamped(call: Call, match: re.Match[str]) -> Condition:
    if call.readings.event_time_filter == "refused":
        raise refused()
    compare, wanted = COMPARE[match[2].lower()], moment(match[3])
    changed = match[1].lower().startswith("last")
    return lambda event: compare(moment(event.modified if changed else event.created), wanted)


def _named(call: Call, match: re.Match[str]) -> Condition:
    name, compare, wanted = match[1].lower(), COMPARE[match[2].lower()], plain(match[3]).casefold()
    if name == "transactionid" and not call.readings.transaction_filter:
        raise refused()
    return lambda event: compare(_text_of(event, name).casefold(), wanted)


def _text_of(event: Event, name: str) -> str:
    if name == "icaluid":
        return event.uid
    if name == "type":
        return event.kind
    names = {"transactionid": "transactionId", "showas": "showAs"}
    return str(event.properties.get(names.get(name, name)) or "")


def _set(call: Call, match: re.Match[str]) -> Condition:  # noqa: ARG001 - all makers have this shape
    names = {
        each.lower(): each
        for each in ("isAllDay", "isCancelled", "isOrganizer", "isReminderOn", "isOnlineMeeting")
    }
    wanted = (match[3].lower() == "true") == (match[2].lower() == "eq")
    return lambda event: bool(event.properties.get(names[match[1].lower()])) == wanted


def _part(call: Call, match: re.Match[str]) -> Condition:  # noqa: ARG001
    holds, wanted = holding(match[1]), plain(match[2])
    return lambda event: holds(event.properties["subject"], wanted)


def _category(call: Call, match: re.Match[str]) -> Condition:
    if call.readings.category_filter == "refused":
        raise refused()
    if call.readings.category_filter == "ignored":
        return lambda _: True
    wanted = plain(match[2])
    if call.readings.category_case == "sensitive":
        return lambda event: wanted in event.properties["categories"]
    return lambda event: wanted.casefold() in map(str.casefold, event.properties["categories"])


def _extension(call: Call, match: re.Match[str]) -> Condition:
    name = bare_name(plain(match[2]))
    return lambda event: name in call.state.beside.extensions(event.owners)


def _extended(call: Call, match: re.Match[str]) -> Condition:
    """Documented for events: eq, ne, contains and startswith on the value; the value without regard to case."""
    having = call.state.beside.owners_with(normalised(plain(match[2])))
    rest = match[3].strip()
    if "cast(" in rest.lower():
        raise not_modelled("filters on extended properties that are no strings")
    if found := _VALUE_PART.fullmatch(rest):
        holds, wanted = holding(found[1]), plain(found[2])
        return lambda event: event.owner in having and holds(having[event.owner], wanted)
    found = _VALUE.fullmatch(rest)
    if found is None or (found[3] and not call.readings.stamp_null_filter):
        raise refused()
    if found[3]:
        return lambda event: (event.owner in having) == (found[1].lower() == "ne")
    same, value = found[1].lower() == "eq", plain(found[2]).casefold()
    return lambda event: event.owner in having and (having[event.owner].casefold() == value) == same


_FORMS: tuple[tuple[re.Pattern[str], Callable[[Call, re.Match[str]], Condition]], ...] = (
    (_TIME, _time),
    (_STAMPED, _stamped),
    (_NAMED, _named),
    (_SET, _set),
    (_PART, _part),
    (_CATEGORY, _category),
    (_EXTENSION, _extension),
    (_STAMP, _extended),
)
