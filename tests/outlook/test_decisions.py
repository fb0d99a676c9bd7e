"""What users decide, and what the next run makes of it (R16, R18, R42, R44)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.items.changes import Unread
from crmcorner.items.records import Contact
from crmcorner.outlook.models import ConflictRow, Question, Retry
from crmcorner.outlook.services import decisions, figures
from crmcorner.outlook.services.standing import State, standing_of
from crmcorner.people.models import Person
from crmcorner.people.services import persons
from crmcorner.preferences.services import settings
from crmcorner.sync.actions import NEW
from crmcorner.sync.policy import Winner
from tests.outlook.world import JAN, TAGGED, World, a_user, contact


def a_conflict(world: World, winner: str, *, field: str = "job_title", ours: object, theirs: object) -> str:
    """Change one field on both sides and run; return the record."""
    settings.add_setting(actor=COMMAND, type_name="Outlook_ConflictWinner", value=winner)
    (jan,) = world.adds(JAN)
    world.run()
    world.changes(jan, **{field: ours})
    world.outlook.user_changes(world.link(jan).item_id, {field: theirs})
    world.run()
    return jan


@pytest.mark.parametrize(("winner", "other"), [("crm", "verkoper"), ("outlook", "inkoper")])
def test_the_other_value_is_taken_with_one_click(world: World, winner: str, other: str) -> None:
    """R18: the value that lost is taken instead, on both sides; then the conflict is closed."""
    jan = a_conflict(world, winner, ours="inkoper", theirs="verkoper")
    take = Winner.OUTLOOK if winner == "crm" else Winner.CRM
    decisions.decide_conflict(actor=world.actor, conflict=ConflictRow.objects.get(), take=take)
    assert contact(jan).job_title == other
    assert world.figures().changed == 1
    assert world.in_outlook(jan).job_title == other
    assert not figures.open_conflicts(world.connection).exists()
    with pytest.raises(ValidationError):
        decisions.decide_conflict(actor=world.actor, conflict=ConflictRow.objects.get(), take=None)


def test_taking_outlooks_value_keeps_what_outlook_has_no_room_for(world: World) -> None:
    """R18, R19: a list taken from Outlook does not wipe the CRM's fourth address."""
    four = tuple(f"jan{n}@berg.example" for n in range(4))
    jan = a_conflict(world, "crm", field="emails", ours=four, theirs=("new@berg.example",))
    decisions.decide_conflict(actor=world.actor, conflict=ConflictRow.objects.get(), take=Winner.OUTLOOK)
    assert contact(jan).emails == ("new@berg.example", "jan3@berg.example")


def test_a_conflict_can_be_left_as_it_stands(world: World) -> None:
    """R18: who is content with the setting's choice closes the conflict."""
    jan = a_conflict(world, "crm", ours="inkoper", theirs="verkoper")
    decisions.decide_conflict(actor=world.actor, conflict=ConflictRow.objects.get(), take=None)
    assert contact(jan).job_title == "inkoper"
    assert not figures.open_conflicts(world.connection).exists()


def test_an_undecided_conflict_needs_a_decision(world: World) -> None:
    """R18: with `ask` one of both values has to be chosen; the next run carries it out."""
    jan = a_conflict(world, "ask", ours="inkoper", theirs="verkoper")
    row = ConflictRow.objects.get()
    with pytest.raises(ValidationError):
        decisions.decide_conflict(actor=world.actor, conflict=row, take=None)
    decisions.decide_conflict(actor=world.actor, conflict=row, take=Winner.CRM)
    assert world.figures().changed == 1
    assert world.in_outlook(jan).job_title == "inkoper"


def test_a_closed_conflict_may_come_again(world: World) -> None:
    """R18: a later conflict about the same field is a new one."""
    jan = a_conflict(world, "crm", ours="inkoper", theirs="verkoper")
    decisions.decide_conflict(actor=world.actor, conflict=ConflictRow.objects.get(), take=None)
    world.changes(jan, job_title="directeur")
    world.outlook.user_changes(world.link(jan).item_id, {"job_title": "eigenaar"})
    world.run()
    (row,) = figures.open_conflicts(world.connection)
    assert (row.crm_value, row.outlook_value) == ("directeur", "eigenaar")


def test_an_answer_is_one_of_those_offered(world: World) -> None:
    """R44: the user chooses a candidate that is free, or a new record."""
    first, second = world.adds(JAN, JAN, owner=a_user("anna"))
    item = world.outlook.user_adds(JAN, categories=TAGGED)
    world.run()
    question = Question.objects.get()
    for wrong in ("person:0", "", "organisation:1"):
        with pytest.raises(ValidationError):
            decisions.answer_question(actor=world.actor, question=question, chosen=wrong)
    decisions.answer_question(actor=world.actor, question=question, chosen=first)
    world.run()
    assert world.link(first).item_id == item
    again = world.outlook.user_adds(JAN, categories=TAGGED)
    world.run()
    question = Question.objects.get(item_id=again)
    if first in question.candidates:
        with pytest.raises(ValidationError):
            decisions.answer_question(actor=world.actor, question=question, chosen=first)
    decisions.answer_question(actor=world.actor, question=question, chosen=NEW)
    count = Person.objects.count()
    world.run()
    assert Person.objects.count() == count + 1
    assert not Question.objects.exists()
    assert contact(second) == JAN


def test_removed_in_outlook_comes_back_on_the_button(world: World) -> None:
    """R42: the person's page says so, and its button has it back with the next run."""
    (jan,) = world.adds(JAN)
    world.run()
    first = world.link(jan).item_id
    world.outlook.user_deletes(first)
    world.run()
    standing = standing_of(world.user, jan)
    assert standing is not None
    assert (standing.state, standing.may_put_back) == (State.REMOVED, True)
    decisions.put_back(actor=world.actor, link=world.link(jan))
    standing = standing_of(world.user, jan)
    assert standing is not None
    assert (standing.state, standing.may_put_back) == (State.TO_RETURN, False)
    assert world.figures().changed == 1
    assert world.in_outlook(jan) == JAN
    assert world.link(jan).item_id != first
    with pytest.raises(ValidationError):
        decisions.put_back(actor=world.actor, link=world.link(jan))
    assert world.figures().changed == 0


def test_a_dismissed_error_stays_away_until_it_is_another(world: World) -> None:
    """R16, R45: a dismissed field is not shown again unless its text changes."""
    unread = {"work_address": Unread(text="Japan", reason="address-refused", detail="city-missing")}
    item = world.outlook.user_adds(JAN, categories=TAGGED, unread=unread)
    world.run()
    decisions.dismiss_retry(actor=world.actor, retry=Retry.objects.get())
    world.outlook.user_changes(item, {"job_title": "x"})
    world.run()
    assert not figures.open_retries(world.connection).exists()
    other = {"work_address": Unread(text="Tokyo", reason="address-refused", detail="city-missing")}
    world.outlook.user_changes(item, unread=other)
    world.run()
    (row,) = figures.open_retries(world.connection)
    assert row.facts["text"] == "Tokyo"


def test_strangers_decide_nothing(world: World) -> None:
    """R10: of another's mailbox only an administrator decides anything."""
    jan = a_conflict(world, "crm", ours="inkoper", theirs="verkoper")
    question = Question.objects.create(
        connection=world.connection, kind="Contacts", item_id="i", candidates=[jan]
    )
    retry = Retry.objects.create(connection=world.connection, kind="Contacts", reason="gone")
    stranger = Actor(user=a_user("stranger"))
    link = world.link(jan)
    with pytest.raises(PermissionDenied):
        decisions.decide_conflict(actor=stranger, conflict=ConflictRow.objects.get(), take=None)
    with pytest.raises(PermissionDenied):
        decisions.answer_question(actor=stranger, question=question, chosen=NEW)
    with pytest.raises(PermissionDenied):
        decisions.dismiss_retry(actor=stranger, retry=retry)
    with pytest.raises(PermissionDenied):
        decisions.put_back(actor=stranger, link=link)


def test_how_a_record_stands(world: World) -> None:
    """R13, R42, R45: a record's page tells how it stands in the reader's Outlook, and why."""
    anna = a_user("anna")
    (mine,) = world.adds(JAN)
    (hers,) = world.adds(Contact(surname="Ander"), owner=anna)

    def state(crm_id: str) -> State | None:
        standing = standing_of(world.user, crm_id)
        return standing.state if standing else None

    assert state(mine) is State.TO_COME
    assert state(hers) is State.NOT_MEANT
    assert state("person:0") is None
    assert standing_of(anna, mine) is None
    world.run()
    standing = standing_of(world.user, mine)
    assert standing is not None
    assert standing.state is State.IN_STEP
    assert standing.wanted is not None
    assert standing.wanted.owned
    Retry.objects.create(
        connection=world.connection,
        kind="Contacts",
        crm_id=mine,
        reason="invalid",
        not_before=timezone.now(),
    )
    assert state(mine) is State.FAILED
    persons.delete_person(actor=world.actor, person=Person.objects.get(surname="Berg"))
    world.run()
    assert state(mine) is State.WITHDRAWN
