"""What hangs on a task: steps, links, extensions; and tasks inside batches and under faults."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.faults import ConnectionCutError
from m365_sandbox.readings import changed
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS, Clock

Json = dict[str, Any]
LINK = {
    "applicationName": "CRMcorner",
    "externalId": "7f3b",
    "displayName": "Jansen BV",
    "webUrl": "https://crm.example/t/7f3b",
}


@pytest.fixture
def tasks(anna: httpx2.Client) -> str:
    """The address of the default list's tasks."""
    return f"/todo/lists/{anna.get('/todo/lists').json()['value'][0]['id']}/tasks"


@pytest.fixture
def task(anna: httpx2.Client, tasks: str) -> str:
    """The address of a task."""
    return f"{tasks}/{anna.post(tasks, json={'title': 'Bel Jan'}).json()['id']}"


def test_a_link_made_along_with_its_task(anna: httpx2.Client, tasks: str, state: State) -> None:
    """R50: the stamp of the CRM stands in the request that makes the task, and comes on `$expand`."""
    answer = anna.post(tasks, json={"title": "Bel Jan", "linkedResources": [LINK]})
    assert answer.status_code == 201
    (link,) = answer.json()["linkedResources"]
    assert {**link, "id": ""} == {**LINK, "id": ""}
    place = f"{tasks}/{answer.json()['id']}"
    assert "linkedResources" not in anna.get(place).json()
    assert anna.get(f"{place}?$expand=linkedResources").json()["linkedResources"] == [link]
    listed = anna.get(f"{tasks}?$expand=checklistItems,linkedResources").json()["value"][0]
    assert (listed["linkedResources"], listed["checklistItems"]) == ([link], [])
    state.readings = changed(state.readings, {"task_links": "always"})
    assert anna.get(place).json()["linkedResources"] == [link]
    assert anna.get(f"{tasks}/delta").json()["value"][0]["linkedResources"] == [link]
    refused = anna.patch(place, json={"linkedResources": []})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "ErrorInvalidRequest")


def test_links_are_made_changed_and_deleted(anna: httpx2.Client, task: str) -> None:
    """Graph: linkedResource resource and its methods."""
    made = anna.post(f"{task}/linkedResources", json=LINK)
    assert made.status_code == 201
    one = f"{task}/linkedResources/{made.json()['id']}"
    assert anna.patch(one, json={"webUrl": None}).status_code == 200
    seen = anna.get(one).json()
    assert {name: seen.get(name) for name in LINK} == {**LINK, "webUrl": None}
    assert "webUrl" not in seen
    assert [each["id"] for each in anna.get(f"{task}/linkedResources").json()["value"]] == [seen["id"]]
    assert anna.delete(one).status_code == 204
    assert anna.get(one).status_code == 404
    for wrong in ({}, {"url": "x"}, {"id": "1", "webUrl": "x"}, {"webUrl": 1}):
        assert anna.post(f"{task}/linkedResources", json=wrong).status_code == 400


def test_steps_are_made_checked_off_and_deleted(anna: httpx2.Client, task: str, clock: Clock) -> None:
    """Graph: checklistItem resource and its methods; checking off stamps it."""
    made = anna.post(f"{task}/checklistItems", json={"displayName": "Nummer zoeken"})
    step = {**made.json()}
    assert (made.status_code, step["isChecked"], step["createdDateTime"]) == (
        201,
        False,
        "2026-11-23T09:00:00Z",
    )
    assert "checkedDateTime" not in step
    one = f"{task}/checklistItems/{step['id']}"
    clock.now += timedelta(minutes=1)
    assert anna.patch(one, json={"isChecked": True}).json()["checkedDateTime"] == "2026-11-23T09:01:00Z"
    assert "checkedDateTime" not in anna.patch(one, json={"isChecked": False}).json()
    given = {
        "displayName": "B",
        "isChecked": True,
        "checkedDateTime": "2026-01-02T05:00:00.1234567+02:00",
        "createdDateTime": "2026-01-01T00:00:00Z",
    }
    other = anna.post(f"{task}/checklistItems", json=given).json()
    assert (other["checkedDateTime"], other["createdDateTime"]) == (
        "2026-01-02T03:00:00Z",
        "2026-01-01T00:00:00Z",
    )
    listed = anna.get(f"{task}/checklistItems?$top=1&$count=true").json()
    assert ([each["id"] for each in listed["value"]], listed["@odata.count"]) == ([step["id"]], 2)
    assert anna.get(one).json()["displayName"] == "Nummer zoeken"
    assert anna.delete(one).status_code == 204
    assert anna.patch(one, json={"isChecked": True}).status_code == 404
    for wrong in ({}, {"displayName": "x", "isChecked": 1}, {"displayName": "x", "checkedDateTime": "nu"}):
        assert anna.post(f"{task}/checklistItems", json=wrong).status_code == 400


def test_what_is_not_modelled_says_so(anna: httpx2.Client, tasks: str, task: str) -> None:
    """Attachments of tasks, and steps in the request that makes the task: 501, never a made-up answer."""
    for method, place in (
        ("GET", "attachments"),
        ("POST", "attachments"),
        ("POST", "attachments/createUploadSession"),
        ("GET", "attachments/x/$value"),
    ):
        assert anna.request(method, f"{task}/{place}").status_code == 501
    with_steps = anna.post(tasks, json={"title": "x", "checklistItems": [{"displayName": "y"}]})
    assert with_steps.status_code == 501
    for expand in ("attachments", "linkedResources($select=id)"):
        assert anna.get(task, params={"$expand": expand}).status_code == 501
    assert anna.get(task, params={"$expand": "steps"}).status_code == 400


def test_open_extensions_of_tasks_and_lists(anna: httpx2.Client, tasks: str, task: str) -> None:
    """graph-facts 7.5: made, read, changed, deleted; shown on `$expand`; also made along with a task."""
    data = {"extensionName": "com.example.crm", "crmId": "1"}
    for place in (task, tasks.removesuffix("/tasks")):
        before = anna.get(place).json()["@odata.etag"]
        assert anna.post(f"{place}/extensions", json=data).status_code == 201
        assert anna.get(place).json()["@odata.etag"] != before
        assert anna.post(f"{place}/extensions", json=data).status_code == 409
        one = f"{place}/extensions/com.example.crm"
        assert anna.patch(one, json={"n": 2}).status_code == 200
        seen = anna.get(f"{place}/extensions/microsoft.graph.openTypeExtension.com.example.crm").json()
        assert (seen["crmId"], seen["n"]) == ("1", 2)
        assert len(anna.get(f"{place}/extensions").json()["value"]) == 1
        if place == task:
            assert anna.get(f"{task}?$expand=extensions").json()["extensions"][0]["crmId"] == "1"
        assert anna.delete(one).status_code == 204
        assert anna.get(one).status_code == 404
    made = anna.post(tasks, json={"title": "x", "extensions": [data]}).json()
    assert made["extensions"][0]["extensionName"] == "com.example.crm"
    assert anna.patch(f"{tasks}/{made['id']}", json={"extensions": [data]}).status_code == 400


def test_tasks_in_a_batch(graph: httpx2.Client, state: State, sandbox: Sandbox) -> None:
    """R17: create, change with If-Match, and delta in one batch; each is logged and counted."""
    place = state.task_lists.default(state.directory.get(ADDRESS).n)
    task = state.add_task(ADDRESS, {"title": "A"})
    base = f"/users/{ADDRESS}/todo/lists/{place.id}/tasks"
    json_type = {"Content-Type": "application/json"}
    old = {**json_type, "If-Match": 'W/"old"'}
    asked: list[Json] = [
        {"id": "1", "method": "POST", "url": base, "headers": json_type, "body": {"title": "B"}},
        {"id": "2", "method": "GET", "url": f"{base}/delta", "dependsOn": ["1"]},
        {"id": "3", "method": "PATCH", "url": f"{base}/{task.id}", "headers": old, "dependsOn": ["2"]},
    ]
    asked[2]["body"] = {"title": "C"}
    answers = graph.post("/$batch", json={"requests": asked}).json()["responses"]
    by_id = {each["id"]: each for each in answers}
    assert [by_id[n]["status"] for n in "123"] == [201, 200, 412]
    assert [each["title"] for each in by_id["2"]["body"]["value"]] == ["A", "B"]
    kinds = [(entry.method, entry.status) for entry in sandbox.log.entries() if "/todo/" in entry.target]
    assert sorted(kinds) == [("GET", 200), ("PATCH", 412), ("POST", 201)]


def test_faults_befall_tasks_too(anna: httpx2.Client, sandbox: Sandbox, tasks: str) -> None:
    """R17: throttling is answered before anything is done; a lost answer after it was."""
    sandbox.faults.add("throttle", method="POST", path="/tasks")
    refused = anna.post(tasks, json={"title": "A"})
    assert refused.status_code == 429
    sandbox.faults.clear()
    sandbox.faults.add("drop_after", method="POST", path="/tasks")
    with pytest.raises((ConnectionCutError, httpx2.TransportError)):
        anna.post(tasks, json={"title": "B"})
    sandbox.faults.clear()
    assert [each["title"] for each in anna.get(tasks).json()["value"]] == ["B"]


WEEKLY: Json = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-11-10", "numberOfOccurrences": 3},
}
TENTH = {"dateTime": "2026-11-10T00:00:00", "timeZone": "W. Europe Standard Time"}


def test_a_repeating_task_that_is_done_comes_again(anna: httpx2.Client, tasks: str) -> None:
    """R50: To Do: the next one appears, with its steps unchecked; start and reminder move along; then it ends."""
    body = {
        "title": "Weekbericht",
        "dueDateTime": TENTH,
        "reminderDateTime": {**TENTH, "dateTime": "2026-11-09T08:00:00"},
        "recurrence": WEEKLY,
        "linkedResources": [LINK],
    }
    first = anna.post(tasks, json=body).json()
    assert first["recurrence"]["range"]["recurrenceTimeZone"] == "W. Europe Standard Time"
    step = {"displayName": "Cijfers", "isChecked": True}
    anna.post(f"{tasks}/{first['id']}/checklistItems", json=step)
    link = anna.get(f"{tasks}/delta").json()["@odata.deltaLink"]
    done = anna.patch(f"{tasks}/{first['id']}", json={"status": "completed"}).json()
    assert (done["id"], "recurrence" in done) == (first["id"], False)
    told = anna.get(link).json()["value"]
    assert [each["status"] for each in told] == ["completed", "notStarted"]
    opened = f"{tasks}?$filter=status ne 'completed'&$expand=checklistItems,linkedResources"
    (second,) = anna.get(opened).json()["value"]
    assert second["dueDateTime"]["dateTime"] == "2026-11-16T23:00:00.0000000"
    assert second["reminderDateTime"]["dateTime"] == "2026-11-16T07:00:00.0000000"
    assert [(each["displayName"], each["isChecked"]) for each in second["checklistItems"]] == [
        ("Cijfers", False)
    ]
    assert second["linkedResources"] == []
    for left in (1, 0):
        (now,) = anna.get(opened).json()["value"]
        anna.patch(f"{tasks}/{now['id']}", json={"status": "completed"})
        assert len(anna.get(opened).json()["value"]) == left
    assert len(anna.get(tasks).json()["value"]) == 3


def test_recurrence_and_due_date_go_together(anna: httpx2.Client, tasks: str) -> None:
    """R50: a series without a due date gets its first day; without the due date there is no series."""
    zone = {**WEEKLY["range"], "startDate": "2026-11-11", "recurrenceTimeZone": "UTC"}
    made = anna.post(tasks, json={"title": "x", "recurrence": {**WEEKLY, "range": zone}}).json()
    assert made["dueDateTime"] == {"dateTime": "2026-11-17T00:00:00.0000000", "timeZone": "UTC"}
    cleared = anna.patch(f"{tasks}/{made['id']}", json={"dueDateTime": None}).json()
    assert not {"dueDateTime", "recurrence"} & cleared.keys()
    never = {**WEEKLY["range"], "type": "endDate", "endDate": "2026-11-10", "startDate": "2026-11-05"}
    pattern = {**WEEKLY["pattern"], "daysOfWeek": ["monday"], "interval": 9}
    answer = anna.post(
        tasks,
        json={"title": "x", "recurrence": {"pattern": pattern, "range": {**never, "endDate": "2026-11-06"}}},
    )
    assert answer.json()["error"]["code"] == "ErrorRecurrenceHasNoOccurrence"
