"""contacts/delta of one folder (Graph: contact: delta; Use delta query to track changes)."""

from collections.abc import Sequence
from dataclasses import replace

from m365_sandbox.contact_type import PROPERTIES
from m365_sandbox.errors import GraphError, bad_request, not_modelled
from m365_sandbox.graph import cursor as cursors
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import contact_json
from m365_sandbox.graph.cursor import Cursor
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.records import Contact, Folder, Gone, JsonObject


def contact_delta(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """GET contactFolders/{id}/contacts/delta: a page of what changed in this folder.

    The first round gives every contact; a later one what was added, changed or taken away since. Extended properties
    and open extensions never come. Without a folder (not on Microsoft's pages) it follows the default one.
    """
    if not folders and not call.readings.default_folder_delta:
        raise GraphError(400, "ErrorInvalidRequest", "The OData request is not supported.")
    folder = call.folder(folders)
    cursor = cursors.read(call.request, call.mailbox, folder.n) or _first(call, folder)
    if "$deltatoken" in call.request.options and cursor.position:
        head = call.faults.visible_head(folder.n, call.mailbox.sequence)
        cursor = replace(cursor, upto=max(head, cursor.position))
    size = cursors.page_size(call.request, call.readings.delta_page)
    if call.faults.mischief.page_max:
        size = min(size, call.faults.mischief.page_max)
    if cursor.blank:
        return _answer(call, [], replace(cursor, blank=False), finished=False)
    found = _changes(call, folder, cursor, size + 1)
    page, more = found[:size], len(found) > size
    value = [_entry(call, each, cursor) for each in _kept(call, folder, cursor, page)]
    if call.faults.mischief.repeat_items and cursor.last:
        repeated = _changes(call, folder, replace(cursor, position=cursor.last - 1, upto=cursor.last), 1)
        value = [_entry(call, each, cursor) for each in _kept(call, folder, cursor, repeated)] + value
    if call.faults.mischief.reverse_pages:
        value.reverse()
    if more:
        last = page[-1].sequence
        cursor = replace(cursor, position=last, last=last, blank=call.faults.mischief.empty_pages)
    return _answer(call, value, cursor, finished=not more)


def _first(call: Call, folder: Folder) -> Cursor:
    options = call.request.options
    if "$expand" in options and call.readings.delta_expand != "ignored":
        if call.readings.delta_expand == "fails":
            raise GraphError(500, "ErrorInternalServerError", "An internal server error occurred.")
        raise bad_request(
            "The query option $expand is not supported with change tracking.", "ErrorInvalidRequest"
        )
    for name in ("$filter", "$orderby", "$search", "$top", "$skip", "$count"):
        if name in options:
            raise not_modelled(f"{name} on a delta of contacts")
    select = odata.selected(options, PROPERTIES, "contact")
    head = call.faults.visible_head(folder.n, call.mailbox.sequence)
    return Cursor(folder.n, call.mailbox.n, call.mailbox.epoch, 0, 0, head, select or ())


def _changes(call: Call, folder: Folder, cursor: Cursor, limit: int) -> Sequence[Contact | Gone]:
    """The next changes by number; in a first round there is nothing to say of those that left before."""
    contacts = call.state.contacts.changed(folder, cursor.position, cursor.upto, limit)
    if cursor.first_round:
        return contacts
    found: list[Contact | Gone] = [*contacts]
    found += call.state.contacts.gone(folder, cursor.position, cursor.upto, limit)
    return sorted(found, key=lambda each: each.sequence)[:limit]


def _kept(
    call: Call, folder: Folder, cursor: Cursor, page: Sequence[Contact | Gone]
) -> Sequence[Contact | Gone]:
    """Without what the known issue loses: with immutable ids, contacts that were moved out and back."""
    if cursor.first_round or not call.readings.moved_back_lost or not call.request.wants_immutable_ids:
        return page
    back = call.state.contacts.returned(folder, [each.n for each in page if isinstance(each, Contact)])
    return [each for each in page if not (isinstance(each, Contact) and each.n in back)]


def _entry(call: Call, change: Contact | Gone, cursor: Cursor) -> JsonObject:
    kind = {"@odata.type": "#microsoft.graph.contact"} if call.request.wants_metadata else {}
    if isinstance(change, Contact):
        return {**kind, **contact_json(call, change, cursor.select or None)}
    shown = change.immutable_id if call.request.wants_immutable_ids else change.id
    return {**kind, "id": shown, "@removed": {"reason": "deleted"}}


def _answer(call: Call, value: list[JsonObject], cursor: Cursor, *, finished: bool) -> Answer:
    body = odata.collection(call.request, "Collection(contact)", value)
    return Answer(200, {**body, **cursors.link(call.request, cursor, finished=finished)})
