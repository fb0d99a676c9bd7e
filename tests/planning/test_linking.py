"""Whom appointments are with (R62)."""

from dataclasses import replace

import pytest

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.services.employees import EmployeeValues, create_employee
from crmcorner.items.records import Attendee
from crmcorner.people.models import Person
from crmcorner.people.services.persons import delete_person
from crmcorner.planning.models import Appointment
from crmcorner.planning.services import appointments
from tests.planning.diary import a_visit, change, contact, history, linked, made, save, says

JAN = {
    "given_name": "Jan",
    "name_prefix": "van der",
    "surname": "Berg",
    "emails": ("jan@berg.example",),
}
JANS_MAIL = (Attendee(email="jan@berg.example"),)


@pytest.mark.parametrize(
    "written", ["Jan van der Berg", "jan VAN DER berg", "Berg, Jan van der", "Jan  van der Berg"]
)
def test_a_name_links_the_one_who_is_called_so(michael: Actor, written: str) -> None:
    """R62: without case, and as Outlook files it; the CRM's own spelling goes back."""
    contact(michael, **JAN)
    saved = save(michael, a_visit(contacts=(written,)))
    assert linked(saved.row) == {"Jan van der Berg": "contacts"}
    assert saved.content.contacts == ("Jan van der Berg",)
    assert history(saved.crm_id)[-1][1]["contacts"] == [[], ["Jan van der Berg"]]


def test_an_organisation_is_linked_by_its_name(michael: Actor) -> None:
    """R62: as firms are compared everywhere."""
    contact(michael, company="Bakkerij Smit B.V.")
    assert linked(save(michael, a_visit(contacts=("bakkerij smit",))).row) == {
        "Bakkerij Smit B.V.": "contacts"
    }


@pytest.mark.parametrize("second", [JAN | {"emails": ()}, {"company": "Jan van der Berg"}])
def test_a_name_that_means_several_links_nobody_and_stays(michael: Actor, second: dict[str, object]) -> None:
    """R62: namesakes, or a firm that is called like a person."""
    contact(michael, **JAN)
    contact(michael, **second)
    saved = save(michael, a_visit(contacts=("Jan van der Berg", "Wie Weet"), attendees=JANS_MAIL))
    assert linked(saved.row) == {}
    assert saved.content.contacts == ("Jan van der Berg", "Wie Weet")
    assert saved.row.other_contacts == ["Jan van der Berg", "Wie Weet"]


def test_a_link_stays_with_whom_it_was_made(michael: Actor) -> None:
    """R62: also when a namesake comes, or he goes to the bin, and Outlook then changes something else."""
    jan = contact(michael, **JAN)
    row = made(michael, people=[jan])
    crm_id = f"appointment:{row.pk}"
    contact(michael, **JAN | {"emails": ()})
    change(michael, crm_id, attendees=(Attendee(email="x@y.example"),))
    assert [link.person_id for link in row.links.all()] == [int(jan.partition(":")[2])]
    delete_person(actor=michael, person=Person.objects.order_by("pk")[0])
    saved = change(michael, crm_id, contacts=("Jan van der Berg", "Piet"))
    assert [link.person_id for link in row.links.all()] == [int(jan.partition(":")[2])]
    assert (saved.content.contacts, saved.row.other_contacts) == (("Jan van der Berg", "Piet"), ["Piet"])
    change(michael, crm_id, contacts=("Piet",))
    assert linked(row) == {}


def test_another_spelling_of_the_same_is_no_change(michael: Actor) -> None:
    """R11: the name in Outlook has other capitals; the CRM stores nothing and tells its own spelling."""
    row = made(michael, people=[contact(michael, **JAN)])
    saved = change(michael, f"appointment:{row.pk}", contacts=("JAN VAN DER BERG",))
    row.refresh_from_db()
    assert (saved.changed, saved.version) == (False, row.version)
    assert saved.content.contacts == ("Jan van der Berg",)


def test_guests_are_linked_where_nobody_was_by_hand(michael: Actor) -> None:
    """R62: by the addresses that the CRM knows; they are not written to Outlook's field."""
    contact(michael, **JAN)
    contact(michael, company="Bakkerij Smit", emails=("info@smit.example",))
    guests = (*JANS_MAIL, Attendee(email="INFO@smit.example"), Attendee(email="x@y.example"))
    saved = save(michael, a_visit(attendees=guests))
    assert linked(saved.row) == {"Jan van der Berg": "attendee", "Bakkerij Smit": "attendee"}
    assert saved.content.contacts == ()
    change(michael, saved.crm_id, attendees=JANS_MAIL)
    assert linked(saved.row) == {"Jan van der Berg": "attendee"}
    change(michael, saved.crm_id, contacts=("Bakkerij Smit",))
    assert linked(saved.row) == {"Bakkerij Smit": "contacts"}
    change(michael, saved.crm_id, contacts=())
    assert linked(saved.row) == {"Jan van der Berg": "attendee"}


def test_colleagues_are_no_guests(michael: Actor) -> None:
    """R62: an employee who is also a person of the CRM is not linked with each meeting of the firm."""
    contact(michael, **JAN)
    contact(michael, given_name="Sanne", surname="de Wit", emails=("sanne@firma.example",))
    create_employee(actor=COMMAND, values=EmployeeValues(name="Sanne", addresses=["Sanne@Firma.example"]))
    guests = (*JANS_MAIL, Attendee(email="sanne@firma.example"))
    assert linked(save(michael, a_visit(attendees=guests)).row) == {"Jan van der Berg": "attendee"}


def test_a_form_that_names_nobody_leaves_the_guests(michael: Actor) -> None:
    """R62: who was chosen comes before the guests; without anyone they are linked again."""
    contact(michael, **JAN)
    piet = contact(michael, given_name="Piet", surname="Prins")
    row = save(michael, a_visit(attendees=JANS_MAIL)).row
    content = a_visit(attendees=JANS_MAIL)
    appointments.change_appointment(
        actor=michael, appointment=row, values=says(michael, content, people=[piet])
    )
    assert linked(row) == {"Piet Prins": "contacts"}
    appointments.change_appointment(actor=michael, appointment=row, values=says(michael, content))
    assert linked(row) == {"Jan van der Berg": "attendee"}
    changes = [lines["contacts"] for _action, lines in history(f"appointment:{row.pk}")[1:]]
    assert changes == [[[], ["Piet Prins"]], [["Piet Prins"], []]]


def test_names_that_are_no_record_outlive_a_form(michael: Actor) -> None:
    """R62: they are Outlook's."""
    jan = contact(michael, **JAN)
    saved = save(michael, a_visit(contacts=("Wie Weet",)))
    row = Appointment.objects.get()
    appointments.change_appointment(
        actor=michael, appointment=row, values=says(michael, replace(saved.content), people=[jan])
    )
    row.refresh_from_db()
    assert (linked(row), row.other_contacts) == ({"Jan van der Berg": "contacts"}, ["Wie Weet"])


def test_a_name_of_very_many_words_means_nobody(michael: Actor) -> None:
    """R62: and does not mean who is called like its first words."""
    contact(michael, given_name="een twee drie vier vijf zes zeven", surname="acht negen tien elf twaalf")
    long = "een twee drie vier vijf zes zeven acht negen tien elf twaalf"
    assert linked(save(michael, a_visit(contacts=(long,))).row) != {}
    assert linked(save(michael, a_visit(contacts=(f"{long} dertien",))).row) == {}
