"""Calendars of real programs in a mailbox, right field by field; bad entries are refused with a reason."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from m365_sandbox.importing.files import Outcome, import_file
from m365_sandbox.state import State
from m365_sandbox.store import event_times
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject
from tests.sandbox.conftest import ADDRESS

FILES = Path(__file__).parent / "data" / "ical"


def take(state: State, text: str) -> Outcome:
    """Import lines as a calendar."""
    whole = f"BEGIN:VCALENDAR\nVERSION:2.0\n{text}\nEND:VCALENDAR\n"
    return import_file(state, state.directory.get(ADDRESS), io.BytesIO(whole.encode()))


def take_file(state: State, name: str) -> Outcome:
    """Import one of the files."""
    with (FILES / name).open("rb") as file:
        return import_file(state, state.directory.get(ADDRESS), file)


def event(*lines: str) -> str:
    """An event, on Tuesday 24 November 2026 at ten unless told otherwise."""
    given = {each.partition(":")[0].partition(";")[0] for each in lines}
    more = [] if "DTSTART" in given else ["DTSTART;TZID=Europe/Amsterdam:20261124T100000"]
    more += (
        [] if given & {"DTEND", "DURATION", "X-NO-END"} else ["DTEND;TZID=Europe/Amsterdam:20261124T110000"]
    )
    return "\n".join(["BEGIN:VEVENT", "UID:1", "SUMMARY:S", *more, *lines, "END:VEVENT"])


def stored(state: State) -> list[Event]:
    """Single events and series of Anna's."""
    return state.events.listed(state.calendars.default(state.directory.get(ADDRESS).n))


def seen(state: State, least: str, most: str) -> list[str]:
    """What the calendar shows from day to day, in UTC."""
    window = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (least, most)]
    found = state.events.view(state.calendars.default(state.directory.get(ADDRESS).n), *window)
    return sorted(f"{event_times.begin(each):%m-%d %H:%M} {each.properties['subject']}" for each in found)


def why(outcome: Outcome) -> list[str]:
    """Why entries were not taken."""
    return [str(each.reason) for each in outcome.rejected]


@pytest.mark.parametrize("name", sorted(each.name for each in FILES.glob("*.ics")))
def test_every_file_is_taken_or_refused_entry_by_entry(state: State, name: str) -> None:
    """Every entry of a real file is taken, or refused with a reason; none is lost."""
    text = (FILES / name).read_text(encoding="utf-8")
    entries = text.count("BEGIN:VEVENT") + text.count("BEGIN:VTODO")
    outcome = take_file(state, name)
    assert outcome.taken + len(outcome.rejected) == entries
    assert len({each.position for each in outcome.rejected}) == len(outcome.rejected)
    tasks = text.count("BEGIN:VTODO")
    older = 2 if name == "issue_163_deleted_modification.ics" else 0
    assert outcome.taken >= entries - tasks - older


@pytest.mark.parametrize(
    ("name", "window", "expected"),
    [
        (
            "each_week_but_one_deleted.ics",
            ("2019-03-01", "2019-04-01"),
            ["03-03 23:30 test6", "03-17 23:30 test6", "03-24 23:30 test6", "03-31 22:30 test6"],
        ),
        ("issue_27_t1.ics", ("2020-04-01", "2020-05-30"), ["04-26 12:00 Reoccur", "04-28 12:00 Reoccur"]),
        ("issue_27_t2.ics", ("2020-04-01", "2020-05-30"), ["04-26 12:00 Reoccur", "04-28 12:00 Reoccur"]),
        (
            "issue_62_moved_event.ics",
            ("2021-11-01", "2022-02-01"),
            ["01-28 20:30 Karaoke", "11-26 20:30 Karaoke", "12-17 20:30 Karaoke"],
        ),
        (
            "issue_62_moved_event_2.ics",
            ("2023-08-08", "2023-08-21"),
            ["08-08 04:00 Datetime", "08-09 22:00 All Day", "08-14 04:00 Datetime", "08-15 22:00 All Day"],
        ),
        (
            "issue_163_deleted_modification.ics",
            ("2024-07-01", "2024-10-01"),
            ["07-28 22:00 test123", "09-08 22:00 test123", "09-29 22:00 test123"],
        ),
        (
            "issue_223_thunderbird.ics",
            ("2025-04-23", "2025-04-30"),
            [
                "04-23 08:00 event",
                "04-24 10:00 event",
                "04-25 08:00 event",
                "04-26 08:00 event",
                "04-27 08:00 event",
            ],
        ),
        (
            "issue_48_daylight_aware_repeats.ics",
            ("2020-10-19", "2020-11-08"),
            ["10-19 10:30 MDS-t", "10-26 11:30 MDS-t", "11-02 11:30 MDS-t"],
        ),
        (
            "outlook-exchange-weekly.ics",
            ("2008-01-01", "2008-02-01"),
            ["01-03 16:00 NIP", "01-17 16:00 NIP", "01-31 16:00 NIP"],
        ),
    ],
)
def test_series_are_as_their_programs_show_them(
    state: State, name: str, window: tuple[str, str], expected: list[str]
) -> None:
    """Series, left-out days, moved days and zones of real programs; expectations were worked out by hand."""
    take_file(state, name)
    assert seen(state, *window) == expected


def test_outlook_2007_field_by_field(state: State) -> None:
    """An all-day event of Outlook 2007: folded lines, HTML, a reminder of 18 hours, people and a room."""
    take_file(state, "Outlook2007LineFolds.ics")
    (found,) = stored(state)
    has = found.properties
    assert (has["isAllDay"], has["start"]["dateTime"][:10], has["end"]["dateTime"][:10]) == (
        True,
        "2009-06-21",
        "2009-06-22",
    )
    assert (has["showAs"], has["sensitivity"], has["importance"]) == ("free", "normal", "normal")
    assert (has["isReminderOn"], has["reminderMinutesBeforeStart"]) == (True, 1080)
    assert [(each["emailAddress"]["address"], each["type"]) for each in has["attendees"]] == [
        ("some.attendee@event.com", "required"),
        ("event@calendardemo.net", "required"),
        ("4th.floor.meeting.room@somewhere.com", "resource"),
    ]
    assert has["organizer"]["emailAddress"] == {
        "name": "Event Organizer",
        "address": "some.attendee@somewhere.com",
    }
    assert has["location"]["displayName"].endswith(
        "Calendar and Office Software Application Microsoft Office 2007"
    )
    assert has["body"]["contentType"] == "html"
    assert (has["isOrganizer"], found.uid[:8]) == (False, "04000000")


def test_thunderbird_changes_one_day(state: State) -> None:
    """RECURRENCE-ID: another time on one day, another place on the next."""
    take_file(state, "issue_223_thunderbird.ics")
    (series,) = stored(state)
    first, second = state.events.exceptions(series)
    assert (first.day, first.properties["start"]["dateTime"][11:16]) == (date(2025, 4, 24), "11:00")
    assert (second.day, second.properties["location"]["displayName"]) == (date(2025, 4, 25), "new place")
    assert series.properties["recurrence"]["range"]["endDate"] == "2025-04-27"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["CLASS:PRIVATE"], {"sensitivity": "private"}),
        (["CLASS:CONFIDENTIAL"], {"sensitivity": "confidential"}),
        (["TRANSP:TRANSPARENT"], {"showAs": "free"}),
        (["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"], {"showAs": "oof"}),
        (["STATUS:TENTATIVE"], {"showAs": "tentative"}),
        (["STATUS:CANCELLED"], {"isCancelled": True, "showAs": "free"}),
        (["PRIORITY:1"], {"importance": "high"}),
        (["CATEGORIES:A,B", "CATEGORIES:C"], {"categories": ["A", "B", "C"]}),
        (["DESCRIPTION:een\\ntwee\\, drie"], {"body": {"contentType": "text", "content": "een\ntwee, drie"}}),
        (
            ["BEGIN:VALARM", "TRIGGER:-PT30M", "END:VALARM"],
            {"isReminderOn": True, "reminderMinutesBeforeStart": 30},
        ),
        (["BEGIN:VALARM", "TRIGGER;RELATED=END:-PT2H", "END:VALARM"], {"reminderMinutesBeforeStart": 60}),
        (
            ["BEGIN:VALARM", "TRIGGER;VALUE=DATE-TIME:20261124T080000Z", "END:VALARM"],
            {"reminderMinutesBeforeStart": 60},
        ),
        (["BEGIN:VALARM", "TRIGGER:PT30M", "END:VALARM"], {"isReminderOn": False}),
        ([], {"isReminderOn": False, "isOrganizer": True}),
        (["ORGANIZER:mailto:chef@x.nl"], {"isOrganizer": False}),
    ],
)
def test_properties_become_those_of_graph(state: State, lines: list[str], expected: JsonObject) -> None:
    """RFC 5545 and Outlook's own properties, one by one."""
    assert take(state, event(*lines)).taken == 1
    has = stored(state)[0].properties
    assert {name: has[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (["DURATION:PT90M"], "2026-11-24T10:00 Europe/Amsterdam", "2026-11-24T11:30 Europe/Amsterdam"),
        (["X-NO-END:1"], "2026-11-24T10:00 Europe/Amsterdam", "2026-11-24T10:00 Europe/Amsterdam"),
        (
            ["DTSTART;VALUE=DATE:20261124", "X-NO-END:1"],
            "2026-11-24T00:00 W. Europe Standard Time",
            "2026-11-25T00:00 W. Europe Standard Time",
        ),
        (
            ["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124"],
            "2026-11-24T00:00 W. Europe Standard Time",
            "2026-11-25T00:00 W. Europe Standard Time",
        ),
        (
            ["DTSTART:20261124T090000Z", "DTEND:20261124T100000Z"],
            "2026-11-24T09:00 UTC",
            "2026-11-24T10:00 UTC",
        ),
        (
            ["DTSTART:20261124T090000", "DTEND:20261124T100000"],
            "2026-11-24T09:00 W. Europe Standard Time",
            "2026-11-24T10:00 W. Europe Standard Time",
        ),
        (
            ["DTSTART;TZID=Tokyo Standard Time:20261124T090000", "DTEND;TZID=Europe/Lisbon:20261124T100000"],
            "2026-11-24T09:00 Tokyo Standard Time",
            "2026-11-24T10:00 Europe/Lisbon",
        ),
        (
            ["DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20261124T090000", "DURATION:PT1H"],
            "2026-11-24T09:00 Europe/Paris",
            "2026-11-24T10:00 Europe/Paris",
        ),
    ],
)
def test_times_keep_their_zone(state: State, lines: list[str], start: str, end: str) -> None:
    """Zones by Windows and IANA names, UTC, times without a zone, days, durations and no end at all."""
    assert take(state, event(*lines)).taken == 1
    has = stored(state)[0].properties
    shown = [f"{has[each]['dateTime'][:16]} {has[each]['timeZone']}" for each in ("start", "end")]
    assert shown == [start, end]


def tasks(state: State) -> list[JsonObject]:
    """What To Do holds of Anna's, in the order of its making."""
    mailbox = state.directory.get(ADDRESS).n
    return [each.properties for found in state.task_lists.all(mailbox) for each in state.tasks.listed(found)]


def test_to_dos_of_thunderbird_become_tasks(state: State) -> None:
    """VTODO: the day on which it is due, reminders before the due time, after it and at a moment, and a series."""
    take_file(state, "alarm_removed_and_moved.ics")
    found = {each["title"]: each for each in tasks(state)}
    assert sorted(found) == ["todo with alarm", "todo with alarm absolute 18:00", "todo with alarm after end"]
    after = found["todo with alarm after end"]
    assert (after["dueDateTime"]["dateTime"][:10], after["reminderDateTime"]["dateTime"][:16]) == (
        "2023-12-16",
        "2023-12-16T10:00",
    )
    absolute = found["todo with alarm absolute 18:00"]["reminderDateTime"]
    assert (absolute["dateTime"][:16], absolute["timeZone"]) == ("2023-12-13T18:00", "UTC")
    series = found["todo with alarm"]["recurrence"]
    assert (series["pattern"]["type"], series["range"]["endDate"]) == ("daily", "2023-12-23")


@pytest.mark.parametrize(
    "due",
    [
        "DUE;VALUE=DATE:20261124",
        "DUE:20261123T230000Z",
        "DUE;TZID=Asia/Tokyo:20261124T010000",
        "DUE:20261124T235959",
    ],
)
def test_the_day_of_a_to_do_does_not_shift(state: State, due: str) -> None:
    """R52: whatever the zone, the day that the user meant is midnight in his own."""
    lines = ["BEGIN:VTODO", "SUMMARY:T", due, "STATUS:IN-PROCESS", "PRIORITY:1", "END:VTODO"]
    assert take(state, "\n".join(lines)).taken == 1
    (task,) = tasks(state)
    expected = {"dateTime": "2026-11-24T00:00:00.0000000", "timeZone": "W. Europe Standard Time"}
    assert (task["dueDateTime"], task["status"], task["importance"]) == (expected, "inProgress", "high")
