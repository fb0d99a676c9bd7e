"""The mail of a mailbox in memory."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crmcorner.items.changes import ItemId, Refusal, Refused, Stored, WriteResult, has_category
from crmcorner.items.mail import Mail, MarkedMail, Recategorise

UNREAD_FOLDERS = frozenset({"deleted-items", "junk", "drafts"})
"""R30: where a mark does not count."""


@dataclass(slots=True)
class StoredMail:
    """A mail as the service keeps it."""

    mail: Mail
    source: bytes
    folder: str


class MemoryMail:
    """The part of a mailbox in memory that is about mail.

    ``before_recategorising`` and ``after_recategorising`` see each write and may raise, or answer for the service.
    """

    def __init__(self) -> None:
        self.messages: dict[ItemId, StoredMail] = {}
        self.before_recategorising: Callable[[Recategorise], WriteResult | None] = lambda _write: None
        self.after_recategorising: Callable[[Recategorise, WriteResult], WriteResult] = (
            lambda _write, result: result
        )

    def marked_mail(self, category: str, limit: int) -> MarkedMail:
        """Return the oldest mails with a category, and how many there are."""
        found = [
            each.mail
            for each in self.messages.values()
            if each.folder not in UNREAD_FOLDERS and has_category(each.mail.categories, category)
        ]
        found.sort(key=lambda mail: (mail.received, mail.item_id))
        return MarkedMail(mails=tuple(found[:limit]), total=len(found))

    def mails(self, ids: Sequence[ItemId]) -> Mapping[ItemId, Mail]:
        """Return the mails that are there."""
        return {item_id: self.messages[item_id].mail for item_id in ids if item_id in self.messages}

    def mail_sources(self, ids: Sequence[ItemId], limit: int) -> Iterator[tuple[ItemId, bytes | None]]:
        """Yield the sources of the mails that are there."""
        for item_id in ids:
            stored = self.messages.get(item_id)
            if stored is not None:
                yield item_id, stored.source if len(stored.source) <= limit else None

    def recategorise(self, writes: Sequence[Recategorise]) -> Sequence[WriteResult]:
        """Set categories, one mail after the other."""
        results: list[WriteResult] = []
        for write in writes:
            answer = self.before_recategorising(write)
            results.append(answer or self.after_recategorising(write, self._recategorise(write)))
        return results

    def _recategorise(self, write: Recategorise) -> WriteResult:
        stored = self.messages.get(write.item_id)
        if stored is None:
            return Refused(why=Refusal.GONE)
        if write.version and write.version != stored.mail.version:
            return Refused(why=Refusal.CHANGED_MEANWHILE)
        self._set(stored, write.categories)
        return Stored(item_id=write.item_id, item=None)

    # --- what the user does in Outlook --------------------------------------------------------------------------

    def user_receives(self, mail: Mail, source: bytes = b"", folder: str = "inbox") -> ItemId:
        """Put a mail into a folder."""
        self.messages[mail.item_id] = StoredMail(mail, source, folder)
        return mail.item_id

    def user_categorises(self, item_id: ItemId, *categories: str) -> None:
        """Give a mail these categories and no others."""
        self._set(self.messages[item_id], categories)

    def _set(self, stored: StoredMail, categories: tuple[str, ...]) -> None:
        version = str(int(stored.mail.version) + 1)
        stored.mail = dataclasses.replace(stored.mail, categories=categories, version=version)
