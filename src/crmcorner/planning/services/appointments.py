"""Appointments made, changed, deleted and restored: the sole writer of their tables (R60-R65)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.records import APPOINTMENT_FIELDS, Appointment, changed_fields, with_fields
from crmcorner.people.crm_ids import split_ids
from crmcorner.planning import linking, series
from crmcorner.planning.appointment_mapping import (
    COLUMNS,
    LoadedAppointment,
    fill_appointment,
    load_appointments,
)
from crmcorner.planning.crm_ids import APPOINTMENT, CrmId, appointment_id
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import LinkedBy
from crmcorner.planning.permissions import check_privacy, require_change
from crmcorner.planning.services.appointment_links import Links, links_of, names_of, store_links
from crmcorner.planning.services.saving import Draft, store
from crmcorner.planning.validation import checked_appointment

_EMPTY = Appointment()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentWrite:
    """What one appointment is to be.

    ``crm_id`` None makes a new one of the actor's. Otherwise only ``fields`` of ``content`` are taken, and only if the
    appointment still has ``version`` (None: whatever it has).
    """

    content: Appointment
    fields: Collection[str]
    crm_id: CrmId | None
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAppointment:
    """The appointment as it now is; linked people are called as the CRM calls them (R62)."""

    crm_id: CrmId
    version: int
    row: AppointmentRow
    content: Appointment
    changed: bool


@transaction.atomic
def save_appointments(*, actor: Actor, writes: Sequence[AppointmentWrite]) -> list[SavedAppointment | None]:
    """Make and change appointments; result *n* belongs to write *n*, None where one changed meanwhile.

    Names in ``contacts`` that mean exactly one person or organisation link it, others are kept as they are; without any,
    attendees whose address is known are linked (R62). A second write to one in one call counts as meanwhile.

    Raises:
        ValidationError: a value that the CRM cannot hold; nothing was stored.
    """
    existing = load_appointments([write.crm_id for write in writes if write.crm_id], lock=True)
    before = {each.row.pk: each.links for each in existing.values()}
    drafts = [_draft(actor, write, existing) for write in writes]
    live = [draft for draft in drafts if draft is not None]
    concerned = [draft for draft in live if draft.is_new or {"contacts", "attendees"} & set(draft.fields)]
    links = links_of(
        actor.user, [(draft.new, before.get(draft.row.pk, ()) if draft.row.pk else ()) for draft in concerned]
    )
    with_links = {id(draft): each for draft, each in zip(concerned, links, strict=True)}
    for draft in concerned:
        draft.new = replace(draft.new, contacts=with_links[id(draft)].contacts)
        draft.fields = changed_fields(draft.old, draft.new)
    changed = [draft for draft in live if draft.is_new or draft.fields]
    for draft in changed:
        linked = with_links.get(id(draft))
        fill_appointment(draft.row, draft.new, linked.unknown if linked else draft.row.other_contacts)
    store(actor, APPOINTMENT, changed, COLUMNS)
    store_links((draft.row, with_links[id(draft)]) for draft in changed if id(draft) in with_links)
    stored = {id(draft) for draft in changed}
    return [_saved(draft, changed=id(draft) in stored) if draft else None for draft in drafts]


def _draft(
    actor: Actor, write: AppointmentWrite, existing: dict[CrmId, LoadedAppointment]
) -> Draft[AppointmentRow, Appointment] | None:
    if write.crm_id is None:
        new = checked_appointment(write.content)
        row = AppointmentRow(owner=actor.user)
        return Draft(row, _EMPTY, new, changed_fields(_EMPTY, new), is_new=True)
    found = existing.pop(write.crm_id, None)
    if found is None or (write.version is not None and found.row.version != write.version):
        return None
    wanted = {name: getattr(write.content, name) for name in write.fields}
    new = checked_appointment(with_fields(found.content, wanted))
    return Draft(found.row, found.content, new, changed_fields(found.content, new), is_new=False)


def _saved(draft: Draft[AppointmentRow, Appointment], *, changed: bool) -> SavedAppointment:
    row = draft.row
    return SavedAppointment(
        crm_id=appointment_id(row.pk), version=row.version, row=row, content=draft.new, changed=changed
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentValues:
    """What a form says of an appointment: its content, whose it is, and whom it is with (crm ids).

    Of ``content`` the contacts are not looked at: ``people`` are those, besides names that are no record.
    """

    content: Appointment
    owner: User | None
    people: Collection[CrmId] = ()


@transaction.atomic
def create_appointment(*, actor: Actor, values: AppointmentValues) -> AppointmentRow:
    """Make an appointment.

    Raises:
        ValidationError: a value that the CRM cannot hold, or nobody would see it.
    """
    check_privacy(actor, None, private=values.content.private, owner=values.owner)
    given = values.content
    content = replace(series.settled(given), contacts=(), cancelled=given.cancelled, moved=given.moved)
    write = AppointmentWrite(content=content, fields=APPOINTMENT_FIELDS, crm_id=None, version=None)
    (saved,) = save_appointments(actor=actor, writes=[write])
    assert saved is not None  # noqa: S101 - a new one cannot have changed meanwhile
    _place(actor, saved.row, values)
    return saved.row


FORM_FIELDS = frozenset(
    {"subject", "note", "location", "start", "end", "all_day", "zone", "private", "show_as", "reminder"}
    | {"recurrence", "cancelled", "moved"}
)
"""What a form changes of an appointment, or of a whole series (R63)."""


@transaction.atomic
def change_appointment(
    *,
    actor: Actor,
    appointment: AppointmentRow,
    values: AppointmentValues,
    expected_version: int | None = None,
) -> None:
    """Change an appointment, or a whole series, to what a form says.

    New times or days of a series put its changed and cancelled occurrences back, as in Outlook (R63).

    Raises:
        ValidationError: a value that the CRM cannot hold, or it would be hidden by someone else than its owner.
        PermissionDenied: a private one of someone else's. ChangedMeanwhile: someone else changed it since.
    """
    require_change(actor, appointment)
    check_privacy(actor, appointment, private=values.content.private, owner=values.owner)
    crm_id = appointment_id(appointment.pk)
    before = load_appointments([crm_id], lock=True)[crm_id].content
    write = AppointmentWrite(
        content=series.carried_over(before, series.settled(values.content)),
        fields=FORM_FIELDS,
        crm_id=crm_id,
        version=expected_version,
    )
    if save_appointments(actor=actor, writes=[write]) == [None]:
        raise ChangedMeanwhile
    appointment.refresh_from_db()
    _place(actor, appointment, values)


def delete_appointment(*, actor: Actor, appointment: AppointmentRow) -> None:
    """Put an appointment in the bin; our copy leaves Outlook with the next run (R64).

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    _set_deleted(actor, appointment, deleted=True)


def restore_appointment(*, actor: Actor, appointment: AppointmentRow) -> None:
    """Take an appointment out of the bin.

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    _set_deleted(actor, appointment, deleted=False)


@transaction.atomic
def _set_deleted(actor: Actor, appointment: AppointmentRow, *, deleted: bool) -> None:
    appointment.refresh_from_db()
    require_change(actor, appointment, deletes=True)
    if bool(appointment.deleted_at) == deleted:
        return
    save_seen(appointment, {"deleted_at": timezone.now() if deleted else None}, expected_version=None)
    action = HistoryAction.DELETED if deleted else HistoryAction.RESTORED
    subject = appointment_id(appointment.pk)
    journal.record(actor, subject=subject, label=str(appointment), action=action)


def _place(actor: Actor, appointment: AppointmentRow, values: AppointmentValues) -> None:
    """Store whose it is and whom the user says it is with; in history where it differs."""
    changes: dict[str, list[object]] = {}
    if appointment.owner != values.owner:
        changes["owner"] = [str(appointment.owner or ""), str(values.owner or "")]
    crm_id = appointment_id(appointment.pk)
    before = load_appointments([crm_id])[crm_id]
    by_hand = {
        (link.person_id, link.organisation_id) for link in before.links if link.by == LinkedBy.CONTACTS
    }
    persons, organisations = split_ids(values.people)
    if by_hand != {(pk, None) for pk in persons} | {(None, pk) for pk in organisations}:
        links = _chosen(actor, before, values.people)
        store_links([(appointment, links)])
        changes["contacts"] = [list(before.content.contacts), list(links.contacts)]
    if changes:
        save_seen(appointment, {"owner": values.owner}, expected_version=None)
        label = str(appointment)
        journal.record(actor, subject=crm_id, label=label, action=HistoryAction.CHANGED, changes=changes)


def _chosen(actor: Actor, before: LoadedAppointment, people: Collection[CrmId]) -> Links:
    """Return the links that a form chose; where it chose nobody, the attendees that are known (R62)."""
    unknown = tuple(before.row.other_contacts)
    contacts = tuple(sorted({*names_of(people).values(), *unknown}))
    known = linking.known_to(actor.user, [replace(before.content, contacts=contacts)])
    guests = linking.by_attendees(replace(before.content, contacts=contacts), known.by_address)
    return Links(by_hand=tuple(people), guests=tuple(guests), unknown=unknown, contacts=contacts)
