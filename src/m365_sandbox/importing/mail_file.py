"""Mails in files: one mail (.eml, RFC 5322), or many in an mbox as programs export them (RFC 4155)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from m365_sandbox.importing import mail_headers as headers
from m365_sandbox.importing.contact import Rejected
from m365_sandbox.importing.mail_parts import Taken, take
from m365_sandbox.store.mail_records import NewAttachment
from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_KNOWN = re.compile(
    rb"^(from|to|cc|subject|date|received|return-path|message-id|mime-version|content-type|delivered-to|reply-to|"
    rb"sender|x-mozilla-status|x-gm-thrid|x-unsent|dkim-signature|bcc)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_DIVIDER = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From (?! *:)([^\r\n]*)\r?\n(?=>?[!-9;-~]+[ \t]*:|From |(?:\r?\n)*\Z)"
)
_FROM_LINE = re.compile(rb"From (?! *:)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_STARTS = re.compile(rb"\A(?:\xef\xbb\xbf)?[\r\n]*")


@dataclass(frozen=True, kw_only=True)
class ImportedMail:
    """A mail read from a file.

    Attributes:
        position: its place among the mails of the file, from 1.
        properties: Graph's property names and JSON values; `isDraft` and the times as well.
        attachments: what hangs on it.
        source: its bytes as they were in the file, without what an mbox adds.
        sensitivity: 0 normal, 1 personal, 2 private, 3 confidential.
        notes: what could not be read; a sentence each.
    """

    position: int
    properties: JsonObject
    attachments: tuple[NewAttachment, ...]
    source: bytes
    sensitivity: int
    notes: tuple[Said, ...] = ()


def looks_like_mbox(beginning: bytes) -> bool:
    """Whether a file that begins so is an mbox."""
    return bool(_FROM_LINE.match(_STARTS.sub(b"", beginning)))


def looks_like_mail(beginning: bytes) -> bool:
    """Whether a file that begins so is a mail: headers come first, and some that mails have."""
    text = _STARTS.sub(b"", beginning)
    head = re.split(rb"\r?\n\r?\n", text, maxsplit=1)[0]
    return bool(_HEADER.match(text)) and b"\0" not in head and bool(_KNOWN.search(head))


def read_mails(data: bytes) -> Iterator[ImportedMail | Rejected]:
    """The mails of a file, in their order, or why there is none.

    Args:
        data: a mail, or an mbox of any dialect that puts a line `From …` before each mail.
    """
    if not looks_like_mbox(data[:4096]):
        yield _read(_STARTS.sub(b"", data), 1, None)
        return
    data = _STARTS.sub(b"", data)
    dividers = list(_DIVIDER.finditer(data))
    for number, divider in enumerate(dividers):
        end = dividers[number + 1].start() if number + 1 < len(dividers) else len(data)
        source = _QUOTED.sub(rb"\1", _without_last_blank(data[divider.end() : end]))
        when = headers.from_line_date(divider[1].partition(b" ")[2].decode("latin-1"))
        if not source.strip():
            yield Rejected(number + 1, Said("The mail is empty."))
        else:
            yield _read(source, number + 1, when)


def read_mail(source: bytes) -> ImportedMail | None:
    """One mail from its MIME; None when it is none."""
    found = _read(source, 1, None)
    return found if isinstance(found, ImportedMail) else None


def _without_last_blank(source: bytes) -> bytes:
    """Without the empty line that an mbox puts before the next divider."""
    for end in (b"\r\n\r\n", b"\n\n"):
        if source.endswith(end):
            return source[: -len(end) // 2]
    return source


def _read(source: bytes, position: int, when: str | None) -> ImportedMail | Rejected:
    if not looks_like_mail(source[:65536]):
        return Rejected(position, Said("This is no mail: it does not begin with the headers of one."))
    notes: list[Said] = []
    try:
        message: Message = BytesParser(policy=compat32).parsebytes(_mended(source))
        taken = take(message)
    except RecursionError:
        # Multiparts within multiparts without end: the headers are still good.
        message, taken = BytesHeaderParser(policy=compat32).parsebytes(_mended(source)), Taken()
        notes.append(Said("Its parts are nested too deeply to be read."))
    return ImportedMail(
        position=position,
        properties=_properties(message, taken, when),
        attachments=tuple(taken.attached),
        source=source,
        sensitivity=headers.sensitivity(message),
        notes=tuple(notes),
    )


def _mended(source: bytes) -> bytes:
    """The source with headers that a parser follows: no blanks before colons, no lines that are no headers."""
    found = re.search(rb"\r?\n\r?\n", source)
    end = found.start() if found else len(source)
    lines = source[:end].splitlines(keepends=True)
    for at, each in enumerate(lines):
        header = _HEADER.match(each)
        if header:
            name = header[0][:-1].rstrip()
            lines[at] = name + b":" + each[header.end() :]
        elif at and each[:1] not in b" \t":
            lines[at] = b" " + each if b":" in each else b""
    return b"".join(lines) + source[end:]


def _properties(message: Message, taken: Taken, when: str | None) -> JsonObject:
    senders = headers.people(message, "From")
    by = headers.people(message, "Sender")
    sent = headers.moment(headers.one(message, "Date"))
    states = headers.one(message, "Status") + headers.one(message, "X-Status")
    properties: JsonObject = {
        "subject": headers.one(message, "Subject"),
        "body": taken.body or {"contentType": "text", "content": ""},
        "from": senders[0] if senders else None,
        "sender": by[0] if by else senders[0] if senders else None,
        "toRecipients": headers.people(message, "To"),
        "ccRecipients": headers.people(message, "Cc"),
        "bccRecipients": headers.people(message, "Bcc"),
        "replyTo": headers.people(message, "Reply-To"),
        "sentDateTime": sent,
        "receivedDateTime": headers.received(message) or when or sent,
        "importance": headers.importance(message),
        "isRead": "R" in states or not states,
        "isDraft": "D" in headers.one(message, "X-Status") or headers.one(message, "X-Unsent") == "1",
        "flag": {"flagStatus": "flagged" if "F" in headers.one(message, "X-Status") else "notFlagged"},
        "categories": headers.words(message, "Keywords", "X-Keywords"),
        "internetMessageHeaders": headers.all_of(message),
    }
    message_id = headers.one(message, "Message-ID")
    return {**properties, "internetMessageId": message_id} if message_id else properties
