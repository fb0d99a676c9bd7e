"""Whole runs over the real database, against the mailbox in memory."""

import pytest

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.items.changes import Unread
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.outlook.models import ConflictRow, OpenIntent, OutlookLink, Position, Question, Retry, RunLine
from crmcorner.outlook.services import figures
from crmcorner.people.models import ContactGroup, MainGroup, Organisation, Person
from crmcorner.people.services import groups, organisations, persons
from crmcorner.preferences.services import settings
from crmcorner.sync.report import Figures
from tests.outlook.world import JAN, PIET, TAGGED, World, a_user, contact

ADDRESS = PostalAddress(
    street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
)


def quiet(world: World, looked_at: int) -> None:
    """R11: a second run at once changes nothing on either side, and looked at as much."""
    writes, persons_then = len(world.outlook.writes), Person.objects.count()
    assert world.figures() == Figures(looked_at=looked_at, changed=0, errors=0)
    assert (len(world.outlook.writes), Person.objects.count()) == (writes, persons_then)
    assert not OpenIntent.objects.exists()


def test_owned_records_go_to_outlook(world: World) -> None:
    """R40: what the user owns goes to his Outlook with the category, what another owns does not."""
    jan, _piet = world.adds(JAN, PIET)
    world.adds(Contact(surname="Ander"), owner=a_user("anna"))
    assert world.figures() == Figures(looked_at=2, changed=2, errors=0)
    assert world.in_outlook(jan) == JAN
    assert world.outlook.items[world.link(jan).item_id].categories == (CATEGORY,)
    quiet(world, 2)


def test_tagged_contacts_come_to_the_crm_as_his_own(world: World) -> None:
    """R41, R44: a tagged contact becomes a person of the user's, its company an organisation; others stay unseen."""
    item = world.outlook.user_adds(PIET, categories=TAGGED)
    world.outlook.user_adds(JAN)
    assert world.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert world.in_crm(item) == PIET
    person = Person.objects.get()
    assert (person.owner, person.organisation) == (world.user, Organisation.objects.get())
    assert not RunLine.objects.filter(label__contains="Berg").exists()
    quiet(world, 1)


def test_a_firm_that_the_crm_writes_otherwise_does_not_change_again(world: World) -> None:
    """R11, R44: the CRM's spelling of a firm and Outlook's own stand side by side; the next run writes nothing."""
    world.adds(Contact(company="Smit BV"), owner=a_user("anna"))
    item = world.outlook.user_adds(PIET, categories=TAGGED)
    world.run()
    assert world.in_crm(item).company == "Smit BV"
    world.outlook.forget_cursors()
    quiet(world, 1)
    assert world.outlook.items[item].contact.company == "Smit B.V."


def test_changes_of_both_sides_meet(world: World) -> None:
    """R18: different fields changed on both sides travel both ways in one run."""
    (jan,) = world.adds(JAN)
    world.run()
    world.changes(jan, job_title="directeur")
    world.outlook.user_changes(world.link(jan).item_id, {"mobile_phones": ("+31612345678",)})
    assert world.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert contact(jan) == world.in_outlook(jan)
    assert (contact(jan).job_title, contact(jan).mobile_phones) == ("directeur", ("+31612345678",))
    line = RunLine.objects.latest("pk")
    assert (line.to_outlook, line.to_crm) == (True, True)
    assert {change["field"]: change["new"] for change in line.changes} == {
        "job_title": "directeur",
        "mobile_phones": ["+31612345678"],
    }
    quiet(world, 1)


@pytest.mark.parametrize(("winner", "stands"), [("crm", "inkoper"), ("outlook", "verkoper")])
def test_a_conflict_is_decided_by_the_setting_and_kept(world: World, winner: str, stands: str) -> None:
    """R18: the same field changed on both sides: the setting decides, the other value is kept in the list."""
    settings.add_setting(actor=COMMAND, type_name="Outlook_ConflictWinner", value=winner)
    (jan,) = world.adds(JAN)
    world.run()
    world.changes(jan, job_title="inkoper")
    world.outlook.user_changes(world.link(jan).item_id, {"job_title": "verkoper"})
    world.run()
    assert contact(jan).job_title == world.in_outlook(jan).job_title == stands
    kept = ConflictRow.objects.get()
    assert (kept.crm_value, kept.outlook_value, kept.winner) == ("inkoper", "verkoper", winner)
    assert kept.closed_at is None
    quiet(world, 1)


def test_asked_conflict_waits_and_both_values_stand(world: World) -> None:
    """R18: with `ask` both values stay as they are until the user decides, however many runs there are."""
    settings.add_setting(actor=COMMAND, type_name="Outlook_ConflictWinner", value="ask")
    (jan,) = world.adds(JAN)
    world.run()
    world.changes(jan, job_title="inkoper")
    world.outlook.user_changes(world.link(jan).item_id, {"job_title": "verkoper"})
    for _run in range(2):
        assert world.figures() == Figures(looked_at=1, changed=0, errors=0)
        assert (contact(jan).job_title, world.in_outlook(jan).job_title) == ("inkoper", "verkoper")
    ConflictRow.objects.update(verdict="outlook")
    assert world.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert contact(jan).job_title == world.in_outlook(jan).job_title == "verkoper"
    assert ConflictRow.objects.get().closed_at is not None
    quiet(world, 1)


def test_deleted_in_outlook_rests(world: World) -> None:
    """R42: a contact deleted in Outlook stays in the CRM and is not forced back, also when the CRM changes it."""
    (jan,) = world.adds(JAN)
    world.run()
    world.outlook.user_deletes(world.link(jan).item_id)
    world.run()
    assert world.link(jan).status == "removed"
    world.changes(jan, job_title="directeur")
    assert world.figures().changed == 0
    assert Person.objects.get().deleted_at is None


def test_deleted_in_the_crm_leaves_outlook(world: World) -> None:
    """R42: our copy goes to Deleted Items; a contact that the user made himself only loses the category."""
    (jan,) = world.adds(JAN)
    own = world.outlook.user_adds(PIET, categories=(*TAGGED, "Golf"))
    world.run()
    copy, before = world.link(jan).item_id, Position.objects.get().watermark
    for person in Person.objects.all():
        persons.delete_person(actor=world.actor, person=person)
    assert world.figures() == Figures(looked_at=2, changed=2, errors=0)
    assert world.outlook.items[copy].folder == "deleted-items"
    assert world.outlook.items[own].categories == ("Golf",)
    quiet(world, 0)
    Position.objects.update(watermark=before)
    quiet(world, 0)  # history may be read twice: another's open transaction holds PostgreSQL's watermark back


def test_groups_bring_and_take_members(world: World) -> None:
    """R40, R43: members of the user's Outlook groups come to his Outlook and go with their membership or the group."""
    anna = a_user("anna")
    jan, piet = world.adds(JAN, PIET, owner=anna)
    group = groups.create_group(
        actor=world.actor,
        values=groups.GroupValues(
            name="Relaties", main_group=MainGroup.objects.get(syncs=True), owner=world.user, public=True
        ),
    )
    assert world.figures() == Figures(looked_at=0, changed=0, errors=0)
    groups.add_members(actor=world.actor, group=group, crm_ids=[jan, piet])
    assert world.figures() == Figures(looked_at=2, changed=2, errors=0)
    groups.remove_members(actor=world.actor, group=group, crm_ids=[jan])
    assert world.figures() == Figures(looked_at=2, changed=1, errors=0)
    groups.delete_group(actor=world.actor, group=ContactGroup.objects.get())
    assert world.figures().changed == 1
    assert set(OutlookLink.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_a_renamed_organisation_reaches_its_persons(world: World) -> None:
    """R42: an organisation's new name is that of its persons' company in Outlook, whoever owns the organisation."""
    (piet,) = world.adds(PIET)
    world.run()
    organisations.change_organisation(
        actor=Actor(user=a_user("anna")),
        organisation=Organisation.objects.get(),
        contact=Contact(company="Smit Holding"),
        owner=None,
    )
    assert world.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert world.in_outlook(piet).company == "Smit Holding"


def test_several_matches_are_asked_about_once(world: World) -> None:
    """R44: a contact that two records match becomes a question; it is counted as waiting until it is answered."""
    twin = Contact(given_name="Jan", name_prefix="van der", surname="Berg", emails=("jan@berg.example",))
    first, second = world.adds(JAN, twin, owner=a_user("anna"))
    item = world.outlook.user_adds(JAN, categories=TAGGED)
    assert world.figures() == Figures(looked_at=1, changed=0, errors=0)
    question = Question.objects.get()
    assert (question.item_id, sorted(question.candidates)) == (item, sorted([first, second]))
    assert world.figures() == Figures(looked_at=1, changed=0, errors=0)
    Question.objects.update(chosen=second)
    world.figures()
    assert world.link(second).item_id == item
    assert not Question.objects.exists()


def test_an_answer_whose_contact_is_gone_is_forgotten(world: World) -> None:
    """R44: an answered question about a contact that was deleted meanwhile does not wait for ever."""
    first, _second = world.adds(JAN, JAN, owner=a_user("anna"))
    item = world.outlook.user_adds(JAN, categories=TAGGED)
    world.run()
    world.outlook.user_deletes(item)
    Question.objects.update(chosen=first)
    world.run()
    assert not Question.objects.exists()


def test_a_refused_address_is_listed_until_mended(world: World) -> None:
    """R45: a field that cannot be taken over is an error with its text; mended in the CRM it goes to Outlook."""
    unread = {"work_address": Unread(text="Japan, 1-2-3", reason="address-refused", detail="city-missing")}
    item = world.outlook.user_adds(JAN, categories=TAGGED, unread=unread)
    assert world.figures() == Figures(looked_at=1, changed=1, errors=1)
    row = Retry.objects.get()
    assert (row.field, row.reason, row.facts["text"]) == ("work_address", "address-refused", "Japan, 1-2-3")
    quiet(world, 1)
    assert Retry.objects.exists()
    world.changes(OutlookLink.objects.get().crm_id, work_address=ADDRESS)
    assert world.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert world.outlook.items[item].contact.work_address == ADDRESS
    assert not Retry.objects.exists()


def test_two_mailboxes_share_the_crm(world: World) -> None:
    """R40: what one user's Outlook changed reaches the other's in the other's next run."""
    anna = World("anna")
    (jan,) = world.adds(JAN)
    group = groups.create_group(
        actor=anna.actor,
        values=groups.GroupValues(
            name="Relaties", main_group=MainGroup.objects.get(syncs=True), owner=anna.user, public=True
        ),
    )
    groups.add_members(actor=anna.actor, group=group, crm_ids=[jan])
    world.run()
    anna.run()
    world.outlook.user_changes(world.link(jan).item_id, {"job_title": "directeur"})
    world.run()
    assert anna.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert anna.in_outlook(jan).job_title == "directeur"


def test_numbers_and_their_lists_agree(world: World) -> None:
    """R13: every number is the length of the list behind it."""
    world.adds(JAN)
    world.run()
    world.outlook.user_adds(PIET, categories=TAGGED)
    run = world.run()
    shown = figures.figures_of(run)[Kind.CONTACTS]
    lines = figures.lines_of(run, kind=Kind.CONTACTS).count()
    assert shown.looked_at == lines + figures.unchanged_links(run, Kind.CONTACTS).count() == 2
    assert shown.changed == figures.lines_of(run, column=figures.Column.CHANGED).count() == 1
    assert shown.errors == figures.lines_of(run, column=figures.Column.ERROR).count() == 0
