"""Calendars in data that stay: files of earlier versions, mailboxes that go."""

from datetime import date
from pathlib import Path

from m365_sandbox.state import FILE_NAME, State
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import CLIENT_ID, PERMISSIONS
from tests.sandbox.conftest import ADDRESS, STAMP
from tests.sandbox.test_calendar import DAILY, NEW


def test_mailboxes_made_earlier_get_a_calendar(tmp_path: Path) -> None:
    """Data from before there were calendars: the tables, the default calendar and the permission come by themselves."""
    state = State(tmp_path)
    state.add_mailbox(ADDRESS, "Anna", language="en-GB")
    state.directory.add_app(permissions=PERMISSIONS[:3])
    state.close()
    database = Database(tmp_path / FILE_NAME)
    for table in ("calendars", "events", "occurrences", "gone_events", "outbox"):
        database.write(f"DROP TABLE {table}")
    database.close()
    state = State(tmp_path)
    app = state.directory.app(CLIENT_ID)
    assert app is not None
    assert app.permissions == PERMISSIONS
    assert state.calendars.default(state.directory.get(ADDRESS).n).name == "Calendar"
    event = state.add_event(ADDRESS, NEW)
    state.close()
    state = State(tmp_path)
    assert state.events.get(state.directory.get(ADDRESS).n, event.id) == event
    state.close()


def test_an_app_that_may_less_on_purpose_stays_so(tmp_path: Path) -> None:
    """Only what an earlier version gave is renewed."""
    state = State(tmp_path)
    state.directory.add_app(permissions=("Contacts.Read",))
    state.close()
    state = State(tmp_path)
    app = state.directory.app(CLIENT_ID)
    assert app is not None
    assert app.permissions == ("Contacts.Read",)
    state.close()


def test_a_removed_mailbox_takes_its_calendar_along(state: State) -> None:
    """Nothing of it is left, of occurrences neither; other mailboxes keep theirs."""
    other = state.add_mailbox("bo@example.org", "Bo")
    for address in (ADDRESS, other.address):
        event = state.add_event(address, {**NEW, "recurrence": DAILY}, extended={STAMP: "1"})
        day = state.occurrence(address, event, date(2026, 11, 25))
        state.update_event(address, day, {"subject": "X"}, extended={STAMP: "2"})
        state.remove_event(address, event, date(2026, 11, 26))
        state.outbox.add(state.directory.get(address).n, "meetingUpdate", "S", ["a@x.nl"])
    state.remove_mailbox(ADDRESS)
    tables = ("calendars", "events", "occurrences", "gone_events", "extended", "outbox")
    left = {
        table: state.database.count(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
        for table in tables
    }
    assert left == {
        "calendars": 1,
        "events": 1,
        "occurrences": 2,
        "gone_events": 2,
        "extended": 2,
        "outbox": 1,
    }
