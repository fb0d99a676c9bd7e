"""contacts/delta: rounds, pages, tokens, removals, moves."""

from dataclasses import replace

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.state import State
from m365_sandbox.store.records import Contact, Folder, JsonObject
from tests.sandbox.conftest import ADDRESS, STAMP

IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


@pytest.fixture
def start(default_folder: str) -> str:
    """Where a delta of the default folder begins."""
    return f"/contactFolders/{default_folder}/contacts/delta"


def follow(anna: httpx2.Client, address: str, **headers: str) -> tuple[list[JsonObject], str, int]:
    """A whole round: the items of all pages, the delta link, and the number of pages."""
    items: list[JsonObject] = []
    pages = 0
    while True:
        answer = anna.get(address, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["value"]
        pages += 1
        if "@odata.deltaLink" in page:
            return items, page["@odata.deltaLink"], pages
        address = page["@odata.nextLink"]


def named(items: list[JsonObject]) -> list[str]:
    """What happened, in words: a surname, or that something was removed."""
    return ["removed" if "@removed" in each else each["surname"] for each in items]


def fill(state: State, *names: str) -> list[Contact]:
    """Contacts in Anna's default folder."""
    return [state.add_contact(ADDRESS, {"surname": name}) for name in names]


def test_rounds_give_all_then_only_what_changed(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: contact: delta: the first round gives every contact, later ones what was added, changed, removed."""
    first, second, third = fill(state, "A", "B", "C")
    items, link, _ = follow(anna, start)
    assert named(items) == ["A", "B", "C"]
    box = state.directory.get(ADDRESS).n
    state.contacts.delete(box, second)
    state.update_contact(ADDRESS, first, {"surname": "A2"})
    fill(state, "D")
    items, after, _ = follow(anna, link)
    assert named(items) == ["removed", "A2", "D"]
    assert items[0] == {
        "@odata.type": "#microsoft.graph.contact",
        "id": second.id,
        "@removed": {"reason": "deleted"},
    }
    assert follow(anna, after)[0] == []
    assert named(follow(anna, link)[0]) == named(items), "the same link gives the same again"
    assert third.id not in {each["id"] for each in items}


def test_removals_from_before_the_first_round_are_not_told(
    anna: httpx2.Client, state: State, start: str
) -> None:
    """A client that begins anew is told of what there is."""
    gone, _ = fill(state, "A", "B")
    state.contacts.delete(state.directory.get(ADDRESS).n, gone)
    assert named(follow(anna, start)[0]) == ["B"]


@pytest.mark.parametrize(("wanted", "pages"), [("2", 3), ("200", 1), ("5000", 1), (None, 1)])
def test_pages_are_as_large_as_preferred(
    anna: httpx2.Client, state: State, start: str, wanted: str | None, pages: int
) -> None:
    """Graph: contact: delta: `Prefer: odata.maxpagesize`."""
    fill(state, "A", "B", "C", "D", "E")
    headers = {} if wanted is None else {"Prefer": f"odata.maxpagesize={wanted}"}
    items, _, trips = follow(anna, start, **headers)
    assert (named(items), trips) == (["A", "B", "C", "D", "E"], pages)


def test_no_page_is_larger_than_200(anna: httpx2.Client, state: State, start: str) -> None:
    """The server caps what is preferred: 450 contacts are three pages."""
    with state.transaction():
        fill(state, *[str(n) for n in range(450)])
    items, _, trips = follow(anna, start, Prefer="odata.maxpagesize=1000")
    assert (len(items), trips) == (450, 3)


def test_select_is_remembered_in_the_links(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: contact: delta: options are given once; `id` always comes, extended properties never do."""
    state.add_contact(ADDRESS, {"surname": "A", "jobTitle": "x"}, extended={STAMP: "1"})
    _, link, _ = follow(anna, f"{start}?$select=surname")
    state.add_contact(ADDRESS, {"surname": "B", "jobTitle": "y"}, extended={STAMP: "2"})
    items, _, _ = follow(anna, link)
    assert [set(each) for each in items] == [{"@odata.type", "@odata.etag", "id", "surname"}]
    for option in ("$filter=surname eq 'A'", "$orderby=surname", "$top=5", "$expand=extensions"):
        assert anna.get(f"{start}?{option}").status_code in {400, 501}


def test_delta_may_be_written_in_three_ways(anna: httpx2.Client, state: State, start: str) -> None:
    """OData: a function with or without brackets and namespace."""
    fill(state, "A")
    for way in ("delta", "delta()", "microsoft.graph.delta()"):
        assert named(follow(anna, start.replace("delta", way))[0]) == ["A"]
    assert named(follow(anna, "/contacts/delta")[0]) == ["A"]


def test_a_change_during_a_round_is_not_lost(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: Use delta query: what changes while pages are read comes in this round or the next."""
    first, *_, last = fill(state, "A", "B", "C")
    page = anna.get(start, headers={"Prefer": "odata.maxpagesize=1"}).json()
    state.update_contact(ADDRESS, first, {"surname": "A2"})
    state.contacts.delete(state.directory.get(ADDRESS).n, last)
    fill(state, "D")
    items, link, _ = follow(anna, page["@odata.nextLink"])
    later, _, _ = follow(anna, link)
    told = {each["id"]: each for each in [*page["value"], *items, *later]}
    assert sorted(named(list(told.values()))) == ["A2", "B", "D", "removed"]


def test_a_move_is_a_removal_here_and_a_newcomer_there(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: Immutable identifiers: a move changes the ordinary id; each folder tells its own half."""
    (contact,) = fill(state, "A")
    other = state.add_folder(ADDRESS, "Other")
    there = f"/contactFolders/{other.id}/contacts/delta"
    _, here_link, _ = follow(anna, start)
    _, there_link, _ = follow(anna, there)
    moved = state.contacts.move(state.directory.get(ADDRESS).n, contact, other)
    assert follow(anna, here_link)[0][0]["id"] == contact.id
    assert follow(anna, there_link)[0][0]["id"] == moved.id != contact.id
    assert follow(anna, there_link, **IMMUTABLE)[0][0]["id"] == contact.immutable_id


@pytest.mark.parametrize(
    ("lost", "headers", "expected"),
    [
        (True, IMMUTABLE, ["removed"]),
        (False, IMMUTABLE, ["removed", "A"]),
        (True, {}, ["removed", "A"]),
    ],
)
def test_moved_out_and_back_may_be_lost_with_immutable_ids(
    anna: httpx2.Client, state: State, start: str, *, lost: bool, headers: dict[str, str], expected: list[str]
) -> None:
    """Microsoft's known issue: with immutable ids an item moved out and back is told removed, and never again."""
    state.readings = replace(state.readings, moved_back_lost=lost)
    (contact,) = fill(state, "A")
    box, home = state.directory.get(ADDRESS).n, state.folders.default(state.directory.get(ADDRESS).n)
    _, link, _ = follow(anna, start, **headers)
    moved = state.contacts.move(box, contact, state.add_folder(ADDRESS, "Other"))
    state.contacts.move(box, moved, home)
    items, link, _ = follow(anna, link, **headers)
    assert named(items) == expected
    state.update_contact(ADDRESS, contact, {"surname": "A2"})
    items, _, _ = follow(anna, link, **headers)
    assert named(items) == ([] if expected == ["removed"] else ["A2"])
    assert named(follow(anna, start, **headers)[0]) == ["A2"], "a fresh start finds it"


def test_links_serve_both_id_forms(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: Immutable identifiers: links are good for both forms, the header of each request decides."""
    (contact,) = fill(state, "A")
    _, link, _ = follow(anna, start)
    state.contacts.delete(state.directory.get(ADDRESS).n, contact)
    assert follow(anna, link, **IMMUTABLE)[0][0]["id"] == contact.immutable_id


def test_forgotten_tokens_are_answered_410(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: Use delta query: 410 with a Location to begin again at."""
    fill(state, "A")
    _, link, _ = follow(anna, start)
    state.directory.expire_cursors(state.directory.get(ADDRESS).n)
    answer = anna.get(link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "syncStateNotFound")
    assert named(follow(anna, answer.headers["Location"])[0]) == ["A"]


def test_damaged_and_foreign_tokens_are_answered_400(anna: httpx2.Client, state: State, start: str) -> None:
    """A token is good for its own folder only."""
    _, link, _ = follow(anna, start)
    other = state.add_folder(ADDRESS, "Other")
    for address in (
        link[:-6] + "AAAAA=",
        f"{start}?$deltatoken=latest",
        f"/contactFolders/{other.id}/contacts/delta?{link.partition('?')[2]}",
    ):
        answer = anna.get(address)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "syncStateInvalid")


def test_a_delta_of_a_deleted_folder_is_answered_404(anna: httpx2.Client, state: State) -> None:
    """The container is gone, and its state with it."""
    folder: Folder = state.add_folder(ADDRESS, "Other")
    _, link, _ = follow(anna, f"/contactFolders/{folder.id}/contacts/delta")
    assert anna.delete(f"/contactFolders/{folder.id}").status_code == 204
    assert anna.get(link).status_code == 404


def test_odd_pages_tell_the_same_in_the_end(
    anna: httpx2.Client, state: State, sandbox: Sandbox, start: str
) -> None:
    """Graph: Use delta query: pages may be short or empty, items may come twice and in any order."""
    fill(state, "A", "B", "C", "D", "E")
    sandbox.faults.mischief = replace(
        sandbox.faults.mischief, page_max=2, empty_pages=True, repeat_items=True, reverse_pages=True
    )
    items, _, pages = follow(anna, start, Prefer="odata.maxpagesize=50")
    assert named(items) == ["B", "A", "D", "C", "B", "E", "D"]
    assert pages == 5


def test_a_lagging_delta_tells_later(anna: httpx2.Client, state: State, sandbox: Sandbox, start: str) -> None:
    """Writes may show with delay: with a lag of one round a change is told one round later."""
    fill(state, "A")
    sandbox.faults.mischief = replace(sandbox.faults.mischief, delta_lag=1)
    _, link, _ = follow(anna, start)
    fill(state, "B")
    items, link, _ = follow(anna, link)
    assert named(items) == []
    items, link, _ = follow(anna, link)
    assert named(items) == ["B"]


def test_a_round_without_changes_costs_the_same_however_many_there_are(
    anna: httpx2.Client, state: State, start: str
) -> None:
    """A delta that has nothing to tell is answered by an index: the database takes the same number of steps."""
    steps: list[int] = []

    def cost_of_nothing() -> int:
        _, link, _ = follow(anna, start, Prefer="odata.maxpagesize=200")
        steps.clear()
        state.database._connection.set_progress_handler(lambda: steps.append(1), 1)
        assert follow(anna, link)[0] == []
        state.database._connection.set_progress_handler(None, 0)
        return len(steps)

    fill(state, "A")
    few = cost_of_nothing()
    with state.transaction():
        fill(state, *[str(n) for n in range(600)])
    assert few > 0
    assert cost_of_nothing() <= few + 10
