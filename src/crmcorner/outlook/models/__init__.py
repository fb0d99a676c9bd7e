"""The coupling as users see it: mailboxes, their links, their runs."""

from crmcorner.outlook.models.connection import Connection, Position
from crmcorner.outlook.models.intent import OpenIntent
from crmcorner.outlook.models.link import OutlookLink
from crmcorner.outlook.models.mail_copy import MailCopy
from crmcorner.outlook.models.open_matter import ConflictRow, Question, Retry
from crmcorner.outlook.models.run import Run, RunKind, RunLine

__all__ = [
    "ConflictRow",
    "Connection",
    "MailCopy",
    "OpenIntent",
    "OutlookLink",
    "Position",
    "Question",
    "Retry",
    "Run",
    "RunKind",
    "RunLine",
]
