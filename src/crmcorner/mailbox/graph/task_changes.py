"""What changed in the task lists since a position, page by page.

Source: Graph: todoTask: delta, per list; there is none over all lists.
"""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

import msgspec

from crmcorner.items.changes import Change, Removed
from crmcorner.mailbox.errors import CursorExpired
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.client import GraphClient
from crmcorner.mailbox.graph.delta import DeltaRefused, Page, Place, pages
from crmcorner.mailbox.graph.task_ids import item_id
from crmcorner.mailbox.graph.task_lists import TaskLists
from crmcorner.mailbox.graph.task_reading import GraphTask, upserted
from crmcorner.mailbox.protocol import ChangePage, Cursor

SCHEMA = 1


class ListPlace(Place):
    """How far one list has been read.

    ``tasks``: the ids of what is in it. Kept for every list but the default one, because a list that the user deletes
    takes its tasks along without a word on any of them.
    """

    tasks: set[str] = msgspec.field(default_factory=set)


class Position(msgspec.Struct, kw_only=True):
    """How far the lists have been read; as JSON it is the cursor that `Mailbox.changes` hands out.

    Attributes:
        schema: of this structure.
        default: id of the default list.
        listed: whether it was looked in this round what lists there are.
        places: list id -> place.
    """

    schema: int
    default: str
    listed: bool = False
    places: dict[str, ListPlace] = {}

    @classmethod
    def read(cls, cursor: Cursor) -> "Position":
        """Return the position that a cursor tells.

        Raises:
            CursorExpired: it was made by something else.
        """
        try:
            position = msgspec.json.decode(cursor, type=cls)
        except msgspec.DecodeError as error:
            raise CursorExpired("cursor not readable") from error
        if position.schema != SCHEMA or not position.default:
            raise CursorExpired(f"cursor of schema {position.schema}")
        return position

    def written(self) -> Cursor:
        """Return it as a cursor."""
        return msgspec.json.encode(self, order="deterministic").decode()

    def begin_round(self) -> None:
        """The next round reads everything again, each list from where it is."""
        self.listed = False
        for place in self.places.values():
            place.done = False


class TaskChanges:
    """Rounds over the task lists of a mailbox.

    Args:
        client: the way to the service.
        lists: the mailbox's task lists.
        zone: the one in which its user lives.
        all_lists: whether every list is followed, or the default one alone (R50).
    """

    def __init__(self, client: GraphClient, lists: TaskLists, *, zone: tzinfo, all_lists: bool) -> None:
        self._client, self._lists, self._zone, self._all_lists = client, lists, zone, all_lists

    def changes(self, since: Cursor | None) -> Iterator[ChangePage]:
        """Yield what changed; every page's cursor can be gone on from.

        A round in which nothing changed costs one request for each list, and one more for the list of lists where
        all are followed.

        Raises:
            CursorExpired: the service no longer knows the cursor.
            MailboxError: the mailbox cannot be read.
        """
        lists = [] if since else self._lists.all()
        position = Position.read(since) if since else Position(schema=SCHEMA, default=lists[0])
        self._lists.note_default(position.default)
        gone = self._follow_lists(position, lists)
        if gone:
            yield ChangePage(changes=gone, cursor=position.written(), complete=False)
        while (
            list_id := next((key for key, place in position.places.items() if not place.done), None)
        ) is not None:
            yield from self._list(position, list_id)
        position.begin_round()
        yield ChangePage(changes=(), cursor=position.written(), complete=True)

    def _follow_lists(self, position: Position, lists: list[str]) -> tuple[Change, ...]:
        """Bring a position up to date with the lists to be followed; return what went with those that are gone.

        ``lists`` are all there are, or none where the service has not been asked yet.
        """
        gone: tuple[Change, ...] = ()
        if not self._all_lists:
            for list_id in position.places.keys() - {position.default}:
                # No longer asked for: its tasks are where they were.
                del position.places[list_id]
            wanted = [position.default]
        elif position.listed:
            return gone
        else:
            wanted = lists or self._lists.all()
            if wanted[0] != position.default:
                raise CursorExpired("another list is the default one")
            for list_id in [*position.places]:
                if list_id not in wanted:
                    gone += _all_gone(list_id, position.places.pop(list_id).tasks)
        for list_id in wanted:
            position.places.setdefault(list_id, ListPlace(self._lists.start_of(list_id)))
        position.listed = True
        return gone

    def _list(self, position: Position, list_id: str) -> Iterator[ChangePage]:
        """Read one list to its end; the page that ends the round is left to the caller."""
        place = position.places[list_id]
        try:
            for page in pages(self._client, place.link, GraphTask):
                changes = self._changes(page, list_id)
                if list_id != position.default:
                    _remember(place.tasks, page)
                place.link, place.done = page.link, page.last
                yield ChangePage(changes=changes, cursor=position.written(), complete=False)
        except DeltaRefused as refusal:
            gone = self._refused(position, list_id, refusal)
            yield ChangePage(changes=gone, cursor=position.written(), complete=False)

    def _changes(self, page: Page[GraphTask], list_id: str) -> tuple[Change, ...]:
        return tuple(
            upserted(task, list_id=list_id, zone=self._zone)
            if task.removed is None
            else Removed(item_id=item_id(list_id, task.id))
            for task in page.items
        )

    def _refused(self, position: Position, list_id: str, refusal: DeltaRefused) -> tuple[Change, ...]:
        """Go on without a list, if that is what the refusal means; return what went with it.

        Raises:
            MailboxError: it concerns more than this list.
        """
        answer, place = refusal.answer, position.places[list_id]
        if not faults.is_not_offered(answer):
            raise faults.mailbox_trouble(answer) from refusal
        if answer.status == 404 and list_id != position.default:
            del position.places[list_id]
            return _all_gone(list_id, place.tasks)
        if place.link == self._lists.start_of(list_id):
            raise faults.mailbox_trouble(answer) from refusal
        raise CursorExpired(str(answer.status)) from refusal


def _remember(tasks: set[str], page: Page[GraphTask]) -> None:
    for task in page.items:
        if task.removed is None:
            tasks.add(task.id)
        else:
            tasks.discard(task.id)


def _all_gone(list_id: str, tasks: Iterable[str]) -> tuple[Change, ...]:
    return tuple(Removed(item_id=item_id(list_id, task_id)) for task_id in sorted(tasks))
