"""What happens between two moments, single appointments and series alike (R63). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crmcorner.items.records import Appointment
from crmcorner.items.recurrence import Moved, Recurrence
from crmcorner.items.series import as_planned, dates


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
        found = [_itself(appointment, appointment.start, appointment.end)]
    else:
        found = [*_of_series(appointment, appointment.recurrence, begin, end)]
        found += map(_occurrence, appointment.moved)
    inside = [each for each in found if each.start < end and (each.end > begin or each.start >= begin)]
    return sorted(inside, key=lambda each: (each.start, each.end))


def _itself(appointment: Appointment, start: datetime, end: datetime) -> Occurrence:
    return Occurrence(subject=appointment.subject, location=appointment.location, start=start, end=end)


def _of_series(
    series: Appointment, rule: Recurrence, begin: datetime, until: datetime
) -> Iterator[Occurrence]:
    assert series.start is not None  # noqa: S101 - asked above
    assert series.end is not None  # noqa: S101 - asked above
    elsewhere = {*series.cancelled, *(each.original for each in series.moved)}
    for day in dates(rule, _day_before(begin, series.end - series.start)):
        planned = as_planned(series, day)
        if planned.start >= until:
            return
        if day not in elsewhere:
            yield _occurrence(planned)


def _occurrence(each: Moved) -> Occurrence:
    return Occurrence(
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
