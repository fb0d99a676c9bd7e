"""The delta of the messages of one folder (Graph: message: delta; Get incremental changes to messages in a folder).

`$filter` and `$orderby` on it are not modelled; what leaves the folder is told as deleted, wherever it went.
"""

from collections.abc import Sequence
from dataclasses import replace

from m365_sandbox.errors import GraphError, bad_request, not_modelled
from m365_sandbox.graph import cursor as cursors
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.cursor import Cursor
from m365_sandbox.graph.mail_call import folder_of
from m365_sandbox.graph.message_json import message_json
from m365_sandbox.graph.request import Answer
from m365_sandbox.message_type import PROPERTIES
from m365_sandbox.store.mail_records import GoneMessage, MailFolder, Message
from m365_sandbox.store.records import JsonObject

# Far from the numbers under which other deltas keep their cursors.
_SCOPE = 11_000_000_000
# What a later round tells of a message, by reading, whatever was selected (thread 7776 of Microsoft's pages).
_SPARSE = ("parentFolderId", "isRead", "isDraft", "categories", "flag")


def message_delta(call: Call, folders: tuple[str, ...]) -> Answer:
    """GET mailFolders/{id}/messages/delta: a page of what came, changed or left since."""
    folder = folder_of(call, folders)
    scope = _SCOPE + folder.n
    cursor = cursors.read(call.request, call.mailbox, scope) or _first(call, scope)
    if "$deltatoken" in call.request.options and cursor.position:
        head = call.faults.visible_head(scope, call.mailbox.sequence)
        cursor = replace(cursor, upto=max(head, cursor.position))
    mischief = call.faults.mischief
    size = cursors.page_size(call.request, call.readings.delta_page, most=1000)
    if mischief.page_max:
        size = min(size, mischief.page_max)
    if cursor.blank:
        return _answer(call, [], replace(cursor, blank=False), finished=False)
    found = _changes(call, folder, cursor, size + 1)
    page, more = [*found[:size]], len(found) > size
    if mischief.repeat_items and cursor.last:
        page = [
            *_changes(call, folder, replace(cursor, position=cursor.last - 1, upto=cursor.last), 1),
            *page,
        ]
    if mischief.reverse_pages:
        page.reverse()
    value = [_entry(call, each, cursor) for each in page]
    if more:
        last = found[size - 1].sequence
        cursor = replace(cursor, position=last, last=last, blank=mischief.empty_pages)
    return _answer(call, value, cursor, finished=not more)


def _first(call: Call, scope: int) -> Cursor:
    options = call.request.options
    for name in ("$filter", "$orderby", "$top", "$skip", "$count", "changeType"):
        if name in options:
            raise not_modelled(f"{name} on a delta of messages")
    if "$search" in options:
        raise bad_request("$search is not supported on a delta.", "ErrorInvalidUrlQuery")
    if "$expand" in options:
        # Threads 1993, 2270: extended properties and extensions fail.
        raise GraphError(500, "ErrorInternalServerError", "Value cannot be null. Parameter name: type")
    select = odata.selected(options, PROPERTIES, "message")
    head = call.faults.visible_head(scope, call.mailbox.sequence)
    return Cursor(scope, call.mailbox.n, call.mailbox.epoch, 0, 0, head, select or ())


def _changes(call: Call, folder: MailFolder, cursor: Cursor, limit: int) -> Sequence[Message | GoneMessage]:
    """The next changes by number; in a first round there is nothing to say of those that left before."""
    found: list[Message | GoneMessage] = [
        *call.state.messages.changed(folder, cursor.position, cursor.upto, limit)
    ]
    if not cursor.first_round:
        found += call.state.messages.gone(folder, cursor.position, cursor.upto, limit)
    return sorted(found, key=lambda each: each.sequence)[:limit]


def _entry(call: Call, change: Message | GoneMessage, cursor: Cursor) -> JsonObject:
    kind = {"@odata.type": "#microsoft.graph.message"} if call.request.wants_metadata else {}
    if isinstance(change, GoneMessage):
        shown = change.immutable_id if call.request.wants_immutable_ids else change.id
        return {**kind, "id": shown, "@removed": {"reason": "deleted"}}
    select = cursor.select or None
    if call.readings.mail_delta_sparse and not cursor.first_round:
        select = _SPARSE
    return {**kind, **message_json(call, change, select)}


def _answer(call: Call, value: list[JsonObject], cursor: Cursor, *, finished: bool) -> Answer:
    body = odata.collection(call.request, "Collection(message)", value)
    return Answer(200, {**body, **cursors.link(call.request, cursor, finished=finished)})
