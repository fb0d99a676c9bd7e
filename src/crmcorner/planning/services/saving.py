"""Storing many rows of one table at once, with the version raised and a history line each (R8, R75)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec
from django.db import DEFAULT_DB_ALIAS, models
from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.history.many_rows import database_value, insert_for_ids, replace_rows
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.items.records import Appointment, FieldName, Task
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import Task as TaskRow

R = TypeVar("R", TaskRow, AppointmentRow)
C = TypeVar("C", Task, Appointment)


@dataclass(slots=True)
class Draft(Generic[R, C]):
    """A row before it is stored: what it said, what it is to say, and in what that differs."""

    row: R
    old: C
    new: C
    fields: tuple[FieldName, ...]
    is_new: bool


def store(actor: Actor, word: str, drafts: Sequence[Draft[R, C]], columns: Sequence[str]) -> None:
    """Write rows whose columns are filled, and their history. Call it in the transaction of all that belongs to it.

    Args:
        actor: who does it.
        word: by which history knows them.
        drafts: what changes; rows that are new get their key here.
        columns: names of the columns that the record fills.
    """
    if not drafts:
        return
    names: tuple[str, ...] = (*columns, "owner_id", "version", "deleted_at", "created_at")
    now = timezone.now()
    for draft in drafts:
        draft.row.version = 1 if draft.is_new else draft.row.version + 1
        if draft.is_new:
            draft.row.created_at = now
    model = type(drafts[0].row)
    fresh = [draft.row for draft in drafts if draft.is_new]
    ids = insert_for_ids(model, names, (_values(row, names) for row in fresh))
    for row, pk in zip(fresh, ids, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as Django's own bulk_create does
    known = [draft.row for draft in drafts if not draft.is_new]
    every = (*names, "id")
    replace_rows(model, every, (_values(row, every) for row in known), keep=frozenset({"created_at"}))
    journal.record_many(actor, [_entry(word, draft) for draft in drafts])


def _entry(word: str, draft: Draft[R, C]) -> journal.Entry:
    changes = {
        name: [msgspec.to_builtins(getattr(draft.old, name)), msgspec.to_builtins(getattr(draft.new, name))]
        for name in draft.fields
    }
    return journal.Entry(
        subject=f"{word}:{draft.row.pk}",
        label=str(draft.row),
        action=HistoryAction.CREATED if draft.is_new else HistoryAction.CHANGED,
        changes=changes,
    )


def _values(row: R, names: Sequence[str]) -> list[Any]:
    return [_value(row, name) for name in names]


def _value(row: R, name: str) -> Any:
    value = getattr(row, name)
    field = type(row)._meta.get_field(name.removesuffix("_id") if name != "id" else name)  # noqa: SLF001 - Django's way
    if isinstance(field, models.JSONField):
        return None if value is None else msgspec.json.encode(value).decode()
    return database_value(value) if isinstance(value, date) else value
