"""The surroundings of `tests.soak.processes`: a sandbox, a database, and what must hold of every firm."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from m365_sandbox.state import State
from tests.outlook.served_sandbox import served
from tests.outlook.test_killed import ROOT, TAGGED, names_in_outlook, with_mailboxes
from tests.soak.processes import TRIES
from tests.soak.told import failed, say

FEW = 5
"""Records of a firm whose workers are killed; those whose answers get lost say how many they have."""

LOST_BY_ONE = 50
"""So many lost answers come at least of one firm."""


@contextmanager
def database(url: str) -> Iterator[dict[str, str]]:
    """Give the surroundings of processes that use a database of their own there; without a URL it is SQLite's."""
    with tempfile.TemporaryDirectory(prefix="crmcorner-soak-") as data:
        surroundings = {
            **os.environ,
            "CRMCORNER_DATA": data,
            "CRMCORNER_LOG_LEVEL": "CRITICAL",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        surroundings.pop("CRMCORNER_DATABASE_URL", None)
        name = f"crmcorner_soak_{os.getpid()}"
        if url:
            _on_server(url, f'CREATE DATABASE "{name}"')
            surroundings["CRMCORNER_DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"]
        settings = {"DJANGO_SETTINGS_MODULE": "crmcorner.project.settings"}
        try:
            subprocess.run(migrate, env={**surroundings, **settings}, cwd=ROOT, check=True)  # noqa: S603 - our own
            yield surroundings
        finally:
            if url:
                _on_server(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def kill_and_lose(url: str, first: int, kills: int, faults: int) -> int:
    """Kill so many workers and lose so many answers; return how many firms were not as they must be."""
    began, failures, killed, lost, firms = time.monotonic(), 0, 0, 0, 0
    state = State.in_memory(seed=1)
    with_mailboxes(state, range(first, first + TRIES * kills + 2 + faults // LOST_BY_ONE))
    own = FEW
    with served(state, threads=8) as sandbox, database(url) as surroundings:
        command = [sys.executable, "-m", "tests.soak.processes", sandbox, str(first), str(kills), str(faults)]
        with subprocess.Popen(  # noqa: S603 - our own command
            command, env=surroundings, cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as running:
            for line in running.stdout or ():
                found = json.loads(line)
                own, lost = found.get("records", own), found.get("lost", lost)
                if "number" not in found:
                    continue
                firms += 1
                killed += found["killed"]
                wrong = what_is_wrong(state, found, own)
                if wrong:
                    failures += 1
                    failed(f"firm:{found['number']}", wrong)
        if running.returncode:
            failures += 1
            failed(f"firm:{first}", f"the processes ended with {running.returncode}")
    state.close()
    place = "PostgreSQL" if url else "SQLite"
    seconds = time.monotonic() - began
    say(f"{firms} firms on {place}, {killed} workers killed at work, {lost} answers lost, in {seconds:.0f} s")
    return failures


def what_is_wrong(state: State, found: dict[str, Any], own: int) -> str:
    """R11, R17: everybody once on each side, nothing left open, and the second of two runs idle; else what is not so."""
    everybody = sorted([*(f"Own{each}" for each in range(own)), *(f"Tagged{each}" for each in range(TAGGED))])
    count = own + TAGGED
    wanted = {
        "ended": ["done", "done"],
        "live": 0,
        "looked_at": count,
        "changed": 0,
        "errors": 0,
        "intents": 0,
        "links": count,
        "persons": everybody,
    }
    wrong = [name for name, value in wanted.items() if found[name] != value and name != "persons"]
    told = [f"{name} is {found[name]}, not {wanted[name]}" for name in wrong]
    for side, names in (
        ("the CRM", found["persons"]),
        ("Outlook", names_in_outlook(state, found["number"])),
    ):
        doubled = sorted({name for name in names if names.count(name) > 1})
        missing = sorted(set(everybody) - set(names))
        told += [f"{side} has {', '.join(doubled)} more than once"] if doubled else []
        told += [f"{side} lacks {', '.join(missing)}"] if missing else []
    return "; ".join(told)
