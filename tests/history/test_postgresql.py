"""The same on PostgreSQL (R93): the tests of users, settings, people and history, run again over it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "tests/accounts",
    "tests/preferences",
    "tests/people",
    "tests/history/test_journal.py",
    "tests/history/test_many_rows.py",
)


def test_all_of_it_holds_on_postgresql(postgres_url: str) -> None:
    """R93: PostgreSQL serves with the same code; a late commit is not missed there."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        *FOLDERS,
        "tests/history/on_postgresql.py",
        "--create-db",
    ]
    environment = os.environ | {"CRMCORNER_DATABASE_URL": postgres_url}
    environment = {name: value for name, value in environment.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(  # noqa: S603 - our own interpreter and tests
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
