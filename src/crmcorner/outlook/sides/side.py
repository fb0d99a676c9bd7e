"""What every kind of record of the CRM has to offer to the coupling. All in sets: a constant number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crmcorner.accounts.actor import Actor
from crmcorner.items.changes import ItemId
from crmcorner.items.records import Content
from crmcorner.outlook.models import Connection
from crmcorner.sync.state import CrmId, CrmRecord
from crmcorner.sync.store import CrmWrite, Touched, Watermark


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRecord:
    """A record as the CRM now holds it, which may have tidied what it was given."""

    crm_id: CrmId
    version: int
    content: Content


class CrmSide(Protocol):
    """The records of one kind."""

    def records(self, connection: Connection, crm_ids: Collection[CrmId]) -> dict[CrmId, CrmRecord]:
        """Return these records as they are for a mailbox, deleted ones included; one that is erased is missing."""
        ...

    def touched(self, connection: Connection, since: Watermark | None) -> Touched:
        """Return the records that may have changed, or entered or left the scope, since a watermark (None: all).

        The cost grows with what changed, not with the number of links. What the mailbox's own runs wrote is passed
        over.
        """
        ...

    def candidates(
        self, connection: Connection, items: Mapping[ItemId, Content]
    ) -> dict[ItemId, list[CrmRecord]]:
        """Return for each new Outlook item the records that it may mean; `crmcorner.sync.match` judges."""
        ...

    def save(self, actor: Actor, writes: Sequence[CrmWrite]) -> list[SavedRecord | None]:
        """Store what the CRM is to hold; None for a record that has moved on since it was looked at."""
        ...
