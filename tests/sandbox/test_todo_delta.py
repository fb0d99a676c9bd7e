"""Deltas of To Do: tasks per list, and the lists themselves."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.readings import changed
from m365_sandbox.state import State
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import Task, TaskList
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_contact_delta import follow

LISTS = "/todo/lists/delta"


@pytest.fixture
def place(state: State) -> TaskList:
    """Anna's default list."""
    return state.task_lists.default(state.directory.get(ADDRESS).n)


@pytest.fixture
def start(place: TaskList) -> str:
    """Where its delta begins."""
    return f"/todo/lists/{place.id}/tasks/delta"


def fill(state: State, *titles: str) -> list[Task]:
    """Tasks in Anna's default list."""
    return [state.add_task(ADDRESS, {"title": title}) for title in titles]


def named(items: list[JsonObject], name: str = "title") -> list[str]:
    """What happened, in words: a title, or that something was removed."""
    return ["removed" if "@removed" in each else each[name] for each in items]


def test_rounds_give_all_then_only_what_changed(anna: httpx2.Client, state: State, start: str) -> None:
    """R51: Graph: todoTask: delta: every task first, then what was added, changed or removed."""
    first, second, _ = fill(state, "A", "B", "C")
    items, link, _ = follow(anna, start)
    assert named(items) == ["A", "B", "C"]
    state.remove_task(ADDRESS, second)
    state.update_task(ADDRESS, first, {"status": "completed"})
    fill(state, "D")
    items, after, _ = follow(anna, link)
    assert named(items) == ["removed", "A", "D"]
    removed = {"@odata.type": "#microsoft.graph.todoTask", "id": second.id, "@removed": {"reason": "deleted"}}
    assert items[0] == removed
    assert items[1]["completedDateTime"]["dateTime"] == "2026-11-23T00:00:00.0000000"
    assert follow(anna, after)[0] == []
    assert named(follow(anna, link)[0]) == named(items), "the same link gives the same again"
    assert named(follow(anna, start)[0]) == ["C", "A", "D"], "a new client hears of what there is"


@pytest.mark.parametrize(("wanted", "pages"), [("2", 3), ("200", 1), (None, 1)])
def test_pages_are_as_large_as_preferred(
    anna: httpx2.Client, state: State, start: str, wanted: str | None, pages: int
) -> None:
    """Graph: todoTask: delta: `Prefer: odata.maxpagesize`."""
    fill(state, "A", "B", "C", "D", "E")
    headers = {} if wanted is None else {"Prefer": f"odata.maxpagesize={wanted}"}
    items, _, trips = follow(anna, start, **headers)
    assert (named(items), trips) == (["A", "B", "C", "D", "E"], pages)


def test_select_is_remembered_and_other_options_are_refused(
    anna: httpx2.Client, state: State, start: str
) -> None:
    """Options are given once; those that the page took from the one on messages are not modelled."""
    fill(state, "A")
    items, link, _ = follow(anna, f"{start}?$select=status")
    assert [set(each) for each in items] == [{"@odata.type", "@odata.etag", "id", "status"}]
    fill(state, "B")
    assert "title" not in follow(anna, link)[0][0]
    for option in ("$filter=status eq 'x'", "$orderby=title", "$top=5", "$expand=linkedResources"):
        assert anna.get(f"{start}?{option}").status_code == 501
    assert anna.get(f"{start}?$select=title").status_code == 400


def test_a_move_is_a_removal_here_and_a_newcomer_there(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: todoTask: the id changes when the user moves the task to another list."""
    (task,) = fill(state, "A")
    other = state.add_task_list(ADDRESS, "Other")
    there = f"/todo/lists/{other.id}/tasks/delta"
    here_link, there_link = follow(anna, start)[1], follow(anna, there)[1]
    moved = state.move_task(ADDRESS, task, other)
    assert [(each["id"], "@removed" in each) for each in follow(anna, here_link)[0]] == [(task.id, True)]
    assert [each["id"] for each in follow(anna, there_link)[0]] == [moved.id]
    assert moved.id != task.id


@pytest.mark.parametrize("told", [False, True])
def test_steps_and_links_show_where_the_reading_says_so(
    anna: httpx2.Client, state: State, start: str, *, told: bool
) -> None:
    """graph-facts 5.5: whether a changed step or link shows in the delta is open."""
    state.readings = changed(state.readings, {"task_parts_change_task": told})
    (task,) = fill(state, "A")
    items, link, _ = follow(anna, start)
    base = start.replace("delta", task.id)
    etag = anna.get(base).json()["@odata.etag"]
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("POST", "linkedResources", {"externalId": "1"}),
        ("POST", "checklistItems", {"displayName": "s"}),
    ]
    for method, kind, body in calls:
        made = anna.request(method, f"{base}/{kind}", json=body)
        assert made.status_code == 201, made.text
        one = f"{base}/{kind}/{made.json()['id']}"
        items, link, _ = follow(anna, link)
        assert named(items) == (["A"] if told else [])
        assert anna.patch(one, json={"displayName": "t"}).status_code == 200
        items, link, _ = follow(anna, link)
        assert named(items) == (["A"] if told else [])
        assert anna.delete(one).status_code == 204
        items, link, _ = follow(anna, link)
        assert named(items) == (["A"] if told else [])
    assert (anna.get(base).json()["@odata.etag"] != etag) == told


def test_tokens_that_are_forgotten_damaged_or_foreign(anna: httpx2.Client, state: State, start: str) -> None:
    """graph-facts 10: 410 with a Location, 400 for a token of another list, 404 when the list is gone."""
    fill(state, "A")
    other = state.add_task_list(ADDRESS, "Other")
    there = f"/todo/lists/{other.id}/tasks/delta"
    link, other_link = follow(anna, start)[1], follow(anna, there)[1]
    for address in (
        f"{there}?{link.partition('?')[2]}",
        f"{LISTS}?{link.partition('?')[2]}",
        link[:-6] + "AAAAA=",
    ):
        answer = anna.get(address)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "syncStateInvalid")
    state.remove_task_list(ADDRESS, other)
    assert anna.get(other_link).status_code == 404
    state.directory.expire_cursors(state.directory.get(ADDRESS).n)
    answer = anna.get(link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "syncStateNotFound")
    assert named(follow(anna, answer.headers["Location"])[0]) == ["A"]


def test_odd_pages_tell_the_same_in_the_end(
    anna: httpx2.Client, state: State, sandbox: Sandbox, start: str
) -> None:
    """Graph: Use delta query: pages may be short or empty, items may come twice and in any order."""
    fill(state, "A", "B", "C", "D", "E")
    sandbox.faults.mischief = replace(
        sandbox.faults.mischief, page_max=2, empty_pages=True, repeat_items=True, reverse_pages=True
    )
    items, _, pages = follow(anna, start, Prefer="odata.maxpagesize=50")
    assert (named(items), pages) == (["B", "A", "D", "C", "B", "E", "D"], 5)


def test_a_lagging_delta_tells_later(anna: httpx2.Client, state: State, sandbox: Sandbox, start: str) -> None:
    """graph-facts 10: with a lag of one round a change is told one round later."""
    fill(state, "A")
    sandbox.faults.mischief = replace(sandbox.faults.mischief, delta_lag=1)
    link = follow(anna, start)[1]
    fill(state, "B")
    items, link, _ = follow(anna, link)
    assert named(items) == []
    assert named(follow(anna, link)[0]) == ["B"]


def test_a_change_during_a_round_is_not_lost(anna: httpx2.Client, state: State, start: str) -> None:
    """Graph: Use delta query: what changes while pages are read comes in this round or the next."""
    first, *_, last = fill(state, "A", "B", "C")
    page = anna.get(start, headers={"Prefer": "odata.maxpagesize=1"}).json()
    state.update_task(ADDRESS, first, {"title": "A2"})
    state.remove_task(ADDRESS, last)
    fill(state, "D")
    items, link, _ = follow(anna, page["@odata.nextLink"])
    told = {each["id"]: each for each in [*page["value"], *items, *follow(anna, link)[0]]}
    assert sorted(named(list(told.values()))) == ["A2", "B", "D", "removed"]


def test_lists_have_a_delta_of_their_own(anna: httpx2.Client, state: State) -> None:
    """R50: Graph: todoTaskList: delta: the built-in lists too; a changed task is no news of its list."""
    gone = state.add_task_list(ADDRESS, "Weg")
    state.remove_task_list(ADDRESS, gone)
    items, link, _ = follow(anna, LISTS)
    assert named(items, "displayName") == ["Taken", "Gemarkeerde e-mail"]
    made = state.add_task_list(ADDRESS, "Klanten")
    fill(state, "A")
    items, link, _ = follow(anna, link)
    assert named(items, "displayName") == ["Klanten"]
    anna.patch(f"/todo/lists/{made.id}", json={"displayName": "Prospects"})
    items, link, _ = follow(anna, link)
    assert (named(items, "displayName"), items[0]["id"]) == (["Prospects"], made.id)
    anna.delete(f"/todo/lists/{made.id}")
    items, link, _ = follow(anna, link)
    assert [(each["id"], "@removed" in each) for each in items] == [(made.id, True)]
    assert follow(anna, link)[0] == []


def test_lists_are_paged(anna: httpx2.Client, state: State) -> None:
    """Graph: todoTaskList: delta: `Prefer: odata.maxpagesize`; `$select` is remembered."""
    for name in "ABC":
        state.add_task_list(ADDRESS, name)
    items, _, pages = follow(anna, f"{LISTS}?$select=displayName", Prefer="odata.maxpagesize=2")
    assert (len(items), pages) == (5, 3)
    assert {name for each in items for name in each} == {"@odata.type", "@odata.etag", "id", "displayName"}
    assert anna.get(f"{LISTS}?$filter=displayName eq 'A'").status_code == 501
