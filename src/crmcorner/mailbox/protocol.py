"""The far side: one user's Outlook through one connector.

A `Mailbox` takes and gives nothing but frozen records, so that it can be carried over a wire. Every connector
passes the same contract suite (``tests/mailbox/contract.py``); differences are `Capabilities`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import Change, ItemId, Stamp, Stored, Upserted, Write, WriteResult
from crmcorner.items.records import Kind

Cursor = str
"""Where reading goes on; opaque, of any length. Made and understood by the connector alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """A page of changes, with the cursor from which to go on after it.

    ``complete`` is true on the last page of a round: its cursor is where the next run starts.
    """

    changes: tuple[Change, ...]
    cursor: Cursor
    complete: bool


class Mailbox(Protocol):
    """One user's Outlook. Every method may raise `crmcorner.mailbox.errors.MailboxError`."""

    can: Capabilities

    def identity(self) -> str:
        """Return what tells this mailbox from any other, also after it was re-created under the same address."""
        ...

    def changes(self, kind: Kind, since: Cursor | None) -> Iterator[ChangePage]:
        """Yield what changed since a cursor, page by page, over all folders of the kind; None means everything.

        The same item may come more than once (the last one holds) and in any order; a page may be empty. An item
        that moved between folders may come as `Removed` and `Upserted`. Reading the same cursor twice gives the
        same or newer facts.

        Raises:
            CursorExpired: the server no longer knows the cursor; call again with None.
        """
        ...

    def fetch(self, kind: Kind, ids: Sequence[ItemId]) -> Mapping[ItemId, Upserted]:
        """Return these items as they are now, with their stamps; an id that is missing in the answer is gone.

        An item in Deleted Items counts as gone. Absence is the server's positive word (R84); every doubt raises.
        """
        ...

    def apply(self, kind: Kind, writes: Sequence[Write]) -> Sequence[WriteResult]:
        """Carry out writes; result *n* belongs to write *n*. One item's trouble never raises.

        Batches are the connector's affair. `Throttled` is raised only when nothing of this call was sent;
        writes that were not sent because of throttling are `Refused` as `Refusal.BUSY`.
        """
        ...

    def created(self, kind: Kind, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps of a `Create`; a stamp that is missing found none."""
        ...

    def ensure_categories(self, names: Collection[str]) -> None:
        """See to it that these categories stand in the mailbox's own list (R39). Harmless when repeated."""
        ...
