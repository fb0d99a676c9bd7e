"""Random histories of marked mails: users mark, copy, move and delete them, addresses become known, runs go wrong.

In the end every marked mail is filed once, bears the mark that follows from what the CRM knows, and keeps the user's own
categories; and one more run looks once and does nothing.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from crmcorner.items.changes import ItemId, Refusal, Stored, WriteResult, has_category
from crmcorner.items.mail import Mail, MailAddress, MarkedMail, Recategorise
from crmcorner.items.records import CATEGORY, NOT_FOUND, PROCESSED
from crmcorner.mailbox.memory.mail import UNREAD_FOLDERS, MemoryMail
from crmcorner.sync.executor import Stopped
from crmcorner.sync.filing import AddressBook, Mark
from crmcorner.sync.mail_run import Fetched, MailRun
from crmcorner.sync.store import LeaseLost
from tests.sync.counting import Told
from tests.sync.nemesis import CAN_BEFALL_MAIL, ENDINGS, Nemesis, Operation

FIRM = frozenset({"anna@firm.example"})
ADDRESSES = tuple(f"a{number}@x.example" for number in range(4))
OURS = {CATEGORY.casefold(), PROCESSED.casefold(), NOT_FOUND.casefold()}
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class StruckMail(MemoryMail):
    """Mail in memory with trouble on order."""

    def __init__(self, nemesis: Nemesis) -> None:
        super().__init__()
        self.nemesis = nemesis
        self.requests: list[str] = []
        self.before_recategorising = lambda _write: nemesis.before(Operation.RECATEGORISE)
        self.after_recategorising = lambda _write, result: nemesis.after(Operation.RECATEGORISE) or result

    def marked_mail(self, category: str, limit: int) -> MarkedMail:
        self.requests.append(f"marked {limit}")
        plain = super().marked_mail
        return self.nemesis.around(Operation.MARKED, lambda: plain(category, limit))

    def mails(self, ids: Sequence[ItemId]) -> Mapping[ItemId, Mail]:
        self.requests.append(f"mails {' '.join(ids)}")
        plain = super().mails
        return self.nemesis.around(Operation.MAILS, lambda: plain(ids))

    def mail_sources(self, ids: Sequence[ItemId], limit: int) -> Iterator[tuple[ItemId, bytes | None]]:
        for each in super().mail_sources(ids, limit):
            self.requests.append(f"source {each[0]}")
            yield self.nemesis.around(Operation.SOURCE, lambda each=each: each)  # type: ignore[misc]

    def recategorise(self, writes: Sequence[Recategorise]) -> Sequence[WriteResult]:
        self.requests += [f"write {write}" for write in writes]
        return super().recategorise(writes)


@dataclass
class Copy:
    """A mail of the mailbox that the CRM has: by which number, and the mark that was written."""

    message_id: str
    mark: Mark | None = None


class FiledMail:
    """The CRM's side of filing in memory, as `MailStore` wants it."""

    def __init__(self, nemesis: Nemesis) -> None:
        self.nemesis = nemesis
        self.known: dict[str, frozenset[str]] = {ADDRESSES[0]: frozenset({"person:1"})}
        self.messages: dict[str, frozenset[str]] = {}
        self.addresses: dict[str, tuple[str, ...]] = {}
        self.copies: dict[ItemId, Copy] = {}
        self.made: Counter[str] = Counter()
        self.fence = self.held = 0

    def claim(self) -> None:
        """R15: a worker takes the mailbox."""
        self.fence += 1
        self.held = self.fence

    def check_lease(self) -> None:
        """R17: who was overtaken stores nothing any more."""
        if self.held != self.fence:
            raise LeaseLost

    def refile(self) -> int:
        self.check_lease()
        waiting = [each for each, found in self.messages.items() if not found]
        for each in waiting:
            self.messages[each] = self._meant(self.addresses[each])
        return sum(bool(self.messages[each]) for each in waiting)

    def unwritten(self) -> Mapping[ItemId, Mark]:
        wanted = {item_id: self._mark(copy) for item_id, copy in self.copies.items()}
        return {item_id: mark for item_id, mark in wanted.items() if self.copies[item_id].mark is not mark}

    def address_book(self, mails: Sequence[Mail]) -> AddressBook:
        return AddressBook(known=self.known, firm=FIRM)

    def resting(self) -> frozenset[ItemId]:
        return frozenset()

    def file(self, fetched: Sequence[Fetched]) -> None:
        self.nemesis.around(Operation.FILE, lambda: self._file(fetched))

    def written(self, results: Sequence[tuple[ItemId, WriteResult]]) -> None:
        self.nemesis.around(Operation.WRITTEN, lambda: self._written(results))

    def progress(self, *, phase: str, done: int, total: int) -> None:
        assert phase
        self.check_lease()

    def finish(self, *, waiting: int) -> None:
        assert waiting >= 0
        self.nemesis.around(Operation.FINISH, self.check_lease)

    def _file(self, fetched: Sequence[Fetched]) -> None:
        self.check_lease()
        for each in fetched:
            mail = each.filing.mail
            if mail.message_id not in self.messages:
                self.made[mail.message_id] += 1
                self.messages[mail.message_id] = each.filing.crm_ids
                self.addresses[mail.message_id] = mail.addresses
            self.copies[mail.item_id] = Copy(mail.message_id)

    def _written(self, results: Sequence[tuple[ItemId, WriteResult]]) -> None:
        self.check_lease()
        for item_id, result in results:
            copy = self.copies[item_id]
            if isinstance(result, Stored):
                copy.mark = self._mark(copy)
            elif result.why is Refusal.GONE:
                del self.copies[item_id]

    def _mark(self, copy: Copy) -> Mark:
        return Mark.PROCESSED if self.messages[copy.message_id] else Mark.NOT_FOUND

    def _meant(self, addresses: Sequence[str]) -> frozenset[str]:
        return frozenset(crm_id for each in addresses for crm_id in self.known.get(each, ()))


class MailHistory:
    """A mailbox with mails, and a CRM that files what is marked."""

    def __init__(self, chance: Random, told: Told | None = None) -> None:
        self.chance = chance
        self.told: Told = Counter() if told is None else told
        self.nemesis = Nemesis(edit=lambda _side: self.user_sorts(), overtake=self.another_worker_runs)
        self.outlook, self.crm = StruckMail(self.nemesis), FiledMail(self.nemesis)
        self.limit = chance.choice([1, 2, 50])
        self.numbers = itertools.count(1)
        self.own: dict[ItemId, set[str]] = {}
        self.marked: set[ItemId] = set()

    # --- users ------------------------------------------------------------------------------------------------

    def receives(self, message_id: str = "") -> None:
        """A mail arrives, or a copy of one that is there."""
        number = next(self.numbers)
        item_id = f"mail-{number}"
        sender = self.chance.choice((*ADDRESSES, "anna@firm.example"))
        to: tuple[str, ...] = (self.chance.choice((*ADDRESSES, "anna@firm.example")),)
        if message_id:
            same = next(
                each.mail for each in self.outlook.messages.values() if each.mail.message_id == message_id
            )
            sender, to = same.sender.email if same.sender else "", tuple(each.email for each in same.to)
        received = NOON + timedelta(minutes=number)
        mail = Mail(
            item_id=item_id, version="1", message_id=message_id or f"<{number}@x.example>", subject=item_id,
            sender=MailAddress(email=sender), to=tuple(MailAddress(email=each) for each in to), received=received,
        )  # fmt: skip
        self.outlook.user_receives(mail, b"source", self.chance.choice(("inbox", "inbox", "clients", "junk")))
        self.own[item_id] = set()
        if self.chance.random() < 0.7:
            self.marks(item_id)

    def copies_one(self) -> None:
        """The user copies a mail to another folder."""
        there = sorted({each.mail.message_id for each in self.outlook.messages.values()})
        if there:
            self.receives(self.chance.choice(there))

    def one(self) -> ItemId:
        """One of the mails; "" if there is none."""
        return self.chance.choice(sorted(self.outlook.messages)) if self.outlook.messages else ""

    def marks(self, item_id: ItemId) -> None:
        """The user marks it for the CRM, in whatever case, also again."""
        name = self.chance.choice((CATEGORY, CATEGORY, CATEGORY.upper()))
        categories = self.outlook.messages[item_id].mail.categories
        self.outlook.user_categorises(item_id, *categories, *(() if has_category(categories) else (name,)))
        self.marked.add(item_id)

    def user_sorts(self) -> None:
        """The user gives a mail a category of his own, marks, moves or deletes it."""
        item_id = self.one()
        if not item_id:
            return
        action = self.chance.choice(("own", "own", "mark", "move", "delete"))
        stored = self.outlook.messages[item_id]
        if action == "own":
            name = self.chance.choice(("Golf", "Tennis"))
            self.own[item_id].add(name)
            kept = [each for each in stored.mail.categories if each != name]
            self.outlook.user_categorises(item_id, *kept, name)
        elif action == "mark":
            self.marks(item_id)
        elif action == "move":
            stored.folder = self.chance.choice(("inbox", "clients", "junk", "deleted-items"))
        else:
            del self.outlook.messages[item_id]

    def becomes_known(self) -> None:
        """R35: somebody with one of the addresses is entered in the CRM."""
        self.crm.known[self.chance.choice(ADDRESSES)] = frozenset({f"person:{next(self.numbers)}"})

    # --- runs -------------------------------------------------------------------------------------------------

    def run(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Run once."""
        self.crm.claim()
        MailRun(self.outlook, self.crm, limit=self.limit, should_stop=should_stop).run()

    def attempt(self, steps: int | None = None) -> None:
        """Run, whatever comes of it."""
        left = iter(range(steps)) if steps is not None else itertools.repeat(0)
        try:
            self.run(lambda: next(left, None) is None)
        except (*ENDINGS, Stopped):
            pass
        self.nemesis.on_order = None

    def another_worker_runs(self) -> None:
        """R15: another worker takes over and does a whole run."""
        mine = self.crm.held
        self.run()
        self.crm.held = mine

    def is_struck(self) -> None:
        """A run in which one call meets trouble."""
        operation = self.chance.choice(list(CAN_BEFALL_MAIL))
        fault = self.chance.choice(sorted(CAN_BEFALL_MAIL[operation]))
        self.receives()
        if operation is Operation.MAILS:
            self.attempt(steps=4)
            self.becomes_known()
        self.nemesis.order(fault, operation, self.chance.choice((1, 1, 2, 3)))
        self.attempt()

    # --- what must hold ---------------------------------------------------------------------------------------

    def comes_to_rest(self) -> None:
        """R11, R17, R31, R34, R38: all that is marked is filed, once, and an idle run looks once."""
        for _run in range(2 + len(self.outlook.messages) // self.limit):
            self.run()
        calls = self.nemesis.calls.copy()
        self.run()
        more = self.nemesis.calls - calls
        assert more == {Operation.MARKED: 1, Operation.FINISH: 1}, f"an idle run does {dict(more)}"
        assert max(self.crm.made.values(), default=1) == 1, "a mail was filed twice"
        for item_id, stored in self.outlook.messages.items():
            categories = stored.mail.categories
            theirs = {each for each in categories if each.casefold() not in OURS}
            assert theirs == self.own[item_id], f"the user's categories of {item_id} are {theirs}"
            if stored.folder in UNREAD_FOLDERS or item_id not in self.marked:
                continue
            assert not has_category(categories), f"{item_id} still waits"
            known = any(each in self.crm.known for each in stored.mail.addresses)
            mark, other = (PROCESSED, NOT_FOUND) if known else (NOT_FOUND, PROCESSED)
            assert has_category(categories, mark), f"{item_id} is not marked {mark}"
            assert not has_category(categories, other), f"{item_id} bears two marks"
            assert stored.mail.message_id in self.crm.messages, f"{item_id} is marked and was not filed"
            assert self.crm.messages[stored.mail.message_id] or not known, f"{item_id} is filed under nobody"


MOVES: list[Callable[[MailHistory], object]] = [
    *[MailHistory.receives] * 2,
    MailHistory.copies_one,
    *[MailHistory.user_sorts] * 3,
    MailHistory.becomes_known,
    *[MailHistory.attempt] * 2,
    lambda history: history.attempt(steps=history.chance.randrange(1, 5)),
    *[MailHistory.is_struck] * 4,
    MailHistory.comes_to_rest,
]


def play(seed: int, steps: int = 30, told: Told | None = None) -> str:
    """Play one history and return all that the service was asked; as `chance.play`."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    history = MailHistory(chance, told)
    step = 0
    try:
        for step in range(1, steps + 1):  # noqa: B007 - told of below
            chance.choice(MOVES)(history)
        history.comes_to_rest()
    except AssertionError as error:
        raise AssertionError(f"history {seed} of mails, step {step}: {error}") from error
    history.told.update({("strike", *pair): count for pair, count in history.nemesis.struck.items()})
    return "\n".join(history.outlook.requests)


def play_many(count: int, first: int = 0, told: Told | None = None) -> None:
    """Play that many histories, until one fails."""
    for seed in range(first, first + count):
        play(seed, told=told)
