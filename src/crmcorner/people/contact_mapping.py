"""Rows of persons and organisations as `Contact`, the form in which they are compared, shown and synchronised."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from crmcorner.items.postal_address import PostalAddress as Address
from crmcorner.items.records import CONTACT_FIELDS, PERSONAL_FIELDS, Contact, FieldName
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id, split_ids
from crmcorner.people.models import EmailAddress, Organisation, Person, Phone, PostalAddress

PERSON_COLUMNS: Mapping[FieldName, str] = {
    name: name
    for name in (
        "title", "initials", "given_name", "middle_name", "name_prefix", "surname", "suffix", "nickname",
        "department", "job_title", "profession", "website", "birthday",
    )
} | {"note": "memo"}  # fmt: skip

ORGANISATION_COLUMNS: Mapping[FieldName, str] = {"company": "name", "website": "website", "note": "memo"}

PHONE_FIELDS: Mapping[str, FieldName] = {
    "work": "work_phones",
    "home": "home_phones",
    "mobile": "mobile_phones",
    "other": "other_phones",
    "work_fax": "work_faxes",
    "home_fax": "home_faxes",
}
ADDRESS_FIELDS: Mapping[str, FieldName] = {
    "work": "work_address",
    "home": "home_address",
    "other": "other_address",
}
ADDRESS_PARTS = ("extra", "street", "house_number", "addition", "postal_code", "city", "region", "country")

PERSON_HOLDS: frozenset[FieldName] = frozenset(CONTACT_FIELDS)
ORGANISATION_HOLDS: frozenset[FieldName] = frozenset(CONTACT_FIELDS) - PERSONAL_FIELDS


@dataclass(frozen=True, slots=True)
class Loaded:
    """A row and what it says as a whole."""

    row: Person | Organisation
    contact: Contact


def load(crm_ids: Iterable[CrmId], *, lock: bool = False) -> dict[CrmId, Loaded]:
    """Return these records, deleted ones included, in at most six queries whatever their number.

    ``lock``: keep other writers away from them until the transaction ends.
    """
    person_keys, organisation_keys = split_ids(crm_ids)
    persons = (
        Person.objects.filter(pk__in=person_keys).select_related("organisation") if person_keys else None
    )
    organisations = Organisation.objects.filter(pk__in=organisation_keys) if organisation_keys else None
    if lock:
        # Always in the same order, so that two writers never wait for each other.
        persons = persons.order_by("pk").select_for_update(of=("self",)) if persons is not None else None
        organisations = (
            organisations.order_by("pk").select_for_update() if organisations is not None else None
        )
    details = _details(person_keys, organisation_keys)
    found: dict[CrmId, Loaded] = {}
    for person in persons if persons is not None else ():
        crm_id = person_id(person.pk)
        found[crm_id] = Loaded(person, _person_contact(person, details[crm_id]))
    for organisation in organisations if organisations is not None else ():
        crm_id = organisation_id(organisation.pk)
        found[crm_id] = Loaded(organisation, _organisation_contact(organisation, details[crm_id]))
    return found


def contact_of(row: Person | Organisation) -> Contact:
    """Return one record as a contact."""
    crm_id = person_id(row.pk) if isinstance(row, Person) else organisation_id(row.pk)
    return load([crm_id])[crm_id].contact


def _person_contact(person: Person, details: Mapping[FieldName, Any]) -> Contact:
    columns = {name: getattr(person, column) for name, column in PERSON_COLUMNS.items()}
    company = person.organisation.name if person.organisation else ""
    return Contact(**columns, company=company, **details)


def _organisation_contact(organisation: Organisation, details: Mapping[FieldName, Any]) -> Contact:
    columns = {name: getattr(organisation, column) for name, column in ORGANISATION_COLUMNS.items()}
    return Contact(**columns, **details)


def _details(
    person_keys: list[int], organisation_keys: list[int]
) -> defaultdict[CrmId, dict[FieldName, Any]]:
    found: defaultdict[CrmId, dict[FieldName, Any]] = defaultdict(dict)
    holder = Q(person_id__in=person_keys) | Q(organisation_id__in=organisation_keys)
    both = ("person_id", "organisation_id")
    for person, organisation, address in EmailAddress.objects.filter(holder).values_list(*both, "address"):
        _append(found[_holder(person, organisation)], "emails", address)
    for person, organisation, kind, number in Phone.objects.filter(holder).values_list(
        *both, "kind", "number"
    ):
        _append(found[_holder(person, organisation)], PHONE_FIELDS[kind], number)
    rows = PostalAddress.objects.filter(holder).values_list(*both, "kind", *ADDRESS_PARTS)
    for person, organisation, kind, *parts in rows:
        address = Address(**dict(zip(ADDRESS_PARTS, parts, strict=True)))
        found[_holder(person, organisation)][ADDRESS_FIELDS[kind]] = address
    return found


def _append(fields: dict[FieldName, Any], name: FieldName, value: str) -> None:
    fields[name] = (*fields.get(name, ()), value)


def _holder(person: int | None, organisation: int | None) -> CrmId:
    return person_id(person) if person is not None else organisation_id(organisation or 0)
