"""One mail, who exchanged it, and from whose mailboxes it came."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """R34, R36a: where a mail stands."""

    FILED = "filed", _("filed")
    NOT_FOUND = "not-found", _("not found")
    TAKEN_OUT = "taken-out", _("taken out")


class Message(models.Model):
    """A mail that someone filed; the same mail from several mailboxes is one row (R38).

    ``message_key`` is what mails are told apart by (`crmcorner.mail.message_key`), ``message_id`` as the mail has it.
    ``thread_key`` is the same for mails of one conversation. Times are aware, ``sent_at`` None where the mail has no
    date. ``size`` is that of the source in bytes, 0 where it is not known. ``source_sha256`` and ``html_sha256`` say
    under what the original MIME and its HTML body lie in the file store; "" where there is none. ``body_text`` is what
    is searched and shown as text. ``private``: marked so in Outlook by one of its owners. ``owners_only``: nobody
    else sees it (R38). ``shown_at`` is what lists go by: when it was sent, or else received.
    """

    message_key = models.CharField(max_length=255, unique=True, editable=False)
    message_id = models.CharField(max_length=500, blank=True, db_index=True, editable=False)
    thread_key = models.CharField(max_length=255, db_index=True, editable=False)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    subject_key = models.CharField(max_length=255, blank=True, db_index=True, editable=False)
    sender_name = models.CharField(_("sender"), max_length=255, blank=True)
    sender_email = models.CharField(max_length=320, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    shown_at = models.DateTimeField(db_index=True, editable=False)
    preview = models.CharField(max_length=255, blank=True)
    body_text = models.TextField(blank=True)
    html_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    source_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    private = models.BooleanField(_("private"), default=False)
    owners_only = models.BooleanField(default=True, db_index=True, editable=False)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.FILED)
    attachment_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-shown_at", "-pk"]
        indexes = [models.Index(fields=["state", "-shown_at"], name="mail_newest_of_state")]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))


class AddressRole(models.TextChoices):
    """On which line of the mail an address stands."""

    SENDER = "from", _("from")
    TO = "to", _("to")
    CC = "cc", _("cc")
    BCC = "bcc", _("bcc")


class MessageAddress(models.Model):
    """An address of a mail. ``key`` is what addresses are compared by (R33).

    ``unknown``: neither the firm's nor any record's when the mail was last looked at (R35).
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="addresses")
    role = models.CharField(max_length=4, choices=AddressRole.choices)
    email = models.CharField(max_length=320)
    name = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=320, db_index=True, editable=False)
    unknown = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


class MessageOwner(models.Model):
    """A user out of whose mailbox the mail was filed. ``private``: he marked it private there."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="owners")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="filed_mails")
    private = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mail_owner_once")]

    def __str__(self) -> str:
        return f"{self.user}"
