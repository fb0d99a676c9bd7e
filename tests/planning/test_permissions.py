"""Who sees and may do what with tasks and appointments."""

import pytest
from django.core.exceptions import PermissionDenied

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.models import User
from crmcorner.items.records import Task
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.permissions import (
    may_delete,
    require_change,
    sees_whole,
    taken_times,
    visible_appointments,
    visible_tasks,
)
from crmcorner.planning.search import entries_between, find_appointments, find_tasks, of_record
from crmcorner.planning.services import tasks
from crmcorner.planning.services.tasks import TaskValues
from tests.planning.diary import NINE, a_visit, contact, made

Records = tuple[TaskRow, AppointmentRow]


@pytest.fixture
def everyone(michael: Actor, sanne: Actor, administrator: Actor) -> dict[str, Actor]:
    """Michael is the owner, Sanne a colleague."""
    return {"owner": michael, "colleague": sanne, "administrator": administrator, "command": COMMAND}


def records(owner: Actor, *, private: bool) -> Records:
    """Make a task and an appointment of his."""
    values = TaskValues(content=Task(subject="Geheim"), owner=owner.user, private=private)
    row = tasks.create_task(actor=owner, values=values)
    return row, made(owner, a_visit(subject="Geheim", private=private))


def user_of(actor: Actor) -> User:
    """Return who acts, who is someone here."""
    assert actor.user is not None
    return actor.user


@pytest.mark.parametrize(
    ("who", "private", "sees", "changes", "deletes"),
    [
        ("owner", False, True, True, True),
        ("colleague", False, True, True, False),
        ("administrator", False, True, True, True),
        ("command", False, True, True, True),
        ("owner", True, True, True, True),
        ("colleague", True, False, False, False),
        ("administrator", True, False, False, False),
        ("command", True, True, True, True),
    ],
)
def test_who_may_do_what(
    everyone: dict[str, Actor], who: str, *, private: bool, sees: bool, changes: bool, deletes: bool
) -> None:
    """R61, R73: what is private is its owner's alone, also for administrators."""
    actor = everyone[who]
    for record in records(everyone["owner"], private=private):
        assert sees_whole(actor.user, record) is sees
        assert may_delete(actor, record) is deletes
        for is_deletion, allowed in ((False, changes), (True, deletes)):
            try:
                require_change(actor, record, deletes=is_deletion)
                done = True
            except PermissionDenied:
                done = False
            assert done is allowed


@pytest.mark.parametrize("who", ["colleague", "administrator"])
def test_what_is_private_is_in_no_query_of_anyone_else(everyone: dict[str, Actor], who: str) -> None:
    """R61: list, search, panels, bin; of an appointment the time is taken and nothing is told."""
    owner, reader = user_of(everyone["owner"]), user_of(everyone[who])
    jan = contact(everyone["owner"], given_name="Jan", surname="Berg", emails=("jan@berg.example",))
    person = int(jan.partition(":")[2])
    task, appointment = records(everyone["owner"], private=True)
    task.links.create(person_id=person)
    appointment.links.create(person_id=person)
    for user, seen in ((owner, 1), (reader, 0)):
        assert visible_tasks(user).count() == visible_appointments(user).count() == seen
        assert find_tasks(user, "geheim").count() == find_appointments(user, "geheim").count() == seen
        assert of_record(find_tasks(user), person=person).count() == seen
        assert of_record(find_appointments(user), person=person).count() == seen
    assert (taken_times(owner).count(), taken_times(reader).count()) == (0, 1)
    (entry,) = entries_between(reader, NINE, appointment.end, everyone=True)
    assert (entry.row, entry.owner, entry.occurrence.subject, entry.occurrence.location) == (
        None,
        owner,
        "",
        "",
    )
    assert (entry.occurrence.start, entry.occurrence.end) == (appointment.start, appointment.end)
    assert entries_between(reader, NINE, appointment.end, everyone=False) == []
    for row in (task, appointment):
        type(row).objects.update(deleted_at=NINE)
    assert (
        visible_tasks(reader, deleted=True).count() == visible_appointments(reader, deleted=True).count() == 0
    )
    assert taken_times(reader).count() == 0


def test_what_nobody_owns_is_everyones(everyone: dict[str, Actor]) -> None:
    """R71: as persons and organisations are."""
    for record in records(everyone["owner"], private=False):
        record.owner = None
        assert may_delete(everyone["colleague"], record)
