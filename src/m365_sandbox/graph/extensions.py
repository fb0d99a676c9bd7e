"""Open extensions of a contact (Graph: openTypeExtension resource)."""

from typing import Any

from m365_sandbox.errors import GraphError, bad_request, not_found
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import bare_name, extension_json
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.records import Contact, JsonObject


def parsed(body: Any) -> tuple[str, JsonObject]:
    """Name and data of an extension in a request body.

    Raises:
        GraphError: 400 when it has no name, or data that are neither simple values nor lists of them.
    """
    if not isinstance(body, dict):
        raise bad_request("An extension must be an object.", "RequestBodyRead")
    name = body.get("extensionName")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("An open extension needs an extensionName.", "ErrorInvalidRequest")
    return name, _data(body)


def _data(body: JsonObject) -> JsonObject:
    data = {
        key: value for key, value in body.items() if "@" not in key and key not in {"id", "extensionName"}
    }
    for key, value in data.items():
        values = value if isinstance(value, list) else [value]
        if any(isinstance(each, dict | list) for each in values):
            raise bad_request(f"{key} must be a simple value or a list of such.", "ErrorInvalidRequest")
    return data


def list_extensions(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET contacts/{id}/extensions."""
    odata.allow(call.request)
    found = call.contact(contact, folders)
    entries = [extension_json(name, stored) for name, stored in call.state.attached.extensions(found).items()]
    context = f"{call.owner}/contacts('{call.shown_id(found)}')/extensions"
    return Answer(200, odata.collection(call.request, context, entries))


def create_extension(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST contacts/{id}/extensions: 201."""
    name, data = parsed(call.request.json())
    with call.state.transaction():
        found = call.contact(contact, folders)
        if name in call.state.attached.extensions(found):
            raise GraphError(409, "nameAlreadyExists", f"An extension named {name} exists already.")
        return Answer(201, _written(call, found, name, data))


def get_extension(call: Call, contact: str, extension: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET contacts/{id}/extensions/{name}."""
    found = call.contact(contact, folders)
    name, stored = _stored(call, found, extension)
    return Answer(200, {**_context(call, found), **extension_json(name, stored)})


def update_extension(call: Call, contact: str, extension: str, folders: tuple[str, ...] = ()) -> Answer:
    """PATCH contacts/{id}/extensions/{name}: data named in the body replace those of that name; 200."""
    body = call.request.json()
    with call.state.transaction():
        found = call.contact(contact, folders)
        name, stored = _stored(call, found, extension)
        merged = {key: value for key, value in {**stored, **_data(body)}.items() if value is not None}
        return Answer(200, _written(call, found, name, merged))


def delete_extension(call: Call, contact: str, extension: str, folders: tuple[str, ...] = ()) -> Answer:
    """DELETE contacts/{id}/extensions/{name}: 204."""
    with call.state.transaction():
        found = call.contact(contact, folders)
        name, _ = _stored(call, found, extension)
        call.state.attached.remove_extension(found, name)
        _changed(call, found)
    return Answer(204)


def _stored(call: Call, contact: Contact, extension: str) -> tuple[str, JsonObject]:
    name = bare_name(extension)
    stored = call.state.attached.extensions(contact).get(name)
    if stored is None:
        raise not_found()
    return name, stored


def _written(call: Call, contact: Contact, name: str, data: JsonObject) -> JsonObject:
    call.state.attached.write_extension(contact, name, data)
    _changed(call, contact)
    return {**_context(call, contact), **extension_json(name, data)}


def _context(call: Call, contact: Contact) -> dict[str, str]:
    return call.context(f"contacts('{call.shown_id(contact)}')/extensions/$entity")


def _changed(call: Call, contact: Contact) -> None:
    if call.readings.extension_changes_item:
        call.state.contacts.touch(call.mailbox.n, contact)
