"""Tasks of Microsoft To Do (Graph: todoTaskList and todoTask resource types and their methods)."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from crmcorner.items.changes import (
    Create,
    ItemId,
    Stamp,
    Stored,
    Update,
    Upserted,
    Version,
    Write,
    WriteResult,
)
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.items import GraphItems
from crmcorner.mailbox.graph.task_body import create_body, update_body
from crmcorner.mailbox.graph.task_changes import TaskChanges
from crmcorner.mailbox.graph.task_dates import zone_of
from crmcorner.mailbox.graph.task_ids import address_of, list_of
from crmcorner.mailbox.graph.task_ids import item_id as id_in_list
from crmcorner.mailbox.graph.task_lists import TaskLists
from crmcorner.mailbox.graph.task_reading import FIELD_OF_PROPERTY, GraphTask, upserted
from crmcorner.mailbox.graph.task_search import EXPAND, find_stamped
from crmcorner.mailbox.graph.wire import Answer, Request
from crmcorner.mailbox.protocol import ChangePage, Cursor, Window


class TaskItems(GraphItems):
    """The tasks of one mailbox. An item's id names its list as well: To Do has no other address for a task.

    What is deleted in To Do is gone: there is no Deleted Items for tasks.

    Args:
        client, root, read_before_write: see `GraphItems`.
        zone: the one in which the mailbox's user lives (an IANA name, or one of Windows'): days of tasks are stored
            as midnight of it. An unknown one counts as UTC.
        all_lists: R50: whether the tasks of every list are read, or those of the default one. New tasks come into
            the default one.
    """

    field_of_property = FIELD_OF_PROPERTY

    def __init__(
        self,
        client: GraphClient,
        root: str,
        *,
        zone: str = "UTC",
        all_lists: bool = False,
        read_before_write: bool = False,
    ) -> None:
        super().__init__(client, root, read_before_write=read_before_write)
        self._zone, self._all_lists = zone_of(zone), all_lists
        self._lists = TaskLists(client, root)

    def changes(self, since: Cursor | None, window: Window | None) -> Iterator[ChangePage]:  # noqa: ARG002 - all days count
        """Yield what changed since a cursor; see `Mailbox.changes`."""
        reader = TaskChanges(self._client, self._lists, zone=self._zone, all_lists=self._all_lists)
        return reader.changes(since)

    def created(self, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps; see `Mailbox.created`."""
        found = {
            stamp: upserted(task, list_id=list_id, zone=self._zone)
            for stamp, (list_id, task) in find_stamped(self._client, self._lists, stamps).items()
        }
        return {stamp: Stored(item_id=item.item_id, item=item) for stamp, item in found.items()}

    def fetch(self, ids: Sequence[ItemId]) -> Mapping[ItemId, Upserted]:
        """Return these items as they are now; see `Mailbox.fetch`. One whose list is gone is gone."""
        return {item_id: _known_as(item_id, item) for item_id, item in super().fetch(ids).items()}

    def _result(self, write: Write, answer: Answer) -> WriteResult:
        result = super()._result(write, answer)
        if not isinstance(result, Stored) or result.item is None:
            return result
        if isinstance(write, Create):
            item = _known_as(id_in_list(self._lists.default(), result.item_id), result.item)
        else:
            # An update leaves no mark; see `update_body`.
            item = dataclasses.replace(_known_as(write.item_id, result.item), stamp="")
        return Stored(item_id=item.item_id, item=item)

    def _path(self, item_id: ItemId) -> str:
        return address_of(self._root, item_id)

    def _reading_path(self, item_id: ItemId) -> str:
        return f"{self._path(item_id)}?{EXPAND}"

    def _version_path(self, item_id: ItemId) -> str:
        # To Do is known to stumble over $select.
        return self._path(item_id)

    def _upserted(self, answer: Answer, stamp: Stamp = "") -> Upserted:
        """Return the task in an answer under its own id, as the answer does not tell its list; see `_known_as`."""
        task = _task(answer)
        return dataclasses.replace(upserted(task, list_id="", zone=self._zone, stamp=stamp), item_id=task.id)

    def _version(self, answer: Answer) -> Version:
        return _task(answer).version

    def _create(self, write: Create) -> Request:
        return Request("POST", self._lists.path_of(self._lists.default()), create_body(write))

    def _update(self, write: Update) -> Request:
        return Request("PATCH", self._path(write.item_id), update_body(write))


def _task(answer: Answer) -> GraphTask:
    task: GraphTask = decode(answer.body, type_=GraphTask)
    return task


def _known_as(item_id: ItemId, item: Upserted) -> Upserted:
    """Return an item under its whole id."""
    return dataclasses.replace(item, item_id=item_id, folder=list_of(item_id))
