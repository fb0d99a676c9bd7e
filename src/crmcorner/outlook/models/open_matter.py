"""What waits for a person or for another try."""

from django.db import models
from django.utils import timezone

from crmcorner.items.records import Kind
from crmcorner.outlook.models.connection import Connection

_KINDS = [(kind.value, kind.value) for kind in Kind]


class Question(models.Model):
    """R44: several CRM records match an Outlook contact. ``chosen`` is a CRM record, ``new``, or empty while open."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=10, choices=_KINDS)
    item_id = models.CharField(max_length=512)
    label = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=40)
    candidates = models.JSONField(default=list)
    chosen = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "item_id"], name="outlook_one_question_per_item"
            )
        ]

    def __str__(self) -> str:
        return self.label


class ConflictRow(models.Model):
    """R18: one field changed on both sides. The value that lost, or both while undecided, is kept here.

    ``winner`` is who won, or ``ask`` while open; ``verdict`` is what the user decided; ``closed_at`` when done with.
    Values are JSON as in run lines.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="conflicts")
    kind = models.CharField(max_length=10, choices=_KINDS)
    crm_id = models.CharField(max_length=64)
    label = models.CharField(max_length=255, blank=True)
    field = models.CharField(max_length=40)
    crm_value = models.JSONField(null=True)
    outlook_value = models.JSONField(null=True)
    winner = models.CharField(max_length=10)
    verdict = models.CharField(max_length=10, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["connection", "crm_id"], name="outlook_conflict_record")]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "crm_id", "field"],
                condition=models.Q(closed_at__isnull=True),
                name="outlook_one_open_conflict",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.field}"


class Retry(models.Model):
    """R16: an item to be tried again, with growing pauses; visible until it succeeds or is dismissed.

    Also a field that could not be taken over (R45): then ``not_before`` is empty, since only a change on one of
    the sides can help, and ``field`` and ``facts`` (``text``, ``detail``) say what is wrong. A dismissed one is no
    longer shown nor tried, and comes back when its item is looked at again and the trouble is another one.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="retries")
    kind = models.CharField(max_length=10, choices=_KINDS)
    crm_id = models.CharField(max_length=64, blank=True)
    item_id = models.CharField(max_length=512, blank=True)
    label = models.CharField(max_length=255, blank=True)
    field = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=1)
    not_before = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    approved = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["connection", "kind"], name="outlook_retry_mailbox")]

    def __str__(self) -> str:
        return f"{self.label}: {self.reason}"
