"""Mails that users filed from Outlook."""

from crmcorner.mail.models.attachment import Attachment, AttachmentFile
from crmcorner.mail.models.filing import Filing
from crmcorner.mail.models.message import Message, MessageAddress, MessageOwner, MessageState

__all__ = [
    "Attachment",
    "AttachmentFile",
    "Filing",
    "Message",
    "MessageAddress",
    "MessageOwner",
    "MessageState",
]
