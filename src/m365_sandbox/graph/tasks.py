"""Tasks: list, count, create, get, update, delete (Graph: todoTask resource and its methods)."""

from m365_sandbox.errors import bad_request, not_modelled
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.extensions import parsed
from m365_sandbox.graph.request import Answer
from m365_sandbox.graph.task_call import list_of, place_of, refuse_other_version, task_of
from m365_sandbox.graph.task_filters import condition, ordered
from m365_sandbox.graph.task_json import NOTHING, Expanded, applied, expansion, selected, task_json
from m365_sandbox.graph.task_lists import TOP_DEFAULT
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import Task, TaskChange, TaskList
from m365_sandbox.task_type import checked, checked_link

_WITH_ADDRESSES = ("linkedResources", "extensions", "checklistItems", "attachments")


def list_tasks(call: Call, task_list: str) -> Answer:
    """GET tasks: a page of one list, a hundred by default (seen in practice; Graph: List tasks)."""
    place = list_of(call, task_list)
    options = odata.allow(
        call.request, "$top", "$skip", "$select", "$orderby", "$filter", "$expand", "$count"
    )
    select = selected(call, options)
    expanded = expansion(call, options)
    top = odata.number(options, "$top", TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    if call.faults.mischief.page_max:
        top = min(top, call.faults.mischief.page_max)
    skip = odata.number(options, "$skip", 0, least=0)
    passes = condition(options.get("$filter", ""))
    found = ordered(
        [each for each in call.state.tasks.listed(place) if passes(each)], options.get("$orderby", "")
    )
    page = found[skip : skip + top]
    if call.faults.mischief.reverse_pages:
        page.reverse()
    body = odata.collection(
        call.request,
        f"{call.owner}/{place_of(place)}/tasks",
        [task_json(call, each, select, expanded) for each in page],
        count=len(found) if options.get("$count", "").lower() == "true" else None,
        next_skip=skip + top if len(found) > skip + top else None,
    )
    return Answer(200, body, applied(call))


def count_tasks(call: Call, task_list: str) -> Answer:
    """GET tasks/$count: the number as plain text."""
    place = list_of(call, task_list)
    passes = condition(odata.allow(call.request, "$filter").get("$filter", ""))
    number = sum(map(passes, call.state.tasks.listed(place)))
    return Answer(200, str(number).encode(), content_type="text/plain")


def create_task(call: Call, task_list: str) -> Answer:
    """POST tasks: 201 with the new task and the links and extensions that came along (Graph: Create todoTask).

    Steps and attachments in the same request are not on that page, so they are not modelled.
    """
    body = dict(call.request.json())
    links, extensions = _collection(body, "linkedResources"), _collection(body, "extensions")
    for name in ("checklistItems", "attachments"):
        if body.pop(name, None):
            raise not_modelled(f"{name} in the request that creates a task")
    with call.state.transaction():
        place = list_of(call, task_list)
        if place.kind == "flaggedEmails":
            raise not_modelled("tasks made in the list of flagged mail")
        change = TaskChange(
            checked(body, call.state.clock()),
            tuple(checked_link(each) for each in links),
            dict(parsed(each) for each in extensions),
        )
        made = call.state.tasks.add(place, change)
    always = call.readings.task_links == "always"
    expanded = Expanded(("linkedResources",) if links or always else (), bool(extensions))
    return _one(call, 201, place, made, expanded=expanded)


def get_task(call: Call, task_list: str, task: str) -> Answer:
    """GET tasks/{id}."""
    found = task_of(call, task_list, task)
    options = odata.allow(call.request, "$select", "$expand")
    return _one(
        call,
        200,
        list_of(call, task_list),
        found,
        select=selected(call, options),
        expanded=expansion(call, options),
    )


def update_task(call: Call, task_list: str, task: str) -> Answer:
    """PATCH tasks/{id}: 200 with the whole task; what the body does not name stays (Graph: Update todoTask).

    A repeating task that is completed makes the next one of its series (see `Tasks.update`).
    """
    body = call.request.json()
    for name in _WITH_ADDRESSES:
        if name in body:
            raise bad_request(
                f"{name} of an existing task have addresses of their own.", "ErrorInvalidRequest"
            )
    _refuse_text(call, body)
    with call.state.transaction():
        found = task_of(call, task_list, task)
        refuse_other_version(call, found)
        wanted = checked(body, call.state.clock(), stored=found.properties)
        after = call.state.tasks.update(call.mailbox.n, found, wanted)
    return _one(call, 200, list_of(call, task_list), after, expanded=expansion(call, {}))


def delete_task(call: Call, task_list: str, task: str) -> Answer:
    """DELETE tasks/{id}: gone for good, 204 (Graph: Delete todoTask)."""
    with call.state.transaction():
        found = task_of(call, task_list, task)
        refuse_other_version(call, found)
        call.state.tasks.remove(call.mailbox.n, found)
    return Answer(204)


def refuse_attachments(call: Call, task_list: str, task: str, attachment: str = "") -> Answer:
    """Attachments and upload sessions: files on tasks are not modelled."""
    task_of(call, task_list, task)
    raise not_modelled(f"attachments of tasks{attachment and f' ({attachment})'}")


def _refuse_text(call: Call, body: JsonObject) -> None:
    """Update todoTask: "Note that only HTML type is supported": a note without any text is taken all the same."""
    note = body.get("body")
    if call.readings.task_text_patch == "works" or not isinstance(note, dict):
        return
    if note.get("content") and note.get("contentType") != "html":
        raise bad_request("Only a body of type html is supported.", "ErrorInvalidRequest")


def _collection(body: JsonObject, name: str) -> list[JsonObject]:
    found = body.pop(name, None) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise bad_request(f"{name} must be a collection of objects.", "RequestBodyRead")
    return found


def _one(
    call: Call,
    status: int,
    place: TaskList,
    task: Task,
    *,
    select: tuple[str, ...] | None = None,
    expanded: Expanded = NOTHING,
) -> Answer:
    context = call.context(f"{place_of(place)}/tasks/$entity")
    return Answer(status, {**context, **task_json(call, task, select, expanded)}, applied(call))
