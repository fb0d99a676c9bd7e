"""Filing the marked mails of one mailbox (R30-R38): find, file, mark.

The CRM has a mail for good before its category is changed in Outlook, and remembers which mark is still to be written.
So a run may be cut anywhere: a mail that was filed and not marked is found again and only marked; none is filed twice,
because the CRM knows a mail by its own number (R17, R38).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from crmcorner.items.changes import ItemId, Refusal, Refused, Stored, WriteResult
from crmcorner.items.mail import MAIL_SOURCE_LIMIT, Mail, Recategorise
from crmcorner.items.records import CATEGORY
from crmcorner.mailbox.errors import Throttled
from crmcorner.mailbox.protocol import MailMailbox
from crmcorner.sync.executor import Stopped
from crmcorner.sync.filing import AddressBook, Filing, Mark, marked, plan_filing

T = TypeVar("T")

TOGETHER = 20
"""How many mails are filed and marked together: one batch of Graph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A mail that is to be filed. ``source`` is None where it is larger than we take over (R36)."""

    filing: Filing
    source: bytes | None


class MailStore(Protocol):
    """The CRM's side of filing. What it stores, it stores in one transaction; it checks the lease as `CrmStore` does."""

    def refile(self) -> int:
        """R35: file the waiting mails whose addresses are known by now; return how many. Their marks are to be written."""
        ...

    def unwritten(self) -> Mapping[ItemId, Mark]:
        """Return the mails whose mark is still to be written in Outlook."""
        ...

    def address_book(self, mails: Sequence[Mail]) -> AddressBook:
        """R32: return whose the addresses of these mails are."""
        ...

    def resting(self) -> frozenset[ItemId]:
        """R16: return the mails that failed and are not to be tried yet."""
        ...

    def file(self, fetched: Sequence[Fetched]) -> None:
        """Store mails, the mark that each is to get, and their lines. One that cannot be stored is a failed line."""
        ...

    def written(self, results: Sequence[tuple[ItemId, WriteResult]]) -> None:
        """Note which marks were written; those of mails that are gone are forgotten, the others stay to be written."""
        ...

    def progress(self, *, phase: str, done: int, total: int) -> None:
        """Note how far the run is, as `CrmStore.progress`."""
        ...

    def finish(self, *, waiting: int) -> None:
        """Note the end: ``waiting`` marked mails were left for the next run (R31)."""
        ...


class MailRun:
    """One run's part that is about mail.

    Args:
        mailbox: the far side. store: the near side.
        limit: R31: how many mails a run takes at most.
        should_stop: asked between any two steps (R12).
    """

    def __init__(
        self, mailbox: MailMailbox, store: MailStore, *, limit: int, should_stop: Callable[[], bool]
    ) -> None:
        self.mailbox, self.store, self.limit, self.should_stop = mailbox, store, limit, should_stop
        self.done = self.total = 0

    def run(self) -> None:
        """File what is marked, oldest first, and write the marks that are due.

        Raises:
            Stopped: a person asked for it. LeaseLost: another worker took over. MailboxError: the mailbox as a whole
                cannot be used now. In every case what was stored stays valid.
        """
        self.step("checking")
        self.store.refile()
        self.write_marks(self.store.unwritten())
        self.step("reading")
        resting = self.store.resting()
        found = self.mailbox.marked_mail(CATEGORY, self.limit + len(resting))
        mails = [mail for mail in found.mails if mail.item_id not in resting][: self.limit]
        self.total = len(mails)
        for some in _chunks(mails, TOGETHER):
            self.step("filing")
            self.file(some)
            self.done += len(some)
        self.store.finish(waiting=found.total - len(mails))

    def file(self, mails: Sequence[Mail]) -> None:
        """File some mails and mark them."""
        filings = {each.mail.item_id: each for each in plan_filing(mails, self.store.address_book(mails))}
        sources = self.mailbox.mail_sources(list(filings), MAIL_SOURCE_LIMIT)
        # One at a time is held and stored: sources are large.
        stored = []
        for item_id, source in sources:
            self.store.file([Fetched(filing=filings[item_id], source=source)])
            stored.append(filings[item_id].mail)
        unwritten = self.store.unwritten()
        self.write([(mail, unwritten[mail.item_id]) for mail in stored if mail.item_id in unwritten])

    def write_marks(self, marks: Mapping[ItemId, Mark]) -> None:
        """Write marks that an earlier run left open, or that refiling changed; what is gone is forgotten."""
        for ids in _chunks(sorted(marks), TOGETHER):
            self.step("writing")
            mails = self.mailbox.mails(ids)
            gone = [item_id for item_id in ids if item_id not in mails]
            self.store.written([(item_id, Refused(why=Refusal.GONE)) for item_id in gone])
            self.write([(mails[item_id], marks[item_id]) for item_id in ids if item_id in mails])

    def write(self, marks: Sequence[tuple[Mail, Mark]]) -> None:
        """R34: change the categories of some mails; those that are right already cost nothing."""
        orders, settled = [], list[tuple[ItemId, WriteResult]]()
        for mail, mark in marks:
            categories = marked(mail.categories, mark)
            if categories == mail.categories:
                settled.append((mail.item_id, Stored(item_id=mail.item_id, item=None)))
            else:
                orders.append(Recategorise(item_id=mail.item_id, version=mail.version, categories=categories))
        results = self.mailbox.recategorise(orders) if orders else []
        settled += [(order.item_id, result) for order, result in zip(orders, results, strict=True)]
        if settled:
            self.store.written(settled)
        pauses = [result.retry_after for result in results if isinstance(result, Refused)]
        if max(pauses, default=0.0) > 0:
            raise Throttled(max(pauses))

    def step(self, phase: str) -> None:
        """Show how far we are, and stop here if a person asked for it (R12)."""
        self.store.progress(phase=phase, done=self.done, total=self.total)
        if self.should_stop():
            raise Stopped


def _chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
