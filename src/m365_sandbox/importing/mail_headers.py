"""What the headers of mails say, however they are written (RFC 5322, RFC 2047): never an error, at worst nothing."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from m365_sandbox.store.records import JsonObject, stamp

# Outlook's own calendar: what lies outside was never a date.
_FIRST_YEAR, _LAST_YEAR = 1970, 4500
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_BLANK = re.compile(r"\s+")
_COMMENT = re.compile(r"\([^()]*\)")
_DOT = re.compile(r"\s*\.\s*")
_COLON = re.compile(r"\s*:\s*")
_BROKEN = (ValueError, TypeError, IndexError, KeyError, AttributeError, LookupError, OverflowError)


def clean(text: str) -> str:
    """The text without characters that Outlook cannot hold."""
    return _CONTROL.sub("", text)


def line(text: str) -> str:
    """The text on one line, cleaned."""
    return clean(_BLANK.sub(" ", text)).strip()


def from_bytes(raw: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset that they claim, else UTF-8, else Windows-1252."""
    for name in (charset, "utf-8"):
        try:
            if name:
                return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def decoded(value: object) -> str:
    """A header's value with its encoded words read; raw bytes of eight bits are read as text as well."""
    text = str(value)
    if not text.isascii():
        text = _eight_bits(text)
    if "=?" not in text:
        return line(text)
    try:
        parts = decode_header(_BLANK.sub(" ", text))
    except _BROKEN:
        return line(text)
    return line("".join(from_bytes(part, name) if isinstance(part, bytes) else part for part, name in parts))


def every(message: Message, name: str) -> list[str]:
    """The raw values of every header of that name, bytes of eight bits as surrogates."""
    return [str(value) for each, value in message.raw_items() if each.lower() == name.lower()]


def one(message: Message, name: str) -> str:
    """The decoded value of the first header of that name; nothing without one."""
    values = every(message, name)
    return decoded(values[0]) if values else ""


def people(message: Message, *names: str) -> list[JsonObject]:
    """The recipients in these headers, as Graph writes them; entries without an address are left out."""
    values = [_eight_bits(value) for name in names for value in every(message, name)]
    found = [pair for value in values for pair in _pairs(_BLANK.sub(" ", value))]
    return [person for name, address in found if (person := _person(decoded(name), line(address)))]


def _pairs(value: str) -> list[tuple[str, str]]:
    """The names and addresses in a header; comments and blanks within addresses as of old (RFC 5322, 4.4) do not harm."""
    for text in (value, _DOT.sub(".", _COMMENT.sub("", value))):
        try:
            found = getaddresses([text])
        except _BROKEN:
            continue
        if any(address for _name, address in found):
            return found
    return []


def _person(name: str, address: str) -> JsonObject | None:
    if " " in address and not name:
        # A name without its brackets around the address.
        name, _, address = address.rpartition(" ")
    if "@" not in address[1:-1]:
        return None
    return {"emailAddress": {"name": name or address, "address": address}}


def _eight_bits(value: str) -> str:
    return value if value.isascii() else from_bytes(value.encode("utf-8", "surrogateescape"), None)


def moment(text: str) -> str | None:
    """A date of a mail as a stamp in UTC; None where it is none, or one that no mail can have."""
    try:
        found = parsedate_to_datetime(_COLON.sub(":", _COMMENT.sub("", text)))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except _BROKEN:
        return None
    return stamp(found) if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def received(message: Message) -> str | None:
    """When the last server got it: its header stands at the top (RFC 5321, 4.4)."""
    values = every(message, "Received")
    return moment(values[0].rpartition(";")[2].strip()) if values else None


def words(message: Message, *names: str) -> list[str]:
    """The words in these headers, between commas (RFC 5322, 3.6.5), each once."""
    found = [
        line(word) for name in names for value in every(message, name) for word in decoded(value).split(",")
    ]
    return list(dict.fromkeys(word for word in found if word))


def importance(message: Message) -> str:
    """`low`, `normal` or `high` (RFC 2156: Importance; practice: X-Priority)."""
    said = one(message, "Importance").lower()
    if said in {"low", "normal", "high"}:
        return said
    digit = one(message, "X-Priority")[:1]
    return "high" if digit in {"1", "2"} else "low" if digit in {"4", "5"} else "normal"


def sensitivity(message: Message) -> int:
    """0 normal, 1 personal, 2 private, 3 confidential (RFC 2156: Sensitivity; MS-OXCMAIL)."""
    levels: Sequence[str] = ("normal", "personal", "private", "company-confidential")
    said = one(message, "Sensitivity").lower().replace(" ", "-")
    return levels.index(said) if said in levels else 0


def all_of(message: Message) -> list[JsonObject]:
    """Every header in its order, as Graph tells them (internetMessageHeaders)."""
    return [{"name": line(name), "value": decoded(value)} for name, value in message.raw_items()]


def from_line_date(text: str) -> str | None:
    """The date in the line that divides an mbox: `Mon Nov 23 10:00:00 2026`, perhaps with an offset before the year."""
    for form in ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M %Y"):
        try:
            found = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - a zone that is missing is UTC by custom
        except ValueError:
            continue
        return stamp(found if found.tzinfo else found.replace(tzinfo=UTC))
    return None
