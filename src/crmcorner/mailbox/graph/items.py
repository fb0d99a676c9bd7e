"""What is the same for every kind of item in Graph: reading by name, writing in batches, telling what became of it."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence

from crmcorner.items.changes import (
    Create,
    Delete,
    ItemId,
    Refusal,
    Refused,
    Stamp,
    Stored,
    Update,
    Upserted,
    Version,
    Write,
    WriteResult,
)
from crmcorner.items.records import FieldName
from crmcorner.mailbox.errors import MailboxError, NotUnderstood
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import WriteBatches, read_many
from crmcorner.mailbox.graph.client import GraphClient
from crmcorner.mailbox.graph.wire import Answer, Request
from crmcorner.mailbox.protocol import ChangePage, Cursor, Window


class GraphItems(ABC):
    """The items of one kind in one mailbox.

    Args:
        client: the way to the service.
        root: the path of the mailbox's user.
        read_before_write: whether to ask for an item's version before changing it, for a service that passes over
            ``If-Match`` (Microsoft's pages do not say that it counts). It costs one more request for each write.
    """

    field_of_property: Mapping[str, FieldName]
    """By what name of ours a property is known that the service refuses."""

    def __init__(self, client: GraphClient, root: str, *, read_before_write: bool = False) -> None:
        self._client, self._root = client, root
        self._read_before_write = read_before_write

    @abstractmethod
    def changes(self, since: Cursor | None, window: Window | None) -> Iterator[ChangePage]:
        """Yield what changed since a cursor; see `Mailbox.changes`."""

    @abstractmethod
    def created(self, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps; see `Mailbox.created`."""

    @abstractmethod
    def _path(self, item_id: ItemId) -> str:
        """Return an item's address."""

    @abstractmethod
    def _reading_path(self, item_id: ItemId) -> str:
        """Return the address from which an item is read with all that belongs to it."""

    @abstractmethod
    def _version_path(self, item_id: ItemId) -> str:
        """Return the address from which no more than an item's version is read."""

    @abstractmethod
    def _upserted(self, answer: Answer, stamp: Stamp = "") -> Upserted:
        """Return the item in an answer.

        Raises:
            NotUnderstood: the answer is none.
        """

    @abstractmethod
    def _version(self, answer: Answer) -> Version:
        """Return the version in an answer of `_version_path`."""

    @abstractmethod
    def _create(self, write: Create) -> Request:
        """Return the request that makes an item."""

    @abstractmethod
    def _update(self, write: Update) -> Request:
        """Return the request that changes an item; ``If-Match`` is added."""

    def _is_kept(self, item: Upserted, found: Mapping[ItemId, Upserted]) -> bool:  # noqa: ARG002 - for who needs it
        """Whether an item that was found is still there for the user, and not in Deleted Items."""
        return True

    def _note(self, item: Upserted) -> None:  # noqa: ARG002 - for who needs it
        """Learn from an item that was made, where there is something to learn."""
        return

    def fetch(self, ids: Sequence[ItemId]) -> Mapping[ItemId, Upserted]:
        """Return these items as they are now; see `Mailbox.fetch`."""
        unique = list(dict.fromkeys(ids))
        paths = [self._reading_path(item_id) for item_id in unique]
        found: dict[ItemId, Upserted] = {}
        for item_id, answer in zip(unique, read_many(self._client, paths), strict=True):
            if answer.ok:
                found[item_id] = self._upserted(answer)
            elif not faults.is_gone(answer):
                raise faults.mailbox_trouble(answer)
        return {item_id: item for item_id, item in found.items() if self._is_kept(item, found)}

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteResult]:
        """Carry out writes; see `Mailbox.apply`."""
        results: dict[int, WriteResult] = self._outdated(writes) if self._read_before_write else {}
        places = [place for place in range(len(writes)) if place not in results]
        batches = WriteBatches(self._client, [self._request(writes[place]) for place in places])
        try:
            outcomes = batches.send()
        except MailboxError:
            if not results:
                raise
            outcomes = [None] * len(places)
        for place, outcome in zip(places, outcomes, strict=True):
            if outcome is None:
                result: WriteResult = Refused(why=Refusal.BUSY, retry_after=batches.retry_after)
            elif isinstance(outcome, MailboxError):
                result = Refused(why=Refusal.UNKNOWN, detail=outcome.detail)
            else:
                result = self._result(writes[place], outcome)
            results[place] = result
        self._mark_gone(writes, results)
        return [results[place] for place in range(len(writes))]

    def _mark_gone(self, writes: Sequence[Write], results: dict[int, WriteResult]) -> None:
        """Tell what lies in Deleted Items from what was changed meanwhile.

        Whether the service still finds a deleted item by its id is not documented. Where it does, a write reaches
        it there, or is refused for its version.
        """
        doubtful = {
            place: write
            for place, write in enumerate(writes)
            if not isinstance(write, Create) and self._may_be_deleted(results[place])
        }
        if not doubtful:
            return
        try:
            present = self.fetch([write.item_id for write in doubtful.values()])
        except MailboxError:
            # The writes are answered as they are; the next run looks again.
            return
        for place, write in doubtful.items():
            if write.item_id in present:
                continue
            if isinstance(write, Delete):
                results[place] = Stored(item_id=write.item_id, item=None)
            else:
                results[place] = Refused(why=Refusal.GONE)

    def _may_be_deleted(self, result: WriteResult) -> bool:
        """Whether it is not certain that the item is not in Deleted Items."""
        if isinstance(result, Refused):
            return result.why is Refusal.CHANGED_MEANWHILE
        return result.item is not None and not self._seems_kept(result.item)

    def _seems_kept(self, item: Upserted) -> bool:  # noqa: ARG002 - for who needs it
        """Whether an item that was just written is certainly not in Deleted Items, without asking."""
        return True

    def _request(self, write: Write) -> Request:
        match write:
            case Create():
                return self._create(write)
            case Update():
                return dataclasses.replace(self._update(write), headers=_if_match(write))
            case Delete():
                return Request("DELETE", self._path(write.item_id), None, _if_match(write))

    def _result(self, write: Write, answer: Answer) -> WriteResult:
        if isinstance(write, Delete):
            if answer.ok or faults.is_gone(answer):
                return Stored(item_id=write.item_id, item=None)
        elif answer.ok:
            try:
                item = self._upserted(answer, write.stamp)
            except NotUnderstood as error:
                # It was done; what came of it must be looked up.
                return Refused(why=Refusal.UNKNOWN, detail=error.detail)
            if isinstance(write, Create):
                self._note(item)
            return Stored(item_id=item.item_id, item=item)
        refusal = faults.refused(answer, self.field_of_property)
        if isinstance(write, Create) and refusal.why is Refusal.GONE:
            return Refused(why=Refusal.READ_ONLY, detail=refusal.detail)
        return refusal

    def _outdated(self, writes: Sequence[Write]) -> dict[int, WriteResult]:
        """Return the refusals of those whose item has moved on since it was seen."""
        checked = {
            place: write
            for place, write in enumerate(writes)
            if not isinstance(write, Create) and write.version
        }
        paths = [self._version_path(write.item_id) for write in checked.values()]
        refusals: dict[int, WriteResult] = {}
        for (place, write), answer in zip(checked.items(), read_many(self._client, paths), strict=True):
            if answer.ok and self._version(answer) != write.version:
                refusals[place] = Refused(
                    why=Refusal.CHANGED_MEANWHILE, detail="version read before the write"
                )
        return refusals


def _if_match(write: Update | Delete) -> dict[str, str]:
    """Return the header that makes the server check the version, if one was seen."""
    return {"If-Match": write.version} if write.version else {}
