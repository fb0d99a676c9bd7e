"""Mistakes put into the connector for Graph; the story of an office must tell each."""

from collections.abc import Callable
from typing import Any

import pytest

from crmcorner.items.changes import Stored
from crmcorner.items.records import CATEGORY
from crmcorner.mailbox.graph import (
    batches,
    client,
    contact_items,
    delta,
    event_reading,
    faults,
    items,
    reading,
    task_changes,
    task_dates,
    task_items,
    task_reading,
)
from tests.mailbox.graph_world import graph_world
from tests.mailbox.office import TEN, TENTH, story

Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(autouse=True)
def short_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four lanes of chained writes from four writes on, as otherwise from eighty."""
    monkeypatch.setattr(batches, "CHAINED_FROM", 4)
    monkeypatch.setattr(batches, "BATCH_REQUESTS", 4)


def as_it_must_be() -> dict[str, Any]:
    """What the story leaves, worked out by hand."""
    everybody = sorted(
        [
            ("P0", "Crm", "", "Nul"),
            ("P1", "Crm", "verkoper", ""),
            *((f"P{number}", "Crm", "inkoper", "") for number in (3, 4, 5, 6)),
            *((f"P{number}", "Crm", "", "") for number in (7, 8)),
            *((f"P{number}", "Outlook", "", "") for number in (10, 11, 12)),
        ]
    )
    untagged = ("", "Private", "", "")
    tasks = sorted((subject, TENTH, "Vandaag") for subject in ("Bellen", "Taak 0", "Taak 1", "Taak 2"))
    hours = (TEN, TEN.replace(hour=10))
    meetings = sorted((subject, *hours) for subject in ("Bezoek", "Afspraak 0", "Afspraak 1", "Afspraak 2"))
    return {
        "Contacts in the CRM": sorted([*everybody, ("P2", "Crm", "", "")]),
        "Contacts in Outlook": sorted([*everybody, untagged]),
        "Contacts, ties": [*["active"] * 11, "removed"],
        "Contacts, open": (0, 0, 0),
        "Tasks in the CRM": tasks,
        "Tasks in Outlook": tasks,
        "Tasks, ties": ["active"] * 4,
        "Tasks, open": (0, 0, 0),
        "Calendar in the CRM": meetings,
        "Calendar in Outlook": meetings,
        "Calendar, ties": ["active"] * 4,
        "Calendar, open": (0, 0, 0),
        "categories": [[CATEGORY, "Golf"]] * 3,
    }


def test_the_story_ends_well() -> None:
    """R17, R20, R52, R60: whatever the service's manners, lost answers and broken chains."""
    with graph_world() as world:
        assert story(world) == as_it_must_be()


def answers_are_taken_in_the_order_they_come(patch: pytest.MonkeyPatch) -> None:
    """The ids of a batch's answers are not looked at."""
    plain = client.GraphClient.batch

    def batch(self: Any, requests: Any, *, serial: bool = False) -> Any:
        found = plain(self, requests, serial=serial)
        return [*found[1:], *found[:1]]

    patch.setattr(client.GraphClient, "batch", batch)


def an_empty_page_is_the_last(patch: pytest.MonkeyPatch) -> None:
    """A page without items ends the round, and the next begins where this one did."""
    plain = delta.pages

    def pages(service: Any, link: str, type_: Any) -> Any:
        for page in plain(service, link, type_):
            yield page if page.items else delta.Page(page.items, link, last=True)
            if not page.items:
                return

    for module in (reading, task_changes):
        patch.setattr(module, "pages", pages)


def a_missing_answer_means_not_done(patch: pytest.MonkeyPatch) -> None:
    """What was done and not answered is sent once more."""
    plain = batches.WriteBatches._note

    def note(self: Any, place: int, answer: Any) -> None:
        if answer is not None and answer.status < 500:
            plain(self, place, answer)

    patch.setattr(batches.WriteBatches, "_note", note)


def a_broken_chain_counts_as_done(patch: pytest.MonkeyPatch) -> None:
    """What was not carried out because a request before it failed (424) is forgotten."""
    patch.setattr(faults, "is_failed_dependency", lambda _answer: False)
    plain = items.GraphItems._result

    def result(self: Any, write: Any, answer: Any) -> Any:
        if answer.status == 424:
            return Stored(item_id=getattr(write, "item_id", ""), item=None)
        return plain(self, write, answer)

    patch.setattr(items.GraphItems, "_result", result)


def creations_are_not_looked_up(patch: pytest.MonkeyPatch) -> None:
    """Our mark in an item is not searched for."""
    patch.setattr(contact_items.ContactItems, "created", lambda _self, _stamps: {})


def ids_move_with_the_items(patch: pytest.MonkeyPatch) -> None:
    """Lasting ids are not asked for, so that an item that is moved gets another one."""
    patch.setattr(client, "IMMUTABLE_IDS", 'IdType="Default"')


def days_are_those_of_utc(patch: pytest.MonkeyPatch) -> None:
    """A due date is read as the clock shows it in UTC: the evening before."""
    patch.setattr(task_reading, "read_day", lambda written, _zone: task_dates._clock(written).date())


def zones_are_passed_over(patch: pytest.MonkeyPatch) -> None:
    """Whatever zone a moment is written in, it is taken for UTC."""
    plain = event_reading._moment

    def moment(written: Any, *args: Any, **named: Any) -> Any:
        found = plain(written, *args, **named)
        return found.replace(hour=(found.hour + 1) % 24) if found else found

    patch.setattr(event_reading, "_moment", moment)


def a_task_is_known_by_half_its_id(patch: pytest.MonkeyPatch) -> None:
    """The list that a task stands in is left out of its id."""
    for module, name in (
        (task_reading, "item_id"),
        (task_changes, "item_id"),
        (task_items, "id_in_list"),
    ):
        patch.setattr(module, name, lambda _list, task: f"x/{task}")


@pytest.mark.parametrize(
    "plant",
    [
        answers_are_taken_in_the_order_they_come,
        an_empty_page_is_the_last,
        a_missing_answer_means_not_done,
        a_broken_chain_counts_as_done,
        creations_are_not_looked_up,
        ids_move_with_the_items,
        days_are_those_of_utc,
        zones_are_passed_over,
        a_task_is_known_by_half_its_id,
    ],
    ids=lambda plant: plant.__name__,
)
def test_planted_fault_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """R17: a story that always ends well proves nothing."""
    plant(monkeypatch)
    with graph_world() as world:
        try:
            found = story(world)
        except (AssertionError, KeyError) as error:
            found = {"it broke off": repr(error)}
    assert found != as_it_must_be()
