"""Random histories with every kind of trouble at every kind of call, and counters of what happened in them.

`Histories` has the users and what must hold; here come a service with manners of its own, a nemesis at each call, a
second worker that takes the mailbox over, a brake that is pulled early, and what else a history may bring.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

from crmcorner.items.changes import Unread, Write, WriteResult
from crmcorner.items.records import Contact
from crmcorner.mailbox.memory.mailbox import StoredItem
from crmcorner.sync import brake
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Outcome
from crmcorner.sync.state import LinkStatus
from tests.sync.counting import CountingStore, Told
from tests.sync.histories import TEXTS, Histories
from tests.sync.nemesis import CAN_BEFALL, ENDINGS, Fault, Manners, NemesisMailbox, Operation

FEW = 1
"""So few may be taken away at once where the brake is pulled early."""

CHANGED = {Outcome.RESTED, Outcome.WITHDRAWN}


class Simulation(Histories):
    """Users, a service, a network and a second worker, all of them played by chance."""

    def __init__(self, told: Told | None = None) -> None:
        super().__init__()
        self.told: Told = Counter() if told is None else told
        self.brakes_early = False
        self.to_be_written = ""
        self.twice: set[str] = set()
        outlook = NemesisMailbox(tidy=self.outlook.tidy)
        self.pair.outlook = outlook
        self.pair.crm = CountingStore(self.told, TEXTS)
        self.nemesis = self.pair.crm.nemesis = outlook.nemesis
        self.nemesis.overtake = self.another_worker_runs
        self.nemesis.edit = self.someone_edits
        outlook.may_be_late = lambda item_id: any(
            link.item_id == item_id for link in self.crm.data.links.values()
        )
        self.chance = Random(0)  # noqa: S311 - not for secrets
        outlook.before, outlook.after = self.watch, self.note

    @property
    def service(self) -> NemesisMailbox:
        """The mailbox."""
        assert isinstance(self.pair.outlook, NemesisMailbox)
        return self.pair.outlook

    def behave(self, chance: Random) -> None:
        """Decide what kind of service and brake this history has, and from where its small choices come."""
        self.chance = chance
        self.service.manners = Manners(
            empty=chance.random() < 0.3, repeats=chance.random() < 0.3, reverse=chance.random() < 0.3
        )
        self.brakes_early = chance.random() < 0.2

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """The engine as this history has it."""
        with mock.patch.object(brake, "MOST", FEW if self.brakes_early else brake.MOST):
            yield

    # --- users ------------------------------------------------------------------------------------------------

    def someone_edits(self, side: str) -> None:
        """A user writes in any field of anyone."""
        self.edits(self.chance.randrange(3), side, self.chance.choice(TEXTS), empty=False)

    def edits_back(self, number: int, side: str, field_name: str) -> None:
        """A user writes again what stood there before."""
        name = f"N{number}"
        values = sorted(self.written.texts.get((name, field_name), set()) - {""})
        if values:
            self.writes(number, side, field_name, self.chance.choice(values))

    def edits_alike(self, number: int, field_name: str) -> None:
        """Two users write the same on both sides."""
        value = self.fresh("b")
        if self.row(f"N{number}") and self.item(f"N{number}"):
            for side in ("crm", "outlook"):
                self.writes(number, side, field_name, value)
            if self.chance.random() < 0.5:
                ours = self.row(f"N{number}"), self.item(f"N{number}")
                assert ours[0]
                assert ours[1]
                self.outlook.user_changes(
                    ours[1].item_id, {field_name: getattr(ours[0][1].contact, field_name)}
                )

    def fresh(self, word: str) -> str:
        """A value that nobody wrote before, unless one is to be written again."""
        return self.to_be_written or super().fresh(word)

    def writes(self, number: int, side: str, field_name: str, value: str) -> None:
        """A user writes this very value."""
        self.to_be_written = value
        self.edits(number, side, field_name, empty=False)
        self.to_be_written = ""
        self.twice.add(value)

    def outlook_confuses(self, number: int, field_name: str) -> None:
        """A phone or a birthday is written in Outlook that the CRM cannot understand (R46)."""
        if item := self.item(f"N{number}"):
            code = ReasonCode.PHONE_REFUSED if field_name == "mobile_phones" else ReasonCode.VALUE_REFUSED
            unread = {**item.unread, field_name: Unread(text=self.fresh("odd"), reason=code.value)}
            self.outlook.user_changes(item.item_id, unread=unread)

    def doubtful_contact_comes_and_goes(self, one: int, other: int) -> None:
        """R44: a contact that could be one or the other, or that says nothing, is asked about until the user takes it away."""
        rows = [found for found in (self.row(f"N{one}"), self.row(f"N{other}")) if found]
        emails = tuple(dict.fromkeys(row.contact.emails[0] for _crm_id, row in rows if not row.deleted))
        nameless = self.chance.random() < 0.3 or not emails
        contact = Contact(note="?") if nameless else Contact(emails=emails)
        linked = [self.crm.data.links.get(crm_id) for crm_id, _row in rows]
        if (
            not nameless
            and len(emails) == 1
            and not all(each and each.status is LinkStatus.ACTIVE for each in linked)
        ):
            return  # it would be linked with him, and be his
        item_id = self.outlook.user_adds(contact, categories=("CRMcorner",))
        self.deleted_by_user.add(item_id)
        self.attempt()
        self.outlook.user_deletes(item_id)
        self.attempt()

    # --- runs -------------------------------------------------------------------------------------------------

    def watch(self, write: Write) -> WriteResult | None:
        """Look at a write, and let it be struck."""
        super().watch(write)
        return self.service.strike_before(write)

    def note(self, write: Write, result: WriteResult) -> WriteResult:
        """Remember what it took away, and let its answer get lost."""
        return self.service.strike_after(write) or super().note(write, result)

    def run_under(self, fault: Fault, operation: Operation, nth: int, edits: list[Any]) -> None:
        """A run in which one call is struck, if it comes to that call."""
        self.edit_all(edits)
        self.nemesis.order(fault, operation, nth)
        self.attempt()
        self.nemesis.on_order = None

    def run_lags(self, edits: list[Any], lag: int) -> None:
        """A run to which the latest changes are not told yet."""
        self.edit_all(edits)
        self.service.manners.lag = lag
        self.attempt()
        self.service.manners.lag = 0

    def attempt(self) -> None:
        """Run, whatever comes of it; never is more taken away than the brake lets through (R84)."""
        data = self.crm.data
        before, overtaken = len(data.lines), self.overtaken()
        spared = data.allowed | {intent.crm_id for intent in data.intents.values()}
        active = {crm_id for crm_id, link in data.links.items() if link.status is LinkStatus.ACTIVE}
        try:
            super().attempt()
        except ENDINGS:
            pass
        self.answer_lost |= bool(self.crm.data.intents)
        if self.overtaken() == overtaken:
            taken = {line.crm_id for line in self.crm.data.lines[before:] if line.outcome in CHANGED}
            assert len((taken & active) - spared) <= brake.MOST, (
                "more was taken away than a person had allowed"
            )

    def overtaken(self) -> int:
        """How often another worker took the mailbox over."""
        return sum(
            count for (fault, _operation), count in self.nemesis.struck.items() if fault is Fault.OVERTAKEN
        )

    def another_worker_runs(self) -> None:
        """R15: the lease has run out while the worker still works: another one takes over, and does a whole run."""
        crm = self.crm
        mine, handed_out = crm.held, crm._handed_out
        self.answer_lost |= bool(crm.data.intents)
        self.pair.run()
        crm.held, crm._handed_out = mine, handed_out

    # --- what must hold ---------------------------------------------------------------------------------------

    def comes_to_rest(self) -> None:
        """R11, R17-R19, R84: as `Histories.comes_to_rest`; and then a run asks for changes once, and for nothing else."""
        if self.brakes_early:
            for _time in range(2):
                self.pair.run()
                self.crm.allows()
                if self.outlook.loses_returned:
                    self.outlook.forget_cursors()
            self.pair.run()
        # What was written twice does not tell who wrote it where and over what.
        self.written.in_crm -= self.twice
        over = self.written.instead_of.items()
        self.written.instead_of = {new: old for new, old in over if not {new, old} & self.twice}
        super().comes_to_rest()
        before = self.nemesis.calls.copy()
        self.pair.run()
        calls = self.nemesis.calls - before
        if not any(link.status is LinkStatus.PUT_BACK for link in self.crm.data.links.values()):
            pages = 2 if self.service.manners.empty else 1
            assert calls == {Operation.PAGE: pages, Operation.FINISH: 1}, f"an idle run does {dict(calls)}"
        for link in self.crm.data.links.values():
            if link.status is LinkStatus.ACTIVE and self.pair.winner is not Winner.ASK:
                self.check_equal(self.outlook.items[link.item_id], self.crm.data.rows[link.crm_id].contact)

    def check_equal(self, item: StoredItem, ours: Contact) -> None:
        """R17: what is in step says the same on both sides."""
        for name in TEXTS:
            both = getattr(ours, name).strip(), getattr(item.contact, name).strip()
            assert both[0] == both[1], f"{name} of {ours.surname} is {both[0]} here and {both[1]} there"


def moves_of_trouble() -> Sequence[tuple[Fault, Operation]]:
    """Return every kind of trouble at every kind of call, in a fixed order."""
    return [(fault, operation) for operation, faults in CAN_BEFALL.items() for fault in sorted(faults)]
