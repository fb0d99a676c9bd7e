"""Microsoft To Do over Graph: lists and tasks, as a client sees them."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from m365_sandbox.readings import changed
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS, Clock

Json = dict[str, Any]
NOON = {"dateTime": "2026-11-10T12:30:00", "timeZone": "W. Europe Standard Time"}


@pytest.fixture
def tasks(anna: httpx2.Client) -> str:
    """The address of the default list's tasks."""
    found = anna.get("/todo/lists?$filter=wellknownListName eq 'defaultList'").json()["value"]
    return f"/todo/lists/{found[0]['id']}/tasks"


def made(anna: httpx2.Client, tasks: str, **body: Any) -> Json:
    """A task that was created."""
    answer = anna.post(tasks, json={"title": "Bel Jan", **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def titles(answer: httpx2.Response) -> list[str]:
    """The titles of a page."""
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json()["value"]]


def test_every_mailbox_has_its_two_built_in_lists(anna: httpx2.Client) -> None:
    """R50: Tasks, in the mailbox's language, and the flagged mails; neither can be renamed or deleted."""
    found = anna.get("/todo/lists").json()["value"]
    assert [(each["displayName"], each["wellknownListName"], each["isOwner"]) for each in found] == [
        ("Taken", "defaultList", True),
        ("Gemarkeerde e-mail", "flaggedEmails", True),
    ]
    for each in found:
        assert anna.patch(f"/todo/lists/{each['id']}", json={"displayName": "x"}).status_code == 403
        assert anna.delete(f"/todo/lists/{each['id']}").status_code == 403
    assert anna.post(f"/todo/lists/{found[1]['id']}/tasks", json={"title": "x"}).status_code == 501


def test_a_list_is_made_renamed_and_deleted_with_its_tasks(anna: httpx2.Client) -> None:
    """R50: a list of the user's own."""
    answer = anna.post("/todo/lists", json={"displayName": "Klanten"})
    place = f"/todo/lists/{answer.json()['id']}"
    assert (answer.status_code, answer.json()["wellknownListName"]) == (201, "none")
    assert anna.patch(place, json={"displayName": "Prospects"}).json()["displayName"] == "Prospects"
    task = made(anna, f"{place}/tasks")
    named = anna.get("/todo/lists?$filter=displayName eq 'Prospects'&$count=true").json()
    assert (named["@odata.count"], named["value"][0]["id"]) == (1, answer.json()["id"])
    assert anna.delete(place).status_code == 204
    assert anna.get(place).status_code == anna.get(f"{place}/tasks/{task['id']}").status_code == 404
    assert anna.get("/todo/lists?$filter=isOwner eq true").status_code == 400
    assert anna.post("/todo/lists", json={"displayName": " "}).status_code == 400


def test_a_task_keeps_all_that_is_written(anna: httpx2.Client, tasks: str) -> None:
    """R50: every property that can be written comes back; PATCH leaves alone what it does not name."""
    body: Json = {
        "title": "Offerte",
        "body": {"contentType": "html", "content": "<p>Hallo</p>"},
        "status": "waitingOnOthers",
        "importance": "high",
        "categories": ["Blauw", "CRMcorner"],
        "isReminderOn": True,
        "reminderDateTime": {"dateTime": "2026-12-01T08:15:00", "timeZone": "UTC"},
    }
    task = made(anna, tasks, **body)
    assert {name: task[name] for name in body} == {
        **body,
        "reminderDateTime": {"dateTime": "2026-12-01T08:15:00.0000000", "timeZone": "UTC"},
    }
    assert not {"changeKey", "dueDateTime", "completedDateTime", "recurrence"} & task.keys()
    assert task["hasAttachments"] is False
    answer = anna.patch(f"{tasks}/{task['id']}", json={"importance": "low", "categories": []})
    changed_ = answer.json()
    assert (answer.status_code, changed_["importance"], changed_["categories"]) == (200, "low", [])
    assert changed_["title"] == "Offerte"
    assert changed_["@odata.etag"] != task["@odata.etag"]
    seen = anna.get(f"{tasks}/{task['id']}").json()
    assert seen["@odata.context"].endswith("/tasks/$entity")
    assert {**seen, "@odata.context": ""} == {**changed_, "@odata.context": ""}


def test_body_has_a_stamp_of_its_own(anna: httpx2.Client, tasks: str, clock: Clock) -> None:
    """Graph: todoTask: bodyLastModifiedDateTime moves with the body alone."""
    task = made(anna, tasks)
    clock.now += timedelta(minutes=5)
    other = anna.patch(f"{tasks}/{task['id']}", json={"title": "x"}).json()
    assert other["bodyLastModifiedDateTime"] == task["bodyLastModifiedDateTime"]
    assert other["lastModifiedDateTime"] == "2026-11-23T09:05:00Z"
    note = {"body": {"contentType": "text", "content": "n"}}
    assert (
        anna.patch(f"{tasks}/{task['id']}", json=note).json()["bodyLastModifiedDateTime"]
        == "2026-11-23T09:05:00Z"
    )


@pytest.mark.parametrize("name", ["dueDateTime", "startDateTime"])
def test_of_a_due_date_the_day_is_kept_and_answered_in_utc(
    anna: httpx2.Client, tasks: str, state: State, *, name: str
) -> None:
    """R52: threads 16991 and 6982: the time is dropped, the day begins in the zone that was given."""
    task = made(anna, tasks, **{name: NOON})
    assert task[name] == {"dateTime": "2026-11-09T23:00:00.0000000", "timeZone": "UTC"}
    header = {"Prefer": 'outlook.timezone="W. Europe Standard Time"'}
    place = f"{tasks}/{task['id']}"
    assert anna.get(place, headers=header).json()[name] == task[name]
    state.readings = changed(state.readings, {"task_time_zone": "preference"})
    answer = anna.get(place, headers=header)
    assert answer.json()[name]["dateTime"] == "2026-11-10T00:00:00.0000000"
    assert answer.json()[name]["timeZone"] == "W. Europe Standard Time"
    assert answer.headers["preference-applied"] == 'outlook.timezone="W. Europe Standard Time"'
    assert anna.get(place).json()[name] == task[name]
    refused = anna.get(place, headers={"Prefer": 'outlook.timezone="Mars"'}).json()
    assert refused["error"]["code"] == "ErrorInvalidTimeZone"
    again = anna.patch(place, json={name: task[name]}).json()
    assert again[name]["dateTime"] == "2026-11-09T00:00:00.0000000"
    assert name not in anna.patch(place, json={name: None}).json()


def test_completed_is_stamped_with_midnight_in_utc(anna: httpx2.Client, tasks: str) -> None:
    """R50: thread 8192: the day alone, gone when the task is taken up again."""
    task = made(anna, tasks)
    done = anna.patch(f"{tasks}/{task['id']}", json={"status": "completed"}).json()
    assert done["completedDateTime"] == {"dateTime": "2026-11-23T00:00:00.0000000", "timeZone": "UTC"}
    again = anna.patch(f"{tasks}/{task['id']}", json={"status": "notStarted"}).json()
    assert "completedDateTime" not in again
    given = made(anna, tasks, status="completed", completedDateTime=NOON)
    assert given["completedDateTime"] == {"dateTime": "2026-11-10T00:00:00.0000000", "timeZone": "UTC"}


def test_a_deleted_task_is_gone_for_good(anna: httpx2.Client, tasks: str, state: State) -> None:
    """R51: To Do has no bin."""
    task = made(anna, tasks, linkedResources=[{"externalId": "1"}])
    assert anna.delete(f"{tasks}/{task['id']}").status_code == 204
    assert anna.get(f"{tasks}/{task['id']}").status_code == 404
    assert anna.delete(f"{tasks}/{task['id']}").status_code == 404
    assert state.database.count("SELECT COUNT(*) FROM task_parts") == 0


def test_a_list_is_paged_counted_and_sorted(anna: httpx2.Client, tasks: str) -> None:
    """Graph: Use query parameters; Paging."""
    for n in (2, 0, 1):
        due = {"dateTime": f"2026-12-0{n + 1}T00:00:00", "timeZone": "UTC"}
        made(anna, tasks, title=f"T{n}", dueDateTime=due if n else None)
    first = anna.get(f"{tasks}?$top=2&$count=true&$orderby=title desc").json()
    assert ([each["title"] for each in first["value"]], first["@odata.count"]) == (["T2", "T1"], 3)
    rest = anna.get(first["@odata.nextLink"].replace("https://graph.example/v1.0/me", ""))
    assert titles(rest) == ["T0"]
    assert "@odata.nextLink" not in rest.json()
    assert titles(anna.get(f"{tasks}?$orderby=dueDateTime/dateTime")) == ["T1", "T2", "T0"]
    assert titles(anna.get(f"{tasks}?$skip=1")) == ["T0", "T1"]
    assert anna.get(f"{tasks}/$count").text == "3"
    assert anna.get(f"{tasks}?$orderby=isReminderOn").status_code == 501


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("status ne 'completed'", ["Bel Jan", "Brief"]),
        ("status eq 'completed'", ["Klaar, 't is af"]),
        ("title eq 'Klaar, ''t is af'", ["Klaar, 't is af"]),
        ("title eq 'klaar' and status eq 'completed'", []),
        ("contains(title, 'brie')", ["Brief"]),
        ("startswith(title, 'B') and importance eq 'high'", ["Brief"]),
        ("lastModifiedDateTime ge 2026-11-23T09:40:00Z", ["Brief"]),
        ("createdDateTime lt 2026-11-23T09:30:00.0000000Z", ["Bel Jan", "Klaar, 't is af"]),
        ("dueDateTime/dateTime lt '2026-11-10T00:00:00'", ["Bel Jan"]),
        ("categories/any(c:c eq 'golf')", ["Bel Jan"]),
    ],
)
def test_filters_on_tasks(
    anna: httpx2.Client, tasks: str, clock: Clock, *, condition: str, found: list[str]
) -> None:
    """graph-facts 5.5: what clients ask of the list; each finds those and no others."""
    made(anna, tasks, dueDateTime=NOON, categories=["Golf"])
    made(anna, tasks, title="Klaar, 't is af", status="completed")
    clock.now += timedelta(minutes=40)
    made(anna, tasks, title="Brief", importance="high")
    assert titles(anna.get(tasks, params={"$filter": condition})) == found
    assert anna.get(f"{tasks}/$count", params={"$filter": condition}).text == str(len(found))


@pytest.mark.parametrize(
    "condition", ["title", "status eq completed", "linkedResources/any(l:l/externalId eq '1')", "a and"]
)
def test_other_filters_are_refused(anna: httpx2.Client, tasks: str, condition: str) -> None:
    """A filter that is not understood is never passed over in silence."""
    answer = anna.get(tasks, params={"$filter": condition})
    assert answer.json()["error"]["code"] == "ErrorInvalidUrlQueryFilter"


def test_selecting_the_title_breaks_where_the_reading_says_so(
    anna: httpx2.Client, tasks: str, state: State
) -> None:
    """graph-facts 5.5: davmail's experience with `$select=title`."""
    made(anna, tasks)
    assert anna.get(f"{tasks}?$select=title").status_code == 400
    status = anna.get(f"{tasks}?$select=status").json()["value"][0]
    assert set(status) == {"@odata.etag", "id", "status"}
    state.readings = changed(state.readings, {"task_title_select": "works"})
    assert titles(anna.get(f"{tasks}?$select=title")) == ["Bel Jan"]
    assert anna.get(f"{tasks}?$select=subject").status_code == 400


@pytest.mark.parametrize("honoured", [True, False])
def test_if_match_counts_as_the_reading_says(
    anna: httpx2.Client, tasks: str, state: State, *, honoured: bool
) -> None:
    """graph-facts 9.1: an older version is refused with 412, where the header counts."""
    if not honoured:
        state.readings = changed(state.readings, {"task_if_match": "ignored"})
    task = made(anna, tasks)
    place, old = f"{tasks}/{task['id']}", {"If-Match": task["@odata.etag"]}
    now = anna.patch(place, json={"title": "A"}, headers=old)
    assert now.status_code == 200
    answer = anna.patch(place, json={"title": "B"}, headers=old)
    assert answer.status_code == (412 if honoured else 200)
    assert anna.get(place).json()["title"] == ("A" if honoured else "B")
    assert anna.delete(place, headers=old).status_code == (412 if honoured else 204)
    if honoured:
        assert answer.json()["error"]["code"] == "ErrorIrresolvableConflict"
        fresh = {"If-Match": now.json()["@odata.etag"]}
        assert anna.delete(place, headers=fresh).status_code == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "ErrorInvalidRequest"),
        ({"title": None}, "ErrorInvalidRequest"),
        ({"title": 3}, "RequestBodyRead"),
        ({"title": "a\x00b"}, "ErrorInvalidRequest"),
        ({"title": "x", "sensitivity": "private"}, "RequestBodyRead"),
        ({"title": "x", "id": "y"}, "ErrorInvalidPropertySet"),
        ({"title": "x", "hasAttachments": True}, "ErrorInvalidPropertySet"),
        ({"title": "x", "status": "done"}, "RequestBodyRead"),
        ({"title": "x", "isReminderOn": "yes"}, "RequestBodyRead"),
        ({"title": "x", "categories": "Golf"}, "RequestBodyRead"),
        ({"title": "x", "body": "text"}, "RequestBodyRead"),
        ({"title": "x", "body": {"contentType": "rtf", "content": ""}}, "RequestBodyRead"),
        ({"title": "x", "dueDateTime": "2026-11-10"}, "RequestBodyRead"),
        ({"title": "x", "dueDateTime": {"dateTime": "2026-13-10T00:00:00"}}, "ErrorInvalidRequest"),
        ({"title": "x", "dueDateTime": {**NOON, "timeZone": "Mars"}}, "ErrorInvalidTimeZone"),
        ({"title": "x", "linkedResources": [{}]}, "ErrorInvalidRequest"),
        ({"title": "x", "linkedResources": {"externalId": "1"}}, "RequestBodyRead"),
        ({"title": "x", "linkedResources": [{"url": "x"}]}, "RequestBodyRead"),
    ],
)
def test_bodies_that_cannot_be_are_refused(anna: httpx2.Client, tasks: str, body: Json, code: str) -> None:
    """R50: a clear refusal, and nothing is stored."""
    answer = anna.post(tasks, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert anna.get(tasks).json()["value"] == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_edges_of_the_calendar_are_days_too(anna: httpx2.Client, tasks: str, day: str) -> None:
    """R52: a due date of year 1 or 9999 is taken and answered, in any zone."""
    for zone in ("Tokyo Standard Time", "Pacific Standard Time", "UTC"):
        made(anna, tasks, dueDateTime={"dateTime": f"{day}T00:00:00", "timeZone": zone})
    assert len(anna.get(tasks).json()["value"]) == 3


def test_ids_that_cannot_be_or_lie_elsewhere(anna: httpx2.Client, tasks: str) -> None:
    """graph-facts 14.3: 400 for what is no id, 404 for what is not in that list."""
    other = anna.post("/todo/lists", json={"displayName": "Andere"}).json()["id"]
    task = made(anna, tasks)
    assert anna.get(f"{tasks}/nonsense").json()["error"]["code"] == "ErrorInvalidIdMalformed"
    assert anna.get(f"/todo/lists/{other}/tasks/{task['id']}").status_code == 404
    assert anna.get(f"/todo/lists('{other}')/tasks").status_code == 200
    assert anna.get(f"/todo/lists/{other}/tasks?$search=x").status_code == 501


def test_the_right_permission_is_needed(graph: httpx2.Client, anna: httpx2.Client, state: State) -> None:
    """graph-facts 5.2: Tasks.ReadWrite for the user, Tasks.ReadWrite.All for the app; no other mailbox."""
    state.add_mailbox("jan@example.org", "Jan")
    assert len(graph.get(f"/users/{ADDRESS}/todo/lists").json()["value"]) == 2
    assert len(graph.get("/users/jan@example.org/todo/lists").json()["value"]) == 2
    assert anna.get("/../users/jan@example.org/todo/lists").status_code in {400, 403}
