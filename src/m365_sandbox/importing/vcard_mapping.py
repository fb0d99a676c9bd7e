"""What a card says, put where Outlook puts it when it imports the card."""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import unquote, unquote_to_bytes

from m365_sandbox.importing import extended
from m365_sandbox.importing.contact import ImportedContact, Rejected
from m365_sandbox.importing.vcard_card import Card
from m365_sandbox.importing.vcard_lines import Line
from m365_sandbox.importing.vcard_phones import place_phones
from m365_sandbox.wording import Said

PHOTO_MAX = 4_000_000  # bytes, as Graph takes for a picture (Graph: Update profilePhoto)
_EMAILS_MAX = 3
# About the card, not the person, or said twice.
_SILENT = frozenset(
    "VERSION PRODID REV PROFILE SOURCE NAME UID CLIENTPIDMAP KIND MAILER X-ABADR X-ABSHOWAS X-ABUID "
    "X-ADDRESSBOOKSERVER-KIND X-LOTUS-CHARSET X-MOZILLA-HTML X-MS-CARDPICTURE X-MS-OL-DEFAULT-POSTAL-ADDRESS "
    "X-MS-OL-DESIGN".split()
)
_TEXTS = {
    "ROLE": "profession",
    "TITLE": "jobTitle",
    "X-MS-MANAGER": "manager",
    "X-MANAGER": "manager",
    "X-EVOLUTION-MANAGER": "manager",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "manager",
    "X-MS-ASSISTANT": "assistantName",
    "X-ASSISTANT": "assistantName",
    "X-EVOLUTION-ASSISTANT": "assistantName",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "assistantName",
    "X-MS-SPOUSE": "spouseName",
    "X-SPOUSE": "spouseName",
    "X-EVOLUTION-SPOUSE": "spouseName",
    "X-KADDRESSBOOK-X-SPOUSESNAME": "spouseName",
    "X-PHONETIC-FIRST-NAME": "yomiGivenName",
    "X-PHONETIC-LAST-NAME": "yomiSurname",
    "X-PHONETIC-ORG": "yomiCompanyName",
    "X-MS-OL-INITIALS": "initials",
    "X-KADDRESSBOOK-X-OFFICE": "officeLocation",
    "X-KADDRESSBOOK-X-PROFESSION": "profession",
    "X-EPOCSECONDNAME": "nickName",
    "X-NICKNAME": "nickName",
    "X-EVOLUTION-FILE-AS": "fileAs",
    "X-FILE-AS": "fileAs",
    "FN": "displayName",
}
_RELATED = {
    "SPOUSE": "spouseName",
    "PARTNER": "spouseName",
    "MANAGER": "manager",
    "ASSISTANT": "assistantName",
}
_BESIDE = {"X-MS-INTERESTS": extended.HOBBY, "X-INTERESTS": extended.HOBBY, "HOBBY": extended.HOBBY}
_CHATS = (
    "X-MS-IMADDRESS", "IMPP", "X-AIM", "X-ICQ", "X-JABBER", "X-MSN", "X-YAHOO", "X-SKYPE", "X-SKYPE-USERNAME",
    "X-GOOGLE-TALK", "X-GADUGADU", "X-QQ", "X-GROUPWISE", "X-KADDRESSBOOK-X-IMADDRESS", "X-MESSAGING",
)  # fmt: skip


def contact_of(position: int, lines: list[Line | None]) -> ImportedContact | Rejected:
    """The contact that a card makes, or why it makes none.

    Args:
        position: the card's number in its file.
        lines: its properties, without BEGIN and END.
    """
    card = Card.of(lines)
    if any(line.raw.strip().upper() == "GROUP" for line in _kind_lines(card)):
        return Rejected(position, Said("The card is a group of contacts, not a contact."))
    for place in _PLACERS:
        place(card)
    _note_rest(card)
    if not (card.properties or card.extended or card.photo):
        return Rejected(position, Said("The card holds nothing that Outlook could keep."))
    return ImportedContact(
        position=position,
        properties=card.properties,
        photo=card.photo,
        extended=card.extended,
        notes=tuple(card.notes),
    )


def _kind_lines(card: Card) -> list[Line]:
    return [*card.lines.get("KIND", []), *card.lines.get("X-ADDRESSBOOKSERVER-KIND", [])]


def _put(card: Card, line: Line, name: str, value: str, shown: str = "") -> None:
    """Set a property that is still free; else note the value."""
    if value and card.properties.setdefault(name, value) != value:
        card.no_room(shown or line.name, value)


def _place_name(card: Card) -> None:
    for line in card.take("N"):
        parts = card.joined_components(line, 5, {4: ", "})
        names = ("surname", "givenName", "middleName", "title", "generation")
        if any(name in card.properties for name in names):
            card.no_room("N", " ".join(part for part in parts if part))
            continue
        card.properties |= {name: part for name, part in zip(names, parts, strict=False) if part}
    for line in card.take("NICKNAME"):
        names_given = ", ".join(card.several(line))
        _put(card, line, "nickName", names_given)


def _place_texts(card: Card) -> None:
    for source, name in _TEXTS.items():
        for line in card.take(source):
            _put(card, line, name, card.text(line))
    for source, name in _BESIDE.items():
        for line in card.take(source):
            text = card.text(line)
            if card.extended.setdefault(name, text) != text:
                card.no_room(source, text)


def _place_notes(card: Card) -> None:
    texts = [text for line in card.take("NOTE") if (text := card.text(line))]
    if texts:
        card.properties["personalNotes"] = "\n\n".join(texts)


def _place_company(card: Card) -> None:
    for line in card.take("ORG"):
        company, *units = card.components(line)
        if "companyName" in card.properties or "department" in card.properties:
            card.no_room("ORG", ", ".join([company, *units]))
            continue
        department = ", ".join(unit for unit in units if unit)
        card.properties |= {"companyName": company} if company else {}
        card.properties |= {"department": department} if department else {}


def _place_emails(card: Card) -> None:
    entries: list[dict[str, str]] = []
    for line in card.take("EMAIL"):
        address = re.sub("^mailto:", "", card.text(line), flags=re.IGNORECASE)
        if "TLX" in line.types and card.extended.setdefault(extended.TELEX, address) == address:
            continue
        if "X400" in line.types or len(entries) == _EMAILS_MAX:
            card.no_room("EMAIL", address)
        elif address and all(entry["address"].casefold() != address.casefold() for entry in entries):
            entries.append({"name": address, "address": address})
    if entries:
        card.properties["emailAddresses"] = entries


def _place_addresses(card: Card) -> None:
    labelled = card.take("LABEL")
    seen = set()
    for line in card.take("ADR"):
        box, more, street, city, state, code, country = card.joined_components(
            line, 7, dict.fromkeys(range(7), ", ")
        )[:7]
        name = _address_name(card, line)
        seen.add(name)
        parts = {
            "street": "\n".join(part for part in (box, more, street) if part),
            "city": city, "state": state, "postalCode": code, "countryOrRegion": country,
        }  # fmt: skip
        address = {part: value for part, value in parts.items() if value}
        if address and card.properties.setdefault(name, address) != address:
            card.no_room("ADR", ", ".join(address.values()))
    for line in labelled:
        if _address_name(card, line) not in seen:
            card.no_room("LABEL", card.text(line))


def _address_name(card: Card, line: Line) -> str:
    kinds = card.kinds(line)
    if "WORK" in kinds:
        return "businessAddress"
    return "homeAddress" if "HOME" in kinds else "otherAddress"


def _place_pages(card: Card) -> None:
    lines = card.take("URL")
    for line in sorted(lines, key=lambda line: "WORK" not in card.kinds(line)):
        label = card.label(line)
        _put(card, line, "businessHomePage", card.text(line), f"URL {label}".strip())


def _place_chats(card: Card) -> None:
    addresses: list[str] = []
    for line in card.take(*_CHATS):
        text = card.text(line)
        scheme, colon, rest = text.partition(":")
        if colon and re.fullmatch("[a-z][a-z0-9+.-]*", scheme, re.IGNORECASE) and not rest.startswith("//"):
            text = unquote(rest.partition("?")[0])  # skype:anna?chat
        if text and text not in addresses:
            addresses.append(text)
    if addresses:
        card.properties["imAddresses"] = addresses


def _place_related(card: Card) -> None:
    for line in card.take("X-ABRELATEDNAMES", "RELATED"):
        text, label = card.text(line), card.label(line)
        words = {*line.types, label.upper()}
        name = next((name for word, name in _RELATED.items() if word in words), None)
        if text.lower().startswith(("urn:", "http:", "https:")) or (name is None and "CHILD" not in words):
            card.no_room(" ".join([line.name, *([label] if label else sorted(line.types))]), text)
        elif name:
            _put(card, line, name, text)
        else:
            card.properties.setdefault("children", []).append(text)


def _place_dates(card: Card) -> None:
    for line in card.take("BDAY"):
        text = card.text(line)
        # Apple writes a birthday without its year with a year that it names beside it.
        omitted = line.parameter("X-APPLE-OMIT-YEAR")
        day = None if omitted and text.startswith(omitted) else _date(text)
        if day is None:
            card.notes.append(
                Said("{name} is not a whole date, so it was not taken: {value}", name="BDAY", value=text[:80])
            )
        else:
            _put(card, line, "birthday", day.isoformat())
    dates = card.take(
        "ANNIVERSARY",
        "X-MS-ANNIVERSARY",
        "X-ANNIVERSARY",
        "X-EVOLUTION-ANNIVERSARY",
        "X-KADDRESSBOOK-X-ANNIVERSARY",
        "X-ABDATE",
    )
    for line in dates:
        text, label = card.text(line), card.label(line)
        day = _date(text) if line.name != "X-ABDATE" or label.upper() == "ANNIVERSARY" else None
        moment = f"{day}T00:00:00Z"
        if day is None or card.extended.setdefault(extended.ANNIVERSARY, moment) != moment:
            card.no_room(f"{line.name} {label}".strip(), text)


def _date(text: str) -> date | None:
    match = re.match(r"(\d{4})(-?)(\d\d)\2(\d\d)(?:[T ].*)?\Z", text)
    try:
        return date(int(match[1]), int(match[3]), int(match[4])) if match else None
    except ValueError:
        return None


def _place_categories(card: Card) -> None:
    separators = ",;" if card.version == "2.1" else ","
    names = [name for line in card.take("CATEGORIES") for name in card.several(line, separators)]
    if names:
        card.properties["categories"] = list(dict.fromkeys(names))


def _place_class(card: Card) -> None:
    levels = {"PRIVATE": 2, "CONFIDENTIAL": 3}
    for line in card.take("CLASS", "X-CLASS"):
        if level := levels.get(card.text(line).upper()):
            card.extended |= extended.secret(level)


def _place_photo(card: Card) -> None:
    for line in card.take("PHOTO"):
        reason = _photo(card, line)
        if reason is not None:
            card.notes.append(reason)


def _photo(card: Card, line: Line) -> Said | None:
    """Take the picture; a sentence when that cannot be."""
    if line.cut:
        return _too_large()
    text = line.raw.strip()
    if text.lower().startswith("data:"):
        head, _, data = text.replace("\\,", ",").replace("\\;", ";").partition(",")
        content = _unbased(data) if head.lower().endswith(";base64") else unquote_to_bytes(data)
    elif line.parameter("VALUE") in {"URI", "URL"} or re.match(
        r"[a-z][a-z0-9+.-]{1,20}\\?:", text, re.IGNORECASE
    ):
        return Said("The picture lies elsewhere and was not fetched: {value}", value=text[:200])
    else:
        content = _unbased(text)
    if not content:
        return Said("The picture cannot be read.")
    if len(content) > PHOTO_MAX:
        return _too_large()
    if card.photo is not None:
        return Said("Outlook has room for one picture; another was left out.")
    card.photo = content
    return None


def _too_large() -> Said:
    return Said(
        "The picture is larger than {megabytes} MB and was left out.", megabytes=PHOTO_MAX // 1_000_000
    )


def _unbased(text: str) -> bytes | None:
    letters = re.sub(r"\s", "", text)
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except binascii.Error:
        return None


def _note_rest(card: Card) -> None:
    if card.lines.pop("AGENT", None):
        card.notes.append(Said("{name} has no room in Outlook.", name="AGENT"))
    for name in list(card.lines):
        if name in _SILENT:
            continue
        for line in card.take(name):
            if line.parameter("ENCODING") in {"B", "BASE64"}:
                card.notes.append(Said("{name} has no room in Outlook.", name=name))
            else:
                card.no_room(f"{name} {card.label(line)}".strip(), card.text(line))
        card.lines.pop(name, None)


_PLACERS: tuple[Callable[[Card], None], ...] = (
    _place_name, _place_texts, _place_notes, _place_company, _place_emails, place_phones, _place_addresses,
    _place_pages, _place_chats, _place_related, _place_dates, _place_categories, _place_class, _place_photo,
)  # fmt: skip
