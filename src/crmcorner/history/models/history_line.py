"""One change of one record."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HistoryAction(models.TextChoices):
    """What was done."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")
    RESTORED = "restored", _("restored")


class HistoryLine(models.Model):
    """Who or which run changed what (R8, R75), written in the same transaction as the change.

    ``subject`` is the record as ``person:12``, ``organisation:5``, ``group:3``, ``setting:7`` …; ``changes`` maps a
    field to ``[old, new]`` (JSON values; secrets never). ``user`` made the change himself, or owns the mailbox whose
    run did it: then ``connection`` and ``run`` name that one (ids of ``outlook``, which stands above this app).
    ``transaction`` is the database's own number of the writing transaction where it has one (PostgreSQL), by
    which a late commit is not missed; 0 on SQLite, whose writers come one after the other.
    """

    subject = models.CharField(max_length=64)
    label = models.CharField(max_length=255, blank=True)
    action = models.CharField(max_length=10, choices=HistoryAction.choices)
    changes = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    connection = models.BigIntegerField(null=True)
    run = models.BigIntegerField(null=True)
    source = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(db_index=True)
    transaction = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("history line")
        verbose_name_plural = _("history")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject", "-id"], name="history_of_subject"),
            models.Index(fields=["transaction"], name="history_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.action}"
