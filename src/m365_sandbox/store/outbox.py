"""What Exchange would have mailed: kept, never sent, so that a test can prove what left the mailbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from m365_sandbox.store.database import Database
from m365_sandbox.store.records import stamp


@dataclass(frozen=True)
class Sent:
    """A mail that would have left.

    Attributes:
        n: the store's own number.
        mailbox: whose, by number.
        kind: `meetingInvitation`, `meetingUpdate`, `meetingCancellation`, `meetingResponse`, `meetingForward`, or
            `message`.
        subject: its subject.
        recipients: addresses.
        item_id: the item that it is about, if any.
        created: when, in UTC.
    """

    n: int
    mailbox: int
    kind: str
    subject: str
    recipients: tuple[str, ...]
    item_id: str | None
    created: str


class Outbox:
    """Keeps mails that would have been sent, oldest first."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, mailbox: int, kind: str, subject: str, recipients: Sequence[str], item_id: str | None = None
    ) -> None:
        """Note a mail to these addresses."""
        with self._database.transaction():
            self._database.write(
                "INSERT INTO outbox (mailbox, kind, subject, recipients, item_id, created) VALUES (?, ?, ?, ?, ?, ?)",
                mailbox,
                kind,
                subject,
                msgspec.json.encode(list(recipients)).decode(),
                item_id,
                stamp(self._clock()),
            )

    def all(self, mailbox: int | None = None) -> list[Sent]:
        """Every mail, or those of one mailbox."""
        rows = self._database.rows("SELECT * FROM outbox WHERE ? IN (0, mailbox) ORDER BY n", mailbox or 0)
        return [
            Sent(**{**dict(row), "recipients": tuple(msgspec.json.decode(row["recipients"]))}) for row in rows
        ]
