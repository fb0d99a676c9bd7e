"""What the coupling asks of tasks and appointments."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items.records import TASK_FIELDS, Task, TaskStatus
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.planning import lookup
from crmcorner.planning.crm_ids import APPOINTMENT, TASK, keys_of
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.services import appointments, tasks
from tests.planning.diary import a_visit, change, made, save

TODAY = date(2026, 11, 23)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def user_of(actor: Actor) -> User:
    """Return who acts, who is someone here."""
    assert actor.user is not None
    return actor.user


def add(actor: Actor, **values: object) -> str:
    """Make a task as the coupling does."""
    content = Task(**{"subject": "Bellen"} | values)  # type: ignore[arg-type] # of a test's own words
    write = tasks.TaskWrite(content=content, fields=TASK_FIELDS, crm_id=None, version=None)
    (saved,) = tasks.save_tasks(actor=actor, writes=[write])
    assert saved is not None
    return saved.crm_id


def test_open_tasks_that_are_due(michael: Actor, sanne: Actor) -> None:
    """R50: overdue, undated and up to the day; his own, open, not in the bin; private ones too."""
    wanted = {
        add(michael, due=TODAY - timedelta(days=400)),
        add(michael, due=TODAY),
        add(michael),
        add(michael, status=TaskStatus.WAITING),
    }
    add(michael, due=TODAY + timedelta(days=1))
    add(michael, due=TODAY, status=TaskStatus.COMPLETED)
    add(sanne, due=TODAY)
    deleted = TaskRow.objects.get(pk=keys_of(TASK, [add(michael, due=TODAY)])[0])
    tasks.delete_task(actor=michael, task=deleted)
    private = TaskRow.objects.filter(due=TODAY, owner=user_of(michael), deleted_at=None).exclude(
        status="completed"
    )
    assert private.update(private=True) == 1
    assert lookup.open_tasks_due(user_of(michael), TODAY) == wanted


def test_tasks_of_the_same_subject_are_ones_own(michael: Actor, sanne: Actor) -> None:
    """R50: whatever their date or status; nobody else's."""
    wanted = {add(michael), add(michael, due=TODAY), add(michael, status=TaskStatus.COMPLETED)}
    add(sanne)
    add(michael, subject="Mailen")
    assert lookup.tasks_alike(user_of(michael), ["Bellen", "Faxen"]) == wanted


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        # The window is 23 and 24 November by the clock of Amsterdam, which is an hour ahead of UTC then.
        (datetime(2026, 11, 22, 22), datetime(2026, 11, 22, 23), False),
        (datetime(2026, 11, 22, 22), datetime(2026, 11, 22, 23, 1), True),
        (datetime(2026, 11, 22, 23), datetime(2026, 11, 22, 23), True),
        (datetime(2026, 11, 24, 22, 59), datetime(2026, 11, 25, 2), True),
        (datetime(2026, 11, 24, 23), datetime(2026, 11, 25, 2), False),
        (datetime(2026, 1, 1), datetime(2026, 12, 31), True),
    ],
)
def test_the_window_is_of_the_users_clock(
    michael: Actor, start: datetime, end: datetime, *, inside: bool
) -> None:
    """R60: what ends as it begins, or begins as it ends, is outside."""
    crm_id = save(michael, a_visit(start=start.replace(tzinfo=UTC), end=end.replace(tzinfo=UTC))).crm_id
    found = lookup.appointments_between(user_of(michael), TODAY, TODAY + timedelta(days=1))
    assert found == ({crm_id} if inside else set())


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), False),
        (date(2026, 11, 20), date(2026, 11, 23), True),
        (date(2026, 11, 24), date(2026, 11, 24), True),
        (date(2026, 11, 25), date(2026, 11, 25), False),
    ],
)
def test_whole_days_know_no_clock(michael: Actor, first: date, last: date, *, inside: bool) -> None:
    """R60, R63: their days are compared as they stand."""
    start, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
    crm_id = save(michael, a_visit(start=start, end=end + timedelta(days=1), all_day=True)).crm_id
    found = lookup.appointments_between(user_of(michael), TODAY, TODAY + timedelta(days=1))
    assert found == ({crm_id} if inside else set())


@pytest.mark.parametrize(
    ("rule", "inside"),
    [
        (Recurrence(pattern=Pattern.WEEKLY, weekdays=(0,), first=date(2020, 1, 6)), True),
        (Recurrence(pattern=Pattern.DAILY, first=date(2020, 1, 6), last=date(2026, 11, 23)), True),
        (Recurrence(pattern=Pattern.DAILY, first=date(2020, 1, 6), last=date(2026, 11, 1)), False),
    ],
)
def test_a_series_is_inside_as_long_as_it_goes_on(michael: Actor, rule: Recurrence, *, inside: bool) -> None:
    """R60, R63: from its first day to its last; one without end always."""
    start = datetime(2020, 1, 6, 9, tzinfo=UTC)
    crm_id = save(michael, a_visit(start=start, end=start + timedelta(hours=1), recurrence=rule)).crm_id
    found = lookup.appointments_between(user_of(michael), TODAY, TODAY + timedelta(days=1))
    assert found == ({crm_id} if inside else set())


def test_an_occurrence_that_was_put_off_keeps_its_series_inside(michael: Actor) -> None:
    """R63: the series is over, but for what was moved to after its end."""
    start = datetime(2026, 10, 5, 9, tzinfo=UTC)
    later = datetime(2026, 11, 23, 9, tzinfo=UTC)
    moved = Moved(
        original=date(2026, 10, 12), subject="", location="", start=later, end=later + timedelta(hours=1)
    )
    rule = Recurrence(pattern=Pattern.WEEKLY, weekdays=(0,), first=start.date(), last=date(2026, 10, 12))
    series = a_visit(start=start, end=start + timedelta(hours=1), recurrence=rule, moved=(moved,))
    crm_id = save(michael, series).crm_id
    assert lookup.appointments_between(user_of(michael), TODAY, TODAY) == {crm_id}


def test_the_window_holds_ones_own_only(michael: Actor, sanne: Actor) -> None:
    """R60: nobody else's, and nothing of the bin; private ones too."""
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    visit = a_visit(start=start, end=start + timedelta(hours=1))
    own = {save(michael, visit).crm_id, save(michael, visit).crm_id}
    change(michael, min(own), private=True)
    save(sanne, visit)
    appointments.delete_appointment(actor=michael, appointment=made(michael, visit))
    assert lookup.appointments_between(user_of(michael), TODAY, TODAY) == own


def test_a_meeting_is_found_by_its_number(michael: Actor, sanne: Actor) -> None:
    """R65, R61: a colleague's too, unless it is private; an empty number means none."""
    mine = save(michael, a_visit(uid="7", private=True)).crm_id
    theirs = save(sanne, a_visit(uid="7")).crm_id
    save(sanne, a_visit(uid="7", private=True))
    save(sanne, a_visit())
    assert lookup.appointments_by_uid(user_of(michael), ["7", "", "8"]) == {mine, theirs}


def test_appointments_of_the_same_subject_are_ones_own(michael: Actor, sanne: Actor) -> None:
    """R65: nobody else's, which might be private."""
    mine = save(michael, a_visit()).crm_id
    save(sanne, a_visit())
    save(michael, a_visit(subject="Anders"))
    assert lookup.appointments_alike(user_of(michael), ["Bezoek"]) == {mine}


@pytest.mark.parametrize(
    "written", ["task:", "task:x", "task:-1", "task:١٢", "person:5", "task:" + "9" * 40, ""]
)
def test_what_is_no_id_is_passed_over(written: str) -> None:
    """R71: no mistyped id breaks a page."""
    assert keys_of(TASK, [written, "task:12"]) == [12]
    assert keys_of(APPOINTMENT, [written, "appointment:5"]) == [5]
