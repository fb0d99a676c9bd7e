"""The engine's values as JSON text for the database, with a schema number, and back.

A later version that changes these records must still read what is stored, or raise the number and say how to read
the older one: nothing is ever guessed at.
"""

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

from crmcorner.items.records import CONTACT_FIELDS, Contact, FieldName
from crmcorner.sync.journal import Intent
from crmcorner.sync.state import Base

SCHEMA = 1
"""Of the texts that are written now."""

T = TypeVar("T")


class NotReadable(Exception):
    """A stored text is of a schema that this version does not know, or is damaged."""


@dataclass(frozen=True, slots=True)
class _StoredBase:
    schema: int
    value: Base


@dataclass(frozen=True, slots=True)
class _StoredIntent:
    schema: int
    value: Intent


@dataclass(frozen=True, slots=True)
class _Header:
    schema: int


def base_to_text(base: Base) -> str:
    """Return a base as JSON text; empty fields are left out."""
    return _text(base)


def base_from_text(text: str) -> Base:
    """Return the base that `base_to_text` wrote.

    Raises:
        NotReadable: the text is of another schema, or damaged.
    """
    return _read(text, _StoredBase).value


def intent_to_text(intent: Intent) -> str:
    """Return an intent as JSON text."""
    return _text(intent)


def intent_from_text(text: str) -> Intent:
    """Return the intent that `intent_to_text` wrote.

    Raises:
        NotReadable: the text is of another schema, or damaged.
    """
    intent = _read(text, _StoredIntent).value
    return dataclasses.replace(
        intent,
        changes=tuple(
            dataclasses.replace(each, old=_typed(each.field, each.old), new=_typed(each.field, each.new))
            for each in intent.changes
        ),
        conflicts=tuple(
            dataclasses.replace(
                each, crm=_typed(each.field, each.crm), outlook=_typed(each.field, each.outlook)
            )
            for each in intent.conflicts
        ),
    )


def plain(value: Any) -> Any:
    """Return a field's value as JSON knows it: an address as a mapping, phones as a list, a date as ISO 8601 text.

    NUL characters, which PostgreSQL does not store, are left out.
    """
    return _without_nul(msgspec.to_builtins(value, str_keys=True))


def field_value(name: FieldName, stored: Any) -> Any:
    """Return the value of a contact's field that `plain` wrote; None is the empty value.

    Raises:
        NotReadable: it is no value of that field, or there is no such field.
    """
    if name not in CONTACT_FIELDS:
        raise NotReadable(f"no field {name!r}")
    if stored is None:
        return getattr(Contact(), name)
    try:
        return msgspec.convert(stored, type=_field_types()[name])
    except msgspec.ValidationError as error:
        raise NotReadable(f"field {name}: {error}") from error


def _typed(name: FieldName, value: Any) -> Any:
    """Return a value as the field has it; a text of Outlook's that is none of that field stays a text (R45)."""
    try:
        return field_value(name, value)
    except NotReadable:
        return value


@cache
def _field_types() -> dict[str, Any]:
    return get_type_hints(Contact)


def _text(value: Base | Intent) -> str:
    return msgspec.json.encode({"schema": SCHEMA, "value": _sparse(value)}).decode()


def _sparse(value: Any) -> Any:
    """Return a record as a mapping without the fields that have their default, which reading fills in again."""
    kind = type(value)
    if kind is str:
        return value
    if isinstance(value, tuple):
        return [_sparse(each) for each in value]
    if isinstance(value, dict):
        return {key: _sparse(each) for key, each in value.items()}
    if not dataclasses.is_dataclass(kind):
        return value
    found = {}
    for name, default in _defaults(kind):
        held = getattr(value, name)
        if held != default:
            found[name] = _sparse(held)
    return found


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    # Asked for every value that is stored: looking the fields up each time would cost more than the writing.
    return tuple((each.name, each.default) for each in dataclasses.fields(kind))


def _read(text: str, kind: type[T]) -> T:
    try:
        schema = msgspec.json.decode(text, type=_Header).schema
        if schema != SCHEMA:
            raise NotReadable(f"schema {schema} is not known to this version, which knows {SCHEMA}")
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise NotReadable(str(error)) from error


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list | tuple):
        return [_without_nul(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_nul(each) for key, each in value.items()}
    return value
