"""Following changes: pages of one delta query, and the place where all of a mailbox's queries have got to.

Source: Graph: Use delta query to track changes; contact: delta; contactFolder: delta.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from crmcorner.mailbox.errors import CursorExpired, NotUnderstood
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.wire import Answer

PAGE_SIZE = "odata.maxpagesize=200"
"""The most that the service has been seen to give; more would be a wish that it passes over."""

SCHEMA = 1

SAME_AGAIN = 3
"""A page that comes so many times more, one after the other, would come for ever: seen with calendarView/delta, whose
nextLink is another one each time (Microsoft Q&A: questions 5790953 and 12762375)."""

T = TypeVar("T")


class DeltaRefused(Exception):
    """The service would not answer a delta query; the caller knows what that means at this place."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items, and the link from which to go on after them: in this round, or if `last`, in the next one."""

    items: list[T]
    link: str
    last: bool


class _Body(msgspec.Struct, Generic[T]):
    value: list[T]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")
    delta_link: str = msgspec.field(name="@odata.deltaLink", default="")


def pages(client: GraphClient, link: str, type_: type[T]) -> Iterator[Page[T]]:
    """Yield the pages of a round that begins, or goes on, at a link.

    A page may be empty. A nextLink that comes a second time would never end, nor would a page that comes again and
    again: the round stops there, and the next one begins where this one began.

    Raises:
        DeltaRefused: an answer that is no page.
        MailboxError: no answer.
    """
    shape: Any = _Body[type_]  # type: ignore[valid-type]
    start, seen = link, {link}
    before: list[T] = []
    again = 0
    while True:
        answer = client.read(link, prefer=PAGE_SIZE)
        if not answer.ok:
            raise DeltaRefused(answer)
        body: _Body[T] = decode(answer.body, type_=shape)
        if body.delta_link:
            yield Page(body.value, body.delta_link, last=True)
            return
        if not body.next_link:
            raise NotUnderstood("a page of changes with neither nextLink nor deltaLink")
        again = again + 1 if body.value and body.value == before else 0
        before = body.value
        if body.next_link in seen or again == SAME_AGAIN:
            yield Page(body.value, start, last=True)
            return
        seen.add(body.next_link)
        link = body.next_link
        yield Page(body.value, link, last=False)


class Place(msgspec.Struct):
    """How far one folder has been read: the link to go on from, and whether it is finished in this round."""

    link: str
    done: bool = False


class Position(msgspec.Struct, kw_only=True):
    """How far the mailbox has been read; as JSON it is the cursor that `Mailbox.changes` hands out.

    Attributes:
        schema: of this structure.
        folder_list: link of the list of folders; "" reads the whole list.
        listed: whether the list has been read in this round.
        default: id of the default folder, or "" as long as no item has told it.
        by_id: whether the default folder must be read by its id, because the service has no other way.
        places: folder id -> place; the default folder is "" unless it is read by its id.
    """

    schema: int
    folder_list: str = ""
    listed: bool = False
    default: str = ""
    by_id: bool = False
    places: dict[str, Place] = {}

    @classmethod
    def read(cls, cursor: str) -> "Position":
        """Return the position that a cursor tells.

        Raises:
            CursorExpired: it was made by something else.
        """
        try:
            position = msgspec.json.decode(cursor, type=cls)
        except msgspec.DecodeError as error:
            raise CursorExpired("cursor not readable") from error
        if position.schema != SCHEMA:
            raise CursorExpired(f"cursor of schema {position.schema}")
        return position

    def written(self) -> str:
        """Return it as a cursor."""
        return msgspec.json.encode(self).decode()

    @property
    def finished(self) -> bool:
        """Whether this round has read everything."""
        return self.listed and all(place.done for place in self.places.values())

    def begin_round(self) -> None:
        """The next round reads everything again, each from where it is."""
        self.listed = False
        for place in self.places.values():
            place.done = False
