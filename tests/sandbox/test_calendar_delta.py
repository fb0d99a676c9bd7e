"""calendarView/delta: a frozen window, skeletal occurrences, series that stay together, removals true and false."""

from dataclasses import replace
from datetime import date

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.state import State
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_calendar_series import at
from tests.sandbox.test_contact_delta import follow

START = "/calendarView/delta?startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z"


def add(state: State, subject: str, day: str, **more: object) -> Event:
    """An hour at ten."""
    return state.add_event(ADDRESS, {"subject": subject, "start": at(day), "end": at(day, "11:00"), **more})


def weekly(state: State, day: str, number: int) -> Event:
    """A series of so many weeks on the weekday of its first day."""
    name = date.fromisoformat(day).strftime("%A").lower()
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": [name], "firstDayOfWeek": "monday"}
    range_ = {"type": "numbered", "startDate": day, "numberOfOccurrences": number}
    return add(state, "Reeks", day, recurrence={"pattern": pattern, "range": range_})


def told(items: list[JsonObject]) -> list[str]:
    """What happened, in words: removed, the kind of an instance, or a subject."""
    return [
        "removed"
        if "@removed" in each
        else each.get("subject") or f"{each['type']} {each['start']['dateTime'][8:10]}"
        for each in items
    ]


def test_rounds_give_the_window_then_what_changed(anna: httpx2.Client, state: State) -> None:
    """Graph: event: delta: first all that touches the window, then what was added, changed, removed."""
    add(state, "Ervoor", "2026-10-30")
    first, second = add(state, "A", "2026-11-02"), add(state, "B", "2026-11-03")
    items, link, _ = follow(anna, START)
    assert told(items) == ["A", "B"]
    assert items[0]["@odata.type"] == "#microsoft.graph.event"
    state.update_event(ADDRESS, first, {"subject": "A2"})
    state.remove_event(ADDRESS, second)
    add(state, "C", "2026-11-04")
    add(state, "Erna", "2026-12-04")
    items, after, _ = follow(anna, link)
    assert told(items) == ["A2", "removed", "C"]
    assert items[1] == {
        "@odata.type": "#microsoft.graph.event",
        "id": second.id,
        "@removed": {"reason": "deleted"},
    }
    assert follow(anna, after)[0] == []


def test_occurrences_are_skeletal_and_masters_come_from_outside(anna: httpx2.Client, state: State) -> None:
    """Threads 7632, 22197: of an occurrence only type, ids, start and end; its series with its own first times."""
    series = weekly(state, "2026-10-20", 5)
    items, _, _ = follow(anna, START, Prefer='outlook.timezone="W. Europe Standard Time"')
    assert told(items) == ["Reeks", "occurrence 03", "occurrence 10", "occurrence 17"]
    master, occurrence = items[0], items[1]
    assert (master["type"], master["start"]["dateTime"][:10]) == ("seriesMaster", "2026-10-20")
    assert set(occurrence) == {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}
    assert (occurrence["seriesMasterId"], occurrence["start"]["dateTime"][11:16]) == (series.id, "10:00")
    changed = state.occurrence(ADDRESS, series, date(2026, 11, 10))
    state.update_event(ADDRESS, changed, {"subject": "Anders"})
    assert told(follow(anna, START)[0]) == ["Reeks", "occurrence 03", "Anders", "occurrence 17"]


@pytest.mark.parametrize(("reading", "expected"), [("silent", []), ("told", ["removed"])])
def test_an_occurrence_leaves_without_a_word(
    anna: httpx2.Client, state: State, reading: str, expected: list[str]
) -> None:
    """§4.5: the series comes again and the occurrence is missing; an entry of its own is a reading."""
    state.readings = replace(state.readings, occurrence_removal=reading)  # type: ignore[arg-type]
    series = weekly(state, "2026-11-03", 3)
    _, link, _ = follow(anna, START)
    state.remove_event(ADDRESS, series, date(2026, 11, 10))
    items, _, _ = follow(anna, link)
    assert told(items) == [*expected, "Reeks", "occurrence 03", "occurrence 17"]


def test_what_leaves_the_window_is_reported_removed(anna: httpx2.Client, state: State) -> None:
    """An event moved out of the window is told as removed, though GET still finds it; moved in, it is told."""
    inside, outside = add(state, "In", "2026-11-02"), add(state, "Uit", "2026-12-02")
    _, link, _ = follow(anna, START)
    state.update_event(ADDRESS, inside, {"start": at("2026-12-03"), "end": at("2026-12-03", "11:00")})
    state.update_event(ADDRESS, outside, {"start": at("2026-11-04"), "end": at("2026-11-04", "11:00")})
    items, link, _ = follow(anna, link)
    assert told(items) == ["removed", "Uit"]
    assert anna.get(f"/events/{items[0]['id']}").status_code == 200
    state.update_event(ADDRESS, inside, {"subject": "Ver weg"})
    assert follow(anna, link)[0] == []


def test_false_removals_can_be_ordered(anna: httpx2.Client, state: State, sandbox: Sandbox) -> None:
    """Graph: event: delta: events outside the window that were made, changed or deleted may come as removed."""
    sandbox.faults.mischief = replace(sandbox.faults.mischief, false_removals=True)
    outside, series = add(state, "Uit", "2026-12-02"), weekly(state, "2026-12-03", 2)
    items, link, _ = follow(anna, START)
    assert items == []
    state.update_event(ADDRESS, outside, {"subject": "Uit 2"})
    state.remove_event(ADDRESS, series)
    add(state, "Ook uit", "2026-12-09")
    items, _, _ = follow(anna, link)
    assert told(items) == ["removed"] * 3
    assert anna.get(f"/events/{items[0]['id']}").status_code == 200


def test_a_deleted_series_is_one_removal(anna: httpx2.Client, state: State) -> None:
    """Deleting the series removes the whole series; what it was moved to is told again."""
    series = weekly(state, "2026-11-03", 3)
    _, link, _ = follow(anna, START)
    state.remove_event(ADDRESS, series)
    items, link, _ = follow(anna, link)
    assert [(each["id"], "@removed" in each) for each in items] == [(series.id, True)]
    state.events.restore(
        state.directory.get(ADDRESS).n, state.events.get(state.directory.get(ADDRESS).n, series.immutable_id)
    )
    assert len(follow(anna, link)[0]) == 4


def test_a_series_stays_on_one_page(anna: httpx2.Client, state: State) -> None:
    """`Prefer: odata.maxpagesize` is a hint: entries of a series are not torn apart."""
    add(state, "A", "2026-11-02")
    weekly(state, "2026-11-03", 3)
    for day in ("05", "06", "07"):
        add(state, day, f"2026-11-{day}")
    page = anna.get(START, headers={"Prefer": "odata.maxpagesize=2"}).json()
    assert told(page["value"]) == ["A", "Reeks", "occurrence 03", "occurrence 10", "occurrence 17"]
    items, _, pages = follow(anna, page["@odata.nextLink"], Prefer="odata.maxpagesize=2")
    assert (told(items), pages) == (["05", "06", "07"], 2)


def test_the_window_is_frozen_in_the_links(anna: httpx2.Client, state: State) -> None:
    """Thread 10328: the window is given once and cannot be changed; each calendar has a state of its own."""
    _, link, _ = follow(anna, START)
    assert "startDateTime" not in link
    add(state, "Erna", "2026-12-04")
    assert (
        follow(anna, f"{link}&startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z")[0] == []
    )
    assert anna.get("/calendarView/delta").status_code == 400
    other = anna.post("/calendars", json={"name": "Team"}).json()["id"]
    foreign = f"/calendars/{other}/calendarView/delta?{link.partition('?')[2]}"
    assert anna.get(foreign).json()["error"]["code"] == "syncStateInvalid"
    query = START.partition("?")[2]
    assert follow(anna, f"/calendars/{other}/calendarView/delta?{query}")[0] == []


def test_options_are_refused_and_select_may_be_passed_over(anna: httpx2.Client, state: State) -> None:
    """Graph: event: delta: no $select, $expand, $filter, $orderby, $search; $select is a reading."""
    add(state, "A", "2026-11-02")
    for option in (
        "$select=subject",
        "$expand=extensions",
        "$filter=subject eq 'A'",
        "$orderby=subject",
        "$top=1",
    ):
        assert anna.get(f"{START}&{option}").status_code == 400
    state.readings = replace(state.readings, calendar_delta_select="ignored")
    assert "body" in anna.get(f"{START}&$select=subject").json()["value"][0]


def test_forgotten_tokens_are_answered_410(anna: httpx2.Client, state: State) -> None:
    """As for every delta; the Location needs the window again."""
    _, link, _ = follow(anna, START)
    state.directory.expire_cursors(state.directory.get(ADDRESS).n)
    answer = anna.get(link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "syncStateNotFound")


def test_odd_pages_tell_the_same_in_the_end(anna: httpx2.Client, state: State, sandbox: Sandbox) -> None:
    """Pages may be short or empty, items may come twice and in any order."""
    for day in range(1, 6):
        add(state, str(day), f"2026-11-0{day}")
    sandbox.faults.mischief = replace(
        sandbox.faults.mischief, page_max=2, empty_pages=True, repeat_items=True, reverse_pages=True
    )
    items, _, pages = follow(anna, START, Prefer="odata.maxpagesize=50")
    assert (told(items), pages) == (["2", "1", "4", "3", "2", "5", "4"], 5)


def test_immutable_ids_are_those_of_occurrences_too(anna: httpx2.Client, state: State) -> None:
    """Graph: Obtain immutable identifiers: events are covered; occurrences are addressed by either form."""
    series = weekly(state, "2026-11-03", 2)
    items, _, _ = follow(anna, START, Prefer='IdType="ImmutableId"')
    assert items[1]["seriesMasterId"] == series.immutable_id
    found = anna.get(f"/events/{items[1]['id']}").json()
    assert (found["subject"], found["id"] != items[1]["id"]) == ("Reeks", True)
