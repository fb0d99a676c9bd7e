"""From an appointment's row to the record that travels, and back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from crmcorner.items import records
from crmcorner.items.person_name import display_name
from crmcorner.items.recurrence import Moved
from crmcorner.people.models import Organisation, Person
from crmcorner.planning.crm_ids import APPOINTMENT, CrmId, appointment_id, keys_of
from crmcorner.planning.models import Appointment, AppointmentLink, LinkedBy
from crmcorner.planning.task_mapping import recurrence_of

_SAME = (
    "subject", "note", "location", "start", "end", "all_day", "zone", "private", "reminder", "organised", "uid",
)  # fmt: skip
"""Fields of the record that are columns of the same name and type."""

COLUMNS = (
    *_SAME, "show_as", "categories", "other_contacts", "recurrence", "cancelled", "moved", "attendees", "ends_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadedAppointment:
    """A row, what it says, and whom it is linked with."""

    row: Appointment
    content: records.Appointment
    links: tuple[AppointmentLink, ...]


def load_appointments(crm_ids: Collection[CrmId], *, lock: bool = False) -> dict[CrmId, LoadedAppointment]:
    """Return these appointments, those in the bin included, in two queries; ``lock`` holds them for the transaction."""
    rows = Appointment.objects.filter(pk__in=keys_of(APPOINTMENT, crm_ids))
    if lock:
        # Always in the same order, so that two writers never wait for each other.
        rows = rows.order_by("pk").select_for_update()
    found = list(rows)
    links: defaultdict[int, list[AppointmentLink]] = defaultdict(list)
    known = AppointmentLink.objects.filter(appointment__in=[row.pk for row in found])
    for link in known.select_related("person", "organisation").order_by("pk"):
        links[link.appointment_id].append(link)
    return {
        appointment_id(row.pk): LoadedAppointment(
            row, appointment_content(row, links[row.pk]), tuple(links[row.pk])
        )
        for row in found
    }


def appointment_content(row: Appointment, links: Iterable[AppointmentLink]) -> records.Appointment:
    """Return what a row says; ``contacts`` are those whom the user linked, and names that are no record (R62)."""
    by_hand = (link for link in links if link.by == LinkedBy.CONTACTS)
    names = {name_of(link.person or link.organisation) for link in by_hand} | set(row.other_contacts)
    return records.Appointment(
        **{name: getattr(row, name) for name in _SAME},
        show_as=records.ShowAs(row.show_as),
        categories=tuple(row.categories),
        contacts=tuple(sorted(names)),
        recurrence=recurrence_of(row.recurrence),
        cancelled=tuple(date.fromisoformat(day) for day in row.cancelled),
        moved=tuple(msgspec.convert(row.moved, list[Moved])),
        attendees=tuple(msgspec.convert(row.attendees, list[records.Attendee])),
    )


def name_of(record: Person | Organisation | None) -> str:
    """Return how someone is called in Outlook's field *Contacts...*: without title and suffix."""
    if isinstance(record, Person):
        return display_name("", record.given_name, record.name_prefix, record.surname) or str(record)
    return str(record)


def fill_appointment(row: Appointment, content: records.Appointment, other_contacts: Sequence[str]) -> None:
    """Let a row say what a record says; the names that are records are links and not here."""
    for name in _SAME:
        setattr(row, name, getattr(content, name))
    row.show_as = content.show_as.value
    row.categories = list(content.categories)
    row.other_contacts = list(other_contacts)
    row.recurrence = msgspec.to_builtins(content.recurrence)
    row.cancelled = [day.isoformat() for day in content.cancelled]
    row.moved = msgspec.to_builtins(content.moved)
    row.attendees = msgspec.to_builtins(content.attendees)
    row.ends_on = last_day(content)


def last_day(content: records.Appointment) -> date | None:
    """Return the last day on which anything of it happens; None for a series without end, or one that is counted.

    A day too late does no harm: it only narrows down what is looked at.
    """
    assert content.end is not None  # noqa: S101 - checked before anything is stored
    rule = content.recurrence
    own = content.end.date() + timedelta(days=1)
    if rule is None:
        return own
    if rule.last is None:
        return None
    late = [each.end.date() + timedelta(days=1) for each in content.moved]
    return max([own, rule.last + timedelta(days=2), *late])
