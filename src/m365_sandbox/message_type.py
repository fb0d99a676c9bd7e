"""The message and attachment types of Graph v1.0: their properties, what they may hold, and who may write them when.

Source: Graph: message resource; Create message; Update message; fileAttachment, itemAttachment and referenceAttachment
resources; followupFlag; the v1.0 metadata (CSDL).
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.recurrence_type import member
from m365_sandbox.store.mail_records import NewAttachment
from m365_sandbox.store.records import JsonObject, stamp

READ_ONLY = (
    "id", "changeKey", "createdDateTime", "lastModifiedDateTime", "receivedDateTime", "sentDateTime", "conversationId",
    "conversationIndex", "parentFolderId", "hasAttachments", "isDraft", "bodyPreview", "uniqueBody", "webLink",
)  # fmt: skip
CHOICES = {"importance": ("low", "normal", "high"), "inferenceClassification": ("focused", "other")}
FLAGS = ("isRead", "isReadReceiptRequested", "isDeliveryReceiptRequested")
PEOPLE = ("toRecipients", "ccRecipients", "bccRecipients", "replyTo")
PERSONS = ("from", "sender")
# What can be written only as long as the message is a draft (Graph: Update message).
OF_DRAFTS = ("subject", "body", "internetMessageId", "internetMessageHeaders", *PEOPLE, *PERSONS)
ALWAYS = ("categories", "flag", *CHOICES, *FLAGS)
PROPERTIES = (*READ_ONLY, *OF_DRAFTS, *ALWAYS)
# They come only when `$select` names them (Graph: message resource).
ON_REQUEST = ("uniqueBody", "internetMessageHeaders")
# What a door for tests and imports may set beside, because the mail's way to the mailbox sets it.
OF_OUTLOOK = ("receivedDateTime", "sentDateTime", "conversationId", "isDraft")
FOLDER_PROPERTIES = (
    "id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount", "totalItemCount", "sizeInBytes",
    "isHidden",
)  # fmt: skip
ATTACHMENT_PROPERTIES = ("id", "name", "contentType", "size", "isInline", "lastModifiedDateTime")
FILE, ITEM, REFERENCE = (f"#microsoft.graph.{kind}Attachment" for kind in ("file", "item", "reference"))
# Larger ones need an upload session (Graph: Add attachment: "under 3 MB").
ATTACHMENT_MAX = 3 * 1024 * 1024
_STATUSES = ("notFlagged", "flagged", "complete")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DEFAULTS: JsonObject = {
    "subject": "", "body": {"contentType": "text", "content": ""}, "importance": "normal",
    "inferenceClassification": "focused", "isRead": True, "isReadReceiptRequested": False,
    "isDeliveryReceiptRequested": False, "categories": [], "flag": {"flagStatus": "notFlagged"},
    "internetMessageHeaders": [], "isDraft": True, "receivedDateTime": None, "sentDateTime": None,
    **dict.fromkeys(PERSONS), **{name: [] for name in PEOPLE},
}  # fmt: skip


def checked(body: JsonObject, *, stored: JsonObject | None = None, of_outlook: bool = False) -> JsonObject:
    """The properties in `body`, checked by name, type and limit; a new message gets the others too.

    Args:
        body: property names and JSON values; annotations (`@odata.type`) are passed over.
        stored: None for a new message, else anything.
        of_outlook: whether what the mail's way sets is taken too (see `OF_OUTLOOK`), and people without an address.

    Raises:
        GraphError: 400 with Graph's code, for the first property that cannot be.
    """
    wanted: JsonObject = {}
    for name, value in body.items():
        if "@" in name:
            continue
        if name in READ_ONLY and not (of_outlook and name in OF_OUTLOOK):
            raise bad_request(
                f"The property '{name}' is read-only and cannot be set.", "ErrorInvalidPropertySet"
            )
        check = _CHECKS.get(name)
        if check is None:
            raise bad_request(
                f"The property '{name}' does not exist on type 'microsoft.graph.message'. Make sure to only use "
                "property names that are defined by the type.",
                "RequestBodyRead",
            )
        wanted[name] = check(name, value)
        if not of_outlook:
            _refuse_nobodies(name, wanted[name])
    return wanted if stored is not None else {**_DEFAULTS, **wanted}


def _refuse_nobodies(name: str, value: Any) -> None:
    people = value if name in PEOPLE else [value] if name in PERSONS and value else []
    if any(not each["emailAddress"].get("address") for each in people):
        raise bad_request(f"An entry of {name} has no address.", "ErrorInvalidRecipients")


def checked_attachment(body: JsonObject) -> NewAttachment:
    """An attachment from the JSON of a request.

    Raises:
        GraphError: 400 for what cannot be one, 413 for a file that needs an upload session.
    """
    kind = body.get("@odata.type")
    if kind not in {FILE, ITEM, REFERENCE}:
        raise bad_request(
            "An attachment needs an @odata.type: fileAttachment, itemAttachment or referenceAttachment.",
            "ErrorInvalidRequest",
        )
    properties: JsonObject = {
        "@odata.type": kind,
        "name": _text("name", body.get("name")),
        "contentType": _text("contentType", body.get("contentType")) or None,
        "isInline": _flag("isInline", body.get("isInline")),
    }
    if not properties["name"]:
        raise bad_request("An attachment needs a name.", "ErrorInvalidRequest")
    if kind == REFERENCE:
        return NewAttachment(properties, None)
    if kind == ITEM:
        item = body.get("item")
        if not isinstance(item, dict):
            raise bad_request("An itemAttachment needs an item.", "ErrorInvalidRequest")
        return NewAttachment({**properties, "item": item}, None)
    content = _bytes(body.get("contentBytes"))
    if len(content) > ATTACHMENT_MAX:
        raise GraphError(
            413, "ErrorMessageSizeExceeded", "Files of 3 MB and more are attached by an upload session."
        )
    for name in ("contentId", "contentLocation"):
        properties[name] = _text(name, body.get(name)) or None
    return NewAttachment(properties, content)


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _wrong_type("contentBytes", "Edm.Binary")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise _wrong_type("contentBytes", "Edm.Binary") from None


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong_type(name, "Edm.String")
    if _CONTROL.search(value):
        raise bad_request(
            f"The value of {name} holds a character that is not allowed.", "ErrorInvalidRequest"
        )
    return value


def _flag(name: str, value: Any) -> bool:
    if value is None:
        return bool(_DEFAULTS.get(name, False))
    if not isinstance(value, bool):
        raise _wrong_type(name, "Edm.Boolean")
    return value


def _choice(name: str, value: Any) -> str:
    return str(_DEFAULTS[name]) if value is None else member(name, value, CHOICES[name])


def _categories(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong_type(name, "Collection(Edm.String)")
    return list(dict.fromkeys(each.strip() for each in value if each.strip()))


def _body(name: str, value: Any) -> JsonObject:
    given = _members(name, value or {}, {"contentType", "content"}, "itemBody")
    kind = member("bodyType", given.get("contentType") or "text", ("text", "html"))
    return {"contentType": kind, "content": _text("content", given.get("content"))}


def _person(name: str, value: Any) -> JsonObject | None:
    if value is None:
        return None
    given = _members(name, value, {"emailAddress"}, "recipient")
    entry = _members(name, given.get("emailAddress"), {"name", "address"}, "emailAddress")
    address = _text("address", entry.get("address")).strip()
    return {"emailAddress": {"name": _text("name", entry.get("name")) or address, "address": address}}


def _people(name: str, value: Any) -> list[JsonObject]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong_type(name, "Collection(microsoft.graph.recipient)")
    return [found for each in value if (found := _person(name, each or {})) is not None]


def _followup(name: str, value: Any) -> JsonObject:
    times = ("completedDateTime", "dueDateTime", "startDateTime")
    given = _members(name, value or {}, {"flagStatus", *times}, "followupFlag")
    status = member("followupFlagStatus", given.get("flagStatus") or "notFlagged", _STATUSES)
    found = {each: _zoned(each, given[each]) for each in times if given.get(each) is not None}
    if "dueDateTime" in found and "startDateTime" not in found:
        raise bad_request("A dueDateTime needs a startDateTime.", "ErrorInvalidRequest")
    return {"flagStatus": status, **found}


def _zoned(name: str, value: Any) -> JsonObject:
    given = _members(name, value, {"dateTime", "timeZone"}, "dateTimeTimeZone")
    clock = time_zones.parsed(str(given.get("dateTime")).removesuffix("Z"))
    zone = given.get("timeZone") or "UTC"
    if clock is None or not isinstance(zone, str) or time_zones.zone(zone) is None:
        raise _wrong_type(name, "microsoft.graph.dateTimeTimeZone")
    return time_zones.written(clock, zone)


def _headers(name: str, value: Any) -> list[JsonObject]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong_type(name, "Collection(microsoft.graph.internetMessageHeader)")
    entries = [_members(name, each, {"name", "value"}, "internetMessageHeader") for each in value]
    return [
        {"name": _text("name", each.get("name")), "value": _text("value", each.get("value"))}
        for each in entries
    ]


def _offset(name: str, value: Any) -> str | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, TypeError, OverflowError):
        raise _wrong_type(name, "Edm.DateTimeOffset") from None


def _members(name: str, value: Any, members: set[str], type_name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise _wrong_type(name, f"microsoft.graph.{type_name}")
    found = {key: each for key, each in value.items() if "@" not in key}
    if unknown := set(found) - members:
        raise bad_request(
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.{type_name}'.",
            "RequestBodyRead",
        )
    return found


def _wrong_type(name: str, type_name: str) -> GraphError:
    return bad_request(
        f"The value of the property '{name}' cannot be read as the expected type '{type_name}'.",
        "RequestBodyRead",
    )


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys((*FLAGS, "isDraft"), _flag),
    **dict.fromkeys(PEOPLE, _people),
    **dict.fromkeys(PERSONS, _person),
    **dict.fromkeys(("subject", "internetMessageId", "conversationId"), _text),
    **dict.fromkeys(("receivedDateTime", "sentDateTime"), _offset),
    "body": _body,
    "categories": _categories,
    "flag": _followup,
    "internetMessageHeaders": _headers,
}
