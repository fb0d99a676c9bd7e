"""Clients that others wrote drive To Do on a real port: Microsoft's own SDK and O365."""
# ruff: noqa: PLC0415 - these packages warn about themselves when imported, which only a test can forgive

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import ADDRESS, SCOPE
from tests.sandbox.test_clients_of_others import bearer, port

# The fixtures of the sibling for contacts serve here too.
__all__ = ["bearer", "port"]

# These packages warn about themselves.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_microsofts_sdk_creates_changes_completes_deletes_and_follows(
    port: int, bearer: str, state: State
) -> None:
    """R50: msgraph-sdk lists, creates, changes, completes and deletes tasks and follows their delta."""
    from kiota_abstractions.authentication import AnonymousAuthenticationProvider
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.checklist_item import ChecklistItem
    from msgraph.generated.models.todo_task_list import TodoTaskList
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
    adapter.base_url = f"http://127.0.0.1:{port}/v1.0"
    client: Any = GraphServiceClient(request_adapter=adapter)
    signed_in: RequestConfiguration[Any] = RequestConfiguration()
    signed_in.headers.add("Authorization", f"Bearer {bearer}")

    async def all_of_it() -> None:
        lists = client.me.todo.lists
        made = await lists.post(TodoTaskList(display_name="Klanten"), request_configuration=signed_in)
        found = await lists.get(request_configuration=signed_in)
        assert [each.wellknown_list_name.value for each in found.value] == [
            "defaultList",
            "flaggedEmails",
            "none",
        ]
        tasks = lists.by_todo_task_list_id(made.id).tasks
        created = await tasks.post(_task_of_the_sdk(), request_configuration=signed_in)
        assert (created.title, created.linked_resources[0].external_id) == ("Bel Jan", "7f3b")
        assert created.due_date_time.date_time == "2026-11-09T23:00:00.0000000"
        changes = await tasks.delta.get(request_configuration=signed_in)
        assert [each.title for each in changes.value] == ["Bel Jan"]
        one = tasks.by_todo_task_id(created.id)
        step = await one.checklist_items.post(
            ChecklistItem(display_name="Nummer"), request_configuration=signed_in
        )
        assert (step.display_name, step.is_checked) == ("Nummer", False)
        links = await one.linked_resources.get(request_configuration=signed_in)
        assert [each.application_name for each in links.value] == ["CRMcorner"]
        done = await one.patch(_completed(), request_configuration=signed_in)
        assert (done.status.value, done.completed_date_time.time_zone) == ("completed", "UTC")
        later = await tasks.delta.with_url(changes.odata_delta_link).get(request_configuration=signed_in)
        assert [each.status.value for each in later.value] == ["completed"]
        await one.delete(request_configuration=signed_in)
        last = await tasks.delta.with_url(later.odata_delta_link).get(request_configuration=signed_in)
        assert [(each.id, "@removed" in each.additional_data) for each in last.value] == [(created.id, True)]
        await lists.by_todo_task_list_id(made.id).delete(request_configuration=signed_in)
        of_lists = await lists.delta.get(request_configuration=signed_in)
        assert [each.display_name for each in of_lists.value] == ["Taken", "Gemarkeerde e-mail"]
        await adapter._http_client._transport.transport.aclose()

    asyncio.run(all_of_it())
    assert len(state.task_lists.all(state.directory.get(ADDRESS).n)) == 2


def _task_of_the_sdk() -> Any:
    """A task that is due on a day in Amsterdam, with the stamp of the CRM."""
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.models.importance import Importance
    from msgraph.generated.models.linked_resource import LinkedResource
    from msgraph.generated.models.todo_task import TodoTask

    return TodoTask(
        title="Bel Jan",
        importance=Importance.High,
        due_date_time=DateTimeTimeZone(date_time="2026-11-10T12:00:00", time_zone="Europe/Amsterdam"),
        linked_resources=[LinkedResource(application_name="CRMcorner", external_id="7f3b")],
    )


def _completed() -> Any:
    from msgraph.generated.models.task_status import TaskStatus
    from msgraph.generated.models.todo_task import TodoTask

    return TodoTask(status=TaskStatus.Completed)


def test_o365_creates_changes_completes_deletes_and_lists(port: int, bearer: str) -> None:
    """R50: O365 drives lists, tasks and steps; its connection follows the delta."""
    from O365 import Account, MSGraphProtocol
    from O365.utils.token import MemoryTokenBackend

    class Local(MSGraphProtocol):  # type: ignore[misc]
        _protocol_url = f"http://127.0.0.1:{port}/"

    backend = MemoryTokenBackend()
    held = {"access_token": bearer, "refresh_token": "unused", "expires_in": 3599, "token_type": "Bearer"}
    endpoint = "https://login.example/tenant/token"
    backend.add(
        {"client_id": CLIENT_ID, "scope": SCOPE.split(), "token_endpoint": endpoint, "response": held}
    )
    zone = ZoneInfo("Europe/Amsterdam")
    account = Account((CLIENT_ID, CLIENT_SECRET), protocol=Local(timezone=zone), token_backend=backend)
    todo = account.tasks()
    assert [each.name for each in todo.list_folders()] == ["Taken", "Gemarkeerde e-mail"]
    place = todo.new_folder("Klanten")
    place.name = "Prospects"
    assert place.update()
    named = todo.list_folders(query="displayName eq 'Prospects'")
    assert [each.folder_id for each in named] == [place.folder_id]
    assert todo.get_default_folder().name == "Taken"
    task = place.new_task("Bel Jan")
    task.due = datetime(2026, 11, 10, 12, tzinfo=zone)
    assert task.save()
    (listed,) = place.get_tasks(query="status ne 'completed'")
    # The day began in Amsterdam: where the sandbox answers in UTC, O365 shows that moment.
    assert (listed.subject, listed.due.astimezone(zone).date().isoformat()) == ("Bel Jan", "2026-11-10")
    step = task.new_checklist_item("Nummer")
    assert step.save()
    assert [each.displayname for each in task.get_checklist_items()] == ["Nummer"]
    tasks = place.build_url(f"/todo/lists/{place.folder_id}/tasks")
    changes = place.con.get(f"{tasks}/delta").json()
    assert [each["title"] for each in changes["value"]] == ["Bel Jan"]
    task.subject = "Bel Jan terug"
    task.mark_completed()
    assert task.save()
    assert [each.is_completed for each in place.get_tasks()] == [True]
    assert list(place.get_tasks(query="status ne 'completed'")) == []
    assert task.delete()
    later = place.con.get(changes["@odata.deltaLink"]).json()
    assert [(each["id"], "@removed" in each) for each in later["value"]] == [(listed.task_id, True)]
    assert place.delete()
    assert [each.name for each in todo.list_folders_delta()] == ["Taken", "Gemarkeerde e-mail"]
    account.connection.session.close()
