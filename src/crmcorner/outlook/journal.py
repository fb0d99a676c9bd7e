"""The write-ahead log over the database (`crmcorner.sync.journal.Journal`)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from crmcorner.history.many_rows import database_value, insert_for_ids
from crmcorner.items.records import Kind
from crmcorner.outlook import stored
from crmcorner.outlook.models import OpenIntent
from crmcorner.outlook.services.lease import Lease
from crmcorner.sync.journal import Intent, IntentId


class DjangoJournal:
    """Open intents of the mailbox that the lease is for."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def open(self, kind: Kind, intents: Sequence[Intent]) -> Sequence[IntentId]:
        """Store the intents, committed on return; the lease is checked in the same transaction.

        Raises:
            LeaseLost: another worker holds the mailbox by now; nothing was stored.
        """
        mailbox, now = self._lease.connection_id, database_value(timezone.now())
        names = ("connection_id", "kind", "stamp", "content", "opened_at")
        rows = [(mailbox, kind.value, intent.stamp, stored.intent_to_text(intent), now) for intent in intents]
        with transaction.atomic(durable=True):
            self._lease.renew()
            return insert_for_ids(OpenIntent, names, rows)

    def unsettled(self, kind: Kind) -> Sequence[tuple[IntentId, Intent]]:
        """Return the intents that were opened and never settled, oldest first.

        Raises:
            crmcorner.outlook.stored.NotReadable: another version wrote them in a way that this one does not know.
        """
        rows = OpenIntent.objects.filter(connection_id=self._lease.connection_id, kind=kind.value)
        return [(row.pk, stored.intent_from_text(row.content, kind)) for row in rows.order_by("pk")]
