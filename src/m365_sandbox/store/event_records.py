"""What the store of calendars hands out: frozen copies of its rows."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from m365_sandbox.store.records import JsonObject

Kind = Literal["singleInstance", "seriesMaster", "occurrence", "exception"]


@dataclass(frozen=True)
class Calendar:
    """A calendar of a mailbox; one of them is the default one."""

    n: int
    mailbox: int
    id: str
    name: str
    color: str
    is_default: bool
    sequence: int


@dataclass(frozen=True)
class Event:
    """An event as stored, or one occurrence of a series.

    Attributes:
        n: the store's own number; occurrences bear that of their series.
        id, immutable_id: both forms of the id; those of an occurrence are made from its series' and its day.
        uid: the iCalUId, other than that of its series for an occurrence.
        kind: Graph's eventType.
        deleted: whether it lies in Deleted Items.
        properties: Graph's properties with values; an occurrence has those of its series but where it was changed.
        day: the day on which an occurrence begins by the pattern, in the series' zone; None otherwise.
        series: the series of an occurrence; None otherwise.
        begins, ends: the first moment and the last, of a series of all of it, in UTC to the second.
    """

    n: int
    calendar: int
    calendar_id: str
    id: str
    immutable_id: str
    uid: str
    kind: Kind
    sequence: int
    created: str
    modified: str
    deleted: bool
    properties: JsonObject
    begins: str
    ends: str
    day: date | None = None
    series: "Event | None" = None

    @property
    def owner(self) -> str:
        """Under which name extended properties and extensions hang on it."""
        return f"e{self.n}" if self.day is None else f"e{self.n}/{self.day.isoformat()}"

    @property
    def owners(self) -> tuple[str, ...]:
        """The same with that of its series before, whose properties an occurrence shares."""
        return (self.owner,) if self.series is None else (self.series.owner, self.owner)


@dataclass(frozen=True)
class GoneEvent:
    """An event that left a calendar, or a stretch of time, or (with `day`) an occurrence that was cancelled."""

    sequence: int
    event: int
    id: str
    immutable_id: str
    day: date | None
    begins: str
    ends: str


@dataclass(frozen=True)
class EventChange:
    """What a request, a page or an import wants to be true of an event.

    Attributes:
        properties: Graph's property names with checked values.
        single: single-value extended properties, normalised key -> (id as written, value or None to remove).
        multi: the same for multi-value extended properties.
        extensions: open extensions to add, name -> their JSON.
        uid: the iCalUId of a new event; None: a new one is made.
    """

    properties: JsonObject = field(default_factory=dict)
    single: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    multi: dict[str, tuple[str, list[str] | None]] = field(default_factory=dict)
    extensions: dict[str, JsonObject] = field(default_factory=dict)
    uid: str | None = None
