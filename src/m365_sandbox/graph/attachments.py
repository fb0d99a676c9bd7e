"""Attachments of messages: list, get, add, delete, their content (Graph: attachment resource and its methods)."""

from m365_sandbox.errors import GraphError, not_found, not_modelled
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.mail_call import message_of
from m365_sandbox.graph.message_json import attachment_json
from m365_sandbox.graph.request import Answer
from m365_sandbox.message_type import (
    ATTACHMENT_PROPERTIES,
    FILE,
    ITEM,
    REFERENCE,
    checked_attachment,
)
from m365_sandbox.store.mail_records import Attachment, Message

_ITEM = "microsoft.graph.itemattachment/item"


def list_attachments(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET attachments: all of them, files with their bytes; a `$filter` is passed over (Microsoft's known issues)."""
    found = message_of(call, message, folders)
    options = odata.allow(call.request, "$select", "$expand", "$filter", "$top", "$skip", "$count")
    select = odata.selected(options, ATTACHMENT_PROPERTIES, "attachment")
    item = _wants_item(options)
    attached = call.state.attachments.of(found)
    top = odata.number(options, "$top", odata.TOP_MAX, least=1, most=odata.TOP_MAX)
    skip = odata.number(options, "$skip", 0, least=0)
    body = odata.collection(
        call.request,
        f"{call.owner}/messages('{message}')/attachments",
        [attachment_json(call, each, select, item=item) for each in attached[skip : skip + top]],
        count=len(attached) if options.get("$count", "").lower() == "true" else None,
        next_skip=skip + top if len(attached) > skip + top else None,
    )
    return Answer(200, body)


def _wants_item(options: dict[str, str]) -> bool:
    wanted = options.get("$expand", "").strip().lower()
    if wanted not in {"", _ITEM}:
        raise not_modelled(f"$expand={options['$expand']} on attachments")
    return bool(wanted)


def create_attachment(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST attachments: 201 with the new one, of less than 3 MB (Graph: Add attachment)."""
    new = checked_attachment(call.request.json())
    with call.state.transaction():
        found = _draft(call, message, folders)
        made = call.state.attachments.add(found, new)
        call.state.messages.touch(call.mailbox.n, found)
    return _one(call, 201, found, made)


def get_attachment(call: Call, message: str, attachment: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET attachments/{id}."""
    found = message_of(call, message, folders)
    options = odata.allow(call.request, "$select", "$expand")
    select = odata.selected(options, ATTACHMENT_PROPERTIES, "attachment")
    shown = attachment_json(call, _attachment(call, found, attachment), select, item=_wants_item(options))
    return Answer(200, {**call.context(f"messages('{message}')/attachments/$entity"), **shown})


def get_content(call: Call, message: str, attachment: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET attachments/{id}/$value: a file's bytes, an item's source; 405 for a reference (Graph: Get attachment)."""
    found = _attachment(call, message_of(call, message, folders), attachment)
    kind = found.properties["@odata.type"]
    if kind == REFERENCE:
        raise GraphError(405, "ErrorInvalidRequest", "A reference has no content of its own.")
    content = call.state.attachments.content(found)
    if kind == ITEM and not content:
        raise not_modelled("the source of an item that was attached as JSON")
    plain = found.properties["contentType"] if kind == FILE else "text/plain"
    return Answer(200, content, content_type=plain or "application/octet-stream")


def delete_attachment(call: Call, message: str, attachment: str, folders: tuple[str, ...] = ()) -> Answer:
    """DELETE attachments/{id}: 204."""
    with call.state.transaction():
        found = message_of(call, message, folders)
        call.state.attachments.remove(_attachment(call, found, attachment))
        call.state.messages.touch(call.mailbox.n, found)
    return Answer(204)


def refuse_upload(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST attachments/createUploadSession: files of 3 MB and more are not modelled."""
    message_of(call, message, folders)
    raise not_modelled("upload sessions")


def _draft(call: Call, message: str, folders: tuple[str, ...]) -> Message:
    found = message_of(call, message, folders)
    if not found.draft and call.readings.sent_mail_patch == "refused":
        raise GraphError(403, "ErrorAccessDenied", "Files can be attached to drafts alone.")
    return found


def _attachment(call: Call, message: Message, attachment: str) -> Attachment:
    found = call.state.attachments.find(message, attachment)
    if found is None:
        raise not_found()
    return found


def _one(call: Call, status: int, message: Message, attachment: Attachment) -> Answer:
    context = call.context(f"messages('{message.id}')/attachments/$entity")
    return Answer(status, {**context, **attachment_json(call, attachment, content=True)})
