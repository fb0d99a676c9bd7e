"""Lists of To Do: list, create, get, rename, delete, follow (Graph: todoTaskList resource and its methods)."""

import re
from dataclasses import replace

from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.graph import cursor as cursors
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.cursor import Cursor
from m365_sandbox.graph.request import Answer
from m365_sandbox.graph.task_call import list_of, refuse_other_version
from m365_sandbox.graph.task_json import list_json
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import TaskList
from m365_sandbox.task_type import LIST_PROPERTIES, checked_list

TOP_DEFAULT = 100
# Far from the numbers under which other deltas keep their cursors.
_SCOPE = 8_000_000_000
_NAMED = re.compile(
    r"(displayName|wellknownListName)\s+eq\s+'((?:[^']|'')*)'|startswith\(\s*displayName\s*,\s*'((?:[^']|'')*)'\s*\)",
    re.IGNORECASE,
)


def list_lists(call: Call) -> Answer:
    """GET todo/lists: the built-in ones first (Graph: List lists)."""
    options = odata.allow(call.request, "$top", "$skip", "$select", "$count", "$filter")
    select = odata.selected(options, LIST_PROPERTIES, "todoTaskList")
    top = odata.number(options, "$top", TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    if call.faults.mischief.page_max:
        top = min(top, call.faults.mischief.page_max)
    skip = odata.number(options, "$skip", 0, least=0)
    found = _filtered(call.state.task_lists.all(call.mailbox.n), options.get("$filter", "").strip())
    body = odata.collection(
        call.request,
        f"{call.owner}/todo/lists",
        [list_json(call, each, select) for each in found[skip : skip + top]],
        count=len(found) if options.get("$count", "").lower() == "true" else None,
        next_skip=skip + top if len(found) > skip + top else None,
    )
    return Answer(200, body)


def _filtered(found: list[TaskList], text: str) -> list[TaskList]:
    if not text:
        return found
    match = _NAMED.fullmatch(text)
    if match is None:
        raise GraphError(
            400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."
        )
    if match[1] is None:
        wanted = match[3].replace("''", "'").casefold()
        return [each for each in found if each.name.casefold().startswith(wanted)]
    wanted = match[2].replace("''", "'").casefold()
    by_name = match[1].lower() == "displayname"
    return [each for each in found if (each.name if by_name else each.kind).casefold() == wanted]


def create_list(call: Call) -> Answer:
    """POST todo/lists: 201 (Graph: Create todoTaskList)."""
    name = checked_list(call.request.json())
    if name is None:
        raise bad_request("A list needs a displayName.", "ErrorInvalidRequest")
    return _one(call, 201, call.state.task_lists.add(call.mailbox.n, name))


def get_list(call: Call, task_list: str) -> Answer:
    """GET todo/lists/{id}."""
    select = odata.selected(odata.allow(call.request, "$select"), LIST_PROPERTIES, "todoTaskList")
    return _one(call, 200, list_of(call, task_list), select)


def update_list(call: Call, task_list: str) -> Answer:
    """PATCH todo/lists/{id}: another name; the built-in lists keep theirs (Graph: todoTaskList resource)."""
    name = checked_list(call.request.json())
    with call.state.transaction():
        found = list_of(call, task_list)
        refuse_other_version(call, found)
        _refuse_built_in(found)
        if name is not None:
            found = call.state.task_lists.rename(found, name)
    return _one(call, 200, found)


def delete_list(call: Call, task_list: str) -> Answer:
    """DELETE todo/lists/{id}: with all its tasks, for ever; 204. The built-in lists cannot be deleted."""
    with call.state.transaction():
        found = list_of(call, task_list)
        refuse_other_version(call, found)
        _refuse_built_in(found)
        call.state.remove_task_list(call.mailbox.id, found)
    return Answer(204)


def list_delta(call: Call) -> Answer:
    """GET todo/lists/delta: lists added, renamed or removed (Graph: todoTaskList: delta)."""
    call.state.task_lists.default(call.mailbox.n)
    head = call.state.directory.by_number(call.mailbox.n).sequence
    cursor = cursors.read(call.request, call.mailbox, _SCOPE)
    if cursor is None:
        options = odata.allow(call.request, "$select", "$deltatoken", "$skiptoken")
        select = odata.selected(options, LIST_PROPERTIES, "todoTaskList") or ()
        cursor = Cursor(_SCOPE, call.mailbox.n, call.mailbox.epoch, 0, 0, head, select)
    elif "$deltatoken" in call.request.options:
        cursor = replace(cursor, upto=head)
    size = cursors.page_size(call.request, call.readings.delta_page)
    found = call.state.task_lists.changed(call.mailbox.n, cursor.position, cursor.upto, size + 1)
    page, more = found[:size], len(found) > size
    if more:
        cursor = replace(cursor, position=page[-1].sequence)
    value = [entry for each in page if (entry := _delta_entry(call, each, cursor))]
    body = odata.collection(call.request, "Collection(todoTaskList)", value)
    return Answer(200, {**body, **cursors.link(call.request, cursor, finished=not more)})


def _delta_entry(call: Call, place: TaskList, cursor: Cursor) -> JsonObject | None:
    kind = {"@odata.type": "#microsoft.graph.todoTaskList"} if call.request.wants_metadata else {}
    if not place.deleted:
        return {**kind, **list_json(call, place, cursor.select or None)}
    if cursor.first_round:
        return None
    return {**kind, "id": place.id, "@removed": {"reason": "deleted"}}


def _refuse_built_in(found: TaskList) -> None:
    if found.kind != "none":
        raise GraphError(
            403, "ErrorDeleteDistinguishedFolder", "Built-in lists cannot be renamed or deleted."
        )


def _one(call: Call, status: int, place: TaskList, select: tuple[str, ...] | None = None) -> Answer:
    return Answer(status, {**call.context("todo/lists/$entity"), **list_json(call, place, select)})
