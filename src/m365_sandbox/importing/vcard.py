"""Cards of a vCard file, versions 2.1, 3.0 and 4.0, one at a time.

Source: RFC 6350, RFC 2426, RFC 2425 and vCard 2.1 (versit, 1996).
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from m365_sandbox.importing.contact import ImportedContact, Rejected
from m365_sandbox.importing.vcard_lines import Line, encoding_of, read_lines
from m365_sandbox.importing.vcard_mapping import contact_of
from m365_sandbox.wording import Said

_BEGIN = re.compile(r"^\W*(?:[\w-]+\.)?BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE | re.MULTILINE)
_TRUNCATED = Said("The file ends in the middle of this card.")
_NO_END = Said("The card has no end before the next one begins.")


def looks_like_vcard(beginning: bytes) -> bool:
    """Whether a file that begins so holds cards."""
    encoding = encoding_of(beginning)
    text = beginning.decode(encoding or "latin-1", errors="replace")
    return _BEGIN.search(text) is not None


def read_vcards(file: BinaryIO) -> Iterator[ImportedContact | Rejected]:
    """A contact for every card, or why there is none. Positions count the cards, from 1.

    Args:
        file: opened for reading bytes; UTF-8, UTF-16 or Windows-1252, whatever the version says.
    """
    position = 0
    card: list[Line | None] | None = None
    depth = 0
    for line in read_lines(file):
        mark = _mark(line)
        if card is None:
            if mark == "BEGIN":
                position, card, depth = position + 1, [], 0
        elif mark == "BEGIN" and (depth or _is_agent(card)):
            depth += 1
        elif mark == "BEGIN":
            yield Rejected(position, _NO_END)
            position, card = position + 1, []
        elif mark == "END" and depth:
            depth -= 1
        elif mark == "END":
            yield contact_of(position, card)
            card = None
        elif not depth:
            card.append(line)
    if card is not None:
        yield Rejected(position, _TRUNCATED)


def _mark(line: Line | None) -> str:
    """BEGIN or END when the line begins or ends a card."""
    if line is None or line.name not in {"BEGIN", "END"} or line.raw.strip().upper() != "VCARD":
        return ""
    return line.name


def _is_agent(card: list[Line | None]) -> bool:
    """Whether a card that begins here is the value of AGENT (vCard 2.1 §2.4.2)."""
    last = card[-1] if card else None
    return last is not None and last.name == "AGENT" and not last.raw.strip()
