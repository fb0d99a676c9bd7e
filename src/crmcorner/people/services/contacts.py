"""Persons and organisations written in sets: the sole writer of their tables, for web, imports and coupling alike.

The number of statements does not depend on the number of records. Each write raises the record's version and writes
its history line in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.many_rows import database_value, insert_for_ids, replace_rows
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.company_name import company_key
from crmcorner.items.person_name import name_key, sort_key
from crmcorner.items.records import CONTACT_FIELDS, Contact, FieldName, changed_fields, with_fields
from crmcorner.items.text import plain_key
from crmcorner.people.contact_mapping import (
    ORGANISATION_COLUMNS,
    ORGANISATION_HOLDS,
    PERSON_COLUMNS,
    Loaded,
    load,
)
from crmcorner.people.crm_ids import CrmId, crm_id_of
from crmcorner.people.models import Organisation, Person
from crmcorner.people.permissions import require_delete
from crmcorner.people.services import details
from crmcorner.people.services.company import organisations_for
from crmcorner.people.validation import require_room

Row = Person | Organisation

_OWN = ("owner_id", "version", "name_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWrite:
    """What one record is to be.

    ``crm_id`` None makes a new one: an organisation if the contact has a company and no personal name, else a
    person (R44). Otherwise only ``fields`` of ``contact`` are taken, and only if the record still has ``version``
    (None: whatever it has). ``owner`` is set if ``sets_owner``. ``organisation`` overrules the company's name.
    """

    contact: Contact
    fields: frozenset[FieldName] = frozenset(CONTACT_FIELDS)
    crm_id: CrmId | None = None
    version: int | None = None
    owner: User | None = None
    sets_owner: bool = False
    organisation: Organisation | None = None
    sets_organisation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The record as it now is, which may say a company's name otherwise than the write did.

    ``changed`` is False where there was nothing to store.
    """

    crm_id: CrmId
    version: int
    row: Row
    contact: Contact
    changed: bool


@dataclass(slots=True)
class _Draft:
    row: Row
    old: Contact
    new: Contact
    fields: tuple[FieldName, ...]
    is_new: bool
    more: dict[str, list[Any]]

    @property
    def is_changed(self) -> bool:
        return bool(self.is_new or self.fields or self.more)


@transaction.atomic
def save_contacts(*, actor: Actor, writes: Sequence[ContactWrite]) -> list[Saved | None]:
    """Make and change records; result *n* belongs to write *n*, None where the record changed meanwhile.

    Companies that persons name are matched to organisations, those of the same call included, or made (without an
    owner, so that they do not come into anyone's Outlook by themselves). What is to be stored must be valid
    (`crmcorner.people.validation`). A second write to one record in one call counts as meanwhile.

    Raises:
        ValidationError: a value is longer than its column; nothing was stored.
    """
    existing = load([write.crm_id for write in writes if write.crm_id], lock=True)
    drafts = [_draft(actor, write, existing) for write in writes]
    live = [draft for draft in drafts if draft is not None]
    for draft in live:
        require_room(draft.new, draft.fields)
    _store_organisations(
        [draft for draft in live if isinstance(draft.row, Organisation) and draft.is_changed]
    )
    _place_in_organisations(actor, writes, drafts)
    changed = [draft for draft in live if draft.is_changed]
    _store_persons([draft for draft in changed if isinstance(draft.row, Person)])
    details.replace(
        [(draft.row, draft.new, frozenset(draft.fields)) for draft in changed],
        new={id(d.row) for d in changed if d.is_new},
    )
    journal.record_many(actor, [_entry(draft) for draft in changed])
    stored = {id(draft) for draft in changed}
    return [_saved(draft, changed=id(draft) in stored) if draft else None for draft in drafts]


@transaction.atomic
def set_deleted(*, actor: Actor, row: Row, deleted: bool) -> None:
    """Put a record in the bin or take it out.

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    row.refresh_from_db()
    require_delete(actor, row)
    if bool(row.deleted_at) == deleted:
        return
    save_seen(row, {"deleted_at": timezone.now() if deleted else None}, expected_version=None)
    action = HistoryAction.DELETED if deleted else HistoryAction.RESTORED
    journal.record(actor, subject=crm_id_of(row), label=str(row), action=action)


def _saved(draft: _Draft, *, changed: bool) -> Saved:
    return Saved(
        crm_id=crm_id_of(draft.row),
        version=draft.row.version,
        row=draft.row,
        contact=draft.new,
        changed=changed,
    )


def _draft(actor: Actor, write: ContactWrite, existing: dict[CrmId, Loaded]) -> _Draft | None:
    if write.crm_id is None:
        return _new(actor, write)
    found = existing.pop(write.crm_id, None)
    if found is None or (write.version is not None and found.row.version != write.version):
        return None
    wanted = {name: getattr(write.contact, name) for name in write.fields}
    if isinstance(found.row, Organisation):
        wanted = {name: value for name, value in wanted.items() if name in ORGANISATION_HOLDS}
    new = with_fields(found.contact, wanted)
    more: dict[str, list[Any]] = {}
    if write.sets_owner and found.row.owner_id != (write.owner.pk if write.owner else None):
        more["owner"] = [str(found.row.owner or ""), str(write.owner or "")]
        found.row.owner = write.owner
    return _Draft(found.row, found.contact, new, changed_fields(found.contact, new), is_new=False, more=more)


def _new(actor: Actor, write: ContactWrite) -> _Draft:
    owner = write.owner if write.sets_owner else actor.user
    row: Row = Organisation(owner=owner) if write.contact.is_organisation else Person(owner=owner)
    new = write.contact
    if isinstance(row, Organisation):
        new = Contact(**{name: getattr(new, name) for name in ORGANISATION_HOLDS})
    row.version = 0
    more: dict[str, list[Any]] = {"owner": ["", str(owner)]} if owner else {}
    return _Draft(row, Contact(), new, changed_fields(Contact(), new), is_new=True, more=more)


def _place_in_organisations(
    actor: Actor, writes: Sequence[ContactWrite], drafts: Sequence[_Draft | None]
) -> None:
    """Set the organisation of every person whose company is new or changed (R44)."""
    to_find: list[tuple[_Draft, Contact]] = []
    for write, draft in zip(writes, drafts, strict=True):
        if draft is None or not isinstance(draft.row, Person):
            continue
        if write.sets_organisation:
            draft.row.organisation = write.organisation
            draft.new = with_fields(
                draft.new, {"company": write.organisation.name if write.organisation else ""}
            )
            draft.fields = changed_fields(draft.old, draft.new)
        elif "company" in draft.fields:
            to_find.append((draft, draft.new))
    named = [(draft, contact) for draft, contact in to_find if contact.company]
    found = organisations_for(actor, [contact for _draft, contact in named]) if named else []
    for draft, contact in to_find:
        if not contact.company and isinstance(draft.row, Person):
            draft.row.organisation = None
    for (draft, _contact), organisation in zip(named, found, strict=True):
        assert isinstance(draft.row, Person)  # noqa: S101 - only persons were collected above
        draft.row.organisation = organisation
        # Both sides now call the firm as the CRM does; Outlook gets that name with the next comparison.
        draft.new = with_fields(draft.new, {"company": organisation.name})
        draft.fields = changed_fields(draft.old, draft.new)


def _store_persons(drafts: Sequence[_Draft]) -> None:
    _store(Person, drafts, (*PERSON_COLUMNS.values(), *_OWN, "sort_key", "organisation_id"))


def _store_organisations(drafts: Sequence[_Draft]) -> None:
    _store(Organisation, drafts, (*ORGANISATION_COLUMNS.values(), *_OWN))


def _store(model: type[Row], drafts: Sequence[_Draft], columns: Sequence[str]) -> None:
    for draft in drafts:
        draft.row.version += 1
        _fill(draft.row, draft.new)
    fresh = [draft.row for draft in drafts if draft.is_new]
    known = [draft.row for draft in drafts if not draft.is_new]
    names = (*columns, "created_at")
    now = timezone.now()
    for row in fresh:
        row.created_at = now
    ids = insert_for_ids(model, names, (_values(row, names) for row in fresh))
    for row, pk in zip(fresh, ids, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as Django's own bulk_create does
    names = (*names, "id")
    replace_rows(model, names, (_values(row, names) for row in known), keep=frozenset({"created_at"}))


def _values(row: Row, names: Sequence[str]) -> list[Any]:
    values = (getattr(row, name) for name in names)
    return [database_value(value) if isinstance(value, date) else value for value in values]


def _fill(row: Row, contact: Contact) -> None:
    columns = PERSON_COLUMNS if isinstance(row, Person) else ORGANISATION_COLUMNS
    for name, column in columns.items():
        setattr(row, column, getattr(contact, name))
    if isinstance(row, Person):
        other = contact.nickname or contact.middle_name or contact.initials
        name = name_key(contact.given_name, contact.name_prefix, contact.surname)
        row.name_key = (name or plain_key(other))[:255]
        row.sort_key = (sort_key(contact.surname, contact.given_name) or sort_key(other))[:255]
    else:
        row.name_key = company_key(contact.company)[:255]


def _entry(draft: _Draft) -> journal.Entry:
    changes = {
        name: [_plain(getattr(draft.old, name)), _plain(getattr(draft.new, name))] for name in draft.fields
    }
    return journal.Entry(
        subject=crm_id_of(draft.row),
        label=str(draft.row),
        action=HistoryAction.CREATED if draft.is_new else HistoryAction.CHANGED,
        changes=changes | draft.more,
    )


def _plain(value: Any) -> Any:
    """Return a field's value as JSON can hold it."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return list(value)
    if hasattr(value, "country"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__ if getattr(value, name)}
    return value.isoformat() if hasattr(value, "isoformat") else value
