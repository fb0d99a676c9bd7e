"""The rows of e-mail addresses, phones and postal addresses of many records, replaced together."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any

from django.db.models import Q

from crmcorner.history.many_rows import insert_rows
from crmcorner.items.email_address import domain_of, match_key
from crmcorner.items.records import Contact, FieldName
from crmcorner.people.contact_mapping import ADDRESS_FIELDS, ADDRESS_PARTS, PHONE_FIELDS
from crmcorner.people.models import EmailAddress, Organisation, Person, Phone, PostalAddress

Holder = Person | Organisation
Replacement = tuple[Holder, Contact, frozenset[FieldName]]
"""A holder, what it is to hold, and which fields of it changed."""

Row = tuple[Any, ...]
_HOLDER = ("person_id", "organisation_id")
_PARTS = attrgetter(*ADDRESS_PARTS)


def replace(replacements: Sequence[Replacement], *, new: AbstractSet[int]) -> None:
    """Store the details of records whose fields changed; ``new``: ids (`id`) of holders that have no rows yet."""
    emails = _touched(replacements, {"emails"})
    phones = _touched(replacements, set(PHONE_FIELDS.values()))
    addresses = _touched(replacements, set(ADDRESS_FIELDS.values()))
    for model, touched in ((EmailAddress, emails), (Phone, phones), (PostalAddress, addresses)):
        old = [holder for holder, _contact in touched if id(holder) not in new]
        if old:
            model.objects.filter(_of(old)).delete()
    insert_rows(
        EmailAddress,
        (*_HOLDER, "position", "address", "key", "domain"),
        (row for holder, contact in emails for row in _email_rows(holder, contact)),
    )
    insert_rows(
        Phone,
        (*_HOLDER, "position", "kind", "number"),
        (row for holder, contact in phones for row in _phone_rows(holder, contact)),
    )
    insert_rows(
        PostalAddress,
        (*_HOLDER, "position", "kind", *ADDRESS_PARTS),
        (row for holder, contact in addresses for row in _address_rows(holder, contact)),
    )


def _touched(replacements: Sequence[Replacement], names: set[FieldName]) -> list[tuple[Holder, Contact]]:
    return [(holder, contact) for holder, contact, fields in replacements if fields & names]


def _of(holders: Iterable[Holder]) -> Q:
    holders = list(holders)
    return Q(person_id__in=[each.pk for each in holders if isinstance(each, Person)]) | Q(
        organisation_id__in=[each.pk for each in holders if isinstance(each, Organisation)]
    )


def _keys(holder: Holder) -> tuple[int | None, int | None]:
    return (holder.pk, None) if isinstance(holder, Person) else (None, holder.pk)


def _email_rows(holder: Holder, contact: Contact) -> Iterable[Row]:
    for position, address in enumerate(contact.emails):
        key = match_key(address)
        yield (*_keys(holder), position, address, key[:254], domain_of(address)[:254])


def _phone_rows(holder: Holder, contact: Contact) -> Iterable[Row]:
    position = 0
    for kind, name in PHONE_FIELDS.items():
        for number in getattr(contact, name):
            yield (*_keys(holder), position, kind, number)
            position += 1


def _address_rows(holder: Holder, contact: Contact) -> Iterable[Row]:
    for position, (kind, name) in enumerate(ADDRESS_FIELDS.items()):
        address = getattr(contact, name)
        if address is not None:
            yield (*_keys(holder), position, kind, *_PARTS(address))
