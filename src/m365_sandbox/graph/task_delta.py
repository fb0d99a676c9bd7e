"""The delta of a list of tasks (Graph: todoTask: delta; Use delta query).

`$top`, `$expand`, `$filter` and `$orderby`, which that page has in words taken from the page on messages, are not
modelled.
"""

from collections.abc import Sequence
from dataclasses import replace

from m365_sandbox.errors import not_modelled
from m365_sandbox.graph import cursor as cursors
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.cursor import Cursor
from m365_sandbox.graph.request import Answer
from m365_sandbox.graph.task_call import list_of
from m365_sandbox.graph.task_json import Expanded, applied, expansion, selected, task_json
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import GoneTask, Task, TaskList

# Far from the numbers under which other deltas keep their cursors.
_SCOPE = 9_000_000_000


def task_delta(call: Call, task_list: str) -> Answer:
    """GET tasks/delta: a page of what was added, changed or taken away since."""
    place = list_of(call, task_list)
    scope = _SCOPE + place.n
    cursor = cursors.read(call.request, call.mailbox, scope) or _first(call, scope)
    if "$deltatoken" in call.request.options and cursor.position:
        head = call.faults.visible_head(scope, call.mailbox.sequence)
        cursor = replace(cursor, upto=max(head, cursor.position))
    mischief = call.faults.mischief
    size = cursors.page_size(call.request, call.readings.delta_page)
    if mischief.page_max:
        size = min(size, mischief.page_max)
    if cursor.blank:
        return _answer(call, [], replace(cursor, blank=False), finished=False)
    found = _changes(call, place, cursor, size + 1)
    page, more = [*found[:size]], len(found) > size
    if mischief.repeat_items and cursor.last:
        page = [*_changes(call, place, replace(cursor, position=cursor.last - 1, upto=cursor.last), 1), *page]
    if mischief.reverse_pages:
        page.reverse()
    value = [_entry(call, each, cursor) for each in page]
    if more:
        last = found[size - 1].sequence
        cursor = replace(cursor, position=last, last=last, blank=mischief.empty_pages)
    return _answer(call, value, cursor, finished=not more)


def _first(call: Call, scope: int) -> Cursor:
    options = call.request.options
    for name in ("$filter", "$orderby", "$search", "$top", "$skip", "$count", "$expand"):
        if name in options:
            raise not_modelled(f"{name} on a delta of tasks")
    select = selected(call, options)
    head = call.faults.visible_head(scope, call.mailbox.sequence)
    return Cursor(scope, call.mailbox.n, call.mailbox.epoch, 0, 0, head, select or ())


def _changes(call: Call, place: TaskList, cursor: Cursor, limit: int) -> Sequence[Task | GoneTask]:
    """The next changes by number; in a first round there is nothing to say of those that left before."""
    found: list[Task | GoneTask] = [*call.state.tasks.changed(place, cursor.position, cursor.upto, limit)]
    if not cursor.first_round:
        found += call.state.tasks.gone(place, cursor.position, cursor.upto, limit)
    return sorted(found, key=lambda each: each.sequence)[:limit]


def _entry(call: Call, change: Task | GoneTask, cursor: Cursor) -> JsonObject:
    kind = {"@odata.type": "#microsoft.graph.todoTask"} if call.request.wants_metadata else {}
    if isinstance(change, Task):
        expanded: Expanded = expansion(call, {})
        return {**kind, **task_json(call, change, cursor.select or None, expanded)}
    return {**kind, "id": change.id, "@removed": {"reason": "deleted"}}


def _answer(call: Call, value: list[JsonObject], cursor: Cursor, *, finished: bool) -> Answer:
    body = odata.collection(call.request, "Collection(todoTask)", value)
    return Answer(200, {**body, **cursors.link(call.request, cursor, finished=finished)}, applied(call))
