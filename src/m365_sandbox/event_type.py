"""The event type of Graph v1.0: its properties, what they may hold, and how the server completes them.

Source: Graph: event resource; Create event; Update event; the v1.0 metadata (CSDL).
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.recurrence_type import checked_recurrence, fitted, member
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.series import first_day

READ_ONLY = (
    "id", "changeKey", "createdDateTime", "lastModifiedDateTime", "bodyPreview", "cancelledOccurrences",
    "hasAttachments", "iCalUId", "isCancelled", "isDraft", "isOrganizer", "onlineMeeting", "onlineMeetingUrl",
    "organizer", "originalEndTimeZone", "originalStart", "originalStartTimeZone", "responseStatus", "seriesMasterId",
    "type", "webLink",
)  # fmt: skip
CHOICES = {
    "importance": ("low", "normal", "high"),
    "sensitivity": ("normal", "personal", "private", "confidential"),
    "showAs": ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "onlineMeetingProvider": ("unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness"),
}
FLAGS = (
    "isAllDay",
    "isReminderOn",
    "responseRequested",
    "allowNewTimeProposals",
    "hideAttendees",
    "isOnlineMeeting",
)
WRITABLE = (
    "subject", "body", "start", "end", "location", "locations", "attendees", "categories", "recurrence",
    "reminderMinutesBeforeStart", "transactionId", *CHOICES, *FLAGS,
)  # fmt: skip
PROPERTIES = (*READ_ONLY, *WRITABLE)
# What a door for tests may set beside, because Outlook sets it: an attendee's copy, a meeting that was called off.
OF_OUTLOOK = ("organizer", "isOrganizer", "responseStatus", "isCancelled", "isDraft", "iCalUId")
ATTENDEES_MAX = 500
# Times of Exchange begin with 1601; Outlook's own calendar ends with 4500 (MS-OXOCAL: recurrence without an end).
_FIRST_YEAR, _LAST_YEAR = 1601, 4500
_LONGEST = timedelta(days=5 * 366)
_NEVER = "0001-01-01T00:00:00Z"
_RESPONSES = ("none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded")
_LOCATION_TYPES = (
    "default", "conferenceRoom", "homeAddress", "businessAddress", "geoCoordinates", "streetAddress", "hotel",
    "restaurant", "localBusiness", "postalAddress",
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DEFAULTS: JsonObject = {
    "subject": "", "importance": "normal", "sensitivity": "normal", "showAs": "busy", "isAllDay": False,
    "isReminderOn": True, "reminderMinutesBeforeStart": 15, "responseRequested": True, "allowNewTimeProposals": True,
    "hideAttendees": False, "isOnlineMeeting": False, "onlineMeetingProvider": "unknown", "categories": [],
    "attendees": [], "isDraft": False, "isCancelled": False, "isOrganizer": True, "recurrence": None,
    "transactionId": None,
    "body": {"contentType": "html", "content": ""},
}  # fmt: skip


def checked(body: JsonObject, *, stored: JsonObject | None = None, of_outlook: bool = False) -> JsonObject:
    """The properties in `body`, checked by name, type and limit, and completed as the server would.

    Args:
        body: property names and JSON values; annotations (`@odata.type`) are passed over.
        stored: what the event holds now; None for a new one.
        of_outlook: whether what Outlook alone may set is taken too (see `OF_OUTLOOK`).

    Raises:
        GraphError: 400 with Graph's code, for the first property that cannot be.
    """
    wanted: JsonObject = {}
    for name, value in body.items():
        if "@" in name:
            continue
        if name in READ_ONLY and not (of_outlook and name in OF_OUTLOOK):
            raise bad_request(
                f"The property '{name}' is read-only and cannot be set.", "ErrorInvalidPropertySet"
            )
        check = _CHECKS.get(name)
        if check is None:
            raise bad_request(
                f"The property '{name}' does not exist on type 'microsoft.graph.event'. Make sure to only use "
                "property names that are defined by the type.",
                "RequestBodyRead",
            )
        if name == "transactionId" and stored is not None:
            raise bad_request("transactionId can be set at creation only.", "ErrorInvalidPropertySet")
        wanted[name] = check(name, value)
    if not of_outlook and "attendees" in wanted:
        # What attendees answer comes from them, whatever a request says.
        wanted["attendees"] = [{**each, "status": _answer("status", None)} for each in wanted["attendees"]]
    return _completed(wanted, stored)


def _completed(wanted: JsonObject, stored: JsonObject | None) -> JsonObject:
    if stored is None:
        for name in ("start", "end"):
            if wanted.get(name) is None:
                raise _invalid(f"An event needs a {name}.")
        wanted = {**_DEFAULTS, **wanted}
    if "locations" in wanted and "location" not in wanted:
        wanted["location"] = wanted["locations"][0] if wanted["locations"] else _no_location()
    elif "location" in wanted or stored is None:
        wanted["location"] = wanted.get("location") or _no_location()
        wanted["locations"] = [wanted["location"]] if wanted["location"]["displayName"] else []
    if "attendees" in wanted and stored:
        wanted["attendees"] = _with_answers(wanted["attendees"], stored.get("attendees", []))
    if stored and stored.get("isOnlineMeeting") and wanted.get("isOnlineMeeting") is False:
        raise _invalid("An online meeting cannot be made an ordinary one again.")
    _check_times({**(stored or {}), **wanted})
    return _in_series(wanted, stored)


def _in_series(wanted: JsonObject, stored: JsonObject | None) -> JsonObject:
    """With the recurrence fitted to the start; the start is moved to the first day that the pattern has."""
    now = {**(stored or {}), **wanted}
    recurrence = now.get("recurrence")
    if recurrence is None or not {"start", "recurrence", "end"} & set(wanted):
        return wanted
    if "recurrence" not in wanted:
        # A new start alone moves the range along with it.
        name = now["start"]["timeZone"]
        begins = time_zones.wall(now["start"]).date().isoformat()
        range_ = {**recurrence["range"], "startDate": begins, "recurrenceTimeZone": name}
        recurrence = {**recurrence, "range": range_}
    recurrence = fitted(recurrence, now["start"])
    first = first_day(recurrence)
    assert first is not None  # noqa: S101 - `fitted` has seen to it
    apart = (
        first
        - time_zones.wall(
            time_zones.converted(now["start"], recurrence["range"]["recurrenceTimeZone"])
        ).date()
    )
    moved = {
        name: time_zones.written(time_zones.wall(now[name]) + apart, now[name]["timeZone"])
        for name in ("start", "end")
    }
    range_ = {**recurrence["range"], "startDate": first.isoformat()}
    return {**wanted, **moved, "recurrence": {**recurrence, "range": range_}}


def _check_times(now: JsonObject) -> None:
    start, end = now["start"], now["end"]
    length = time_zones.moment(end) - time_zones.moment(start)
    if length < timedelta(0):
        raise _invalid("The event ends before it starts.", "ErrorCalendarEndDateIsEarlierThanStartDate")
    if length > _LONGEST:
        raise _invalid("The event lasts longer than five years.", "ErrorCalendarDurationIsTooLong")
    if not now.get("isAllDay"):
        return
    midnights = all(time_zones.wall(each).time().isoformat() == "00:00:00" for each in (start, end))
    if not midnights or start["timeZone"] != end["timeZone"] or not length:
        raise _invalid(
            "An all-day event begins and ends at midnight, in one time zone, and lasts a day at the least."
        )


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None if name == "transactionId" else ""
    if not isinstance(value, str):
        raise _wrong_type(name, "Edm.String")
    if _CONTROL.search(value):
        raise bad_request(
            f"The value of {name} holds a character that is not allowed.", "ErrorInvalidRequest"
        )
    return value


def _flag(name: str, value: Any) -> bool:
    if value is None:
        return bool(_DEFAULTS[name])
    if isinstance(value, str) and value.casefold() in {"true", "false"}:
        return value.casefold() == "true"  # O365 writes it so, and Exchange reads it
    if not isinstance(value, bool):
        raise _wrong_type(name, "Edm.Boolean")
    return value


def _choice(name: str, value: Any) -> str:
    if value is None:
        return str(_DEFAULTS[name])
    return member(name, value, CHOICES[name])


def _minutes(name: str, value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**31 - 1:
        raise _wrong_type(name, "Edm.Int32")
    return value


def _categories(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong_type(name, "Collection(Edm.String)")
    return list(dict.fromkeys(each.strip() for each in value if each.strip()))


def _body(name: str, value: Any) -> JsonObject:
    given = _members(name, value or {}, {"contentType", "content"}, "itemBody")
    kind = member("bodyType", given.get("contentType") or "text", ("text", "html"))
    return {"contentType": kind, "content": _text("content", given.get("content")) or ""}


def _time(name: str, value: Any) -> JsonObject:
    given = _members(name, value, {"dateTime", "timeZone"}, "dateTimeTimeZone")
    text, zone = given.get("dateTime"), given.get("timeZone")
    if not isinstance(text, str) or not isinstance(zone, str | None):
        raise _wrong_type(name, "microsoft.graph.dateTimeTimeZone")
    clock = time_zones.parsed(text.removesuffix("Z"))
    if clock is None:
        raise _invalid(f"{name} is no time: {text}.", "ErrorInvalidRequest")
    if not _FIRST_YEAR <= clock.year <= _LAST_YEAR:
        raise _invalid(
            f"{name} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}.", "ErrorCalendarOutOfRange"
        )
    if time_zones.zone(zone or "UTC") is None:
        raise _invalid(f"The time zone '{zone}' is not supported.", "ErrorInvalidTimeZone")
    return time_zones.written(clock, zone or "UTC")


def _location(name: str, value: Any) -> JsonObject:
    if value is None:
        return _no_location()
    members = {
        "displayName", "locationType", "locationUri", "locationEmailAddress", "address", "coordinates", "uniqueId",
        "uniqueIdType",
    }  # fmt: skip
    given = _members(name, value, members, "location")
    label = _text("displayName", given.get("displayName")) or ""
    kind = member("locationType", given.get("locationType") or "default", _LOCATION_TYPES)
    found: JsonObject = {"displayName": label, "locationType": kind}
    for part in ("locationUri", "locationEmailAddress"):
        if given.get(part) is not None:
            found[part] = _text(part, given[part])
    parts = {"street", "city", "state", "postalCode", "countryOrRegion"}
    address = _members("address", given.get("address") or {}, parts, "physicalAddress")
    measures = {"altitude", "latitude", "longitude", "accuracy", "altitudeAccuracy"}
    place = _members("coordinates", given.get("coordinates") or {}, measures, "outlookGeoCoordinates")
    found["address"] = {part: _text(part, text) for part, text in address.items() if text is not None}
    found["coordinates"] = {
        part: _number(part, number) for part, number in place.items() if number is not None
    }
    return (
        {**found, "uniqueId": label, "uniqueIdType": "private"}
        if label
        else {**found, "uniqueIdType": "unknown"}
    )


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_type(name, "Edm.Double")
    return value


def _no_location() -> JsonObject:
    return _location("location", {"displayName": ""})


def _locations(name: str, value: Any) -> list[JsonObject]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong_type(name, "Collection(microsoft.graph.location)")
    return [_location(name, each) for each in value]


def _attendees(name: str, value: Any) -> list[JsonObject]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong_type(name, "Collection(microsoft.graph.attendee)")
    if len(value) > ATTENDEES_MAX:
        raise _invalid(f"The event has {len(value)} attendees, the maximum is {ATTENDEES_MAX}.")
    return [_attendee(name, each) for each in value]


def _attendee(name: str, value: Any) -> JsonObject:
    given = _members(name, value, {"type", "emailAddress", "status", "proposedNewTime"}, "attendee")
    kind = member("attendeeType", given.get("type") or "required", ("required", "optional", "resource"))
    status = _answer("status", given.get("status"))
    return {"type": kind, "status": status, "emailAddress": _person(name, given.get("emailAddress"))}


def _person(name: str, value: Any) -> JsonObject:
    given = _members(name, value, {"name", "address"}, "emailAddress")
    address = (_text("address", given.get("address")) or "").strip()
    if not address:
        raise _invalid(f"An entry of {name} has no address.", "ErrorInvalidRecipients")
    return {"name": _text("name", given.get("name")) or address, "address": address}


def _organizer(name: str, value: Any) -> JsonObject:
    return {
        "emailAddress": _person(
            name, _members(name, value, {"emailAddress"}, "recipient").get("emailAddress")
        )
    }


def _answer(name: str, value: Any) -> JsonObject:
    given = _members(name, value or {}, {"response", "time"}, "responseStatus")
    response = member("responseType", given.get("response") or "none", _RESPONSES)
    return {"response": response, "time": given.get("time") or _NEVER}


def _with_answers(wanted: list[JsonObject], stored: list[JsonObject]) -> list[JsonObject]:
    """What attendees answered is the server's to know: those who stay keep theirs."""
    answers = {each["emailAddress"]["address"].casefold(): each["status"] for each in stored}
    return [
        {**each, "status": answers.get(each["emailAddress"]["address"].casefold(), each["status"])}
        for each in wanted
    ]


def _members(name: str, value: Any, members: set[str], type_name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise _wrong_type(name, f"microsoft.graph.{type_name}")
    found = {key: each for key, each in value.items() if "@" not in key}
    if unknown := set(found) - members:
        raise bad_request(
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.{type_name}'.",
            "RequestBodyRead",
        )
    return found


def _wrong_type(name: str, type_name: str) -> GraphError:
    return bad_request(
        f"The value of the property '{name}' cannot be read as the expected type '{type_name}'.",
        "RequestBodyRead",
    )


def _invalid(message: str, code: str = "ErrorPropertyValidationFailure") -> GraphError:
    return bad_request(message, code)


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys((*FLAGS, "isOrganizer", "isCancelled", "isDraft"), _flag),
    **dict.fromkeys(("subject", "transactionId", "iCalUId"), _text),
    "body": _body,
    "start": _time,
    "end": _time,
    "location": _location,
    "locations": _locations,
    "attendees": _attendees,
    "categories": _categories,
    "recurrence": lambda _, value: checked_recurrence(value),
    "reminderMinutesBeforeStart": _minutes,
    "organizer": _organizer,
    "responseStatus": _answer,
}
