"""How tasks and appointments are called outside their tables: ``task:12``, ``appointment:5``."""

from collections.abc import Iterable

CrmId = str

TASK, APPOINTMENT = "task", "appointment"

_LONGEST_KEY = 18
"""Digits that every database's keys have room for."""


def task_id(pk: int) -> CrmId:
    """Return the id of the task with this primary key."""
    return f"{TASK}:{pk}"


def appointment_id(pk: int) -> CrmId:
    """Return the id of the appointment with this primary key."""
    return f"{APPOINTMENT}:{pk}"


def keys_of(word: str, crm_ids: Iterable[CrmId]) -> list[int]:
    """Return the primary keys among these ids of this word; others are passed over."""
    found = []
    for crm_id in crm_ids:
        kind, _colon, number = crm_id.partition(":")
        if kind == word and number.isascii() and number.isdecimal() and len(number) <= _LONGEST_KEY:
            found.append(int(number))
    return found
