"""One task of To Do as a record of ours, and orders as the bodies of requests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from crmcorner.items.changes import Create, Unread, Update, Upserted
from crmcorner.items.records import Priority, Task, TaskStatus
from crmcorner.items.recurrence import Pattern, Recurrence
from crmcorner.mailbox.errors import NotUnderstood
from crmcorner.mailbox.graph.task_body import create_body, update_body
from crmcorner.mailbox.graph.task_dates import zone_of
from crmcorner.mailbox.graph.task_ids import address_of, item_id, list_of
from crmcorner.mailbox.graph.task_reading import GraphTask, upserted

AMSTERDAM = zone_of("Europe/Amsterdam")
TENTH = {"dateTime": "2026-11-09T23:00:00.0000000", "timeZone": "UTC"}
DAILY = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "2026-11-10"}}

SAID: dict[str, Any] = {
    "@odata.etag": 'W/"E=="',
    "id": "T/1=",
    "title": " Offerte  sturen ",
    "body": {"content": "<p>een</p><p>twee</p>", "contentType": "html"},
    "status": "waitingOnOthers",
    "importance": "high",
    "startDateTime": {"dateTime": "2026-11-03T00:00:00", "timeZone": "UTC"},
    "dueDateTime": TENTH,
    "isReminderOn": True,
    "reminderDateTime": {"dateTime": "2026-11-09T08:30:59.1234567", "timeZone": "UTC"},
    "recurrence": DAILY,
    "categories": ["Golf"],
    "hasAttachments": False,
}


def read(**said: Any) -> Upserted:
    """The task that the service describes so."""
    task = msgspec.convert({**SAID, **said}, type=GraphTask)
    return upserted(task, list_id="L+1", zone=AMSTERDAM)


def test_everything_that_a_task_says_is_read() -> None:
    """R52: all fields; categories are the user's own and are not told (R20)."""
    item = read()
    assert item.content == Task(
        subject="Offerte sturen",
        note="een\ntwee",
        start=date(2026, 11, 3),
        due=date(2026, 11, 10),
        status=TaskStatus.WAITING,
        priority=Priority.HIGH,
        reminder=datetime(2026, 11, 9, 8, 30, tzinfo=UTC),
        recurrence=Recurrence(pattern=Pattern.DAILY, first=date(2026, 11, 10)),
    )
    assert (item.unread, item.categories, item.stamp) == ({}, (), "")
    assert (item.item_id, item.folder, item.version) == ("L%2B1/T%2F1%3D", "L+1", 'W/"E=="')


def test_what_is_absent_is_empty() -> None:
    """R52: null and left out are the same."""
    bare = upserted(GraphTask(id="T"), list_id="L", zone=UTC)
    nothing = dict.fromkeys([name for name in SAID if name not in {"id", "@odata.etag"}])
    assert read(**nothing).content == bare.content == Task()
    assert not read(**nothing).unread


@pytest.mark.parametrize(
    ("said", "field", "expected"),
    [
        ({"dueDateTime": {"dateTime": "2026-02-30T00:00:00", "timeZone": "UTC"}}, "due", "2026-02-30T00:00:00 UTC"),
        ({"startDateTime": {"dateTime": "soon", "timeZone": None}}, "start", "soon"),
        (
            {"status": "completed", "completedDateTime": {"dateTime": "0000-00-00T00:00:00"}},
            "completed_on",
            "0000-00-00T00:00:00",
        ),
        ({"reminderDateTime": {"dateTime": "2026-11-10T09:00:00", "timeZone": "?"}}, "reminder",
         "2026-11-10T09:00:00 ?"),
        ({"status": "unknownFutureValue"}, "status", "unknownFutureValue"),
        ({"importance": "urgent"}, "priority", "urgent"),
        ({"recurrence": {"pattern": {"type": "lunar"}}}, "recurrence", '{"pattern":{"type":"lunar"}}'),
        ({"title": "x" * 256}, "subject", "x" * 256),
    ],
    ids=lambda each: each if isinstance(each, str) and len(each) < 20 else "",
)  # fmt: skip
def test_what_is_not_understood_stays_in_outlook(said: dict[str, Any], field: str, expected: str) -> None:
    """R16, R52: the field is empty and its text is told; all others are read."""
    item = read(**said)
    assert item.unread.keys() == {field}
    unread = item.unread[field]
    assert isinstance(unread, Unread)
    assert (unread.text, unread.reason) == (expected, "value-refused")
    assert unread.detail
    content, plain = item.content, read().content
    assert isinstance(content, Task)
    assert isinstance(plain, Task)
    assert getattr(content, field) == getattr(Task(), field)
    assert replace(content, **{"status": plain.status, field: getattr(plain, field)}) == plain


def test_a_reminder_that_is_off_is_none() -> None:
    """R52: its time may stand there still."""
    assert read(isReminderOn=False).content == replace(_task(read()), reminder=None)


def test_a_day_of_completion_counts_while_it_is_completed() -> None:
    """R52: one that is left from before it was taken up again is none."""
    completed = {"dateTime": "2026-11-20T00:00:00.0000000", "timeZone": "UTC"}
    assert _task(read(completedDateTime=completed)).completed_on is None
    assert _task(read(completedDateTime=completed, status="completed")).completed_on == date(2026, 11, 20)
    assert _task(read(completedDateTime=completed, status="?")).completed_on == date(2026, 11, 20)


def test_our_mark_is_known_among_other_links() -> None:
    """R17: other programs have links too."""
    links = [
        {"applicationName": "Outlook", "externalId": "mail"},
        {"applicationName": "CRMcorner", "externalId": None},
        {"applicationName": "CRMcorner", "externalId": "s-1"},
    ]
    assert read(linkedResources=links).stamp == "s-1"
    assert read(linkedResources=links[:2]).stamp == ""


def test_an_id_names_the_list_and_the_task() -> None:
    """R17: whatever letters the two have, their address is right and the list can be told."""
    odd = item_id("A/b+c=", "d é/%2F")
    assert odd.count("/") == 1
    assert list_of(odd) == "A/b+c="
    assert address_of("/users/x", odd) == "/users/x/todo/lists/A%2Fb%2Bc%3D/tasks/d%20%C3%A9%2F%252F"
    for wrong in ("", "A", "A/", "/b", "a/b/c"):
        with pytest.raises(NotUnderstood):
            address_of("/users/x", wrong)


# --- orders -----------------------------------------------------------------------------------------------------


def changed(*fields: str, **values: Any) -> dict[str, Any]:
    """The body of an update of these fields."""
    order = Update(
        item_id="L/T",
        version="v",
        fields=frozenset(fields or values),
        content=Task(**{"subject": "x", **values}),
        categories=("Golf",),
        stamp="s",
    )
    return update_body(order)


def test_a_new_task_says_all_it_has_and_bears_our_mark() -> None:
    """R17, R52: in one request; what it has not is left out, categories are not written (R20)."""
    order = Create(content=Task(subject="x", due=date(2026, 11, 10)), categories=("Golf",), stamp="s-1")
    assert create_body(order) == {
        "title": "x",
        "status": "notStarted",
        "importance": "normal",
        "dueDateTime": {"dateTime": "2026-11-10T00:00:00", "timeZone": "UTC"},
        "linkedResources": [
            {"applicationName": "CRMcorner", "externalId": "s-1", "displayName": "CRMcorner"}
        ],
    }


@pytest.mark.parametrize(
    ("values", "body"),
    [
        ({"subject": "y"}, {"title": "y"}),
        ({"note": "a\n<b>"}, {"body": {"content": "a<br>\r\n&lt;b&gt;", "contentType": "html"}}),
        ({"note": ""}, {"body": {"content": "", "contentType": "html"}}),
        ({"due": None}, {"dueDateTime": None}),
        ({"start": date(1, 1, 1)}, {"startDateTime": {"dateTime": "0001-01-01T00:00:00", "timeZone": "UTC"}}),
        ({"priority": Priority.LOW}, {"importance": "low"}),
        ({"reminder": None}, {"reminderDateTime": None, "isReminderOn": False}),
        (
            {"reminder": datetime(2026, 11, 9, 8, 30, tzinfo=UTC)},
            {
                "reminderDateTime": {"dateTime": "2026-11-09T08:30:00", "timeZone": "UTC"},
                "isReminderOn": True,
            },
        ),
        ({"recurrence": None}, {"recurrence": None}),
        ({"recurrence": Recurrence(pattern=Pattern.DAILY, first=date(2026, 11, 10))}, {"recurrence": DAILY}),
        ({"status": TaskStatus.DEFERRED}, {"status": "deferred", "completedDateTime": None}),
        ({"status": TaskStatus.COMPLETED}, {"status": "completed"}),
    ],
    ids="-".join,
)
def test_an_update_says_what_changes_and_nothing_else(values: dict[str, Any], body: dict[str, Any]) -> None:
    """R18, R20: and bears no mark."""
    assert changed(**values) == body


def test_ticking_off_says_the_day_with_it() -> None:
    """R51: status and day go together, though only one is in the order."""
    day = {"dateTime": "2026-11-20T00:00:00", "timeZone": "UTC"}
    done = {"status": TaskStatus.COMPLETED, "completed_on": date(2026, 11, 20)}
    assert changed("status", **done) == {"status": "completed", "completedDateTime": day}
    assert changed("completed_on", **done) == {"completedDateTime": day}


def _task(item: Upserted) -> Task:
    assert isinstance(item.content, Task)
    return item.content
