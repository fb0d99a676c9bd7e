"""Entries of a calendar that Outlook cannot hold: refused with a reason or taken with a note, and the rest goes on."""

import io
from pathlib import Path

import pytest

from m365_sandbox.importing.contact import UnreadableFileError
from m365_sandbox.importing.files import import_file
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_commands import run
from tests.sandbox.test_import_ical import event, seen, stored, take, why

CUSTOM = """BEGIN:VTIMEZONE
TZID:tzone://Microsoft/Custom
BEGIN:STANDARD
DTSTART:16010101T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""
NOVEMBER = ("2026-11-01", "2026-12-31")
GOOD = "BEGIN:VEVENT\nUID:good\nSUMMARY:Good\nDTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nEND:VEVENT"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["DTEND;TZID=Europe/Amsterdam:20261124T090000"], "ends before it starts"),
        (["DTEND;TZID=Europe/Amsterdam:20461124T100000"], "longer than five years"),
        (["DTSTART;TZID=Mars/Olympus:20261124T100000"], "The time zone Mars/Olympus is not known"),
        (["DTSTART;TZID=tzone://Microsoft/Custom:20261124T100000"], "tzone://Microsoft/Custom is not known"),
        (["DTSTART:gisteren"], "cannot be read"),
        (["DTEND;VALUE=DATE:20261125"], "The end of the event cannot be read"),
        ([f"ATTENDEE:mailto:a{n}@x.nl" for n in range(600)], "600 attendees"),
        (["DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:00010102"], "outside the years"),
        (["DTSTART;VALUE=DATE:99991231", "X-NO-END:1"], "outside the years"),
        (["RRULE:FREQ=DAILY;COUNT=many"], "cannot be read"),
        (["RRULE:FREQ=HOURLY;COUNT=3"], "no recurrence that is HOURLY"),
        (["RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2,3"], "several positions"),
        (["RRULE:FREQ=MONTHLY;BYDAY=1MO,3WE"], "several positions"),
        (["RRULE:FREQ=MONTHLY;BYDAY=5MO"], "first to the fourth"),
        (["RRULE:FREQ=MONTHLY;BYMONTHDAY=31"], "months without day 31"),
        (["RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15"], "several dates"),
        (["RRULE:FREQ=YEARLY;BYMONTH=3,9"], "several months"),
        (["RRULE:FREQ=YEARLY;BYYEARDAY=100"], "BYYEARDAY"),
        (["RRULE:FREQ=YEARLY;BYDAY=20MO"], "weeks of a year"),
        (["RRULE:FREQ=DAILY;COUNT=5000"], "5000 occurrences"),
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "several rules"),
        (["RRULE:FREQ=DAILY;UNTIL=20260101T000000Z"], "ends before it begins"),
    ],
)
def test_what_outlook_cannot_hold_is_refused(state: State, lines: list[str], reason: str) -> None:
    """A clear reason for the entry; what stands beside it is taken."""
    outcome = take(state, f"{event(*lines)}\n{GOOD}")
    assert [each.properties["subject"] for each in stored(state)] == ["Good"]
    assert (outcome.taken, len(outcome.rejected)) == (1, 1)
    assert reason in why(outcome)[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("BEGIN:VEVENT\nSUMMARY:half", "ends in the middle"),
        ("BEGIN:VEVENT\nUID:x\nEND:VEVENT", "has no beginning"),
        ("BEGIN:VJOURNAL\nEND:VJOURNAL", "VJOURNAL is neither"),
    ],
)
def test_broken_entries_spoil_no_others(state: State, text: str, reason: str) -> None:
    """Whatever stands in the file, each entry is read by itself."""
    outcome = take(state, f"{GOOD}\n{text}")
    assert (outcome.taken, len(outcome.rejected)) == (1, 1)
    assert reason in why(outcome)[0]


def test_a_custom_zone_is_known_by_its_rules(state: State) -> None:
    """`tzone://Microsoft/Custom` with a VTIMEZONE: the zone with the same rules, the mailbox's own first."""
    outcome = take(
        state, CUSTOM + event("DTSTART;TZID=tzone://Microsoft/Custom:20260701T100000", "DURATION:PT1H")
    )
    assert stored(state)[0].properties["start"]["timeZone"] == "W. Europe Standard Time"
    assert seen(state, "2026-07-01", "2026-07-02") == ["07-01 08:00 S"]
    assert "was taken for W. Europe Standard Time" in str(outcome.notes[0][1])
    strange = CUSTOM.replace("Microsoft/Custom", "Nowhere").replace("+0200", "+0917")
    outcome = take(state, strange + event("DTSTART;TZID=tzone://Nowhere:20260701T100000", "DURATION:PT1H"))
    assert why(outcome) == ["Outlook knows no time zone with the rules of tzone://Nowhere."]


def test_further_days_become_events_of_their_own(state: State) -> None:
    """RDATE: Graph has none, so each is a single event; the series keeps its rule."""
    take(
        state,
        event(
            "RRULE:FREQ=WEEKLY;COUNT=2",
            "RDATE;TZID=Europe/Amsterdam:20261126T140000",
            "EXDATE;TZID=Europe/Amsterdam:20261201T100000",
        ),
    )
    assert seen(state, *NOVEMBER) == ["11-24 09:00 S", "11-26 13:00 S"]
    assert [each.kind for each in stored(state)] == ["seriesMaster", "singleInstance"]


def test_a_day_that_passes_its_neighbour_leaves_the_series(state: State) -> None:
    """Outlook moves no occurrence past its neighbour: the moved day is kept as an event of its own."""
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Amsterdam:20261125T100000",
        "DTSTART:20261130T090000Z",
        "DTEND:20261130T100000Z",
    )
    outcome = take(state, f"{event('RRULE:FREQ=DAILY;COUNT=3')}\n{moved}")
    assert (outcome.taken, outcome.rejected) == (2, ())
    assert seen(state, *NOVEMBER) == ["11-24 09:00 S", "11-26 09:00 S", "11-30 09:00 S"]
    assert "past its neighbour" in str(outcome.notes[0][1])


def test_later_occurrences_at_once_and_days_that_are_not_there(state: State) -> None:
    """RANGE=THISANDFUTURE is refused; a changed day that the series lacks becomes an event of its own."""
    later = event("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Amsterdam:20261125T100000")
    lacking = event(
        "RECURRENCE-ID;TZID=Europe/Amsterdam:20261211T100000", "DTSTART:20261211T120000Z", "DURATION:PT1H"
    )
    called_off = event("RECURRENCE-ID;TZID=Europe/Amsterdam:20261126T100000", "STATUS:CANCELLED")
    outcome = take(state, "\n".join([event("RRULE:FREQ=DAILY;COUNT=3"), later, lacking, called_off]))
    assert why(outcome) == ["Graph knows no change of all later occurrences at once."]
    assert seen(state, *NOVEMBER) == ["11-24 09:00 S", "11-25 09:00 S", "12-11 12:00 S"]


def test_a_first_day_outside_the_pattern_is_said(state: State) -> None:
    """Outlook begins a series with the first day that its pattern has."""
    outcome = take(state, event("RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2"))
    assert seen(state, *NOVEMBER) == ["11-27 09:00 S", "12-04 09:00 S"]
    assert "not one of the series' own" in str(outcome.notes[0][1])


def test_other_encodings_and_a_lone_change_are_taken(state: State) -> None:
    """Windows-1252 with a note; one occurrence without its series is a single event."""
    lone = event("RECURRENCE-ID;TZID=Europe/Amsterdam:20261124T100000", "LOCATION:Café")
    whole = f"BEGIN:VCALENDAR\r\n{lone}\r\nEND:VCALENDAR\r\n".encode("cp1252")
    outcome = import_file(state, state.directory.get(ADDRESS), io.BytesIO(whole))
    assert stored(state)[0].properties["location"]["displayName"] == "Café"
    assert [
        each for each in ("Windows-1252", "series is not in the file") if each not in str(outcome.notes)
    ] == []


def test_what_is_no_calendar_is_said(state: State) -> None:
    """A file of another kind makes nothing."""
    with pytest.raises(UnreadableFileError):
        import_file(state, state.directory.get(ADDRESS), io.BytesIO(b"\x89PNG"))


def test_the_command_imports_calendars(tmp_path: Path) -> None:
    """`m365-sandbox import` takes calendars as it takes cards."""
    file = tmp_path / "agenda.ics"
    file.write_text(
        f"BEGIN:VCALENDAR\n{GOOD}\n{event('RRULE:FREQ=HOURLY')}\nEND:VCALENDAR\n", encoding="utf-8"
    )
    code, out, err = run("import", file, "--mailbox", ADDRESS, "--data", tmp_path / "data")
    assert (code, err) == (0, "")
    assert f"{file}: 1 taken into {ADDRESS}, 1 rejected" in out
