"""When a series happens: its rule as dates, its dates as moments (R63). Pure.

Source: Graph: recurrencePattern and recurrenceRange. A day that a month does not have falls on its last day. A series
keeps its wall clock across changes of daylight saving time.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count, islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crmcorner.items.records import Appointment
from crmcorner.items.recurrence import LAST, Moved, Pattern, Recurrence


def dates(rule: Recurrence, since: date = date.min) -> Iterator[date]:
    """Yield the dates of a rule in order, for as long as it goes on (perhaps without end, up to the year 9999).

    Those before ``since`` are left out, and gone past at once unless the rule counts them.
    """
    skipped = 0 if rule.count else _periods_before(rule, since)
    found = (day for day in _raw_dates(rule, skipped) if day >= rule.first)
    for day in islice(found, rule.count or None):
        if rule.last is not None and day > rule.last:
            return
        if day >= since:
            yield day


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; one that is not known counts as UTC."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def zone_of_series(series: Appointment) -> ZoneInfo:
    """Return the zone in which a series repeats; one of whole days knows none, which counts as UTC."""
    return zone_of("UTC" if series.all_day else series.zone)


def as_planned(series: Appointment, day: date) -> Moved:
    """Return an occurrence as the series has it, by the day on which it begins; times are aware, in UTC.

    Raises:
        ValueError: the appointment has no times.
    """
    if series.start is None or series.end is None:
        raise ValueError("a series has a start and an end")
    zone = zone_of_series(series)
    start = datetime.combine(day, series.start.astimezone(zone).time(), zone).astimezone(UTC)
    return Moved(
        original=day,
        subject=series.subject,
        location=series.location,
        start=start,
        end=start + (series.end - series.start),
    )


def _periods_before(rule: Recurrence, since: date) -> int:
    """Return how many of a rule's periods certainly lie before a day."""
    days = (since - rule.first).days
    if rule.pattern is Pattern.DAILY:
        periods = days
    elif rule.pattern is Pattern.WEEKLY:
        periods = days // 7
    else:
        periods = (since.year - rule.first.year) * 12 + since.month - rule.first.month
    return max(periods // _step(rule) - 1, 0)


def _step(rule: Recurrence) -> int:
    """Return by how many days, weeks or months a rule goes on; never by none, which would not end."""
    yearly = rule.pattern in {Pattern.YEARLY, Pattern.YEARLY_WEEKDAY}
    return max(rule.interval, 1) * (12 if yearly else 1)


def _raw_dates(rule: Recurrence, skipped: int) -> Iterator[date]:
    """Yield the dates of the whole periods that a rule goes through, also those before its first day."""
    try:
        if rule.pattern is Pattern.DAILY:
            for number in count(skipped):
                yield rule.first + timedelta(days=number * _step(rule))
        elif rule.pattern is Pattern.WEEKLY:
            yield from _weekly(rule, skipped)
        else:
            yield from _monthly(rule, skipped)
    except (OverflowError, ValueError):
        return  # the calendar ends with the year 9999


def _weekly(rule: Recurrence, skipped: int) -> Iterator[date]:
    monday_like = rule.first - timedelta(days=(rule.first.weekday() - rule.first_weekday) % 7)
    offsets = sorted((day - rule.first_weekday) % 7 for day in rule.weekdays or (rule.first.weekday(),))
    for number in count(skipped):
        week = monday_like + timedelta(weeks=number * _step(rule))
        for offset in offsets:
            yield week + timedelta(days=offset)


def _monthly(rule: Recurrence, skipped: int) -> Iterator[date]:
    yearly = rule.pattern in {Pattern.YEARLY, Pattern.YEARLY_WEEKDAY}
    month = rule.first.year * 12 + (rule.month if yearly and rule.month else rule.first.month) - 1
    for number in count(skipped):
        year, zero_month = divmod(month + number * _step(rule), 12)
        yield _in_month(rule, year, zero_month + 1)


def _in_month(rule: Recurrence, year: int, month: int) -> date:
    days = calendar.monthrange(year, month)[1]
    if rule.pattern in {Pattern.MONTHLY, Pattern.YEARLY}:
        return date(year, month, min(rule.day or rule.first.day, days))
    wanted = rule.weekdays or (rule.first.weekday(),)
    fitting = [day for day in range(1, days + 1) if date(year, month, day).weekday() in wanted]
    return date(year, month, fitting[-1] if rule.nth == LAST else fitting[max(rule.nth, 1) - 1])
