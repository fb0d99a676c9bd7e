"""One user's mailbox, and how far it has been read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crmcorner.items.records import Kind


class Connector(models.TextChoices):
    """How the mailbox is reached (R90)."""

    GRAPH = "graph", "Microsoft Graph"


class ConnectionState(models.TextChoices):
    """What users see of a mailbox (R14)."""

    READY = "ready", _("ready")
    CONSENT_NEEDED = "consent-needed", _("connect again")
    REPLACED = "replaced", _("another mailbox")


class Connection(models.Model):
    """A user's mailbox and the lease on it.

    ``identity`` tells the mailbox from one re-created under the same address. ``credentials`` is encrypted (tenant,
    client id and secret, or refresh token). The lease (``lease_owner``, ``lease_until``) belongs to one worker at
    a time; ``fence`` rises with each new holder and is checked in every settling transaction (R15, R17).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connection")
    connector = models.CharField(max_length=20, choices=Connector.choices, default=Connector.GRAPH)
    address = models.CharField(_("mailbox address"), max_length=254)
    identity = models.CharField(max_length=255, blank=True)
    credentials = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=ConnectionState.choices, default=ConnectionState.READY)
    categories_ensured = models.BooleanField(default=False)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)
    waiting_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.address


class Position(models.Model):
    """Where reading goes on for one kind: Outlook's cursor and the CRM's watermark, stored last of all in a run.

    ``compared_at``: when everything was last read afresh and compared, not only what changed (R83).
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="positions")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    cursor = models.TextField(blank=True)
    watermark = models.CharField(max_length=100, blank=True)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "kind"], name="outlook_one_position")]

    def __str__(self) -> str:
        return f"{self.connection} {self.kind}"
