"""How endpoints of To Do find what a request names."""

from m365_sandbox.errors import GraphError, not_found
from m365_sandbox.graph.call import Call
from m365_sandbox.store import ids
from m365_sandbox.store.task_records import Task, TaskList
from m365_sandbox.store.tasks import etag_key


def list_of(call: Call, task_list: str) -> TaskList:
    """The list with this id.

    Raises:
        GraphError: 400 for what cannot be an id, 404 for what is not there.
    """
    _refuse_malformed(task_list)
    found = call.state.task_lists.find(call.mailbox.n, task_list)
    if found is None:
        raise not_found()
    return found


def task_of(call: Call, task_list: str, task: str) -> Task:
    """The task with this id in this list; it has one form of id only (Graph: Obtain immutable identifiers).

    Raises:
        GraphError: 400 for what cannot be an id, 404 for what is not there.
    """
    place = list_of(call, task_list)
    _refuse_malformed(task)
    found = call.state.tasks.find(call.mailbox.n, task)
    if found is None or found.list != place.n:
        raise not_found()
    return found


def refuse_other_version(call: Call, item: Task | TaskList) -> None:
    """Refuse with 412 when `If-Match` names another version than the present one, if that header counts."""
    wanted = call.request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*" or call.readings.task_if_match == "ignored":
        return
    if wanted.strip().removeprefix("W/").strip('"') != etag_key(call.mailbox, item):
        raise GraphError(
            412,
            call.readings.conflict_code,
            "The change key passed in the request does not match the current change key for the item.",
        )


def place_of(place: TaskList) -> str:
    """A list's part of `@odata.context`."""
    return f"todo/lists('{place.id}')"


def place_of_task(task: Task) -> str:
    """A task's part of `@odata.context`."""
    return f"todo/lists('{task.list_id}')/tasks('{task.id}')"


def _refuse_malformed(identifier: str) -> None:
    if not ids.is_well_formed(identifier):
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
