"""R63, R17: series edited on either side, through the whole: pages' services, engine, connector, service and back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from django.utils import timezone

from crmcorner.items.records import APPOINTMENT_FIELDS, Appointment, Attendee, Kind, of_type
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.items.series import as_planned
from crmcorner.mailbox.protocol import Mailbox, Window
from crmcorner.outlook.models import OpenIntent, OutlookLink, Run
from crmcorner.outlook.models.open_matter import ConflictRow
from crmcorner.outlook.services import performing
from crmcorner.planning import series as rules
from crmcorner.planning.appointment_mapping import load_appointments
from crmcorner.planning.crm_ids import appointment_id
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.services import appointments, series
from crmcorner.planning.services.appointments import AppointmentValues, AppointmentWrite
from crmcorner.preferences.models import Setting
from m365_sandbox.in_process import SandboxTransport
from m365_sandbox.store.event_records import Event
from tests.mailbox.graph_world import ADDRESS, GraphWorld, graph_world
from tests.outlook.test_crash import its_lease_runs_out
from tests.outlook.world import World
from tests.sync.cutting import Died, Fuse

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = date(2026, 11, 25)
DAYS = tuple(FIRST + timedelta(weeks=number) for number in range(8))
NINE = datetime(2026, 11, 25, 8, tzinfo=UTC)
"""Nine o'clock in Amsterdam."""

WEEKLY = Appointment(
    subject="Weekstart",
    start=NINE,
    end=NINE + timedelta(hours=1),
    zone="Europe/Amsterdam",
    recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(2,), first=FIRST),
)
WINDOW = Window(first=date(2026, 11, 1), last=date(2027, 3, 1), zone="Europe/Amsterdam")


class Diary:
    """Michael's appointments, in the CRM and in Outlook."""

    def __init__(self, graph: GraphWorld) -> None:
        self.graph = graph
        self.world = World(kinds="Calendar")
        Setting.objects.create(type="CRM_MeetingFutureDays", value="90", user=self.world.user)

    def makes(self, content: Appointment) -> AppointmentRow:
        """Let Michael make an appointment."""
        values = AppointmentValues(content=content, owner=self.world.user)
        return appointments.create_appointment(actor=self.world.actor, values=values)

    def run(self, mailbox: Mailbox | None = None) -> Run:
        """Synchronise."""
        run = self.world.start()
        performing.perform_run(run.pk, mailbox or self.graph.mailbox)
        run.refresh_from_db()
        return run

    def settles(self) -> None:
        """Synchronise twice; the second time nothing is written, and nothing is left open."""
        for _time in range(2):
            run = self.run()
            assert run.state == "done", (run.state, run.problem, run.problem_detail)
        found = list(run.lines.filter(is_change=True).values_list("label", "outcome", "reason"))
        assert not found
        assert not OpenIntent.objects.exists()

    def moves(self, row: AppointmentRow, day: date, hours: int = 1) -> None:
        """Let Michael move one occurrence in the CRM."""
        series.change_occurrence(actor=self.world.actor, appointment=row, wanted=later(told(row), day, hours))

    def event(self, row: AppointmentRow) -> Event:
        """Return an appointment as Outlook itself has it."""
        link = OutlookLink.objects.get(crm_id=appointment_id(row.pk))
        return self.graph.state.events.get(self.graph.state.directory.get(ADDRESS).n, link.item_id)

    def user_moves(self, row: AppointmentRow, day: date, hours: int = 2) -> None:
        """Let him move one occurrence in Outlook."""
        moved = later(told(row), day, hours)
        occurrence = self.graph.state.occurrence(ADDRESS, self.event(row), day)
        self.graph.state.update_event(
            ADDRESS, occurrence, {"start": _json(moved.start), "end": _json(moved.end)}
        )

    def user_cancels(self, row: AppointmentRow, day: date) -> None:
        """Let him delete one occurrence in Outlook."""
        self.graph.state.remove_event(ADDRESS, self.event(row), day)

    def in_outlook(self) -> dict[str, Appointment]:
        """Return what the calendar in Outlook holds, by subject, which is there once."""
        pages = self.graph.mailbox.changes(Kind.CALENDAR, None, WINDOW)
        found = [each for page in pages for each in page.changes if hasattr(each, "content")]
        contents = [of_type(each.content, Appointment) for each in found]
        assert len({each.subject for each in contents}) == len(contents), [each.subject for each in contents]
        return {each.subject: replace(each, uid="") for each in contents}

    def in_crm(self) -> dict[str, Appointment]:
        """Return what the CRM holds, by subject, which is there once."""
        ids = [appointment_id(pk) for pk in AppointmentRow.objects.values_list("pk", flat=True)]
        contents = [each.content for each in load_appointments(ids).values()]
        assert len({each.subject for each in contents}) == len(contents), [each.subject for each in contents]
        return {each.subject: replace(each, uid="") for each in contents}


class CutTransport(SandboxTransport):
    """Every request to the service is a durable step."""

    fuse = Fuse(-1, after=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request, or die."""
        plain = super().handle_request
        answer: httpx2.Response = self.fuse.step(lambda: plain(request))
        return answer


def _json(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}


def later(content: Appointment, day: date, hours: int = 1) -> Moved:
    """Return an occurrence that is moved by some hours."""
    planned, by = as_planned(content, day), timedelta(hours=hours)
    return replace(planned, start=planned.start + by, end=planned.end + by)


def told(row: AppointmentRow) -> Appointment:
    """Return what the CRM says of a series."""
    crm_id = appointment_id(row.pk)
    return load_appointments([crm_id])[crm_id].content


@pytest.fixture
def diary(real_commits: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    """A firm and its Outlook, on a Tuesday."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with graph_world() as graph:
        yield Diary(graph)


def test_a_series_goes_to_outlook_with_its_exceptions(diary: Diary) -> None:
    """R63: it is one appointment there; the second run writes nothing."""
    row = diary.makes(WEEKLY)
    diary.moves(row, DAYS[1])
    series.cancel_occurrence(actor=diary.world.actor, appointment=row, day=DAYS[2])
    diary.settles()
    assert diary.in_outlook() == diary.in_crm()
    assert diary.in_outlook()["Weekstart"].cancelled == (DAYS[2],)


def test_both_sides_change_their_own_occurrence(diary: Diary) -> None:
    """R18, R63: all of them hold on both sides."""
    row = diary.makes(WEEKLY)
    diary.settles()
    diary.user_moves(row, DAYS[1])
    diary.user_cancels(row, DAYS[2])
    diary.moves(row, DAYS[3])
    series.cancel_occurrence(actor=diary.world.actor, appointment=row, day=DAYS[4])
    diary.settles()
    content = told(row)
    assert content.cancelled == (DAYS[2], DAYS[4])
    assert content.moved == (later(WEEKLY, DAYS[1], 2), later(WEEKLY, DAYS[3], 1))
    assert diary.in_outlook() == diary.in_crm()


def test_this_and_following_are_two_series_in_outlook(diary: Diary) -> None:
    """R63: the first ends, the second begins; what was moved in either part stays moved."""
    row = diary.makes(WEEKLY)
    for day in (DAYS[1], DAYS[4]):
        diary.moves(row, day)
    diary.settles()
    rest = rules.from_day(told(row), DAYS[3])
    values = AppointmentValues(content=replace(rest, subject="Vervolg"), owner=diary.world.user)
    series.change_following(actor=diary.world.actor, appointment=row, day=DAYS[3], values=values)
    diary.settles()
    found = diary.in_outlook()
    assert found == diary.in_crm()
    assert [each.original for each in found["Weekstart"].moved] == [DAYS[1]]
    assert [each.original for each in found["Vervolg"].moved] == [DAYS[4]]


def test_a_rule_that_is_changed_in_outlook_comes_to_the_crm(diary: Diary) -> None:
    """R63: with Outlook's way of putting exceptions back."""
    row = diary.makes(WEEKLY)
    diary.moves(row, DAYS[1])
    diary.settles()
    pattern = {
        "pattern": {"type": "weekly", "interval": 2, "daysOfWeek": ["wednesday"], "firstDayOfWeek": "monday"},
        "range": {"type": "numbered", "startDate": "2026-11-25", "numberOfOccurrences": 5},
    }
    diary.graph.state.update_event(ADDRESS, diary.event(row), {"recurrence": pattern})
    diary.settles()
    content = told(row)
    assert content.recurrence == replace(WEEKLY.recurrence, interval=2, count=5)  # type: ignore[type-var]
    assert content.moved == ()
    assert diary.in_outlook() == diary.in_crm()


def test_a_new_time_in_the_crm_puts_exceptions_back_on_both_sides(diary: Diary) -> None:
    """R63: also one that the user had cancelled in Outlook."""
    row = diary.makes(WEEKLY)
    diary.settles()
    diary.user_cancels(row, DAYS[2])
    diary.moves(row, DAYS[1])
    diary.settles()
    noon = replace(told(row), start=NINE + timedelta(hours=3), end=NINE + timedelta(hours=4))
    values = AppointmentValues(content=noon, owner=diary.world.user)
    appointments.change_appointment(actor=diary.world.actor, appointment=row, values=values)
    diary.settles()
    assert diary.in_outlook() == diary.in_crm()
    assert (told(row).cancelled, told(row).moved) == ((), ())


def test_an_occurrence_that_is_gone_for_good_is_gone_on_both_sides(diary: Diary) -> None:
    """R63: whoever puts a cancelled one back in the CRM learns that Outlook cannot."""
    row = diary.makes(WEEKLY)
    diary.settles()
    diary.user_cancels(row, DAYS[2])
    diary.settles()
    write = AppointmentWrite(
        content=replace(told(row), cancelled=()),
        fields=APPOINTMENT_FIELDS,
        crm_id=appointment_id(row.pk),
        version=None,
    )
    appointments.save_appointments(actor=diary.world.actor, writes=[write])
    diary.run()
    diary.settles()
    assert diary.in_outlook() == diary.in_crm()
    assert told(row).cancelled == (DAYS[2],)


def test_a_meeting_s_occurrence_waits_for_a_word(diary: Diary) -> None:
    """R85: its guests would be mailed; until someone decides, it is moved in the CRM alone."""
    guest = {"emailAddress": {"address": "gast@elders.example", "name": "Gast"}, "type": "required"}
    row = diary.makes(WEEKLY)
    diary.settles()
    diary.graph.state.update_event(ADDRESS, diary.event(row), {"attendees": [guest]})
    diary.settles()
    assert told(row).attendees == (Attendee(email="gast@elders.example", name="Gast"),)
    diary.moves(row, DAYS[1])
    diary.run()
    assert diary.in_outlook()["Weekstart"].moved == ()
    assert ConflictRow.objects.filter(crm_id=appointment_id(row.pk)).exists()


def _before(diary: Diary) -> None:
    """Bring a series in step, then change it on both sides, split it and make another."""
    row = diary.makes(WEEKLY)
    diary.moves(row, DAYS[1])
    series.cancel_occurrence(actor=diary.world.actor, appointment=row, day=DAYS[2])
    diary.settles()
    diary.moves(row, DAYS[4])
    diary.user_moves(row, DAYS[3])
    rest = rules.from_day(told(row), DAYS[5])
    values = AppointmentValues(
        content=replace(rest, subject="Vervolg", location="Elders"), owner=diary.world.user
    )
    series.change_following(actor=diary.world.actor, appointment=row, day=DAYS[5], values=values)
    daily = replace(
        WEEKLY, subject="Dagstart", recurrence=Recurrence(pattern=Pattern.DAILY, first=FIRST, count=9)
    )
    second = diary.makes(daily)
    diary.moves(second, date(2026, 11, 27))
    series.cancel_occurrence(actor=diary.world.actor, appointment=second, day=date(2026, 11, 28))


def _after(diary: Diary) -> None:
    """Everything that either side did is on both, once."""
    found = diary.in_crm()
    assert diary.in_outlook() == found
    first, daily = found["Weekstart"], found["Dagstart"]
    assert [each.original for each in first.moved] == [DAYS[1], DAYS[3], DAYS[4]]
    assert first.cancelled == (DAYS[2],)
    assert first.recurrence is not None
    assert first.recurrence.last == DAYS[4]
    assert [each.original for each in daily.moved] == [date(2026, 11, 27)]
    assert daily.cancelled == (date(2026, 11, 28),)
    assert found["Vervolg"].location == "Elders"


REQUESTS = 24
"""How many requests the two runs make that are cut; `test_every_request_is_cut` sees to it that none is left out."""


def _cut(diary: Diary, fuse: Fuse) -> Callable[[], Any]:
    transport = CutTransport(diary.graph.sandbox)
    transport.fuse = fuse
    mailbox = diary.graph.connect(transport=transport)
    return lambda: [diary.run(mailbox) for _time in range(2)]


def test_every_request_is_cut(diary: Diary) -> None:
    """R17: so many are there when nothing goes wrong."""
    _before(diary)
    fuse = Fuse(-1, after=False)
    _cut(diary, fuse)()
    _after(diary)
    assert fuse.steps == REQUESTS
    diary.settles()
    _after(diary)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(REQUESTS))
def test_a_run_that_dies_at_any_request_loses_and_doubles_nothing(
    diary: Diary, at: int, *, after: bool
) -> None:
    """R17, R63: before the request reached the service, or after it took effect."""
    _before(diary)
    with pytest.raises(Died):
        _cut(diary, Fuse(at, after=after))()
    its_lease_runs_out()
    diary.run()
    diary.settles()
    _after(diary)
