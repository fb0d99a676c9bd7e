"""Every answer of To Do, name by name and type by type, against Microsoft's own metadata."""

import httpx2
import pytest

from m365_sandbox import task_type
from m365_sandbox.state import State
from m365_sandbox.store.task_records import Task
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_metadata import metadata, problems

_DAY = {"dateTime": "2026-11-10T00:00:00", "timeZone": "Europe/Amsterdam"}
_DAILY = {"pattern": {"type": "daily", "interval": 2}, "range": {"type": "noEnd", "startDate": "2026-11-10"}}
_TYPES = [
    ("/todo/lists", "Collection(graph.todoTaskList)"),
    ("/todo/lists/delta", "Collection(graph.todoTaskList)"),
    ("{list}", "graph.todoTaskList"),
    ("{list}/tasks", "Collection(graph.todoTask)"),
    ("{list}/tasks/delta", "Collection(graph.todoTask)"),
    ("{list}/tasks/{task}?$expand=checklistItems,linkedResources,extensions", "graph.todoTask"),
    ("{list}/tasks/{done}", "graph.todoTask"),
    ("{list}/tasks/{task}/checklistItems", "Collection(graph.checklistItem)"),
    ("{list}/tasks/{task}/linkedResources", "Collection(graph.linkedResource)"),
    ("{list}/tasks/{task}/extensions", "Collection(graph.extension)"),
]


@pytest.fixture
def full(state: State) -> Task:
    """A task that has every property, with a step, a link and an extension."""
    made = state.add_task(
        ADDRESS,
        {
            "title": "Bel Jan",
            "body": {"contentType": "html", "content": "<p>x</p>"},
            "importance": "high",
            "isReminderOn": True,
            "categories": ["A"],
            "recurrence": _DAILY,
            **dict.fromkeys(("dueDateTime", "startDateTime", "reminderDateTime"), _DAY),
        },
        links=[dict.fromkeys(task_type.LINK_PROPERTIES, "x")],
        steps=[{"displayName": "s", "isChecked": True}],
    )
    state.beside.write_extension(made.owner, "org.example", {"n": 1})
    return made


def test_the_types_are_those_of_the_metadata() -> None:
    """Every property of Graph's To Do types is modelled, and no other."""
    known = metadata().properties
    beside = {"attachments", "attachmentSessions", "checklistItems", "extensions", "linkedResources"}
    assert set(task_type.PROPERTIES) == set(known["todoTask"]) - beside
    assert set(task_type.LIST_PROPERTIES) == set(known["todoTaskList"]) - {"extensions", "tasks"}
    assert {*task_type.LINK_PROPERTIES, "id"} == set(known["linkedResource"])
    assert {*task_type.STEP_PROPERTIES, "id"} == set(known["checklistItem"])
    for name, type_name in (("status", "taskStatus"), ("importance", "importance")):
        assert set(task_type.CHOICES[name]) == metadata().enums[type_name]


@pytest.mark.parametrize(("address", "type_name"), _TYPES)
def test_answers_are_as_the_metadata_say(
    anna: httpx2.Client, state: State, full: Task, *, address: str, type_name: str
) -> None:
    """Graph v1.0 metadata: every name is declared, every value is of its type."""
    done = state.add_task(ADDRESS, {"title": "x", "status": "completed"})
    place = f"/todo/lists/{full.list_id}"
    answer = anna.get(address.format(list=place, task=full.id, done=done.id))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    value = body["value"] if type_name.startswith("Collection") else body
    assert value
    assert list(problems(value, type_name, "")) == []


def test_a_full_task_answers_every_property(anna: httpx2.Client, full: Task) -> None:
    """Nothing that was stored is missing from the answer; what an open task cannot have is."""
    body = anna.get(f"/todo/lists/{full.list_id}/tasks/{full.id}").json()
    assert set(task_type.PROPERTIES) - body.keys() == {"completedDateTime"}
