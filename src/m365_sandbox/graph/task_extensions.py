"""Open extensions of a task or a list of tasks (Graph: openTypeExtension resource)."""

from m365_sandbox.errors import GraphError, not_found
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import bare_name, extension_json
from m365_sandbox.graph.extensions import parsed
from m365_sandbox.graph.request import Answer
from m365_sandbox.graph.task_call import list_of, place_of, place_of_task, task_of
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import Task, TaskList

_Owner = Task | TaskList


def list_extensions(call: Call, task_list: str, task: str = "") -> Answer:
    """GET …/extensions."""
    odata.allow(call.request)
    owner = _owner(call, task_list, task)
    entries = [
        extension_json(name, each) for name, each in call.state.beside.extensions((owner.owner,)).items()
    ]
    return Answer(200, odata.collection(call.request, f"{call.owner}/{_place(owner)}", entries))


def create_extension(call: Call, task_list: str, task: str = "") -> Answer:
    """POST …/extensions: 201."""
    name, data = parsed(call.request.json())
    with call.state.transaction():
        owner = _owner(call, task_list, task)
        if name in call.state.beside.extensions((owner.owner,)):
            raise GraphError(409, "nameAlreadyExists", f"An extension named {name} exists already.")
        return Answer(201, _written(call, owner, name, data))


def get_extension(call: Call, task_list: str, extension: str, task: str = "") -> Answer:
    """GET …/extensions/{name}."""
    owner = _owner(call, task_list, task)
    name, stored = _stored(call, owner, extension)
    return Answer(200, {**call.context(f"{_place(owner)}/$entity"), **extension_json(name, stored)})


def update_extension(call: Call, task_list: str, extension: str, task: str = "") -> Answer:
    """PATCH …/extensions/{name}: data named in the body replace those of that name; 200."""
    body = call.request.json()
    with call.state.transaction():
        owner = _owner(call, task_list, task)
        name, stored = _stored(call, owner, extension)
        _, data = parsed({**body, "extensionName": name})
        merged = {key: value for key, value in {**stored, **data}.items() if value is not None}
        return Answer(200, _written(call, owner, name, merged))


def delete_extension(call: Call, task_list: str, extension: str, task: str = "") -> Answer:
    """DELETE …/extensions/{name}: 204."""
    with call.state.transaction():
        owner = _owner(call, task_list, task)
        name, _ = _stored(call, owner, extension)
        call.state.beside.remove_extension(owner.owner, name)
        _changed(call, owner)
    return Answer(204)


def _owner(call: Call, task_list: str, task: str) -> _Owner:
    return task_of(call, task_list, task) if task else list_of(call, task_list)


def _stored(call: Call, owner: _Owner, extension: str) -> tuple[str, JsonObject]:
    name = bare_name(extension)
    stored = call.state.beside.extensions((owner.owner,)).get(name)
    if stored is None:
        raise not_found()
    return name, stored


def _written(call: Call, owner: _Owner, name: str, data: JsonObject) -> JsonObject:
    call.state.beside.write_extension(owner.owner, name, data)
    _changed(call, owner)
    return {**call.context(f"{_place(owner)}/$entity"), **extension_json(name, data)}


def _place(owner: _Owner) -> str:
    return f"{place_of_task(owner) if isinstance(owner, Task) else place_of(owner)}/extensions"


def _changed(call: Call, owner: _Owner) -> None:
    if not call.readings.extension_changes_item:
        return
    if isinstance(owner, Task):
        call.state.tasks.touch(call.mailbox.n, owner)
    else:
        call.state.task_lists.touch(owner)
