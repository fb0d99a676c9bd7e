"""Following what changes in Outlook, over all folders and through all oddities of deltas."""

import itertools
from collections.abc import Iterator

import httpx2
import pytest

from crmcorner.items.changes import Removed, Upserted
from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.mailbox.errors import CursorExpired, MailboxError, NotUnderstood, Throttled, Unreachable
from crmcorner.mailbox.graph.contacts import GraphContact
from crmcorner.mailbox.graph.delta import pages
from tests.mailbox.graph_world import ADDRESS, BASE_URL, GraphWorld, client_with, contacts_of, graph_world


@pytest.fixture
def world() -> Iterator[GraphWorld]:
    """Anna's mailbox."""
    with graph_world() as made:
        yield made


def test_everything_comes_from_every_folder(world: GraphWorld) -> None:
    """R41: tagged contacts count in whatever folder they are."""
    child = world.state.add_folder(ADDRESS, "Leveranciers")
    grandchild = world.state.add_folder(ADDRESS, "Oud", child)
    ids = {world.add(surname="A"), world.add(child, surname="B"), world.add(grandchild, surname="C")}
    changes, _ = world.round()
    assert {change.item_id for change in changes} == ids
    assert {change.folder for change in changes if isinstance(change, Upserted)} >= {child.id, grandchild.id}


def test_a_round_without_changes_asks_once_per_folder_and_once_for_the_list(world: GraphWorld) -> None:
    """R11: a second run at once changes nothing, and costs the least that Graph allows."""
    child = world.state.add_folder(ADDRESS, "Leveranciers")
    world.add(surname="A")
    world.add(child, surname="B")
    _, cursor = world.round()
    world.reset()
    changes, _ = world.round(cursor)
    assert changes == []
    assert world.counts()["counted"] == 3
    assert world.counts()["http"] == 3


def test_adding_changing_and_deleting_are_seen_once(world: GraphWorld) -> None:
    """R42: changes travel; a second look finds nothing."""
    kept, gone = world.add(surname="A"), world.add(surname="B")
    _, cursor = world.round()
    world.edit(kept, surname="Bos")
    world.delete(gone)
    new = world.add(surname="C")
    changes, cursor = world.round(cursor)
    assert {change.item_id: change for change in changes}[gone] == Removed(item_id=gone)
    assert contacts_of(changes) == {kept: Contact(surname="Bos"), new: Contact(surname="C")}
    assert world.round(cursor)[0] == []


def test_a_new_folder_is_read_from_the_beginning_and_a_deleted_one_says_nothing(world: GraphWorld) -> None:
    """R84: a folder that goes is no proof that its contacts are gone."""
    world.add(surname="A")
    _, cursor = world.round()
    folder = world.state.add_folder(ADDRESS, "Nieuw")
    inside = world.add(folder, surname="B")
    changes, cursor = world.round(cursor)
    assert [change.item_id for change in changes] == [inside]
    world.state.folders.delete(
        world.state.folders.get(world.state.directory.get(ADDRESS).n, folder.id), forever=False
    )
    for _ in range(2):
        world.reset()
        changes, cursor = world.round(cursor)
        assert changes == []
        assert world.counts()["counted"] == 2
    assert world.fetch(inside) == {}


def test_a_contact_that_moves_is_not_removed(world: GraphWorld) -> None:
    """R84: it is gone from one folder and there in another."""
    folder = world.state.add_folder(ADDRESS, "Nieuw")
    there, back = world.add(surname="A"), world.add(folder, surname="B")
    _, cursor = world.round()
    world.move(there, folder)
    world.move(back)
    changes, _ = world.round(cursor)
    assert contacts_of(changes) == {there: Contact(surname="A"), back: Contact(surname="B")}


@pytest.mark.parametrize("alias", [False, True])
def test_without_a_delta_of_the_default_folder_it_is_read_by_its_id(alias: bool) -> None:
    """R41: the undocumented address may be refused; the default folder is read all the same."""
    with graph_world(default_folder_delta=False, default_folder_alias=alias) as world:
        changes, cursor = world.round()
        assert changes == []
        first = world.add(surname="A")
        changes, cursor = world.round(cursor)
        assert [change.item_id for change in changes] == [first]
        world.reset()
        assert world.round(cursor)[0] == []
        assert world.counts()["counted"] == 2
        assert [change.item_id for change in world.round()[0]] == [first]


def test_a_default_folder_that_is_listed_is_not_read_twice() -> None:
    """R11: one request per folder, also where the list shows the default folder."""
    with graph_world(default_folder_in_folder_delta=True) as world:
        item = world.add(surname="A")
        changes, cursor = world.round()
        assert [change.item_id for change in changes] == [item]
        world.reset()
        world.edit(item, surname="Bos")
        assert len(world.round(cursor)[0]) == 1
        assert world.counts()["counted"] == 2


def test_going_on_from_any_page_misses_nothing(world: GraphWorld) -> None:
    """R17: a run may be cut after any page."""
    folder = world.state.add_folder(ADDRESS, "Nieuw")
    ids = {world.add(surname=f"A{n}") for n in range(5)} | {
        world.add(folder, surname=f"B{n}") for n in range(5)
    }
    world.sandbox.faults.mischief.page_max = 2
    pages = world.pages()
    assert len(pages) >= 6
    for place, page in enumerate(pages):
        before = {change.item_id for each in pages[: place + 1] for change in each.changes}
        other = world.connect()
        after = [change for each in other.changes(Kind.CONTACTS, page.cursor) for change in each.changes]
        assert before | {change.item_id for change in after} == ids
        other.close()


@pytest.mark.parametrize("mischief", ["repeat_items", "reverse_pages", "empty_pages"])
def test_odd_pages_give_the_same_facts(world: GraphWorld, mischief: str) -> None:
    """R17: repeated items, another order and empty pages are legal."""
    ids = {world.add(surname=f"A{n}"): Contact(surname=f"A{n}") for n in range(7)}
    world.sandbox.faults.mischief.page_max = 2
    setattr(world.sandbox.faults.mischief, mischief, True)
    changes, cursor = world.round()
    assert contacts_of(changes) == ids
    assert world.round(cursor)[0] == []


def test_a_cursor_that_the_server_forgot_is_expired(world: GraphWorld) -> None:
    """R17: then everything is read again, and nothing is deleted for it."""
    world.add(surname="A")
    _, cursor = world.round()
    world.state.directory.expire_cursors(world.state.directory.get(ADDRESS).n)
    with pytest.raises(CursorExpired):
        world.round(cursor)
    assert len(world.round()[0]) == 1


@pytest.mark.parametrize("cursor", ["rubbish", "{}", '{"schema": 99}', '{"schema": 1, "places": 3}'])
def test_a_cursor_of_something_else_is_expired(world: GraphWorld, cursor: str) -> None:
    """R17: a cursor that cannot be read is no reason to stop for ever."""
    with pytest.raises(CursorExpired):
        world.pages(cursor)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (410, "syncStateNotFound"),
        (400, "SyncStateInvalid"),
        (410, "resyncRequired"),
        (404, "SyncStateNotFound"),
    ],
)
def test_every_way_to_say_that_a_cursor_is_lost(world: GraphWorld, status: int, code: str) -> None:
    """R17: codes are compared without case and whatever the status."""
    _, cursor = world.round()
    world.sandbox.faults.add("error", method="GET", path="/contacts/delta", status=status, code=code)
    with pytest.raises(CursorExpired):
        world.round(cursor)


def test_a_folder_that_cannot_be_found_does_not_stop_the_others(world: GraphWorld) -> None:
    """R16: its state is dropped; should it be there after all, it is read anew."""
    folder = world.state.add_folder(ADDRESS, "Nieuw")
    inside = world.add(folder, surname="B")
    _, cursor = world.round()
    first = world.add(surname="A")
    world.sandbox.faults.add(
        "error", method="GET", path=f"{folder.id[:20]}", status=404, code="ErrorItemNotFound"
    )
    changes, cursor = world.round(cursor)
    assert [change.item_id for change in changes] == [first]
    changes, _ = world.round(cursor)
    assert [change.item_id for change in changes] == [inside]


@pytest.mark.parametrize(
    "host",
    ["graph.example.evil.test", "graph.example@evil.test", "graph.example:8443", "evil.test/graph.example"],
)
def test_links_to_another_host_are_not_followed(world: GraphWorld, host: str) -> None:
    """R91: a token goes to the service alone."""
    world.add(surname="A")
    _, cursor = world.round()
    asked = world.counts()["http"]
    with pytest.raises(NotUnderstood):
        world.round(cursor.replace("graph.example", host))
    assert world.counts()["http"] == asked


def test_a_link_in_the_clear_is_not_followed(world: GraphWorld) -> None:
    """R91: nor does the token go over an unencrypted connection."""
    _, cursor = world.round()
    with pytest.raises(NotUnderstood):
        world.round(cursor.replace("https:", "http:"))


def test_the_mailbox_without_the_right_asks_for_the_administrator(world: GraphWorld) -> None:
    """R14: a consent that was taken back is a clear state."""
    world.state.directory.withdraw_consent(
        world.state.directory.apps()[0].client_id, world.state.directory.get(ADDRESS).n
    )
    with pytest.raises(MailboxError, match="403"):
        world.round()


def test_short_trouble_is_waited_out_and_long_trouble_is_told(world: GraphWorld) -> None:
    """R17: no worker sleeps for longer than two seconds."""
    world.add(surname="A")
    world.sandbox.faults.add("throttle", path="/contacts/delta", retry_after=1.5)
    world.sandbox.faults.add("unavailable", path="/contactFolders/delta")
    assert len(world.round()[0]) == 1
    assert world.clock.slept == [1.5]
    world.sandbox.faults.add("throttle", path="/contacts/delta", retry_after=90)
    with pytest.raises(Throttled) as throttled:
        world.round()
    assert throttled.value.retry_after == 90
    world.sandbox.faults.add("cut", path="/contacts/delta", times=2)
    with pytest.raises(Unreachable):
        world.round()
    assert world.clock.slept == [1.5]


def test_an_item_moved_out_and_back_may_be_reported_removed_but_is_found(world: GraphWorld) -> None:
    """R84: a known fault of the service with immutable ids: only asking for the item tells."""
    folder = world.state.add_folder(ADDRESS, "Nieuw")
    item = world.add(surname="A", categories=[CATEGORY])
    _, cursor = world.round()
    world.move(item, folder)
    world.move(item)
    world.round(cursor)
    assert world.fetch(item)[item].content == Contact(surname="A")


def test_mail_is_no_item(world: GraphWorld) -> None:
    """R90: what a connector cannot do it says at once."""
    with pytest.raises(NotUnderstood):
        world.mailbox.changes(Kind.MAIL, None)


def test_a_link_that_repeats_ends_the_round() -> None:
    """R17: a page that leads back to itself does not go on for ever, and what it said is read again next time."""
    link = f"{BASE_URL}/x?$skiptoken=1"
    client = client_with(
        lambda _: httpx2.Response(200, json={"value": [{"id": "A"}], "@odata.nextLink": link})
    )
    found = list(pages(client, "/x", GraphContact))
    assert [(page.link, page.last) for page in found] == [(link, False), ("/x", True)]


def test_a_page_that_comes_for_ever_ends_the_round() -> None:
    """R17: the same page under a new nextLink each time, as calendarView/delta has been seen to do, ends the round."""
    links = (f"{BASE_URL}/delta?$skiptoken={number}" for number in itertools.count())
    client = client_with(
        lambda _: httpx2.Response(200, json={"value": [{"id": "A"}], "@odata.nextLink": next(links)})
    )
    found = list(pages(client, "/delta", GraphContact))
    assert [page.last for page in found] == [False, False, False, True]
    assert found[-1].link == "/delta"
