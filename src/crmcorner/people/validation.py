"""What users type made into a valid `Contact`, or errors by field in their language (R44-R47)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmcorner.items import person_name
from crmcorner.items.country import country_of
from crmcorner.items.email_address import is_plausible, match_key
from crmcorner.items.phone import PhoneNotUnderstood, parse_phone
from crmcorner.items.postal_address import (
    AddressProblem,
    AddressRefused,
    PostalAddress,
    parse_address,
    tidy_postal_code,
    to_outlook,
    validate,
)
from crmcorner.items.records import Contact, FieldName
from crmcorner.items.text import tidy_line, tidy_text
from crmcorner.people.contact_mapping import ADDRESS_FIELDS, PHONE_FIELDS

ADDRESS_SENTENCES: Mapping[AddressProblem, Promise] = {
    AddressProblem.COUNTRY_UNKNOWN: gettext_lazy(
        "The country is not known; write its full name or its code."
    ),
    AddressProblem.STREET_MISSING: gettext_lazy("The street is missing."),
    AddressProblem.HOUSE_NUMBER_MISSING: gettext_lazy("The house number is missing."),
    AddressProblem.HOUSE_NUMBER_INVALID: gettext_lazy(
        "A house number begins with a digit; the rest is the addition."
    ),
    AddressProblem.POSTAL_CODE_MISSING: gettext_lazy("The postal code is missing."),
    AddressProblem.POSTAL_CODE_INVALID: gettext_lazy("This is not a postal code of that country."),
    AddressProblem.CITY_MISSING: gettext_lazy("The city is missing."),
    AddressProblem.REGION_MISSING: gettext_lazy("The state or province is missing."),
    AddressProblem.TOO_LONG: gettext_lazy("This is too long."),
}

_LINES = (
    "title", "initials", "given_name", "middle_name", "name_prefix", "surname", "suffix", "nickname", "department",
    "job_title", "profession", "website", "company",
)  # fmt: skip
_LONGEST = 255
_LONGEST_EMAIL = 254
_LONGEST_PHONE = 64


def read_contact(
    *,
    columns: Mapping[str, Any],
    emails: Sequence[str],
    phones: Sequence[tuple[str, str]],
    addresses: Mapping[str, Mapping[str, str]],
) -> Contact:
    """Return the contact that a form describes.

    Args:
        columns: fields of `Contact` that are single values (``note`` for the memo).
        emails: addresses in order.
        phones: kind and text, in any notation (R46).
        addresses: parts by kind (``work``, ``home``, ``other``), strict (R45).

    Raises:
        ValidationError: by field; keys ``emails``, ``phones``, ``address_<kind>.<part>`` and those of ``columns``.
    """
    errors: dict[str, list[str]] = {}
    values: dict[FieldName, Any] = {name: tidy_line(str(columns.get(name) or "")) for name in _LINES}
    values["note"] = tidy_text(str(columns.get("note") or ""))
    values["birthday"] = columns.get("birthday")
    for name in _LINES:
        if len(values[name]) > _LONGEST:
            errors[name] = [_("At most 255 characters fit here.")]
    values["emails"] = _emails(emails, errors)
    values |= _phones(phones, errors)
    values |= _addresses(addresses, errors)
    if errors:
        raise ValidationError(errors)
    return Contact(**values | _as_outlook_returns_names(values))


def _as_outlook_returns_names(values: Mapping[FieldName, Any]) -> dict[FieldName, Any]:
    """Return the names as they come back from Outlook's boxes, so that what was typed is not changed by the trip (R47).

    A prefix in capitals, as in the Belgian *Van Damme*, is part of the surname there.
    """
    names = ("given_name", "middle_name", "name_prefix", "surname")
    boxes = person_name.to_outlook(*(values[name] for name in names))
    return dict(zip(names, person_name.from_outlook(*boxes), strict=True))


def require_room(contact: Contact, fields: Collection[FieldName]) -> None:
    """Raise `ValidationError` by field if one of these fields is longer than the database has room for."""
    too_long = [name for name in fields if name in _LINES and len(getattr(contact, name)) > _LONGEST]
    for name, limit in (
        ("emails", _LONGEST_EMAIL),
        *((name, _LONGEST_PHONE) for name in PHONE_FIELDS.values()),
    ):
        if name in fields and any(len(value) > limit for value in getattr(contact, name)):
            too_long.append(name)
    if too_long:
        raise ValidationError({name: [_("This is too long.")] for name in too_long})


def require_name(contact: Contact) -> None:
    """Raise `ValidationError` unless a person has a name."""
    if not contact.has_personal_name:
        raise ValidationError({"surname": _("Give a name: a given name, a surname or a nickname.")})


def _emails(emails: Sequence[str], errors: dict[str, list[str]]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in emails:
        address = tidy_line(text).lower()
        # As lenient as the coupling, so that what came from Outlook does not forbid saving the page.
        if not is_plausible(address) or ".." in address or len(address) > _LONGEST_EMAIL:
            message = _("“%(value)s” is not an e-mail address.") % {"value": address}
            errors.setdefault("emails", []).append(message)
        found.setdefault(match_key(address), address)
    return tuple(found.values())


def _phones(phones: Sequence[tuple[str, str]], errors: dict[str, list[str]]) -> dict[FieldName, Any]:
    found: dict[FieldName, list[str]] = {}
    for kind, text in phones:
        try:
            number = parse_phone(text, country=settings.FIRM_COUNTRY)
        except PhoneNotUnderstood:
            message = _("“%(value)s” is not a phone number; write it as 023 542 34 45 or +31 23 542 34 45.")
            errors.setdefault("phones", []).append(message % {"value": text})
            continue
        numbers = found.setdefault(PHONE_FIELDS[kind], [])
        if number not in numbers:
            numbers.append(number)
    return {name: tuple(numbers) for name, numbers in found.items()}


def _addresses(
    addresses: Mapping[str, Mapping[str, str]], errors: dict[str, list[str]]
) -> dict[FieldName, PostalAddress]:
    found = {}
    for kind, parts in addresses.items():
        tidy = {name: tidy_line(text or "") for name, text in parts.items()}
        tidy["country"] = tidy.get("country") or settings.FIRM_COUNTRY
        if country_of(tidy["country"]) == tidy["country"]:
            tidy["postal_code"] = tidy_postal_code(tidy.get("postal_code", ""), tidy["country"])
        address = PostalAddress(**tidy)
        problems = validate(address)
        for field, problem in problems:
            errors.setdefault(f"address_{kind}.{field}", []).append(str(ADDRESS_SENTENCES[problem]))
        found[ADDRESS_FIELDS[kind]] = address if problems else _as_outlook_returns_it(kind, address, errors)
    return found


def _as_outlook_returns_it(kind: str, address: PostalAddress, errors: dict[str, list[str]]) -> PostalAddress:
    """Return an address as it comes back from Outlook's boxes, so that what was typed is not changed by the trip."""
    boxes = to_outlook(address)
    try:
        read = parse_address(
            street=boxes.street,
            city=boxes.city,
            region=boxes.state,
            postal_code=boxes.postal_code,
            country_text=boxes.country,
            default_country=settings.FIRM_COUNTRY,
        )
    except AddressRefused as refused:
        sentence = str(ADDRESS_SENTENCES[refused.reason])
        errors.setdefault(f"address_{kind}.{refused.field}", []).append(sentence)
        return address
    return read or address
