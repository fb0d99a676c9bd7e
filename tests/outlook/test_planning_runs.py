"""Tasks and appointments in whole runs, over the real database and the mailbox in memory."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from crmcorner.items.records import (
    APPOINTMENT_FIELDS,
    TASK_FIELDS,
    Appointment,
    Attendee,
    Content,
    Kind,
    Task,
    TaskStatus,
    of_type,
)
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.outlook.models import ConflictRow, OutlookLink
from crmcorner.outlook.services import decisions
from crmcorner.planning.appointment_mapping import load_appointments
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.services import appointments, tasks
from crmcorner.planning.task_mapping import load_tasks
from crmcorner.sync.policy import Winner
from crmcorner.sync.report import Figures
from crmcorner.sync.state import CrmId
from tests.outlook.world import JAN, World


def today() -> date:
    """Return the day of the firm's clock."""
    return timezone.localdate()


def at(days: int, hour: int = 10) -> datetime:
    """Return a moment so many days from today, in UTC."""
    return datetime.combine(today() + timedelta(days=days), time(hour), UTC)


CALL = Task(subject="Jan bellen", note="Over de offerte")


def a_visit(days: int = 1, **more: object) -> Appointment:
    """Return an appointment of an hour."""
    visit = Appointment(subject="Bezoek", start=at(days), end=at(days, 11), zone="Europe/Amsterdam")
    return replace(visit, **more)  # type: ignore[arg-type] # of a test's own words


@pytest.fixture
def diary(db: None) -> World:
    """Michael's mailbox with tasks and calendar switched on."""
    return World(kinds="Contacts;Tasks;Calendar")


def add(world: World, content: Content) -> CrmId:
    """Let the user make a task or an appointment in the CRM."""
    if isinstance(content, Task):
        write = tasks.TaskWrite(content=content, fields=frozenset(TASK_FIELDS), crm_id=None, version=None)
        (task,) = tasks.save_tasks(actor=world.actor, writes=[write])
        assert task is not None
        return task.crm_id
    order = appointments.AppointmentWrite(
        content=of_type(content, Appointment),
        fields=frozenset(APPOINTMENT_FIELDS),
        crm_id=None,
        version=None,
    )
    (appointment,) = appointments.save_appointments(actor=world.actor, writes=[order])
    assert appointment is not None
    return appointment.crm_id


def change(world: World, crm_id: CrmId, **values: object) -> None:
    """Let the user change fields in the CRM."""
    if crm_id.startswith("task"):
        write = tasks.TaskWrite(
            content=Task(**values),  # type: ignore[arg-type]
            fields=frozenset(values),
            crm_id=crm_id,
            version=None,
        )
        assert tasks.save_tasks(actor=world.actor, writes=[write]) != [None]
    else:
        order = appointments.AppointmentWrite(
            content=replace(load_appointments([crm_id])[crm_id].content, **values),  # type: ignore[arg-type]
            fields=frozenset(values),
            crm_id=crm_id,
            version=None,
        )
        assert appointments.save_appointments(actor=world.actor, writes=[order]) != [None]


def in_crm(crm_id: CrmId) -> Content:
    """Return what the CRM holds."""
    if crm_id.startswith("task"):
        return load_tasks([crm_id])[crm_id].content
    return load_appointments([crm_id])[crm_id].content


def record_of(world: World, item_id: str) -> CrmId:
    """Return the record that is in step with an item."""
    return OutlookLink.objects.get(connection=world.connection, item_id=item_id).crm_id


def in_outlook(world: World, crm_id: CrmId) -> Content:
    """Return what Outlook holds of a record."""
    return world.outlook.items[world.link(crm_id).item_id].content


def quiet(world: World) -> None:
    """R11: a second run at once changes nothing on either side."""
    writes = len(world.outlook.writes)
    assert world.figures(Kind.TASKS).changed == world.figures(Kind.CALENDAR).changed == 0
    assert len(world.outlook.writes) == writes


def test_a_users_open_tasks_that_are_due_go_to_outlook(diary: World) -> None:
    """R50: due within three days, overdue and undated ones; not later ones, completed ones, or another's."""
    dues = {-30: True, 0: True, 3: True, 4: False}
    made = {
        add(diary, replace(CALL, due=today() + timedelta(days=days))): wanted for days, wanted in dues.items()
    }
    made[add(diary, CALL)] = True
    made[add(diary, replace(CALL, status=TaskStatus.COMPLETED))] = False
    other = add(diary, replace(CALL, subject="Van een ander"))
    TaskRow.objects.filter(pk=int(other.partition(":")[2])).update(owner=World("anna", kinds="Tasks").user)
    made[other] = False
    assert diary.figures(Kind.TASKS) == Figures(looked_at=4, changed=4, errors=0)
    linked = set(OutlookLink.objects.filter(connection=diary.connection).values_list("crm_id", flat=True))
    assert linked == {crm_id for crm_id, wanted in made.items() if wanted}
    quiet(diary)


def test_once_linked_a_task_stays_in_step_whatever_its_date(diary: World) -> None:
    """R50: moved to next year it is still the same task on both sides."""
    task = add(diary, replace(CALL, due=today()))
    diary.run()
    later = today() + timedelta(days=400)
    change(diary, task, due=later)
    assert diary.figures(Kind.TASKS).changed == 1
    assert of_type(in_outlook(diary, task), Task).due == later
    quiet(diary)


def test_tasks_of_outlook_come_to_the_crm_as_ones_own(diary: World) -> None:
    """R50: every task of the list, also one without a subject; two equal ones are two."""
    items = [diary.outlook.user_adds(each) for each in (CALL, CALL, Task())]
    assert diary.figures(Kind.TASKS) == Figures(looked_at=3, changed=3, errors=0)
    assert len({record_of(diary, item) for item in items}) == 3
    assert set(TaskRow.objects.values_list("owner", flat=True)) == {diary.user.pk}
    quiet(diary)


def test_the_same_task_on_both_sides_is_one(diary: World) -> None:
    """R50: at the first meeting a task of the same subject and due date is the same task."""
    task = add(diary, replace(CALL, due=today()))
    item = diary.outlook.user_adds(replace(CALL, due=today(), note=""))
    diary.run()
    assert record_of(diary, item) == task
    assert (TaskRow.objects.count(), len(diary.outlook.items)) == (1, 1)
    quiet(diary)


@pytest.mark.parametrize("side", ["crm", "outlook"])
def test_completing_on_either_side_reaches_the_other(diary: World, side: str) -> None:
    """R51: with the day on which it was completed; and taking the tick off again as well."""
    task = add(diary, CALL)
    diary.run()
    item = diary.link(task).item_id
    done = {"status": TaskStatus.COMPLETED, "completed_on": today()}
    open_again = {"status": TaskStatus.IN_PROGRESS, "completed_on": None}
    for values in (done, open_again):
        if side == "crm":
            change(diary, task, **values)
        else:
            diary.outlook.user_changes(item, values)
        diary.run()
        for content in (in_crm(task), in_outlook(diary, task)):
            held = of_type(content, Task)
            assert (held.status, held.completed_on) == (values["status"], values["completed_on"])
    quiet(diary)


def test_a_task_deleted_in_outlook_stays_and_nothing_comes_back(diary: World) -> None:
    """R51: in the CRM it can be changed and deleted; Outlook sees nothing of it any more."""
    task = add(diary, CALL)
    diary.run()
    diary.outlook.user_deletes(diary.link(task).item_id)
    diary.run()
    assert diary.link(task).status == "removed"
    change(diary, task, subject="Anders")
    writes = len(diary.outlook.writes)
    diary.run()
    assert len(diary.outlook.writes) == writes
    assert TaskRow.objects.get().deleted_at is None


def test_appointments_go_both_ways_within_the_window(diary: World) -> None:
    """R60: from a week back to a month ahead; what lies outside is left where it is."""
    inside = [add(diary, a_visit(days)) for days in (-7, 0, 31)]
    add(diary, a_visit(-9))
    add(diary, a_visit(40))
    theirs = [diary.outlook.user_adds(a_visit(days, subject=f"Outlook {days}")) for days in (-6, 5)]
    diary.outlook.user_adds(a_visit(60, subject="Veel later"))
    assert diary.figures(Kind.CALENDAR) == Figures(looked_at=5, changed=5, errors=0)
    linked = set(OutlookLink.objects.values_list("crm_id", flat=True))
    assert linked == {*inside, *(record_of(diary, item) for item in theirs)}
    quiet(diary)


def test_what_leaves_the_window_is_not_deleted(diary: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R84, R60: the edge of the window is no deletion; the days go on and the links stay."""
    early = diary.outlook.user_adds(a_visit(-7, subject="Vorige week"))
    late = diary.outlook.user_adds(a_visit(33, subject="Later"))
    diary.run()
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=3))
    diary.run()
    assert OutlookLink.objects.get(item_id=early).status == "active"
    assert OutlookLink.objects.filter(item_id=late).exists()
    assert AppointmentRow.objects.filter(deleted_at=None).count() == 2
    quiet(diary)


@pytest.mark.parametrize("side", ["crm", "outlook"])
def test_privacy_reaches_the_other_side(diary: World, side: str) -> None:
    """R61: visibility owner is private, both ways."""
    visit = add(diary, a_visit())
    diary.run()
    if side == "crm":
        change(diary, visit, private=True)
    else:
        diary.outlook.user_changes(diary.link(visit).item_id, {"private": True})
    diary.run()
    assert of_type(in_crm(visit), Appointment).private
    assert of_type(in_outlook(diary, visit), Appointment).private
    quiet(diary)


def test_people_are_linked_by_the_contacts_field_else_by_attendees(diary: World) -> None:
    """R62: names in Outlook's field link; without any, the attendees' addresses that the CRM knows do."""
    diary.adds(JAN)
    named = diary.outlook.user_adds(a_visit(1, subject="Met naam", contacts=("Jan van der Berg", "Wie Weet")))
    invited = diary.outlook.user_adds(
        a_visit(2, subject="Genodigd", attendees=(Attendee(email="jan@berg.example"),))
    )
    diary.run()
    for item in (named, invited):
        row = AppointmentRow.objects.get(pk=int(record_of(diary, item).partition(":")[2]))
        assert [str(link.person) for link in row.links.all() if link.person_id] == ["Jan van der Berg"]
    assert of_type(in_crm(record_of(diary, named)), Appointment).contacts == ("Jan van der Berg", "Wie Weet")
    quiet(diary)


def test_a_meeting_of_two_colleagues_is_one_appointment(diary: World) -> None:
    """R65: by its number; the colleague's copy is linked, and nothing of it is written on either side."""
    anna = World("anna", kinds="Calendar")
    guests = (Attendee(email="anna@firm.example"), Attendee(email="michael@firm.example"))
    mine = diary.outlook.user_adds(a_visit(uid="uid-7", attendees=guests))
    theirs = anna.outlook.user_adds(a_visit(uid="uid-7", attendees=guests, organised=False, reminder=5))
    diary.run()
    anna.run()
    row = AppointmentRow.objects.get()
    assert row.owner == diary.user
    assert record_of(diary, mine) == record_of(anna, theirs) == f"appointment:{row.pk}"
    assert (diary.outlook.writes, anna.outlook.writes) == ([], [])


def test_a_colleagues_private_copy_is_his_own(diary: World) -> None:
    """R61, R65: a private appointment is never tied to another's, nor shown by it."""
    anna = World("anna", kinds="Calendar")
    diary.outlook.user_adds(a_visit(uid="uid-7"))
    anna.outlook.user_adds(a_visit(uid="uid-7", private=True, note="vertrouwelijk"))
    diary.run()
    anna.run()
    assert AppointmentRow.objects.count() == 2
    assert "vertrouwelijk" not in {row.note for row in AppointmentRow.objects.filter(owner=diary.user)}


def test_a_series_is_one_appointment_and_keeps_what_was_moved_and_cancelled(diary: World) -> None:
    """R63: read, shown and kept unharmed; an edit of its subject in the CRM flattens nothing."""
    first = today()
    series = a_visit(
        0,
        recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(first.weekday(),), first=first),
        cancelled=(first + timedelta(days=14),),
        moved=(
            Moved(
                original=first + timedelta(days=7),
                subject="Verzet",
                location="Haarlem",
                start=at(8, 12),
                end=at(8, 13),
            ),
        ),
    )
    item = diary.outlook.user_adds(series)
    diary.run()
    record = record_of(diary, item)
    assert in_crm(record) == replace(series, contacts=())
    change(diary, record, subject="Wekelijks bezoek")
    diary.run()
    assert in_outlook(diary, record) == replace(series, subject="Wekelijks bezoek")
    quiet(diary)


@pytest.mark.parametrize(("taken", "subject"), [(Winner.CRM, "Nieuw"), (Winner.OUTLOOK, "Bezoek")])
def test_what_would_be_mailed_waits_until_its_owner_has_decided(
    diary: World, taken: Winner, subject: str
) -> None:
    """R85: nothing is written before, and either answer brings both sides in step."""
    item = diary.outlook.user_adds(a_visit(attendees=(Attendee(email="jan@berg.example"),)))
    diary.run()
    record = record_of(diary, item)
    change(diary, record, subject="Nieuw")
    diary.run()
    assert diary.outlook.writes == []
    decisions.decide_conflict(actor=diary.actor, conflict=ConflictRow.objects.get(), take=taken)
    diary.run()
    assert of_type(in_outlook(diary, record), Appointment).subject == subject
    assert of_type(in_crm(record), Appointment).subject == subject
    quiet(diary)


def test_deleted_in_the_crm_leaves_outlook_as_contacts_do(diary: World) -> None:
    """R64: our own copy goes to Deleted Items; the user's own stays."""
    ours = add(diary, a_visit(1))
    theirs = diary.outlook.user_adds(a_visit(2, subject="Van mij"))
    diary.run()
    copy = diary.link(ours).item_id
    for row in AppointmentRow.objects.all():
        appointments.delete_appointment(actor=diary.actor, appointment=row)
    diary.run()
    assert diary.outlook.items[copy].folder == "deleted-items"
    assert diary.outlook.items[theirs].folder != "deleted-items"
    quiet(diary)


def test_deleted_in_outlook_the_appointment_stays_in_the_crm(diary: World) -> None:
    """R64: kept, and marked as removed from Outlook."""
    visit = add(diary, a_visit())
    diary.run()
    diary.outlook.user_deletes(diary.link(visit).item_id)
    diary.run()
    assert diary.link(visit).status == "removed"
    assert AppointmentRow.objects.get().deleted_at is None
    quiet(diary)
