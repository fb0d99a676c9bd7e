"""What a mail is made of: the text that Outlook shows, and everything else as attachments (RFC 2045, 2046, 2183)."""

import mimetypes
import re
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message
from email.utils import collapse_rfc2231_value
from io import BytesIO

from m365_sandbox.importing import mail_headers as headers
from m365_sandbox.message_type import FILE, ITEM, REFERENCE
from m365_sandbox.store.mail_records import NewAttachment
from m365_sandbox.store.records import JsonObject

# Deeper than that nobody nests; what is there is kept with the part around it.
DEPTH_MAX = 50
_TEXTS = {"text/plain": "text", "text/html": "html"}
_BROKEN = (
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    LookupError,
    AssertionError,
    RecursionError,
)
_CID = re.compile(r"^<?(.*?)>?$", re.DOTALL)


@dataclass
class Taken:
    """The text of a mail as far as it is found, and what hangs on it."""

    body: JsonObject | None = None
    attached: list[NewAttachment] = field(default_factory=list)


def take(message: Message) -> Taken:
    """The text and the attachments of a mail."""
    taken = Taken()
    _take(message, taken, 0, inline=False)
    return taken


def _take(part: Message, taken: Taken, depth: int, *, inline: bool) -> None:
    kind = part.get_content_type()
    below = _below(part)
    if kind == "message/rfc822" and below:
        taken.attached.append(_item(part, below[0]))
    elif kind == "message/external-body":
        taken.attached.append(_reference(part))
    elif below and depth < DEPTH_MAX and kind.startswith("multipart/"):
        if kind == "multipart/alternative":
            _alternatives(below, taken, depth)
            return
        for number, each in enumerate(below):
            _take(each, taken, depth + 1, inline=inline or (kind == "multipart/related" and number > 0))
    elif taken.body is None and kind in _TEXTS and not _is_attached(part):
        taken.body = {"contentType": _TEXTS[kind], "content": headers.clean(_text(part))}
    elif _name(part) or content_of(part).strip():
        taken.attached.append(_file(part, len(taken.attached) + 1, inline=inline))


def _alternatives(below: list[Message], taken: Taken, depth: int) -> None:
    """The richest form that Outlook can show; others are the same again, but what can be no text is kept."""
    shown = [each for each in below if each.get_content_type() in _TEXTS or each.is_multipart()]
    best = next(
        (each for each in reversed(shown) if each.get_content_type() != "text/plain"),
        shown[-1] if shown else None,
    )
    if best is None or taken.body is not None:
        for each in below:
            taken.attached.append(_file(each, len(taken.attached) + 1, inline=False))
        return
    _take(best, taken, depth + 1, inline=False)
    for each in below:
        if each not in shown:
            taken.attached.append(_file(each, len(taken.attached) + 1, inline=False))


def _below(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _is_attached(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or part.get_filename() is not None
    except _BROKEN:
        return False


def content_of(part: Message) -> bytes:
    """The bytes of a part, decoded; as they stand where the encoding is broken beyond reading."""
    try:
        found = part.get_payload(decode=True)
        if isinstance(found, bytes):
            return found
    except _BROKEN:
        pass
    payload = part.get_payload()
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogateescape")
    return source_of(part)


def source_of(part: Message) -> bytes:
    """A mail or part as it is written."""
    into = BytesIO()
    try:
        BytesGenerator(into, mangle_from_=False, maxheaderlen=0).flatten(part)
    except (*_BROKEN, UnicodeError):
        return into.getvalue()
    return into.getvalue()


def _text(part: Message) -> str:
    try:
        charset = part.get_content_charset()
    except _BROKEN:
        charset = None
    return headers.from_bytes(content_of(part), charset)


def _name(part: Message) -> str:
    try:
        found = part.get_filename()
    except _BROKEN:
        found = None
    return headers.decoded(collapse_rfc2231_value(found)) if found else ""


def _file(part: Message, number: int, *, inline: bool) -> NewAttachment:
    kind = part.get_content_type()
    location = headers.one(part, "Content-Location")
    content_id = _CID.sub(r"\1", headers.one(part, "Content-ID"))
    try:
        disposition = part.get_content_disposition()
    except _BROKEN:
        disposition = None
    ending = mimetypes.guess_extension(kind) or ".dat"
    properties: JsonObject = {
        "@odata.type": FILE,
        "name": _name(part) or _last_step(location) or f"ATT{number:05d}{ending}",
        "contentType": kind,
        "isInline": bool(content_id) and disposition != "attachment" and (inline or disposition == "inline"),
        "contentId": content_id or None,
        "contentLocation": location or None,
    }
    return NewAttachment(properties, content_of(part))


def _last_step(location: str) -> str:
    """The name of a file at the end of an address, if there is one."""
    name = location.partition("?")[0].rpartition("/")[2]
    return name if "." in name else ""


def _item(part: Message, inner: Message) -> NewAttachment:
    subject = headers.one(inner, "Subject")
    sender = headers.people(inner, "From")
    item: JsonObject = {
        "@odata.type": "#microsoft.graph.message",
        "subject": subject,
        "from": sender[0] if sender else None,
        "toRecipients": headers.people(inner, "To"),
        "ccRecipients": headers.people(inner, "Cc"),
        "internetMessageId": headers.one(inner, "Message-ID") or None,
        "sentDateTime": headers.moment(headers.one(inner, "Date")),
    }
    properties: JsonObject = {
        "@odata.type": ITEM,
        "name": subject or _name(part) or "mail",
        "contentType": "message/rfc822",
        "isInline": False,
        "item": item,
    }
    return NewAttachment(properties, source_of(inner))


def _reference(part: Message) -> NewAttachment:
    address = str(part.get_param("url", "") or part.get_param("name", "") or "")
    return NewAttachment(
        {
            "@odata.type": REFERENCE,
            "name": headers.decoded(address) or "link",
            "contentType": None,
            "isInline": False,
        },
        None,
    )
