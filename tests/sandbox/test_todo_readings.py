"""The points of To Do that Microsoft leaves open: each reading does what it says."""

from typing import Any

import httpx2
import pytest

from m365_sandbox.readings import changed
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS

ZONE = "W. Europe Standard Time"
PREFERS = {"Prefer": f'outlook.timezone="{ZONE}"'}


def read(state: State, **readings: Any) -> None:
    """Set readings."""
    state.readings = changed(state.readings, readings)


@pytest.fixture
def task(state: State) -> str:
    """The address of a task that is due on the tenth, in Amsterdam, with a note of two lines."""
    made = state.add_task(
        ADDRESS,
        {
            "title": "Bel Jan",
            "dueDateTime": {"dateTime": "2026-11-10T00:00:00", "timeZone": ZONE},
            "reminderDateTime": {"dateTime": "2026-11-10T08:00:00", "timeZone": ZONE},
            "body": {"contentType": "text", "content": "1 < 2\n  3"},
        },
    )
    return f"/todo/lists/{made.list_id}/tasks/{made.id}"


@pytest.mark.parametrize(
    ("readings", "headers", "expected"),
    [
        ({}, {}, ("2026-11-09T23", "UTC")),
        ({}, PREFERS, ("2026-11-09T23", "UTC")),
        ({"task_time_zone": "preference"}, PREFERS, ("2026-11-10T00", ZONE)),
        ({"task_days": "floating"}, {}, ("2026-11-10T00", "UTC")),
        ({"task_days": "floating", "task_time_zone": "preference"}, PREFERS, ("2026-11-10T00", ZONE)),
    ],
)
def test_how_a_day_is_answered(
    anna: httpx2.Client,
    state: State,
    task: str,
    *,
    readings: dict[str, Any],
    headers: dict[str, str],
    expected: tuple[str, str],
) -> None:
    """R52: graph-facts 5.6: in UTC or in the zone that is preferred; anchored to its zone or floating."""
    read(state, **readings)
    answered = anna.get(task, headers=headers).json()
    due, reminder = answered["dueDateTime"], answered["reminderDateTime"]
    assert (due["dateTime"][:13], due["timeZone"]) == expected
    hour = "08" if expected[1] == ZONE else "07"
    assert (reminder["dateTime"], reminder["timeZone"]) == (f"2026-11-10T{hour}:00:00.0000000", expected[1])


def test_how_a_note_is_answered(anna: httpx2.Client, state: State, task: str) -> None:
    """graph-facts 5.4: a note comes back as text or as HTML; nothing of it is lost."""
    assert anna.get(task).json()["body"] == {"contentType": "text", "content": "1 < 2\n  3"}
    read(state, task_bodies="html")
    note = {"contentType": "html", "content": "<html><body>1 &lt; 2<br>\r\n&nbsp;&nbsp;3</body></html>"}
    assert anna.get(task).json()["body"] == note
    assert anna.patch(task, json={"body": {"contentType": "text", "content": ""}}).json()["body"] == {
        "contentType": "html",
        "content": "",
    }


def test_a_note_in_plain_text_may_be_refused(anna: httpx2.Client, state: State, task: str) -> None:
    """Graph: Update todoTask: "only HTML type is supported"."""
    text, marked = ({"body": {"contentType": kind, "content": "x"}} for kind in ("text", "html"))
    assert anna.patch(task, json=text).json()["body"] == text["body"]
    read(state, task_text_patch="refused")
    assert anna.patch(task, json=text).status_code == 400
    assert anna.patch(task, json={"body": {"content": "x"}}).status_code == 400
    assert anna.patch(task, json=marked).json()["body"] == marked["body"]
    assert anna.patch(task, json={"body": {"contentType": "text", "content": ""}}).status_code == 200


def test_the_last_day_of_the_calendar_has_no_next_one(state: State) -> None:
    """R52: a repeating task of 31 December 9999 is ticked off like any other."""
    daily = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "noEnd", "startDate": "2026-11-10"},
    }
    due = {"dateTime": "9999-12-31T00:00:00", "timeZone": "UTC"}
    task = state.add_task(ADDRESS, {"title": "x", "dueDateTime": due, "recurrence": daily})
    done = state.update_task(ADDRESS, task, {"status": "completed"})
    assert state.tasks.listed(state.task_lists.by_number(task.list)) == [done]
