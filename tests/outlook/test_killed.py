"""R17 with real processes: killed at each write of a ten-contact run against the sandbox over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from m365_sandbox.state import State
from tests.outlook.served_sandbox import served

ROOT = Path(__file__).resolve().parents[2]
MAILBOXES = 70
TAGGED = 5


def with_mailboxes(state: State, numbers: range) -> None:
    """Make mailboxes, each with contacts that bear the category."""
    with state.transaction():
        for number in numbers:
            address = f"m{number}@firm.example"
            state.add_mailbox(address, f"M {number}")
            for each in range(TAGGED):
                email = {"address": f"tagged{each}@of{number}.example", "name": ""}
                state.add_contact(
                    address,
                    {
                        "givenName": f"Tagged{each}",
                        "surname": f"Of{number}",
                        "emailAddresses": [email],
                        "categories": ["CRMcorner"],
                    },
                )


@pytest.fixture
def state() -> Iterator[State]:
    """A sandbox with many mailboxes, each with contacts that bear the category."""
    state = State.in_memory(seed=1)
    with_mailboxes(state, range(MAILBOXES))
    yield state
    state.close()


@pytest.fixture
def sandbox(state: State) -> Iterator[str]:
    """Its address."""
    with served(state) as address:
        yield address


def names_in_outlook(state: State, number: int) -> list[str]:
    """Return the given names of all contacts in a mailbox's default folder."""
    folder = state.folders.default(state.directory.get(f"m{number}@firm.example").n)
    return sorted(str(contact.properties["givenName"]) for contact in state.contacts.each(folder))


def test_killed_at_any_write_nothing_is_lost_and_nothing_doubled(
    state: State, sandbox: str, tmp_path: Path
) -> None:
    """R17: a process killed at any write; then two runs: all ten contacts once on each side, and the second run idle."""
    surroundings = {
        **os.environ,
        "CRMCORNER_DATA": str(tmp_path),
        "CRMCORNER_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT / "src"),
    }
    surroundings.pop("CRMCORNER_DATABASE_URL", None)
    python = [sys.executable, "-m"]
    migrate = [*python, "django", "migrate", "--verbosity=0", "--skip-checks"]
    subprocess.run(migrate, env=surroundings, cwd=ROOT, check=True)  # noqa: S603 - our own command
    command = [*python, "tests.outlook.killed", sandbox, str(MAILBOXES)]
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    everybody = sorted([*(f"Own{each}" for each in range(5)), *(f"Tagged{each}" for each in range(TAGGED))])
    for each in told:
        number = each.pop("number")
        killed = each.pop("killed")
        assert killed == (number < len(told) - 1)
        assert each == {
            "ended": ["done", "done"],
            "live": 0,
            "looked_at": 10,
            "changed": 0,
            "errors": 0,
            "intents": 0,
            "links": 10,
            "persons": everybody,
        }, number
        assert names_in_outlook(state, number) == everybody, number
    assert len(told) > 30
