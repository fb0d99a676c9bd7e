"""How an appointment or task repeats, as Graph writes it.

Source: Graph: patternedRecurrence, recurrencePattern, recurrenceRange. A pattern names the members that its type
needs; the others come filled with zeros and words that mean nothing, and are neither read nor written.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from crmcorner.items.recurrence import LAST, Pattern, Recurrence
from crmcorner.mailbox.graph.wire import JsonObject

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST}

_TYPES = {
    "daily": Pattern.DAILY,
    "weekly": Pattern.WEEKLY,
    "absolutemonthly": Pattern.MONTHLY,
    "relativemonthly": Pattern.MONTHLY_WEEKDAY,
    "absoluteyearly": Pattern.YEARLY,
    "relativeyearly": Pattern.YEARLY_WEEKDAY,
}
_TYPE_NAMES = {
    Pattern.DAILY: "daily",
    Pattern.WEEKLY: "weekly",
    Pattern.MONTHLY: "absoluteMonthly",
    Pattern.MONTHLY_WEEKDAY: "relativeMonthly",
    Pattern.YEARLY: "absoluteYearly",
    Pattern.YEARLY_WEEKDAY: "relativeYearly",
}

_ON_WEEKDAYS = frozenset({Pattern.WEEKLY, Pattern.MONTHLY_WEEKDAY, Pattern.YEARLY_WEEKDAY})
_ON_DAY = frozenset({Pattern.MONTHLY, Pattern.YEARLY})
_ON_NTH = frozenset({Pattern.MONTHLY_WEEKDAY, Pattern.YEARLY_WEEKDAY})
_IN_MONTH = frozenset({Pattern.YEARLY, Pattern.YEARLY_WEEKDAY})


class NotExpressible(ValueError):
    """A repetition that `Recurrence` has no words for; ``text`` is what Graph says of it, as JSON."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Pattern(msgspec.Struct, rename="camel"):
    type: str
    interval: Annotated[int, msgspec.Meta(ge=1)]
    days_of_week: list[str] | None = None
    first_day_of_week: str | None = None
    day_of_month: int | None = None
    month: int | None = None
    index: str | None = None


class _Range(msgspec.Struct, rename="camel"):
    type: str
    start_date: str
    end_date: str | None = None
    number_of_occurrences: int | None = None


class _Patterned(msgspec.Struct):
    pattern: _Pattern
    range: _Range


def recurrence_from(json: Mapping[str, Any]) -> Recurrence:
    """Return the rule that a ``patternedRecurrence`` tells.

    The week's first day is read of weekly patterns only, for which it counts; its default is Sunday.

    Raises:
        NotExpressible: it has another shape, an unknown pattern, or a value that no calendar knows.
    """
    try:
        said = msgspec.convert(json, type=_Patterned)
        pattern = _TYPES[said.pattern.type.lower()]
        last, count = _end(said.range)
        return Recurrence(
            pattern=pattern,
            interval=said.pattern.interval,
            weekdays=_weekdays(said.pattern) if pattern in _ON_WEEKDAYS else (),
            first_weekday=_weekday(said.pattern.first_day_of_week or "sunday")
            if pattern is Pattern.WEEKLY
            else 0,
            day=_within(said.pattern.day_of_month, 31) if pattern in _ON_DAY else 0,
            month=_within(said.pattern.month, 12) if pattern in _IN_MONTH else 0,
            nth=_INDEXES[(said.pattern.index or "first").lower()] if pattern in _ON_NTH else 0,
            first=date.fromisoformat(said.range.start_date),
            last=last,
            count=count,
        )
    except (ValueError, KeyError) as error:
        raise NotExpressible(msgspec.json.encode(json).decode()) from error


def recurrence_to(rule: Recurrence) -> JsonObject:
    """Return a rule as a ``patternedRecurrence``, with the members that its pattern needs and no others."""
    pattern: JsonObject = {"type": _TYPE_NAMES[rule.pattern], "interval": rule.interval}
    if rule.pattern in _ON_WEEKDAYS:
        pattern["daysOfWeek"] = [_WEEKDAYS[each] for each in rule.weekdays]
    if rule.pattern is Pattern.WEEKLY:
        pattern["firstDayOfWeek"] = _WEEKDAYS[rule.first_weekday]
    if rule.pattern in _ON_DAY:
        pattern["dayOfMonth"] = rule.day
    if rule.pattern in _IN_MONTH:
        pattern["month"] = rule.month
    if rule.pattern in _ON_NTH:
        pattern["index"] = next(name for name, nth in _INDEXES.items() if nth == rule.nth)
    return {"pattern": pattern, "range": _range(rule)}


def _range(rule: Recurrence) -> JsonObject:
    begin = {"startDate": rule.first.isoformat()}
    if rule.last is not None:
        return {"type": "endDate", **begin, "endDate": rule.last.isoformat()}
    if rule.count:
        return {"type": "numbered", **begin, "numberOfOccurrences": rule.count}
    return {"type": "noEnd", **begin}


def _end(said: _Range) -> tuple[date | None, int]:
    """Return the last day, or how many times; neither if it has no end."""
    match said.type.lower():
        case "noend":
            return None, 0
        case "numbered":
            return None, _within(said.number_of_occurrences, None)
        case "enddate":
            last = date.fromisoformat(said.end_date or "")
            if last < date.fromisoformat(said.start_date):
                raise ValueError("it ends before it begins")
            return last, 0
        case other:
            raise KeyError(other)


def _weekdays(said: _Pattern) -> tuple[int, ...]:
    days = sorted({_weekday(name) for name in said.days_of_week or ()})
    if not days:
        raise ValueError("no day of the week")
    return tuple(days)


def _weekday(name: str) -> int:
    return _WEEKDAYS.index(name.lower())


def _within(number: int | None, most: int | None) -> int:
    """Return a number from 1 up to the most there can be."""
    if number is None or number < 1 or (most is not None and number > most):
        raise ValueError(number)
    return number
