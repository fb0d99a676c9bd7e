"""Random histories of tasks and of appointments: as `Histories` of contacts, with what is different about them.

They take part without a category, what the user made himself stays when the CRM lets go of it, and what Outlook would mail
to attendees is never written. A record is known on both sides by its subject, which nobody changes.
"""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from crmcorner.items.changes import Delete, Update, Write, WriteResult
from crmcorner.items.records import (
    MEETING_FIELDS,
    Appointment,
    Attendee,
    Content,
    FieldName,
    Kind,
    Priority,
    ShowAs,
    Task,
    TaskStatus,
    fields_of,
    with_fields,
)
from crmcorner.mailbox.memory.mailbox import BIN, DEFAULT_FOLDER, StoredItem
from crmcorner.mailbox.protocol import Window
from crmcorner.sync import lens
from crmcorner.sync.executor import Stopped
from crmcorner.sync.policy import Winner
from crmcorner.sync.report import figures
from crmcorner.sync.state import Link, LinkStatus
from tests.sync.bench_of_two import TOGETHER, Pair
from tests.sync.counting import CountingStore, Told
from tests.sync.memory_store import Row
from tests.sync.nemesis import CAN_BEFALL, ENDINGS, Fault, Manners, NemesisMailbox, Operation

FIRST = date(2026, 3, 28)
"""The clock is put forward in that night, so that days and moments differ."""
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
WINDOW = Window(first=FIRST - timedelta(days=7), last=FIRST + timedelta(days=2), zone="Europe/Amsterdam")
GUESTS = (Attendee(email="jan@berg.example"),)

UNIQUE: dict[Kind, dict[FieldName, Callable[[int], Any]]] = {
    Kind.TASKS: {
        "note": lambda n: f"v{n}",
        "due": lambda n: FIRST + timedelta(days=n),
        "reminder": lambda n: NOON + timedelta(hours=n),
    },
    Kind.CALENDAR: {
        "note": lambda n: f"v{n}",
        "location": lambda n: f"p{n}",
        "start": lambda n: NOON + timedelta(hours=n),
        "reminder": lambda n: n,
    },
}
"""Fields of which every value is written once, so that each can be followed."""

OTHERS: dict[Kind, dict[FieldName, tuple[Any, ...]]] = {
    Kind.TASKS: {
        "status": tuple(TaskStatus),
        "priority": tuple(Priority),
        "start": (None, FIRST, FIRST + timedelta(days=1)),
    },
    Kind.CALENDAR: {
        "show_as": tuple(ShowAs),
        "private": (False, True),
        "categories": ((), ("Golf",), ("Tennis",)),
        "contacts": ((), ("Jan",), ("Piet",)),
    },
}
FINAL = {LinkStatus.REMOVED, LinkStatus.WITHDRAWN, LinkStatus.UNTAGGED}


@dataclass
class Written:
    """What users wrote, as text, to be found again at the end."""

    values: dict[tuple[str, FieldName], set[str]] = field(default_factory=dict)
    replaced: set[tuple[str, FieldName, str]] = field(default_factory=set)


class PlannedHistory:
    """A CRM and an Outlook with tasks, or with appointments."""

    def __init__(self, kind: Kind, chance: Random, told: Told | None = None) -> None:
        self.kind, self.chance = kind, chance
        self.told: Told = Counter() if told is None else told
        names = (*UNIQUE[kind], *OTHERS[kind])
        self.outlook = NemesisMailbox(
            page_size=chance.choice([1, 2, 50]),
            loses_returned=kind is Kind.TASKS and chance.random() < 0.5,
            tidy=lambda content: with_fields(content, {"note": content.note.strip()}),
        )
        self.outlook.manners = Manners(*(chance.random() < 0.3 for _flag in range(3)))
        window = WINDOW if kind is Kind.CALENDAR and chance.random() < 0.7 else None
        self.pair = Pair(winner=chance.choice(list(Winner)), mailbox=self.outlook, kind=kind, window=window)
        self.pair.together = TOGETHER[self.outlook.page_size]
        self.crm = self.pair.crm = CountingStore(self.told, names)
        self.nemesis = self.crm.nemesis = self.outlook.nemesis
        self.nemesis.edit, self.nemesis.overtake = self.someone_edits, self.another_worker_runs
        self.outlook.before = self.watch
        self.outlook.after = lambda write, result: self.outlook.strike_after(write) or result
        self.numbers = itertools.count(1)
        self.written = Written()
        self.names = names

    # --- finding ----------------------------------------------------------------------------------------------

    def row(self, name: str) -> tuple[str, Row] | None:
        """The record of this name; if there is none, the latest in the CRM's bin."""
        found = [each for each in self.crm.data.rows.items() if _subject(each[1].content) == name]
        alive = [each for each in found if not each[1].deleted]
        assert len(alive) <= 1, f"{name} is in the CRM {len(alive)} times"
        return alive[0] if alive else found[-1] if found else None

    def item(self, name: str) -> StoredItem | None:
        """The item of this name that is not deleted."""
        items = [each for each in self.outlook.items.values() if each.folder != BIN]
        found = [each for each in items if _subject(each.content) == name]
        assert len(found) <= 1, f"{name} is in Outlook {len(found)} times"
        return found[0] if found else None

    def lives(self, name: str) -> bool:
        """Whether the CRM has such a record that is not deleted."""
        found = self.row(name)
        return found is not None and not found[1].deleted

    def a_name(self) -> str:
        """One of three."""
        return f"N{self.chance.randrange(3)}"

    # --- users ------------------------------------------------------------------------------------------------

    def new(self, name: str) -> Content:
        """A new one, with a note of its own."""
        note = f"n{next(self.numbers)}"
        self.written.values.setdefault((name, "note"), set()).add(note)
        if self.kind is Kind.TASKS:
            return Task(subject=name, note=note, due=FIRST)
        guests = GUESTS if self.chance.random() < 0.2 else ()
        return Appointment(
            subject=name, note=note, start=NOON, end=NOON + timedelta(days=99), attendees=guests
        )

    def crm_adds(self) -> None:
        """It is entered in the CRM."""
        name = self.a_name()
        if not self.lives(name) and self.item(name) is None:
            content = self.new(name)
            plain = with_fields(content, {"attendees": ()}) if isinstance(content, Appointment) else content
            self.crm.user_adds(plain, in_scope=self.chance.random() < 0.8)

    def outlook_adds(self) -> None:
        """It is entered in Outlook."""
        name = self.a_name()
        if not self.lives(name) and self.item(name) is None and not self.crm.data.intents:
            self.outlook.user_adds(self.new(name))

    def edits(self, name: str, side: str, field_name: FieldName) -> None:
        """A user writes in a field."""
        found, item = self.row(name), self.item(name)
        content = found[1].content if side == "crm" and found else item.content if item else None
        if content is None or (side == "crm" and found is None):
            return
        value = self.a_value(field_name)
        if field_name in UNIQUE[self.kind]:
            self.written.replaced.add((name, field_name, str(getattr(content, field_name))))
            self.written.values.setdefault((name, field_name), set()).add(str(value))
        if side == "crm" and found:
            spaced = f" {value} " if field_name == "note" else value
            self.crm.user_changes(found[0], **{field_name: spaced})
        elif item:
            self.outlook.user_changes(item.item_id, {field_name: value})

    def someone_edits(self, side: str) -> None:
        """A user writes in any field of any of them."""
        self.edits(self.a_name(), side, self.chance.choice(self.names))

    def some_edits(self) -> None:
        """Users write, so that a run has something to do."""
        for _edit in range(self.chance.randrange(4)):
            self.someone_edits(self.chance.choice(("crm", "outlook")))

    def edits_alike(self) -> None:
        """Two users write the same on both sides."""
        name, field_name = self.a_name(), self.chance.choice(self.names)
        found, item = self.row(name), self.item(name)
        if found is None or item is None:
            return
        value = self.a_value(field_name)
        if field_name in UNIQUE[self.kind]:
            for content in (found[1].content, item.content):
                self.written.replaced.add((name, field_name, str(getattr(content, field_name))))
            self.written.values.setdefault((name, field_name), set()).add(str(value))
        self.crm.user_changes(found[0], **{field_name: value})
        self.outlook.user_changes(item.item_id, {field_name: value})

    def a_value(self, field_name: FieldName) -> Any:
        """What a user may write in a field."""
        unique = UNIQUE[self.kind].get(field_name)
        return unique(next(self.numbers)) if unique else self.chance.choice(OTHERS[self.kind][field_name])

    def crm_handles(self, *actions: str) -> None:
        """A record is deleted, restored, enters or leaves the scope, is put back in Outlook."""
        name = self.a_name()
        found, item = self.row(name), self.item(name)
        action = self.chance.choice(actions or ("delete", "undelete", "enter", "leave", "put back"))
        if found is None:
            return
        crm_id, row = found
        link = self.crm.data.links.get(crm_id)
        if action == "delete" and not row.deleted:
            self.crm.user_sets_deleted(crm_id, deleted=True)
        elif (
            action == "undelete" and row.deleted and (item is None or (link and link.item_id == item.item_id))
        ):
            self.crm.user_sets_deleted(crm_id, deleted=False)
        elif action in ("enter", "leave"):
            self.crm.set_scope(crm_id, in_scope=action == "enter")
        elif action == "put back" and link and link.status is LinkStatus.REMOVED:
            self.crm.puts_back(crm_id)

    def outlook_handles(self) -> None:
        """An item is deleted, or brought back."""
        name = self.a_name()
        found, item = self.row(name), self.item(name)
        if item is not None and self.chance.random() < 0.6:
            self.outlook.user_moves(item.item_id, BIN)
        elif item is None and not self.crm.data.intents:
            binned = [each for each in self.outlook.items.values() if _subject(each.content) == name]
            link = self.crm.data.links.get(found[0]) if found else None
            if binned and (not self.lives(name) or (link and link.item_id == binned[-1].item_id)):
                self.outlook.user_moves(binned[-1].item_id, DEFAULT_FOLDER)

    # --- runs -------------------------------------------------------------------------------------------------

    def watch(self, write: Write) -> WriteResult | None:
        """R20, R85: nothing needless is written, and nothing of which Outlook would mail the attendees."""
        if isinstance(write, Update):
            item = self.outlook.items[write.item_id]
            if write.version == str(item.version):
                same = {n for n in write.fields if getattr(item.content, n) == getattr(write.content, n)}
                assert not same, f"{same} were written though they are so already"
            assert not (_guests(item.content) and write.fields & MEETING_FIELDS), "attendees would be mailed"
        elif isinstance(write, Delete):
            assert not _guests(self.outlook.items[write.item_id].content), "attendees would be mailed"
        return self.outlook.strike_before(write)

    def attempt(self, *, steps: int | None = None) -> None:
        """Run, whatever comes of it; ``steps``: after so many a person stops it."""
        left = iter(range(steps)) if steps is not None else itertools.repeat(0)
        try:
            self.pair.run(should_stop=lambda: next(left, None) is None)
        except (*ENDINGS, Stopped):
            pass
        self.nemesis.on_order = None

    def another_worker_runs(self) -> None:
        """R15: another worker takes over and does a whole run."""
        mine, handed_out = self.crm.held, self.crm._handed_out
        self.pair.run()
        self.crm.held, self.crm._handed_out = mine, handed_out

    def is_struck(self) -> None:
        """A run in which one call meets trouble."""
        operation = self.chance.choice(list(CAN_BEFALL))
        fault = self.chance.choice(sorted(CAN_BEFALL[operation]))
        self.some_edits()
        if operation in {Operation.CREATE, Operation.LOOK_UP}:
            self.crm_adds()
        if operation is Operation.LOOK_UP:
            self.nemesis.order(Fault.UNKNOWN_AFTER, Operation.CREATE, 1)
            self.attempt()
        if operation is Operation.DELETE:
            self.crm_handles("delete", "leave")
        if operation is Operation.FETCH:
            self.outlook_handles()
        self.nemesis.order(fault, operation, self.chance.choice((1, 1, 2, 3)))
        self.attempt()

    # --- what must hold ---------------------------------------------------------------------------------------

    def comes_to_rest(self) -> None:
        """R11, R17-R19: a few runs later both sides agree, nothing is lost, and one more run asks once and does nothing."""
        self.pair.run()
        if self.outlook.loses_returned:
            self.outlook.forget_cursors()
        for _run in range(3):
            self.pair.run()
        writes, rows = len(self.outlook.writes), {i: row.version for i, row in self.crm.data.rows.items()}
        calls = self.nemesis.calls.copy()
        assert figures(self.pair.run()).changed == 0, "a further run still changes something"
        assert len(self.outlook.writes) == writes, "a further run still writes in Outlook"
        assert {i: row.version for i, row in self.crm.data.rows.items()} == rows
        assert not self.crm.data.intents
        assert not self.crm.data.retries
        more = self.nemesis.calls - calls
        pages = 2 if self.outlook.manners.empty else 1
        if not any(link.status is LinkStatus.PUT_BACK for link in self.crm.data.links.values()):
            assert more == {Operation.PAGE: pages, Operation.FINISH: 1}, f"an idle run does {dict(more)}"
        for name in ("N0", "N1", "N2"):
            self.check(name)

    def check(self, name: str) -> None:
        """R17, R42, R51: both sides of one of them."""
        found, item = self.row(name), self.item(name)
        if found is None:
            assert item is None, f"{name} did not come to the CRM"
            return
        crm_id, row = found
        link = self.crm.data.links.get(crm_id)
        if link is None:
            assert row.deleted or not row.in_scope, f"{name} is in scope and not in Outlook"
        else:
            self.check_link(link, row)
        self.check_values(name)

    def check_link(self, link: Link, row: Row) -> None:
        """A link is what users made of it, and what is in step says the same."""
        item = self.outlook.items[link.item_id]
        alive = item.folder != BIN
        if link.status is LinkStatus.ACTIVE:
            assert alive, "in step with what is gone"
            assert _guests(item.content) or not row.deleted
            assert _guests(item.content) or row.in_scope or not link.scoped
            if self.pair.winner is not Winner.ASK and not _guests(item.content):
                names = frozenset(fields_of(row.content))
                view = lens.get(row.content, names, self.outlook.can)
                assert _plain(view) == _plain(item.content), "in step, and they differ"
        elif link.status is LinkStatus.REMOVED:
            assert not alive or row.deleted, "taken for removed though it is there"
        elif link.status is LinkStatus.WITHDRAWN:
            assert row.deleted or not row.in_scope
        else:
            assert row.deleted, "still to be put back"

    def check_values(self, name: str) -> None:
        """R18: every value that a user wrote stands, was replaced by someone who saw it, or is kept."""
        everywhere: list[Content] = [row.content for row in self.crm.data.rows.values()]
        everywhere += [item.content for item in self.outlook.items.values()]
        here = [content for content in everywhere if _subject(content) == name]
        kept = {
            str(value).strip()
            for line in self.crm.data.lines
            for each in line.conflicts
            for value in (each.crm, each.outlook)
        }
        for field_name in UNIQUE[self.kind]:
            shown = {str(getattr(content, field_name)).strip() for content in here}
            for value in self.written.values.get((name, field_name), set()):
                seen = {(name, field_name, each) for each in (value, f" {value} ")}
                assert seen & self.written.replaced or value in shown | kept, (
                    f"{name}: {field_name} {value} is lost"
                )


def _subject(content: Content) -> str:
    return str(getattr(content, "subject", ""))


def _guests(content: Content) -> bool:
    return isinstance(content, Appointment) and bool(content.attendees)


def _plain(content: Content) -> Content:
    """A record without what only Outlook's server makes of it."""
    return dataclasses.replace(content, note=content.note.strip())


MOVES: list[Callable[[PlannedHistory], object]] = [
    PlannedHistory.crm_adds,
    PlannedHistory.outlook_adds,
    *[PlannedHistory.some_edits] * 2,
    PlannedHistory.edits_alike,
    *[PlannedHistory.crm_handles] * 2,
    *[PlannedHistory.outlook_handles] * 2,
    *[PlannedHistory.attempt] * 2,
    lambda history: history.attempt(steps=history.chance.randrange(1, 9)),
    lambda history: history.outlook.forget_cursors(),
    *[PlannedHistory.is_struck] * 6,
    PlannedHistory.comes_to_rest,
]


def play(kind: Kind, seed: int, steps: int = 50, told: Told | None = None) -> str:
    """Play one history and return all that the service was asked and what was told of it; as `chance.play`."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    history = PlannedHistory(kind, chance, told)
    step = 0
    try:
        for step in range(1, steps + 1):  # noqa: B007 - told of below
            chance.choice(MOVES)(history)
        history.comes_to_rest()
    except AssertionError as error:
        raise AssertionError(f"history {seed} of {kind.value}, step {step}: {error}") from error
    history.told.update({("strike", *pair): count for pair, count in history.nemesis.struck.items()})
    return "\n".join((*history.outlook.requests, *map(str, history.crm.data.lines)))


def play_many(kind: Kind, count: int, first: int = 0, told: Told | None = None) -> None:
    """Play that many histories, until one fails."""
    for seed in range(first, first + count):
        play(kind, seed, told=told)
