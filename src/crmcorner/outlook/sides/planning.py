"""What tasks and appointments have in common as the engine sees them."""

from crmcorner.history.services import journal
from crmcorner.items.records import Kind
from crmcorner.outlook.models import Connection, OutlookLink
from crmcorner.sync.state import CrmId
from crmcorner.sync.store import Touched, Watermark


def linked(connection: Connection, kind: Kind) -> frozenset[CrmId]:
    """Return the records of a kind that have a link in a mailbox."""
    rows = OutlookLink.objects.filter(connection=connection, kind=kind.value)
    return frozenset(rows.values_list("crm_id", flat=True))


def touched(
    connection: Connection, kind: Kind, word: str, since: Watermark | None, due: frozenset[CrmId]
) -> Touched:
    """Return the records that may have changed since a watermark, and those whose days have come.

    Args:
        connection: the mailbox; what its own runs wrote is passed over.
        kind: of the records.
        word: what their history goes by.
        since: None means every one that is linked.
        due: those that belong in Outlook by their dates now, whether linked or not.
    """
    # Taken before reading, so that a line that is written meanwhile comes again and is not missed.
    watermark = journal.current_watermark()
    if since is None or not journal.follows(watermark, since):
        return Touched(crm_ids=due | linked(connection, kind), watermark=watermark)
    lines = journal.lines_after(since, except_connection=connection.pk).order_by()
    changed = lines.filter(subject__startswith=f"{word}:").values_list("subject", flat=True).distinct()
    known = OutlookLink.objects.filter(connection=connection, kind=kind.value, crm_id__in=due)
    new = due - set(known.values_list("crm_id", flat=True))
    return Touched(crm_ids=frozenset(changed) | new, watermark=watermark)
