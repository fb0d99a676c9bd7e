"""A mailbox in memory: folders, items with versions, a log of changes, a bin."""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import (
    Change,
    Create,
    Delete,
    ItemId,
    Refusal,
    Refused,
    Removed,
    Stamp,
    Stored,
    Unread,
    Update,
    Upserted,
    Write,
    WriteResult,
)
from crmcorner.items.records import (
    CONTENT_OF,
    Appointment,
    Contact,
    Content,
    FieldName,
    Kind,
    empty_of,
    fields_of,
    of_type,
    with_fields,
)
from crmcorner.items.text import tidy_text
from crmcorner.mailbox.errors import CursorExpired
from crmcorner.mailbox.memory.mail import MemoryMail
from crmcorner.mailbox.protocol import ChangePage, Cursor, Window

DEFAULT_FOLDER = "contacts"
BIN = "deleted-items"


@dataclass(slots=True)
class StoredItem:
    """An item as the service keeps it; ``unknown`` are fields that the CRM does not know (R20)."""

    item_id: ItemId
    content: Content
    categories: tuple[str, ...]
    folder: str
    version: int
    unread: dict[FieldName, Unread] = field(default_factory=dict)
    stamp: Stamp = ""
    create_stamp: Stamp = ""
    unknown: dict[str, str] = field(default_factory=dict)
    left: int = 0
    was_in: set[str] = field(default_factory=set)

    @property
    def contact(self) -> Contact:
        """The content of a contact; raises `TypeError` for anything else."""
        return of_type(self.content, Contact)


class MemoryMailbox(MemoryMail):
    """One user's Outlook in memory.

    Args:
        can: what it is to hold; Outlook's own limits by default.
        page_size: how many changes a page brings.
        tidy: what the server makes of what it is sent, as real servers do.
        loses_returned: whether an item that comes back to a folder where it has been is reported removed from the
            other one and then never again, as Graph is known to do.

    Trouble is made by two hooks: ``before`` sees each write before it takes effect and may change items, raise, or
    answer for the service (then nothing is written); ``after`` sees each write that took effect and may raise, or
    give another answer.
    """

    def __init__(
        self,
        *,
        can: Capabilities | None = None,
        page_size: int = 200,
        tidy: Callable[[Content], Content] = lambda content: content,
        identity: str = "mailbox-1",
        loses_returned: bool = False,
    ) -> None:
        self.can = can or Capabilities(
            list_limits={"emails": 3, "work_phones": 2, "home_phones": 2, "mobile_phones": 1},
            missing=frozenset({"work_faxes", "home_faxes", "other_phones"}),
        )
        self.page_size, self.tidy, self.loses_returned = page_size, tidy, loses_returned
        self.items: dict[ItemId, StoredItem] = {}
        self.categories: set[str] = set()
        self.writes: list[Write] = []
        self.before: Callable[[Write], WriteResult | None] = lambda _write: None
        self.after: Callable[[Write, WriteResult], WriteResult] = lambda _write, result: result
        super().__init__()
        self._identity = identity
        self._log: list[tuple[int, ItemId, str]] = []
        self._numbers = itertools.count(1)
        self._oldest = 0

    # --- the protocol -----------------------------------------------------------------------------------------

    def identity(self) -> str:
        """Return the name that this mailbox was made with."""
        return self._identity

    def changes(self, kind: Kind, since: Cursor | None, window: Window | None = None) -> Iterator[ChangePage]:
        """Yield what changed, in the order of its last change; what moved is also reported gone from where it was.

        What lies outside the window is reported gone, as Graph does.
        """
        here = f"{self._identity}/{window.first}-{window.last}" if window else self._identity
        mine, _slash, place = since.rpartition("/") if since else (here, "", "-1")
        start = int(place)
        if mine != here or (since and start < self._oldest):
            raise CursorExpired
        last: dict[ItemId, int] = {}
        for number, item_id, _folder in self._log:
            if number > start and isinstance(self.items[item_id].content, CONTENT_OF[kind]):
                last.pop(item_id, None)
                last[item_id] = number
        numbered = list(last.items())
        now = self._log[-1][0] if self._log else self._oldest
        for at in range(0, max(len(numbered), 1), self.page_size):
            part = numbered[at : at + self.page_size]
            complete = at + self.page_size >= len(numbered)
            changes = tuple(
                change for item_id, _number in part for change in self._changes(item_id, start, window)
            )
            cursor = f"{here}/{now if complete else part[-1][1]}"
            yield ChangePage(changes=changes, cursor=cursor, complete=complete)

    def fetch(self, kind: Kind, ids: Sequence[ItemId]) -> Mapping[ItemId, Upserted]:
        """Return the items that are not in the bin."""
        found = (self.items.get(item_id) for item_id in ids)
        return {item.item_id: self._seen(item, stamped=True) for item in found if item and item.folder != BIN}

    def apply(self, kind: Kind, writes: Sequence[Write]) -> Sequence[WriteResult]:
        """Carry out writes one after the other."""
        results: list[WriteResult] = []
        for write in writes:
            self.writes.append(write)
            refusal = self.before(write) or _unacceptable(write)
            results.append(refusal or self.after(write, self._apply(write)))
        return results

    def created(self, kind: Kind, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that were created with these stamps."""
        wanted = set(stamps)
        return {
            item.create_stamp: Stored(item_id=item.item_id, item=self._seen(item, stamped=True))
            for item in self.items.values()
            if item.create_stamp in wanted and item.folder != BIN
        }

    def ensure_categories(self, names: Collection[str]) -> None:
        """Add the names to the mailbox's list."""
        self.categories.update(names)

    # --- what the user does in Outlook, behind our back -------------------------------------------------------

    def user_adds(
        self,
        content: Content,
        *,
        categories: tuple[str, ...] = (),
        folder: str = DEFAULT_FOLDER,
        unread: Mapping[FieldName, Unread] | None = None,
    ) -> ItemId:
        """Make an item; ``unread`` are texts that the CRM does not understand."""
        tidy = with_fields(content, {"note": tidy_text(content.note)})
        item = StoredItem(f"item-{next(self._numbers)}", tidy, categories, folder, 0, dict(unread or {}))
        self.items[item.item_id] = item
        self._touch(item)
        return item.item_id

    def user_changes(
        self,
        item_id: ItemId,
        values: Mapping[FieldName, object] | None = None,
        *,
        categories: tuple[str, ...] | None = None,
        unread: Mapping[FieldName, Unread] | None = None,
        unknown: Mapping[str, str] | None = None,
    ) -> None:
        """Change fields, the categories, what cannot be read, or what the CRM does not know at all."""
        item = self.items[item_id]
        item.content = with_fields(item.content, values or {})
        if categories is not None:
            item.categories = categories
        if unread is not None:
            item.unread = dict(unread)
        item.unknown.update(unknown or {})
        self._touch(item)

    def user_moves(self, item_id: ItemId, folder: str) -> None:
        """Move a contact to another folder; `BIN` deletes it, any other restores it."""
        item = self.items[item_id]
        before, item.folder = item.folder, folder
        item.was_in.add(before)
        self._touch(item)
        if before != BIN:
            item.left = item.version

    def user_deletes(self, item_id: ItemId) -> None:
        """Delete a contact, recoverably."""
        self.user_moves(item_id, BIN)

    def forget_cursors(self) -> None:
        """Let every cursor handed out so far expire."""
        self._oldest = next(self._numbers)
        self._log = [(next(self._numbers), item_id, folder) for _old, item_id, folder in self._log]

    # --- inside -----------------------------------------------------------------------------------------------

    def _apply(self, write: Write) -> WriteResult:
        if isinstance(write, Create):
            stamp = write.stamp
            item = StoredItem(
                f"item-{next(self._numbers)}", self.tidy(write.content), write.categories, DEFAULT_FOLDER, 0
            )
            item.stamp = item.create_stamp = stamp
            self.items[item.item_id] = item
            self._touch(item)
            return Stored(item_id=item.item_id, item=self._seen(item))
        found = self.items.get(write.item_id)
        if found is None or found.folder == BIN:
            if isinstance(write, Delete):
                return Stored(item_id=write.item_id, item=None)
            return Refused(why=Refusal.GONE)
        if write.version and write.version != str(found.version):
            return Refused(why=Refusal.CHANGED_MEANWHILE)
        if isinstance(write, Delete):
            found.folder = BIN
            self._touch(found)
            return Stored(item_id=write.item_id, item=None)
        self._update(found, write)
        return Stored(item_id=found.item_id, item=self._seen(found))

    def _update(self, item: StoredItem, write: Update) -> None:
        sent = {name: getattr(self.tidy(write.content), name) for name in write.fields}
        item.content = with_fields(item.content, sent)
        item.unread = {name: why for name, why in item.unread.items() if name not in sent}
        if write.categories is not None:
            item.categories = write.categories
        item.stamp = write.stamp
        self._touch(item)

    def _touch(self, item: StoredItem) -> None:
        item.version = next(self._numbers)
        self._log.append((item.version, item.item_id, item.folder))

    def _changes(self, item_id: ItemId, start: int, window: Window | None) -> tuple[Change, ...]:
        item, gone = self.items[item_id], Removed(item_id=item_id)
        if item.folder == BIN or (window is not None and not _within(item.content, window)):
            return (gone,) if start >= 0 else ()
        if item.left <= start or start < 0:
            return (self._seen(item),)
        if self.loses_returned and item.folder in item.was_in:
            return (gone,)
        # Folders are read one after the other, in no order that tells where the item went.
        return (gone, self._seen(item)) if item.folder > DEFAULT_FOLDER else (self._seen(item), gone)

    def _seen(self, item: StoredItem, *, stamped: bool = False) -> Upserted:
        empty = empty_of(item.content)
        blank = {name: getattr(empty, name) for name in item.unread}
        return Upserted(
            item_id=item.item_id,
            version=str(item.version),
            content=with_fields(item.content, blank),
            categories=item.categories,
            unread=dict(item.unread),
            stamp=item.stamp if stamped else "",
            folder=item.folder,
        )


def _unacceptable(write: Write) -> Refused | None:
    """Refuse what no service can store: a NUL in a text."""
    if isinstance(write, Delete):
        return None
    names = write.fields if isinstance(write, Update) else fields_of(write.content)
    for name in names:
        if "\x00" in str(getattr(write.content, name)):
            return Refused(why=Refusal.INVALID, field=name)
    return None


def _within(content: Content, window: Window) -> bool:
    """Whether an appointment, or any part of a series, may lie within the days of a window."""
    if not isinstance(content, Appointment) or content.start is None or content.end is None:
        return True
    last = content.recurrence.last if content.recurrence else content.end.date()
    return content.start.date() <= window.last and (last is None or last >= window.first)
