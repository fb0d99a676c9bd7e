"""From a task's row to the record that travels, and back."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from crmcorner.items import records
from crmcorner.items.records import FieldName
from crmcorner.items.recurrence import Recurrence
from crmcorner.planning.crm_ids import TASK, CrmId, keys_of, task_id
from crmcorner.planning.models import Task

COLUMNS: tuple[FieldName, ...] = records.TASK_FIELDS
"""Every field of the record is a column of the same name."""


@dataclass(frozen=True, slots=True)
class LoadedTask:
    """A row and what it says."""

    row: Task
    content: records.Task


def load_tasks(crm_ids: Collection[CrmId], *, lock: bool = False) -> dict[CrmId, LoadedTask]:
    """Return these tasks, those in the bin included, in one query; ``lock`` holds them until the transaction ends."""
    rows = Task.objects.filter(pk__in=keys_of(TASK, crm_ids))
    if lock:
        # Always in the same order, so that two writers never wait for each other.
        rows = rows.order_by("pk").select_for_update()
    return {task_id(row.pk): LoadedTask(row, task_content(row)) for row in rows}


def task_content(row: Task) -> records.Task:
    """Return what a row says."""
    return records.Task(
        subject=row.subject,
        note=row.note,
        start=row.start,
        due=row.due,
        status=records.TaskStatus(row.status),
        completed_on=row.completed_on,
        priority=records.Priority(row.priority),
        reminder=row.reminder,
        recurrence=recurrence_of(row.recurrence),
    )


def recurrence_of(stored: Any) -> Recurrence | None:
    """Return a stored rule of repetition."""
    return msgspec.convert(stored, Recurrence) if stored else None


def fill_task(row: Task, content: records.Task) -> None:
    """Let a row say what a record says."""
    for name in COLUMNS:
        setattr(row, name, getattr(content, name))
    row.status, row.priority = content.status.value, content.priority.value
    row.recurrence = msgspec.to_builtins(content.recurrence)
