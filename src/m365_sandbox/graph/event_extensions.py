"""Open extensions of an event (Graph: openTypeExtension resource)."""

from m365_sandbox.errors import GraphError, not_found
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import bare_name, extension_json
from m365_sandbox.graph.event_call import event_of
from m365_sandbox.graph.event_json import shown_id
from m365_sandbox.graph.extensions import parsed
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject


def list_extensions(call: Call, event: str, calendar: str = "") -> Answer:
    """GET events/{id}/extensions."""
    odata.allow(call.request)
    found = event_of(call, event, calendar)
    entries = [
        extension_json(name, each) for name, each in call.state.beside.extensions(found.owners).items()
    ]
    return Answer(200, odata.collection(call.request, f"{call.owner}/{_place(call, found)}", entries))


def create_extension(call: Call, event: str, calendar: str = "") -> Answer:
    """POST events/{id}/extensions: 201."""
    name, data = parsed(call.request.json())
    with call.state.transaction():
        found = event_of(call, event, calendar)
        if name in call.state.beside.extensions(found.owners):
            raise GraphError(409, "nameAlreadyExists", f"An extension named {name} exists already.")
        return Answer(201, _written(call, found, name, data))


def get_extension(call: Call, event: str, extension: str, calendar: str = "") -> Answer:
    """GET events/{id}/extensions/{name}."""
    found = event_of(call, event, calendar)
    name, stored = _stored(call, found, extension)
    return Answer(200, {**_context(call, found), **extension_json(name, stored)})


def update_extension(call: Call, event: str, extension: str, calendar: str = "") -> Answer:
    """PATCH events/{id}/extensions/{name}: data named in the body replace those of that name; 200."""
    body = call.request.json()
    with call.state.transaction():
        found = event_of(call, event, calendar)
        name, stored = _stored(call, found, extension)
        _, data = parsed({**body, "extensionName": name})
        merged = {key: value for key, value in {**stored, **data}.items() if value is not None}
        return Answer(200, _written(call, found, name, merged))


def delete_extension(call: Call, event: str, extension: str, calendar: str = "") -> Answer:
    """DELETE events/{id}/extensions/{name}: 204."""
    with call.state.transaction():
        found = event_of(call, event, calendar)
        name, _ = _stored(call, found, extension)
        call.state.beside.remove_extension(found.owner, name)
        _changed(call, found)
    return Answer(204)


def _stored(call: Call, event: Event, extension: str) -> tuple[str, JsonObject]:
    name = bare_name(extension)
    stored = call.state.beside.extensions(event.owners).get(name)
    if stored is None:
        raise not_found()
    return name, stored


def _written(call: Call, event: Event, name: str, data: JsonObject) -> JsonObject:
    call.state.beside.write_extension(event.owner, name, data)
    _changed(call, event)
    return {**_context(call, event), **extension_json(name, data)}


def _place(call: Call, event: Event) -> str:
    return f"events('{shown_id(call, event)}')/extensions"


def _context(call: Call, event: Event) -> dict[str, str]:
    return call.context(f"{_place(call, event)}/$entity")


def _changed(call: Call, event: Event) -> None:
    if call.readings.extension_changes_item:
        call.state.events.touch(call.mailbox.n, event)
