"""What came with a mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crmcorner.folders.models import StoredFile
from crmcorner.mail.models.message import Message


class Attachment(models.Model):
    """R36: one part of a mail that is not its text. ``name`` is the sender's, made safe; ``size`` in bytes.

    ``sha256`` says under what the bytes lie in the file store; "" where they were more than the limit and are only in
    the original. ``inline``: shown within the text, under ``content_id``, and not listed.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="mail_attachment_position_once")
        ]

    def __str__(self) -> str:
        return self.name


class AttachmentFile(models.Model):
    """R36: an attachment in a customer folder; the file there may be that of several equal attachments."""

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="mail_attachments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attachment", "file"], name="mail_attachment_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.file}"
