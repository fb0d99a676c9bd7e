"""Appointments of the default calendar (Graph: event resource type and its methods; calendarView/delta)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec

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
    Update,
    Upserted,
    Version,
    Write,
    WriteResult,
)
from crmcorner.items.records import Appointment
from crmcorner.mailbox.errors import CursorExpired, MailboxError, NotUnderstood
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import read_many
from crmcorner.mailbox.graph.client import decode
from crmcorner.mailbox.graph.delta import DeltaRefused, Page, pages
from crmcorner.mailbox.graph.event_body import create_body, update_body
from crmcorner.mailbox.graph.event_reading import EXPAND, FIELD_OF_PROPERTY, WHOLE, GraphEvent, upserted
from crmcorner.mailbox.graph.event_series import Occurrences
from crmcorner.mailbox.graph.items import GraphItems
from crmcorner.mailbox.graph.stamp import stamp_in, with_stamp
from crmcorner.mailbox.graph.wire import Answer, Request, segment
from crmcorner.mailbox.protocol import ChangePage, Cursor, Window

SCHEMA = 1
_OF_A_SERIES = frozenset({"occurrence", "exception"})


class Position(msgspec.Struct, kw_only=True):
    """How far a window has been read; as JSON it is the cursor that `Mailbox.changes` hands out."""

    schema: int
    first: str
    last: str
    zone: str
    link: str


class _Events(msgspec.Struct):
    value: list[GraphEvent]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


class EventItems(GraphItems):
    """The appointments of one mailbox: single events and whole series; an occurrence is none of its own (R63)."""

    field_of_property = FIELD_OF_PROPERTY

    def changes(self, since: Cursor | None, window: Window | None) -> Iterator[ChangePage]:
        """Yield what changed since a cursor within the window; see `Mailbox.changes`.

        Events come without their extended properties, and series without what was moved and cancelled in them: each
        one that is reported is asked for as a whole. A run without changes costs one request.
        """
        if window is None:
            raise NotUnderstood("appointments are read within a window")
        begin, end = _moments(window)
        position = self._position(since, window, begin, end)
        seen: set[ItemId] = set()
        try:
            for page in pages(self._client, position.link, GraphEvent):
                changes = self._changes(page, seen, begin, end)
                position.link = page.link
                cursor = msgspec.json.encode(position).decode()
                yield ChangePage(changes=changes, cursor=cursor, complete=page.last)
        except DeltaRefused as refusal:
            if since is not None and faults.is_not_offered(refusal.answer):
                raise CursorExpired(str(refusal.answer.status)) from refusal
            raise faults.mailbox_trouble(refusal.answer) from refusal

    def created(self, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps; see `Mailbox.created`."""
        unique = list(dict.fromkeys(stamps))
        paths = [f"{self._root}/events?{with_stamp(stamp)}&{EXPAND}" for stamp in unique]
        found: dict[Stamp, GraphEvent] = {}
        for stamp, answer in zip(unique, read_many(self._client, paths), strict=True):
            events = self._bearing(answer)
            if events is None or any(_stamp(event) != stamp for event in events):
                # The filter does not count here: look at everything, once.
                _first_made(found, self._everything(), unique)
                break
            _first_made(found, events, unique)
        return {
            stamp: Stored(item_id=event.id, item=upserted(event, stamp=stamp))
            for stamp, event in found.items()
        }

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteResult]:
        """Carry out writes; see `Mailbox.apply`. The occurrences of a series follow it (R63).

        The note of an online meeting is refused: a new body would switch the meeting off (Graph: Update event).
        """
        notes = {
            place: write.item_id
            for place, write in enumerate(writes)
            if isinstance(write, Update) and "note" in write.fields
        }
        online = self._online(list(notes.values())) if notes else set()
        refused: dict[int, WriteResult] = {
            place: Refused(why=Refusal.INVALID, field="note", detail="online meeting")
            for place, item_id in notes.items()
            if item_id in online
        }
        rest = [write for place, write in enumerate(writes) if place not in refused]
        results = iter(self._with_what_follows(rest, super().apply(rest)) if rest else ())
        return [refused[place] if place in refused else next(results) for place in range(len(writes))]

    def _with_what_follows(
        self, writes: Sequence[Write], results: Sequence[WriteResult]
    ) -> list[WriteResult]:
        series = Occurrences(self._client, f"{self._root}/events", self.fetch).carry_out(writes, results)
        others = [place for place in range(len(writes)) if place not in series]
        rest = iter(
            self._with_contacts([writes[place] for place in others], [results[place] for place in others])
        )
        return [series[place] if place in series else next(rest) for place in range(len(writes))]

    def _with_contacts(self, writes: Sequence[Write], results: Sequence[WriteResult]) -> list[WriteResult]:
        """Return the results with the people whom each appointment is linked with (R62), which no answer tells.

        Whether the service keeps them is not documented, so those that should have some are read again.
        """
        doubtful = [
            result.item_id
            for write, result in zip(writes, results, strict=True)
            if isinstance(result, Stored)
            and not isinstance(write, Delete)
            and isinstance(write.content, Appointment)
            and write.content.contacts
        ]
        if not doubtful:
            return list(results)
        try:
            found = self.fetch(doubtful)
        except MailboxError:
            # They were written; what came of them is looked up by the next run.
            found = {}
        return [
            _looked_up(result, found) if isinstance(result, Stored) and result.item_id in doubtful else result
            for result in results
        ]

    def _path(self, item_id: ItemId) -> str:
        return f"{self._root}/events/{segment(item_id)}"

    def _reading_path(self, item_id: ItemId) -> str:
        return f"{self._path(item_id)}?{WHOLE}"

    def _version_path(self, item_id: ItemId) -> str:
        return f"{self._path(item_id)}?$select=id,changeKey"

    def _upserted(self, answer: Answer, stamp: Stamp = "") -> Upserted:
        event: GraphEvent = decode(answer.body, type_=GraphEvent)
        return upserted(event, stamp=stamp or _stamp(event))

    def _version(self, answer: Answer) -> Version:
        event: GraphEvent = decode(answer.body, type_=GraphEvent)
        return event.version

    def _create(self, write: Create) -> Request:
        return Request("POST", f"{self._root}/events", create_body(write))

    def _update(self, write: Update) -> Request:
        return Request("PATCH", self._path(write.item_id), update_body(write))

    def _position(self, since: Cursor | None, window: Window, begin: datetime, end: datetime) -> Position:
        first, last = window.first.isoformat(), window.last.isoformat()
        if since is None:
            span = f"startDateTime={_utc(begin)}&endDateTime={_utc(end)}"
            link = f"{self._root}/calendarView/delta?{span}"
            return Position(schema=SCHEMA, first=first, last=last, zone=window.zone, link=link)
        try:
            position = msgspec.json.decode(since, type=Position)
        except msgspec.DecodeError as error:
            raise CursorExpired("cursor not readable") from error
        if (position.schema, position.first, position.last, position.zone) != (
            SCHEMA,
            first,
            last,
            window.zone,
        ):
            raise CursorExpired("another window")
        return position

    def _changes(
        self, page: Page[GraphEvent], seen: set[ItemId], begin: datetime, end: datetime
    ) -> tuple[Change, ...]:
        removed = [Removed(item_id=event.id) for event in page.items if event.removed is not None]
        there = [event for event in page.items if event.removed is None]
        with_occurrence = {event.series_master_id or "" for event in there if _kind(event) in _OF_A_SERIES}
        wanted = dict.fromkeys(
            (event.series_master_id or "") if _kind(event) in _OF_A_SERIES else event.id for event in there
        )
        ids = [item_id for item_id in wanted if item_id and item_id not in seen]
        seen.update(ids)
        found = self.fetch(ids)
        masters = [item_id for item_id in ids if item_id in found and _is_series(found[item_id])]
        outside = self._outside([each for each in masters if each not in with_occurrence], begin, end)
        # What is gone, or has nothing within the window any more, is asked for by name if it is known (R84).
        gone = [Removed(item_id=item_id) for item_id in ids if item_id not in found or item_id in outside]
        kept = [found[item_id] for item_id in ids if item_id in found and item_id not in outside]
        return (*removed, *gone, *kept)

    def _outside(self, masters: Sequence[ItemId], begin: datetime, end: datetime) -> set[ItemId]:
        """Return the series of which nothing happens between two moments."""
        span = f"startDateTime={_utc(begin)}&endDateTime={_utc(end)}"
        paths = [f"{self._path(item_id)}/instances?{span}&$top=1&$select=id" for item_id in masters]
        outside = set()
        for item_id, answer in zip(masters, read_many(self._client, paths), strict=True):
            if answer.ok and not decode(answer.body, type_=_Events).value:
                outside.add(item_id)
        return outside

    def _online(self, ids: Sequence[ItemId]) -> set[ItemId]:
        paths = [f"{self._path(item_id)}?$select=id,isOnlineMeeting" for item_id in ids]
        online = set()
        for item_id, answer in zip(ids, read_many(self._client, paths), strict=True):
            if answer.ok:
                event: GraphEvent = decode(answer.body, type_=GraphEvent)
                if event.is_online_meeting:
                    online.add(item_id)
        return online

    def _bearing(self, answer: Answer) -> list[GraphEvent] | None:
        if answer.ok:
            return list(decode(answer.body, type_=_Events).value)
        if answer.status in {400, 501}:
            return None
        raise faults.mailbox_trouble(answer)

    def _everything(self) -> Iterator[GraphEvent]:
        link, seen = f"{self._root}/events?$top=500&{EXPAND}", set[str]()
        while link and link not in seen:
            seen.add(link)
            answer = self._client.read(link)
            if not answer.ok:
                raise faults.mailbox_trouble(answer)
            page: _Events = decode(answer.body, type_=_Events)
            yield from page.value
            link = page.next_link


def _looked_up(result: Stored, found: Mapping[ItemId, Upserted]) -> WriteResult:
    item = found.get(result.item_id)
    if item is None:
        return Refused(why=Refusal.UNKNOWN, detail="not read again")
    return Stored(item_id=result.item_id, item=item)


def _first_made(
    found: dict[Stamp, GraphEvent], events: Iterable[GraphEvent], stamps: Sequence[Stamp]
) -> None:
    """Note the events that bear a mark; users' copies bear it as well: the one that was made first is ours."""
    for event in events:
        stamp = _stamp(event)
        before = found.get(stamp)
        if stamp in stamps and (
            before is None or (event.created_date_time or "") < (before.created_date_time or "")
        ):
            found[stamp] = event


def _stamp(event: GraphEvent) -> Stamp:
    return stamp_in(event.single_value_extended_properties)


def _kind(event: GraphEvent) -> str:
    return (event.type or "").lower()


def _is_series(item: Upserted) -> bool:
    return getattr(item.content, "recurrence", None) is not None or "recurrence" in item.unread


def _moments(window: Window) -> tuple[datetime, datetime]:
    """Return the first moment of a window and the first one after it."""
    zone = ZoneInfo(window.zone)
    begin = datetime.combine(window.first, time(), zone)
    return begin, datetime.combine(window.last + timedelta(days=1), time(), zone)


def _utc(moment: datetime) -> str:
    return quote(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
