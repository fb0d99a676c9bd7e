"""A record of ours as the body of a request to Graph.

Source: Graph: Create contact; Update contact. A body names only what is to change: the rest of the item stays as
it is (R20). Lists and addresses are replaced as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from crmcorner.items.changes import Create, Update
from crmcorner.items.person_name import to_outlook as name_to_outlook
from crmcorner.items.phone import format_phone
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.postal_address import to_outlook as address_to_outlook
from crmcorner.items.records import CONTACT_FIELDS, NAME_FIELDS, Contact, FieldName
from crmcorner.mailbox.graph.stamp import stamped
from crmcorner.mailbox.graph.wire import JsonObject

MISSING: frozenset[FieldName] = frozenset({"other_phones", "work_faxes", "home_faxes"})
"""What Graph's contact has no property for.

Faxes and further phones are within reach as MAPI properties only, and a delta never shows those: a change that a
user makes to one would go unnoticed.
"""

_SPLIT_NAME: frozenset[FieldName] = frozenset({"given_name", "middle_name", "name_prefix", "surname"})


@dataclass(frozen=True, slots=True)
class Notation:
    """How phones and countries are written: the firm's country (ISO 3166) and a language (``nl``, ``en``)."""

    country: str
    language: str


def create_body(write: Create, notation: Notation) -> JsonObject:
    """Return the body of POST contacts: whatever has a value."""
    contact = write.contact
    filled = {name for name in CONTACT_FIELDS if getattr(contact, name)}
    body = _properties(filled, contact, notation)
    first_email = contact.emails[0] if contact.emails else ""
    body["displayName"] = display_name(contact) or first_email or None
    if write.categories:
        body["categories"] = list(write.categories)
    return stamped(body, write.stamp)


def update_body(write: Update, notation: Notation) -> JsonObject:
    """Return the body of PATCH contacts/{id}: the fields of the order, and what hangs together with them.

    Outlook has given, middle and last name, of which one may have been read out of the display name: with one of
    them go the others that have a value. The display name is sent along, as the server may make a new one.
    """
    contact, fields = write.contact, set(write.fields)
    if fields & _SPLIT_NAME:
        fields |= {name for name in _SPLIT_NAME if getattr(contact, name)}
    body = _properties(fields, contact, notation)
    if fields & (NAME_FIELDS | {"company"}):
        body["displayName"] = display_name(contact) or None
    if write.categories is not None:
        body["categories"] = list(write.categories)
    return stamped(body, write.stamp)


def display_name(contact: Contact) -> str:
    """Return the name that Outlook shows: the person's, else the firm's; "" if there is neither."""
    given, middle, surname = name_to_outlook(
        contact.given_name, contact.middle_name, contact.name_prefix, contact.surname
    )
    if given or middle or surname:
        return " ".join(part for part in (given, middle, surname, contact.suffix) if part)
    return contact.company or contact.nickname or contact.initials


def _properties(fields: set[FieldName], contact: Contact, notation: Notation) -> JsonObject:
    """Return the properties of Graph that hold these fields."""
    body = {
        name: convert(getattr(contact, field), notation)
        for field, (name, convert) in _PROPERTIES.items()
        if field in fields
    }
    return {**_split_name(fields, contact), **body} if fields & _SPLIT_NAME else body


def _split_name(fields: set[FieldName], contact: Contact) -> JsonObject:
    given, middle, surname = name_to_outlook(
        contact.given_name, contact.middle_name, contact.name_prefix, contact.surname
    )
    body: JsonObject = {}
    if "given_name" in fields:
        body["givenName"] = given or None
    # A prefix may have stood in the middle name; from now on it stands before the surname.
    if fields & {"middle_name", "name_prefix"}:
        body["middleName"] = middle or None
    if fields & {"name_prefix", "surname"}:
        body["surname"] = surname or None
    return body


def _text(value: str, _: Notation) -> str | None:
    return value or None


def _note(value: str, _: Notation) -> str | None:
    return value.replace("\n", "\r\n") or None


def _emails(addresses: tuple[str, ...], _: Notation) -> list[JsonObject]:
    return [{"address": address} for address in addresses]


def _phones(numbers: tuple[str, ...], notation: Notation) -> list[str]:
    return [format_phone(number, country=notation.country) for number in numbers]


def _phone(numbers: tuple[str, ...], notation: Notation) -> str | None:
    return format_phone(numbers[0], country=notation.country) if numbers else None


def _address(address: PostalAddress | None, notation: Notation) -> JsonObject:
    """Return all five boxes, so that nothing of the former address stays behind."""
    if address is None:
        return dict.fromkeys(("street", "city", "state", "postalCode", "countryOrRegion"), "")
    boxes = address_to_outlook(address, language=notation.language)
    return {
        "street": boxes.street.replace("\n", "\r\n"),
        "city": boxes.city,
        "state": boxes.state,
        "postalCode": boxes.postal_code,
        "countryOrRegion": boxes.country,
    }


def _birthday(day: date | None, _: Notation) -> str | None:
    """Return the birthday as just before noon, UTC: the same day from UTC-11 to UTC+12."""
    return None if day is None else f"{day.isoformat()}T11:59:00Z"


_PROPERTIES: dict[FieldName, tuple[str, Callable[[Any, Notation], Any]]] = {
    "title": ("title", _text),
    "initials": ("initials", _text),
    "suffix": ("generation", _text),
    "nickname": ("nickName", _text),
    "company": ("companyName", _text),
    "department": ("department", _text),
    "job_title": ("jobTitle", _text),
    "profession": ("profession", _text),
    "emails": ("emailAddresses", _emails),
    "work_phones": ("businessPhones", _phones),
    "home_phones": ("homePhones", _phones),
    "mobile_phones": ("mobilePhone", _phone),
    "work_address": ("businessAddress", _address),
    "home_address": ("homeAddress", _address),
    "other_address": ("otherAddress", _address),
    "website": ("businessHomePage", _text),
    "birthday": ("birthday", _birthday),
    "note": ("personalNotes", _note),
}
