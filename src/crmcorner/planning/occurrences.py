"""When a series happens: its rule as dates and moments (R63). Pure.

Source: Graph: recurrencePattern and recurrenceRange. A day that a month does not have falls on its last day. A series
keeps its wall clock across changes of daylight saving time.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count, islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crmcorner.items.records import Appointment
from crmcorner.items.recurrence import LAST, Pattern, Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that an appointment happens; times as in `Appointment`. ``original``: its date in a series, else None."""

    subject: str
    location: str
    start: datetime
    end: datetime
    original: date | None = None


def occurrences(appointment: Appointment, begin: datetime, end: datetime) -> list[Occurrence]:
    """Return what happens between two moments (aware; the end exclusive), in order; one that only touches it is not."""
    if appointment.start is None or appointment.end is None:
        return []
    if appointment.recurrence is None:
        found = [_itself(appointment, appointment.start, appointment.end, None)]
    else:
        found = [*_of_series(appointment, appointment.recurrence, begin, end), *_moved(appointment)]
    inside = [each for each in found if each.start < end and (each.end > begin or each.start >= begin)]
    return sorted(inside, key=lambda each: (each.start, each.end))


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


def _itself(appointment: Appointment, start: datetime, end: datetime, original: date | None) -> Occurrence:
    return Occurrence(
        subject=appointment.subject, location=appointment.location, start=start, end=end, original=original
    )


def _of_series(
    series: Appointment, rule: Recurrence, begin: datetime, until: datetime
) -> Iterator[Occurrence]:
    assert series.start is not None  # noqa: S101 - asked above
    assert series.end is not None  # noqa: S101 - asked above
    zone = zone_of("UTC" if series.all_day else series.zone)
    wall = series.start.astimezone(zone)
    takes = series.end - series.start
    elsewhere = {*series.cancelled, *(each.original for each in series.moved)}
    for day in dates(rule, _day_before(begin, takes)):
        start = datetime.combine(day, wall.time(), zone).astimezone(UTC)
        if start >= until:
            return
        if day not in elsewhere:
            yield _itself(series, start, start + takes, day)


def _moved(series: Appointment) -> Iterator[Occurrence]:
    for each in series.moved:
        yield Occurrence(
            subject=each.subject,
            location=each.location,
            start=each.start,
            end=each.end,
            original=each.original,
        )


def _day_before(begin: datetime, takes: timedelta) -> date:
    """Return a day before which nothing can begin that still lasts at a moment, in whatever zone."""
    try:
        return (begin - takes - timedelta(days=2)).date()
    except OverflowError:
        return date.min


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
