"""The near side as the engine sees it. Implemented over the ORM by ``outlook.crm_store``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from crmcorner.items.changes import ItemId, Upserted
from crmcorner.items.records import Content, FieldName, Kind
from crmcorner.mailbox.protocol import Cursor
from crmcorner.sync.actions import Choices, Verdicts
from crmcorner.sync.journal import IntentId
from crmcorner.sync.report import Line
from crmcorner.sync.state import Candidate, CrmId, CrmRecord, Link

Watermark = str
"""How far the CRM's history has been looked at; opaque, behind the oldest transaction that may still be open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The CRM records that may have changed, or may have entered or left the scope, since a watermark.

    What this mailbox's own runs wrote is not among them. ``watermark`` is where the next run goes on.
    """

    crm_ids: frozenset[CrmId]
    watermark: Watermark


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What has to be looked at again although neither side reported a change.

    Failed items whose pause is over, items that were asked about and are now decided, links to be put back.
    ``allowed``, ``held``: R84: records that may be taken out of step, and those of which a person has not said so.
    """

    crm_ids: frozenset[CrmId] = frozenset()
    item_ids: frozenset[ItemId] = frozenset()
    choices: Choices = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=dict)
    allowed: frozenset[CrmId] = frozenset()
    held: frozenset[CrmId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmWrite:
    """What the CRM is to hold of one record.

    ``crm_id`` None: a new record (R44) made from ``contact``. Otherwise only ``fields`` are taken from
    ``contact``, and only if the record still has ``version``.
    """

    content: Content
    fields: frozenset[FieldName]
    crm_id: CrmId | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Everything that came of one item, to be stored together or not at all.

    ``link``: as it is to be from now on (None: leave as is); its ``crm_id`` is "" when ``write`` makes the record.
    ``write``: the CRM's change. ``candidates``: an open question (R44) for ``item``; a settlement for an item that
    was asked about, without candidates and not to be retried, closes its question. ``intent``: the journal entry that
    this closes. ``retry``: look at it again in the next runs, with growing pauses (R16). ``otherwise``: what is to be
    stored instead if the write cannot be done because the record has moved on.
    """

    line: Line
    link: Link | None = None
    write: CrmWrite | None = None
    item: Upserted | None = None
    candidates: tuple[CrmId, ...] = ()
    intent: IntentId | None = None
    retry: bool = False
    otherwise: "Settlement | None" = None


class LeaseLost(Exception):
    """Another worker holds this mailbox by now; nothing of ours was stored. Stop at once (R15, R17)."""


class CrmStore(Protocol):
    """The CRM of one user's mailbox. Writes check the lease's fencing number and raise `LeaseLost`."""

    def start(self, kind: Kind) -> tuple[Cursor | None, Watermark | None]:
        """Return where Outlook's delta and the CRM's history were left; None means from the beginning."""
        ...

    def touched(self, kind: Kind, since: Watermark | None) -> Touched:
        """Return the records to look at; None means every record in scope and every linked one."""
        ...

    def due(self, kind: Kind) -> Due:
        """Return what has to be looked at again."""
        ...

    def records(self, kind: Kind, crm_ids: frozenset[CrmId]) -> Mapping[CrmId, CrmRecord]:
        """Return these records, deleted ones included; one that does not exist at all is missing."""
        ...

    def links_by_crm(self, kind: Kind, crm_ids: frozenset[CrmId]) -> Mapping[CrmId, Link]:
        """Return the links of these records in this mailbox, resting ones included."""
        ...

    def links_by_item(self, kind: Kind, item_ids: frozenset[ItemId]) -> Mapping[ItemId, Link]:
        """Return the links of these items, resting ones included."""
        ...

    def candidates(self, kind: Kind, items: Sequence[Upserted]) -> Mapping[ItemId, Sequence[Candidate]]:
        """Return for each new item the records that share an e-mail address, a name or a phone with it (R44).

        Only records that the mailbox's user may see, those that are linked already included (a second contact for
        the same person must not make a second record). `crmcorner.sync.match` judges; this only narrows down,
        generously.
        """
        ...

    def asked_about(self, kind: Kind, crm_ids: frozenset[CrmId]) -> frozenset[CrmId]:
        """Return which of these records an Outlook item waits for, so that they must not get another one.

        Candidates of a question that is still open (R44), and records that could not be linked with an item and wait
        to be tried again (R16).
        """
        ...

    def questions(self, kind: Kind, item_ids: frozenset[ItemId]) -> Mapping[ItemId, Sequence[CrmId]]:
        """Return which of these items are asked about, answered or not, with the candidates (R44)."""
        ...

    def linked(self, kind: Kind) -> int:
        """Return how many pairs are kept in step (R84)."""
        ...

    def settle(self, kind: Kind, done: Sequence[Settlement]) -> None:
        """Store records, links, lines, questions, conflicts, retries and closed intents in one transaction.

        A `CrmWrite` whose record has moved on since is not done: its settlement's ``otherwise`` is stored in its
        place. The others are not affected. Where the CRM keeps another value than it was given (a firm that it knows
        by another spelling), the link's base takes what it keeps as the CRM's image, and Outlook keeps its own.
        """
        ...

    def progress(self, kind: Kind, *, phase: str, done: int, total: int) -> None:
        """Note how far the run is, for the status screen (R12), and renew the lease.

        ``phase`` is ``recovering``, ``reading``, ``checking``, ``comparing`` or ``writing``. ``done`` and ``total``
        count items; a total of 0 means that it is not known yet.
        """
        ...

    def finish(
        self,
        kind: Kind,
        cursor: Cursor | None,
        watermark: Watermark | None,
        shown: frozenset[ItemId] | None = None,
    ) -> None:
        """Store, last of all, from where the next run goes on.

        ``shown``: R83: the items that take part, where everything was read; None where only what changed was.

        What was handed out as due and has no settlement since needed nothing, and is no longer due.
        """
        ...
