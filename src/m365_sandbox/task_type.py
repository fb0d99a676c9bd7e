"""The task types of Graph v1.0: their properties, what they may hold, and how the server completes them.

Source: Graph: todoTask, checklistItem and linkedResource resources; Create todoTask; Update todoTask; the v1.0
metadata (CSDL). Of due, start and completed dates the server keeps the day alone.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.recurrence_type import checked_recurrence
from m365_sandbox.store.records import JsonObject, stamp
from m365_sandbox.store.series import first_day

READ_ONLY = ("id", "createdDateTime", "lastModifiedDateTime", "bodyLastModifiedDateTime", "hasAttachments")
CHOICES = {
    "importance": ("low", "normal", "high"),
    "status": ("notStarted", "inProgress", "completed", "waitingOnOthers", "deferred"),
}
DAYS = ("dueDateTime", "startDateTime", "completedDateTime")
TIMES = (*DAYS, "reminderDateTime")
WRITABLE = ("title", "body", "isReminderOn", "categories", "recurrence", *CHOICES, *TIMES)
PROPERTIES = (*READ_ONLY, *WRITABLE)
LIST_PROPERTIES = ("id", "displayName", "isOwner", "isShared", "wellknownListName")
LINK_PROPERTIES = ("applicationName", "displayName", "externalId", "webUrl")
STEP_PROPERTIES = ("displayName", "isChecked", "createdDateTime", "checkedDateTime")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DEFAULTS: JsonObject = {
    "title": "", "importance": "normal", "status": "notStarted", "isReminderOn": False, "categories": [],
    "recurrence": None, "body": {"contentType": "text", "content": ""}, **dict.fromkeys(TIMES),
}  # fmt: skip


def checked(body: JsonObject, now: datetime, *, stored: JsonObject | None = None) -> JsonObject:
    """What a task holds after a request, checked by name and type, and completed as the server would.

    `completed` gives it a completedDateTime, midnight in UTC (thread 8192); any other status takes it away. A
    recurrence without a due date makes the series' first day the due date, as the app To Do does.

    Args:
        body: property names and JSON values; annotations (`@odata.type`) are passed over.
        now: the present, aware.
        stored: what the task holds now; None for a new one.

    Raises:
        GraphError: 400 with Graph's code, for the first property that cannot be.
    """
    wanted: JsonObject = {}
    for name, value in body.items():
        if "@" in name:
            continue
        if name in READ_ONLY:
            raise _read_only(name)
        check = _CHECKS.get(name)
        if check is None:
            raise _unknown(name, "todoTask")
        wanted[name] = check(name, value)
    if stored is None and body.get("title") is None:
        raise bad_request("A task needs a title.", "ErrorInvalidRequest")
    whole = {**(stored or _DEFAULTS), **wanted}
    whole["completedDateTime"] = _completed(whole, now)
    if "dueDateTime" in wanted and wanted["dueDateTime"] is None and "recurrence" not in wanted:
        whole["recurrence"] = None
    return _repeating(whole)


def _completed(whole: JsonObject, now: datetime) -> JsonObject | None:
    if whole["status"] != "completed":
        return None
    given = whole["completedDateTime"]
    day = time_zones.wall(given).date() if given else now.astimezone(UTC).date()
    return time_zones.written(time_zones.midnight(day), "UTC")


def _repeating(whole: JsonObject) -> JsonObject:
    recurrence = whole["recurrence"]
    if recurrence is None:
        return whole
    first = first_day(recurrence)
    if first is None:
        raise GraphError(400, "ErrorRecurrenceHasNoOccurrence", "The specified recurrence has no occurrence.")
    due = whole["dueDateTime"]
    name = recurrence["range"]["recurrenceTimeZone"] or (due["timeZone"] if due else "UTC")
    complete = {**recurrence, "range": {**recurrence["range"], "recurrenceTimeZone": name}}
    return {
        **whole,
        "recurrence": complete,
        "dueDateTime": due or time_zones.written(time_zones.midnight(first), name),
    }


def checked_link(body: JsonObject, stored: JsonObject | None = None) -> JsonObject:
    """What a linkedResource holds after a request.

    Raises:
        GraphError: 400 for what it cannot hold, or when it would hold nothing.
    """
    given = _known(body, LINK_PROPERTIES, "linkedResource")
    texts = {name: _optional_text(name, value) for name, value in given.items()}
    whole = {**(stored or dict.fromkeys(LINK_PROPERTIES)), **texts}
    if not any(whole.values()):
        raise bad_request("A linkedResource needs a name, an address or an id.", "ErrorInvalidRequest")
    return whole


def checked_step(body: JsonObject, now: datetime, stored: JsonObject | None = None) -> JsonObject:
    """What a checklistItem holds after a request; checking it off stamps it.

    Raises:
        GraphError: 400 for what it cannot hold, or when it is new and has no name.
    """
    given = _known(body, STEP_PROPERTIES, "checklistItem")
    checks: dict[str, Callable[[str, Any], Any]] = {
        "displayName": _optional_text,
        "isChecked": _flag,
        "createdDateTime": _offset,
        "checkedDateTime": _offset,
    }
    wanted = {name: checks[name](name, value) for name, value in given.items()}
    if stored is None:
        stored = {
            "displayName": None,
            "isChecked": False,
            "createdDateTime": stamp(now),
            "checkedDateTime": None,
        }
        if not wanted.get("displayName"):
            raise bad_request("A checklistItem needs a displayName.", "ErrorInvalidRequest")
    whole = {**stored, **wanted}
    whole["createdDateTime"] = whole["createdDateTime"] or stored["createdDateTime"]
    if not whole["isChecked"]:
        whole["checkedDateTime"] = None
    elif not whole["checkedDateTime"]:
        whole["checkedDateTime"] = stamp(now)
    return whole


def checked_list(body: JsonObject) -> str | None:
    """The displayName in a body, the only property of a list that can be written; None when it is not named.

    Raises:
        GraphError: 400 for anything else, and for an empty name.
    """
    for name in body:
        if name in LIST_PROPERTIES and name != "displayName":
            raise _read_only(name)
        if "@" not in name and name != "displayName":
            raise _unknown(name, "todoTaskList")
    wanted = body.get("displayName")
    if wanted is not None and (not isinstance(wanted, str) or not wanted.strip()):
        raise bad_request("displayName must be a text.", "RequestBodyRead")
    return wanted.strip() if wanted else None


def _optional_text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong_type(name, "Edm.String")
    if _CONTROL.search(value):
        raise bad_request(
            f"The value of {name} holds a character that is not allowed.", "ErrorInvalidRequest"
        )
    return value


def _text(name: str, value: Any) -> str:
    return _optional_text(name, value) or ""


def _flag(name: str, value: Any) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise _wrong_type(name, "Edm.Boolean")
    return value


def _choice(name: str, value: Any) -> str:
    if value is None:
        return str(_DEFAULTS[name])
    if value not in CHOICES[name]:
        raise bad_request(
            f"'{value}' is not a member of {name}: {', '.join(CHOICES[name])}.", "RequestBodyRead"
        )
    return str(value)


def _categories(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong_type(name, "Collection(Edm.String)")
    return list(dict.fromkeys(each.strip() for each in value if each.strip()))


def _body(name: str, value: Any) -> JsonObject:
    if value is None:
        return dict(_DEFAULTS["body"])
    if not isinstance(value, dict):
        raise _wrong_type(name, "microsoft.graph.itemBody")
    given = _known(value, ("contentType", "content"), "itemBody")
    kind = given.get("contentType") or "text"
    if kind not in {"text", "html"}:
        raise bad_request(f"'{kind}' is not a member of bodyType.", "RequestBodyRead")
    return {"contentType": kind, "content": _text("content", given.get("content"))}


def _time(name: str, value: Any) -> JsonObject | None:
    """A time in the zone that was given with it; of a day the time part is dropped (threads 16991, 6982)."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _wrong_type(name, "microsoft.graph.dateTimeTimeZone")
    given = _known(value, ("dateTime", "timeZone"), "dateTimeTimeZone")
    text, zone = given.get("dateTime"), given.get("timeZone")
    if not isinstance(text, str) or not isinstance(zone, str | None):
        raise _wrong_type(name, "microsoft.graph.dateTimeTimeZone")
    clock = time_zones.parsed(text.removesuffix("Z"))
    if clock is None:
        raise bad_request(f"{name} is no time: {text}.", "ErrorInvalidRequest")
    if time_zones.zone(zone or "UTC") is None:
        raise bad_request(f"The time zone '{zone}' is not supported.", "ErrorInvalidTimeZone")
    return time_zones.written(time_zones.midnight(clock.date()) if name in DAYS else clock, zone or "UTC")


def _offset(name: str, value: Any) -> str | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
        return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError):
        raise _wrong_type(name, "Edm.DateTimeOffset") from None


def _known(body: JsonObject, names: tuple[str, ...], type_name: str) -> JsonObject:
    found = {name: value for name, value in body.items() if "@" not in name}
    if "id" in found:
        raise _read_only("id")
    if unknown := set(found) - set(names):
        raise _unknown(min(unknown), type_name)
    return found


def _read_only(name: str) -> GraphError:
    return bad_request(f"The property '{name}' is read-only and cannot be set.", "ErrorInvalidPropertySet")


def _unknown(name: str, type_name: str) -> GraphError:
    return bad_request(
        f"The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. Make sure to only use "
        "property names that are defined by the type.",
        "RequestBodyRead",
    )


def _wrong_type(name: str, type_name: str) -> GraphError:
    return bad_request(
        f"The value of the property '{name}' cannot be read as the expected type '{type_name}'.",
        "RequestBodyRead",
    )


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(TIMES, _time),
    "title": _text,
    "body": _body,
    "isReminderOn": _flag,
    "categories": _categories,
    "recurrence": lambda _, value: checked_recurrence(value),
}
