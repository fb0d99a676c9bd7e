"""calendarView/delta with its peculiarities (Graph: event: delta; Get incremental changes to events in a calendar).

The window is frozen in the tokens. A series comes with all its occurrences in the window on one page, its first day
outside or not; occurrences are skeletal. What leaves the window is reported removed; an occurrence taken out of its
series is not, unless a reading says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.graph import cursor as cursors
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.cursor import Cursor
from m365_sandbox.graph.event_call import calendar_of, window_of
from m365_sandbox.graph.event_json import applied, event_json, skeleton_json
from m365_sandbox.graph.request import Answer
from m365_sandbox.store import event_times
from m365_sandbox.store.event_records import Calendar, Event, GoneEvent
from m365_sandbox.store.records import JsonObject

# Far from the numbers under which other deltas keep their cursors.
_SCOPE = 7_000_000_000
_KIND = "calendarView"


def event_delta(call: Call, calendar: str = "") -> Answer:
    """GET calendarView/delta: a page of what changed among the events of a window."""
    place = calendar_of(call, calendar)
    scope = _SCOPE + place.n
    cursor = cursors.read(call.request, call.mailbox, scope) or _first(call, scope)
    if "$deltatoken" in call.request.options and cursor.position:
        head = call.faults.visible_head(scope, call.mailbox.sequence)
        cursor = replace(cursor, upto=max(head, cursor.position))
    if cursor.blank:
        return _answer(call, [], replace(cursor, blank=False), finished=False)
    value, last = _page(call, place, cursor)
    if call.faults.mischief.repeat_items and cursor.last:
        before = replace(cursor, position=cursor.last - 1, upto=cursor.last)
        value = _page(call, place, before)[0] + value
    if call.faults.mischief.reverse_pages:
        value.reverse()
    if last is not None:
        cursor = replace(cursor, position=last, last=last, blank=call.faults.mischief.empty_pages)
    return _answer(call, value, cursor, finished=last is None)


def _first(call: Call, scope: int) -> Cursor:
    options = call.request.options
    if "$select" in options and call.readings.calendar_delta_select == "refused":
        raise bad_request(
            "The query option $select is not supported with change tracking.", "ErrorInvalidRequest"
        )
    if "$expand" in options and call.readings.delta_expand == "fails":
        raise GraphError(500, "ErrorInternalServerError", "An internal server error occurred.")
    refused = ["$filter", "$orderby", "$search", "$top", "$skip", "$count"]
    refused += ["$expand"] if call.readings.delta_expand == "refused" else []
    for name in refused:
        if name in options:
            raise bad_request(
                f"The query option {name} is not supported with change tracking.", "ErrorInvalidRequest"
            )
    window = tuple(each.isoformat() for each in window_of(call))
    head = call.faults.visible_head(scope, call.mailbox.sequence)
    return Cursor(scope, call.mailbox.n, call.mailbox.epoch, 0, 0, head, (_KIND, *window))


def _page(call: Call, place: Calendar, cursor: Cursor) -> tuple[list[JsonObject], int | None]:
    """The entries of a page and the change with which it ends, None when the round ends with it.

    The entries of one series stay together, so a page may be longer than preferred.
    """
    size = cursors.page_size(call.request, call.readings.delta_page)
    if call.faults.mischief.page_max:
        size = min(size, call.faults.mischief.page_max)
    value: list[JsonObject] = []
    position = cursor.position
    while True:
        changes = _changes(call, place, replace(cursor, position=position), size + 1)
        for at, change in enumerate(changes):
            if len(value) >= size:
                return value, position
            value += _entries(call, place, change, cursor)
            position = change.sequence
            if at == size:
                break
        else:
            return value, None


def _changes(call: Call, place: Calendar, cursor: Cursor, limit: int) -> Sequence[Event | GoneEvent]:
    """The next changes by number; in a first round there is nothing to say of those that left before."""
    found: list[Event | GoneEvent] = [*call.state.events.changed(place, cursor.position, cursor.upto, limit)]
    if not cursor.first_round:
        found += call.state.events.gone(place, cursor.position, cursor.upto, limit)
    return sorted(found, key=lambda each: each.sequence)[:limit]


def _entries(call: Call, place: Calendar, change: Event | GoneEvent, cursor: Cursor) -> list[JsonObject]:
    least, most = (datetime.fromisoformat(each) for each in cursor.select[1:3])
    if isinstance(change, GoneEvent):
        return _of_gone(call, place, change, least, most)
    if change.kind == "seriesMaster":
        instances = list(call.state.events.instances(change, least, most))
        if instances:
            return [_whole(call, change), *(_instance(call, each) for each in instances)]
    elif event_times.overlaps(change.properties, least, most):
        return [_whole(call, change)]
    outside = call.faults.mischief.false_removals and not cursor.first_round
    return [_removed(call, change)] if outside else []


def _of_gone(
    call: Call, place: Calendar, gone: GoneEvent, least: datetime, most: datetime
) -> list[JsonObject]:
    touched = gone.begins < event_times.text(most) and gone.ends >= event_times.text(least)
    if gone.day is not None:
        told = touched and call.readings.occurrence_removal == "told"
        return [_removed(call, gone)] if told and not _is_there(call, place, gone, least, most) else []
    if not touched and not call.faults.mischief.false_removals:
        return []
    return [] if _is_there(call, place, gone, least, most) else [_removed(call, gone)]


def _is_there(call: Call, place: Calendar, gone: GoneEvent, least: datetime, most: datetime) -> bool:
    """Whether the event is in the window by now: then it comes as itself, later in the round."""
    found = call.state.events.find(call.mailbox.n, gone.immutable_id)
    if found is None or found.deleted or found.calendar != place.n:
        return False
    if found.kind == "seriesMaster":
        return any(True for _ in call.state.events.instances(found, least, most))
    return event_times.overlaps(found.properties, least, most)


def _instance(call: Call, event: Event) -> JsonObject:
    return _whole(call, event) if event.kind == "exception" else {**_type(call), **skeleton_json(call, event)}


def _whole(call: Call, event: Event) -> JsonObject:
    return {**_type(call), **event_json(call, event)}


def _removed(call: Call, event: Event | GoneEvent) -> JsonObject:
    shown = event.immutable_id if call.request.wants_immutable_ids else event.id
    return {**_type(call), "id": shown, "@removed": {"reason": "deleted"}}


def _type(call: Call) -> dict[str, str]:
    return {"@odata.type": "#microsoft.graph.event"} if call.request.wants_metadata else {}


def _answer(call: Call, value: list[JsonObject], cursor: Cursor, *, finished: bool) -> Answer:
    body = odata.collection(call.request, "Collection(event)", value)
    return Answer(200, {**body, **cursors.link(call.request, cursor, finished=finished)}, applied(call))
