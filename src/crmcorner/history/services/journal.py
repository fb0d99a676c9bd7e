"""Writing history lines, and finding what changed since (R8, R75)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from django.db import connection as database
from django.db.models import QuerySet
from django.utils import timezone

from crmcorner.history.many_rows import database_value, insert_rows
from crmcorner.history.models import HistoryLine

Changes = Mapping[str, Sequence[Any]]
"""Field to ``[old, new]``."""


class Author(Protocol):
    """Who made a change: a user, by himself or through a run of his mailbox (``accounts.actor.Actor``)."""

    @property
    def user_id(self) -> int | None:
        """The user's id; None for the command line."""

    @property
    def source(self) -> str:
        """Where it was done: ``web``, ``sync``, ``import`` or ``command``."""

    @property
    def connection(self) -> int | None:
        """The mailbox whose run did it, if one did."""

    @property
    def run(self) -> int | None:
        """The run that did it, if one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be written down about one record."""

    subject: str
    label: str
    action: str
    changes: Changes


def record(author: Author, *, subject: str, label: str, action: str, changes: Changes | None = None) -> None:
    """Write one history line; call it in the transaction of the change itself."""
    record_many(author, [Entry(subject=subject, label=label, action=action, changes=changes or {})])


def record_many(author: Author, entries: Sequence[Entry]) -> None:
    """Write history lines in one statement; call it in the transaction of the changes themselves."""
    if not entries:
        return
    names = (
        "subject",
        "label",
        "action",
        "changes",
        "user_id",
        "connection",
        "run",
        "source",
        "at",
        "transaction",
    )
    at = database_value(timezone.now())
    author_values = (author.user_id, author.connection, author.run, author.source, at, _transaction_number())
    insert_rows(
        HistoryLine,
        names,
        (
            (entry.subject, entry.label[:255], str(entry.action), _json(entry.changes), *author_values)
            for entry in entries
        ),
    )


def current_watermark() -> str:
    """Return the point in history before which every line is there for good, whatever is still being written.

    SQLite's writers come one after the other (immediate transactions), so the highest id will do. PostgreSQL's do
    not: a transaction that began earlier may commit later, so lines carry the number of their transaction and the
    mark is the oldest one that may still be open (PostgreSQL: pg_snapshot_xmin).
    """
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return f"x{cursor.fetchone()[0]}"
    last = HistoryLine.objects.order_by("-id").values_list("id", flat=True).first()
    return f"i{last or 0}"


def follows(later: str, earlier: str) -> bool:
    """Whether two watermarks are of one database, in this order.

    They are not after a move to another kind of database, or where a PostgreSQL dump was read back into a new server,
    whose transactions are numbered from the beginning: then nothing can be said of what changed in between.
    """
    return later[:1] == earlier[:1] and int(later[1:]) >= int(earlier[1:])


def lines_after(watermark: str, *, except_connection: int | None = None) -> QuerySet[HistoryLine]:
    """Return the lines since a watermark, without those that runs of this mailbox wrote; some may be older.

    Raises:
        ValueError: the watermark was made on another kind of database.
    """
    mark, number = watermark[:1], int(watermark[1:])
    if (mark == "x") != (database.vendor == "postgresql"):
        raise ValueError("the watermark belongs to another database")
    lines = HistoryLine.objects.order_by("id")
    lines = lines.filter(transaction__gte=number) if mark == "x" else lines.filter(id__gt=number)
    if except_connection is not None:
        lines = lines.exclude(connection=except_connection)
    return lines


def history_of(subject: str, limit: int = 50) -> QuerySet[HistoryLine]:
    """Return the last changes of a record, newest first."""
    return HistoryLine.objects.filter(subject=subject).select_related("user").order_by("-id")[:limit]


def _json(changes: Changes) -> str:
    # Lone halves of surrogate pairs and NUL, which PostgreSQL's JSON refuses, never come here: texts are tidied.
    return msgspec.json.encode(changes).decode()


def _transaction_number() -> int:
    if database.vendor != "postgresql":
        return 0
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])
