"""The lines of a vCard file: decoded, unfolded, and cut into name, parameters and value.

Source: RFC 6350 §3.2-3.3, RFC 2425 §5.8, vCard 2.1 §2.1. Works on bytes, because a fold may cut a letter in two,
and keeps only as much of a line as Outlook could take, so that a huge picture costs no memory.
"""

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

LINE_MAX = 6_000_000  # bytes: a picture of 4 MB in base64, with its folds
_CHUNK = 1 << 16
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"}
_HEAD = re.compile(rb'((?:[^:"]++|"[^"]*+")*+):')
_NAME = re.compile(r"(?:(?P<group>[A-Za-z0-9_-]+)\.)?(?P<name>[A-Za-z0-9-]+)")
_PARAMETERS = re.compile(r';((?:[^;"]++|"[^"]*+"|")*+)')
_QUOTED_PRINTABLE = re.compile(rb"[;=]\s*QUOTED-PRINTABLE\s*[;:]", re.IGNORECASE)
_BASE64 = re.compile(rb"[;=]\s*(?:BASE64|B)\s*[;:]", re.IGNORECASE)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]+[ \t]*\Z")
# What Samsung's phones write for a label of the user's own.
_SAMSUNG_LABEL = re.compile(
    r"X-CUSTOM\(CHARSET=(?P<charset>[^,]*),ENCODING=QUOTED-PRINTABLE,(?P<label>.*)\)", re.IGNORECASE
)
WINDOWS = "cp1252"
_CARET = {"^n": "\n", "^'": '"', "^^": "^"}


@dataclass(frozen=True)
class Line:
    """One property of a card.

    Attributes:
        name: in capitals.
        raw: the value as it stands in the file.
        group: what stands before the name (`item1.TEL`), in small letters.
        parameters: names in capitals, values as written; vCard 2.1's bare ones are under TYPE or ENCODING.
        cut: it was longer than `LINE_MAX`; the rest is lost.
        encoding: what its letters were read as; `WINDOWS` when nothing said so.
    """

    name: str
    raw: str
    group: str = ""
    parameters: dict[str, list[str]] = field(default_factory=dict)
    cut: bool = False
    encoding: str = "utf-8"

    def parameter(self, name: str) -> str:
        """The first value of a parameter, in capitals; empty when there is none."""
        return next(iter(self.parameters.get(name, [])), "").upper()

    @property
    def types(self) -> frozenset[str]:
        """The values of TYPE, in capitals."""
        return frozenset(each.upper() for each in self.parameters.get("TYPE", ()))

    @property
    def preference(self) -> int:
        """1, the most preferred, to 100; 101 without a preference (RFC 6350 §5.3). PREF as a type is 1."""
        number = self.parameter("PREF")
        if number.isdecimal():
            return int(number)
        return 1 if "PREF" in self.types else 101

    def decoded(self, piece: str) -> str:
        """A piece of `raw` with quoted-printable taken off (before that a separator is told from a letter)."""
        if self.parameter("ENCODING") != "QUOTED-PRINTABLE":
            return piece
        content = quopri.decodestring(piece.encode("utf-8", "surrogateescape"))
        return content.decode(self.encoding, "replace")


def read_lines(file: BinaryIO) -> Iterator[Line | None]:
    """Every property line in a file; None for a line that is none."""
    for content, cut in _logical(_physical(_pieces(file))):
        yield _parsed(content, cut=cut)


def encoding_in(content: bytes, charset: str = "") -> str:
    """The encoding of a text: the one that the file names, else UTF-8, else Windows-1252.

    A text that is UTF-8 for the most part, such as one that a telephone cut within a letter, is UTF-8 all the same.
    """
    for encoding in (charset, "utf-8"):
        try:
            content.decode(encoding)
        except (LookupError, ValueError):
            continue
        return encoding
    foreign = [letter for letter in content.decode("utf-8", "replace") if letter > "\x7f"]
    return "utf-8" if foreign.count("\ufffd") * 2 < len(foreign) else WINDOWS


def encoding_of(beginning: bytes) -> str:
    """`utf-16…` when a file begins so, else nothing: one byte for a Latin letter."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without a mark, every other byte of text in Latin letters is zero.
    for encoding, bytes_ in (("utf-16-le", beginning[1:40:2]), ("utf-16-be", beginning[0:40:2])):
        if bytes_ and bytes_.count(0) > len(bytes_) * 0.8:
            return encoding
    return ""


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    piece = file.read(_CHUNK)
    encoding = encoding_of(piece)
    if not encoding:
        piece = piece.removeprefix(codecs.BOM_UTF8)
    decoder = codecs.getincrementaldecoder(encoding or "utf-8")("replace")
    while piece:
        yield decoder.decode(piece).encode() if encoding else piece
        piece = file.read(_CHUNK)


def _physical(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines without their ends (CR LF, LF or CR), and whether each was cut."""
    kept, cut, after_cr = bytearray(), False, False
    for whole in pieces:
        piece = whole[1:] if after_cr and whole.startswith(b"\n") else whole
        after_cr = whole.endswith(b"\r")
        begun, *others = re.split(rb"\r\n|\n|\r", piece)
        cut |= _keep(kept, begun)
        for other in others:
            yield bytes(kept), cut
            kept.clear()
            cut = _keep(kept, other)
    if kept:
        yield bytes(kept), cut


def _keep(kept: bytearray, more: bytes) -> bool:
    """Add as much as there is room for; whether something was left out."""
    room = LINE_MAX - len(kept)
    kept += more[:room]
    return len(more) > room


def _logical(lines: Iterator[tuple[bytes, bool]]) -> Iterator[tuple[bytes, bool]]:
    """Folded lines put together."""
    kept, cut, version = bytearray(), False, b""
    quoted = based = False
    for content, was_cut in lines:
        more: bytes | None = None
        if quoted and kept.endswith(b"=") and content.upper().strip() != b"END:VCARD":
            del kept[-1:]
            more = content
        elif kept and content[:1] in {b" ", b"\t"} and content.strip():
            # vCard 2.1 folds before white space, which stays; the later versions fold by adding one.
            more = content if version == b"2.1" and not based else content[1:]
        elif based and _BASE64_LINE.match(content):
            more = content
        if more is not None:
            cut |= was_cut | _keep(kept, more)
            continue
        if kept:
            yield bytes(kept), cut
        kept, cut = bytearray(content if content.strip() else b""), was_cut
        head = content.partition(b":")[0][:1000].upper() + b":"
        quoted = _QUOTED_PRINTABLE.search(head) is not None
        based = _BASE64.search(head) is not None
        if head == b"VERSION:":
            version = content[8:].strip()
    if kept:
        yield bytes(kept), cut


def _parsed(content: bytes, *, cut: bool) -> Line | None:
    match = _HEAD.match(content)
    end = match.end(1) if match else content.find(b":")
    if end < 0:
        return None
    value = content[end + 1 :]
    head = content[:end].decode(encoding_in(content[:end]), "replace").replace("\x00", "").strip()
    named = _NAME.match(head)
    if named is None:
        return None
    parameters: dict[str, list[str]] = {}
    for written in _PARAMETERS.findall(head[named.end() :]):
        name, values = _parameter(written.strip())
        parameters.setdefault(name, []).extend(values)
    line = Line(named["name"].upper(), "", (named["group"] or "").lower(), parameters, cut)
    quoted = line.parameter("ENCODING") == "QUOTED-PRINTABLE"
    encoding = encoding_in(quopri.decodestring(value) if quoted else value, line.parameter("CHARSET"))
    raw = value.decode("utf-8", "surrogateescape") if quoted else value.decode(encoding, "replace")
    return replace(line, raw=raw, encoding=encoding)


def _parameter(written: str) -> tuple[str, list[str]]:
    if match := _SAMSUNG_LABEL.fullmatch(written):
        content = quopri.decodestring(match["label"].encode())
        return "TYPE", ["X-" + content.decode(encoding_in(content, match["charset"]), "replace")]
    name, equals, value = written.partition("=")
    if not equals:
        return ("ENCODING" if name.upper() in _ENCODINGS else "TYPE"), [name]
    # RFC 6350's own example puts several types between one pair of quotation marks.
    values = [
        re.sub(r"\^[n'^]", lambda caret: _CARET[caret[0]], each.strip(' "')) for each in value.split(",")
    ]
    return name.strip().upper(), values
