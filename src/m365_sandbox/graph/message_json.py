"""Messages, their folders and attachments as Graph writes them."""

import base64
import re

import msgspec

from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import bare_name, extension_json
from m365_sandbox.graph.event_json import body_json, plain
from m365_sandbox.graph.odata import NOTHING, Expansion
from m365_sandbox.message_type import FILE, FOLDER_PROPERTIES, ITEM, ON_REQUEST, PROPERTIES
from m365_sandbox.store.mail_records import Attachment, MailFolder, Message
from m365_sandbox.store.messages import etag_key
from m365_sandbox.store.records import JsonObject

_PREVIEW = 255
_OF_THE_BODY = ("body", "bodyPreview", "uniqueBody")
_SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def shown_id(call: Call, message: Message) -> str:
    """The message's id in the form that the request asked for."""
    return message.immutable_id if call.request.wants_immutable_ids else message.id


def message_json(
    call: Call,
    message: Message,
    select: tuple[str, ...] | None = None,
    expansion: Expansion = NOTHING,
    *,
    attachments: bool = False,
) -> JsonObject:
    """The message with its usual properties, or those selected; `id` and the ETag are always there."""
    names = [each for each in PROPERTIES if each not in ON_REQUEST] if select is None else ["id", *select]
    whole = _whole(call, message)
    if any(name in names for name in _OF_THE_BODY):
        whole |= _of_the_body(call, message)
    if "hasAttachments" in names:
        whole["hasAttachments"] = call.state.attachments.any_shown(message)
    body: JsonObject = {}
    if call.request.wants_metadata:
        body["@odata.etag"] = f'W/"{whole["changeKey"]}"'
    body |= {name: whole[name] for name in dict.fromkeys(names)}
    body |= _expanded(call, message, expansion)
    if attachments:
        body["attachments"] = [attachment_json(call, each) for each in call.state.attachments.of(message)]
    return body


def _whole(call: Call, message: Message) -> JsonObject:
    has = message.properties
    return {
        **has,
        "id": shown_id(call, message),
        "changeKey": etag_key(call.mailbox, message),
        "createdDateTime": message.created,
        "lastModifiedDateTime": message.modified,
        "receivedDateTime": message.received or message.created,
        "sentDateTime": message.sent or (message.created if message.draft else None),
        "internetMessageId": message.message_id or None,
        "conversationId": message.conversation,
        "conversationIndex": _conversation_index(message),
        "parentFolderId": message.folder_id,
        "isDraft": message.draft,
        "categories": list(message.categories),
        "webLink": f"https://outlook.office365.com/owa/?ItemID={shown_id(call, message)}"
        "&exvsurl=1&viewmodel=ReadMessageItem",
    }


def _conversation_index(message: Message) -> str:
    """A header of 22 bytes, as MS-OXOMSG describes it: one, the time, and what the conversation is known by."""
    time = base64.urlsafe_b64decode(message.conversation + "==")[-5:]
    known = base64.urlsafe_b64decode(message.conversation + "==")[3:19]
    return base64.b64encode(b"\x01" + time + known).decode()


def _of_the_body(call: Call, message: Message) -> JsonObject:
    stored = call.state.messages.body(message)
    shown = body_json(call, stored)
    if shown["contentType"] == "html" and "outlook.allow-unsafe-html" not in call.request.preferences:
        shown = {**shown, "content": _SCRIPT.sub("", shown["content"])}
    return {"body": shown, "bodyPreview": plain(stored)[:_PREVIEW], "uniqueBody": shown}


def _expanded(call: Call, message: Message, expansion: Expansion) -> JsonObject:
    body: JsonObject = {}
    owners = (message.owner,)
    for name, wanted in (
        ("singleValueExtendedProperties", expansion.single),
        ("multiValueExtendedProperties", expansion.multi),
    ):
        found = (
            call.state.beside.extended(owners, list(wanted), multi=name.startswith("multi")) if wanted else {}
        )
        if found:
            body[name] = [{"id": wanted[key], "value": value} for key, value in sorted(found.items())]
    if expansion.extensions is not None:
        names = {bare_name(name) for name in expansion.extensions}
        body["extensions"] = [
            extension_json(name, stored)
            for name, stored in call.state.beside.extensions(owners).items()
            if not names or name in names
        ]
    return body


def folder_json(call: Call, folder: MailFolder, select: tuple[str, ...] | None = None) -> JsonObject:
    """A mail folder with all its properties, or those selected; `id` is always there."""
    whole: JsonObject = {
        "id": folder.id,
        "displayName": folder.name,
        "parentFolderId": folder.parent_id or folder.id,
        "childFolderCount": len(call.state.mail_folders.children(folder)),
        "unreadItemCount": call.state.messages.how_many(folder, unread=True),
        "totalItemCount": call.state.messages.how_many(folder),
        "sizeInBytes": 0,
        "isHidden": folder.hidden,
    }
    return {name: whole[name] for name in (FOLDER_PROPERTIES if select is None else ("id", *select))}


def attachment_json(
    call: Call,
    attachment: Attachment,
    select: tuple[str, ...] | None = None,
    *,
    content: bool = True,
    item: bool = False,
) -> JsonObject:
    """An attachment with its properties, or those selected; a file with its bytes unless something was selected.

    Args:
        call: the request.
        attachment: which.
        select: names of properties that all attachments have.
        content: whether a file's bytes come along.
        item: whether what an itemAttachment holds comes along, which has to be asked for (`$expand`).
    """
    has = attachment.properties
    whole: JsonObject = {
        "id": attachment.id,
        "lastModifiedDateTime": attachment.modified,
        "name": has["name"],
        "contentType": has["contentType"],
        "size": size_of(attachment),
        "isInline": has["isInline"],
    }
    body: JsonObject = {"@odata.type": has["@odata.type"]} if call.request.wants_metadata else {}
    if select is not None:
        return body | {name: whole[name] for name in ("id", *select)}
    body |= whole
    if has["@odata.type"] == FILE:
        body |= {"contentId": has["contentId"], "contentLocation": has["contentLocation"]}
        if content:
            body["contentBytes"] = base64.b64encode(call.state.attachments.content(attachment)).decode()
    if has["@odata.type"] == ITEM and item:
        body["item"] = has["item"]
    return body


def size_of(attachment: Attachment) -> int:
    """The size that Exchange tells: more than the bytes of the file, for it counts the properties too."""
    return attachment.size + len(msgspec.json.encode(attachment.properties))
