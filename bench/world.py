"""A firm with one mailbox in a sandbox of its own, on SQLite in a temporary folder."""

import csv
import json
import os
import resource
import socket
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmcorner.demo import sandbox_process, surroundings
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact, Kind

COLUMNS = (
    "First Name", "Last Name", "Job Title", "Home Street", "Home City", "Home Postal Code", "Home Country/Region",
    "Business Phone", "E-mail Address", "Notes", "Categories",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What one run cost: ``counted`` as the service's quota counts, ``http`` round trips, seconds and CPU seconds.

    ``writes``: of those counted, the ones that write a contact.
    """

    counted: int
    http: int
    refused: int
    writes: int
    wall: float
    cpu: float
    statements: int
    looked_at: int
    changed: int


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
        """Return what was asked of Graph since the last reset; ``writes`` are those of contacts."""
        log = self.ask("GET", "log?requests=20000")
        writes = sum(
            entry["method"] in {"POST", "PATCH", "DELETE"} and "/contacts" in entry["target"]
            for entry in log["requests"]
        )
        return {**log["counts"], "writes": writes}


class Place:
    """A firm without people on SQLite, and the sandbox's data, in a folder that the caller removes.

    Making one sets the surroundings and starts Django: before anything of Django is imported, and once in a process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.door = Door(self.port)
        surroundings.prepare(["--folder", str(folder), "--sandbox-port", str(self.port)])
        os.environ["DJANGO_SETTINGS_MODULE"] = "crmcorner.project.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)

    @contextmanager
    def served(self) -> Iterator[None]:
        """Run the sandbox; meanwhile nothing can be imported into it."""
        process = sandbox_process.start(self.folder / "sandbox", self.port)
        try:
            yield
        finally:
            sandbox_process.stop(process)

    def put_in_mailbox(self, name: str, rows: Iterable[Sequence[str]]) -> None:
        """Import rows under Outlook's own names of columns; the mailbox is made if need be."""
        file = self.folder / "mailbox.csv"
        with file.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows([COLUMNS, *rows])
        sandbox_process.fill_mailbox(self.folder / "sandbox", address=_address(name), name=name, files=[file])


def require_limits(door: Door) -> None:
    """See to it that the service's limits are enforced: counts without them would prove nothing.

    Raises:
        SystemExit: they are not.
    """
    limits = door.ask("GET", "limits")
    if (limits["requests"], limits["requests_seconds"], limits["concurrent"]) != (10_000, 600, 4):
        raise SystemExit(f"the sandbox enforces other limits than the service: {limits}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(name: str) -> str:
    return f"{name}@bench.example"


def add_user(name: str, place: Place) -> None:
    """Make a user with the coupling on, whose mailbox is empty."""
    from crmcorner.accounts.actor import COMMAND
    from crmcorner.accounts.services import users
    from crmcorner.outlook.services.connections import Coupling, create_connection
    from crmcorner.preferences.services import settings

    user = users.create_user(actor=COMMAND, username=name, full_name=name, password="een-lang-wachtwoord")
    settings.add_setting(actor=COMMAND, type_name="Outlook_SyncFolders", value="Contacts", user=user)
    coupling = Coupling(address=_address(name), credentials=surroundings.SANDBOX_APPLICATION)
    create_connection(actor=COMMAND, user=user, coupling=coupling)
    place.put_in_mailbox(name, ())


def fill_mailbox(name: str, count: int, place: Place) -> None:
    """Put that many contacts with the category in a user's mailbox, as Outlook would export them."""
    place.put_in_mailbox(name, (_row(contact(number, name)) for number in range(count)))


def _row(of: Contact) -> tuple[str, ...]:
    home = of.home_address
    assert home is not None
    return (
        of.given_name,
        f"{of.name_prefix} {of.surname}",
        of.job_title,
        f"{home.street} {home.house_number}",
        home.city,
        home.postal_code,
        "Nederland",
        of.work_phones[0],
        of.emails[0],
        of.note,
        CATEGORY,
    )


def fill_crm(name: str, count: int) -> None:
    """Give a user that many persons of his own."""
    from crmcorner.accounts.actor import Actor
    from crmcorner.people.services.contacts import ContactWrite, save_contacts

    actor = Actor(user=_user(name))
    for start in range(0, count, 500):
        numbers = range(start, min(start + 500, count))
        save_contacts(actor=actor, writes=[ContactWrite(contact=contact(n, name)) for n in numbers])


def change(name: str, crm_ids: Sequence[str], job_title: str) -> None:
    """Let a user change the job title of these persons."""
    from crmcorner.accounts.actor import Actor
    from crmcorner.people.services.contacts import ContactWrite, save_contacts

    fields, new = frozenset({"job_title"}), Contact(job_title=job_title)
    writes = [ContactWrite(crm_id=crm_id, contact=new, fields=fields) for crm_id in crm_ids]
    save_contacts(actor=Actor(user=_user(name)), writes=writes)


def person_ids(name: str) -> list[str]:
    """Return the ids of a user's persons."""
    from crmcorner.people.models import Person

    return [f"person:{pk}" for pk in Person.objects.filter(owner=_user(name)).values_list("pk", flat=True)]


def _user(name: str) -> Any:
    from crmcorner.accounts.models import User

    return User.objects.get(username=name)


def contact(number: int, family: str) -> Contact:
    """Return a contact as filled in as most are, of a family that no other mailbox has."""
    return Contact(
        given_name=f"Voornaam{number}",
        name_prefix="van der",
        surname=f"Achternaam{family}x{number}",
        job_title="inkoper",
        emails=(f"persoon{number}@{family}.bench.example",),
        work_phones=(f"+3123{5_000_000 + number:07d}",),
        home_address=PostalAddress(
            street="Spiegelstraat",
            house_number=str(number + 1),
            postal_code="2011 BN",
            city="Haarlem",
            country="NL",
        ),
        note="Belt liever dan dat hij mailt.",
    )


def measure(name: str, door: Door) -> Measured:
    """Run once and count."""
    from django.db import connection

    from crmcorner.accounts.actor import COMMAND
    from crmcorner.outlook.models import Run
    from crmcorner.outlook.models.run import RunState, Trigger
    from crmcorner.outlook.services.figures import figures_of
    from crmcorner.outlook.services.performing import perform_run
    from crmcorner.outlook.services.runs import start_run

    statements = 0

    def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, parameters, many, context)

    run = start_run(actor=COMMAND, user=_user(name), trigger=Trigger.COMMAND)
    door.ask("DELETE", "log")
    wall, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        perform_run(run.pk)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    run = Run.objects.get(pk=run.pk)
    if run.state != RunState.DONE:
        raise SystemExit(f"the run ended as {run.state}: {run.problem} {run.problem_detail}")
    counts, figures = door.counts(), figures_of(run)[Kind.CONTACTS]
    return Measured(
        counted=counts["counted"],
        http=counts["http"],
        refused=counts["refused"],
        writes=counts["writes"],
        wall=wall,
        cpu=cpu,
        statements=statements,
        looked_at=figures.looked_at,
        changed=figures.changed,
    )


def peak_memory() -> float:
    """Return this process's peak memory so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
