"""Mail folders: list, create, get, rename, move, delete, delta (Graph: mailFolder resource and its methods)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from m365_sandbox.errors import GraphError, bad_request, not_modelled
from m365_sandbox.graph import cursor as cursors
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.cursor import Cursor
from m365_sandbox.graph.mail_call import folder_of
from m365_sandbox.graph.message_actions import destination
from m365_sandbox.graph.message_json import folder_json
from m365_sandbox.graph.request import Answer
from m365_sandbox.message_type import FOLDER_PROPERTIES
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.mail_records import MailFolder
from m365_sandbox.store.records import JsonObject

# Far from the numbers under which other deltas keep their cursors.
_SCOPE = 10_000_000_000


def list_folders(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """GET mailFolders, or childFolders of one: those directly below the root, or below that one."""
    parent = folder_of(call, folders)
    options = odata.allow(call.request, "$top", "$skip", "$select", "$count")
    select = odata.selected(options, FOLDER_PROPERTIES, "mailFolder")
    top = odata.number(options, "$top", odata.TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    if call.faults.mischief.page_max:
        top = min(top, call.faults.mischief.page_max)
    skip = odata.number(options, "$skip", 0, least=0)
    hidden = options.get("includeHiddenFolders", "").lower() == "true"
    found = [each for each in call.state.mail_folders.children(parent) if hidden or not each.hidden]
    body = odata.collection(
        call.request,
        f"{call.owner}/mailFolders",
        [folder_json(call, each, select) for each in found[skip : skip + top]],
        count=len(found) if options.get("$count", "").lower() == "true" else None,
        next_skip=skip + top if len(found) > skip + top else None,
    )
    return Answer(200, body)


def create_folder(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """POST mailFolders or childFolders: 201; 409 when the name is taken. Search folders are not modelled."""
    body = call.request.json()
    if "mailSearchFolder" in str(body.get("@odata.type", "")):
        raise not_modelled("search folders")
    parent = folder_of(call, folders)
    name = _name(body)
    hidden = body.get("isHidden", False)
    if name is None or not isinstance(hidden, bool):
        raise bad_request("A folder needs a displayName; isHidden is true or false.", "ErrorInvalidRequest")
    with _exists_to_409():
        return _one(call, 201, call.state.mail_folders.add(parent, name, hidden=hidden))


def get_folder(call: Call, folders: tuple[str, ...]) -> Answer:
    """GET mailFolders/{id or well-known name}."""
    select = odata.selected(odata.allow(call.request, "$select"), FOLDER_PROPERTIES, "mailFolder")
    return _one(call, 200, folder_of(call, folders), select)


def update_folder(call: Call, folders: tuple[str, ...]) -> Answer:
    """PATCH mailFolders/{id}: another name; those that every mailbox has keep theirs."""
    folder = folder_of(call, folders)
    name = _name(call.request.json())
    if name is not None:
        _refuse_distinguished(folder)
        with _exists_to_409():
            folder = call.state.mail_folders.rename(folder, name)
    return _one(call, 200, folder)


def move_folder(call: Call, folders: tuple[str, ...]) -> Answer:
    """POST mailFolders/{id}/move: 201 with the folder and all that lies in it, in its new place."""
    folder = folder_of(call, folders)
    _refuse_distinguished(folder)
    to = destination(call, call.request.json())
    try:
        with _exists_to_409():
            return _one(call, 201, call.state.mail_folders.move(folder, to))
    except ValueError as error:
        raise bad_request(str(error), "ErrorMoveCopyFailed") from error


def delete_folder(call: Call, folders: tuple[str, ...]) -> Answer:
    """DELETE mailFolders/{id}: into Deleted Items, one that lies there for ever; 204."""
    folder = folder_of(call, folders)
    _refuse_distinguished(folder)
    call.state.remove_mail_folder(call.mailbox.id, folder)
    return Answer(204)


def delete_for_ever(call: Call, folders: tuple[str, ...]) -> Answer:
    """POST mailFolders/{id}/permanentDelete: 204."""
    folder = folder_of(call, folders)
    _refuse_distinguished(folder)
    call.state.remove_mail_folder(call.mailbox.id, folder, for_ever=True)
    return Answer(204)


def folder_delta(call: Call) -> Answer:
    """GET mailFolders/delta: folders added, renamed, moved or removed (Graph: mailFolder: delta)."""
    folder_of(call, ())
    head = call.state.directory.by_number(call.mailbox.n).sequence
    cursor = cursors.read(call.request, call.mailbox, _SCOPE)
    if cursor is None:
        options = odata.allow(call.request, "$select", "$deltatoken", "$skiptoken")
        select = odata.selected(options, FOLDER_PROPERTIES, "mailFolder") or ()
        cursor = Cursor(_SCOPE, call.mailbox.n, call.mailbox.epoch, 0, 0, head, select)
    elif "$deltatoken" in call.request.options:
        cursor = replace(cursor, upto=head)
    size = cursors.page_size(call.request, call.readings.delta_page)
    found = call.state.mail_folders.changed(call.mailbox.n, cursor.position, cursor.upto, size + 1)
    page, more = found[:size], len(found) > size
    if more:
        cursor = replace(cursor, position=page[-1].sequence)
    value = [entry for each in page if (entry := _delta_entry(call, each, cursor))]
    body = odata.collection(call.request, "Collection(mailFolder)", value)
    return Answer(200, {**body, **cursors.link(call.request, cursor, finished=not more)})


def _delta_entry(call: Call, folder: MailFolder, cursor: Cursor) -> JsonObject | None:
    kind = {"@odata.type": "#microsoft.graph.mailFolder"} if call.request.wants_metadata else {}
    if not folder.purged:
        return {**kind, **folder_json(call, folder, cursor.select or None)}
    if cursor.first_round:
        return None
    return {**kind, "id": folder.id, "@removed": {"reason": "deleted"}}


def _refuse_distinguished(folder: MailFolder) -> None:
    if folder.kind:
        raise GraphError(403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be changed.")


def _name(body: JsonObject) -> str | None:
    name: Any = None
    for key, value in body.items():
        if key == "displayName":
            name = value
        elif key in {"singleValueExtendedProperties", "multiValueExtendedProperties"}:
            raise not_modelled(f"{key} of a mail folder in a request")
        elif key in FOLDER_PROPERTIES and key != "isHidden":
            raise bad_request(
                f"The property '{key}' is read-only and cannot be set.", "ErrorInvalidPropertySet"
            )
        elif "@" not in key and key != "isHidden":
            raise bad_request(
                f"The property '{key}' does not exist on type 'microsoft.graph.mailFolder'.",
                "RequestBodyRead",
            )
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise bad_request("displayName must be a text.", "RequestBodyRead")
    return name.strip() if isinstance(name, str) else None


@contextmanager
def _exists_to_409() -> Iterator[None]:
    """Refuse a name that is taken as Graph does."""
    try:
        yield
    except FolderExistsError as error:
        raise GraphError(409, "ErrorFolderExists", str(error)) from error


def _one(call: Call, status: int, folder: MailFolder, select: tuple[str, ...] | None = None) -> Answer:
    return Answer(status, {**call.context("mailFolders/$entity"), **folder_json(call, folder, select)})
