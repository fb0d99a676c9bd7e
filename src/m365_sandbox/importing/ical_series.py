"""RRULE as Graph's patternedRecurrence, as far as Graph can say the same.

Source: RFC 5545 §3.3.10; Graph: recurrencePattern, recurrenceRange. What Graph cannot say is refused with the reason;
nothing is bent.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar.prop import vRecur

from m365_sandbox import time_zones
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.series import DAYS, INDEXES, NO_END
from m365_sandbox.wording import Said

_CODES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), DAYS, strict=True))
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_OCCURRENCES_MAX, _INTERVAL_MAX = 999, 99
# Shorter months lack these days: iCalendar leaves the month out, Outlook takes its last day.
_SAFE_DAY = 28


class NotInGraphError(ValueError):
    """A recurrence that Graph cannot express; `reason` is for people."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason


def recurrence_of(rule: vRecur, start: datetime, zone: str, *, all_day: bool) -> JsonObject:
    """The recurrence of a series that starts at `start` on the wall of `zone`.

    Raises:
        NotInGraphError: when Graph cannot say the same.
    """
    parts: dict[str, list[Any]] = {str(name).upper(): list(values) for name, values in rule.items()}
    if strange := sorted(set(parts) - _KNOWN):
        raise NotInGraphError(Said("Graph knows no recurrence with {part}.", part=strange[0]))
    interval = int(_first(parts, "INTERVAL", 1))
    if not 1 <= interval <= _INTERVAL_MAX:
        raise NotInGraphError(Said("Graph knows no interval of {number}.", number=interval))
    return {
        "pattern": {"interval": interval, **_pattern(parts, start.date())},
        "range": _range(parts, start, zone, all_day=all_day),
    }


def _pattern(parts: dict[str, list[Any]], start: date) -> JsonObject:
    kind = str(_first(parts, "FREQ", "")).upper()
    if kind == "DAILY":
        return _daily(parts)
    if kind == "WEEKLY":
        return _weekly(parts, start)
    if kind in {"MONTHLY", "YEARLY"}:
        return _of_months(parts, start, yearly=kind == "YEARLY")
    raise NotInGraphError(Said("Graph knows no recurrence that is {frequency}.", frequency=kind or "?"))


def _daily(parts: dict[str, list[Any]]) -> JsonObject:
    if not _has(parts, "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"):
        return {"type": "daily"}
    if set(parts) & {"BYMONTH", "BYMONTHDAY", "BYSETPOS"} or int(_first(parts, "INTERVAL", 1)) != 1:
        raise NotInGraphError(Said("Graph knows no daily recurrence on some days only."))
    return {"type": "weekly", "daysOfWeek": _plain_days(parts), "firstDayOfWeek": "monday"}


def _weekly(parts: dict[str, list[Any]], start: date) -> JsonObject:
    if _has(parts, "BYMONTH", "BYMONTHDAY", "BYSETPOS"):
        raise NotInGraphError(Said("Graph knows no weekly recurrence in some months only."))
    first = _CODES.get(str(_first(parts, "WKST", "MO")).upper(), "monday")
    days = _plain_days(parts) if "BYDAY" in parts else [DAYS[start.weekday()]]
    return {"type": "weekly", "daysOfWeek": days, "firstDayOfWeek": first}


def _of_months(parts: dict[str, list[Any]], start: date, *, yearly: bool) -> JsonObject:
    month: JsonObject = {}
    if yearly:
        months = [int(each) for each in parts.get("BYMONTH", [start.month])]
        if len(months) != 1:
            raise NotInGraphError(Said("Graph knows no recurrence in several months of a year."))
        if "BYDAY" in parts and "BYMONTH" not in parts:
            raise NotInGraphError(Said("Graph knows no recurrence by the weeks of a year."))
        month = {"month": months[0]}
    elif "BYMONTH" in parts:
        raise NotInGraphError(Said("Graph knows no monthly recurrence in some months only."))
    name = "Yearly" if yearly else "Monthly"
    if "BYDAY" not in parts:
        return {"type": f"absolute{name}", "dayOfMonth": _day(parts, start, month), **month}
    if "BYMONTHDAY" in parts:
        raise NotInGraphError(Said("Graph knows no recurrence by weekday and date at once."))
    index, days = _weekdays(parts)
    return {"type": f"relative{name}", "daysOfWeek": days, "index": index, **month}


def _day(parts: dict[str, list[Any]], start: date, month: JsonObject) -> int:
    days = [int(each) for each in parts.get("BYMONTHDAY", [start.day])]
    if len(days) != 1 or "BYSETPOS" in parts:
        raise NotInGraphError(Said("Graph knows no recurrence on several dates of a month."))
    if days[0] == -1:
        return 31
    longest = _SAFE_DAY if not month or month["month"] == 2 else 31 if month["month"] in _LONG else 30
    if not 1 <= days[0] <= longest:
        raise NotInGraphError(
            Said(
                "In months without day {day} Outlook takes the last one, which is not what the file says.",
                day=days[0],
            )
        )
    return days[0]


_LONG = (1, 3, 5, 7, 8, 10, 12)


def _weekdays(parts: dict[str, list[Any]]) -> tuple[str, list[str]]:
    days = parts["BYDAY"]
    ordinals = {int(each.relative or 0) for each in days}
    if "BYSETPOS" in parts:
        if ordinals != {0} or len(parts["BYSETPOS"]) != 1:
            raise NotInGraphError(Said("Graph knows no recurrence with several positions in a month."))
        ordinals = {int(parts["BYSETPOS"][0])}
    elif len(days) != 1:
        raise NotInGraphError(Said("Graph knows no recurrence with several positions in a month."))
    index = _ORDINALS.get(next(iter(ordinals)))
    if index is None or index not in INDEXES:
        raise NotInGraphError(
            Said("Graph knows only the first to the fourth and the last weekday of a month.")
        )
    return index, [_CODES[each.weekday] for each in days]


def _plain_days(parts: dict[str, list[Any]]) -> list[str]:
    if any(each.relative for each in parts["BYDAY"]):
        raise NotInGraphError(Said("Graph knows no weekly recurrence with numbered weekdays."))
    return [_CODES[each.weekday] for each in parts["BYDAY"]]


def _range(parts: dict[str, list[Any]], start: datetime, zone: str, *, all_day: bool) -> JsonObject:
    begin = {"startDate": start.date().isoformat(), "recurrenceTimeZone": zone}
    if "COUNT" in parts:
        number = int(_first(parts, "COUNT", 0))
        if not 1 <= number <= _OCCURRENCES_MAX:
            raise NotInGraphError(Said("Graph knows no series of {number} occurrences.", number=number))
        return {"type": "numbered", "numberOfOccurrences": number, **begin}
    if "UNTIL" not in parts:
        return {"type": "noEnd", "endDate": NO_END, **begin}
    last = _last(parts["UNTIL"][0], start, zone, all_day=all_day)
    if last < start.date():
        raise NotInGraphError(Said("The series ends before it begins."))
    return {"type": "endDate", "endDate": last.isoformat(), **begin}


def _last(until: Any, start: datetime, zone: str, *, all_day: bool) -> date:
    """The last day on which an occurrence may begin: UNTIL counts, and is in UTC when it has a zone."""
    if not isinstance(until, datetime):
        found: date = until
        return found
    clock = until.replace(tzinfo=None)
    if until.tzinfo is not None and not all_day:
        clock = time_zones.on_the_wall(until.astimezone(UTC), time_zones.known(zone))
    if not all_day and clock.time() < start.time():
        return clock.date() - timedelta(days=1)
    return clock.date()


def on_day(value: date, zone: str, *, is_utc: bool) -> date:
    """The day in the series' zone that an EXDATE or RECURRENCE-ID means."""
    if not isinstance(value, datetime):
        return value
    if not is_utc:
        return value.date()
    return time_zones.on_the_wall(value.astimezone(UTC), time_zones.known(zone)).date()


def midnight(day: date) -> datetime:
    """The beginning of a day on the wall."""
    return datetime.combine(day, time())


def _has(parts: dict[str, list[Any]], *names: str) -> bool:
    return any(name in parts for name in names)


def _first(parts: dict[str, list[Any]], name: str, default: Any) -> Any:
    return parts[name][0] if parts.get(name) else default
