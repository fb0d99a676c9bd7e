"""Days of tasks do not shift, whoever wrote them and wherever the user lives."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.mailbox.graph.task_dates import (
    DateTimeZone,
    NotADate,
    day_json,
    moment_json,
    read_day,
    read_moment,
    zone_of,
)

ZONES = ("Europe/Amsterdam", "Pacific/Auckland", "America/New_York", "Asia/Kolkata", "Pacific/Honolulu")
DAYS = (date(2026, 11, 10), date(2026, 7, 10), date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29))


def in_utc(moment: datetime) -> DateTimeZone:
    """A moment as the service writes it."""
    clock = moment.astimezone(UTC).replace(tzinfo=None)
    return DateTimeZone(f"{clock.isoformat(timespec='seconds')}.0000000", "UTC")


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("home", ZONES)
class TestTheDayThatIsMeant:
    """R52: a date, no time zone shift."""

    def test_written_by_outlook_and_answered_in_utc(self, home: str, day: date) -> None:
        """R52: midnight of the user's zone is that day."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(home))
        assert read_day(in_utc(midnight), zone_of(home)) == day

    def test_written_by_us_and_answered_in_utc(self, home: str, day: date) -> None:
        """R52: midnight of UTC is that day, also where it is still the day before."""
        written = day_json(day)
        assert written is not None
        assert read_day(DateTimeZone(written["dateTime"], written["timeZone"]), zone_of(home)) == day

    @pytest.mark.parametrize("writer", ["", "UTC", "Europe/Amsterdam", "Asia/Kolkata"])
    def test_answered_in_the_users_zone(self, home: str, day: date, writer: str) -> None:
        """R52: the same where the service answers in the user's zone, whoever wrote it ("": the user)."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(writer or home))
        clock = midnight.astimezone(ZoneInfo(home)).replace(tzinfo=None)
        assert read_day(DateTimeZone(clock.isoformat(), home), zone_of(home)) == day

    def test_answered_as_a_floating_day(self, home: str, day: date) -> None:
        """R52: a service that keeps the day alone says it in whatever zone was asked for."""
        assert read_day(DateTimeZone(f"{day}T00:00:00", home), zone_of("Europe/Amsterdam")) == day
        assert read_day(DateTimeZone(f"{day}T00:00:00", "UTC"), zone_of(home)) == day


def test_names_of_windows_are_zones_too() -> None:
    """R52: Outlook's own names are understood, for the user's zone as well as in an answer."""
    assert zone_of("New Zealand Standard Time").utcoffset(datetime(2026, 1, 1)) == timedelta(hours=13)
    midnight = DateTimeZone("2026-11-10T00:00:00.0000000", "New Zealand Standard Time")
    assert read_day(midnight, zone_of("Europe/Amsterdam")) == date(2026, 11, 10)
    reminder = DateTimeZone("2026-11-10T09:30:00", "W. Europe Standard Time")
    assert read_moment(reminder) == datetime(2026, 11, 10, 8, 30, tzinfo=UTC)


def test_a_user_who_has_moved_keeps_the_days() -> None:
    """R52: what was written in Amsterdam is the same day in New York."""
    assert read_day(DateTimeZone("2026-11-09T23:00:00", "UTC"), zone_of("America/New_York")).day == 10
    assert read_day(DateTimeZone("2026-11-10T05:00:00", "UTC"), zone_of("Europe/Amsterdam")).day == 10


def test_a_moment_is_the_users_day() -> None:
    """R52: a completion that tells the time is of the day on which the user completed it."""
    moment = DateTimeZone("2026-11-10T14:23:11.1234567", "UTC")
    assert read_day(moment, zone_of("Europe/Amsterdam")) == date(2026, 11, 10)
    assert read_day(moment, zone_of("Pacific/Auckland")) == date(2026, 11, 11)


def test_a_midnight_that_the_clock_jumped_over_is_its_day() -> None:
    """R52: where summer time begins at midnight, that day begins at one."""
    cairo = zone_of("Africa/Cairo")
    assert datetime(2026, 4, 24, 1, tzinfo=cairo).astimezone(UTC).hour == 22
    assert read_day(DateTimeZone("2026-04-23T22:00:00", "UTC"), cairo) == date(2026, 4, 24)


@pytest.mark.parametrize("home", ZONES)
@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)], ids=str)
def test_the_first_and_the_last_day_of_the_calendar_are_days(home: str, day: date) -> None:
    """R52: year 1 and year 9999 break nothing."""
    assert read_day(DateTimeZone(f"{day}T00:00:00.0000000", "UTC"), zone_of(home)) == day
    assert read_day(DateTimeZone(f"{day}T00:00:00.0000000", home), zone_of(home)) == day


def test_past_the_last_day_nothing_breaks() -> None:
    """R52: there is no day after it."""
    assert read_day(DateTimeZone("9999-12-31T22:00:00", "UTC"), UTC) == date(9999, 12, 31)
    with pytest.raises(NotADate):
        read_moment(DateTimeZone("9999-12-31T22:00:00", "America/New_York"))


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01T00:00:00", "2026-02-30", "2026-11-10T25:00:00", "٢٠٢٦-11-10"]
)
def test_what_is_no_day_says_so(text: str) -> None:
    """R52: an odd text is never taken for some day."""
    with pytest.raises(NotADate):
        read_day(DateTimeZone(text, "UTC"), UTC)


def test_a_zone_that_nobody_knows() -> None:
    """R52: the day is what its clock shows; a moment cannot be told."""
    odd = DateTimeZone("2026-11-10T23:00:00", "tzone://Microsoft/Custom")
    assert read_day(odd, zone_of("Europe/Amsterdam")) == date(2026, 11, 10)
    with pytest.raises(NotADate):
        read_moment(odd)
    assert zone_of("Mars/Olympus") is UTC
    assert zone_of("../../etc/passwd") is UTC


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)),
    st.integers(-11 * 4, 12 * 4 - 1),
)
def test_any_midnight_of_the_users_zone_is_its_day(moment: datetime, quarters: int) -> None:
    """R52: whatever the zone."""
    home = timezone(timedelta(minutes=15 * quarters))
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=home)
    assert read_day(in_utc(midnight), home) == moment.date()
    assert read_day(in_utc(midnight.replace(tzinfo=UTC)), home) == moment.date()


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_goes_both_ways(moment: datetime) -> None:
    """R52: a reminder keeps its minute."""
    written = moment_json(moment)
    assert written is not None
    assert read_moment(DateTimeZone(written["dateTime"], written["timeZone"])) == moment.replace(
        second=0, microsecond=0
    )
