"""Phone numbers: kept in international form with their extension, written as the firm's country does (R46)."""

import re
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from crmcorner.items.text import tidy_line


class PhoneKind(StrEnum):
    """What a phone is for."""

    WORK = "work"
    HOME = "home"
    MOBILE = "mobile"
    WORK_FAX = "work_fax"
    HOME_FAX = "home_fax"
    OTHER = "other"


class PhoneNotUnderstood(ValueError):
    """The text is not a phone number. ``text`` is what stood there."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not a phone number: {text!r}")
        self.text = text


_DUTCH_EXTENSION = re.compile(
    r"\b(?:toestel|tst|ext|extn|doorkies|dw|durchwahl)\.?:?\s*(\d{1,7})\s*$", re.IGNORECASE
)
_SECOND_NUMBER = re.compile(r"/|\s[-–]\s*\d{1,3}$")
"""In ``+31 23 542 34 45 / 46`` begins another number, unless a valid number is written so."""


_written: dict[tuple[str, str], str] = {}
"""What `format_phone` wrote for a country, and of which number: Outlook shows most of it again at once."""

_MOST_WRITTEN = 32_768


def parse_phone(text: str, *, country: str, also: tuple[str, ...] = ()) -> str:
    """Return a number in canonical form: ``+31235423445``, with ``;ext=12`` behind it if it has an extension.

    ``country`` (ISO 3166, two letters) is where a number without a leading ``+`` or ``00`` is dialled; the countries
    of ``also`` are tried after it. Such a number must be valid there, so that a foreign one is not taken for ours.

    Raises:
        PhoneNotUnderstood: no number can be read from the text.
    """
    return _written.get((text, country)) or _understood(text, country, also)


@lru_cache(maxsize=32_768)
def _understood(text: str, country: str, also: tuple[str, ...]) -> str:
    tidy = _DUTCH_EXTENSION.sub(r"ext. \1", tidy_line(text))
    if sum(letter.isdigit() for letter in tidy) < 3:
        raise PhoneNotUnderstood(text)
    for region in (country, *also):
        number = _parsed(tidy, region)
        if number is None:
            continue
        international = tidy.lstrip("(").startswith(("+", "00")) or tidy.startswith("tel:+")
        if phonenumbers.is_valid_number(number) or (
            international and _is_possible(number) and not _SECOND_NUMBER.search(tidy)
        ):
            return _canonical(number)
    raise PhoneNotUnderstood(text)


def _canonical(number: PhoneNumber) -> str:
    extension = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension


def _is_possible(number: PhoneNumber) -> bool:
    """Whether it may be a number that the tables do not know; not one that loses zeros each time it is read."""
    written = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    again = _parsed(written, "")
    return (
        phonenumbers.is_possible_number(number)
        and again is not None
        and phonenumbers.format_number(again, PhoneNumberFormat.INTERNATIONAL) == written
    )


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


@lru_cache(maxsize=32_768)
def format_phone(canonical: str, *, country: str) -> str:
    """Return a canonical number as people write it: national in ``country``, else international (R46).

    A text that is not canonical comes back as it is. Reading the result again gives the same number.
    """
    number = _parsed(canonical, country) if canonical.startswith("+") else None
    if number is None:
        return canonical
    code = phonenumbers.country_code_for_region(country)
    if number.country_code != code or not phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    text = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    if len(_written) >= _MOST_WRITTEN:
        _written.clear()
    _written[text, country] = _canonical(number)
    return text
