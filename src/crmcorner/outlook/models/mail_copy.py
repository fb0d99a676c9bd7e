"""The tie of one filed mail and the Outlook item that it came from."""

from django.db import models
from django.utils import timezone

from crmcorner.mail.models import Message
from crmcorner.outlook.models.connection import Connection


class MailCopy(models.Model):
    """A filed mail as it lies in one mailbox (R34, R38).

    ``mark`` is the category that was last written there, "" as long as none was: the one that belongs there follows
    from the message, so that whatever changes the message's state, the next run brings the category after it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="mail_copies")
    item_id = models.CharField(max_length=512)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    mark = models.CharField(max_length=20, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "item_id"], name="outlook_mail_copy_once")
        ]
        indexes = [models.Index(fields=["connection", "mark"], name="outlook_mail_copy_mark")]

    def __str__(self) -> str:
        return f"{self.message} ~ {self.item_id}"
