"""Where is measured: a firm on a database of its own, and the sandbox beside it, in a folder that the caller removes."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from crmcorner.demo import sandbox_process, surroundings
from crmcorner.items.records import Kind

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_DATABASE = "crmcorner_bench"

QUOTA, QUOTA_SECONDS, AT_ONCE = 10_000, 600, 4
"""The limits of the service: counted requests in so many seconds, and how many at the same time."""


class Database(StrEnum):
    """What the CRM's data are kept in."""

    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


class Door:
    """The sandbox's own door: limits, latency, counts."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}/_sandbox"

    def ask(self, method: str, place: str, body: dict[str, Any] | None = None) -> Any:
        """Send JSON, return JSON."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.root}/{place}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def counts(self) -> dict[str, Any]:
        """Return what was asked of Graph since the last reset."""
        counts: dict[str, Any] = self.ask("GET", "log?requests=0")["counts"]
        return counts


class Place:
    """A firm without people, and the sandbox's data.

    Making one sets the surroundings and starts Django: before anything of Django is imported, and once in a process.
    """

    def __init__(self, folder: Path, database: Database = Database.SQLITE) -> None:
        self.folder, self.port, self.database = folder, free_port(), database
        self.door = Door(self.port)
        surroundings.prepare(["--folder", str(folder), "--sandbox-port", str(self.port)])
        if database is Database.POSTGRESQL:
            os.environ["CRMCORNER_DATABASE_URL"] = _fresh_postgres()
        os.environ["DJANGO_SETTINGS_MODULE"] = "crmcorner.project.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)

    @property
    def sandbox_folder(self) -> Path:
        """Where the sandbox keeps its mailboxes."""
        return self.folder / "sandbox"

    @contextmanager
    def served(self) -> Iterator[None]:
        """Run the sandbox; meanwhile its mailboxes can be changed over Graph alone. Its counts begin at nothing."""
        process = sandbox_process.start(self.sandbox_folder, self.port)
        try:
            yield
        finally:
            sandbox_process.stop(process)

    def fill_mailbox(self, name: str, kind: Kind, count: int) -> None:
        """Put that many items into a user's mailbox, which is made if need be."""
        self._mailbox_data(name, kind, "fill", count)

    def change_mailbox(self, name: str, kind: Kind, count: int) -> None:
        """Change that many of the items in a user's mailbox."""
        self._mailbox_data(name, kind, "change", count)

    def _mailbox_data(self, name: str, kind: Kind, action: str, count: int) -> None:
        told = [str(self.sandbox_folder), mailbox_address(name), kind.value, action, str(count)]
        command = [sys.executable, "-m", "bench.mailbox_data", *told]
        subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - our own command


def require_limits(door: Door) -> None:
    """See to it that the service's limits are enforced: counts without them would prove nothing.

    Raises:
        SystemExit: they are not.
    """
    limits = door.ask("GET", "limits")
    if (limits["requests"], limits["requests_seconds"], limits["concurrent"]) != (
        QUOTA,
        QUOTA_SECONDS,
        AT_ONCE,
    ):
        raise SystemExit(f"the sandbox enforces other limits than the service: {limits}")


def mailbox_address(name: str) -> str:
    """Return the address of a user's mailbox."""
    return f"{name}@bench.example"


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fresh_postgres() -> str:
    """Return the URL of an empty database of the bench's own, on the server that the tests would use.

    Raises:
        NoPostgres: there is no such server.
    """
    script = [ROOT / "scripts" / "postgres"]
    found = subprocess.run(script, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own
    if found.returncode:
        raise NoPostgres(found.stderr.strip() or "no PostgreSQL server lets us in")
    import psycopg

    url = urlsplit(found.stdout.strip())
    with psycopg.connect(urlunsplit(url._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {POSTGRES_DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {POSTGRES_DATABASE}")
    return urlunsplit(url._replace(path=f"/{POSTGRES_DATABASE}"))


class NoPostgres(Exception):
    """There is no PostgreSQL to measure on."""
