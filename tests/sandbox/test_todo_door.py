"""Tasks from Python: as if the user had made, changed or deleted them in To Do."""

import sqlite3
from pathlib import Path

import pytest

from m365_sandbox.app import create_app
from m365_sandbox.state import FILE_NAME, State
from m365_sandbox.store.directory import CLIENT_ID
from m365_sandbox.store.records import NotFoundError
from m365_sandbox.task_door import TaskRefusedError
from tests.sandbox.conftest import ADDRESS, client_for, token


def test_a_user_makes_changes_and_deletes_tasks(state: State) -> None:
    """R50: the door that tests, pages and imports use."""
    task = state.add_task(
        ADDRESS,
        {"title": "Bel Jan", "categories": ["Golf"]},
        links=[{"externalId": "1"}],
        steps=[{"displayName": "Nummer"}],
    )
    assert state.task_lists.default(state.directory.get(ADDRESS).n).n == task.list
    assert [each.properties["externalId"] for each in state.linked_resources(task)] == ["1"]
    assert [each.properties["displayName"] for each in state.checklist(task)] == ["Nummer"]
    after = state.update_task(ADDRESS, task, {"status": "completed", "categories": []})
    assert (after.properties["title"], after.properties["categories"]) == ("Bel Jan", [])
    assert after.properties["completedDateTime"]["dateTime"].startswith("2026-11-23")
    state.remove_task(ADDRESS, after)
    for again in (state.remove_task, lambda box, gone: state.update_task(box, gone, {"title": "x"})):
        with pytest.raises(NotFoundError):
            again(ADDRESS, after)
    assert state.checklist(after) == state.linked_resources(after) == []


def test_what_outlook_would_not_hold_is_refused(state: State) -> None:
    """R50: the message says which property is to blame, and nothing is stored."""
    with pytest.raises(TaskRefusedError, match="title"):
        state.add_task(ADDRESS, {})
    with pytest.raises(TaskRefusedError, match="sensitivity"):
        state.add_task(ADDRESS, {"title": "x", "sensitivity": "private"})
    with pytest.raises(TaskRefusedError, match="displayName"):
        state.add_task(ADDRESS, {"title": "x"}, steps=[{}])
    with pytest.raises(NotFoundError, match="nobody"):
        state.add_task("nobody@example.org", {"title": "x"})
    place = state.task_lists.default(state.directory.get(ADDRESS).n)
    assert state.tasks.how_many(place) == 0
    task = state.add_task(ADDRESS, {"title": "x"})
    with pytest.raises(TaskRefusedError, match="dueDateTime"):
        state.update_task(ADDRESS, task, {"dueDateTime": "morgen"})
    with pytest.raises(ValueError, match="built-in"):
        state.remove_task_list(ADDRESS, place)
    assert state.tasks.listed(place) == [task]


def test_tasks_survive_a_restart_and_go_with_their_mailbox(tmp_path: Path) -> None:
    """The data folder is all there is; of a mailbox that is taken away nothing stays."""
    state = State(tmp_path)
    state.add_mailbox(ADDRESS, "Anna", language="en-GB")
    place = state.add_task_list(ADDRESS, "Customers")
    made = state.add_task(ADDRESS, {"title": "x"}, place, links=[{"externalId": "1"}])
    state.beside.write_extension(made.owner, "a", {"b": 1})
    state.close()
    state = State(tmp_path)
    box = state.directory.get(ADDRESS).n
    assert [each.name for each in state.task_lists.all(box)] == ["Tasks", "Flagged Emails", "Customers"]
    assert state.tasks.listed(place) == [made]
    state.remove_task(ADDRESS, state.add_task(ADDRESS, {"title": "y"}))
    state.remove_mailbox(ADDRESS)
    for table in ("task_lists", "tasks", "task_parts", "gone_tasks", "owner_extensions"):
        assert state.database.count(f"SELECT COUNT(*) FROM {table}") == 0, table  # noqa: S608 - named above
    state.close()


def test_data_from_before_there_was_to_do_gets_its_lists_and_rights(tmp_path: Path) -> None:
    """A mailbox and an app of an earlier version: both lists are there, and the app may reach them."""
    state = State(tmp_path)
    state.add_mailbox(ADDRESS, "Anna")
    contact = state.add_contact(ADDRESS, {"surname": "Jansen"})
    state.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as earlier:
        for table in ("task_lists", "tasks", "gone_tasks", "task_parts"):
            earlier.execute(f"DROP TABLE {table}")
        earlier.execute(
            "UPDATE apps SET permissions = 'User.Read.All Contacts.ReadWrite MailboxSettings.ReadWrite'"
        )
    earlier.close()
    state = State(tmp_path)
    assert state.contacts.get(state.directory.get(ADDRESS).n, contact.id) == contact
    sandbox = create_app(state)
    with client_for(sandbox, f"/users/{ADDRESS}", token(sandbox).json()["access_token"]) as app:
        assert [each["displayName"] for each in app.get("/todo/lists").json()["value"]] == [
            "Taken",
            "Gemarkeerde e-mail",
        ]
    state.close()


def test_rights_that_a_test_took_away_stay_away(tmp_path: Path) -> None:
    """R17: an app registered with fewer rights has no more of them after a restart."""
    state = State(tmp_path)
    state.directory.add_app(permissions=("Contacts.ReadWrite",))
    state.close()
    state = State(tmp_path)
    app = state.directory.app(CLIENT_ID)
    assert app is not None
    assert app.permissions == ("Contacts.ReadWrite",)
    state.close()
