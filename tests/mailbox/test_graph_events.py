"""The Graph connector carries appointments: on the sandbox, under every reading that concerns events."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from crmcorner.items.changes import Create, Delete, Refusal, Refused, Removed, Stored, Update, Upserted
from crmcorner.items.records import Appointment, Kind, ShowAs, of_type
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.mailbox.errors import CursorExpired
from crmcorner.mailbox.graph.event_reading import GraphEvent, upserted
from crmcorner.mailbox.protocol import Window
from m365_sandbox.store.event_records import Event
from tests.mailbox.graph_world import ADDRESS, GraphWorld, graph_world

WINDOW = Window(first=date(2026, 11, 16), last=date(2026, 12, 24), zone="Europe/Amsterdam")
READINGS: tuple[dict[str, Any], ...] = (
    {},
    {"all_day_in_other_zone": "stays"},
    {"private_mark": "apart"},
    {"link_fields": "dropped"},
    {"repeated_transaction": "conflict"},
    {"if_match": "ignored"},
    {"occurrence_removal": "told"},
    {"calendar_delta_select": "ignored"},
    {"view_expand": "refused"},
    {"delta_page": 2},
    {"both_id_forms": False},
    {"conflict_code": "resourceModified"},
)
VISIT = Appointment(
    subject="Bezoek aan café Ōtani 🎉",
    note="Eerste regel\nTweede & derde <regel>",
    location="Haarlem",
    start=datetime(2026, 11, 25, 9, tzinfo=UTC),
    end=datetime(2026, 11, 25, 10, 30, tzinfo=UTC),
    zone="Europe/Amsterdam",
    show_as=ShowAs.TENTATIVE,
    reminder=30,
    categories=("Golf", "Rood"),
    contacts=("Jan van der Berg", "Smit B.V."),
)


@pytest.fixture(params=READINGS, ids=str)
def world(request: pytest.FixtureRequest) -> Iterator[GraphWorld]:
    """Anna's mailbox under one reading of the open points."""
    with graph_world(**request.param) as found:
        if request.param.get("if_match") == "ignored":
            found.mailbox = found.connect(read_before_write=True)
        yield found


@pytest.fixture
def plain() -> Iterator[GraphWorld]:
    """Anna's mailbox under the readings that are most likely."""
    with graph_world() as found:
        yield found


def everything(world: GraphWorld, since: str | None = None) -> tuple[dict[str, Upserted | None], str]:
    """Read a round; return what it told last of each item (None: reported gone), and the cursor."""
    found: dict[str, Upserted | None] = {}
    cursor = since or ""
    for page in world.mailbox.changes(Kind.CALENDAR, since, WINDOW):
        for change in page.changes:
            found[change.item_id] = None if isinstance(change, Removed) else change
        cursor = page.cursor
    return found, cursor


def make(world: GraphWorld, content: Appointment, stamp: str = "stamp-1") -> Upserted:
    """Make an appointment; return it as the server keeps it."""
    (result,) = world.mailbox.apply(Kind.CALENDAR, [Create(content=content, categories=(), stamp=stamp)])
    assert isinstance(result, Stored), result
    assert result.item is not None
    return result.item


def change(world: GraphWorld, item: Upserted, **values: Any) -> Stored | Refused:
    """Change fields of an item that was seen."""
    content = replace(of_type(item.content, Appointment), **values)
    write = Update(
        item_id=item.item_id,
        version=item.version,
        fields=frozenset(values),
        content=content,
        categories=None,
        stamp="stamp-2",
    )
    (result,) = world.mailbox.apply(Kind.CALENDAR, [write])
    return result


def told(item: Upserted | None) -> Appointment:
    """Return what an item says, without what only the server knows."""
    assert item is not None
    return replace(of_type(item.content, Appointment), uid="")


def user_adds(world: GraphWorld, **properties: Any) -> Event:
    """Let the user make an event in Outlook."""
    body = {
        "subject": "Van Anna",
        "start": {"dateTime": "2026-11-25T10:00:00", "timeZone": "W. Europe Standard Time"},
        "end": {"dateTime": "2026-11-25T11:00:00", "timeZone": "W. Europe Standard Time"},
    }
    return world.state.add_event(ADDRESS, body | properties)


def test_what_we_make_comes_back_once_and_equal(world: GraphWorld) -> None:
    """R60, R62, R63: with its zone, note, people and categories; the run after tells nothing new."""
    item = make(world, VISIT)
    kept = VISIT if world.state.readings.link_fields == "kept" else replace(VISIT, contacts=())
    assert told(item) == kept
    found, cursor = everything(world)
    assert told(found[item.item_id]) == told(item)
    assert (found[item.item_id] or item).version == item.version
    assert everything(world, cursor)[0] == {}


def test_a_change_of_named_fields_changes_no_others(world: GraphWorld) -> None:
    """R18, R20: importance, attendees' answers and another program's properties stay."""
    event = user_adds(world, importance="high", location={"displayName": "Kantoor"})
    found, _cursor = everything(world)
    item = found[event.immutable_id]
    assert item is not None
    result = change(world, item, subject="Nieuw", private=True, reminder=None)
    assert isinstance(result, Stored)
    after = of_type(world.mailbox.fetch(Kind.CALENDAR, [item.item_id])[item.item_id].content, Appointment)
    assert (after.subject, after.private, after.reminder, after.location) == ("Nieuw", True, None, "Kantoor")
    kept = world.state.events.find(1, event.immutable_id)
    assert kept is not None
    assert kept.properties["importance"] == "high"


def test_an_older_version_is_refused(world: GraphWorld) -> None:
    """R17: an edit that the user made in between is not overwritten."""
    event = user_adds(world)
    item = everything(world)[0][event.immutable_id]
    assert item is not None
    world.state.update_event(ADDRESS, event, {"subject": "Anna was eerder"})
    result = change(world, item, subject="Wij ook")
    assert isinstance(result, Refused)
    assert result.why is Refusal.CHANGED_MEANWHILE


def test_deleted_is_gone_and_can_be_restored(world: GraphWorld) -> None:
    """R64: to Deleted Items, reported gone, and not found by name."""
    item = make(world, VISIT)
    cursor = everything(world)[1]
    (result,) = world.mailbox.apply(Kind.CALENDAR, [Delete(item_id=item.item_id, version=item.version)])
    assert isinstance(result, Stored)
    assert everything(world, cursor)[0] == {item.item_id: None}
    assert world.mailbox.fetch(Kind.CALENDAR, [item.item_id]) == {}
    assert world.state.events.find(1, item.item_id) is not None


@pytest.mark.parametrize(
    ("zone", "month"),
    [
        ("Europe/Amsterdam", 7),
        ("Europe/Amsterdam", 12),
        ("America/New_York", 11),
        ("Pacific/Auckland", 12),
        ("Asia/Kolkata", 12),
        ("UTC", 12),
    ],
)
def test_times_are_the_same_moments_in_every_zone(plain: GraphWorld, zone: str, month: int) -> None:
    """R63: winter and summer, east and west, half hours."""
    visit = replace(
        VISIT,
        zone=zone,
        start=datetime(2026, month, 10, 23, 30, tzinfo=UTC),
        end=datetime(2026, month, 11, 0, 15, tzinfo=UTC),
    )
    assert told(make(plain, visit)) == visit


@pytest.mark.parametrize(
    "zone", ["W. Europe Standard Time", "New Zealand Standard Time", "Eastern Standard Time", "UTC"]
)
def test_a_whole_day_stays_on_its_day(world: GraphWorld, zone: str) -> None:
    """R63: whatever the zone in which it was made; and one of ours too."""
    event = user_adds(
        world,
        isAllDay=True,
        start={"dateTime": "2026-11-24T00:00:00", "timeZone": zone},
        end={"dateTime": "2026-11-26T00:00:00", "timeZone": zone},
    )
    theirs = told(everything(world)[0][event.immutable_id])
    days = (datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC))
    assert (theirs.start, theirs.end, theirs.all_day) == (*days, True)
    ours = told(make(world, replace(VISIT, all_day=True, start=days[0], end=days[1], zone="")))
    assert (ours.start, ours.end, ours.all_day) == (*days, True)


def a_series(world: GraphWorld) -> Event:
    """Let the user make a series of Wednesdays, one of them cancelled and one moved."""
    pattern = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["wednesday"], "firstDayOfWeek": "monday"},
        "range": {"type": "noEnd", "startDate": "2026-11-25"},
    }
    series = user_adds(world, subject="Weekstart", recurrence=pattern)
    second = world.state.occurrence(ADDRESS, series, date(2026, 12, 2))
    world.state.update_event(
        ADDRESS,
        second,
        {
            "subject": "Op donderdag",
            "start": {"dateTime": "2026-12-03T12:00:00", "timeZone": "W. Europe Standard Time"},
            "end": {"dateTime": "2026-12-03T13:00:00", "timeZone": "W. Europe Standard Time"},
        },
    )
    world.state.remove_event(ADDRESS, series, date(2026, 12, 9))
    return series


def test_a_series_is_one_item_with_what_was_moved_and_cancelled(world: GraphWorld) -> None:
    """R63: by the days on which they would have been."""
    series = a_series(world)
    found = {item_id: item for item_id, item in everything(world)[0].items() if item is not None}
    assert set(found) == {series.immutable_id}
    content = told(found[series.immutable_id])
    assert content.recurrence == Recurrence(
        pattern=Pattern.WEEKLY, weekdays=(2,), first_weekday=0, first=date(2026, 11, 25)
    )
    assert content.cancelled == (date(2026, 12, 9),)
    assert content.moved == (
        Moved(
            original=date(2026, 12, 2),
            subject="Op donderdag",
            location="",
            start=datetime(2026, 12, 3, 11, tzinfo=UTC),
            end=datetime(2026, 12, 3, 12, tzinfo=UTC),
        ),
    )


def test_an_occurrence_that_is_cancelled_later_is_noticed(world: GraphWorld) -> None:
    """R63: whether or not the delta tells of the occurrence itself, its series comes again."""
    series = a_series(world)
    cursor = everything(world)[1]
    world.state.remove_event(ADDRESS, series, date(2026, 12, 16))
    content = told(everything(world, cursor)[0][series.immutable_id])
    assert content.cancelled == (date(2026, 12, 9), date(2026, 12, 16))


def test_a_change_of_a_series_flattens_nothing(world: GraphWorld) -> None:
    """R63: its subject changes, its exceptions stay."""
    series = a_series(world)
    item = world.mailbox.fetch(Kind.CALENDAR, [series.immutable_id])[series.immutable_id]
    assert isinstance(change(world, item, subject="Ander onderwerp"), Stored)
    after = world.mailbox.fetch(Kind.CALENDAR, [series.immutable_id])[series.immutable_id]
    assert told(after) == replace(told(item), subject="Ander onderwerp")


def test_what_lies_outside_the_window_is_not_told(world: GraphWorld) -> None:
    """R60: nor a series that ended before it; what moves out is reported gone, and found by name (R84)."""
    later = {"dateTime": "2027-03-01T10:00:00", "timeZone": "UTC"}
    user_adds(world, start=later, end={"dateTime": "2027-03-01T11:00:00", "timeZone": "UTC"})
    event = user_adds(world)
    found, cursor = everything(world)
    assert set(found) == {event.immutable_id}
    end = {"dateTime": "2027-03-01T11:00:00", "timeZone": "UTC"}
    world.state.update_event(ADDRESS, event, {"start": later, "end": end})
    assert everything(world, cursor)[0].get(event.immutable_id) is None
    there = world.mailbox.fetch(Kind.CALENDAR, [event.immutable_id])
    assert told(there[event.immutable_id]).start == datetime(2027, 3, 1, 10, tzinfo=UTC)


def test_another_window_begins_anew(world: GraphWorld) -> None:
    """R60: the days go on, and a cursor of yesterday's window has expired."""
    cursor = everything(world)[1]
    tomorrow = replace(WINDOW, last=WINDOW.last + timedelta(days=1))
    with pytest.raises(CursorExpired):
        list(world.mailbox.changes(Kind.CALENDAR, cursor, tomorrow))


def test_a_lost_answer_is_found_by_its_mark(world: GraphWorld) -> None:
    """R17: the event is there once, and bears the stamp; a mark that nothing bears finds nothing."""
    item = make(world, VISIT, stamp="lost")
    user_adds(world)
    found = world.mailbox.created(Kind.CALENDAR, ["lost", "never-sent"])
    assert {stamp: stored.item_id for stamp, stored in found.items()} == {"lost": item.item_id}


def test_twenty_writes_of_which_one_is_bad(world: GraphWorld) -> None:
    """R16: the others are done."""
    writes = [
        Create(content=replace(VISIT, subject=f"Nr {number}"), categories=(), stamp=f"s{number}")
        for number in range(20)
    ]
    assert VISIT.start is not None
    writes[7] = replace(writes[7], content=replace(VISIT, end=VISIT.start - timedelta(hours=1)))
    results = world.mailbox.apply(Kind.CALENDAR, writes)
    assert [isinstance(result, Stored) for result in results].count(True) == 19
    assert isinstance(results[7], Refused)


def test_a_meeting_tells_who_is_invited_and_whose_it_is(world: GraphWorld) -> None:
    """R62, R65: attendees without the organiser, the meeting's number, and privacy."""
    event = user_adds(
        world,
        sensitivity="private",
        attendees=[
            {"type": "required", "emailAddress": {"address": "Jan@Berg.example", "name": "Jan"}},
            {"type": "required", "emailAddress": {"address": ADDRESS, "name": "Anna"}},
        ],
    )
    item = everything(world)[0][event.immutable_id]
    assert item is not None
    content = of_type(item.content, Appointment)
    assert [each.email for each in content.attendees] == ["jan@berg.example"]
    assert (content.private, content.organised, content.uid) == (True, True, event.uid)


def test_a_run_without_changes_costs_one_request(plain: GraphWorld) -> None:
    """R11: however many appointments there are."""
    world = plain
    for number in range(5):
        make(world, VISIT, stamp=f"s{number}")
    cursor = everything(world)[1]
    cursor = everything(world, cursor)[1]
    world.sandbox.log.reset()
    everything(world, cursor)
    assert world.sandbox.log.counts()["counted"] == 1


def test_an_occurrence_that_cannot_be_read_is_said_and_not_taken_for_put_back() -> None:
    """R45, R63: what was moved is then unknown, neither taken over nor written."""
    when = {"dateTime": "2026-11-25T09:00:00", "timeZone": "UTC"}
    odd = {
        "id": "e2",
        "start": {"dateTime": "klets", "timeZone": "UTC"},
        "end": when,
        "originalStart": "2026-11-25T09:00:00Z",
    }
    event = msgspec.convert(
        {"id": "e1", "subject": "Reeks", "start": when, "end": when, "exceptionOccurrences": [odd]},
        GraphEvent,
    )
    found = upserted(event)
    assert (of_type(found.content, Appointment).moved, found.unread["moved"].text) == ((), "klets")
