"""Contact folders (Graph: contactFolder resource). The default folder is not in the list, as at Microsoft."""

from dataclasses import replace
from typing import Any

from m365_sandbox.errors import GraphError, bad_request, not_modelled
from m365_sandbox.graph import cursor as cursors
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.cursor import Cursor
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.records import Folder, JsonObject

_PROPERTIES = ("id", "parentFolderId", "displayName")
_FOLDER_LIST = -1


def _folder_json(folder: Folder, select: tuple[str, ...] | None = None) -> JsonObject:
    body = {"id": folder.id, "parentFolderId": folder.parent_id, "displayName": folder.name}
    return body if select is None else {name: body[name] for name in ("id", *select)}


def list_folders(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """GET contactFolders, or childFolders of one: those below the default folder, or below that one."""
    parent = call.folder(folders)
    options = odata.allow(call.request, "$top", "$skip", "$select", "$count")
    select = odata.selected(options, _PROPERTIES, "contactFolder")
    top = odata.number(options, "$top", odata.TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    skip = odata.number(options, "$skip", 0, least=0)
    found = call.state.folders.children(parent)
    return Answer(
        200,
        odata.collection(
            call.request,
            f"{call.owner}/contactFolders",
            [_folder_json(each, select) for each in found[skip : skip + top]],
            count=len(found) if options.get("$count", "").lower() == "true" else None,
            next_skip=skip + top if len(found) > skip + top else None,
        ),
    )


def create_folder(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """POST contactFolders or childFolders: 201; 409 when the name is taken."""
    parent = call.folder(folders)
    name = _name(call.request.json())
    if name is None:
        raise bad_request("A folder needs a displayName.", "ErrorInvalidRequest")
    try:
        folder = call.state.folders.add(call.mailbox.n, name, parent=parent)
    except FolderExistsError as error:
        raise GraphError(409, "ErrorFolderExists", str(error)) from error
    return Answer(201, {**call.context("contactFolders/$entity"), **_folder_json(folder)})


def get_folder(call: Call, folders: tuple[str, ...]) -> Answer:
    """GET contactFolders/{id}: any contact folder, the default one too."""
    options = odata.allow(call.request, "$select")
    select = odata.selected(options, _PROPERTIES, "contactFolder")
    folder = call.folder(folders)
    return Answer(200, {**call.context("contactFolders/$entity"), **_folder_json(folder, select)})


def update_folder(call: Call, folders: tuple[str, ...]) -> Answer:
    """PATCH contactFolders/{id}: another name."""
    folder = call.folder(folders)
    name = _name(call.request.json())
    if name is not None:
        try:
            folder = call.state.folders.rename(folder, name)
        except FolderExistsError as error:
            raise GraphError(409, "ErrorFolderExists", str(error)) from error
    return Answer(200, {**call.context("contactFolders/$entity"), **_folder_json(folder)})


def delete_folder(call: Call, folders: tuple[str, ...]) -> Answer:
    """DELETE contactFolders/{id}: 204; the default folder cannot be deleted."""
    return _deleted(call, folders, forever=False)


def delete_folder_for_ever(call: Call, folders: tuple[str, ...]) -> Answer:
    """POST contactFolders/{id}/permanentDelete: 204."""
    return _deleted(call, folders, forever=True)


def _deleted(call: Call, folders: tuple[str, ...], *, forever: bool) -> Answer:
    folder = call.folder(folders)
    if folder.kind == "contacts":
        raise GraphError(403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
    call.state.folders.delete(folder, forever=forever)
    return Answer(204)


def _name(body: JsonObject) -> str | None:
    """The displayName in a body."""
    name: Any = None
    for key, value in body.items():
        if key == "displayName":
            name = value
        elif key in {"parentFolderId", "singleValueExtendedProperties", "multiValueExtendedProperties"}:
            raise not_modelled(f"{key} of a contact folder in a request")
        elif key == "id":
            raise bad_request("The property 'id' is read-only and cannot be set.", "ErrorInvalidPropertySet")
        elif "@" not in key:
            raise bad_request(
                f"The property '{key}' does not exist on type 'microsoft.graph.contactFolder'.",
                "RequestBodyRead",
            )
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise bad_request("displayName must be a text.", "RequestBodyRead")
    return name.strip() if isinstance(name, str) else None


def folder_delta(call: Call) -> Answer:
    """GET contactFolders/delta: folders added, renamed or removed (Graph: contactFolder: delta)."""
    cursor = cursors.read(call.request, call.mailbox, _FOLDER_LIST)
    if cursor is None:
        options = odata.allow(call.request, "$select", "$deltatoken", "$skiptoken")
        select = odata.selected(options, _PROPERTIES, "contactFolder") or ()
        cursor = Cursor(_FOLDER_LIST, call.mailbox.n, call.mailbox.epoch, 0, 0, call.mailbox.sequence, select)
    elif "$deltatoken" in call.request.options:
        cursor = replace(cursor, upto=call.mailbox.sequence)
    size = cursors.page_size(call.request, call.readings.delta_page)
    found = call.state.folders.changed(call.mailbox.n, cursor.position, size + 1)
    found = [each for each in found if each.sequence <= cursor.upto]
    page, more = found[:size], len(found) > size
    if more:
        cursor = replace(cursor, position=page[-1].sequence)
    value = [entry for each in page if (entry := _delta_entry(call, each, cursor))]
    body = odata.collection(call.request, "Collection(contactFolder)", value)
    return Answer(200, {**body, **cursors.link(call.request, cursor, finished=not more)})


def _delta_entry(call: Call, folder: Folder, cursor: Cursor) -> JsonObject | None:
    if folder.kind == "contacts" and not call.readings.default_folder_in_folder_delta:
        return None
    kind = {"@odata.type": "#microsoft.graph.contactFolder"} if call.request.wants_metadata else {}
    if not call.state.folders.is_deleted(folder):
        return {**kind, **_folder_json(folder, cursor.select or None)}
    if cursor.first_round:
        return None
    return {**kind, "id": folder.id, "@removed": {"reason": "deleted"}}
