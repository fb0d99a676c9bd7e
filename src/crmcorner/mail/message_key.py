"""By what mails are told apart, and by what those of one conversation are held together."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC

from crmcorner.items.email_address import match_key
from crmcorner.items.mail import Mail
from crmcorner.items.text import plain_key, tidy_line

_LONGEST = 200
_REPLY = re.compile(
    r"^\s*(?:(?:re|aw|antw|antwoord|sv|vs|r|res|fw|fwd|wg|doorst|tr|rv|enc|i)\s*(?:\[\d+\]|\(\d+\))?\s*:|\[[^\]]{1,30}\])\s*",
    re.IGNORECASE,
)


def message_key(mail: Mail) -> str:
    """Return what a mail is told apart by (R38): its Message-ID with what else makes it that mail.

    Programs that give every mail the same id exist: hence sender and day of sending belong to it. Of a mail without an
    id these, subject and recipients are all there is: its source may be written anew by the server at each reading.
    """
    sender = match_key(mail.sender.email) if mail.sender else ""
    sent = mail.sent or (None if mail.message_id else mail.received)
    parts = [normal_id(mail.message_id), sender, sent.astimezone(UTC).strftime("%Y%m%d") if sent else ""]
    if not parts[0]:
        parts += [
            sent.isoformat() if sent else "",
            tidy_line(mail.subject),
            *sorted({match_key(each) for each in mail.addresses}),
        ]
        parts += [] if sender and mail.subject else [mail.item_id]
    return f"{'id' if parts[0] else 'facts'}:{_digest(parts)}"


def normal_id(message_id: str) -> str:
    """Return a Message-ID as compared: without brackets, blanks, and what no database holds."""
    return "".join(tidy_line(message_id).split()).strip("<>")


def thread_key_of_id(message_id: str) -> str:
    """Return the key of the conversation that begins with this mail."""
    text = normal_id(message_id)
    return f"id:{text}" if len(text) <= _LONGEST else f"id:{_digest([text])}"


def thread_root(references: Sequence[str], in_reply_to: Sequence[str]) -> str:
    """Return the oldest mail of the conversation that a mail names, "" if it names none (RFC 5322 3.6.4)."""
    return next((each for each in (*references, *in_reply_to) if each), "")


def base_subject(subject: str) -> tuple[str, bool]:
    """Return a subject as compared, without ``Re:`` and the like, and whether there was any of it."""
    rest, count = subject, 0
    while (match := _REPLY.match(rest)) and count < 20:
        rest, count = rest[match.end() :], count + 1
    return plain_key(rest)[:255], count > 0


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
