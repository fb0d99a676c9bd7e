"""R80: a run that is shown before it is done: everything is read and planned, and nothing is written.

The same engine runs; what it would write ends here. Only the store of a preview knows what became of it: lines.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

from crmcorner.items.changes import Create, ItemId, Stamp, Stored, Upserted, Write, WriteResult
from crmcorner.items.records import Kind
from crmcorner.mailbox.protocol import ChangePage, Cursor, Mailbox, Window
from crmcorner.sync.journal import Intent, IntentId


class PretendMailbox:
    """A mailbox that is read and never written to; every write is told to have succeeded."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.can = mailbox.can
        self._mailbox = mailbox
        self._numbers = itertools.count(1)

    def identity(self) -> str:
        """Return what tells this mailbox from any other."""
        return self._mailbox.identity()

    def changes(self, kind: Kind, since: Cursor | None, window: Window | None = None) -> Iterator[ChangePage]:
        """Yield what changed."""
        return self._mailbox.changes(kind, since, window)

    def fetch(self, kind: Kind, ids: Sequence[ItemId]) -> Mapping[ItemId, Upserted]:
        """Return these items as they are now."""
        return self._mailbox.fetch(kind, ids)

    def apply(self, kind: Kind, writes: Sequence[Write]) -> Sequence[WriteResult]:  # noqa: ARG002 - its shape
        """Write nothing, and say that it was done."""
        return [
            Stored(
                item_id=f"preview:{next(self._numbers)}" if isinstance(write, Create) else write.item_id,
                item=None,
            )
            for write in writes
        ]

    def created(self, kind: Kind, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps."""
        return self._mailbox.created(kind, stamps)

    def ensure_categories(self, names: Collection[str]) -> None:
        """Write nothing."""


class PretendJournal:
    """A journal of writes that are never sent. What an earlier run left open is the next real run's affair."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def open(self, kind: Kind, intents: Sequence[Intent]) -> Sequence[IntentId]:  # noqa: ARG002 - its shape
        """Number the intents and store nothing."""
        return [next(self._numbers) for _intent in intents]

    def unsettled(self, kind: Kind) -> Sequence[tuple[IntentId, Intent]]:  # noqa: ARG002 - its shape
        """Return nothing."""
        return ()
