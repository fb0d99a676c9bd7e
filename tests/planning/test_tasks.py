"""Tasks as they are stored: in sets for the coupling, one at a time for the pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crmcorner.accounts.actor import Actor
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.models import HistoryLine
from crmcorner.items.records import TASK_FIELDS, Contact, Priority, Task, TaskStatus
from crmcorner.items.recurrence import LAST, Pattern, Recurrence
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.services import tasks
from crmcorner.planning.services.tasks import SavedTask, TaskValues, TaskWrite
from crmcorner.planning.task_mapping import load_tasks

TODAY = date(2026, 11, 23)

EVERYTHING = Task(
    subject="Offerte naspoorten",
    note="Eerst bellen\nDan mailen",
    start=date(2026, 11, 20),
    due=date(2026, 12, 1),
    status=TaskStatus.COMPLETED,
    completed_on=date(2026, 11, 22),
    priority=Priority.HIGH,
    reminder=datetime(2026, 11, 30, 8, tzinfo=UTC),
    recurrence=Recurrence(
        pattern=Pattern.YEARLY_WEEKDAY,
        interval=2,
        weekdays=(1, 4),
        month=12,
        nth=LAST,
        first=date(2026, 12, 1),
        last=date(2030, 12, 31),
    ),
)


def write(content: Task, crm_id: str | None = None, **more: Any) -> TaskWrite:
    """Return an order to store a task whole, unless ``fields`` says otherwise."""
    return TaskWrite(**{"content": content, "crm_id": crm_id, "fields": TASK_FIELDS, "version": None} | more)


def save(actor: Actor, content: Task, crm_id: str | None = None, **more: Any) -> SavedTask:
    """Store one task."""
    (saved,) = tasks.save_tasks(actor=actor, writes=[write(content, crm_id, **more)])
    assert saved is not None
    return saved


def values(actor: Actor, content: Task, **more: Any) -> TaskValues:
    """Return what a form says of a task of his own."""
    return TaskValues(**{"content": content, "owner": actor.user} | more)


def history(crm_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what happened to a record, oldest first."""
    lines = HistoryLine.objects.filter(subject=crm_id).order_by("pk")
    return [(line.action, line.changes) for line in lines]


def test_what_is_stored_is_what_is_read(michael: Actor) -> None:
    """R52: every field of a task, and it is his who stored it."""
    saved = save(michael, EVERYTHING)
    loaded = load_tasks([saved.crm_id])[saved.crm_id]
    assert loaded.content == saved.content == EVERYTHING
    assert (loaded.row.owner, loaded.row.version, saved.changed) == (michael.user, 1, True)


def test_only_the_fields_named_are_taken(michael: Actor) -> None:
    """R52: the rest stays; the version rises and history tells what was before."""
    crm_id = save(michael, EVERYTHING).crm_id
    saved = save(michael, Task(due=TODAY), crm_id, fields=("due",))
    assert saved.content == replace(EVERYTHING, due=TODAY)
    assert saved.version == 2
    assert history(crm_id)[-1] == ("changed", {"due": ["2026-12-01", "2026-11-23"]})


def test_what_moved_on_meanwhile_is_not_written_over(michael: Actor) -> None:
    """R18: nor is what was changed in the same call, or is gone; the others are stored."""
    one, other = (save(michael, Task(subject=name)) for name in ("Een", "Twee"))
    save(michael, Task(subject="Intussen"), one.crm_id, fields=("subject",))
    results = tasks.save_tasks(
        actor=michael,
        writes=[
            write(Task(subject="Te laat"), one.crm_id, version=one.version),
            write(Task(subject="Twee b"), other.crm_id, version=other.version),
            write(Task(subject="Twee c"), other.crm_id),
            write(Task(subject="Weg"), "task:999999"),
        ],
    )
    assert [result is not None for result in results] == [False, True, False, False]
    assert set(TaskRow.objects.values_list("subject", flat=True)) == {"Intussen", "Twee b"}


def test_storing_the_same_again_stores_nothing(michael: Actor) -> None:
    """R75: no version, no line."""
    first = save(michael, EVERYTHING)
    again = save(michael, EVERYTHING, first.crm_id)
    assert (again.changed, again.version) == (False, first.version)
    assert len(history(first.crm_id)) == 1


def queries_for(do: Callable[[], Any]) -> int:
    """Return how many statements something takes."""
    with CaptureQueriesContext(connection) as taken:
        do()
    return len(taken)


def test_the_number_of_statements_does_not_grow(michael: Actor) -> None:
    """R11: sixty tasks take as many as two."""

    def round_of(number: int) -> int:
        made = tasks.save_tasks(actor=michael, writes=[write(EVERYTHING)] * number)
        crm_ids = [each.crm_id for each in made if each]
        change = [write(Task(subject="Anders"), crm_id, fields=("subject",)) for crm_id in crm_ids]
        return queries_for(lambda: tasks.save_tasks(actor=michael, writes=change)) + queries_for(
            lambda: load_tasks(crm_ids)
        )

    assert round_of(2) == round_of(60)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Task(subject="x" * 256), "subject"),
        (Task(due=date(1, 1, 1)), "due"),
        (Task(due=date(9999, 12, 31)), "due"),
        (Task(start=date(4501, 1, 1)), "start"),
        (Task(reminder=datetime(1, 1, 1, tzinfo=UTC)), "reminder"),
        (Task(recurrence=Recurrence(pattern=Pattern.DAILY, interval=0, first=TODAY)), "recurrence"),
        (Task(recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(7,), first=TODAY)), "recurrence"),
        (Task(recurrence=Recurrence(pattern=Pattern.MONTHLY_WEEKDAY, nth=6, first=TODAY)), "recurrence"),
        (Task(recurrence=Recurrence(pattern=Pattern.YEARLY, month=13, first=TODAY)), "recurrence"),
    ],
)
def test_what_the_crm_cannot_hold_is_refused_as_a_whole(michael: Actor, content: Task, field: str) -> None:
    """R52: by field; nothing of the call is stored."""
    with pytest.raises(ValidationError) as caught:
        tasks.save_tasks(actor=michael, writes=[write(Task(subject="Goed")), write(content)])
    assert list(caught.value.message_dict) == [field]
    assert not TaskRow.objects.exists()


def test_texts_are_tidied(michael: Actor) -> None:
    """R52: what no database holds is taken out, emoji stay."""
    saved = save(michael, Task(subject="  Bel\x00len 🎉 ", note="een\r\ntwee\x07\n"))
    assert (saved.content.subject, saved.content.note) == ("Bellen 🎉", "een\ntwee")


def test_ticking_off_notes_the_day_and_opening_again_forgets_it(michael: Actor) -> None:
    """R51: the day is that of the user's clock."""
    row = tasks.create_task(actor=michael, values=values(michael, Task(subject="Bellen")))
    tasks.complete_task(actor=michael, task=row, completed=True, today=TODAY)
    assert (row.status, row.completed_on) == (TaskStatus.COMPLETED, TODAY)
    tasks.complete_task(actor=michael, task=row, completed=False, today=TODAY)
    assert (row.status, row.completed_on) == (TaskStatus.NOT_STARTED, None)
    completed = save(michael, EVERYTHING).crm_id
    reopened = save(michael, Task(status=TaskStatus.WAITING), completed, fields=("status",))
    assert reopened.content.completed_on is None


def test_whom_a_task_is_about_stands_in_its_history(michael: Actor) -> None:
    """R71: persons and organisations; a form that saw the task before is out of date."""
    contacts = (Contact(given_name="Jan", surname="Berg"), Contact(company="Bakkerij Smit"))
    jan, smit = save_contacts(actor=michael, writes=[ContactWrite(contact=each) for each in contacts])
    assert jan is not None
    assert smit is not None
    row = tasks.create_task(actor=michael, values=values(michael, Task(subject="Bellen")))
    seen = row.version
    both = values(michael, Task(subject="Bellen"), about=(jan.crm_id, smit.crm_id))
    tasks.change_task(actor=michael, task=row, values=both)
    assert {str(link) for link in row.links.all()} == {"Jan Berg", "Bakkerij Smit"}
    crm_id = f"task:{row.pk}"
    assert history(crm_id)[-1] == ("changed", {"contacts": [[], ["Bakkerij Smit", "Jan Berg"]]})
    with pytest.raises(ChangedMeanwhile):
        tasks.change_task(actor=michael, task=row, values=both, expected_version=seen)
    tasks.change_task(actor=michael, task=row, values=replace(both, about=(jan.crm_id,)))
    assert history(crm_id)[-1] == (
        "changed",
        {"contacts": [["Bakkerij Smit", "Jan Berg"], ["Jan Berg"]]},
    )


def test_deleting_is_for_its_owner_and_administrators(
    michael: Actor, sanne: Actor, administrator: Actor
) -> None:
    """R71: and so is restoring; a private one is its owner's alone."""
    row = tasks.create_task(actor=michael, values=values(michael, Task(subject="Bellen")))
    with pytest.raises(PermissionDenied):
        tasks.delete_task(actor=sanne, task=row)
    tasks.delete_task(actor=administrator, task=row)
    with pytest.raises(PermissionDenied):
        tasks.restore_task(actor=sanne, task=row)
    tasks.restore_task(actor=michael, task=row)
    assert [action for action, _changes in history(f"task:{row.pk}")] == ["created", "deleted", "restored"]
    tasks.change_task(actor=michael, task=row, values=values(michael, Task(subject="Bellen"), private=True))
    for other in (sanne, administrator):
        with pytest.raises(PermissionDenied):
            tasks.delete_task(actor=other, task=row)
        with pytest.raises(PermissionDenied):
            tasks.complete_task(actor=other, task=row, completed=True, today=TODAY)
        with pytest.raises(PermissionDenied):
            tasks.change_task(actor=other, task=row, values=values(other, Task(subject="Mijn")))
    row.refresh_from_db()
    assert (row.subject, row.deleted_at, row.status) == ("Bellen", None, TaskStatus.NOT_STARTED)


def test_nothing_is_hidden_from_everyone(michael: Actor, sanne: Actor) -> None:
    """R61: what is private has an owner, and only he makes it so."""
    with pytest.raises(ValidationError) as caught:
        tasks.create_task(
            actor=michael, values=TaskValues(content=Task(subject="Geheim"), owner=None, private=True)
        )
    assert list(caught.value.message_dict) == ["owner"]
    row = tasks.create_task(actor=michael, values=values(michael, Task(subject="Bellen")))
    with pytest.raises(ValidationError) as caught:
        tasks.change_task(actor=sanne, task=row, values=values(michael, Task(subject="Bellen"), private=True))
    assert list(caught.value.message_dict) == ["private"]
    row.refresh_from_db()
    assert not row.private
