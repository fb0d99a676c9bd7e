"""Steps and links of a task (Graph: checklistItem and linkedResource resources and their methods)."""

from collections.abc import Callable

from m365_sandbox.errors import not_found
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.request import Answer
from m365_sandbox.graph.task_call import place_of_task, task_of
from m365_sandbox.graph.task_json import part_json
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import PartKind, Task, TaskPart
from m365_sandbox.task_type import checked_link, checked_step

Endpoint = Callable[..., Answer]


def routes_of(place: str, kind: PartKind) -> tuple[tuple[str, str, Endpoint], ...]:
    """The addresses of one kind of parts below a task's."""
    ends = _Ends(kind)
    one = f"{place}/{kind.lower()}/<part>"
    return (
        ("GET", f"{place}/{kind.lower()}", ends.list_all),
        ("POST", f"{place}/{kind.lower()}", ends.create),
        ("GET", one, ends.get),
        ("PATCH", one, ends.update),
        ("DELETE", one, ends.delete),
    )


class _Ends:
    """The endpoints of one kind of parts."""

    def __init__(self, kind: PartKind) -> None:
        self._kind = kind

    def list_all(self, call: Call, task_list: str, task: str) -> Answer:
        """GET: all of them, in the order of their making; `$top` and `$skip` cut pages."""
        found = task_of(call, task_list, task)
        options = odata.allow(call.request, "$top", "$skip", "$count")
        parts = call.state.task_parts.of(found, self._kind)
        top = odata.number(options, "$top", len(parts) or 1, least=1, most=odata.TOP_MAX)
        skip = odata.number(options, "$skip", 0, least=0)
        body = odata.collection(
            call.request,
            f"{call.owner}/{place_of_task(found)}/{self._kind}",
            [part_json(each) for each in parts[skip : skip + top]],
            count=len(parts) if options.get("$count", "").lower() == "true" else None,
            next_skip=skip + top if len(parts) > skip + top else None,
        )
        return Answer(200, body)

    def create(self, call: Call, task_list: str, task: str) -> Answer:
        """POST: 201 with the new one."""
        body = call.request.json()
        with call.state.transaction():
            found = task_of(call, task_list, task)
            made = call.state.task_parts.add(found, self._kind, self._checked(call, body, None))
            _changed(call, found)
        return self._one(call, 201, found, made)

    def get(self, call: Call, task_list: str, task: str, part: str) -> Answer:
        """GET one."""
        odata.allow(call.request)
        found = task_of(call, task_list, task)
        return self._one(call, 200, found, self._part(call, found, part))

    def update(self, call: Call, task_list: str, task: str, part: str) -> Answer:
        """PATCH one: 200; what the body does not name stays."""
        body = call.request.json()
        with call.state.transaction():
            found = task_of(call, task_list, task)
            now = self._part(call, found, part)
            after = call.state.task_parts.update(now, self._checked(call, body, now.properties))
            _changed(call, found)
        return self._one(call, 200, found, after)

    def delete(self, call: Call, task_list: str, task: str, part: str) -> Answer:
        """DELETE one: 204."""
        with call.state.transaction():
            found = task_of(call, task_list, task)
            call.state.task_parts.remove(self._part(call, found, part))
            _changed(call, found)
        return Answer(204)

    def _checked(self, call: Call, body: JsonObject, stored: JsonObject | None) -> JsonObject:
        if self._kind == "linkedResources":
            return checked_link(body, stored)
        return checked_step(body, call.state.clock(), stored)

    def _part(self, call: Call, task: Task, part_id: str) -> TaskPart:
        found = call.state.task_parts.find(task, self._kind, part_id)
        if found is None:
            raise not_found()
        return found

    def _one(self, call: Call, status: int, task: Task, part: TaskPart) -> Answer:
        context = call.context(f"{place_of_task(task)}/{self._kind}/$entity")
        return Answer(status, {**context, **part_json(part)})


def _changed(call: Call, task: Task) -> None:
    if call.readings.task_parts_change_task:
        call.state.tasks.touch(call.mailbox.n, task)
