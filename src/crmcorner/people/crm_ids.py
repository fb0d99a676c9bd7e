"""How a record is called outside its table: ``person:12``, ``organisation:5``."""

from collections.abc import Iterable

from crmcorner.people.models import Organisation, Person

CrmId = str

_LONGEST_KEY = 18
"""Digits that every database's keys have room for."""


def crm_id_of(record: Person | Organisation) -> CrmId:
    """Return the id by which links, history and addresses of pages know a record."""
    return person_id(record.pk) if isinstance(record, Person) else organisation_id(record.pk)


def person_id(pk: int) -> CrmId:
    """Return the id of the person with this primary key."""
    return f"person:{pk}"


def organisation_id(pk: int) -> CrmId:
    """Return the id of the organisation with this primary key."""
    return f"organisation:{pk}"


def split_ids(crm_ids: Iterable[CrmId]) -> tuple[list[int], list[int]]:
    """Return the primary keys of the persons and of the organisations among these; others are passed over."""
    keys: dict[str, list[int]] = {"person": [], "organisation": []}
    for crm_id in crm_ids:
        word, _colon, number = crm_id.partition(":")
        if word in keys and number.isascii() and number.isdecimal() and len(number) <= _LONGEST_KEY:
            keys[word].append(int(number))
    return keys["person"], keys["organisation"]
