"""The Graph connector passes the contract of tasks, under every reading of what Microsoft's pages leave open."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from crmcorner.items.changes import Upserted
from crmcorner.items.records import Kind, Task
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.mailbox.graph.task_ids import item_id as id_in_list
from crmcorner.mailbox.graph.task_items import TaskItems
from crmcorner.mailbox.graph.task_reading import STATUS_WORDS
from tests.mailbox.graph_world import ADDRESS, client_with
from tests.mailbox.task_contract import CALL, TENTH, TaskContract, TaskWorld, task_of
from tests.mailbox.task_service import DEFAULT, OTHER, Json, TaskReadings, TaskService

ZONES = ("Europe/Amsterdam", "Pacific/Auckland", "America/New_York")


class GraphTasks(TaskWorld):
    """Anna's tasks. Her hands reach the service's state directly; her To Do writes days in her zone."""

    mailbox: GraphMailbox

    def __init__(self, readings: TaskReadings, zone: str = "Europe/Amsterdam") -> None:
        self.service, self.zone = TaskService(readings, zone), zone
        self.client = client_with(self.service)
        ignored = readings.if_match == "ignored"
        self.mailbox = GraphMailbox(
            self.client, user=ADDRESS, country="NL", language="nl", read_before_write=ignored
        )
        self.mailbox._items = {**self.mailbox._items, Kind.TASKS: self.items(read_before_write=ignored)}

    def items(self, **settings: Any) -> TaskItems:
        """A connector to the tasks alone."""
        return TaskItems(self.client, "/users/anna%40example.org", zone=self.zone, **settings)

    def user_adds(self, task: Task, list_id: str = DEFAULT) -> str:
        properties: Json = {
            "title": task.subject,
            "body": {"content": task.note, "contentType": "text"},
            "status": STATUS_WORDS[task.status],
            "importance": "normal",
            "dueDateTime": self.midnight(task.due),
            "startDateTime": self.midnight(task.start),
        }
        return id_in_list(list_id, self.service.add(properties, list_id))

    def midnight(self, day: date | None) -> Json | None:
        """A day as Outlook writes it."""
        return None if day is None else {"dateTime": f"{day}T00:00:00", "timeZone": self.zone}

    def key(self, item_id: str) -> str:
        """The task's own id."""
        tasks = self.service.tasks.items()
        return next(key for key, task in tasks if id_in_list(task.list_id, key) == item_id)

    def user_renames(self, item_id: str, subject: str) -> None:
        self.service.edit(self.key(item_id), {"title": subject})

    def user_deletes(self, item_id: str) -> None:
        self.service.remove(self.key(item_id))

    def user_adds_extras(self, item_id: str) -> None:
        task = self.service.tasks[self.key(item_id)]
        task.steps.append({"displayName": "stap", "isChecked": True})
        task.links.append({"applicationName": "Outlook", "externalId": "mail-1"})
        self.service.edit(self.key(item_id), {"categories": ["Golf", "CRMcorner"]})

    def extras(self, item_id: str) -> Any:
        task = self.service.tasks[self.key(item_id)]
        return list(task.steps), list(task.links), list(task.properties["categories"])

    def cut_pages(self, size: int) -> None:
        self.service.page_size = size

    def expire_cursors(self) -> None:
        self.service.epoch += 1

    def lose_next_answer(self) -> None:
        self.service.lose_answers = 1


def alternatives() -> list[Json]:
    """Each reading that is not the service's own choice, one at a time, and all of them together."""
    plain, hints, found = TaskReadings(), get_type_hints(TaskReadings), list[Json]()
    for name in (each.name for each in fields(TaskReadings)):
        values = get_args(hints[name]) or {bool: (False,), str: ("Europe/Amsterdam",)}.get(hints[name], ())
        found += [{name: value} for value in values if value != getattr(plain, name)]
    return [*found, {name: value for each in found for name, value in each.items()}]


class TestGraphTasks(TaskContract):
    """The contract, on the Graph connector."""

    @pytest.fixture(params=[{}, *alternatives()], ids=str)
    def world(self, request: pytest.FixtureRequest) -> Iterator[GraphTasks]:
        world = GraphTasks(TaskReadings(**request.param))
        yield world
        world.client.close()


class TestGraphTasksWithOddPages(TaskContract):
    """The contract, where items come twice and in any order, and answers of a batch too."""

    @pytest.fixture
    def world(self) -> Iterator[GraphTasks]:
        world = GraphTasks(TaskReadings())
        world.service.odd_pages = True
        yield world
        world.client.close()


# --- days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("home", ZONES)
@pytest.mark.parametrize("days", ["anchored", "floating"])
@pytest.mark.parametrize("answered_in", ["UTC", "home"])
@pytest.mark.parametrize("writer", ["user", "us"])
def test_due_dates_never_shift(home: str, days: Any, answered_in: str, writer: str) -> None:
    """R52: whoever wrote the day, wherever the user lives, however the service answers."""
    zone = home if answered_in == "home" else "UTC"
    world = GraphTasks(TaskReadings(days=days, answered_in=zone), home)
    for day in (TENTH, date(2026, 7, 1), date(2026, 3, 29), date(2028, 2, 29)):
        task = Task(subject="x", start=day, due=day)
        made = world.user_adds(task) if writer == "user" else world.make(task).item_id
        assert task_of(world.seen(made)) == task
        assert task_of(world.news()[0][made]) == task
        # A change of something else leaves the days as they are, on either side.
        assert task_of(world.change(world.seen(made), note="n")) == replace(task, note="n")
        moved = replace(task, note="n", due=date(2026, 12, 31))
        assert task_of(world.change(world.seen(made), due=moved.due)) == moved
    world.client.close()


# --- requests ---------------------------------------------------------------------------------------------------


@pytest.fixture
def world() -> Iterator[GraphTasks]:
    """The service's own choice of readings."""
    made = GraphTasks(TaskReadings())
    yield made
    made.client.close()


def counted(world: GraphTasks) -> tuple[int, int]:
    """Requests since the last look: as they count for the quota, and over the wire."""
    counts = world.service.counted, world.service.http
    world.service.counted = world.service.http = 0
    return counts


def test_a_run_without_news_costs_one_request(world: GraphTasks) -> None:
    """R11: the default list is known by the cursor, also to a new connector."""
    world.user_adds(CALL)
    _, cursor = world.news()
    counted(world)
    assert list(world.items().changes(cursor, None))[-1].changes == ()
    assert counted(world) == (1, 1)


def test_pushing_45_tasks_counts_45_in_three_requests(world: GraphTasks) -> None:
    """R17: and a change or deletion of each likewise."""
    _, _cursor = world.news()
    counted(world)
    made = [each.item for each in world.apply(*[world.create(Task(subject=f"N{n}")) for n in range(45)])]
    assert counted(world) == (45, 3)
    world.apply(*[world.update(each, subject="x") for each in made])
    assert counted(world) == (45, 3)
    world.mailbox.fetch(Kind.TASKS, [each.item_id for each in made])
    assert counted(world) == (45, 3)


def test_all_lists_are_read_and_written_where_they_are(world: GraphTasks) -> None:
    """R50: with `all`, a task of another list comes too, and is changed and deleted in its own list."""
    mine, other = world.user_adds(CALL), world.user_adds(Task(subject="elders"), OTHER)
    items = world.items(all_lists=True)
    pages = list(items.changes(None, None))
    found = {each.item_id: each for page in pages for each in page.changes}
    assert found.keys() == {mine, other}
    seen = found[other]
    assert isinstance(seen, Upserted)
    assert seen.folder == OTHER
    (stored,) = items.apply([world.update(seen, subject="anders")])
    assert task_of(stored.item).subject == "anders"  # type: ignore[union-attr]
    assert world.service.tasks[world.key(other)].list_id == OTHER
    del world.service.lists[OTHER]
    gone = [each for page in items.changes(pages[-1].cursor, None) for each in page.changes]
    assert [each.item_id for each in gone] == [other]
    assert items.fetch([mine, other]).keys() == {mine}
