"""Series are written to Outlook with what is moved and cancelled in them, under every reading that concerns events."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crmcorner.items.changes import Refusal, Refused, Stored, Update, Upserted
from crmcorner.items.records import Appointment, Kind
from crmcorner.items.recurrence import LAST, Moved, Pattern, Recurrence
from crmcorner.items.series import as_planned, dates
from m365_sandbox.store.event_records import Event
from tests.mailbox.graph_world import ADDRESS, GraphWorld
from tests.mailbox.test_graph_events import change, make, plain, told, user_adds, world

__all__ = ["plain", "world"]

AMSTERDAM = "Europe/Amsterdam"
FIRST = date(2026, 3, 18)
"""A Wednesday before the clocks go forward; the patterns below reach over that day, and some over October's."""

PATTERNS: dict[str, dict[str, Any]] = {
    "every day": {"pattern": Pattern.DAILY},
    "every third day": {"pattern": Pattern.DAILY, "interval": 3},
    "weekly": {"pattern": Pattern.WEEKLY, "weekdays": (2,)},
    "every other week on Wednesday and Friday": {
        "pattern": Pattern.WEEKLY,
        "interval": 2,
        "weekdays": (2, 4),
        "first_weekday": 6,
    },
    "monthly": {"pattern": Pattern.MONTHLY, "day": 18},
    "third Wednesday": {"pattern": Pattern.MONTHLY_WEEKDAY, "nth": 3, "weekdays": (2,)},
    "last working day but Monday": {
        "pattern": Pattern.MONTHLY_WEEKDAY,
        "nth": LAST,
        "weekdays": (1, 2, 3, 4),
    },
    "yearly": {"pattern": Pattern.YEARLY, "day": 18, "month": 3},
    "third Wednesday of March": {"pattern": Pattern.YEARLY_WEEKDAY, "nth": 3, "weekdays": (2,), "month": 3},
}
ENDS: dict[str, dict[str, Any]] = {
    "endless": {},
    "six times": {"count": 6},
    "until": {"last": date(2029, 12, 31)},
}
ZONES = (AMSTERDAM, "UTC", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe")


def a_series(rule: Recurrence, zone: str = AMSTERDAM, **values: Any) -> Appointment:
    """Return a series of half past nine, in its zone, that begins with the rule's first day."""
    first = next(dates(rule))
    start = datetime(first.year, first.month, first.day, 9, 30, tzinfo=ZoneInfo(zone or "UTC")).astimezone(
        UTC
    )
    made = Appointment(
        subject="Weekstart",
        location="Kamer 1",
        start=start,
        end=start + timedelta(hours=1),
        zone=zone,
        recurrence=replace(rule, first=first),
    )
    return replace(made, **values)


def rule_of(series: Appointment) -> Recurrence:
    """Return how a series repeats."""
    assert series.recurrence is not None
    return series.recurrence


def weekly(**values: Any) -> Appointment:
    """Return a series of Wednesdays without end."""
    return a_series(Recurrence(pattern=Pattern.WEEKLY, weekdays=(2,), first=date(2026, 11, 25)), **values)


def later(series: Appointment, day: date, **by: float) -> Moved:
    """Return an occurrence that is moved by some time."""
    planned = as_planned(series, day)
    return replace(planned, start=planned.start + timedelta(**by), end=planned.end + timedelta(**by))


def again(world: GraphWorld, item: Upserted) -> Upserted:
    """Return an item as it now is."""
    return world.mailbox.fetch(Kind.CALENDAR, [item.item_id])[item.item_id]


def events(world: GraphWorld) -> int:
    """Return how many events and series the calendar has."""
    mailbox = world.state.directory.get(ADDRESS)
    return len(world.state.events.listed(world.state.calendars.default(mailbox.n)))


def of_state(world: GraphWorld, item: Upserted) -> Event:
    """Return an item as Outlook itself has it."""
    return world.state.events.get(world.state.directory.get(ADDRESS).n, item.item_id)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_goes_there_and_back(plain: GraphWorld, name: str, end: str, zone: str) -> None:
    """R63: with its second occurrence cancelled and its third an hour later, over changes of daylight saving time."""
    series = a_series(Recurrence(**PATTERNS[name], **ENDS[end], first=FIRST), zone)
    rule = rule_of(series)
    _first, second, third = islice(dates(rule), 3)
    series = replace(series, cancelled=(second,), moved=(later(series, third, hours=1),))
    made = make(plain, series)
    assert told(made) == series
    assert told(again(plain, made)) == series
    shorter = replace(rule, last=third, count=0)
    done = change(plain, again(plain, made), recurrence=shorter)
    assert isinstance(done, Stored)
    assert told(done.item) == replace(series, recurrence=shorter)


def test_one_occurrence_is_moved_and_one_taken_out(world: GraphWorld) -> None:
    """R63: this one; the others stay, and it is one item still."""
    series = weekly()
    made = make(world, series)
    moved = replace(
        later(series, date(2026, 12, 2), days=1, hours=2), subject="Op donderdag", location="Elders"
    )
    done = change(world, made, moved=(moved,), cancelled=(date(2026, 12, 9),))
    assert isinstance(done, Stored)
    assert told(done.item) == replace(series, moved=(moved,), cancelled=(date(2026, 12, 9),))
    assert events(world) == 1


def test_an_occurrence_is_put_back(world: GraphWorld) -> None:
    """R63: to where and what the series says."""
    series = weekly(moved=(later(weekly(), date(2026, 12, 2), hours=3),))
    done = change(world, make(world, series), moved=())
    assert isinstance(done, Stored)
    assert told(done.item).moved == ()


def test_only_what_differs_of_an_occurrence_is_written(plain: GraphWorld) -> None:
    """R20: its reminder, which the CRM does not know, stays the user's own."""
    series = weekly()
    made = make(plain, series)
    master = of_state(plain, made)
    day = date(2026, 12, 2)
    plain.state.update_event(
        ADDRESS, plain.state.occurrence(ADDRESS, master, day), {"reminderMinutesBeforeStart": 5}
    )
    done = change(plain, again(plain, made), moved=(later(series, day, hours=1),))
    assert isinstance(done, Stored)
    master = of_state(plain, made)
    (exception,) = plain.state.events.exceptions(master)
    assert exception.properties["reminderMinutesBeforeStart"] == 5


def test_an_occurrence_that_differs_in_nothing_we_know_is_no_exception(plain: GraphWorld) -> None:
    """R63: a reminder of its own is Outlook's affair."""
    made = make(plain, weekly())
    master = of_state(plain, made)
    occurrence = plain.state.occurrence(ADDRESS, master, date(2026, 12, 2))
    plain.state.update_event(ADDRESS, occurrence, {"reminderMinutesBeforeStart": 5})
    assert told(again(plain, made)) == weekly()


def test_two_neighbours_may_follow_one_another(world: GraphWorld) -> None:
    """R63: the second makes room for the first, in whatever order they are sent."""
    series = weekly()
    moved = (later(series, date(2026, 12, 2), days=6), later(series, date(2026, 12, 9), days=6))
    done = change(world, make(world, series), moved=moved)
    assert isinstance(done, Stored)
    assert told(done.item).moved == moved


def test_an_occurrence_past_its_neighbour_is_refused_by_itself(world: GraphWorld) -> None:
    """R63 (Graph: ErrorOccurrenceCrossingBoundary): said of the field, and the rest was done."""
    series = weekly()
    made = make(world, series)
    good = later(series, date(2026, 12, 16), hours=1)
    refused = change(world, made, moved=(later(series, date(2026, 12, 2), days=8), good))
    assert isinstance(refused, Refused)
    assert (refused.why, refused.field) == (Refusal.INVALID, "moved")
    assert told(again(world, made)).moved == (good,)


def test_new_times_make_outlook_forget_and_what_is_wanted_is_written_again(world: GraphWorld) -> None:
    """R63: the rule ends earlier; what was moved before that stays moved."""
    moved = later(weekly(), date(2026, 12, 2), hours=3)
    series = weekly(moved=(moved,), cancelled=(date(2026, 12, 9),))
    made = make(world, series)
    done = change(world, made, recurrence=replace(rule_of(series), last=date(2026, 12, 31)))
    assert isinstance(done, Stored)
    assert told(done.item) == replace(series, recurrence=replace(rule_of(series), last=date(2026, 12, 31)))


def test_what_the_service_cannot_do_after_new_times_is_looked_up(plain: GraphWorld) -> None:
    """R17: the series was written, an occurrence was refused: nobody may take it for settled."""
    series = weekly()
    made = make(plain, series)
    rule = replace(rule_of(series), last=date(2026, 12, 31))
    far = later(series, date(2026, 12, 2), days=8)
    refused = change(plain, made, recurrence=rule, moved=(far,))
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.UNKNOWN
    assert told(again(plain, made)) == replace(series, recurrence=rule)


def test_a_series_of_whole_days(world: GraphWorld) -> None:
    """R63: days know no zone; a day is moved and one taken out."""
    days = (datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC))
    series = replace(weekly(), all_day=True, zone="", start=days[0], end=days[1])
    made = make(world, series)
    moved = later(series, date(2026, 12, 2), days=2)
    done = change(world, made, moved=(moved,), cancelled=(date(2026, 12, 9),))
    assert isinstance(done, Stored)
    assert told(done.item) == replace(series, moved=(moved,), cancelled=(date(2026, 12, 9),))


def test_a_single_appointment_becomes_a_series_and_one_again(world: GraphWorld) -> None:
    """R63: the rule comes and goes."""
    single = replace(weekly(), recurrence=None)
    done = change(world, make(world, single), recurrence=weekly().recurrence)
    assert isinstance(done, Stored)
    assert told(done.item) == weekly()
    assert done.item is not None
    back = change(world, done.item, recurrence=None)
    assert isinstance(back, Stored)
    assert told(back.item) == single


def test_a_guest_of_one_occurrence_is_a_guest(plain: GraphWorld) -> None:
    """R85: whoever is invited to one occurrence would be mailed, so the series has attendees."""
    made = make(plain, weekly())
    master = of_state(plain, made)
    guest = {"emailAddress": {"address": "gast@elders.example", "name": "Gast"}, "type": "required"}
    plain.state.update_event(
        ADDRESS, plain.state.occurrence(ADDRESS, master, date(2026, 12, 2)), {"attendees": [guest]}
    )
    assert [each.email for each in told(again(plain, made)).attendees] == ["gast@elders.example"]


def test_a_stale_series_is_refused_before_its_occurrences(world: GraphWorld) -> None:
    """R17, R18: someone changed it meanwhile; nothing of ours is written."""
    made = make(world, weekly())
    master = of_state(world, made)
    world.state.update_event(ADDRESS, master, {"subject": "Van de gebruiker"})
    refused = change(world, made, cancelled=(date(2026, 12, 2),))
    assert isinstance(refused, Refused)
    assert refused.why is Refusal.CHANGED_MEANWHILE
    assert told(again(world, made)).cancelled == ()


def test_a_write_of_a_series_costs_what_it_has_to(plain: GraphWorld) -> None:
    """A single occurrence: the series, its look, the instance, the occurrence, the look at what came of it."""
    made = make(plain, weekly())
    plain.reset()
    change(plain, made, cancelled=(date(2026, 12, 2),))
    assert plain.counts()["counted"] == 5


def test_a_user_s_series_takes_the_crm_s_exceptions(world: GraphWorld) -> None:
    """R63: the other direction: made in Outlook, one occurrence moved from the CRM."""
    pattern = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["wednesday"], "firstDayOfWeek": "monday"},
        "range": {"type": "noEnd", "startDate": "2026-11-25"},
    }
    event = user_adds(world, subject="Van Anna", recurrence=pattern)
    item = world.mailbox.fetch(Kind.CALENDAR, [event.immutable_id])[event.immutable_id]
    moved = later(told(item), date(2026, 12, 2), hours=1)
    write = Update(
        item_id=item.item_id,
        version=item.version,
        fields=frozenset({"moved"}),
        content=replace(told(item), moved=(moved,)),
        categories=None,
        stamp="stamp-9",
    )
    (done,) = world.mailbox.apply(Kind.CALENDAR, [write])
    assert isinstance(done, Stored)
    assert told(done.item).moved == (moved,)
