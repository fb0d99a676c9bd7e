"""The core of the coupling on PostgreSQL (R93): whole runs, leases, cuts, and what only shows there."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (
    "tests/outlook/on_postgresql.py",
    "tests/outlook/test_full_runs.py",
    "tests/outlook/test_lease.py",
    "tests/outlook/test_mail_runs.py",
    "tests/outlook/test_planning_runs.py",
    "tests/outlook/test_statements.py",
)


def test_all_of_it_holds_on_postgresql(postgres_url: str) -> None:
    """R17, R93: PostgreSQL serves with the same code, many workers at once."""
    command = [sys.executable, "-m", "pytest", "-q", *FILES, "--create-db"]
    # A database of its own: other tests may be using theirs at this moment.
    surroundings = os.environ | {"CRMCORNER_DATABASE_URL": f"{postgres_url}_outlook"}
    surroundings = {name: value for name, value in surroundings.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(  # noqa: S603 - our own interpreter and tests
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
