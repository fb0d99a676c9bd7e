"""Days and moments of a task, as To Do writes them.

Source: Graph: dateTimeTimeZone; todoTask. A due date is stored as midnight of the zone of whoever wrote it, and comes
back in UTC: the tenth of November, written in Amsterdam, is 23:00 of the ninth. Nothing in it tells that zone.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from crmcorner.mailbox.graph.wire import JsonObject

_WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d*)?(?:Z|\+00:00)?)?")
_STEP = 15
"""Minutes: whatever the zone, its midnight is a whole number of quarters away from that of UTC."""


class DateTimeZone(msgspec.Struct, rename="camel"):
    """Graph: dateTimeTimeZone: a time of the clock and the name of a zone, UTC unless said otherwise."""

    date_time: str | None = None
    time_zone: str | None = None


class NotADate(ValueError):
    """It names no day or moment that the calendar knows, or one in a zone that is not known."""


def zone_of(name: str) -> tzinfo:
    """Return the zone of a name (IANA or Windows); UTC if there is none of that name."""
    return _zone(name) or UTC


def read_day(written: DateTimeZone, zone: tzinfo) -> date:
    """Return the day that is meant, which knows no zone (R52), for a user who lives in a zone.

    Midnight of the zone that is named is that day. In UTC, which is what the service names whoever wrote it, midnight
    of the user's zone is that day, and so is midnight of UTC, which is how we write. Midnight of any other zone (the
    user has moved, or somebody else wrote it) is the day of the midnight that is nearest to it in UTC. Everything
    else is a moment, and its day is the user's.

    Raises:
        NotADate: it names no day.
    """
    clock = _clock(written)
    named = _zone(written.time_zone or "UTC")
    if named is None or (named is not UTC and _is_midnight(clock)):
        # Of a zone that is not known no more is known than what its clock shows.
        return clock.date()
    try:
        moment = clock.replace(tzinfo=named).astimezone(UTC)
        here = moment.astimezone(zone)
        if _is_midnight(here):
            return here.date()
        return _nearest_midnight(moment) if _is_midnight_somewhere(moment) else here.date()
    except OverflowError:
        # The first and the last day of the calendar: there is no day beside them.
        return clock.date()


def read_moment(written: DateTimeZone) -> datetime:
    """Return a moment, aware, in UTC, in whole minutes.

    Raises:
        NotADate: it names none.
    """
    named = _zone(written.time_zone or "UTC")
    if named is None:
        raise NotADate(written.time_zone)
    try:
        return _clock(written).replace(second=0, tzinfo=named).astimezone(UTC)
    except OverflowError as error:
        raise NotADate(written.date_time) from error


def day_json(day: date | None) -> JsonObject | None:
    """Return a day as midnight UTC; the time of the day would be dropped."""
    return None if day is None else {"dateTime": f"{day.isoformat()}T00:00:00", "timeZone": "UTC"}


def moment_json(moment: datetime | None) -> JsonObject | None:
    """Return a moment in UTC."""
    if moment is None:
        return None
    clock = moment.astimezone(UTC).replace(tzinfo=None)
    return {"dateTime": clock.isoformat(timespec="seconds"), "timeZone": "UTC"}


def _clock(written: DateTimeZone) -> datetime:
    """Return what the clock shows; fractions of seconds, of which there may be seven digits, are dropped."""
    found = _WRITTEN.fullmatch(written.date_time or "")
    if found is None:
        raise NotADate(written.date_time)
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}")
    except ValueError as error:
        raise NotADate(written.date_time) from error


@lru_cache(maxsize=500)
def _zone(name: str) -> tzinfo | None:
    """Return the zone of an IANA name or one of Windows' (table of Unicode's CLDR), None if there is none."""
    if name.upper() in {"UTC", "GMT"}:
        return UTC
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
    except (ValueError, OSError, KeyError):
        return None


def _is_midnight(moment: datetime) -> bool:
    return not (moment.hour or moment.minute or moment.second)


def _is_midnight_somewhere(moment: datetime) -> bool:
    return not (moment.second or moment.minute % _STEP)


def _nearest_midnight(moment: datetime) -> date:
    """Return the day that begins at the midnight of UTC before a moment, or after it if it is past noon."""
    past_noon = (moment.hour, moment.minute) > (12, 0)
    return moment.date() + timedelta(days=1) if past_noon else moment.date()
