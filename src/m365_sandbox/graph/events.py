"""Events: list, count, create, get, update, delete, instances (Graph: event resource and its methods)."""

from collections.abc import Callable
from typing import Any

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError, bad_request, not_modelled
from m365_sandbox.event_type import PROPERTIES
from m365_sandbox.graph import meeting_mail, odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.event_call import calendar_of, change_of, event_of, refuse_other_version, window_of
from m365_sandbox.graph.event_filters import condition
from m365_sandbox.graph.event_json import applied, event_json
from m365_sandbox.graph.odata import Expansion
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject

_BESIDE = ("singleValueExtendedProperties", "multiValueExtendedProperties")
_NOT_IN_VIEW = ("createdDateTime", "lastModifiedDateTime")
_ORDERS: dict[str, Callable[[Event], Any]] = {
    "start/datetime": lambda event: time_zones.moment(event.properties["start"]),
    "end/datetime": lambda event: time_zones.moment(event.properties["end"]),
    "subject": lambda event: event.properties["subject"].casefold(),
    "createddatetime": lambda event: event.created,
    "lastmodifieddatetime": lambda event: event.modified,
}


def list_events(call: Call, calendar: str = "") -> Answer:
    """GET events: single events and series of one calendar, ten a page by default (Graph: List events)."""
    place = calendar_of(call, calendar)
    return _page(call, call.state.events.listed(place), "events")


def calendar_view(call: Call, calendar: str = "") -> Answer:
    """GET calendarView: what touches the window, series expanded, by start (Graph: List calendarView)."""
    place = calendar_of(call, calendar)
    found = list(call.state.events.view(place, *window_of(call)))
    return _page(call, sorted(found, key=_ORDERS["start/datetime"]), "calendarView")


def list_instances(call: Call, event: str, calendar: str = "") -> Answer:
    """GET events/{id}/instances: occurrences and exceptions of a series in a window (Graph: List instances)."""
    master = event_of(call, event, calendar)
    window = window_of(call)
    if master.kind != "seriesMaster":
        raise bad_request("The item is not a recurring master.", "ErrorInvalidRequest")
    return _page(call, list(call.state.events.instances(master, *window)), "instances")


def _page(call: Call, found: list[Event], what: str) -> Answer:
    options = odata.allow(
        call.request, "$top", "$skip", "$select", "$orderby", "$filter", "$expand", "$count"
    )
    select = odata.selected(options, PROPERTIES, "event")
    if what == "calendarView":
        _refuse_in_view(call, select, options)
    expansion = odata.expansion(options)
    top = odata.number(options, "$top", odata.TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    if call.faults.mischief.page_max:
        top = min(top, call.faults.mischief.page_max)
    skip = odata.number(options, "$skip", 0, least=0)
    passes = condition(call, options.get("$filter", ""))
    found = _ordered([each for each in found if passes(each)], options)
    page = found[skip : skip + top]
    if call.faults.mischief.reverse_pages:
        page.reverse()
    count = len(found) if options.get("$count", "").lower() == "true" else None
    body = odata.collection(
        call.request,
        f"{call.owner}/{what}",
        [event_json(call, each, select, expansion) for each in page],
        count=count,
        next_skip=skip + top if len(found) > skip + top else None,
    )
    return Answer(200, body, applied(call))


def _refuse_in_view(call: Call, select: tuple[str, ...] | None, options: dict[str, str]) -> None:
    for name in _NOT_IN_VIEW:
        if select and name in select:
            raise bad_request(f"{name} cannot be selected on calendarView.", "ErrorInvalidProperty")
    if options.get("$expand") and call.readings.view_expand == "refused":
        raise bad_request("The query option $expand is not supported on calendarView.", "ErrorInvalidRequest")


def _ordered(found: list[Event], options: dict[str, str]) -> list[Event]:
    for part in reversed([each.strip() for each in options.get("$orderby", "").split(",") if each.strip()]):
        name, _, way = part.partition(" ")
        key = _ORDERS.get(name.lower())
        if key is None or way.strip().lower() not in {"", "asc", "desc"}:
            raise not_modelled(f"$orderby={part} on events")
        found = sorted(found, key=key, reverse=way.strip().lower() == "desc")
    return found


def count_events(call: Call, calendar: str = "") -> Answer:
    """GET events/$count: the number as plain text."""
    place = calendar_of(call, calendar)
    passes = condition(call, odata.allow(call.request, "$filter").get("$filter", ""))
    number = sum(map(passes, call.state.events.listed(place)))
    return Answer(200, str(number).encode(), content_type="text/plain")


def create_event(call: Call, calendar: str = "") -> Answer:
    """POST events: 201 with the new event; with attendees, they are invited (Graph: Create event)."""
    place = calendar_of(call, calendar)
    body = call.request.json()
    with call.state.transaction():
        known = body.get("transactionId")
        if isinstance(known, str) and known:
            before = call.state.events.with_transaction(call.mailbox.n, known)
            if before is not None:
                return _repeated(call, before)
        change = change_of(call, body)
        event = call.state.events.add(place, change)
        meeting_mail.made(call, event)
    names = tuple(change.extensions) if change.extensions else None
    return _one(call, 201, event, expansion=Expansion({}, {}, names))


def _repeated(call: Call, event: Event) -> Answer:
    if call.readings.repeated_transaction == "conflict":
        raise GraphError(
            409, "ErrorDuplicateTransactionId", "An event with the same transactionId exists already."
        )
    return _one(call, 201, event)


def get_event(call: Call, event: str, calendar: str = "") -> Answer:
    """GET events/{id}; a series with `$expand=exceptionOccurrences` and `$select=cancelledOccurrences` too."""
    found = event_of(call, event, calendar)
    options = dict(odata.allow(call.request, "$select", "$expand"))
    parts = odata.top_level(options.get("$expand", ""))
    rest = [each for each in parts if each.strip().lower() != "exceptionoccurrences"]
    options["$expand"] = ",".join(rest)
    select = odata.selected(options, PROPERTIES, "event")
    answer = _one(call, 200, found, select, odata.expansion(options))
    if len(rest) < len(parts) and isinstance(answer.body, dict):
        exceptions = call.state.events.exceptions(found) if found.kind == "seriesMaster" else []
        answer.body["exceptionOccurrences"] = [event_json(call, each) for each in exceptions]
    return answer


def update_event(call: Call, event: str, calendar: str = "") -> Answer:
    """PATCH events/{id}: 200 with the whole event; an occurrence becomes an exception (Graph: Update event)."""
    body = call.request.json()
    with call.state.transaction():
        found = event_of(call, event, calendar)
        refuse_other_version(call, found)
        change = change_of(call, body, found)
        after = call.state.events.update(call.mailbox.n, found, change)
        named = [name for name in body if "@" not in name and name not in _BESIDE]
        meeting_mail.changed(call, found, after, named, extended=any(name in body for name in _BESIDE))
    return _one(call, 200, after)


def delete_event(call: Call, event: str, calendar: str = "") -> Answer:
    """DELETE events/{id}: to Deleted Items, an occurrence out of its series; 204. Attendees are told."""
    with call.state.transaction():
        found = event_of(call, event, calendar)
        refuse_other_version(call, found)
        meeting_mail.called_off(call, found)
        call.state.events.delete(call.mailbox.n, found)
    return Answer(204)


def delete_for_ever(call: Call, event: str, calendar: str = "") -> Answer:
    """POST events/{id}/permanentDelete: 204, and nothing to restore (Graph: event: permanentDelete)."""
    with call.state.transaction():
        found = event_of(call, event, calendar)
        meeting_mail.called_off(call, found)
        call.state.events.purge(call.mailbox.n, found)
    return Answer(204)


def refuse_attachments(call: Call, event: str, calendar: str = "") -> Answer:
    """GET events/{id}/attachments: files on events are not modelled."""
    event_of(call, event, calendar)
    raise not_modelled("attachments of events")


def refuse_delta(call: Call, calendar: str = "") -> Answer:
    """GET events/delta: Microsoft's pages know calendarView/delta in v1.0 alone."""
    calendar_of(call, calendar)
    raise not_modelled("events/delta; calendarView/delta is what Microsoft's pages describe")


def _one(
    call: Call,
    status: int,
    event: Event,
    select: tuple[str, ...] | None = None,
    expansion: Expansion = odata.NOTHING,
) -> Answer:
    body: JsonObject = {**call.context("events/$entity"), **event_json(call, event, select, expansion)}
    return Answer(status, body, applied(call))
