"""The engine's values as JSON text for the database, with a schema number, and back.

A later version that changes these records must still read what is stored, or raise the number and say how to read
the older one: nothing is ever guessed at.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

from crmcorner.items.changes import ItemId, Stamp, Unread, Version
from crmcorner.items.records import CONTENT_OF, Content, FieldName, Kind
from crmcorner.sync.actions import Conflict, FieldChange
from crmcorner.sync.journal import Intent, IntentKind
from crmcorner.sync.state import Base, CrmId, Link, LinkStatus, Origin

SCHEMA = 1
"""Of the texts that are written now."""

T = TypeVar("T")


class NotReadable(Exception):
    """A stored text is of a schema that this version does not know, or is damaged."""


class _RawBase(msgspec.Struct, frozen=True, kw_only=True):
    """A base whose images are read once it is known of what kind they are."""

    crm: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))
    outlook: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))
    unread: dict[FieldName, Unread] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RawLink:
    crm_id: CrmId
    item_id: ItemId
    origin: Origin
    status: LinkStatus
    scoped: bool
    version: Version
    categories: tuple[str, ...]
    base: _RawBase
    crm_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _RawIntent:
    stamp: Stamp
    what: IntentKind
    crm_id: CrmId
    label: str
    link: _RawLink
    item_id: ItemId = ""
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _StoredBase:
    schema: int
    value: _RawBase


@dataclass(frozen=True, slots=True)
class _StoredIntent:
    schema: int
    value: _RawIntent


@dataclass(frozen=True, slots=True)
class _Header:
    schema: int


def base_to_text(base: Base) -> str:
    """Return a base as JSON text; empty fields are left out."""
    return _text(base)


def base_from_text(text: str, kind: Kind) -> Base:
    """Return the base of an item of this kind that `base_to_text` wrote.

    Raises:
        NotReadable: the text is of another schema, or damaged.
    """
    return _base(_read(text, _StoredBase).value, kind)


def intent_to_text(intent: Intent) -> str:
    """Return an intent as JSON text."""
    return _text(intent)


def intent_from_text(text: str, kind: Kind) -> Intent:
    """Return the intent about an item of this kind that `intent_to_text` wrote.

    Raises:
        NotReadable: the text is of another schema, or damaged.
    """
    raw = _read(text, _StoredIntent).value

    def typed(name: FieldName, value: Any) -> Any:
        return _typed(kind, name, value)

    return Intent(
        stamp=raw.stamp,
        what=raw.what,
        crm_id=raw.crm_id,
        label=raw.label,
        link=_link(raw.link, kind),
        item_id=raw.item_id,
        changes=tuple(
            dataclasses.replace(each, old=typed(each.field, each.old), new=typed(each.field, each.new))
            for each in raw.changes
        ),
        conflicts=tuple(
            dataclasses.replace(
                each, crm=typed(each.field, each.crm), outlook=typed(each.field, each.outlook)
            )
            for each in raw.conflicts
        ),
    )


def plain(value: Any) -> Any:
    """Return a field's value as JSON knows it: an address as a mapping, phones as a list, a date as ISO 8601 text.

    NUL characters, which PostgreSQL does not store, are left out.
    """
    if type(value) is str:
        return value.replace("\x00", "")
    return _without_nul(msgspec.to_builtins(value, str_keys=True))


def json_text(value: Any) -> str:
    """Return what `plain` gave as the text of a JSON column."""
    return msgspec.json.encode(value).decode()


def field_value(kind: Kind, name: FieldName, stored: Any) -> Any:
    """Return the value of a field of this kind's records that `plain` wrote; None is the empty value.

    Raises:
        NotReadable: it is no value of that field, or there is no such field.
    """
    content = CONTENT_OF.get(kind)
    types = _field_types(kind) if content else {}
    if content is None or name not in types:
        raise NotReadable(f"no field {name!r}")
    if stored is None:
        return getattr(content(), name)
    try:
        return msgspec.convert(stored, type=types[name])
    except msgspec.ValidationError as error:
        raise NotReadable(f"field {name}: {error}") from error


def _typed(kind: Kind, name: FieldName, value: Any) -> Any:
    """Return a value as the field has it; a text of Outlook's that is none of that field stays a text (R45)."""
    try:
        return field_value(kind, name, value)
    except NotReadable:
        return value


def _base(raw: _RawBase, kind: Kind) -> Base:
    content = CONTENT_OF[kind]
    return Base(crm=_image(raw.crm, content), outlook=_image(raw.outlook, content), unread=raw.unread)


def _image(raw: msgspec.Raw, content: type[Content]) -> Content:
    try:
        return msgspec.json.decode(raw, type=content)
    except msgspec.DecodeError as error:
        raise NotReadable(str(error)) from error


def _link(raw: _RawLink, kind: Kind) -> Link:
    values = {each.name: getattr(raw, each.name) for each in dataclasses.fields(raw)}
    return Link(**values | {"base": _base(raw.base, kind)})


@cache
def _field_types(kind: Kind) -> dict[str, Any]:
    return get_type_hints(CONTENT_OF[kind])


def _text(value: Base | Intent) -> str:
    return msgspec.json.encode({"schema": SCHEMA, "value": _sparse(value)}).decode()


_AS_IT_IS = frozenset({str, int, bool, date, datetime, type(None)})


def _sparse(value: Any) -> Any:
    """Return a record as a mapping without the fields that have their default, which reading fills in again."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if isinstance(value, tuple):
        return [_sparse(each) for each in value]
    if isinstance(value, dict):
        return {key: _sparse(each) for key, each in value.items()}
    if kind is Base and value.crm == value.outlook:
        # As in most links: what both sides say is worked out once.
        said = _sparse(value.crm)
        found = {"crm": said, "outlook": said}
        return found | {"unread": _sparse(value.unread)} if value.unread else found
    if not dataclasses.is_dataclass(kind):
        return value
    found = {}
    for name, default in _defaults(kind):
        held = getattr(value, name)
        if held is not default and held != default:
            found[name] = held if type(held) is str else _sparse(held)
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
