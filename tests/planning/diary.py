"""Appointments and tasks for the tests of planning, stored as the coupling and the pages store them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from crmcorner.accounts.actor import Actor
from crmcorner.history.models import HistoryLine
from crmcorner.items.records import APPOINTMENT_FIELDS, Appointment, Contact
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.services import appointments
from crmcorner.planning.services.appointments import AppointmentValues, AppointmentWrite, SavedAppointment

NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)
"""Nine o'clock in Amsterdam."""

VISIT = Appointment(
    subject="Bezoek", start=NINE, end=NINE + timedelta(hours=1), zone="Europe/Amsterdam", location="Haarlem"
)


def a_visit(**values: Any) -> Appointment:
    """Return an appointment of an hour, with other values where they are given."""
    return replace(VISIT, **values)


def order(content: Appointment, crm_id: str | None = None, **more: Any) -> AppointmentWrite:
    """Return an order to store an appointment whole, unless ``fields`` says otherwise."""
    known = {"content": content, "crm_id": crm_id, "fields": APPOINTMENT_FIELDS, "version": None}
    return AppointmentWrite(**known | more)


def save(actor: Actor, content: Appointment, crm_id: str | None = None, **more: Any) -> SavedAppointment:
    """Store one appointment as the coupling does."""
    (saved,) = appointments.save_appointments(actor=actor, writes=[order(content, crm_id, **more)])
    assert saved is not None
    return saved


def change(actor: Actor, crm_id: str, **values: Any) -> SavedAppointment:
    """Change fields of an appointment as the coupling does."""
    return save(actor, a_visit(**values), crm_id, fields=tuple(values))


def says(actor: Actor, content: Appointment = VISIT, **more: Any) -> AppointmentValues:
    """Return what a form says of an appointment of his own."""
    return AppointmentValues(**{"content": content, "owner": actor.user} | more)


def made(actor: Actor, content: Appointment = VISIT, **more: Any) -> AppointmentRow:
    """Make an appointment as the pages do."""
    return appointments.create_appointment(actor=actor, values=says(actor, content, **more))


def contact(actor: Actor, **fields: Any) -> str:
    """Make a person or an organisation and return its id."""
    (saved,) = save_contacts(actor=actor, writes=[ContactWrite(contact=Contact(**fields))])
    assert saved is not None
    return saved.crm_id


def history(crm_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what happened to a record, oldest first."""
    lines = HistoryLine.objects.filter(subject=crm_id).order_by("pk")
    return [(line.action, line.changes) for line in lines]


def linked(row: AppointmentRow) -> dict[str, str]:
    """Return whom an appointment is linked with, and how that came."""
    return {str(link): link.by for link in row.links.select_related("person__organisation", "organisation")}
