"""Telephone numbers of a card into the places that Outlook has for them."""

import re
from urllib.parse import unquote

from m365_sandbox.importing import extended
from m365_sandbox.importing.vcard_card import Card
from m365_sandbox.importing.vcard_lines import Line

_SEVERAL_MAX = 2
_LISTS = ("businessPhones", "homePhones")
_MICROSOFT = (  # X-MS-TEL, which Outlook writes for what vCard 2.1 has no type for
    ("CALLBACK", extended.CALLBACK),
    ("ASSISTANT", extended.ASSISTANT_PHONE),
    ("COMPANY", extended.COMPANY_PHONE),
    ("RADIO", extended.RADIO),
    ("TTYTDD", extended.TEXT_PHONE),
    ("TTY", extended.TEXT_PHONE),
)
_KINDS = (  # the first that a number has all of decides
    ({"FAX", "HOME"}, extended.HOME_FAX),
    ({"FAX", "WORK"}, extended.BUSINESS_FAX),
    ({"FAX"}, extended.OTHER_FAX),
    ({"PAGER"}, extended.PAGER),
    ({"CAR"}, extended.CAR),
    ({"ISDN"}, extended.ISDN),
    ({"TEXTPHONE"}, extended.TEXT_PHONE),
    ({"TLX"}, extended.TELEX),
    ({"CELL"}, "mobilePhone"),
    ({"MAIN", "WORK"}, extended.COMPANY_PHONE),
    ({"MAIN"}, extended.PRIMARY_PHONE),
    ({"WORK"}, "businessPhones"),
    ({"HOME"}, "homePhones"),
)


def place_phones(card: Card) -> None:
    """Give every number its place; what finds its places taken is noted."""
    for line in card.take("TEL", "X-MS-TEL"):
        number = _number(card.text(line))
        if not number:
            continue
        if not _put(card, _place(line, card.kinds(line)), number):
            card.no_room(_shown_name(card, line), number)


def _place(line: Line, kinds: frozenset[str]) -> str:
    if line.name == "X-MS-TEL":
        return next((place for kind, place in _MICROSOFT if kind in kinds), extended.OTHER_PHONE)
    for wanted, place in _KINDS:
        if wanted <= kinds:
            return place
    # Outlook writes its main telephone as TEL;PREF and nothing else.
    return extended.PRIMARY_PHONE if line.types == {"PREF"} else extended.OTHER_PHONE


def _put(card: Card, place: str, number: str) -> bool:
    if place in _LISTS:
        numbers = card.properties.setdefault(place, [])
        if number not in numbers and len(numbers) >= _SEVERAL_MAX:
            return False
        if number not in numbers:
            numbers.append(number)
        return True
    values = card.properties if place == "mobilePhone" else card.extended
    return bool(values.setdefault(place, number) == number)


def _shown_name(card: Card, line: Line) -> str:
    words = [card.label(line)] if card.label(line) else sorted(line.types - {"VOICE", "PREF"})
    return " ".join([line.name, *words])


def _number(text: str) -> str:
    """A number without its `tel:`, its extension written out (RFC 3966 §3)."""
    scheme, colon, rest = text.partition(":")
    if not colon or scheme.lower() not in {"tel", "sms", "fax", "callto"}:
        return text
    number, *parameters = rest.split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.lower() == "ext" and value:
            number += f" ext. {value}"
    return re.sub(r"\s+", " ", unquote(number)).strip()
