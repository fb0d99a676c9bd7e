"""Header fields of mails as people read them: RFC 2047 words, RFC 2231 parameters, and what programs write instead.

Nothing here raises on what a mail holds; what cannot be read stays as it is written.
"""

import binascii
import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from crmcorner.items.mail import MailAddress
from crmcorner.items.text import tidy_line
from crmcorner.mail.address_list import split_addresses

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_MESSAGE_ID = re.compile(r"<([^<>]{1,480})>")
_COMMENT = re.compile(r"\([^()]*\)")
_AROUND_COLON = re.compile(r"\s*:\s*")

_ALIASES = {
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6", "windows-874": "cp874", "unicode-1-1-utf-7": "utf-7", "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman", "iso-8859-1": "cp1252", "latin1": "cp1252", "ansi_x3.4-1968": "ascii",
    "us-ascii": "ascii", "ascii": "ascii", "8bit": "ascii", "utf8mb4": "utf-8", "iso-2022-jp": "iso2022_jp_2",
}  # fmt: skip
"""What senders call it, and what it really is or contains: Windows' own sets are wider than their namesakes."""

_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
"""Python's codecs that no mail is written in; some cost much."""


def decode_bytes(content: bytes, charset: str = "") -> str:
    """Return text: by its charset, else as UTF-8, else as Windows Latin, which knows every byte."""
    for name in (_codec(charset), "utf-8"):
        if name:
            try:
                return content.decode(name)
            except (UnicodeError, ValueError):
                continue
    known = _codec(charset)
    if known and known not in {"ascii", "utf-8"}:
        return content.decode(known, errors="replace")
    if known == "utf-8":
        return content.decode("utf-8", errors="replace")
    return content.decode("cp1252", errors="replace")


def decode_words(raw: str) -> str:
    """Return a field's text: RFC 2047 words decoded, raw bytes beyond ASCII guessed, lines unfolded."""
    text = _raw_text(raw)
    # Letters may be cut in two between words of one charset: such are joined before they are decoded.
    while (joined := _BETWEEN.sub(r"\1", text)) != text:
        text = joined
    found: list[str] = []
    end, held, charset = 0, b"", ""
    for match in _WORD.finditer(text):
        word_charset = match[1].partition("*")[0].lower()
        content = _word_bytes(match[2], match[3])
        if content is None:
            continue
        if held and (match.start() > end or word_charset != charset):
            found.append(decode_bytes(held, charset))
            held = b""
        found.append(text[end : match.start()])
        held, charset, end = held + content, word_charset, match.end()
    if held:
        found.append(decode_bytes(held, charset))
    return tidy_line("".join([*found, text[end:]]))


def field(head: Message, name: str) -> str:
    """Return the first header field of this name as text, "" if there is none."""
    return decode_words(raw_field(head, name))


def raw_field(head: Message, name: str) -> str:
    """Return the first header field of this name as it was written, unfolded; "" if there is none."""
    return next(_raw_fields(head, name), "")


def addresses(head: Message, name: str) -> tuple[MailAddress, ...]:
    """Return the addresses of all header fields of this name."""
    return tuple(each for raw in _raw_fields(head, name) for each in _addresses_of(raw))


def date(head: Message, name: str = "Date") -> datetime | None:
    """Return a date in UTC, None where there is none that can be read. Without a zone it counts as UTC."""
    raw = _AROUND_COLON.sub(":", _COMMENT.sub("", raw_field(head, name)))
    try:
        found = parsedate_to_datetime(raw)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def message_ids(head: Message, name: str) -> tuple[str, ...]:
    """Return the message ids of all header fields of this name, without brackets, in their order; what is none is passed over."""
    found = []
    for inner in _MESSAGE_ID.findall(" ".join(_raw_fields(head, name))):
        # Blanks and comments were once allowed within (RFC 5322 4.5.4).
        text = "".join(_COMMENT.sub("", inner).split()) if " " in inner else inner
        if text:
            found.append(text)
    return tuple(found)


def parameter(head: Message, header: str, name: str) -> str:
    """Return a parameter of a field: RFC 2231 in parts and charsets, RFC 2047 within quotes, raw bytes; else ""."""
    # Of the text, not of the field itself: from that, bytes beyond ASCII would come out as question marks.
    text = Message()
    text[header] = raw_field(head, header)
    try:
        value = text.get_param(name, header=header, unquote=True)
    except (MessageError, ValueError, LookupError, TypeError):
        return ""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return _rfc2231(value)
    return decode_words(value)


def _addresses_of(raw: str) -> list[MailAddress]:
    return [
        MailAddress(email=tidy_line(decode_words(email)), name=decode_words(shown))
        for shown, email in split_addresses(raw)
    ]


def _rfc2231(value: tuple[str | None, str | None, str]) -> str:
    charset, _language, text = value
    try:
        content = text.encode("raw-unicode-escape")
    except UnicodeError:
        return tidy_line(collapse_rfc2231_value(value))
    if "%" in text and not charset:
        content = unquote_to_bytes(text)
    return tidy_line(decode_bytes(content, charset or ""))


def _codec(charset: str) -> str:
    """Return Python's name of a charset, "" where it is none."""
    name = charset.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
        b"".decode(found)
    except (LookupError, ValueError):
        return ""
    return "" if found in _NO_CHARSETS else found


def _raw_fields(head: Message, name: str) -> Iterator[str]:
    # Asked by its usual methods, Python hides bytes beyond ASCII behind question marks.
    for key, raw in head.raw_items():
        if key.lower() == name.lower():
            yield _raw_text(raw)


def _raw_text(raw: str) -> str:
    """Return a field as it was written, whose bytes beyond ASCII Python keeps as halves of surrogate pairs."""
    unfolded = re.sub(r"\r?\n[ \t]?|\r", " ", raw)
    if unfolded.isascii():
        return unfolded
    return decode_bytes(unfolded.encode("utf-8", "surrogateescape"))


def _word_bytes(kind: str, text: str) -> bytes | None:
    if kind in "qQ":
        return binascii.a2b_qp(text.replace(" ", "_").encode("ascii", "replace"), header=True)
    try:
        return binascii.a2b_base64(text + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return None
