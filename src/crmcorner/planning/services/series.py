"""Series changed in part: one occurrence, or one and those that follow (R63). All of it: `services.appointments`."""

from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.records import OCCURRENCE_FIELDS, Appointment, FieldName
from crmcorner.items.recurrence import Moved
from crmcorner.planning import series as rules
from crmcorner.planning.appointment_mapping import load_appointments
from crmcorner.planning.crm_ids import appointment_id
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.permissions import check_privacy, require_change
from crmcorner.planning.services.appointments import (
    AppointmentValues,
    AppointmentWrite,
    change_appointment,
    create_appointment,
    delete_appointment,
    save_appointments,
)


@transaction.atomic
def change_occurrence(
    *, actor: Actor, appointment: AppointmentRow, wanted: Moved, expected_version: int | None = None
) -> None:
    """Let one occurrence differ from its series, or be as the series has it.

    Args:
        actor: who does it.
        appointment: the series.
        wanted: how it is to be; ``original`` says which one.
        expected_version: the state that the user saw.

    Raises:
        NoSuchOccurrence: the series has none on that day. ValidationError: it would reach its neighbours, by field.
        PermissionDenied: a private one of someone else's. ChangedMeanwhile: someone else changed it since.
    """
    require_change(actor, appointment)
    content = _content(appointment)
    _save(actor, appointment, rules.with_occurrence(content, wanted), OCCURRENCE_FIELDS, expected_version)


@transaction.atomic
def cancel_occurrence(
    *, actor: Actor, appointment: AppointmentRow, day: date, expected_version: int | None = None
) -> None:
    """Take one occurrence out of its series, for good: Outlook has no way to bring it back.

    Raises:
        NoSuchOccurrence: the series has none on that day.
        PermissionDenied: neither its owner nor an administrator. ChangedMeanwhile: someone else changed it since.
    """
    require_change(actor, appointment, deletes=True)
    content = _content(appointment)
    _save(actor, appointment, rules.without_occurrence(content, day), OCCURRENCE_FIELDS, expected_version)


@transaction.atomic
def change_following(
    *,
    actor: Actor,
    appointment: AppointmentRow,
    day: date,
    values: AppointmentValues,
    expected_version: int | None = None,
) -> AppointmentRow:
    """Change an occurrence and those after it: they become a series of their own, which is returned.

    From the first occurrence on it is the series itself that is changed.

    Raises:
        NoSuchOccurrence: the series has none on that day.
        ValidationError: a value that the CRM cannot hold; or others are invited, whom only Outlook can tell.
        PermissionDenied: a private one of someone else's. ChangedMeanwhile: someone else changed it since.
    """
    require_change(actor, appointment)
    content = _content(appointment)
    rest, ended = rules.from_day(content, day), rules.ended_before(content, day)
    if ended is None:
        change_appointment(
            actor=actor, appointment=appointment, values=values, expected_version=expected_version
        )
        return appointment
    _refuse_meeting(content)
    check_privacy(actor, appointment, private=values.content.private, owner=values.owner)
    _save(actor, appointment, ended, OCCURRENCE_FIELDS | {"recurrence"}, expected_version)
    wanted = replace(values.content, categories=rest.categories)
    carried = rules.carried_over(rest, rules.settled(wanted))
    return create_appointment(actor=actor, values=replace(values, content=carried))


@transaction.atomic
def delete_following(
    *, actor: Actor, appointment: AppointmentRow, day: date, expected_version: int | None = None
) -> None:
    """End a series before one of its occurrences; from the first one on the whole series goes to the bin.

    Raises:
        NoSuchOccurrence: the series has none on that day.
        PermissionDenied: neither its owner nor an administrator. ChangedMeanwhile: someone else changed it since.
    """
    require_change(actor, appointment, deletes=True)
    content = _content(appointment)
    rules.occurrence_on(content, day)
    ended = rules.ended_before(content, day)
    if ended is None:
        delete_appointment(actor=actor, appointment=appointment)
        return
    _save(actor, appointment, ended, OCCURRENCE_FIELDS | {"recurrence"}, expected_version)


def _content(appointment: AppointmentRow) -> Appointment:
    """Return what a series says now, and hold it until the transaction ends."""
    crm_id = appointment_id(appointment.pk)
    return load_appointments([crm_id], lock=True)[crm_id].content


def _save(
    actor: Actor,
    appointment: AppointmentRow,
    content: Appointment,
    fields: frozenset[FieldName],
    expected_version: int | None,
) -> None:
    write = AppointmentWrite(
        content=content, fields=fields, crm_id=appointment_id(appointment.pk), version=expected_version
    )
    if save_appointments(actor=actor, writes=[write]) == [None]:
        raise ChangedMeanwhile
    appointment.refresh_from_db()


def _refuse_meeting(content: Appointment) -> None:
    """R85: a series that is split would leave its guests without an invitation to the second part."""
    if content.attendees:
        raise ValidationError(
            _("Others are invited to this series. Change “this and following” in Outlook, which tells them.")
        )
