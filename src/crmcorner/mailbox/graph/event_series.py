"""The single occurrences of a series, written after the series itself (R63).

Source: Graph: List instances; Update event; Delete event. An occurrence has an id of its own only as an instance, and
is found by the day on which it would have begun (``originalStart``). A change of the series' times or rule makes
Outlook forget what was changed in it, so what is wanted is compared with what is there after the series was written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import msgspec

from crmcorner.items.changes import (
    Create,
    Delete,
    ItemId,
    Refusal,
    Refused,
    Stored,
    Update,
    Upserted,
    Write,
    WriteResult,
)
from crmcorner.items.records import OCCURRENCE_FIELDS, SERIES_FIELDS, Appointment, of_type
from crmcorner.items.recurrence import Moved
from crmcorner.items.series import as_planned
from crmcorner.mailbox.errors import MailboxError
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import Outcome, WriteBatches, read_many
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.event_body import occurrence_body
from crmcorner.mailbox.graph.event_reading import FIELD_OF_PROPERTY, GraphEvent, occurrence_of, original_day
from crmcorner.mailbox.graph.task_dates import NotADate
from crmcorner.mailbox.graph.wire import Request, segment


class _Instances(msgspec.Struct):
    value: list[GraphEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """One occurrence to be written. ``wanted``: how it is to be, None to take it out; ``there``: how it is."""

    place: int
    series: Upserted
    there: Moved
    wanted: Moved | None

    @property
    def field(self) -> str:
        """By what field of ours it is known."""
        return "moved" if self.wanted else "cancelled"

    @property
    def day(self) -> date:
        """On which day it would have begun."""
        return self.there.original

    @property
    def content(self) -> Appointment:
        """The series as it is in Outlook."""
        return of_type(self.series.content, Appointment)

    def is_meant(self, event: GraphEvent) -> bool:
        """Whether an instance of the series is this occurrence."""
        try:
            return original_day(event, self.content) == self.day
        except NotADate:
            return False

    def is_still(self, event: GraphEvent) -> bool:
        """Whether an instance is as it was when it was compared, as far as we know of it (R18)."""
        try:
            return occurrence_of(event, self.content) == self.there
        except NotADate:
            return False


class Occurrences:
    """Brings the occurrences of series to what writes say of them.

    Args:
        client: the way to the service.
        events: the path of the mailbox's events.
        fetch: reads series as a whole.
    """

    def __init__(
        self,
        client: GraphClient,
        events: str,
        fetch: Callable[[Sequence[ItemId]], Mapping[ItemId, Upserted]],
    ) -> None:
        self._client, self._events, self._fetch = client, events, fetch

    def carry_out(self, writes: Sequence[Write], results: Sequence[WriteResult]) -> dict[int, WriteResult]:
        """Return, by place, what became of the writes whose occurrences had to be looked at.

        One that did not get through is refused for itself, or is unknown where the series itself was written anew
        with it: then the next run looks at what is there (R17).
        """
        concerned = {
            place: (write, result.item_id)
            for place, (write, result) in enumerate(zip(writes, results, strict=True))
            if isinstance(result, Stored) and not isinstance(write, Delete) and _concerns(write)
        }
        if not concerned:
            return {}
        try:
            return self._carried_out(concerned)
        except MailboxError as error:
            return {place: Refused(why=Refusal.UNKNOWN, detail=error.detail) for place in concerned}

    def _carried_out(self, concerned: Mapping[int, tuple[Create | Update, ItemId]]) -> dict[int, WriteResult]:
        ids = [item_id for _write, item_id in concerned.values()]
        found = self._fetch(ids)
        due = [
            each
            for place, (write, item_id) in concerned.items()
            if item_id in found
            for each in _due(place, write, found[item_id])
        ]
        refused = self._write(due) if due else {}
        if due:
            found = self._fetch(ids)
        return {
            place: self._result(write, found.get(item_id), item_id, refused.get(place))
            for place, (write, item_id) in concerned.items()
        }

    @staticmethod
    def _result(
        write: Create | Update, item: Upserted | None, item_id: ItemId, refusal: Refused | None
    ) -> WriteResult:
        if item is None:
            return Refused(why=Refusal.UNKNOWN, detail="series not read again")
        if refusal is None:
            return Stored(item_id=item_id, item=item)
        anew = isinstance(write, Create) or SERIES_FIELDS & write.fields
        return Refused(why=Refusal.UNKNOWN, detail=f"occurrence: {refusal.detail}") if anew else refusal

    def _write(self, due: Sequence[_Due]) -> dict[int, Refused]:
        """Write occurrences; return, by place, why one of them was refused.

        Those that were refused are sent again as long as others get through: each write gives the whole series a new
        version, and two neighbours that change places are refused while one stands in the other's way.
        """
        waiting = list(due)
        changed: dict[int, Refused] = {}
        while True:
            sent = []
            for each, event in zip(waiting, self._instances(waiting), strict=True):
                if event is not None and each.is_still(event):
                    sent.append((each, event))
                elif event is not None:
                    changed[each.place] = Refused(why=Refusal.CHANGED_MEANWHILE, field=each.field)
            if not sent:
                return changed
            outcomes = WriteBatches(self._client, [self._request(*each) for each in sent]).send()
            refusals = {
                place: refusal
                for place, ((each, _event), outcome) in enumerate(zip(sent, outcomes, strict=True))
                if (refusal := _refusal(each, outcome))
            }
            waiting = [sent[place][0] for place in refusals]
            if len(waiting) in {0, len(sent)}:
                return changed | {sent[place][0].place: refusal for place, refusal in refusals.items()}

    def _instances(self, due: Sequence[_Due]) -> list[GraphEvent | None]:
        """Return the occurrences as the service knows them, None where the rule has none on that day."""
        answers = read_many(self._client, [self._instances_path(each) for each in due])
        return [
            next(filter(each.is_meant, decode(answer.body, type_=_Instances).value), None)
            if answer.ok
            else None
            for each, answer in zip(due, answers, strict=True)
        ]

    def _instances_path(self, due: _Due) -> str:
        planned = as_planned(due.content, due.day)
        begin = min(planned.start, due.there.start) - timedelta(minutes=1)
        end = max(planned.end, due.there.end) + timedelta(minutes=1)
        span = f"startDateTime={_utc(begin)}&endDateTime={_utc(end)}"
        return f"{self._events}/{segment(due.series.item_id)}/instances?{span}&$top=100"

    def _request(self, due: _Due, event: GraphEvent) -> Request:
        headers = {"If-Match": event.version} if event.version else {}
        path = f"{self._events}/{segment(event.id)}"
        if due.wanted is None:
            return Request("DELETE", path, None, headers)
        return Request("PATCH", path, occurrence_body(due.there, due.wanted, due.content), headers)


def _concerns(write: Create | Update) -> bool:
    series = of_type(write.content, Appointment)
    if series.recurrence is None:
        return False
    if isinstance(write, Create):
        return bool(series.cancelled or series.moved)
    return bool(write.fields & (SERIES_FIELDS | OCCURRENCE_FIELDS))


def _due(place: int, write: Create | Update, found: Upserted) -> Iterator[_Due]:
    """Yield the occurrences that are not as they should be, in the order of their days.

    One that was taken out cannot be brought back: Graph has no way to.
    """
    wanted, there = of_type(write.content, Appointment), of_type(found.content, Appointment)
    if there.recurrence is None or there.start is None or "moved" in found.unread:
        return
    wanted_moved = {each.original: each for each in wanted.moved}
    there_moved = {each.original: each for each in there.moved}
    for day in sorted({*wanted_moved, *there_moved, *wanted.cancelled} - {*there.cancelled}):
        now = there_moved.get(day) or as_planned(there, day)
        then = None if day in wanted.cancelled else wanted_moved.get(day) or as_planned(there, day)
        if then != now:
            yield _Due(place=place, series=found, there=now, wanted=then)


def _refusal(due: _Due, outcome: Outcome) -> Refused | None:
    if outcome is None:
        return Refused(why=Refusal.BUSY, field=due.field)
    if isinstance(outcome, MailboxError):
        return Refused(why=Refusal.UNKNOWN, field=due.field, detail=outcome.detail)
    if outcome.ok or (due.wanted is None and faults.is_gone(outcome)):
        return None
    refused = faults.refused(outcome, FIELD_OF_PROPERTY)
    return Refused(why=refused.why, field=due.field, detail=refused.detail, retry_after=refused.retry_after)


def _utc(moment: datetime) -> str:
    return quote(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
