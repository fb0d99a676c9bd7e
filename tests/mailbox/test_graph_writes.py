"""Writing to Outlook: what is sent, what comes back, and what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from crmcorner.items.changes import Create, Delete, Refusal, Refused, Stored, Update
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.mailbox.graph.contact_body import Notation, create_body, display_name, update_body
from crmcorner.mailbox.graph.stamp import PROPERTY
from tests.mailbox.graph_world import ADDRESS, GraphWorld, graph_world

HAARLEM = PostalAddress(
    street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
)
DUTCH = Notation("NL", "nl")


@pytest.fixture
def world() -> Iterator[GraphWorld]:
    """Anna's mailbox."""
    with graph_world() as made:
        yield made


def test_a_created_contact_has_category_stamp_and_place(world: GraphWorld) -> None:
    """R40: it goes to the default folder with the category, and bears our mark."""
    write = world.create(Contact(given_name="Jan", surname="Bos"))
    (result,) = world.apply(write)
    assert isinstance(result, Stored)
    assert result.item is not None
    assert result.item.categories == (CATEGORY,)
    assert result.item.stamp == write.stamp
    assert world.fetch(result.item_id)[result.item_id].stamp == write.stamp
    assert world.how_many() == 1


def test_an_update_leaves_what_it_does_not_name(world: GraphWorld) -> None:
    """R20: fields of Outlook that the CRM does not know, and other categories, stay."""
    item_id = world.add(
        surname="Bos",
        spouseName="Piet",
        imAddresses=["sip:x"],
        categories=["Holiday", "CRMcorner"],
        officeLocation="B",
    )
    seen = world.fetch(item_id)[item_id]
    world.apply(world.update(seen, job_title="Chef"))
    kept = world.stored(item_id)
    assert kept["jobTitle"] == "Chef"
    assert (kept["spouseName"], kept["imAddresses"], kept["officeLocation"]) == ("Piet", ["sip:x"], "B")
    assert kept["categories"] == ["Holiday", "CRMcorner"]


def test_an_update_of_one_field_is_small() -> None:
    """R20: only what changes is sent, names with the display name."""
    contact = Contact(
        given_name="Jan", name_prefix="van der", surname="Berg", job_title="Chef", company="Acme"
    )
    write = Update(
        item_id="A", version="V", fields=frozenset({"job_title"}), content=contact, categories=None, stamp="s"
    )
    extended = [{"id": PROPERTY, "value": "s"}]
    assert update_body(write, DUTCH) == {"jobTitle": "Chef", "singleValueExtendedProperties": extended}
    renamed = update_body(replace(write, fields=frozenset({"surname"})), DUTCH)
    assert renamed == {
        "givenName": "Jan",
        "surname": "van der Berg",
        "middleName": None,
        "displayName": "Jan van der Berg",
        "singleValueExtendedProperties": extended,
    }
    tagged = update_body(replace(write, fields=frozenset(), categories=("A", "B")), DUTCH)
    assert tagged == {"categories": ["A", "B"], "singleValueExtendedProperties": extended}


def test_a_field_that_graph_has_no_place_for_is_not_sent() -> None:
    """R19: faxes stay on the CRM's side."""
    write = Create(content=Contact(surname="Bos", work_faxes=("+31235423445",)), categories=(), stamp="s")
    assert create_body(write, DUTCH) == {
        "surname": "Bos",
        "displayName": "Bos",
        "singleValueExtendedProperties": [{"id": PROPERTY, "value": "s"}],
    }


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        (
            Contact(given_name="Jan", name_prefix="van", surname="Dam", suffix="Jr.", title="Dr."),
            "Jan van Dam Jr.",
        ),
        (Contact(company="Acme", job_title="x"), "Acme"),
        (Contact(company="Acme", surname="Bos"), "Bos"),
        (Contact(nickname="Bob"), "Bob"),
        (Contact(title="Dr."), ""),
    ],
)
def test_the_name_that_outlook_shows(contact: Contact, name: str) -> None:
    """R40: a firm shows by its name, a person by his."""
    assert display_name(contact) == name


def test_an_item_named_only_by_its_display_name_keeps_the_rest_of_it(world: GraphWorld) -> None:
    """R18: a change of the given name in the CRM does not look like a wiped surname afterwards."""
    item_id = world.add(displayName="Jan van der Berg")
    seen = world.fetch(item_id)[item_id]
    (result,) = world.apply(world.update(seen, given_name="Piet"))
    assert isinstance(result, Stored)
    assert result.item is not None
    assert result.item.content == Contact(given_name="Piet", name_prefix="van der", surname="Berg")


def test_a_prefix_in_the_middle_name_moves_before_the_surname(world: GraphWorld) -> None:
    """R47: however the user wrote it, it is there once."""
    item_id = world.add(middleName="van der", surname="Berg")
    seen = world.fetch(item_id)[item_id]
    (result,) = world.apply(world.update(seen, name_prefix=""))
    assert isinstance(result, Stored)
    assert result.item is not None
    assert result.item.content == Contact(surname="Berg")


def test_an_old_version_is_refused_and_changes_nothing(world: GraphWorld) -> None:
    """R18: who comes too late looks again."""
    seen = world.make(Contact(surname="Bos", home_address=HAARLEM))
    world.edit(seen.item_id, givenName="Jan")
    update, delete = world.apply(
        world.update(seen, surname="Berg"), Delete(item_id=seen.item_id, version=seen.version)
    )
    assert (update.why, delete.why) == (Refusal.CHANGED_MEANWHILE, Refusal.CHANGED_MEANWHILE)
    assert world.fetch(seen.item_id)[seen.item_id].content == Contact(
        given_name="Jan", surname="Bos", home_address=HAARLEM
    )


@pytest.mark.parametrize("readings", [{"if_match": "ignored"}, {"conflict_code": "resourceModified"}])
def test_versions_are_kept_to_under_every_reading(readings: dict[str, Any]) -> None:
    """R18: a service that passes over If-Match is asked for the version first."""
    with graph_world(**readings) as world:
        world.mailbox = world.connect(read_before_write="if_match" in readings)
        seen = world.make(Contact(surname="Bos"))
        world.edit(seen.item_id, givenName="Jan")
        late, new, gone = world.apply(
            world.update(seen, surname="Berg"),
            world.create(Contact(surname="New")),
            Delete(item_id=seen.item_id, version=seen.version),
        )
        assert (late.why, gone.why) == (Refusal.CHANGED_MEANWHILE, Refusal.CHANGED_MEANWHILE)
        assert isinstance(new, Stored)
        (fresh,) = world.apply(world.update(world.fetch(seen.item_id)[seen.item_id], surname="Berg"))
        assert isinstance(fresh, Stored)


def test_without_a_version_a_write_is_unconditional(world: GraphWorld) -> None:
    """R17: an item that was found by its stamp is changed as it is."""
    seen = world.make(Contact(surname="Bos"))
    (result,) = world.apply(replace(world.update(seen, surname="Berg"), version=""))
    assert isinstance(result, Stored)
    assert world.apply(Delete(item_id=seen.item_id, version="")) == [Stored(item_id=seen.item_id, item=None)]


def test_deleting_is_recoverable_and_twice_is_no_error(world: GraphWorld) -> None:
    """R42: it goes to Deleted Items, and what is gone is done."""
    item = world.make(Contact(surname="Bos"))
    delete = Delete(item_id=item.item_id, version=item.version)
    assert world.apply(delete) == [Stored(item_id=item.item_id, item=None)]
    assert world.fetch(item.item_id) == {}
    assert world.apply(delete) == [Stored(item_id=item.item_id, item=None)]
    assert world.state.contacts.find(world.state.directory.get(ADDRESS).n, item.item_id) is not None
    (late,) = world.apply(world.update(item, surname="Berg"))
    assert late.why is Refusal.GONE


def test_a_deleted_item_counts_as_gone_also_where_it_can_still_be_read() -> None:
    """R42: what lies in Deleted Items is gone, what lies in a folder just made is not."""
    with graph_world(deleted_still_found=True) as world:
        gone, kept = world.make(Contact(surname="Bos")), world.make(Contact(surname="Berg"))
        world.round()
        world.delete(gone.item_id)
        world.move(kept.item_id, world.state.add_folder(ADDRESS, "Nieuw"))
        assert set(world.fetch(gone.item_id, kept.item_id)) == {kept.item_id}


def test_an_id_that_is_none_is_not_found(world: GraphWorld) -> None:
    """R17: a link that points nowhere does not stop the others."""
    item = world.make(Contact(surname="Bos"))
    assert set(world.fetch(item.item_id, "no such id/", "AAkA")) == {item.item_id}


@pytest.mark.parametrize("count", [3, 20, 100])
def test_one_bad_write_does_not_stop_the_others(world: GraphWorld, count: int) -> None:
    """R16: of many writes the one that is wrong is refused with its field, in whatever batch it is."""
    writes = [world.create(Contact(surname=f"Bos {n}")) for n in range(count)]
    writes[1] = world.create(Contact(surname="Bad", emails=tuple(f"{n}@example.org" for n in range(4))))
    results = world.apply(*writes)
    assert results[1] == Refused(why=Refusal.INVALID, field="emails", detail=results[1].detail)
    assert sum(isinstance(result, Stored) for result in results) == count - 1
    assert [
        result.item.contact.surname for result in results if isinstance(result, Stored) and result.item
    ] == [f"Bos {n}" for n in range(count) if n != 1]
    assert world.how_many() == count - 1
    assert world.counts()["refused"] == 0


def test_a_broken_batch_spoils_only_the_write_that_broke_it(world: GraphWorld) -> None:
    """R16: a batch that is refused as a whole is taken apart."""
    writes = [world.create(Contact(surname=f"Bos {n}")) for n in range(3)]
    world.sandbox.faults.add("error", path="/$batch", status=413, code="RequestEntityTooLarge", times=2)
    results = world.apply(*writes)
    assert [type(result) for result in results] == [Refused, Stored, Stored]
    assert results[0].why is Refusal.TOO_LARGE


def test_large_writes_are_spread_over_requests(world: GraphWorld) -> None:
    """R17: no request is larger than Graph takes."""
    results = world.apply(*[world.create(Contact(surname="Bos", note="é" * 300_000)) for _ in range(12)])
    assert all(isinstance(result, Stored) for result in results)


def test_every_kind_of_write_in_one_call_keeps_its_place(world: GraphWorld) -> None:
    """R17: result n belongs to write n, also when the answers come in another order."""
    world.sandbox.faults.mischief.shuffle_batch = True
    one, two = world.make(Contact(surname="A")), world.make(Contact(surname="B"))
    results = world.apply(
        Delete(item_id=one.item_id, version=one.version),
        world.create(Contact(surname="C")),
        world.update(two, surname="D"),
    )
    assert results[0] == Stored(item_id=one.item_id, item=None)
    assert [result.item.contact.surname for result in results[1:]] == ["C", "D"]


def test_a_created_item_is_found_by_its_stamp_wherever_it_is(world: GraphWorld) -> None:
    """R17: after a lost answer the item is found, also in another folder; of copies the first one counts."""
    here, there = world.create(Contact(surname="A")), world.create(Contact(surname="B"))
    first, second = world.apply(here, there)
    world.move(second.item_id, world.state.add_folder(ADDRESS, "Nieuw"))
    world.clock.sleep(60)
    world.state.add_contact(ADDRESS, {"surname": "Copy"}, extended={PROPERTY: here.stamp})
    found = world.mailbox.created(Kind.CONTACTS, [here.stamp, there.stamp, "none"])
    assert {stamp: stored.item_id for stamp, stored in found.items()} == {
        here.stamp: first.item_id,
        there.stamp: second.item_id,
    }
    assert found[here.stamp].item.stamp == here.stamp  # type: ignore[union-attr]
    assert world.mailbox.created(Kind.CONTACTS, []) == {}


def test_without_a_filter_on_stamps_every_item_is_looked_at(world: GraphWorld) -> None:
    """R17: a search that the service refuses must not end in a second item."""
    write = world.create(Contact(surname="A"))
    (stored,) = world.apply(write)
    for n in range(30):
        world.add(surname=f"B{n}")
    world.sandbox.faults.add(
        "error", path="contacts?$filter", status=400, code="ErrorInvalidUrlQueryFilter", times=0
    )
    found = world.mailbox.created(Kind.CONTACTS, [write.stamp, "none"])
    assert {stamp: each.item_id for stamp, each in found.items()} == {write.stamp: stored.item_id}


@pytest.mark.parametrize("readings", [{}, {"duplicate_category": 400}, {"category_case": "sensitive"}])
def test_categories_are_made_once(readings: dict[str, Any]) -> None:
    """R39: the categories stand in the colour list, and repeating it is harmless."""
    with graph_world(**readings) as world:
        world.state.categories.add(world.state.directory.get(ADDRESS).n, "crmcorner", "preset1")
        for _ in range(2):
            world.mailbox.ensure_categories(["CRMcorner", "Processed", "Not Found"])
        names = [each.name for each in world.state.categories.all(world.state.directory.get(ADDRESS).n)]
        assert sorted(names) == ["Not Found", "Processed", "crmcorner"]


def test_a_mailbox_made_anew_has_another_identity(world: GraphWorld) -> None:
    """R17: links of the old mailbox do not belong to the new one."""
    assert world.mailbox.identity() == world.state.directory.get(ADDRESS).id
