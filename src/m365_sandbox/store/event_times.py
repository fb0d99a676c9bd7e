"""When events and occurrences are: moments in UTC, and the wall clock of a series."""

from datetime import date, datetime, timedelta

from m365_sandbox import time_zones
from m365_sandbox.store import series
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject

_FOR_EVER = "9999-12-31T23:59:59"


def text(at: datetime) -> str:
    """A moment in UTC as a text that sorts by time."""
    return at.replace(tzinfo=None, microsecond=0).isoformat()


def begin(event: Event) -> datetime:
    """The moment when it begins, of a series when its first occurrence does."""
    return time_zones.moment(event.properties["start"])


def end(event: Event) -> datetime:
    """The moment when it ends, of a series when its first occurrence does."""
    return time_zones.moment(event.properties["end"])


def extent(properties: JsonObject) -> tuple[str, str]:
    """The first moment and the last of an event or a whole series, as texts that sort by time."""
    first = text(time_zones.moment(properties["start"]))
    if properties.get("recurrence") is None:
        return first, text(time_zones.moment(properties["end"]))
    last = series.last_day(properties["recurrence"])
    return first, _FOR_EVER if last is None else text(time_zones.moment(times_of(properties, last)["end"]))


def times_of(properties: JsonObject, day: date) -> JsonObject:
    """`start` and `end` of the occurrence of a day: the same time on the wall in every season."""
    rules = properties["recurrence"]["range"]["recurrenceTimeZone"]
    start, finish = (
        time_zones.wall(time_zones.converted(properties[name], rules)) for name in ("start", "end")
    )
    begins = datetime.combine(day, start.time())
    found = {"start": begins, "end": time_zones.shifted(begins, finish - start)}
    return {
        name: time_zones.converted(time_zones.written(clock, rules), properties[name]["timeZone"])
        for name, clock in found.items()
    }


def overlaps(properties: JsonObject, least: datetime, most: datetime) -> bool:
    """Whether start and end touch a window; an event without length belongs to the moment at which it is."""
    begins, ends = time_zones.moment(properties["start"]), time_zones.moment(properties["end"])
    return begins < most and (ends > least or begins >= least)


def days_that_may_touch(properties: JsonObject, least: datetime, most: datetime) -> tuple[date, date]:
    """The days on which an occurrence may begin that touches a window; a little too many."""
    length = time_zones.moment(properties["end"]) - time_zones.moment(properties["start"])
    spare = timedelta(days=2)
    try:
        first = (least - length - spare).date()
    except OverflowError:
        first = date.min
    try:
        return first, (most + spare).date()
    except OverflowError:
        return first, date.max


def day_of(properties: JsonObject, zone: str) -> date:
    """The day on which an event begins in a zone."""
    return time_zones.wall(time_zones.converted(properties["start"], zone)).date()
