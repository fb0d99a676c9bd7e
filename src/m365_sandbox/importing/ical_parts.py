"""A file of iCalendar in pieces: each event, task and time zone by itself, so that a broken one spoils no other.

Source: RFC 5545 §3.1 (lines), §3.6 (components). What is between BEGIN and END is read by the icalendar package.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from m365_sandbox.wording import Said

_MARK = re.compile(r"(BEGIN|END)\s*:\s*([\w-]+)\s*", re.IGNORECASE)
_BEGIN = re.compile(r"^\W*BEGIN\s*:\s*VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE)
# Outlook's own names hold a colon, which must stand in quotation marks and does not always.
_BARE_ZONE = re.compile(r';TZID=(tzone:[^:;"]+)', re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Part:
    """A component of a calendar.

    Attributes:
        kind: its name in capitals, as `VEVENT`; `LINE` for a line of the calendar itself.
        text: its lines, BEGIN and END among them.
        problem: why it is not whole.
    """

    kind: str
    text: str
    problem: Said | None = None


def looks_like_calendar(beginning: bytes) -> bool:
    """Whether a file that begins so holds a calendar."""
    return _BEGIN.search(decoded(beginning)[0]) is not None


def decoded(content: bytes) -> tuple[str, Said | None]:
    """The text of a file, and a note when it is not in UTF-8 as RFC 5545 wants it."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace"), None
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 4:  # cut in the middle of a letter: the beginning of a file
            return content.decode("utf-8-sig", errors="ignore"), None
        return content.decode("cp1252", errors="replace"), Said(
            "The file is not in UTF-8; it was read as Windows-1252. Look at letters with accents."
        )


def parts_of(text: str) -> Iterator[Part]:
    """The components directly below VCALENDAR, and the calendar's own lines; nested ones stay inside theirs."""
    depth, kind = 0, ""
    lines: list[str] = []
    for line in re.split(r"\r\n|\r|\n", _CONTROL.sub("", text)):
        match = _MARK.fullmatch(line)
        name = match[2].upper() if match else ""
        if name == "VCALENDAR":
            if depth:
                yield Part(kind, _joined(lines), Said("The file ends in the middle of this entry."))
                depth = 0
            continue
        if not depth:
            if match and match[1].upper() == "BEGIN":
                depth, kind, lines = 1, name, [line]
            elif line.strip():
                yield Part("LINE", line)
            continue
        lines.append(line)
        if match:
            depth += 1 if match[1].upper() == "BEGIN" else -1
            if not depth:
                yield Part(kind, _joined(lines))
    if depth:
        yield Part(kind, _joined(lines), Said("The file ends in the middle of this entry."))


def _joined(lines: list[str]) -> str:
    return _BARE_ZONE.sub(r';TZID="\1"', "\r\n".join(lines) + "\r\n")
