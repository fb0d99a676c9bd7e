"""A mail's source cut into its parts, byte by byte (RFC 2045, RFC 2046).

The standard library's parser joins and rewrites what it read; here every part is a slice of the source, so that what is
stored is what was sent. Nothing recurses, so that no nesting is too deep, and nothing raises on what a mail holds.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from crmcorner.mail import headers

MOST_PARTS = 2_000
DEEPEST = 40
_LONGEST_HEAD = 4 * 1024 * 1024

_HEAD_LINE = re.compile(rb"[!-9;-~\x80-\xff]+[ \t]*:")
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_SPACE_BEFORE_COLON = re.compile(rb"^([!-9;-~]+)[ \t]+:")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its header fields, and the bytes below them as they stand in the source."""

    head: Message
    body: bytes
    depth: int = 0
    default_type: str = "text/plain"
    parent: str = ""

    @property
    def content_type(self) -> str:
        """The type in lower case; what is missing or broken counts as the default (RFC 2045 5.2)."""
        raw = headers.field(self.head, "Content-Type").partition(";")[0].strip().lower()
        if re.fullmatch(r"[!#-'*+.0-9^-~-]+/[!#-'*+.0-9^-~-]+", raw):
            return raw
        return "text/plain" if raw in {"text", "plain"} or not raw else "application/octet-stream"

    @property
    def has_type(self) -> bool:
        """Whether the part says what it is."""
        return "content-type" in self.head

    @property
    def disposition(self) -> str:
        """``attachment``, ``inline``, or ""."""
        return headers.field(self.head, "Content-Disposition").partition(";")[0].strip().lower()

    @property
    def name(self) -> str:
        """The file's name as the sender wrote it, decoded; "" if there is none."""
        return (
            headers.parameter(self.head, "Content-Disposition", "filename")
            or headers.parameter(self.head, "Content-Type", "name")
            or headers.parameter(self.head, "Content-Description", "name")
        )

    def content(self) -> bytes:
        """Return the bytes as they were before they were made fit for travel."""
        coding = headers.field(self.head, "Content-Transfer-Encoding").partition(";")[0].strip().lower()
        if coding == "base64":
            return decode_base64(self.body)
        if coding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if coding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
            return next((content for _name, content, _start, _end in uuencoded(self.body)), self.body)
        return self.body


def split_head(source: bytes) -> tuple[Message, bytes]:
    """Return header fields and the bytes below them; lines that are no fields are passed over."""
    if re.match(rb"From [^:\r\n]", source) and not _SPACE_BEFORE_COLON.match(source):
        source = source.partition(b"\n")[2]
    source = source.lstrip(b"\r\n") if source[:1] in {b"\r", b"\n"} and b":" in source[:200] else source
    blank = _BLANK.search(source, 0, _LONGEST_HEAD)
    if source[:1] in {b"\r", b"\n"}:
        head, body = b"", source[2 if source.startswith(b"\r\n") else 1 :]
    elif blank:
        head, body = source[: blank.start()], source[blank.end() :]
    else:
        head, body = source[:_LONGEST_HEAD], b""
    lines: list[bytes] = []
    for line in re.split(rb"\r?\n|\r(?!\n)", head):
        if _HEAD_LINE.match(line):
            lines.append(_SPACE_BEFORE_COLON.sub(rb"\1:", line))
        elif lines and line[:1] in {b" ", b"\t"}:
            lines.append(line)
    if not lines and head:
        return Message(compat32), source
    return BytesHeaderParser(policy=compat32).parsebytes(b"\n".join(lines) + b"\n\n"), body


def parts_of(source: bytes) -> Iterator[Part]:
    """Yield the leaves of a mail in their order; a mail within the mail is one leaf, its bytes untouched."""
    head, body = split_head(source)
    waiting, count = [Part(head, body)], 0
    while waiting and count < MOST_PARTS:
        part = waiting.pop()
        count += 1
        children = _children(part) if part.depth < DEEPEST else []
        if children:
            waiting += reversed(children[: MOST_PARTS - count])
        else:
            yield part


def decode_base64(body: bytes) -> bytes:
    """Return what base64 stands for; foreign letters are passed over and a cut-off end gives what it can."""
    letters = _NOT_BASE64.sub(b"", body)
    whole, _padding, _rest = letters.partition(b"=")
    if _rest.strip(b"="):
        return b"".join(decode_base64(piece) for piece in letters.split(b"=") if piece)
    if len(whole) % 4 == 1:
        whole = whole[:-1]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def uuencoded(body: bytes) -> Iterator[tuple[str, bytes, int, int]]:
    """Yield name, bytes, start and end of each file that stands uuencoded in a text."""
    for begin in re.finditer(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$", body, re.MULTILINE):
        found: list[bytes] = []
        position, complete = begin.end() + 1, False
        while position < len(body):
            end = body.find(b"\n", position)
            end = len(body) if end < 0 else end
            line = body[position:end].rstrip(b"\r")
            position = end + 1
            if line.strip() in {b"end", b"`"} or not line.strip():
                complete = complete or line.strip() == b"end"
                if complete:
                    break
                continue
            try:
                found.append(binascii.a2b_uu(line))
            except binascii.Error:
                size = (((line[0] - 32) & 63) * 4 + 5) // 3
                try:
                    found.append(binascii.a2b_uu(line[:size]))
                except binascii.Error:
                    break
        if complete:
            yield headers.decode_bytes(begin[1]).strip(), b"".join(found), begin.start(), position


def _children(part: Part) -> list[Part]:
    kind = part.content_type
    boundary = headers.parameter(part.head, "Content-Type", "boundary").rstrip()
    if not kind.startswith("multipart/") or not boundary:
        return []
    default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
    found = []
    for piece in _pieces(part.body, boundary.encode("utf-8", "replace")):
        head, body = split_head(piece)
        found.append(Part(head, body, part.depth + 1, default, kind))
    return found


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """Return what stands between the boundary lines; the line end before one belongs to it (RFC 2046 5.1.1)."""
    line = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    pieces, start = [], -1
    for match in line.finditer(body):
        if start >= 0:
            pieces.append(body[start : match.start()])
        start = -1 if match[1] else _after_line(body, match.end())
        if match[1]:
            break
    if start >= 0:
        pieces.append(body[start:])
    return [piece for piece in pieces if piece.strip()]


def _after_line(body: bytes, position: int) -> int:
    """Return where the next line begins, leaving an empty line's own end to be seen."""
    return position + (2 if body[position : position + 2] == b"\r\n" else 1)
