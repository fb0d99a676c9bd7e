"""``crmcorner sync`` against a sandbox on a port."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from crmcorner.accounts.actor import COMMAND
from crmcorner.outlook.management.commands.sync import Command
from crmcorner.outlook.models import Connection, Run
from crmcorner.outlook.models.run import RunState
from crmcorner.outlook.services import connections, lease
from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from tests.outlook.served_sandbox import served
from tests.outlook.world import JAN, World, a_user


@pytest.fixture
def served_world(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Michael, whose mailbox is in a sandbox on a port; the terminal speaks English."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    state = State.in_memory(seed=1)
    state.add_mailbox(world.connection.address, "Michael")
    credentials = {"tenant": TENANT_ID, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    coupling = connections.Coupling(address=world.connection.address, credentials=credentials)
    connections.change_connection(actor=COMMAND, connection=world.connection, coupling=coupling)
    with served(state) as address:
        settings.GRAPH_URL, settings.ENTRA_URL = f"{address}/v1.0", address
        yield world
    state.close()


def sync(*arguments: str) -> str:
    """Run the command; return what it prints."""
    out = StringIO()
    call_command("sync", *arguments, stdout=out)
    return out.getvalue()


def test_a_run_and_its_table(served_world: World) -> None:
    """R11: a row for each kind that is on, with what was looked at, changed and failed; a second run changes nothing."""
    served_world.adds(JAN)
    first, second = sync("--user", "Michael").splitlines(), sync("--user", "michael").splitlines()
    assert [line.split("│")[1:5] for line in first if "Contacts " in line] == [
        [" Contacts ", "     1 ", "       1 ", "     0 "]
    ]
    assert [line.split("│")[1:5] for line in second if "Contacts " in line] == [
        [" Contacts ", "     1 ", "       0 ", "     0 "]
    ]
    assert "Contacts: writing to Outlook…" in first


def test_dutch_for_a_dutch_terminal(served_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R100: the terminal's own language decides."""
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    assert json.loads(sync("--user", "michael", "--json"))["state"] == "done"


def test_json_and_nothing_else(served_world: World) -> None:
    """R11: for programs there is JSON."""
    served_world.adds(JAN)
    told = json.loads(sync("--user", "michael", "--kinds", "contacts", "--json"))
    assert (told["state"], told["problem"], told["message"]) == ("done", "", "")
    assert told["kinds"] == [
        {"kind": "Contacts", "count": 1, "changed": 1, "errors": 0, "left": 0},
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--user", "nobody"], "There is no user with the sign-in name “nobody”. There are: michael, off."),
        (["--user", "off"], "The coupling with Outlook is off"),
        (["--user", "michael", "--kinds", "Contcts"], "“Contcts” is not known."),
        (["--user", "michael", "--kinds", "Tasks"], "This kind is not switched on"),
        (["--user", "michael", "--kinds", "Mail"], "This kind is not switched on"),
    ],
)
def test_what_is_wrong_is_said(served_world: World, arguments: list[str], says: str) -> None:
    """R4, R10: an unknown user, a coupling that is off, a kind that is wrong: a message that tells what to do."""
    a_user("off")
    with pytest.raises(CommandError) as refused:
        sync(*arguments)
    assert says in str(refused.value)
    assert not Run.objects.exists()


def test_a_user_without_mailbox(served_world: World) -> None:
    """R10: without a mailbox there is nothing to synchronise."""
    Connection.objects.all().delete()
    with pytest.raises(CommandError, match="No mailbox is connected yet"):
        sync("--user", "michael")


def test_a_mailbox_that_cannot_be_reached(world: World, settings: Settings) -> None:
    """R14: no network is a clear message; the table still shows how far the run came."""
    settings.GRAPH_URL = settings.ENTRA_URL = "http://127.0.0.1:9"
    out = StringIO()
    with pytest.raises(CommandError, match="Outlook could not be reached"):
        call_command("sync", "--user", "michael", stdout=out)
    assert "Contacts" in out.getvalue()


def test_a_run_that_goes_on_already_is_followed(served_world: World) -> None:
    """R15: while another process synchronises, the command shows that run and ends with it."""
    run = served_world.start()
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    assert lease.claim(served_world.connection.pk) is not None
    waited = []

    class Following(Command):
        @staticmethod
        def sleep(seconds: float) -> None:
            waited.append(seconds)
            Run.objects.filter(pk=run.pk).update(state=RunState.DONE)

    out = StringIO()
    call_command(Following(), "--user", "michael", stdout=out)
    assert "This mailbox is being synchronised already; that run is shown." in out.getvalue()
    assert (len(waited), Run.objects.count()) == (1, 1)
