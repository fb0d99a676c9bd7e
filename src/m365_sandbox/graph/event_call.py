"""How endpoints of the calendar find what a request names."""

from datetime import UTC, datetime, timedelta

from m365_sandbox.errors import GraphError, bad_request, not_found
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contacts import extended_of_body
from m365_sandbox.graph.event_json import LEVELS, LINKS, PRIVATE, SENSITIVITY
from m365_sandbox.graph.extensions import parsed
from m365_sandbox.store import ids
from m365_sandbox.store.event_records import Calendar, Event, EventChange
from m365_sandbox.store.events import etag_key
from m365_sandbox.store.records import JsonObject, NotFoundError

WINDOW_MAX = timedelta(days=1825)


def calendar_of(call: Call, calendar: str) -> Calendar:
    """The calendar with this id, the default one for none.

    Raises:
        GraphError: 400 for what cannot be an id, 404 for what is not there.
    """
    if not calendar:
        return call.state.calendars.default(call.mailbox.n)
    _refuse_malformed(calendar)
    try:
        return call.state.calendars.get(call.mailbox.n, calendar)
    except NotFoundError:
        raise not_found() from None


def event_of(call: Call, event: str, calendar: str = "") -> Event:
    """The event, series or occurrence with this id; when a calendar is given, it must lie there.

    Raises:
        GraphError: 400 for what cannot be an id, 404 for what is not there; deleted ones are as for contacts
            (`Readings.deleted_still_found`).
    """
    _refuse_malformed(event)
    found = call.state.events.find(call.mailbox.n, event)
    if found is None or (calendar and found.calendar != calendar_of(call, calendar).n):
        raise not_found()
    immutable = event == found.immutable_id
    if not call.readings.both_id_forms and immutable != call.request.wants_immutable_ids:
        raise not_found()
    if found.deleted and not call.readings.deleted_still_found:
        raise not_found()
    return found


def window_of(call: Call) -> tuple[datetime, datetime]:
    """The window of a view: `startDateTime` and `endDateTime`, by their own offset, in UTC without one.

    Raises:
        GraphError: 400 when one is missing, is no time, or when the window is longer than five years (thread 6284).
    """
    given = {name.lower(): value for name, value in call.request.options.items()}
    found = []
    for name in ("startDateTime", "endDateTime"):
        text = given.get(name.lower())
        if text is None:
            raise bad_request(
                "This request requires a time window specified by the query string parameters StartDateTime and "
                "EndDateTime.",
                "ErrorInvalidParameter",
            )
        found.append(_moment(name, text))
    least, most = found
    if most < least:
        raise bad_request("EndDateTime lies before StartDateTime.", "ErrorInvalidParameter")
    if most - least > WINDOW_MAX:
        raise bad_request(
            f"The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long: at most "
            f"{WINDOW_MAX.days} days.",
            "ErrorInvalidRequest",
        )
    return least, most


def _moment(name: str, text: str) -> datetime:
    head, dot, decimals = text.partition(".")
    digits = len(decimals) - len(decimals.lstrip("0123456789"))
    try:
        moment = datetime.fromisoformat(head + decimals[digits:] if dot else text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad_request(f"{name} is no time: {text}.", "ErrorInvalidParameter") from None


def refuse_other_version(call: Call, event: Event) -> None:
    """Refuse with 412 when `If-Match` names another version than the present one, if that header counts."""
    wanted = call.request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*" or call.readings.if_match == "ignored":
        return
    if wanted.strip().removeprefix("W/").strip('"') != etag_key(call.mailbox, event):
        raise GraphError(
            412,
            call.readings.conflict_code,
            "The change key passed in the request does not match the current change key for the item.",
        )


def change_of(call: Call, body: JsonObject, event: Event | None = None) -> EventChange:
    """The change that a body means for an event (None: a new one).

    Raises:
        GraphError: 400, for what Graph would refuse.
    """
    body = dict(body)
    single = extended_of_body(body.pop("singleValueExtendedProperties", None), multi=False)
    multi = extended_of_body(body.pop("multiValueExtendedProperties", None), multi=True)
    inline = body.pop("extensions", None) or []
    if not isinstance(inline, list):
        raise bad_request("extensions must be a collection.", "RequestBodyRead")
    if inline and event is not None:
        raise bad_request(
            "Open extensions of an existing event have addresses of their own.", "ErrorInvalidRequest"
        )
    if call.readings.private_mark == "in_step":
        for key in (PRIVATE, SENSITIVITY):
            if key in single and "sensitivity" not in body:
                body["sensitivity"] = _level(key, single[key][1], event)
            single.pop(key, None)
    if call.readings.link_fields == "dropped":
        for key in LINKS:
            single.pop(key, None)
            multi.pop(key, None)
    change = call.state.event_change(call.mailbox, body, event=event)
    properties = _online(call, change.properties, event.properties if event else {})
    return EventChange(properties, single, multi, dict(parsed(each) for each in inline))


def _level(key: str, value: str | None, event: Event | None) -> str:
    now: str = event.properties["sensitivity"] if event else "normal"
    if key == SENSITIVITY:
        number = int(value) if value and value.isdecimal() else 0
        return LEVELS[number] if number < len(LEVELS) else now
    if (value or "").lower() == "true":
        return "private"
    return "normal" if now == "private" else now


def _online(call: Call, wanted: JsonObject, stored: JsonObject) -> JsonObject:
    """With the meeting's address when a meeting goes online; without it when the body lost it (Update event)."""
    meeting = stored.get("onlineMeeting")
    if wanted.get("isOnlineMeeting") and not meeting:
        address = f"https://teams.microsoft.com/l/meetup-join/{call.state.ids.guid()}"
        body = wanted.get("body") or stored.get("body") or {"contentType": "html", "content": ""}
        blob = f'<div class="me-email-text"><a href="{address}">Join the meeting</a></div>'
        provider = wanted.get("onlineMeetingProvider")
        return {
            **wanted,
            "onlineMeetingProvider": "teamsForBusiness" if provider in {None, "unknown"} else provider,
            "onlineMeeting": {"joinUrl": address},
            "body": {"contentType": "html", "content": body["content"] + blob},
        }
    if meeting and "body" in wanted and meeting["joinUrl"] not in wanted["body"]["content"]:
        return {**wanted, "isOnlineMeeting": False, "onlineMeetingProvider": "unknown", "onlineMeeting": None}
    return wanted


def _refuse_malformed(identifier: str) -> None:
    if not ids.is_well_formed(identifier):
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
