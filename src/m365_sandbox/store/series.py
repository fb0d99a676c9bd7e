"""The days of a series: every pattern and range of Graph's patternedRecurrence.

Source: Graph: recurrencePattern, recurrenceRange. Own arithmetic: a day of the month that a month lacks falls on its
last day, as in Exchange, which RFC 5545 has otherwise.
"""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from m365_sandbox.store.records import JsonObject

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")
NO_END = "0001-01-01"
_SPANS = (10, 100, 1000)


def days(recurrence: JsonObject) -> Iterator[date]:
    """The days on which occurrences begin, in the series' own zone, in order; without an end until year 9999."""
    range_ = recurrence["range"]
    first = date.fromisoformat(range_["startDate"])
    most = range_["numberOfOccurrences"] if range_["type"] == "numbered" else None
    last = date.fromisoformat(range_["endDate"]) if range_["type"] == "endDate" else date.max
    given = 0
    for day in _candidates(recurrence["pattern"], first):
        if day > last or (most is not None and given >= most):
            return
        if day >= first:
            given += 1
            yield day


def days_between(recurrence: JsonObject, least: date, most: date) -> Iterator[date]:
    """Those of the days that lie from `least` to `most`, both included."""
    range_ = recurrence["range"]
    if range_["type"] != "numbered":
        # Counting from the beginning would cost centuries; a whole number of steps before `least` is the same series.
        recurrence = _begun_later(recurrence, least)
    for day in days(recurrence):
        if day > most:
            return
        if day >= least:
            yield day


def last_day(recurrence: JsonObject) -> date | None:
    """The last day; None when there is no end, or no day at all."""
    if recurrence["range"]["type"] == "noEnd":
        return None
    if recurrence["range"]["type"] == "endDate":
        # Looking back from the end spares the way through all the days of a long range.
        last = date.fromisoformat(recurrence["range"]["endDate"])
        for span in _SPANS:
            least = date.fromordinal(max(1, last.toordinal() - span))
            if found := list(days_between(recurrence, least, last)):
                return found[-1]
    newest = None
    for day in days(recurrence):
        newest = day
    return newest


def first_day(recurrence: JsonObject) -> date | None:
    """The first day; None when the range ends before the pattern has one."""
    return next(days(recurrence), None)


def holds(recurrence: JsonObject, day: date) -> bool:
    """Whether the series has an occurrence on that day, unless it was cancelled."""
    return any(days_between(recurrence, day, day))


def neighbours(recurrence: JsonObject, day: date) -> tuple[date | None, date | None]:
    """The days of the occurrences before and after the one of `day`."""
    before = None
    for each in days(recurrence):
        if each > day:
            return before, each
        if each < day:
            before = each
    return before, None


def _begun_later(recurrence: JsonObject, least: date) -> JsonObject:
    pattern, range_ = recurrence["pattern"], recurrence["range"]
    first, interval = date.fromisoformat(range_["startDate"]), pattern["interval"]
    if pattern["type"] == "daily":
        steps = max(0, (least - first).days // interval)
        later = first + timedelta(days=steps * interval)
    elif pattern["type"] == "weekly":
        begin = _week(first, pattern)
        steps = max(0, (least - begin).days // (7 * interval) - 1)
        later = max(first, begin + timedelta(days=steps * 7 * interval))
    else:
        months = interval * (12 if "Yearly" in pattern["type"] else 1)
        apart = (least.year - first.year) * 12 + least.month - first.month
        steps = max(0, apart // months - 1)
        if steps == 0:
            return recurrence
        year, month = divmod(first.year * 12 + first.month - 1 + steps * months, 12)
        later = date(year, month + 1, 1)
    return {"pattern": pattern, "range": {**range_, "startDate": later.isoformat()}}


def _candidates(pattern: JsonObject, first: date) -> Iterator[date]:
    kind, interval = pattern["type"], pattern["interval"]
    if kind == "daily":
        yield from _stepped(first, interval)
    elif kind == "weekly":
        wanted = sorted(_offset(name, pattern) for name in set(pattern["daysOfWeek"]))
        for begin in _stepped(_week(first, pattern), 7 * interval):
            for offset in wanted:
                if begin.toordinal() + offset > date.max.toordinal():
                    return
                yield begin + timedelta(days=offset)
    else:
        yearly = kind.endswith("Yearly")
        month_number = first.year * 12 + (pattern["month"] if yearly else first.month) - 1
        for number in count(month_number, interval * (12 if yearly else 1)):
            year, month = divmod(number, 12)
            if year > date.max.year:
                return
            yield _in_month(pattern, year, month + 1)


def _stepped(first: date, step: int) -> Iterator[date]:
    for ordinal in range(first.toordinal(), date.max.toordinal() + 1, step):
        yield date.fromordinal(ordinal)


def _week(day: date, pattern: JsonObject) -> date:
    """The first day of the week in which a day lies, at the least the first day of the calendar."""
    back = (day.weekday() - DAYS.index(pattern["firstDayOfWeek"])) % 7
    return date.fromordinal(max(1, day.toordinal() - back))


def _offset(name: str, pattern: JsonObject) -> int:
    return (DAYS.index(name) - DAYS.index(pattern["firstDayOfWeek"])) % 7


def _in_month(pattern: JsonObject, year: int, month: int) -> date:
    length = calendar.monthrange(year, month)[1]
    if pattern["type"].startswith("absolute"):
        return date(year, month, min(pattern["dayOfMonth"], length))
    wanted = {DAYS.index(name) for name in pattern["daysOfWeek"]}
    fitting = [day for day in (date(year, month, n) for n in range(1, length + 1)) if day.weekday() in wanted]
    return fitting[-1] if pattern["index"] == "last" else fitting[INDEXES.index(pattern["index"])]
