"""The tie of one CRM record and one Outlook item."""

from django.db import models
from django.utils import timezone

from crmcorner.items.records import Kind
from crmcorner.outlook.models.connection import Connection
from crmcorner.sync.state import LinkStatus, Origin


class OutlookLink(models.Model):
    """A `crmcorner.sync.state.Link` as a row. ``base`` is a `Base` as JSON with a schema number.

    ``crm_id`` is ``person:12`` or ``organisation:5``. One link for each record and for each item of a mailbox.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    crm_id = models.CharField(max_length=64)
    item_id = models.CharField(max_length=512)
    origin = models.CharField(max_length=10, choices=[(origin.value, origin.value) for origin in Origin])
    status = models.CharField(max_length=12, choices=[(status.value, status.value) for status in LinkStatus])
    scoped = models.BooleanField(default=True)
    item_version = models.CharField(max_length=255)
    categories = models.JSONField(default=list)
    base = models.TextField()
    crm_version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "crm_id"], name="outlook_one_link_per_record"
            ),
            models.UniqueConstraint(
                fields=["connection", "kind", "item_id"], name="outlook_one_link_per_item"
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "kind", "status"], name="outlook_link_status"),
            models.Index(fields=["crm_id"], name="outlook_link_record"),
        ]

    def __str__(self) -> str:
        return f"{self.crm_id} ~ {self.item_id}"
