"""The things a plan can say, as frozen records. A plan is data: it can be shown, stored, carried out, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crmcorner.items.changes import ItemId, Upserted
from crmcorner.items.records import Content, FieldName
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import Reason
from crmcorner.sync.state import Base, CrmId, CrmRecord, Link, LinkStatus


class Direction(StrEnum):
    """Where a change goes."""

    TO_OUTLOOK = "to-outlook"
    TO_CRM = "to-crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field's change on one side."""

    field: FieldName
    direction: Direction
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field changed on both sides to different values (R18). Both are kept; `winner` ASK means undecided."""

    field: FieldName
    crm: Any
    outlook: Any
    winner: Winner


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One field that could not be taken over, while the rest of the item was (R45)."""

    field: FieldName
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateInOutlook:
    """R40: in scope and not in Outlook yet. ``content`` is what Outlook can hold of the record.

    ``link`` is the resting link that this replaces (R42's button), if any.
    """

    record: CrmRecord
    content: Content
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateInCrm:
    """R41, R44: tagged in Outlook and unknown to the CRM. ``view``: what we would write to Outlook of it."""

    item: Upserted
    view: Content
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile:
    """Bring a pair in step, field by field, and move the base for what was settled.

    ``to_outlook``: field values that Outlook is to get. ``crm_content``: the whole record as the CRM is to have
    it, when ``to_crm`` names fields that change there. ``outlook_content``: the whole item as it is to be.
    ``categories``: the full new list to be written, or None. ``base``: both images after everything is done, but
    for the item as the server will have tidied it. ``link`` is None for a new pair (R44: one match); ``status``
    is what the link becomes, ``scoped`` what it notes of the scope. With nothing in either direction it merely
    moves the base (the *agree* of R18). ``again``: there is more to be sent, which the next run looks at.
    """

    record: CrmRecord
    item: Upserted
    link: Link | None
    to_outlook: frozenset[FieldName]
    to_crm: frozenset[FieldName]
    crm_content: Content
    outlook_content: Content
    categories: tuple[str, ...] | None
    base: Base
    changes: tuple[FieldChange, ...]
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    status: LinkStatus = LinkStatus.ACTIVE
    scoped: bool = True
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """R42, R43: take the record out of this Outlook: our own copy goes, the user's own item loses its category.

    ``delete`` says which; ``categories`` are what remains on the item otherwise.
    """

    link: Link
    record: CrmRecord
    delete: bool
    version: str
    categories: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """R42, R43: the user removed it from his Outlook; the link rests in ``status`` and nothing is forced back."""

    link: Link
    label: str
    status: LinkStatus
    reason: Reason
    item: Upserted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """R44: several CRM records match a new Outlook contact; the user chooses."""

    item: Upserted
    candidates: tuple[CrmId, ...]
    reason: Reason
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Looked at and left as it is, with the reason."""

    label: str
    reason: Reason
    crm_id: CrmId = ""
    item_id: ItemId = ""
    link: Link | None = None
    item: Upserted | None = None
    conflicts: tuple[Conflict, ...] = ()


Action = CreateInOutlook | CreateInCrm | Reconcile | Withdraw | Rest | Ask | Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is to be done about what was looked at, in a stable order."""

    actions: tuple[Action, ...] = field(default_factory=tuple)
    deferred: tuple[Upserted, ...] = field(default_factory=tuple)
    """New items that may be the same as an earlier one of this plan: to be judged again once that is done."""
    again: frozenset[CrmId] = frozenset()
    """Records that are to leave Outlook once what this plan takes over from there is safe in the CRM."""


NEW = "new"
"""A choice of the user (R44): none of the candidates, make a new record."""

Choices = Mapping[ItemId, CrmId]
"""What users chose for items that were asked about: a CRM record, or `NEW`."""

Verdicts = Mapping[tuple[CrmId, FieldName], Winner]
"""What users decided about open conflicts (R18 with `ask`)."""
