"""Taking lines of an address apart: where the postal code, the city, the street and the house number are (R45).

Works on texts that are tidy lines already. What is not found stays empty; `crmcorner.items.postal_address` judges
the result.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

NUMBER_AFTER_STREET = frozenset(
    "NL BE LU DE AT CH LI DK SE NO FI IS ES PT IT PL CZ SK HU SI HR RO BG GR EE LV LT TR SR AW CW SX BQ".split()
)
NUMBER_BEFORE_STREET = frozenset("US CA GB IE FR MC AU NZ ZA".split())
_BOTH_ORDERS = frozenset("BE LU CH".split())
_CITY_BEFORE_CODE = frozenset("US CA AU GB NZ IN".split())

_CODE_SHAPES = {
    "NL": r"[1-9][0-9]{3}\s?[A-Za-z]{2}",
    "US": r"[0-9]{5}(?:-[0-9]{4})?",
    "CA": r"[A-Za-z][0-9][A-Za-z]\s?[0-9][A-Za-z][0-9]",
    "GB": r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s?[0-9][A-Za-z]{2}",
    "JP": r"〒?[0-9]{3}-?[0-9]{4}",
    "SE": r"[0-9]{3}\s?[0-9]{2}", "CZ": r"[0-9]{3}\s?[0-9]{2}", "SK": r"[0-9]{3}\s?[0-9]{2}",
    "GR": r"[0-9]{3}\s?[0-9]{2}", "PL": r"[0-9]{2}-[0-9]{3}", "PT": r"[0-9]{4}-[0-9]{3}",
    "BE": r"[0-9]{4}", "LU": r"[0-9]{4}", "AT": r"[0-9]{4}", "CH": r"[0-9]{4}", "DK": r"[0-9]{4}", "NO": r"[0-9]{4}",
    "DE": r"[0-9]{5}", "FR": r"[0-9]{5}", "IT": r"[0-9]{5}", "ES": r"[0-9]{5}", "FI": r"[0-9]{5}",
}  # fmt: skip
_USUAL_CODE = r"[0-9]{4,5}"

_EDGES = " ,;-–—|"
_DASH = re.compile(r"(?<=[0-9]) ?([-–—/+]) ?(?=[0-9A-Za-z])")
_NUMBER = re.compile(r"([0-9]{1,6})(?![0-9])[-–—/+]?([0-9A-Za-z][0-9A-Za-zºª°./+\-]{0,11})?")
_FIRST_NUMBER = re.compile(
    r"([0-9]{1,6}(?:[-/][0-9]{1,6})?)\s?([A-Za-z](?=[\s,])|bis|ter|quater)?[,\s]+(\S.*)", re.IGNORECASE
)
_SHORT = re.compile(r"[^\W\d_]{1,2}|[ivx]{1,5}|[a-z](?:[/\-][a-z])+|(?=[^0-9]*[0-9])[0-9a-zºª°/+\-]{1,8}")
_UNKNOWN_WORD = re.compile(r"[A-Za-z]{3,5}")
_NUMBER_MARK = re.compile(r"(?:nr|no|nummer|num|n°|№|huisnummer)\.?:?", re.IGNORECASE)
_POST_BOX = re.compile(
    r"(postbus|antwoordnummer|postfach|p\.?\s?o\.? ?box|bo[iî]te postale|postboks|case postale)\s([0-9][0-9 ]{0,11})",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"[0-9]{1,2}(?:e|de|ste|er|ère)\s", re.IGNORECASE)
_YEAR = re.compile(r"1[3-9][0-9]{2}|1940-1945")
_INSIDE = frozenset(
    """
    afd afdeling app appt apt appartement apartment achter achterhuis bâtiment batiment begane beneden bg bis blok block
    boîte boite boven bovenwoning box bte building bus etage étage flat floor gebouw grond eg gartenhaus haus hal hall hinterhaus hinterhof hoog huis hs
    huisje kamer kantoor lejl lgh links loods nabij naast og ong onder parterre piso poort rechts rood rd room stal stiege suite
    sous souterrain stg tür te ter top toren tower tegenover unit verd verdieping vorderhaus voor voorhuis wohnung whg woning zwart zw zimmer
    """.split()
)
"""Words for a place inside or at a building; they follow a house number and are no street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """What is known so far of an address: the lines of its street box, and the other boxes."""

    lines: tuple[str, ...]
    city: str
    region: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class StreetParts:
    """The street box taken apart."""

    extra: str = ""
    street: str = ""
    house_number: str = ""
    addition: str = ""


Splitter = Callable[[str], StreetParts | None]


def with_code_found(boxes: Boxes, country: str, *, code_is_valid: bool) -> Boxes:
    """Return the boxes with postal code and city each in its own, wherever they were written.

    A postal code that is known already is cut out of the lines if it is repeated there. ``code_is_valid`` tells
    whether its box holds one and nothing else, as far as the country's own rules go.
    """
    if boxes.postal_code and not code_is_valid and not _code_pattern(country).fullmatch(boxes.postal_code):
        boxes = _as_line(boxes, "postal_code", country)
    if boxes.city and not boxes.postal_code:
        boxes = _as_line(boxes, "city", country)
    elif boxes.city:
        repeated = _code_pattern(country).match(boxes.city)
        if repeated and _packed(repeated.group(1)) == _packed(boxes.postal_code):
            boxes = replace(boxes, city=boxes.city[repeated.end() :].strip(_EDGES))
    for index in range(len(boxes.lines) - 1, -1, -1):
        found = _cut(boxes, index, country)
        if found is not None:
            return found
    return boxes


@lru_cache(maxsize=300)
def _code_pattern(country: str) -> "re.Pattern[str]":
    shape = _CODE_SHAPES.get(country, _USUAL_CODE)
    return re.compile(rf"(?<![\w-])(?:[A-Za-z]{{1,2}}-)?({shape})(?![\w-])")


def _as_line(boxes: Boxes, box: str, country: str) -> Boxes:
    """Move a box that holds a postal code and more to the end of the lines, where it is looked for."""
    text: str = getattr(boxes, box)
    if not _code_pattern(country).search(text):
        return boxes
    emptied = replace(boxes, city="") if box == "city" else replace(boxes, postal_code="")
    return replace(emptied, lines=(*boxes.lines, text))


def _cut(boxes: Boxes, index: int, country: str) -> Boxes | None:
    """Take the postal code, and the city beside it, out of one line; None if it does not hold them."""
    found = None
    for found in _code_pattern(country).finditer(boxes.lines[index]):  # noqa: B007 -- the last one counts
        pass
    if found is None or (boxes.postal_code and _packed(boxes.postal_code) != _packed(found.group(1))):
        return None
    line = boxes.lines[index]
    left, right = line[: found.start()].strip(_EDGES), line[found.end() :].strip(_EDGES)
    before, after = list(boxes.lines[:index]), list(boxes.lines[index + 1 :])
    city, region = boxes.city, boxes.region
    if city and right and right.casefold() != city.casefold():
        return None
    if country in _CITY_BEFORE_CODE and not right:
        if not left and not city and before:
            left = before.pop()
        left, region = _without_region(left, region)
        street, city = _city_at_end(left, city, alone=bool(before or after))
    elif right and not city:
        street, city = _city_right(left, right, alone=not before and not after)
    elif city:
        street = left
        if left and not right and not any(letter.isdigit() for letter in left):
            return None
    else:
        street, city = _city_elsewhere(left, before, after, country)
    if not city or (country in _CITY_BEFORE_CODE and right and found.group(1).isdigit()):
        return None
    lines = (*before, *([street] if street else []), *after)
    return Boxes(lines=lines, city=city, region=region, postal_code=boxes.postal_code or found.group(1))


def _packed(code: str) -> str:
    return re.sub(r"^[A-Z]{1,2}-(?=[0-9])|[ .〒-]", "", code.upper())


def _without_region(text: str, region: str) -> tuple[str, str]:
    """Take a state's abbreviation off the end: ``Redmond, WA`` becomes ``Redmond`` and ``WA``."""
    rest, _blank, last = text.rpartition(" ")
    if not (rest and last.isascii() and last.isupper() and last.isalpha() and 2 <= len(last) <= 3):
        return text, region
    if region and region.upper() != last:
        return text, region
    return rest.strip(_EDGES), region or last


def _city_at_end(left: str, city: str, *, alone: bool) -> tuple[str, str]:
    """Return what is left of the street, and the city, from what stands before the postal code."""
    if city and left.casefold().endswith(city.casefold()):
        return left[: len(left) - len(city)].strip(_EDGES), city
    if city:
        return left, city
    street, comma, last = left.rpartition(",")
    if comma:
        return street.strip(_EDGES), last.strip(_EDGES)
    return ("", left) if alone else (left, "")


def _city_right(left: str, right: str, *, alone: bool) -> tuple[str, str]:
    """Return street and city where the city stands behind the postal code, or even the street behind both."""
    if alone and not left and "," in right:
        city, _comma, street = right.partition(",")
        return street.strip(_EDGES), city.strip(_EDGES)
    return left, right


def _city_elsewhere(left: str, before: list[str], after: list[str], country: str) -> tuple[str, str]:
    """Return street and city where nothing stands behind the postal code; takes a line of its own out of its list."""
    if after and not any(letter.isdigit() for letter in after[0]):
        return left, after.pop(0)
    if before and left and not any(letter.isdigit() for letter in left):
        return "", left
    if "," in left:
        street, _comma, city = left.rpartition(",")
        return street.strip(_EDGES), city.strip(_EDGES)
    if not left and len(before) > 1:
        return "", before.pop()
    return _city_behind_number(left) if country in NUMBER_AFTER_STREET else ("", "")


def _city_behind_number(text: str) -> tuple[str, str]:
    """Split ``Spiegelstraat 3 a Haarlem`` behind the house number and its short additions."""
    words = text.split()
    last = max((index for index, word in enumerate(words) if word[0].isdigit()), default=0)
    while last and last + 1 < len(words) and len(words[last + 1]) <= 2:
        last += 1
    return (" ".join(words[: last + 1]), " ".join(words[last + 1 :])) if last else ("", "")


def street_parts(lines: tuple[str, ...], country: str) -> StreetParts:
    """Return extra, street, house number and addition; of several lines, the last with a number is the street's."""
    found = None
    if country in NUMBER_BEFORE_STREET:
        found = _with_number(lines, _number_first, additions=False)
    elif country in NUMBER_AFTER_STREET:
        found = _with_number(lines, _number_last, additions=True)
        if found is None and country in _BOTH_ORDERS and not any(_ORDINAL.match(line) for line in lines):
            found = _with_number(lines, _number_first, additions=True)
    return found or StreetParts(", ".join(lines[:-1]), lines[-1] if lines else "")


def _with_number(lines: tuple[str, ...], split: Splitter, *, additions: bool) -> StreetParts | None:
    """Return the street that has a number, or None; ``additions`` may follow it behind a comma."""
    segments = [
        (number, part.strip(_EDGES))
        for number, line in enumerate(lines)
        for part in line.split(",")
        if part.strip(_EDGES)
    ]
    found = _best([part for _number, part in segments], split)
    if found is not None:
        index, street = found
        after = index + 1
        while (
            after < len(segments)
            and segments[after][0] == segments[index][0]
            and additions
            and _is_addition(segments[after][1].split())
        ):
            street = replace(street, addition=f"{street.addition} {segments[after][1]}".strip())
            after += 1
        others = [part for _number, part in segments[:index] + segments[after:]]
        return replace(street, extra=", ".join(others))
    whole = [line.replace(",", " ") for line in lines]
    found = _best(whole, split)
    if found is not None:
        return replace(found[1], extra=", ".join((*lines[: found[0]], *lines[found[0] + 1 :])))
    return None


def _best(texts: list[str], split: Splitter) -> tuple[int, StreetParts] | None:
    """Return which text is a street with its number: the last one, rather not a place inside a building."""
    fallback = None
    for index in range(len(texts) - 1, -1, -1):
        parts = split(texts[index])
        if parts is None:
            continue
        if not _is_inside(texts[index].split()[0]):
            return index, parts
        fallback = fallback or (index, parts)
    return fallback


def _number_first(text: str) -> StreetParts | None:
    found = _FIRST_NUMBER.fullmatch(text)
    return StreetParts("", found.group(3), found.group(1), found.group(2) or "") if found else None


def _number_last(text: str) -> StreetParts | None:
    """Split at the first word that can be a house number, if all that follows can be its addition."""
    box = _POST_BOX.fullmatch(text)
    if box is not None:
        return StreetParts("", box.group(1), box.group(2).replace(" ", ""))
    words = _DASH.sub(r"\1", text).split()
    last_resort = None
    for index in range(1, len(words)):
        number = _NUMBER.fullmatch(words[index].rstrip(".)"))
        if number is None or not _is_addition(words[index + 1 :]):
            continue
        if last_resort and _is_inside(words[index - 1]):
            break  # of "Kade 1500 bus 4" the 4 is the box's number, although 1500 looks like a year
        street = words[:index]
        if index > 1 and _NUMBER_MARK.fullmatch(street[-1]):
            street = street[:-1]
        if not any(letter.isalpha() for letter in " ".join(street)):
            continue
        addition = " ".join(part for part in (number.group(2) or "", *words[index + 1 :]) if part)
        parts = StreetParts("", " ".join(street), number.group(1), addition.strip("()"))
        if not _YEAR.fullmatch(words[index]):
            return parts
        last_resort = parts
    return last_resort


def _is_addition(words: list[str]) -> bool:
    """Whether these words can stand behind a house number as its addition."""
    if len(words) == 1 and _UNKNOWN_WORD.fullmatch(words[0]):
        return True
    return len(words) <= 5 and all(_is_inside(word) or _SHORT.fullmatch(_bare(word)) for word in words)


def _is_inside(word: str) -> bool:
    """Whether it is a word for a place in a building, or has one behind a short one: ``bg``, ``A-sous``, ``1-hoog``."""
    first, _dash, rest = word.partition("-")
    return _bare(word) in _INSIDE or (bool(_SHORT.fullmatch(_bare(first))) and _bare(rest) in _INSIDE)


def _bare(word: str) -> str:
    return word.strip("():").replace(".", "").casefold()
