"""One mailbox in the sandbox with contacts, tasks and appointments, its CRM in memory, and a story that both go through.

The service has every odd manner that is legal, answers get lost, chains of writes break, the user moves things about. What
is left in the end is told, so that a connector with a fault in it can be found out.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from crmcorner.items.changes import Upserted
from crmcorner.items.records import CATEGORY, Appointment, Contact, Content, Kind, Task
from crmcorner.mailbox.errors import MailboxError
from crmcorner.mailbox.protocol import Window
from crmcorner.sync.executor import Executor
from crmcorner.sync.policy import Policy, Winner
from tests.mailbox.graph_world import ADDRESS, GraphWorld
from tests.sync.memory_store import MemoryStore

ZONE = "Europe/Amsterdam"
KINDS = (Kind.CONTACTS, Kind.TASKS, Kind.CALENDAR)
WINDOW = Window(first=date(2026, 11, 1), last=date(2026, 12, 31), zone=ZONE)
TENTH = date(2026, 12, 10)
TEN = datetime(2026, 12, 10, 9, tzinfo=UTC)
"""Ten o'clock in Amsterdam."""
TRIES = 4
"""After so many runs everything has come to rest."""


@dataclass
class Office:
    """A CRM and an Outlook."""

    world: GraphWorld
    crm: dict[Kind, MemoryStore] = field(default_factory=lambda: {kind: MemoryStore() for kind in KINDS})
    stamps: Any = field(default_factory=itertools.count)

    def run(self) -> None:
        """Synchronise each kind, as a new process would; what cannot be reached now can be ten minutes later."""
        for kind in KINDS:
            mailbox = self.world.connect(zone=ZONE)
            store = self.crm[kind]
            store.claim()
            executor = Executor(
                mailbox,
                store,
                store,
                Policy(winner=Winner.CRM, can=mailbox.can),
                new_stamp=lambda: f"office-{next(self.stamps)}",
                should_stop=lambda: False,
                window=WINDOW,
            )
            try:
                executor.run(kind)
            except MailboxError:
                self.world.clock.sleep(600)
            finally:
                mailbox.close()

    def settle(self) -> None:
        """Synchronise until it has come to rest."""
        for _run in range(TRIES):
            self.run()

    def item(self, crm_id: str) -> str:
        """The item that a contact is linked with."""
        return self.crm[Kind.CONTACTS].data.links[crm_id].item_id

    def outlook(self, kind: Kind) -> list[Upserted]:
        """What is in Outlook, read by a connector whose service has no manners."""
        window = WINDOW if kind is Kind.CALENDAR else None
        pages = self.world.connect(zone=ZONE).changes(kind, None, window)
        return [each for page in pages for each in page.changes if isinstance(each, Upserted)]


def story(world: GraphWorld) -> dict[str, Any]:
    """Let it all happen; return what there is in the end on both sides, without ids."""
    office, contacts = Office(world), list[str]()
    world.sandbox.faults.mischief.empty_pages = world.sandbox.faults.mischief.repeat_items = True
    world.sandbox.faults.mischief.shuffle_batch = True
    world.sandbox.faults.mischief.page_max = 2
    _begin(office, contacts)
    office.run()
    contacts += [office.crm[Kind.CONTACTS].user_adds(_person(number)) for number in range(5, 9)]
    world.sandbox.faults.add("missing_answer", method="POST", path="/contacts", skip=1)
    world.sandbox.faults.add("unavailable_after", method="POST", path="/contacts", skip=2)
    office.settle()
    world.move(office.item(contacts[0]), world.folder("Leveranciers"))
    world.edit(office.item(contacts[1]), jobTitle="verkoper")
    world.delete(office.item(contacts[2]))
    for crm_id in contacts[3:7]:
        office.crm[Kind.CONTACTS].user_changes(crm_id, job_title="inkoper")
    # In a chain of writes one is refused, and those after it are not carried out (424).
    world.sandbox.faults.add(
        "error", method="PATCH", path="/contacts", skip=1, status=403, code="ErrorAccessDenied"
    )
    office.settle()
    office.crm[Kind.CONTACTS].user_changes(contacts[0], nickname="Nul")
    for crm_id in office.crm[Kind.TASKS].data.rows:
        office.crm[Kind.TASKS].user_changes(crm_id, note="Vandaag")
    office.settle()
    world.sandbox.faults.clear()
    return told(office)


def _begin(office: Office, contacts: list[str]) -> None:
    state = office.world.state
    contacts += [office.crm[Kind.CONTACTS].user_adds(_person(number)) for number in range(5)]
    for number in (10, 11, 12):
        office.world.add(givenName=f"P{number}", surname="Outlook", categories=[CATEGORY, "Golf"])
    office.world.add(surname="Private")
    office.crm[Kind.TASKS].user_adds(Task(subject="Bellen", due=TENTH))
    office.crm[Kind.CALENDAR].user_adds(
        Appointment(subject="Bezoek", start=TEN, end=TEN.replace(hour=10), zone=ZONE)
    )
    # As Outlook writes a day: midnight where its user lives.
    midnight = {"dateTime": f"{TENTH}T00:00:00", "timeZone": "W. Europe Standard Time"}
    for number in range(3):
        state.add_task(ADDRESS, {"title": f"Taak {number}", "dueDateTime": midnight})
        hours = [
            {"dateTime": f"{TENTH}T{hour}:00:00", "timeZone": "W. Europe Standard Time"} for hour in (10, 11)
        ]
        state.add_event(ADDRESS, {"subject": f"Afspraak {number}", "start": hours[0], "end": hours[1]})


def _person(number: int) -> Contact:
    # Who has no e-mail address is not recognised by it either: should he be made twice, that stays.
    emails = (f"p{number}@x.example",) if number < 5 else ()
    return Contact(given_name=f"P{number}", surname="Crm", emails=emails)


def told(office: Office) -> dict[str, Any]:
    """What there is on both sides: names, titles, days and moments, ties, and what waits."""
    facts: dict[Kind, Callable[[Any], tuple[Any, ...]]] = {
        Kind.CONTACTS: lambda each: (each.given_name, each.surname, each.job_title, each.nickname),
        Kind.TASKS: lambda each: (each.subject, each.due, each.note),
        Kind.CALENDAR: lambda each: (each.subject, each.start, each.end),
    }
    found: dict[str, Any] = {}
    for kind in KINDS:
        data = office.crm[kind].data
        rows: list[Content] = [row.content for row in data.rows.values()]
        found[f"{kind} in the CRM"] = sorted(map(facts[kind], rows))
        found[f"{kind} in Outlook"] = sorted(facts[kind](each.content) for each in office.outlook(kind))
        found[f"{kind}, ties"] = sorted(link.status.value for link in data.links.values())
        found[f"{kind}, open"] = (len(data.intents), len(data.questions), len(data.retries))
    kept = [sorted(each.categories) for each in office.outlook(Kind.CONTACTS) if "Golf" in each.categories]
    return {**found, "categories": kept}
