"""How an appointment or task repeats: the patterns that Outlook knows (Graph: recurrencePattern, recurrenceRange).

Neutral: dates are those of the series' own zone, weekdays count from Monday as 0. What is moved or cancelled within a
series is addressed by the date on which it would have begun (R63).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Pattern(StrEnum):
    """The six ways of repeating."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    """On a day of the month; one that a month does not have falls on its last day."""
    MONTHLY_WEEKDAY = "monthly-weekday"
    """On the first, second, third, fourth or last of some weekdays."""
    YEARLY = "yearly"
    YEARLY_WEEKDAY = "yearly-weekday"


LAST = 5
"""The value of `Recurrence.nth` that means the last one of the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule of repetition.

    ``interval``: every so many days, weeks, months or years. ``weekdays``: Monday is 0, in ascending order.
    ``first_weekday``: with what day a week begins, which counts for every other week. ``day``: of the month.
    ``month``: 1 to 12, of the yearly ones. ``nth``: 1 to 4, or `LAST`. ``first``: the date of the first one.
    ``last`` or ``count`` ends it; neither: it has no end.
    """

    pattern: Pattern
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    first_weekday: int = 0
    day: int = 0
    month: int = 0
    nth: int = 0
    first: date
    last: date | None = None
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An occurrence that differs from its series (R63).

    ``original``: the date, in the series' zone, on which it would have begun. The other fields are its own values as
    a whole; times are aware, in UTC.
    """

    original: date
    subject: str
    location: str
    start: datetime
    end: datetime
