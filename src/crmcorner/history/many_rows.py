"""Many rows stored at little cost: a model instance and its fields' conversions for each would take most of the time."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from django.db import connection, models

_PARAMETERS = 20_000

Rows = Iterable[Sequence[Any]]
"""Values as the database drivers take them: text, numbers, None; dates and times through `database_value`."""


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Rows) -> None:
    """Insert rows of values.

    Args:
        model: whose table it is; columns that are not named are nullable or filled by the database.
        names: attribute names of its fields (``person_id`` for a foreign key), in the order of each row.
        rows: the values; nothing is checked or converted here.
    """
    for statement, parameters in _statements(model, names, rows):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def insert_for_ids(model: type[models.Model], names: Sequence[str], rows: Rows) -> list[int]:
    """Insert rows of values and return their ids, in the same order; otherwise as `insert_rows`."""
    found: list[int] = []
    for statement, parameters in _statements(model, names, rows):
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} RETURNING id", parameters)
            found += [row[0] for row in cursor.fetchall()]
    return found


def replace_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Rows,
    *,
    key: Sequence[str] = ("id",),
    keep: frozenset[str] = frozenset(),
) -> None:
    """Write values over the rows that have the same ``key``; where there is none, insert it.

    ``names`` has the key, and every column that may not be empty.

    Args:
        model: whose table it is.
        names: as in `insert_rows`.
        rows: the values, no key twice.
        key: names of columns that a constraint keeps unique together.
        keep: names whose values are not written over.
    """
    columns, quote = _columns(model), connection.ops.quote_name
    changed = (quote(columns[name]) for name in names if name not in key and name not in keep)
    target = ", ".join(quote(columns[name]) for name in key)
    settings = ", ".join(f"{name} = excluded.{name}" for name in changed)
    tail = f" ON CONFLICT ({target}) DO UPDATE SET {settings}"
    for statement, parameters in _statements(model, names, rows):
        with connection.cursor() as cursor:
            cursor.execute(statement + tail, parameters)


def database_value(value: date | datetime | None) -> Any:
    """Return a date or an aware time as the database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value)


def _columns(model: type[models.Model]) -> dict[str, str]:
    # Django's documented way to the names of columns.
    return {field.attname: str(field.column) for field in model._meta.concrete_fields}  # noqa: SLF001


def _statements(
    model: type[models.Model], names: Sequence[str], rows: Rows
) -> Iterator[tuple[str, list[Any]]]:
    columns, quote = _columns(model), connection.ops.quote_name
    listed = ", ".join(quote(columns[name]) for name in names)
    table = quote(model._meta.db_table)  # noqa: SLF001 - as above
    head = f"INSERT INTO {table} ({listed}) "
    room = _parameters() // len(names)
    waiting = iter(rows)
    while some := list(islice(waiting, room)):
        if connection.vendor == "postgresql":
            # One array for each column: thousands of placeholders would cost more than the rest together.
            arrays = ", ".join(f"%s::{_type_of(model, name)}[]" for name in names)
            source = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - names of types, no values
            yield head + source, [list(column) for column in zip(*some, strict=True)]
        else:
            group = f"({', '.join(['%s'] * len(names))})"
            yield head + "VALUES " + ", ".join([group] * len(some)), list(chain.from_iterable(some))


def _parameters() -> int:
    """Return how many values one statement may have; Django asks SQLite for what its oldest versions take."""
    if connection.vendor != "sqlite":
        return _PARAMETERS
    connection.ensure_connection()
    return min(_PARAMETERS, int(connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)))


def _type_of(model: type[models.Model], name: str) -> str:
    """Return a column's type without its length, so that the cast does not cut what is too long."""
    return str(model._meta.get_field(name).db_type(connection)).partition("(")[0]  # noqa: SLF001 - as above
