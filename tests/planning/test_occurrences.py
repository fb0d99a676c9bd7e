"""When a series happens."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from crmcorner.items.records import Appointment
from crmcorner.items.recurrence import LAST, Moved, Pattern, Recurrence
from crmcorner.items.series import dates
from crmcorner.planning.occurrences import occurrences

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = date(2026, 10, 19)


def first_ones(rule: Recurrence, number: int = 4) -> list[str]:
    """Return the first dates of a rule."""
    return [day.isoformat() for day in islice(dates(rule), number)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            Recurrence(pattern=Pattern.DAILY, interval=2, first=MONDAY),
            ["2026-10-19", "2026-10-21", "2026-10-23", "2026-10-25"],
        ),
        (
            Recurrence(pattern=Pattern.WEEKLY, weekdays=(0, 3), first=MONDAY),
            ["2026-10-19", "2026-10-22", "2026-10-26", "2026-10-29"],
        ),
        (
            Recurrence(pattern=Pattern.WEEKLY, interval=2, weekdays=(6, 0), first_weekday=6, first=MONDAY),
            ["2026-10-19", "2026-11-01", "2026-11-02", "2026-11-15"],
        ),
        (
            Recurrence(pattern=Pattern.WEEKLY, interval=2, weekdays=(6, 0), first_weekday=0, first=MONDAY),
            ["2026-10-19", "2026-10-25", "2026-11-02", "2026-11-08"],
        ),
        (
            Recurrence(pattern=Pattern.MONTHLY, day=31, first=date(2026, 1, 31)),
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
        ),
        (
            Recurrence(pattern=Pattern.MONTHLY_WEEKDAY, weekdays=(4,), nth=LAST, first=date(2026, 1, 1)),
            ["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24"],
        ),
        (
            Recurrence(
                pattern=Pattern.MONTHLY_WEEKDAY, weekdays=(0, 1, 2, 3, 4), nth=1, first=date(2026, 8, 1)
            ),
            ["2026-08-03", "2026-09-01", "2026-10-01", "2026-11-02"],
        ),
        (
            Recurrence(pattern=Pattern.YEARLY, day=29, month=2, first=date(2024, 2, 29)),
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"],
        ),
        (
            Recurrence(
                pattern=Pattern.YEARLY_WEEKDAY, weekdays=(3,), nth=4, month=11, first=date(2026, 1, 1)
            ),
            ["2026-11-26", "2027-11-25", "2028-11-23", "2029-11-22"],
        ),
        (Recurrence(pattern=Pattern.DAILY, first=MONDAY, count=2), ["2026-10-19", "2026-10-20"]),
        (Recurrence(pattern=Pattern.DAILY, first=MONDAY, last=MONDAY), ["2026-10-19"]),
        (Recurrence(pattern=Pattern.DAILY, first=date(9999, 12, 30)), ["9999-12-30", "9999-12-31"]),
    ],
)
def test_every_pattern_gives_its_dates(rule: Recurrence, expected: list[str]) -> None:
    """R63: the six patterns and three ends that Outlook knows."""
    assert first_ones(rule) == expected


def a_series(**more: object) -> Appointment:
    """Return a meeting of nine o'clock in Amsterdam, each Monday from before to after the clock is put back."""
    start = datetime(2026, 10, 19, 9, tzinfo=AMSTERDAM).astimezone(UTC)
    series = Appointment(
        subject="Weekstart",
        start=start,
        end=start + timedelta(minutes=30),
        zone="Europe/Amsterdam",
        recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(0,), first=MONDAY),
    )
    return replace(series, **more)  # type: ignore[arg-type] # of a test's own words


def local(series: Appointment, weeks: int = 4) -> list[str]:
    """Return when it happens by the clock of Amsterdam."""
    begin = datetime(2026, 10, 1, tzinfo=UTC)
    found = occurrences(series, begin, begin + timedelta(weeks=weeks + 2, days=4))
    return [each.start.astimezone(AMSTERDAM).strftime("%m-%d %H:%M") for each in found]


def test_a_series_keeps_its_wall_clock() -> None:
    """R63: nine o'clock stays nine o'clock when the clock is put back."""
    assert local(a_series()) == ["10-19 09:00", "10-26 09:00", "11-02 09:00", "11-09 09:00"]


def test_what_is_cancelled_is_missing_and_what_is_moved_is_elsewhere() -> None:
    """R63: both by the date on which it would have been."""
    moved = Moved(
        original=date(2026, 10, 26),
        subject="Op dinsdag",
        location="",
        start=datetime(2026, 10, 27, 10, tzinfo=UTC),
        end=datetime(2026, 10, 27, 11, tzinfo=UTC),
    )
    series = a_series(cancelled=(date(2026, 11, 2),), moved=(moved,))
    assert local(series) == ["10-19 09:00", "10-27 11:00", "11-09 09:00"]


def test_only_what_happens_between_is_told() -> None:
    """R71: what ends as the day begins is not of that day; what lasts over it is."""
    visit = Appointment(
        start=datetime(2026, 11, 1, 22, tzinfo=UTC), end=datetime(2026, 11, 2, 0, tzinfo=UTC), zone="UTC"
    )
    day = datetime(2026, 11, 2, tzinfo=UTC)
    assert occurrences(visit, day, day + timedelta(days=1)) == []
    longer = replace(visit, end=datetime(2026, 11, 2, 1, tzinfo=UTC))
    assert len(occurrences(longer, day, day + timedelta(days=1))) == 1


def test_an_unknown_zone_counts_as_utc() -> None:
    """R63: a zone that nobody knows breaks no page."""
    assert local(a_series(zone="tzone://Microsoft/Custom"))[0] == "10-19 09:00"


@pytest.mark.parametrize("since", [date.min, date(2026, 1, 1), date(2027, 2, 28), date(2031, 12, 31)])
@pytest.mark.parametrize("interval", [1, 2, 5])
@pytest.mark.parametrize(
    "rule",
    [
        Recurrence(pattern=Pattern.DAILY, first=MONDAY),
        Recurrence(pattern=Pattern.WEEKLY, weekdays=(0, 6), first_weekday=6, first=MONDAY),
        Recurrence(pattern=Pattern.WEEKLY, weekdays=(2, 4), first_weekday=3, first=MONDAY, count=100),
        Recurrence(pattern=Pattern.MONTHLY, day=31, first=MONDAY),
        Recurrence(pattern=Pattern.MONTHLY_WEEKDAY, weekdays=(1,), nth=LAST, first=MONDAY),
        Recurrence(pattern=Pattern.YEARLY, day=30, month=1, first=MONDAY),
        Recurrence(pattern=Pattern.YEARLY, day=30, month=12, first=MONDAY),
        Recurrence(pattern=Pattern.YEARLY_WEEKDAY, weekdays=(3,), nth=4, month=9, first=date(1604, 12, 1)),
        Recurrence(pattern=Pattern.DAILY, first=MONDAY, last=date(2027, 6, 1)),
    ],
)
def test_going_past_the_early_ones_leaves_the_others_as_they_are(
    rule: Recurrence, interval: int, since: date
) -> None:
    """R63: a series that began long ago gives the same dates, without going through all of them."""
    series = replace(rule, interval=interval)
    expected = [day for day in islice(dates(series), 3000) if day >= since][:20]
    assert list(islice(dates(series, since), 20)) == expected


def test_a_repetition_by_nothing_ends_no_page() -> None:
    """R63: one that was stored before such were refused goes on day by day."""
    rule = Recurrence(pattern=Pattern.DAILY, interval=0, first=MONDAY)
    assert first_ones(rule, 2) == ["2026-10-19", "2026-10-20"]


def test_nine_oclock_in_spring_and_in_another_zone() -> None:
    """R63: the series' own zone counts, which changes its clock on another day."""
    start = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    series = a_series(
        start=start,
        end=start + timedelta(hours=1),
        zone="America/New_York",
        recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(0,), first=date(2026, 3, 2)),
    )
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    found = occurrences(series, begin, begin + timedelta(days=31))
    assert [each.start.astimezone(AMSTERDAM).strftime("%m-%d %H:%M") for each in found] == [
        "03-02 15:00",
        "03-09 14:00",
        "03-16 14:00",
        "03-23 14:00",
        "03-30 15:00",
    ]


def test_an_hour_that_does_not_exist_is_not_lost() -> None:
    """R63: half past two in the night in which the clock goes forward."""
    start = datetime(2026, 3, 28, 2, 30, tzinfo=AMSTERDAM).astimezone(UTC)
    series = a_series(
        start=start,
        end=start + timedelta(hours=1),
        recurrence=Recurrence(pattern=Pattern.DAILY, first=date(2026, 3, 28), count=3),
    )
    begin = datetime(2026, 3, 27, tzinfo=UTC)
    found = occurrences(series, begin, begin + timedelta(days=5))
    assert [each.original for each in found] == [date(2026, 3, day) for day in (28, 29, 30)]
    assert [each.end - each.start for each in found] == [timedelta(hours=1)] * 3


def test_whole_days_of_a_series_know_no_zone() -> None:
    """R63: a birthday stays on its day, also from before 1700 and through the change of clocks."""
    series = Appointment(
        subject="Jarig",
        start=datetime(1604, 10, 25, tzinfo=UTC),
        end=datetime(1604, 10, 26, tzinfo=UTC),
        all_day=True,
        zone="Europe/Amsterdam",
        recurrence=Recurrence(pattern=Pattern.YEARLY, day=25, month=10, first=date(1604, 10, 25)),
    )
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    found = occurrences(series, begin, begin + timedelta(days=730))
    assert [each.start for each in found] == [datetime(year, 10, 25, tzinfo=UTC) for year in (2025, 2026)]


def test_one_that_lasts_long_is_seen_while_it_lasts() -> None:
    """R63: of a series too: what began weeks ago still takes this day."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    series = a_series(
        start=start,
        end=start + timedelta(days=40),
        zone="UTC",
        recurrence=Recurrence(pattern=Pattern.YEARLY, day=1, month=1, first=start.date()),
    )
    day = datetime(2028, 2, 9, tzinfo=UTC)
    (found,) = occurrences(series, day, day + timedelta(days=1))
    assert found.original == date(2028, 1, 1)
    assert occurrences(series, day + timedelta(days=2), day + timedelta(days=3)) == []


def test_twenty_years_at_once() -> None:
    """R63: an appointment of twenty years is one, and a series of such breaks nothing."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    long = a_series(start=begin, end=begin + timedelta(days=365 * 2000), zone="UTC")
    assert len(occurrences(replace(long, recurrence=None), begin, begin + timedelta(days=1))) == 1
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert occurrences(long, later, later + timedelta(days=1))
