"""Time zones by the names that Outlook accepts, and moments in them.

Source: Graph: dateTimeTimeZone resource (Windows names, and names of the IANA database); event resource
(`tzone://Microsoft/Custom`, `tzone://Microsoft/Utc`). The table of Windows names is that of Unicode's CLDR, as the
icalendar package carries it.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from m365_sandbox.store.records import JsonObject

CUSTOM, OF_OUTLOOK_UTC = "tzone://Microsoft/Custom", "tzone://Microsoft/Utc"
_WINDOWS = {name.casefold(): olson for name, olson in WINDOWS_TO_OLSON.items()}
_DIGITS = 7


@cache
def zone(name: str) -> tzinfo | None:
    """The rules of a zone by its Windows or IANA name, whatever the case of a Windows name; None when unknown.

    The legacy names of Outlook's own stand for UTC: their rules are not in the name.
    """
    if name.casefold() in {"utc", "z", CUSTOM.casefold(), OF_OUTLOOK_UTC.casefold()}:
        return UTC
    found = _WINDOWS.get(name.casefold())
    try:
        return ZoneInfo(found or name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def known(name: str) -> tzinfo:
    """The rules of a zone that was checked when it was stored.

    Raises:
        LookupError: when it is unknown after all.
    """
    found = zone(name)
    if found is None:
        raise LookupError(f"There is no time zone {name}.")
    return found


def parsed(text: str) -> datetime | None:
    """The wall clock time in a `dateTime` (no offset; up to seven decimals), or None when it is none."""
    head, dot, decimals = text.partition(".")
    if dot and not (decimals.isdecimal() and len(decimals) <= _DIGITS):
        return None
    try:
        moment = datetime.fromisoformat(head)
    except ValueError:
        return None
    if moment.tzinfo is not None or "T" not in head:
        return None
    return moment.replace(microsecond=int(decimals[:6].ljust(6, "0"))) if dot else moment


def wall(entry: JsonObject) -> datetime:
    """The wall clock time of a stored dateTimeTimeZone, without a zone."""
    found = parsed(entry["dateTime"])
    if found is None:
        raise ValueError(f"{entry['dateTime']} is no time.")
    return found


def moment(entry: JsonObject) -> datetime:
    """The moment that a stored dateTimeTimeZone means, in UTC."""
    return in_utc(wall(entry), known(entry["timeZone"]))


def in_utc(clock: datetime, rules: tzinfo) -> datetime:
    """The moment when a wall clock shows this time; at the edges of the calendar the clock itself."""
    try:
        return clock.replace(tzinfo=rules).astimezone(UTC)
    except OverflowError:
        return clock.replace(tzinfo=UTC)


def on_the_wall(at: datetime, rules: tzinfo) -> datetime:
    """What a wall clock shows at a moment, without a zone."""
    try:
        return at.astimezone(rules).replace(tzinfo=None)
    except OverflowError:
        return at.replace(tzinfo=None)


def written(clock: datetime, name: str) -> JsonObject:
    """A dateTimeTimeZone as Graph writes it: seven decimals, no offset."""
    return {"dateTime": f"{clock.isoformat(timespec='microseconds')}0", "timeZone": name}


def converted(entry: JsonObject, name: str) -> JsonObject:
    """A stored dateTimeTimeZone in another zone."""
    if entry["timeZone"] == name:
        return written(wall(entry), name)
    return written(on_the_wall(moment(entry), known(name)), name)


def midnight(day: date) -> datetime:
    """The first moment of a day on the wall clock."""
    return datetime.combine(day, time())


def shifted(clock: datetime, by: timedelta) -> datetime:
    """A time so much later; at the end of the calendar its last second."""
    try:
        return clock + by
    except OverflowError:
        return datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a wall clock has no zone
