"""A mail's source read (RFC 5322): subject, people, texts, and what is attached, with exactly the bytes that came.

Tolerant: whatever the source holds, something comes back. Archives are never opened.
"""

from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from crmcorner.items.mail import MailAddress
from crmcorner.items.text import tidy_text
from crmcorner.mail import headers
from crmcorner.mail.mime_parts import Part, parts_of, split_head, uuencoded
from crmcorner.mail.plain_text import text_of_html

TEXT_LIMIT = 200_000
"""Characters of a mail's text that are kept for reading and searching."""

HTML_LIMIT = 2_000_000
"""Characters of a mail's HTML that are kept; what is longer is in the original."""

_ENDINGS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf", "text/html": ".html",
    "text/plain": ".txt", "text/calendar": ".ics", "message/rfc822": ".eml", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
    "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPart:
    """A part that is not the mail's text. ``name`` is as the sender wrote it, not safe yet.

    ``inline``: an image that the HTML shows by its ``content_id`` (without brackets).
    """

    name: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """What a source says. ``date`` is in UTC, None where there is none that can be read; ids are without brackets.

    ``text`` is always filled if there is any text, from the HTML if need be; ``html`` is as it came, not safe.
    """

    subject: str = ""
    sender: MailAddress | None = None
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    bcc: tuple[MailAddress, ...] = ()
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    parts: tuple[MailPart, ...] = ()

    @property
    def attachments(self) -> tuple[MailPart, ...]:
        """R36: those that are listed: inline images are not."""
        return tuple(part for part in self.parts if not part.inline)


@dataclass(slots=True)
class _Found:
    """What was found so far in a mail's parts."""

    texts: list[str]
    htmls: list[str]
    files: list[MailPart]


def parse_source(source: bytes) -> ParsedMail:
    """Return what a mail's source says; never raises on what it holds."""
    head, _body = split_head(source)
    found = _Found([], [], [])
    for part in parts_of(source):
        _sort_in(part, found)
    html = "\n".join(found.htmls)[:HTML_LIMIT]
    text = tidy_text("\n".join(found.texts)[:TEXT_LIMIT])
    senders = headers.addresses(head, "From") or headers.addresses(head, "Sender")
    return ParsedMail(
        subject=headers.field(head, "Subject"),
        sender=senders[0] if senders else None,
        to=headers.addresses(head, "To"),
        cc=headers.addresses(head, "Cc"),
        bcc=headers.addresses(head, "Bcc"),
        date=headers.date(head),
        message_id=_message_id(head),
        in_reply_to=headers.message_ids(head, "In-Reply-To"),
        references=headers.message_ids(head, "References"),
        text=text or text_of_html(html)[:TEXT_LIMIT],
        html=html,
        parts=tuple(_told_apart(part, html) for part in found.files),
    )


def _sort_in(part: Part, found: _Found) -> None:
    """Put a part where it belongs: text, HTML, or file."""
    kind = part.content_type if part.has_type or part.default_type == "text/plain" else part.default_type
    if kind in {"text/plain", "text/html"} and part.disposition != "attachment" and not part.name:
        text = headers.decode_bytes(part.content(), headers.parameter(part.head, "Content-Type", "charset"))
        if kind == "text/html":
            found.htmls.append(text)
        else:
            found.texts.append(_without_uuencoded(part, text, found.files))
        return
    if kind.startswith("multipart/") and not part.body.strip():
        return
    content = part.content()
    if kind.startswith("multipart/") and part.disposition != "attachment":
        # It says that it has parts and has none: what stands there is all the text there is.
        found.texts.append(headers.decode_bytes(content))
        return
    name = part.name or headers.field(part.head, "Content-Location").rpartition("/")[2]
    found.files.append(
        MailPart(
            name=name or _made_up_name(part, kind),
            content_type=kind,
            content=content,
            inline=part.disposition != "attachment"
            and (kind.startswith("image/") or _is_another_form(part, kind)),
            content_id=headers.field(part.head, "Content-ID").strip("<> "),
        )
    )


def _told_apart(part: MailPart, html: str) -> MailPart:
    """Keep as inline only an image that the HTML does show."""
    by_id = part.content_id and f"cid:{part.content_id}" in html.replace("%40", "@")
    if by_id or not part.inline or not part.content_type.startswith("image/"):
        return part
    return MailPart(
        name=part.name, content_type=part.content_type, content=part.content, content_id=part.content_id
    )


def _is_another_form(part: Part, kind: str) -> bool:
    """Whether it is the mail's text once more in a form that is not shown, such as RTF (RFC 2046 5.1.4)."""
    other = kind.startswith("text/") and kind != "text/calendar"
    return other and part.parent == "multipart/alternative" and not part.name


def _without_uuencoded(part: Part, text: str, files: list[MailPart]) -> str:
    """Take files out of a text in which they stand uuencoded, as mail programs did before MIME."""
    content = part.content()
    if b"\nbegin " not in b"\n" + content:
        return text
    charset, rest, position = headers.parameter(part.head, "Content-Type", "charset"), [], 0
    for name, data, start, end in uuencoded(content):
        files.append(MailPart(name=name, content_type="application/octet-stream", content=data))
        rest.append(content[position:start])
        position = end
    return headers.decode_bytes(b"".join([*rest, content[position:]]), charset) if rest else text


def _made_up_name(part: Part, kind: str) -> str:
    if kind == "message/rfc822":
        subject = headers.field(split_head(part.content())[0], "Subject")
        return f"{subject[:100] or 'message'}.eml"
    return f"{kind.partition('/')[0]}{_ENDINGS.get(kind, '.dat')}"


def _message_id(head: Message) -> str:
    found = headers.message_ids(head, "Message-ID")
    return found[0] if found else headers.field(head, "Message-ID").strip("<> ")[:480]
