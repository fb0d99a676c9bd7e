"""A mail as the coupling sees it (R30-R36): who exchanged it and when; its source travels apart, as bytes."""

from dataclasses import dataclass
from datetime import datetime

from crmcorner.items.changes import ItemId, Version

MAIL_SOURCE_LIMIT = 60 * 1024 * 1024
"""R36: bytes of a mail's source that are taken over; what is larger is filed without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddress:
    """One side of a mail. ``email`` is as it stands there, trimmed; `crmcorner.items.email_address` compares."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that the user marked, as his mailbox tells of it.

    ``message_id``: the Internet Message-ID, "" where there is none. ``sent`` and ``received`` are aware, in UTC.
    ``private``: marked so in Outlook (R38). ``categories``: all of them, the user's own included.
    """

    item_id: ItemId
    version: Version
    message_id: str = ""
    subject: str = ""
    sender: MailAddress | None = None
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    bcc: tuple[MailAddress, ...] = ()
    sent: datetime | None = None
    received: datetime
    private: bool = False
    categories: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """R32: the addresses of the sender and of every recipient, in that order, each once."""
        everyone = (*((self.sender,) if self.sender else ()), *self.to, *self.cc, *self.bcc)
        return tuple(dict.fromkeys(each.email for each in everyone if each.email))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedMail:
    """The oldest of the marked mails, and how many there are in all (R31)."""

    mails: tuple[Mail, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recategorise:
    """Set a mail's categories (R34): ``categories`` is the full new list. ``version``: the state that was seen."""

    item_id: ItemId
    version: Version
    categories: tuple[str, ...]
