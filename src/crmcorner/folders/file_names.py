"""Names of files made safe: what senders and browsers hand over, turned into what every system can store (R36)."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 150
"""Characters; Windows allows 255, and a folder path comes before it."""

_LONGEST_BYTES = 240
"""Bytes in UTF-8: most file systems of Linux stop at 255."""

_NAMELESS = "file"
_REFUSED = re.compile(r'[<>:"|?*/\\]')
_DRIVE = re.compile(r"[A-Za-z]:[\\/]?")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{word}{number}" for word in ("com", "lpt") for number in (*"0123456789", "¹", "²", "³")}
)
"""Microsoft: Naming Files, Paths, and Namespaces; these are devices with any ending."""


def safe_name(name: str) -> str:
    """Return a name without path, device, control, direction and other unseen characters; never empty.

    ``..\\..\\con.txt`` gives ``_con.txt``: of a path only the last part counts, a plain slash becomes ``_``.
    """
    text = unicodedata.normalize("NFC", "".join(letter for letter in name if _is_seen(letter)))
    text = _REFUSED.sub("_", _without_path(text))
    text = _tidy(" ".join(text.split()))
    stem = text.partition(".")[0].rstrip(" ")
    if stem.casefold() in _DEVICES:
        text = f"_{text}"
    return _shortened(text) or _NAMELESS


def name_key(name: str) -> str:
    """Return what names are compared by: without case, as Windows does."""
    return unicodedata.normalize("NFC", name.casefold())[:255]


def free_name(name: str, taken: Collection[str]) -> str:
    """Return the name, or ``name (2).pdf`` and so on, whose `name_key` is not among ``taken``."""
    if name_key(name) not in taken:
        return name
    stem, ending = split_ending(name)
    number = 2
    while True:
        tail = f" ({number}){ending}"
        candidate = _cut(stem, LONGEST - len(tail), _LONGEST_BYTES - len(tail.encode())) + tail
        if name_key(candidate) not in taken:
            return candidate
        number += 1


def split_ending(name: str) -> tuple[str, str]:
    """Return a name's stem and its ending with the dot; an ending has at most ten characters."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem.strip(". ") and 0 < len(ending) <= 10 else (name, "")


def _without_path(text: str) -> str:
    parts = re.split(r"[\\/]+", text)
    if len(parts) > 1 and (_DRIVE.match(text) or not parts[0] or {"..", "."} & set(parts)):
        return next((part for part in reversed(parts) if part.strip(". ")), "")
    return text


def _is_seen(letter: str) -> bool:
    """Whether it is neither a control, nor a direction mark, nor half a surrogate pair, nor unassigned or private."""
    return letter == "\u200d" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def _tidy(text: str) -> str:
    return text.strip(" ").rstrip(". ").lstrip(" ") if text.strip(". _") else ""


def _shortened(text: str) -> str:
    stem, ending = split_ending(text)
    return _tidy(_cut(stem, LONGEST - len(ending), _LONGEST_BYTES - len(ending.encode())) + ending)


def _cut(text: str, letters: int, size: int) -> str:
    text = text[:letters]
    return text.encode()[:size].decode(errors="ignore") if len(text.encode()) > size else text
