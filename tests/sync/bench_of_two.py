"""A CRM and an Outlook side by side, with the engine between them."""

import itertools
from collections.abc import Callable

from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.mailbox.protocol import Window
from crmcorner.sync.executor import Executor
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.report import Figures, Line, figures
from tests.sync.memory_store import MemoryStore

TAGGED = (CATEGORY,)

TOGETHER = {1: 800, 2: 3, 50: 1}
"""By page size, how many items histories look at together: all at once, some pages, page by page."""


class Pair:
    """One user's CRM and Outlook, and runs between them; page by page, unless more is looked at ``together``."""

    def __init__(
        self,
        *,
        winner: Winner = Winner.CRM,
        mailbox: MemoryMailbox | None = None,
        kind: Kind = Kind.CONTACTS,
        window: Window | None = None,
        together: int = 1,
    ) -> None:
        self.kind, self.window = kind, window
        self.outlook = mailbox or MemoryMailbox()
        self.crm = MemoryStore()
        self.winner, self.together = winner, together
        self._stamps = itertools.count(1)

    def run(self, *, should_stop: Callable[[], bool] = lambda: False) -> list[Line]:
        """Run once; return the lines of this run."""
        before = len(self.crm.data.lines)
        self.crm.claim()
        policy = Policy(winner=self.winner, can=self.outlook.can)
        executor = Executor(
            self.outlook,
            self.crm,
            self.crm,
            policy,
            new_stamp=lambda: f"stamp-{next(self._stamps)}",
            should_stop=should_stop,
            window=self.window,
            together=self.together,
        )
        executor.run(self.kind)
        return self.crm.data.lines[before:]

    def figures(self) -> Figures:
        """Run once; return the figures of R11."""
        return figures(self.run())

    def linked(self, crm_id: str) -> str:
        """Return the item that a record is linked with."""
        return self.crm.data.links[crm_id].item_id

    def in_outlook(self, crm_id: str) -> Contact:
        """Return a record's contact in Outlook."""
        return self.outlook.items[self.linked(crm_id)].contact

    def in_crm(self, item_id: str) -> Contact:
        """Return an item's contact in the CRM."""
        crm_id = next(link.crm_id for link in self.crm.data.links.values() if link.item_id == item_id)
        return self.crm.data.rows[crm_id].contact
