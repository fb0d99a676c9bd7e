"""The Graph connector passes the contract of tasks on the sandbox, under every reading that concerns tasks."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from crmcorner.items.changes import Removed
from crmcorner.items.records import Kind, Task
from crmcorner.items.recurrence import Pattern, Recurrence
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.mailbox.graph.task_ids import address_of, item_id
from crmcorner.mailbox.graph.task_items import TaskItems
from crmcorner.mailbox.graph.task_reading import STATUS_WORDS
from crmcorner.mailbox.graph.wire import Request, segment
from tests.mailbox.graph_world import ADDRESS, GraphWorld, alternative_readings, graph_world
from tests.mailbox.task_contract import TENTH, TaskContract, TaskWorld, task_of

ROOT = f"/users/{segment(ADDRESS)}"
LISTS = f"{ROOT}/todo/lists"
ZONES = ("Europe/Amsterdam", "Pacific/Auckland", "America/New_York")
Json = dict[str, Any]


class SandboxTasks(TaskWorld):
    """Anna's tasks in the sandbox. Her hands are those of another program, which writes days in her zone."""

    mailbox: GraphMailbox
    bad_task = Task(subject="Bad", recurrence=Recurrence(pattern=Pattern.WEEKLY, first=TENTH))

    def __init__(self, graph: GraphWorld, zone: str = "Europe/Amsterdam") -> None:
        self.graph, self.zone = graph, zone
        self.ignored = graph.state.readings.task_if_match == "ignored"
        self.mailbox = graph.connect(read_before_write=self.ignored)
        self.client = graph.mailbox._client
        self.mailbox._items = {**self.mailbox._items, Kind.TASKS: self.items()}
        self.default = next(
            each["id"]
            for each in self.ask("GET", LISTS)["value"]
            if each["wellknownListName"] == "defaultList"
        )

    def items(self, *, all_lists: bool = False) -> TaskItems:
        """A connector to the tasks alone."""
        return TaskItems(
            self.client, ROOT, zone=self.zone, all_lists=all_lists, read_before_write=self.ignored
        )

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """What the other program does."""
        answer = self.client.send(Request(method, path, body))
        assert answer.ok, answer
        return dict(msgspec.json.decode(answer.body)) if answer.body else {}

    def user_adds(self, task: Task, list_id: str = "") -> str:
        place = list_id or self.default
        body: Json = {
            "title": task.subject,
            "body": {"content": task.note, "contentType": "text"},
            "status": STATUS_WORDS[task.status],
            "importance": "normal",
            "dueDateTime": self.midnight(task.due),
            "startDateTime": self.midnight(task.start),
        }
        filled = {name: value for name, value in body.items() if value is not None}
        return item_id(place, self.ask("POST", f"{LISTS}/{segment(place)}/tasks", filled)["id"])

    def midnight(self, day: date | None) -> Json | None:
        """A day as Outlook writes it."""
        return None if day is None else {"dateTime": f"{day}T00:00:00", "timeZone": self.zone}

    def user_renames(self, item_id: str, subject: str) -> None:
        self.ask("PATCH", address_of(ROOT, item_id), {"title": subject})

    def user_deletes(self, item_id: str) -> None:
        self.ask("DELETE", address_of(ROOT, item_id))

    def user_adds_extras(self, item_id: str) -> None:
        path = address_of(ROOT, item_id)
        self.ask("POST", f"{path}/checklistItems", {"displayName": "stap"})
        self.ask("POST", f"{path}/linkedResources", {"applicationName": "Outlook", "externalId": "mail-1"})
        self.ask("PATCH", path, {"categories": ["Golf", "CRMcorner"]})

    def extras(self, item_id: str) -> Any:
        task = self.ask("GET", f"{address_of(ROOT, item_id)}?$expand=checklistItems,linkedResources")
        found = [task[name] for name in ("checklistItems", "linkedResources", "categories")]
        assert all(found)
        return found

    def cut_pages(self, size: int) -> None:
        self.graph.sandbox.faults.mischief.page_max = size

    def expire_cursors(self) -> None:
        self.graph.state.directory.expire_cursors(self.graph.state.directory.get(ADDRESS).n)

    def lose_next_answer(self) -> None:
        for method in ("POST", "PATCH"):
            self.graph.sandbox.faults.add("drop_after", method=method, path="/tasks")


def of_tasks() -> list[Json]:
    """The readings that concern tasks."""
    shared = {"conflict_code", "both_id_forms", "empty_text", "tidying"}
    return [
        each
        for each in alternative_readings()
        if any(name in shared or name.startswith("task_") for name in each)
    ]


@pytest.fixture
def world() -> Iterator[SandboxTasks]:
    """The sandbox's own choice of readings."""
    with graph_world() as graph:
        made = SandboxTasks(graph)
        yield made
        made.mailbox.close()


class TestTasksOnTheSandbox(TaskContract):
    """The contract, on the Graph connector."""

    @pytest.fixture(params=[{}, *of_tasks()], ids=str)
    def world(self, request: pytest.FixtureRequest) -> Iterator[SandboxTasks]:
        with graph_world(**request.param) as graph:
            made = SandboxTasks(graph)
            yield made
            made.mailbox.close()


class TestTasksOnTheSandboxWithOddPages(TaskContract):
    """The contract, where pages and batches come in every legal but odd form at once."""

    @pytest.fixture
    def world(self) -> Iterator[SandboxTasks]:
        with graph_world() as graph:
            mischief = graph.sandbox.faults.mischief
            mischief.repeat_items = mischief.reverse_pages = True
            mischief.empty_pages = mischief.shuffle_batch = True
            made = SandboxTasks(graph)
            yield made
            made.mailbox.close()


@pytest.mark.parametrize("home", ZONES)
@pytest.mark.parametrize("writer", ["user", "us"])
@pytest.mark.parametrize("reading", [{}, *of_tasks()], ids=str)
def test_due_dates_never_shift(home: str, writer: str, reading: Json) -> None:
    """R52: whoever wrote the day, wherever the user lives, however the service answers."""
    with graph_world(**reading) as graph:
        world = SandboxTasks(graph, home)
        for day in (TENTH, date(2026, 7, 1), date(2026, 3, 29), date(2028, 2, 29)):
            task = Task(subject="x", start=day, due=day)
            made = world.user_adds(task) if writer == "user" else world.make(task).item_id
            assert task_of(world.seen(made)) == task_of(world.news()[0][made]) == task
            assert task_of(world.change(world.seen(made), note="n")).due == day
            moved = world.change(world.seen(made), due=date(2026, 12, 31))
            assert (task_of(moved).due, task_of(moved).start) == (date(2026, 12, 31), day)
        world.mailbox.close()


def test_a_run_without_news_costs_one_request(world: SandboxTasks) -> None:
    """R11: the default list is known by the cursor, also to a new connector."""
    world.user_adds(Task(subject="x"))
    _, cursor = world.news()
    world.graph.reset()
    assert list(world.items().changes(cursor, None))[-1].changes == ()
    assert world.graph.counts()["counted"] == 1


def test_pushing_113_tasks_counts_113_and_none_is_refused(world: SandboxTasks) -> None:
    """R17: four chains at a time stay within the service's four concurrent requests."""
    world.news()
    world.graph.reset()
    results = world.apply(*[world.create(Task(subject=f"N{n}")) for n in range(113)])
    assert len({task_of(each.item).subject for each in results}) == 113
    counts = world.graph.counts()
    assert (counts["counted"], counts["http"], counts["refused"]) == (113, 6, 0)
    world.graph.reset()
    assert len(world.news()[0]) == 113
    world.graph.reset()
    found = world.mailbox.created(Kind.TASKS, [f"contract-{n}" for n in range(1, 114)])
    assert len(found) == 113
    assert world.graph.counts()["counted"] <= 3


def test_all_lists_and_one_that_is_deleted(world: SandboxTasks) -> None:
    """R50, R51: with `all`, tasks of other lists come too; with their list they go."""
    place = world.ask("POST", LISTS, {"displayName": "Elders"})["id"]
    mine, other = world.user_adds(Task(subject="x")), world.user_adds(Task(subject="elders"), place)
    items = world.items(all_lists=True)
    pages = list(items.changes(None, None))
    assert {each.item_id for page in pages for each in page.changes} == {mine, other}
    assert world.news()[0].keys() == {mine}
    (stored,) = items.apply([world.update(items.fetch([other])[other], subject="anders")])
    assert task_of(stored.item).subject == "anders"  # type: ignore[union-attr]
    world.ask("DELETE", f"{LISTS}/{segment(place)}")
    gone = [each for page in items.changes(pages[-1].cursor, None) for each in page.changes]
    assert gone == [Removed(item_id=other)]
    assert items.fetch([mine, other]).keys() == {mine}
