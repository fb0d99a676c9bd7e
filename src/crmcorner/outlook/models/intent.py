"""The write-ahead log of remote writes."""

from django.db import models

from crmcorner.items.records import Kind
from crmcorner.outlook.models.connection import Connection


class OpenIntent(models.Model):
    """A `crmcorner.sync.journal.Intent` that was opened and is not settled yet; settled ones are deleted."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="intents")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    stamp = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    opened_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.stamp
