"""A sandbox with one mailbox, and the Graph connector on it, in one process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_type_hints

import httpx2

from crmcorner.items.changes import Change, Create, Removed, Stored, Update, Upserted, Write
from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.mailbox.graph import open_graph_mailbox
from crmcorner.mailbox.graph.budget import Budget
from crmcorner.mailbox.graph.client import GraphClient
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.mailbox.protocol import ChangePage, Cursor
from m365_sandbox.app import Sandbox, create_app
from m365_sandbox.in_process import SandboxTransport
from m365_sandbox.readings import Readings
from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from m365_sandbox.store.records import Folder

ADDRESS = "anna@example.org"
BASE_URL = "https://graph.example/v1.0"
LOGIN_URL = "https://login.example"


class Clock:
    """A clock that a test sets forward; sleeping moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        """The present."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Time goes by without anybody waiting."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class GraphWorld:
    """Anna's mailbox in the sandbox, and the connector to it."""

    state: State
    sandbox: Sandbox
    clock: Clock
    mailbox: GraphMailbox
    stamps: int = 0

    def connect(self, **settings: Any) -> GraphMailbox:
        """Another connector to the same mailbox; `settings` as those of `open_graph_mailbox`."""
        given: dict[str, Any] = {
            "base_url": BASE_URL,
            "login_url": LOGIN_URL,
            "tenant": TENANT_ID,
            "client_id": CLIENT_ID,
            "secret": CLIENT_SECRET,
            "mailbox_address": ADDRESS,
            "country": "NL",
            "transport": SandboxTransport(self.sandbox),
            "clock": self.clock,
            "sleep": self.clock.sleep,
        }
        return open_graph_mailbox(**{**given, **settings})

    def read(self, **readings: Any) -> None:
        """Have the open points read otherwise from now on."""
        self.state.readings = replace(self.state.readings, **readings)

    def add(self, folder: Folder | None = None, **properties: Any) -> str:
        """A contact that the user makes in Outlook; returns its id."""
        return self.state.add_contact(ADDRESS, properties, folder).immutable_id

    def edit(self, item_id: str, **properties: Any) -> None:
        """A change that the user makes in Outlook."""
        self.state.update_contact(ADDRESS, self._contact(item_id), properties)

    def delete(self, item_id: str) -> None:
        """The user deletes a contact in Outlook."""
        self.state.contacts.delete(self._n, self._contact(item_id))

    def move(self, item_id: str, folder: Folder | None = None) -> None:
        """The user drags a contact to another folder; None is the default one."""
        self.state.contacts.move(
            self._n, self._contact(item_id), folder or self.state.folders.default(self._n)
        )

    def restore(self, item_id: str) -> None:
        """The user takes a contact out of Deleted Items."""
        self.state.contacts.restore(self._n, self._contact(item_id))

    def folder(self, name: str) -> Folder:
        """The contact folder of this name below the default one, made if need be."""
        for folder in self.state.folders.children(self.state.folders.default(self._n)):
            if folder.name == name:
                return folder
        return self.state.add_folder(ADDRESS, name)

    def folder_of(self, item_id: str) -> Folder:
        """The folder that holds a contact."""
        return self.state.folders.by_number(self._contact(item_id).folder)

    def stored(self, item_id: str) -> dict[str, Any]:
        """What the server keeps of a contact."""
        return dict(self._contact(item_id).properties)

    def how_many(self) -> int:
        """The number of contacts in the default folder."""
        return self.state.contacts.how_many(self.state.folders.default(self._n))

    def stamp(self) -> str:
        """A fresh mark."""
        self.stamps += 1
        return f"stamp-{self.stamps}"

    def create(self, contact: Contact) -> Create:
        """An order to create."""
        return Create(content=contact, categories=(CATEGORY,), stamp=self.stamp())

    def update(self, seen: Upserted, **fields: Any) -> Update:
        """An order to change fields of an item as it was seen."""
        return Update(
            item_id=seen.item_id,
            version=seen.version,
            fields=frozenset(fields),
            content=replace(seen.content, **fields),
            categories=None,
            stamp=self.stamp(),
        )

    def apply(self, *writes: Write) -> list[Any]:
        """Carry out writes."""
        return list(self.mailbox.apply(Kind.CONTACTS, writes))

    def make(self, contact: Contact) -> Upserted:
        """Create a contact and return it as stored."""
        (result,) = self.apply(self.create(contact))
        assert isinstance(result, Stored), result
        assert result.item is not None
        return result.item

    def fetch(self, *ids: str) -> dict[str, Upserted]:
        """Items as they are."""
        return dict(self.mailbox.fetch(Kind.CONTACTS, ids))

    def pages(self, since: Cursor | None = None) -> list[ChangePage]:
        """A whole round of changes."""
        return list(self.mailbox.changes(Kind.CONTACTS, since))

    def round(self, since: Cursor | None = None) -> tuple[list[Change], Cursor]:
        """All changes of a round, and the cursor for the next."""
        pages = self.pages(since)
        assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
        return [change for page in pages for change in page.changes], pages[-1].cursor

    def counts(self) -> dict[str, Any]:
        """What the sandbox has been asked since the last reset."""
        return self.sandbox.log.counts()

    def reset(self) -> None:
        """Begin counting anew."""
        self.sandbox.log.reset()

    @property
    def _n(self) -> int:
        return self.state.directory.get(ADDRESS).n

    def _contact(self, item_id: str) -> Any:
        return self.state.contacts.get(self._n, item_id)


@contextmanager
def graph_world(**readings: Any) -> Iterator[GraphWorld]:
    """A world with these readings of the open points."""
    clock = Clock()
    state = State.in_memory(clock=clock, seed=1, readings=Readings(**readings))
    state.add_mailbox(ADDRESS, "Anna de Vries")
    sandbox = create_app(state, sleep=clock.sleep)
    world = GraphWorld(state, sandbox, clock, mailbox=None)  # type: ignore[arg-type]
    world.mailbox = world.connect()
    try:
        yield world
    finally:
        world.mailbox.close()
        state.close()


def alternative_readings() -> list[dict[str, Any]]:
    """Each reading of an open point that is not the sandbox's own choice, one at a time."""
    plain, found = Readings(), []
    for name, hint in get_type_hints(Readings).items():
        values = {bool: (True, False), int: (255, 100)}.get(hint) or get_args(hint)
        found += [{name: value} for value in values if value != getattr(plain, name)]
    return found


def contacts_of(changes: list[Change]) -> dict[str, Contact]:
    """The last word on each item that is there, by id."""
    found: dict[str, Contact] = {}
    for change in changes:
        if isinstance(change, Removed):
            found.pop(change.item_id, None)
        else:
            found[change.item_id] = change.contact
    return found


class FixedToken:
    """A token that is always good."""

    def token(self) -> str:
        """Return it."""
        return "token"

    def renewed(self, refused: str) -> str:
        """Return another."""
        return refused + "+"


def client_with(
    handler: Callable[[httpx2.Request], httpx2.Response], clock: Clock | None = None
) -> GraphClient:
    """A client whose requests a function answers."""
    clock = clock or Clock()
    http = httpx2.Client(transport=httpx2.MockTransport(handler))
    return GraphClient(http, FixedToken(), base_url=BASE_URL, budget=Budget(clock), sleep=clock.sleep)
