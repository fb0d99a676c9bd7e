"""Tasks made, changed, completed, deleted and restored: the sole writer of their table (R50-R52)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.records import Task, TaskStatus, changed_fields, with_fields
from crmcorner.people.crm_ids import organisation_id, person_id, split_ids
from crmcorner.planning.crm_ids import TASK, CrmId, task_id
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.models import TaskLink
from crmcorner.planning.permissions import check_privacy, require_change
from crmcorner.planning.services.saving import Draft, store
from crmcorner.planning.task_mapping import COLUMNS, LoadedTask, fill_task, load_tasks
from crmcorner.planning.validation import checked_task

_EMPTY = Task()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWrite:
    """What one task is to be.

    ``crm_id`` None makes a new one of the actor's. Otherwise only ``fields`` of ``content`` are taken, and only if the
    task still has ``version`` (None: whatever it has).
    """

    content: Task
    fields: Collection[str]
    crm_id: CrmId | None
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTask:
    """The task as it now is. ``changed`` is False where there was nothing to store."""

    crm_id: CrmId
    version: int
    row: TaskRow
    content: Task
    changed: bool


@transaction.atomic
def save_tasks(*, actor: Actor, writes: Sequence[TaskWrite]) -> list[SavedTask | None]:
    """Make and change tasks; result *n* belongs to write *n*, None where the task changed meanwhile.

    A second write to one task in one call counts as meanwhile.

    Raises:
        ValidationError: a value that the CRM cannot hold; nothing was stored.
    """
    existing = load_tasks([write.crm_id for write in writes if write.crm_id], lock=True)
    drafts = [_draft(actor, write, existing) for write in writes]
    changed = [draft for draft in drafts if draft is not None and (draft.is_new or draft.fields)]
    for draft in changed:
        fill_task(draft.row, draft.new)
    store(actor, TASK, changed, (*COLUMNS, "private"))
    stored = {id(draft) for draft in changed}
    return [_saved(draft, changed=id(draft) in stored) if draft else None for draft in drafts]


def _draft(actor: Actor, write: TaskWrite, existing: dict[CrmId, LoadedTask]) -> Draft[TaskRow, Task] | None:
    if write.crm_id is None:
        new = checked_task(write.content)
        row = TaskRow(owner=actor.user)
        return Draft(row, _EMPTY, new, changed_fields(_EMPTY, new), is_new=True)
    found = existing.pop(write.crm_id, None)
    if found is None or (write.version is not None and found.row.version != write.version):
        return None
    wanted = {name: getattr(write.content, name) for name in write.fields}
    new = checked_task(with_fields(found.content, wanted))
    return Draft(found.row, found.content, new, changed_fields(found.content, new), is_new=False)


def _saved(draft: Draft[TaskRow, Task], *, changed: bool) -> SavedTask:
    row = draft.row
    return SavedTask(crm_id=task_id(row.pk), version=row.version, row=row, content=draft.new, changed=changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskValues:
    """What a form says of a task, besides its content: whose it is, who sees it, whom it is about (crm ids)."""

    content: Task
    owner: User | None
    private: bool = False
    about: Collection[str] = ()


@transaction.atomic
def create_task(*, actor: Actor, values: TaskValues) -> TaskRow:
    """Make a task.

    Raises:
        ValidationError: a value that the CRM cannot hold, or nobody would see it.
    """
    check_privacy(actor, None, private=values.private, owner=values.owner)
    (saved,) = save_tasks(
        actor=actor, writes=[TaskWrite(content=values.content, fields=COLUMNS, crm_id=None, version=None)]
    )
    assert saved is not None  # noqa: S101 - a new one cannot have changed meanwhile
    _place(actor, saved.row, values)
    return saved.row


@transaction.atomic
def change_task(
    *, actor: Actor, task: TaskRow, values: TaskValues, expected_version: int | None = None
) -> None:
    """Change a task to what a form says.

    Raises:
        ValidationError: a value that the CRM cannot hold, or it would be hidden by someone else than its owner.
        PermissionDenied: a private one of someone else's. ChangedMeanwhile: someone else changed it since.
    """
    require_change(actor, task)
    check_privacy(actor, task, private=values.private, owner=values.owner)
    write = TaskWrite(
        content=values.content, fields=COLUMNS, crm_id=task_id(task.pk), version=expected_version
    )
    if save_tasks(actor=actor, writes=[write]) == [None]:
        raise ChangedMeanwhile
    task.refresh_from_db()
    _place(actor, task, values)


def complete_task(*, actor: Actor, task: TaskRow, completed: bool, today: date) -> None:
    """R51: tick a task off, or take the tick off again.

    Args:
        actor: who does it.
        task: which one.
        completed: which of both.
        today: the day of the user's clock, which becomes the day of completion.

    Raises:
        PermissionDenied: a private one of someone else's. ChangedMeanwhile: it is gone.
    """
    require_change(actor, task)
    content = Task(
        status=TaskStatus.COMPLETED if completed else TaskStatus.NOT_STARTED,
        completed_on=today if completed else None,
    )
    write = TaskWrite(
        content=content, fields=("status", "completed_on"), crm_id=task_id(task.pk), version=None
    )
    if save_tasks(actor=actor, writes=[write]) == [None]:
        raise ChangedMeanwhile
    task.refresh_from_db()


def delete_task(*, actor: Actor, task: TaskRow) -> None:
    """Put a task in the bin; our copy leaves Outlook with the next run (R51).

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    _set_deleted(actor, task, deleted=True)


def restore_task(*, actor: Actor, task: TaskRow) -> None:
    """Take a task out of the bin.

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    _set_deleted(actor, task, deleted=False)


@transaction.atomic
def _set_deleted(actor: Actor, task: TaskRow, *, deleted: bool) -> None:
    task.refresh_from_db()
    require_change(actor, task, deletes=True)
    if bool(task.deleted_at) == deleted:
        return
    save_seen(task, {"deleted_at": timezone.now() if deleted else None}, expected_version=None)
    action = HistoryAction.DELETED if deleted else HistoryAction.RESTORED
    journal.record(actor, subject=task_id(task.pk), label=str(task), action=action)


def _place(actor: Actor, task: TaskRow, values: TaskValues) -> None:
    """Store whose it is, who sees it, and whom it is about; in history where it differs."""
    changes: dict[str, list[object]] = {}
    if task.owner != values.owner:
        changes["owner"] = [str(task.owner or ""), str(values.owner or "")]
    if task.private != values.private:
        changes["private"] = [task.private, values.private]
    before = {_crm_id(link): str(link) for link in task.links.select_related("person", "organisation")}
    if set(before) != set(values.about):
        persons, organisations = split_ids(values.about)
        task.links.all().delete()
        rows = [TaskLink(task=task, person_id=pk) for pk in persons]
        rows += [TaskLink(task=task, organisation_id=pk) for pk in organisations]
        TaskLink.objects.bulk_create(rows)
        names = [str(link) for link in task.links.select_related("person", "organisation")]
        changes["contacts"] = [sorted(before.values()), sorted(names)]
    if changes:
        save_seen(task, {"owner": values.owner, "private": values.private}, expected_version=None)
        journal.record(
            actor, subject=task_id(task.pk), label=str(task), action=HistoryAction.CHANGED, changes=changes
        )


def _crm_id(link: TaskLink) -> str:
    return person_id(link.person_id) if link.person_id else organisation_id(link.organisation_id or 0)
