"""Names of people, Dutch ones first: the prefix ("van der") is its own field and is not sorted by (R47)."""

import re
from functools import lru_cache

from crmcorner.items.text import plain_key

_PREFIX_WORDS = frozenset(
    """
    van de den der ter ten te 't 's het in op aan bij onder over uit tot toe voor von zu zum zur am vom of du la le
    les des el al d' l' da dos das do della delle di del und v. v.d. v/d vd van't in't op't
    """.split()
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_ELIDED = re.compile(r"(d'|l')(?=\w)")
_STAND_ALONE = frozenset({"of", "do", "over", "uit", "al", "am", "und"})
"""Words that are a prefix only beside another prefix word."""


def split_surname(surname: str) -> tuple[str, str]:
    """Take the Dutch prefix off a surname: ``van der Berg`` becomes ``("van der", "Berg")``.

    Only words in lower case count: the capital of a Belgian ``Van Damme`` makes it part of the name. What follows
    must be a name of its own.
    """
    words = surname.split()
    count = 0
    while count < len(words) - 1 and words[count].translate(_APOSTROPHES) in _PREFIX_WORDS:
        count += 1
    rest = " ".join(words[count:])
    elided = _ELIDED.match(rest.translate(_APOSTROPHES))
    if elided and rest[elided.end() :][:1].isupper():
        return " ".join([*words[:count], rest[: elided.end()]]), rest[elided.end() :]
    if count == 1 and words[0] in _STAND_ALONE:
        return "", " ".join(words)
    return " ".join(words[:count]), rest


def from_outlook(given: str, middle: str, surname: str) -> tuple[str, str, str, str]:
    """Return given name, middle name, prefix and surname of Outlook's three fields (R47).

    The prefix stands before the surname, or, as many users and Outlook itself write it, in the middle name, where
    other names may precede it: "P. van der".
    """
    prefix, rest = split_surname(surname)
    words = middle.split()
    first = _start_of_prefix(words)
    if rest and first < len(words):
        whole = " ".join((*words[first:], *prefix.split()))
        if split_surname(to_outlook("", "", whole, rest)[2]) == (whole, rest):
            return given, " ".join(words[:first]), whole, rest
    return given, middle, prefix, rest


def to_outlook(given: str, middle: str, prefix: str, surname: str) -> tuple[str, str, str]:
    """Return given name, middle name and surname as Outlook is to have them: the prefix before the surname."""
    return given, middle, _joined(prefix, surname)


def _joined(prefix: str, surname: str) -> str:
    """Join prefix and surname; ``d'`` and a name with a capital stand together, as reading takes them apart."""
    elides = prefix.translate(_APOSTROPHES).split()[-1:] in (["d'"], ["l'"]) and surname[:1].isupper()
    return f"{prefix}{surname}" if elides else f"{prefix} {surname}".strip()


def _start_of_prefix(words: list[str]) -> int:
    """Return where the prefix begins that these words end with; their number if there is none."""
    start = len(words)
    while start and words[start - 1].translate(_APOSTROPHES) in _PREFIX_WORDS:
        start -= 1
    alone = start == len(words) - 1 and words[-1] in _STAND_ALONE
    return len(words) if alone else start


@lru_cache(maxsize=16_384)
def sort_key(surname: str, given: str = "") -> str:
    """Return what people are sorted by: surname without prefix, then given name; no accents, no case (R47)."""
    return f"{plain_key(surname)} {plain_key(given)}".strip()


def name_key(given: str, prefix: str, surname: str) -> str:
    """Return what a whole name is compared by in matching (R44): no case, accents or punctuation."""
    return f"{plain_key(given)} {plain_key(prefix)}{plain_key(surname)}".strip()


def display_name(title: str, given: str, prefix: str, surname: str, suffix: str = "") -> str:
    """Return a name as people read it: title, given name, prefix and surname, suffix."""
    return " ".join(part for part in (title, given, _joined(prefix, surname), suffix) if part)
