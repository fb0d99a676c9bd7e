"""What can be wrong with a mailbox as a whole. One item's trouble is a `crmcorner.items.changes.Refused` instead.

MailboxError
 ├─ ConsentRequired    the user or the administrator must act (R14)
 ├─ Throttled          wait; the run ends in state "waiting until", no worker sleeps
 ├─ Unreachable        network or server down; try again later
 ├─ CursorExpired      read everything again
 ├─ MailboxReplaced    not the mailbox that our links belong to: stop and ask
 └─ NotUnderstood      an answer outside the protocol: a bug, theirs or ours
"""

from enum import StrEnum


class ConsentKind(StrEnum):
    """What is missing."""

    SIGN_IN = "sign-in"
    """The user has to sign in again (token refused, revoked or expired)."""
    ADMINISTRATOR = "administrator"
    """The administrator has to grant a right or mend the application's secret."""


class MailboxError(Exception):
    """The mailbox cannot be used as it is. ``detail`` is for the log: no secret, no content of items."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class ConsentRequired(MailboxError):
    """The user or the administrator must act before the mailbox can be used (R14)."""

    def __init__(self, kind: ConsentKind, detail: str = "") -> None:
        super().__init__(detail)
        self.kind = kind


class Throttled(MailboxError):
    """The service asks us to wait ``retry_after`` seconds."""

    def __init__(self, retry_after: float, detail: str = "") -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unreachable(MailboxError):
    """No usable answer: network, time-out, server error. Whether a write took effect is not known."""


class CursorExpired(MailboxError):
    """The server no longer knows the cursor: read everything again (compare, never delete)."""


class MailboxReplaced(MailboxError):
    """This is another mailbox than the one that our links belong to."""


class NotUnderstood(MailboxError):
    """An answer outside the protocol."""
