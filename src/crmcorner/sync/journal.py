"""The write-ahead log of remote writes, as the executor sees it. Implemented over the database by ``outlook``."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from crmcorner.items.changes import ItemId, Stamp
from crmcorner.items.records import Kind
from crmcorner.sync.actions import Conflict, FieldChange
from crmcorner.sync.state import CrmId, Link

IntentId = int


class IntentKind(StrEnum):
    """What is going to be written."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is about to be sent, stored before it is sent, so that a cut run can be settled afterwards.

    ``link`` is the tie as it is to be if the write took effect (its ``item_id`` is "" for a creation). Its base
    holds what was sent on both sides for the fields that were sent to Outlook only; fields that travel to the CRM
    in the same run keep their old base, so that they are taken over again if the run is cut. A pair that was not
    linked before has ``link.crm_version`` 0, so that what is not in the base yet is taken as at a first meeting.
    ``changes`` and ``conflicts`` are those that the write settles, for the line if the answer is lost; values in
    them may come back from the database as plain JSON.
    """

    stamp: Stamp
    what: IntentKind
    crm_id: CrmId
    label: str
    link: Link
    item_id: ItemId = ""
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


class Journal(Protocol):
    """Open intents of one mailbox."""

    def open(self, kind: Kind, intents: Sequence[Intent]) -> Sequence[IntentId]:
        """Store the intents in one transaction of their own, committed on return; ids in the same order."""
        ...

    def unsettled(self, kind: Kind) -> Sequence[tuple[IntentId, Intent]]:
        """Return the intents that were opened and never settled, oldest first."""
        ...
