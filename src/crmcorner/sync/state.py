"""What was last agreed between a CRM record and an Outlook item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crmcorner.items.changes import ItemId, Unread, Version
from crmcorner.items.records import Contact, Content, FieldName, of_type

CrmId = str
"""A CRM record: ``person:12`` or ``organisation:5``."""


class Origin(StrEnum):
    """Who made the Outlook item; decides what becomes of it when the tie ends (R42)."""

    CRM = "crm"
    OUTLOOK = "outlook"


class LinkStatus(StrEnum):
    """How a link stands. All but ACTIVE and PUT_BACK rest: they are not kept in step (R42, R43)."""

    ACTIVE = "active"
    REMOVED = "removed"
    """Deleted in Outlook; the CRM keeps its record and does not force it back."""
    UNTAGGED = "untagged"
    """The user took the category off in Outlook."""
    WITHDRAWN = "withdrawn"
    """Left the scope or was deleted in the CRM; our copy went to Deleted Items, the user's own lost its category."""
    PUT_BACK = "put-back"
    """The user asked on the record's page to have it in his Outlook again; the next run does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Both sides as last agreed: the CRM's as Outlook could hold it, and Outlook's as it stored it.

    Two images, because servers tidy what they are sent: with one common image every run would write again.
    ``unread`` are the texts of fields that the CRM could not understand when last looked at (R45).
    """

    crm: Content
    outlook: Content
    unread: Mapping[FieldName, Unread] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The tie of one CRM record and one Outlook item.

    ``scoped``: whether the record was in this mailbox's scope when last settled (R40, R43).
    ``version`` and ``categories``: the item as last seen; without a version the base does not tell how the item now
    is, and it is asked for before anything is decided. ``crm_version``: the record's version as last settled; 0 for
    a pair whose linking was cut.
    """

    crm_id: CrmId
    item_id: ItemId
    origin: Origin
    status: LinkStatus
    scoped: bool
    version: Version
    categories: tuple[str, ...]
    base: Base
    crm_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmRecord:
    """A CRM record as it now is.

    ``content`` is whole: also what Outlook could not hold. ``in_scope``: whether R40 wants it in this mailbox,
    whether or not anything is linked. ``deleted``: in the CRM's own bin. ``holds``: the fields that a record of
    its kind has room for (an organisation has no birthday). ``label`` is how people call it. ``in_window``: whether its
    dates are such that it is brought to Outlook if it is not there yet (R50, R60). ``expected``: whether a reading of
    everything shows its item, so that one that was not shown is asked for by name (R84).
    """

    crm_id: CrmId
    version: int
    content: Content
    in_scope: bool
    deleted: bool
    holds: frozenset[FieldName]
    label: str
    in_window: bool = True
    expected: bool = True

    @property
    def contact(self) -> Contact:
        """The content of a contact; raises `TypeError` for anything else."""
        return of_type(self.content, Contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A CRM record that a new Outlook item may mean (R44).

    ``linked_item``: the item that the record is already kept in step with in this mailbox, or "".
    """

    record: CrmRecord
    linked_item: ItemId = ""
