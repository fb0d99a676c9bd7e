"""The far side: one user's Outlook through one connector.

A `Mailbox` takes and gives nothing but frozen records, so that it can be carried over a wire. Every connector
passes the same contract suite (``tests/mailbox/contract.py``); differences are `Capabilities`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import Change, ItemId, Stamp, Stored, Upserted, Write, WriteResult
from crmcorner.items.mail import Mail, MarkedMail, Recategorise
from crmcorner.items.records import Kind

Cursor = str
"""Where reading goes on; opaque, of any length. Made and understood by the connector alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """R60: the days, both included, whose appointments are kept in step, in the user's time zone (an IANA name)."""

    first: date
    last: date
    zone: str


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

    def changes(self, kind: Kind, since: Cursor | None, window: Window | None = None) -> Iterator[ChangePage]:
        """Yield what changed since a cursor, page by page, over all folders of the kind; None means everything.

        Appointments are read within a ``window`` (R60); a cursor of another window has expired. A series that has an
        occurrence within it comes as one item, whole.

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


@runtime_checkable
class MailMailbox(Protocol):
    """A mailbox that carries mail as well: `Kind.MAIL` is among its `Capabilities.kinds`."""

    def marked_mail(self, category: str, limit: int) -> MarkedMail:
        """Return the oldest ``limit`` mails with a category and how many there are in all (R30, R31).

        From every folder but Deleted Items, Junk Email and Drafts; oldest received first.
        """
        ...

    def mails(self, ids: Sequence[ItemId]) -> Mapping[ItemId, Mail]:
        """Return these mails as they are now; an id that is missing in the answer is gone."""
        ...

    def mail_sources(self, ids: Sequence[ItemId], limit: int) -> Iterator[tuple[ItemId, bytes | None]]:
        """Yield the source (RFC 5322) of these mails in any order, few at once; None: larger than ``limit`` bytes.

        A mail that is gone by now is not yielded.
        """
        ...

    def recategorise(self, writes: Sequence[Recategorise]) -> Sequence[WriteResult]:
        """Set the categories of mails (R34); result *n* belongs to write *n*, as in `apply`; `Stored.item` is None."""
        ...
