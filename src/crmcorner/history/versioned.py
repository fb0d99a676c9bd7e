"""Saving a record only as it was seen: the version rises with each write."""

from typing import TypeVar

from django.db import models
from django.db.models import F

from crmcorner.history.errors import ChangedMeanwhile

M = TypeVar("M", bound=models.Model)


def save_seen(record: M, values: dict[str, object], *, expected_version: int | None) -> None:
    """Store field values and raise the version, in one conditional UPDATE.

    Args:
        record: the record, whose attributes are brought up to date too.
        values: column values by field name.
        expected_version: the version that the user saw, or None to take any.

    Raises:
        ChangedMeanwhile: the record has another version by now, or is gone.
    """
    rows = type(record)._default_manager.filter(pk=record.pk)  # noqa: SLF001 - Django's documented way
    if expected_version is not None:
        rows = rows.filter(version=expected_version)
    if not rows.update(**values, version=F("version") + 1):
        raise ChangedMeanwhile
    record.refresh_from_db()
