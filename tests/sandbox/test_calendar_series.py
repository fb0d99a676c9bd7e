"""Series: the days of every pattern, and when their occurrences are."""

from datetime import UTC, date, datetime

import pytest

from m365_sandbox.calendar_door import EventRefusedError
from m365_sandbox.state import State
from m365_sandbox.store import event_times, series
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject
from tests.sandbox.conftest import ADDRESS

W_EUROPE = "W. Europe Standard Time"


def at(day: str, clock: str = "10:00", zone: str = W_EUROPE) -> JsonObject:
    """A dateTimeTimeZone."""
    return {"dateTime": f"{day}T{clock}:00", "timeZone": zone}


def add(state: State, day: str, pattern: JsonObject, **range_: object) -> Event:
    """A series of an hour at ten in Amsterdam, without an end unless told otherwise."""
    recurrence = {
        "pattern": {"interval": 1, **pattern},
        "range": {"type": "noEnd", "startDate": day, **range_},
    }
    properties = {"subject": "S", "start": at(day), "end": at(day, "11:00"), "recurrence": recurrence}
    return state.add_event(ADDRESS, properties)


def starts(state: State, event: Event, least: str, most: str) -> list[str]:
    """When occurrences begin, in UTC, to the minute."""
    window = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (least, most))
    return [
        event_times.begin(each).strftime("%Y-%m-%d %H:%M") for each in state.events.instances(event, *window)
    ]


@pytest.mark.parametrize(
    ("day", "pattern", "expected"),
    [
        ("2026-01-01", {"type": "daily", "interval": 10}, ["01-01", "01-11", "01-21", "01-31"]),
        (
            "2026-01-01",
            {
                "type": "weekly",
                "interval": 2,
                "daysOfWeek": ["thursday", "sunday"],
                "firstDayOfWeek": "monday",
            },
            ["01-01", "01-04", "01-15", "01-18", "01-29", "02-01"],
        ),
        (
            "2026-01-01",
            {
                "type": "weekly",
                "interval": 2,
                "daysOfWeek": ["thursday", "sunday"],
                "firstDayOfWeek": "sunday",
            },
            ["01-01", "01-11", "01-15", "01-25", "01-29"],
        ),
        ("2026-01-31", {"type": "absoluteMonthly", "dayOfMonth": 31}, ["01-31", "02-28", "03-31"]),
        (
            "2026-01-06",
            {"type": "relativeMonthly", "daysOfWeek": ["tuesday"], "index": "first"},
            ["01-06", "02-03", "03-03"],
        ),
        (
            "2026-01-30",
            {"type": "relativeMonthly", "daysOfWeek": ["monday", "friday"], "index": "last"},
            ["01-30", "02-27", "03-30"],
        ),
        ("2026-02-28", {"type": "absoluteYearly", "dayOfMonth": 28, "month": 2}, ["02-28"]),
        (
            "2026-03-29",
            {"type": "relativeYearly", "daysOfWeek": ["sunday"], "month": 3, "index": "last"},
            ["03-29"],
        ),
    ],
)
def test_every_pattern_has_its_days(state: State, day: str, pattern: JsonObject, expected: list[str]) -> None:
    """Graph: recurrencePattern: days of a quarter."""
    event = add(state, day, pattern)
    found = [each[5:10] for each in starts(state, event, "2026-01-01", "2026-04-01")]
    assert found[: len(expected)] == expected
    assert [each for each in found if each <= expected[-1]] == expected


def test_ranges_end_where_they_say(state: State) -> None:
    """Graph: recurrenceRange: a number of occurrences, a last day that counts, or no end."""
    daily = {"type": "daily"}
    numbered = add(state, "2026-01-01", daily, type="numbered", numberOfOccurrences=3)
    dated = add(state, "2026-01-01", daily, type="endDate", endDate="2026-01-04")
    endless = add(state, "2026-01-01", daily)
    whole = ("2025-01-01", "2029-01-01")
    assert (len(starts(state, numbered, *whole)), len(starts(state, dated, *whole))) == (3, 4)
    far = add(state, "2026-01-01", {"type": "daily", "interval": 3}, type="endDate", endDate="9990-01-01")
    assert (dated.ends, far.ends[:10], endless.ends[:4]) == ("2026-01-04T10:00:00", "9990-01-01", "9999")
    assert starts(state, endless, "2400-02-28", "2400-03-01")[-1] == "2400-02-29 09:00"


def test_a_series_keeps_its_time_on_the_wall(state: State) -> None:
    """Ten o'clock in Amsterdam is nine in winter and eight in summer, by UTC."""
    event = add(state, "2026-03-28", {"type": "daily"})
    assert starts(state, event, "2026-03-28", "2026-03-30") == ["2026-03-28 09:00", "2026-03-29 08:00"]


def test_a_later_first_day_moves_the_start(state: State) -> None:
    """A start that the pattern does not have becomes the first day that it has."""
    event = add(state, "2026-01-01", {"type": "weekly", "daysOfWeek": ["monday"], "firstDayOfWeek": "monday"})
    assert event.properties["start"]["dateTime"][:10] == "2026-01-05"
    assert event.properties["recurrence"]["range"]["startDate"] == "2026-01-05"


def test_a_day_is_cancelled_and_another_changed(state: State) -> None:
    """An exception keeps its id; a cancelled day is gone; the rest stays."""
    event = add(state, "2026-01-01", {"type": "daily"}, type="numbered", numberOfOccurrences=4)
    second = state.occurrence(ADDRESS, event, date(2026, 1, 2))
    changed = state.update_event(
        ADDRESS, second, {"start": at("2026-01-02", "15:00"), "end": at("2026-01-02", "16:00")}
    )
    assert (changed.kind, changed.id, changed.properties["subject"]) == ("exception", second.id, "S")
    state.remove_event(ADDRESS, event, date(2026, 1, 3))
    assert starts(state, event, "2026-01-01", "2026-02-01") == [
        "2026-01-01 09:00",
        "2026-01-02 14:00",
        "2026-01-04 09:00",
    ]
    assert len({each.uid for each in state.events.instances(event, *_JANUARY)} | {event.uid}) == 4


def test_a_new_time_of_the_series_loses_its_exceptions(state: State) -> None:
    """As in Outlook: other occurrences, so what was changed and cancelled is forgotten; a new subject changes all."""
    event = add(state, "2026-01-01", {"type": "daily"}, type="numbered", numberOfOccurrences=3)
    state.update_event(ADDRESS, state.occurrence(ADDRESS, event, date(2026, 1, 2)), {"subject": "Other"})
    state.remove_event(ADDRESS, event, date(2026, 1, 3))
    event = state.update_event(ADDRESS, event, {"subject": "New"})
    assert [each.properties["subject"] for each in state.events.instances(event, *_JANUARY)] == [
        "New",
        "Other",
    ]
    event = state.update_event(ADDRESS, event, {"start": at("2026-01-01", "09:00")})
    assert [each.properties["subject"] for each in state.events.instances(event, *_JANUARY)] == ["New"] * 3


def test_an_occurrence_does_not_pass_its_neighbour(state: State) -> None:
    """Graph: Update event: ErrorOccurrenceCrossingBoundary."""
    event = add(state, "2026-01-01", {"type": "daily", "interval": 2})
    third = state.occurrence(ADDRESS, event, date(2026, 1, 3))
    moved = state.update_event(ADDRESS, third, {"start": at("2026-01-04"), "end": at("2026-01-04", "11:00")})
    for day in ("2026-01-05", "2026-01-01"):
        with pytest.raises(EventRefusedError) as refusal:
            state.update_event(ADDRESS, moved, {"start": at(day), "end": at(day, "11:00")})
        assert refusal.value.code == "ErrorOccurrenceCrossingBoundary"


_JANUARY = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


def test_long_ranges_are_found_from_their_end() -> None:
    """The last day of a range that ends far away is the same as by counting all of them."""
    range_ = {"type": "endDate", "startDate": "2020-01-15", "endDate": "2061-03-01"}
    for pattern in (
        {"type": "absoluteMonthly", "interval": 7, "dayOfMonth": 31},
        {"type": "absoluteYearly", "interval": 4, "dayOfMonth": 29, "month": 2},
        {"type": "weekly", "interval": 5, "daysOfWeek": ["sunday", "tuesday"], "firstDayOfWeek": "tuesday"},
    ):
        recurrence: JsonObject = {"pattern": pattern, "range": range_}
        assert series.last_day(recurrence) == list(series.days(recurrence))[-1]
