"""Calendars that real programs wrote, through the whole: imported, synchronised, compared field by field.

What is expected was written by hand from reading the files (``tests/sandbox/data/ical``). Each is synchronised on a day
near its events, because only what lies within the window comes (R60).
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from crmcorner.items.records import Appointment, Kind, ShowAs
from crmcorner.items.recurrence import LAST, Pattern, Recurrence
from crmcorner.outlook.services import performing
from crmcorner.planning.appointment_mapping import load_appointments
from crmcorner.planning.crm_ids import appointment_id
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.preferences.models import Setting
from m365_sandbox.importing.files import import_file
from tests.mailbox.graph_world import ADDRESS, GraphWorld, graph_world
from tests.outlook.world import World

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parents[1] / "sandbox" / "data" / "ical"


def at(*when: int) -> datetime:
    """Return a moment in UTC."""
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type,misc] # the parts of a date


def weekly(first: date, *weekdays: int, **more: Any) -> Recurrence:
    """Return a weekly rule."""
    return Recurrence(pattern=Pattern.WEEKLY, weekdays=weekdays, first=first, **more)


MONDAYS = weekly(date(2019, 3, 4), 0, count=8)

EXPECTED: dict[str, tuple[datetime, list[dict[str, Any]]]] = {
    "each_week_but_one_deleted.ics": (
        at(2019, 3, 10),
        [
            {
                "subject": "test6",
                "start": at(2019, 3, 3, 23, 30),
                "end": at(2019, 3, 4),
                "zone": "Europe/Berlin",
                "pattern": MONDAYS,
                "cancelled": (date(2019, 3, 11),),
            }
        ],
    ),
    "each_week_but_two_deleted.ics": (
        at(2019, 3, 10),
        [
            {
                "subject": "test6",
                "pattern": MONDAYS,
                "cancelled": (date(2019, 3, 11), date(2019, 3, 25)),
            }
        ],
    ),
    "event_10_times.ics": (
        at(2020, 1, 15),
        [
            {
                "subject": "event 10 times",
                "start": at(2020, 1, 13, 6, 45),
                "end": at(2020, 1, 13, 9),
                "pattern": Recurrence(pattern=Pattern.DAILY, first=date(2020, 1, 13), count=10),
                "show_as": ShowAs.BUSY,
            }
        ],
    ),
    "issue_48_daylight_aware_repeats.ics": (
        at(2020, 10, 1),
        [
            {
                "subject": "MDS-t",
                "start": at(2020, 9, 21, 10, 30),
                "end": at(2020, 9, 21, 12),
                "zone": "Europe/Lisbon",
                "pattern": weekly(date(2020, 9, 21), 0),
            }
        ],
    ),
    "issue_62_moved_event.ics": (
        at(2021, 12, 10),
        [
            {
                "subject": "Karaoke",
                "start": at(2021, 11, 26, 20, 30),
                "end": at(2021, 11, 26, 20, 30),
                "show_as": ShowAs.FREE,
                "pattern": Recurrence(
                    pattern=Pattern.MONTHLY_WEEKDAY, weekdays=(4,), nth=LAST, first=date(2021, 11, 26)
                ),
                "moves": {date(2021, 12, 31): at(2021, 12, 17, 20, 30)},
            }
        ],
    ),
    "issue_62_moved_event_2.ics": (
        at(2023, 8, 15),
        [
            {
                "subject": "All Day",
                "start": at(2023, 8, 10),
                "end": at(2023, 8, 11),
                "all_day": True,
                "moves": {date(2023, 8, 17): at(2023, 8, 16)},
            },
            {
                "subject": "Datetime",
                "start": at(2023, 8, 8, 4),
                "end": at(2023, 8, 8, 5),
                "zone": "Australia/Sydney",
                "moves": {date(2023, 8, 15): at(2023, 8, 14, 4)},
            },
        ],
    ),
    "outlook-exchange-weekly.ics": (
        at(2008, 1, 10),
        [
            {
                "subject": "NIP",
                "start": at(2008, 1, 3, 16),
                "end": at(2008, 1, 3, 16, 30),
                "zone": "Europe/Warsaw",
                "private": False,
                "pattern": weekly(date(2008, 1, 3), 3, interval=2),
            }
        ],
    ),
    "Outlook2007LineFolds.ics": (
        at(2009, 6, 20),
        [
            {
                "subject": "Example Calendar Export that Blows Up DDay.iCal",
                "start": at(2009, 6, 21),
                "end": at(2009, 6, 22),
                "all_day": True,
                "show_as": ShowAs.FREE,
                "reminder": 1080,
            }
        ],
    ),
    "issue_163_deleted_modification.ics": (
        at(2024, 8, 1),
        [
            {
                "subject": "test123",
                "start": at(2024, 7, 29),
                "end": at(2024, 8, 5),
                "all_day": True,
                "cancelled": (date(2024, 8, 19),),
                "pattern": weekly(date(2024, 7, 29), 0, interval=3),
            }
        ],
    ),
    "issue_48_dst.ics": (
        at(2020, 11, 18),
        [
            {
                "subject": "Event#1",
                "start": at(2020, 11, 16, 14, 15),
                "end": at(2020, 11, 16, 14, 30),
                "zone": "America/Chicago",
                "cancelled": (date(2020, 11, 26), date(2020, 11, 27)),
                "pattern": weekly(date(2020, 11, 16), 0, 1, 3, 4, first_weekday=6),
            }
        ],
    ),
    "daylight_saving_time.ics": (
        at(2019, 3, 1),
        [
            {
                "subject": "Open Health HACKademy - freie Termine",
                "start": at(2019, 3, 4, 13),
                "end": at(2019, 3, 4, 17),
                "pattern": weekly(date(2019, 3, 4), 0, 1, 2, first_weekday=6, count=6),
            },
            {
                "subject": "Open Health HACKademy",
                "start": at(2019, 3, 9, 8, 30),
                "end": at(2019, 3, 10, 16),
            },
        ],
    ),
    "Germany_Holidays.ics": (
        at(2019, 1, 10),
        [
            {
                "subject": "Epiphany",
                "location": "Germany",
                "start": at(2019, 1, 6),
                "end": at(2019, 1, 7),
                "all_day": True,
                "show_as": ShowAs.FREE,
            }
        ],
    ),
    "discourse_no_dtend.ics": (
        at(2019, 1, 20),
        [{"subject": "2019-01-17 openLab", "start": at(2019, 1, 17, 17), "end": at(2019, 1, 17, 17)}],
    ),
    "issue_27_t1.ics": (at(2020, 4, 27), [{"subject": "Reoccur", "cancelled": (date(2020, 4, 27),)}]),
    "issue_27_t2.ics": (at(2020, 4, 27), [{"subject": "Reoccur", "cancelled": (date(2020, 4, 27),)}]),
    "issue_223_thunderbird.ics": (at(2024, 1, 1), []),
    "alarm_removed_and_moved.ics": (at(2024, 1, 1), []),
}


@pytest.fixture
def graph() -> Any:
    """A sandbox mailbox and the connector to it."""
    with graph_world() as world:
        yield world


def in_crm() -> list[Appointment]:
    """Return the appointments of the CRM."""
    ids = [appointment_id(pk) for pk in AppointmentRow.objects.values_list("pk", flat=True)]
    return [each.content for each in load_appointments(ids).values()]


def differs(content: Appointment, expected: dict[str, Any]) -> dict[str, Any]:
    """Return in what an appointment is not as expected."""
    facts = {
        **{name: getattr(content, name) for name in content.__dataclass_fields__},
        "pattern": content.recurrence,
        "moves": {each.original: each.start for each in content.moved},
    }
    return {name: facts[name] for name, value in expected.items() if facts[name] != value}


@pytest.mark.parametrize("file", sorted(EXPECTED))
def test_what_the_crm_shows_is_what_the_file_says(
    graph: GraphWorld, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R60, R62, R63: recurrence, exceptions, zones, whole days, alarms; and the second run changes nothing."""
    now, expected = EXPECTED[file]
    mailbox = graph.state.directory.get(ADDRESS)
    with (FILES / file).open("rb") as handle:
        import_file(graph.state, mailbox, handle)
    monkeypatch.setattr(timezone, "now", lambda: now)
    world = World(kinds="Calendar")
    Setting.objects.create(type="CRM_MeetingPastDays", value="60", user=world.user)
    for _time in ("first", "second"):
        run = world.start()
        performing.perform_run(run.pk, graph.mailbox)
        run.refresh_from_db()
        assert run.state == "done"
    assert not run.lines.filter(kind=Kind.CALENDAR.value, is_change=True).exists()
    found = in_crm()
    for each in expected:
        alike = [differs(content, each) for content in found if content.subject == each["subject"]]
        assert {} in alike, (alike, [content.subject for content in found])


def test_every_file_is_looked_at() -> None:
    """No file of the collection is left out."""
    assert set(EXPECTED) == {file.name for file in FILES.glob("*.ics")}
