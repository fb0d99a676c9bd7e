"""Appointments as they are stored: in sets for the coupling, one at a time for the pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crmcorner.accounts.actor import Actor
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.records import Appointment, Attendee, ShowAs
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.planning.appointment_mapping import load_appointments
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.services import appointments
from tests.planning.diary import NINE, VISIT, a_visit, change, contact, history, made, order, save, says

EVERYTHING = Appointment(
    subject="Weekstart",
    note="Agenda volgt\nKoffie ook",
    location="Haarlem, zaal 2",
    start=NINE,
    end=NINE + timedelta(minutes=30),
    zone="Europe/Amsterdam",
    private=True,
    show_as=ShowAs.OUT_OF_OFFICE,
    reminder=15,
    categories=("Blauw", "Verkoop"),
    contacts=("Piet Onbekend",),
    recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(1,), first=date(2026, 11, 24), count=20),
    cancelled=(date(2026, 12, 1),),
    moved=(
        Moved(
            original=date(2026, 12, 8),
            subject="Weekstart (later)",
            location="Thuis",
            start=datetime(2026, 12, 9, 10, tzinfo=UTC),
            end=datetime(2026, 12, 9, 11, tzinfo=UTC),
        ),
    ),
    attendees=(Attendee(email="jan@berg.example", name="Jan"), Attendee(email="x@y.example")),
    organised=False,
    uid="040000008200E00074C5B7101A82E008",
)


def test_what_is_stored_is_what_is_read(michael: Actor) -> None:
    """R63: every field, of a series with what was moved and cancelled; it is his who stored it."""
    saved = save(michael, EVERYTHING)
    loaded = load_appointments([saved.crm_id])[saved.crm_id]
    assert loaded.content == saved.content == EVERYTHING
    assert (loaded.row.owner, loaded.row.version, saved.changed) == (michael.user, 1, True)


def test_only_the_fields_named_are_taken(michael: Actor) -> None:
    """R63: nothing of a series is lost by an edit of its subject."""
    crm_id = save(michael, EVERYTHING).crm_id
    saved = change(michael, crm_id, subject="Maandag")
    assert saved.content == replace(EVERYTHING, subject="Maandag")
    assert load_appointments([crm_id])[crm_id].content == saved.content
    assert history(crm_id)[-1] == ("changed", {"subject": ["Weekstart", "Maandag"]})


def test_what_moved_on_meanwhile_is_not_written_over(michael: Actor) -> None:
    """R18: nor is what was changed in the same call, or is gone; the others are stored."""
    one, other = (save(michael, a_visit(subject=name)) for name in ("Een", "Twee"))
    change(michael, one.crm_id, subject="Intussen")
    results = appointments.save_appointments(
        actor=michael,
        writes=[
            order(a_visit(subject="Te laat"), one.crm_id, version=one.version),
            order(a_visit(subject="Twee b"), other.crm_id, version=other.version),
            order(a_visit(subject="Twee c"), other.crm_id),
            order(a_visit(subject="Weg"), "appointment:999999"),
        ],
    )
    assert [result is not None for result in results] == [False, True, False, False]
    assert set(AppointmentRow.objects.values_list("subject", flat=True)) == {"Intussen", "Twee b"}


def test_storing_the_same_again_stores_nothing(michael: Actor) -> None:
    """R75: no version, no line."""
    first = save(michael, EVERYTHING)
    again = save(michael, EVERYTHING, first.crm_id)
    assert (again.changed, again.version) == (False, first.version)
    assert len(history(first.crm_id)) == 1


def test_the_number_of_statements_does_not_grow(michael: Actor) -> None:
    """R11: forty appointments with contacts and guests take as many as two."""
    contact(michael, given_name="Jan", surname="Berg", emails=("jan@berg.example",))

    def statements(do: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as taken:
            do()
        return len(taken)

    def round_of(number: int) -> list[int]:
        named = [order(a_visit(contacts=("Jan Berg", f"Wie {n}"))) for n in range(number)]
        invited = [order(a_visit(attendees=(Attendee(email="jan@berg.example"),)))] * number
        results: list[Any] = []
        first = statements(
            lambda: results.extend(appointments.save_appointments(actor=michael, writes=named + invited))
        )
        ids = [each.crm_id for each in results]
        again = [
            order(a_visit(contacts=("Jan Berg",), subject="Anders"), crm_id, fields=("contacts", "subject"))
            for crm_id in ids
        ]
        second = statements(lambda: appointments.save_appointments(actor=michael, writes=again))
        return [first, second, statements(lambda: load_appointments(ids))]

    assert round_of(1) == round_of(20)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"start": None}, "start"),
        ({"end": None}, "start"),
        ({"end": NINE - timedelta(minutes=1)}, "end"),
        ({"end": NINE - timedelta(days=2), "all_day": True}, "end"),
        ({"start": datetime(1, 1, 1, tzinfo=UTC)}, "start"),
        ({"end": datetime(9999, 12, 31, 23, tzinfo=UTC)}, "end"),
        ({"end": datetime(9999, 12, 31, tzinfo=UTC), "all_day": True}, "end"),
        ({"subject": "x" * 256}, "subject"),
        ({"location": "x" * 256}, "location"),
        ({"zone": "x" * 65}, "zone"),
        ({"uid": "x" * 256}, "uid"),
        ({"reminder": -5}, "reminder"),
        ({"reminder": 2**31}, "reminder"),
        (
            {"recurrence": Recurrence(pattern=Pattern.WEEKLY, interval=0, first=date(2026, 1, 1))},
            "recurrence",
        ),
        ({"recurrence": Recurrence(pattern=Pattern.DAILY, first=date(1, 1, 1))}, "recurrence"),
        ({"moved": (replace(EVERYTHING.moved[0], end=NINE),)}, "moved"),
    ],
)
def test_what_the_crm_cannot_hold_is_refused_as_a_whole(
    michael: Actor, values: dict[str, Any], field: str
) -> None:
    """R63: by field; nothing of the call is stored."""
    with pytest.raises(ValidationError) as caught:
        appointments.save_appointments(actor=michael, writes=[order(VISIT), order(a_visit(**values))])
    assert list(caught.value.message_dict) == [field]
    assert not AppointmentRow.objects.exists()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 12, 24, 9, tzinfo=UTC), datetime(2026, 12, 25, 17, tzinfo=UTC)),
        (datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC)),
        (datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC)),
    ],
)
def test_an_all_day_one_goes_from_midnight_to_midnight(
    michael: Actor, start: datetime, end: datetime
) -> None:
    """R63: and takes a day at least."""
    content = save(michael, a_visit(start=start, end=end, all_day=True)).content
    assert (content.start, content.end) == (
        datetime(2026, 12, 24, tzinfo=UTC),
        datetime(2026, 12, 25, tzinfo=UTC),
    )


def test_texts_of_people_and_occurrences_are_tidied_too(michael: Actor) -> None:
    """R63: what no database holds is taken out wherever it stands."""
    saved = save(
        michael,
        replace(
            EVERYTHING,
            attendees=(Attendee(email="jan@berg.example", name="Jan\x00 🎉"),),
            contacts=("Piet\x00 ",),
            categories=("Bl\x07auw",),
            moved=(replace(EVERYTHING.moved[0], subject="Ver\ud800zet"),),
        ),
    )
    content = load_appointments([saved.crm_id])[saved.crm_id].content
    assert content == saved.content
    assert content.attendees[0].name == "Jan 🎉"
    assert (content.contacts, content.categories) == (("Piet",), ("Blauw",))
    assert content.moved[0].subject == "Verzet"


def test_six_hundred_guests_are_kept(michael: Actor) -> None:
    """R62: as many as Outlook has."""
    guests = tuple(Attendee(email=f"gast{number}@feest.example") for number in range(600))
    saved = save(michael, a_visit(attendees=guests))
    assert load_appointments([saved.crm_id])[saved.crm_id].content.attendees == guests


def test_new_times_of_a_series_put_its_exceptions_back(michael: Actor) -> None:
    """R63: as in Outlook; whom Outlook invited, its number and the user's categories are not the form's."""
    crm_id = save(michael, EVERYTHING).crm_id
    row = AppointmentRow.objects.get()
    form = Appointment(
        subject="Anders", start=NINE + timedelta(days=3), end=NINE + timedelta(days=3, hours=1)
    )
    appointments.change_appointment(actor=michael, appointment=row, values=says(michael, form))
    content = load_appointments([crm_id])[crm_id].content
    untouched = ("attendees", "uid", "categories")
    assert [getattr(content, name) for name in untouched] == [getattr(EVERYTHING, name) for name in untouched]
    assert (content.start, content.recurrence, content.cancelled, content.moved) == (form.start, None, (), ())
    assert (content.subject, content.private, content.contacts) == ("Anders", False, EVERYTHING.contacts)


def test_a_form_that_saw_an_older_state_changes_nothing(michael: Actor) -> None:
    """R18: someone else was first."""
    row = made(michael)
    seen = row.version
    appointments.change_appointment(
        actor=michael, appointment=row, values=says(michael, a_visit(subject="Eerst"))
    )
    with pytest.raises(ChangedMeanwhile):
        appointments.change_appointment(
            actor=michael, appointment=row, values=says(michael), expected_version=seen
        )
    row.refresh_from_db()
    assert row.subject == "Eerst"


def test_deleting_is_for_its_owner_and_administrators(
    michael: Actor, sanne: Actor, administrator: Actor
) -> None:
    """R71: and so is restoring; a private one is its owner's alone."""
    row = made(michael)
    with pytest.raises(PermissionDenied):
        appointments.delete_appointment(actor=sanne, appointment=row)
    appointments.delete_appointment(actor=administrator, appointment=row)
    appointments.restore_appointment(actor=michael, appointment=row)
    crm_id = f"appointment:{row.pk}"
    assert [action for action, _changes in history(crm_id)] == ["created", "deleted", "restored"]
    change(michael, crm_id, private=True)
    row.refresh_from_db()
    for other in (sanne, administrator):
        with pytest.raises(PermissionDenied):
            appointments.delete_appointment(actor=other, appointment=row)
        with pytest.raises(PermissionDenied):
            appointments.change_appointment(actor=other, appointment=row, values=says(other))


def test_nothing_is_hidden_from_everyone(michael: Actor, sanne: Actor) -> None:
    """R61: what is private has an owner, and only he makes it so; given away, it is the other's."""
    hidden = a_visit(private=True)
    with pytest.raises(ValidationError) as caught:
        made(michael, hidden, owner=None)
    assert list(caught.value.message_dict) == ["owner"]
    row = made(michael)
    with pytest.raises(ValidationError) as caught:
        appointments.change_appointment(actor=sanne, appointment=row, values=says(michael, hidden))
    assert list(caught.value.message_dict) == ["private"]
    appointments.change_appointment(actor=michael, appointment=row, values=says(michael, hidden))
    appointments.change_appointment(actor=michael, appointment=row, values=says(sanne, hidden))
    row.refresh_from_db()
    assert (row.private, row.owner) == (True, sanne.user)
