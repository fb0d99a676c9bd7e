"""R80: the near side of a preview: everything is read, and of what would be stored only the lines are."""

from collections.abc import Sequence

from django.db import transaction

from crmcorner.items.changes import ItemId
from crmcorner.items.records import Kind
from crmcorner.mailbox.protocol import Cursor
from crmcorner.outlook.crm_store import DjangoCrmStore
from crmcorner.outlook.models import RunKind
from crmcorner.sync.store import Settlement, Watermark


class PreviewStore(DjangoCrmStore):
    """The CRM as `DjangoCrmStore` shows it, with nothing stored but the lines of the preview."""

    def settle(self, kind: Kind, done: Sequence[Settlement]) -> None:
        """Keep the lines.

        Raises:
            LeaseLost: another worker holds the mailbox by now.
        """
        with transaction.atomic(durable=True):
            self.lease.renew()
            self._lines_of(kind).add(done)

    def finish(
        self,
        kind: Kind,
        cursor: Cursor | None,  # noqa: ARG002 - where the next run goes on does not change
        watermark: Watermark | None,  # noqa: ARG002 - likewise
        shown: frozenset[ItemId] | None = None,  # noqa: ARG002 - there is no balance of what was not done
    ) -> None:
        """Note what was looked at without a line.

        Raises:
            LeaseLost: another worker holds the mailbox by now.
        """
        with transaction.atomic():
            self.lease.renew()
            RunKind.objects.filter(run=self.run, kind=kind.value).update(
                unchanged=self._without_line(kind),
                waiting=self._waiting_without_line(kind),
                phase="",
                finished=True,
            )
