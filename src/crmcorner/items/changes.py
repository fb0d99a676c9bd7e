"""What is observed of Outlook items and what is ordered to be done to them: the words between engine and connector."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crmcorner.items.records import CATEGORY, Contact, Content, FieldName, of_type

ItemId = str
"""An Outlook item's id, stable over moves within the mailbox where the service offers that; case-sensitive."""

Version = str
"""The server's mark of an item's state (etag, change key); a write names the one that it has seen."""

Stamp = str
"""Our mark inside an item that we create or change, by which a lost answer is looked up afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A field whose text in Outlook the CRM could not understand (R45, R46).

    The text stays in Outlook as it is. ``reason`` is a code of ``crmcorner.sync.reasons.ReasonCode`` (its value),
    ``detail`` narrows it down (for an address: the box that is wrong).
    """

    text: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upserted:
    """An item as it now is in Outlook.

    ``unread`` names the fields that could not be understood; in ``content`` these are empty.
    ``stamp`` is the last mark of ours in it, or "" where the observation does not tell (deltas never do).
    ``folder`` is the id of the folder that holds it.
    """

    item_id: ItemId
    version: Version
    content: Content
    categories: tuple[str, ...] = ()
    unread: Mapping[FieldName, Unread] = field(default_factory=dict)
    stamp: Stamp = ""
    folder: str = ""

    @property
    def takes_part(self) -> bool:
        """Whether it is the CRM's business: a contact by its category (R41), a task or appointment as such."""
        return not isinstance(self.content, Contact) or has_category(self.categories)

    @property
    def contact(self) -> Contact:
        """The content of a contact; raises `TypeError` for anything else."""
        return of_type(self.content, Contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """An item that the server no longer reports in its folder. Not yet proof that it is gone (R84)."""

    item_id: ItemId


Change = Upserted | Removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Make a new item with this content and these categories."""

    content: Content
    categories: tuple[str, ...]
    stamp: Stamp

    @property
    def contact(self) -> Contact:
        """The content of a contact; raises `TypeError` for anything else."""
        return of_type(self.content, Contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Change single fields of an item.

    ``fields`` are those to be sent; ``content`` is the whole item as it is to be afterwards, because some fields
    of Outlook depend on others (its display name on all names). ``categories`` is the full new list, or None to
    leave them alone. ``version`` is the state that was seen: if it has moved on, the answer is `Refused` with
    `Refusal.CHANGED_MEANWHILE` and nothing is changed.
    """

    item_id: ItemId
    version: Version
    fields: frozenset[FieldName]
    content: Content
    categories: tuple[str, ...] | None
    stamp: Stamp

    @property
    def contact(self) -> Contact:
        """The content of a contact; raises `TypeError` for anything else."""
        return of_type(self.content, Contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Take an item away, recoverably (to Deleted Items)."""

    item_id: ItemId
    version: Version


Write = Create | Update | Delete


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The write took effect; ``item`` is what the server now keeps (None after a deletion)."""

    item_id: ItemId
    item: Upserted | None


class Refusal(StrEnum):
    """Why a single item was not written. Nothing else than this item is affected."""

    CHANGED_MEANWHILE = "changed-meanwhile"
    GONE = "gone"
    INVALID = "invalid"
    TOO_LARGE = "too-large"
    READ_ONLY = "read-only"
    BUSY = "busy"
    UNKNOWN = "unknown"
    """It is not known whether the write took effect (timeout, error after sending): an open intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One write was not done, and why.

    ``detail`` is for the log, never for the page; ``retry_after`` (seconds) is set when the service is throttling.
    """

    why: Refusal
    field: FieldName = ""
    detail: str = ""
    retry_after: float = 0.0


WriteResult = Stored | Refused


def has_category(categories: tuple[str, ...], name: str = CATEGORY) -> bool:
    """Whether a category is among these, compared without case."""
    return any(category.casefold() == name.casefold() for category in categories)


def with_category(categories: tuple[str, ...], name: str = CATEGORY) -> tuple[str, ...]:
    """Return the categories with this one added, unless it is there; the others stay as they are (R20)."""
    return categories if has_category(categories, name) else (*categories, name)


def without_category(categories: tuple[str, ...], name: str = CATEGORY) -> tuple[str, ...]:
    """Return the categories without this one, whatever its case; the others stay as they are (R20)."""
    return tuple(category for category in categories if category.casefold() != name.casefold())
