"""R84: what one run would take away in great number waits for a person; the rest of the run goes on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.mailbox.memory.mailbox import BIN, DEFAULT_FOLDER
from crmcorner.outlook.models import OutlookLink, Retry
from crmcorner.outlook.services import decisions, figures
from crmcorner.people.models import Person
from crmcorner.people.services import persons
from crmcorner.preferences.services import settings
from crmcorner.sync.report import Figures
from tests.outlook.world import World, a_user

pytestmark = pytest.mark.django_db


def contacts(number: int) -> list[Contact]:
    """So many people."""
    return [Contact(surname=f"Nummer{n}", emails=(f"n{n}@x.example",)) for n in range(number)]


@pytest.fixture
def hundred() -> World:
    """A hundred people of Michael's, all in his Outlook."""
    world = World()
    world.adds(*contacts(100))
    world.run()
    assert OutlookLink.objects.filter(status="active").count() == 100
    return world


def items(world: World, number: int = 100) -> list[str]:
    """The first contacts that the user has not deleted."""
    there = [item_id for item_id, item in world.outlook.items.items() if item.folder != BIN]
    return sorted(there)[:number]


def delete_in_outlook(world: World, number: int) -> None:
    """Let the user delete so many contacts."""
    for item_id in items(world, number):
        world.outlook.user_deletes(item_id)


def delete_in_crm(world: World, number: int) -> None:
    """Let the user delete so many persons."""
    for person in Person.objects.filter(deleted_at=None).order_by("pk")[:number]:
        persons.delete_person(actor=world.actor, person=person)


@pytest.mark.parametrize("number", [1, 10])
def test_a_few_are_taken_away_at_once(hundred: World, number: int) -> None:
    """R42, R84: up to ten nobody is asked."""
    delete_in_outlook(hundred, number)
    hundred.run()
    assert OutlookLink.objects.filter(status="removed").count() == number
    assert figures.held_back(hundred.connection).count() == 0


def test_many_of_very_many_are_taken_away_at_once(db: None) -> None:
    """R84: more than ten, but no more than one in twenty."""
    world = World()
    world.adds(*contacts(240))
    world.run()
    delete_in_outlook(world, 12)
    world.run()
    assert OutlookLink.objects.filter(status="removed").count() == 12


def test_what_disappeared_from_outlook_waits_and_the_rest_goes_on(hundred: World) -> None:
    """R84: nothing rests; what else changed is carried over; it is told once, and again changes nothing."""
    delete_in_outlook(hundred, 40)
    left = items(hundred)[0]
    hundred.outlook.user_changes(left, {"nickname": "Mees"})
    assert hundred.figures() == Figures(looked_at=100, changed=1, errors=0)
    assert OutlookLink.objects.filter(status="active").count() == 100
    assert hundred.in_crm(left).nickname == "Mees"
    assert figures.held_back(hundred.connection).count() == 40
    assert figures.count_open_matters(hundred.connection) == 1
    assert hundred.figures().changed == 0
    assert figures.held_back(hundred.connection).count() == 40


def test_what_the_crm_would_take_out_of_outlook_waits(hundred: World) -> None:
    """R84: our own copies are not deleted before a person has said so."""
    delete_in_crm(hundred, 40)
    hundred.run()
    assert len(items(hundred)) == 100
    decisions.decide_held(actor=hundred.actor, connection=hundred.connection, kind=Kind.CONTACTS, do=True)
    assert hundred.figures().changed == 40
    assert len(items(hundred)) == 60
    assert (Retry.objects.count(), hundred.figures().changed) == (0, 0)


def test_once_a_person_has_said_so_it_is_done_once(hundred: World) -> None:
    """R84: the approval is for these and for no others."""
    delete_in_outlook(hundred, 40)
    hundred.run()
    decisions.decide_held(actor=hundred.actor, connection=hundred.connection, kind=Kind.CONTACTS, do=True)
    hundred.run()
    assert OutlookLink.objects.filter(status="removed").count() == 40
    delete_in_outlook(hundred, 30)
    hundred.run()
    assert OutlookLink.objects.filter(status="removed").count() == 40
    assert figures.held_back(hundred.connection).count() == 30


def test_left_as_they_are_they_stay_so(hundred: World) -> None:
    """R84: also when a full comparison looks at everything again."""
    delete_in_crm(hundred, 40)
    hundred.run()
    decisions.decide_held(actor=hundred.actor, connection=hundred.connection, kind=Kind.CONTACTS, do=False)
    hundred.outlook.forget_cursors()
    for _twice in range(2):
        hundred.run()
    assert len(items(hundred)) == 100
    assert figures.held_back(hundred.connection).count() == 0


def test_what_comes_back_waits_no_longer(hundred: World) -> None:
    """R84: an emptied folder that is restored was no deletion."""
    gone = items(hundred, 40)
    delete_in_outlook(hundred, 40)
    hundred.run()
    for item_id in gone:
        hundred.outlook.user_moves(item_id, DEFAULT_FOLDER)
        hundred.outlook.user_changes(item_id, {"nickname": "Terug"})
    hundred.run()
    assert figures.held_back(hundred.connection).count() == 0
    assert Person.objects.filter(nickname="Terug").count() == 40


def test_an_empty_mailbox_takes_nothing_away(hundred: World) -> None:
    """R84: a cursor that is forgotten and a folder without anything: everything waits."""
    delete_in_outlook(hundred, 100)
    hundred.outlook.forget_cursors()
    hundred.run()
    assert OutlookLink.objects.filter(status="active").count() == 100
    assert figures.held_back(hundred.connection).count() == 100


def test_the_category_taken_off_everywhere_waits(hundred: World) -> None:
    """R43, R84: a user who empties his list of categories has not meant his CRM."""
    for item_id in items(hundred):
        hundred.outlook.user_changes(item_id, categories=())
    hundred.run()
    assert OutlookLink.objects.filter(status="active").count() == 100
    for item_id in items(hundred):
        hundred.outlook.user_changes(item_id, categories=(CATEGORY,))
    hundred.run()
    assert figures.held_back(hundred.connection).count() == 0


def test_who_may_say_so(hundred: World) -> None:
    """R84: the mailbox's user or an administrator."""
    with pytest.raises(PermissionDenied):
        decisions.decide_held(
            actor=Actor(user=a_user("piet")), connection=hundred.connection, kind=Kind.CONTACTS, do=True
        )


def test_the_pages_say_how_many_and_which(hundred: World, client: Client) -> None:
    """R84: on the home screen, the status screen and the page of what waits; a button lets the next run do it."""
    settings.add_setting(actor=COMMAND, type_name="Language", value="EN", user=hundred.user)
    delete_in_outlook(hundred, 40)
    hundred.run()
    client.force_login(hundred.user)
    for address in ("/", "/outlook/"):
        assert "would have taken 40 items away" in client.get(address).content.decode()
    page = client.get("/outlook/matters/").content.decode()
    assert ("40 items held back" in page, "Nummer" in page, "and 15 more" in page) == (True, True, True)
    assert client.post("/outlook/matters/held/nergens/", {"do": "yes"}).status_code == 404
    client.post("/outlook/matters/held/contacts/", {"do": "yes"})
    assert Retry.objects.filter(approved=True, not_before__lte=timezone.now()).count() == 40
    hundred.run()
    assert OutlookLink.objects.filter(status="removed").count() == 40
