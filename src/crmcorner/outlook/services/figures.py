"""What the status screen shows: figures computed from a run's lines, the lists behind them, how far a run is."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from crmcorner.accounts.models import User
from crmcorner.items.records import Kind
from crmcorner.outlook.models import (
    ConflictRow,
    Connection,
    OutlookLink,
    Question,
    Retry,
    Run,
    RunKind,
    RunLine,
)
from crmcorner.outlook.models.run import RunState
from crmcorner.outlook.services.balance import Balance
from crmcorner.outlook.services.runs import (
    LIVE,
    Hindrance,
    hindrance_of,
    interrupt_dead_runs,
    kinds_on,
)
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Figures
from crmcorner.sync.state import LinkStatus


class Column(StrEnum):
    """R11's columns, each of which opens a list (R13)."""

    COUNT = "count"
    CHANGED = "changed"
    ERROR = "error"


SHOWN = (Kind.MAIL, Kind.CONTACTS, Kind.TASKS, Kind.CALENDAR)
"""R11: the rows of the status screen, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One row of the status screen.

    ``takes_part``: whether it is, or was, in the run. ``phase``: a code of the engine, "" when at rest.
    ``unchanged`` and ``waiting`` are those of ``figures.looked_at`` that have no line, ``left`` the marked mails among
    them that wait for the next run (R31). ``figures`` is None where the kind took no part. ``balance``: R83, empty
    unless everything was compared.
    """

    kind: Kind
    takes_part: bool
    is_live: bool
    phase: str
    done: int
    total: int
    unchanged: int
    waiting: int
    left: int
    figures: Figures | None
    balance: Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A user's status screen (R11, R12). ``run`` is the one going on, else the last one."""

    hindrance: Hindrance | None
    connection: Connection | None
    run: Run | None
    rows: tuple[KindRow, ...]
    held: int
    open_matters: int

    @property
    def is_live(self) -> bool:
        """Whether a run is queued or going on."""
        return self.run is not None and self.run.state in LIVE

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to stop and has not done so yet."""
        return self.is_live and self.run is not None and self.run.stop_requested


def board_of(user: User) -> Board:
    """Return a user's status screen."""
    connection = Connection.objects.filter(user=user).first()
    run = None
    if connection is not None:
        run = Run.objects.filter(connection=connection).first()
        if run is not None and run.state == RunState.RUNNING and interrupt_dead_runs(connection):
            run.refresh_from_db()
    on = kinds_on(user)
    return Board(
        hindrance=hindrance_of(user),
        connection=connection,
        run=run,
        rows=rows_of(run, on),
        held=held_back(connection).count() if connection else 0,
        open_matters=count_open_matters(connection) if connection else 0,
    )


def rows_of(run: Run | None, on: tuple[Kind, ...]) -> tuple[KindRow, ...]:
    """Return a row for each kind that is switched on or takes part in the run."""
    parts = {part.kind: part for part in run.kinds.all()} if run else {}
    figures = figures_of(run) if run else {}
    live = run is not None and run.state in LIVE
    rows = []
    for kind in SHOWN:
        part = parts.get(kind.value)
        if part is None and kind not in on:
            continue
        rows.append(
            KindRow(
                kind=kind,
                takes_part=part is not None or not live,
                is_live=live and part is not None and not part.finished,
                phase=part.phase if part else "",
                done=part.done if part else 0,
                total=part.total if part else 0,
                unchanged=part.unchanged if part else 0,
                waiting=part.waiting if part else 0,
                left=part.left if part else 0,
                figures=figures.get(kind),
                balance=part.balance if part else {},
            )
        )
    return tuple(rows)


def figures_of(run: Run) -> dict[Kind, Figures]:
    """R11: return the figures of a run by kind, computed from its lines and what needed none."""
    counted = {
        row["kind"]: row
        for row in RunLine.objects.filter(run=run)
        .order_by()
        .values("kind")
        .annotate(
            lines=Count("pk"),
            changed=Count("pk", filter=Q(is_change=True)),
            errors=Count("pk", filter=Q(is_error=True)),
        )
    }
    found = {}
    for part in RunKind.objects.filter(run=run):
        row = counted.get(part.kind, {"lines": 0, "changed": 0, "errors": 0})
        found[Kind(part.kind)] = Figures(
            looked_at=row["lines"] + part.unchanged + part.waiting,
            changed=row["changed"],
            errors=row["errors"],
        )
    return found


def lines_of(run: Run, *, kind: Kind | None = None, column: Column = Column.COUNT) -> QuerySet[RunLine]:
    """R13: return the lines behind a number, in the order in which they were written; the caller pages."""
    lines = RunLine.objects.filter(run=run)
    if kind is not None:
        lines = lines.filter(kind=kind.value)
    if column is Column.CHANGED:
        lines = lines.filter(is_change=True)
    elif column is Column.ERROR:
        lines = lines.filter(is_error=True)
    return lines.order_by("pk")


def unchanged_links(run: Run, kind: Kind) -> QuerySet[OutlookLink]:
    """Return the links in step that have no line in a run, as they are now; the rest of the number under Count."""
    lines = RunLine.objects.filter(run=run, kind=kind.value).exclude(crm_id="")
    return (
        OutlookLink.objects.filter(
            connection=run.connection_id, kind=kind.value, status=LinkStatus.ACTIVE.value
        )
        .exclude(crm_id__in=lines.values("crm_id"))
        .order_by("pk")
    )


def duration_of(run: Run) -> timedelta | None:
    """Return how long a run took, or has taken so far; None while it is queued."""
    if run.started_at is None:
        return None
    return (run.ended_at or timezone.now()) - run.started_at


def runs_of(connection: Connection) -> QuerySet[Run]:
    """R15: return a mailbox's runs, the latest first."""
    return Run.objects.filter(connection=connection).select_related("started_by").prefetch_related("kinds")


def count_open_matters(connection: Connection) -> int:
    """Return how many questions, conflicts and failed items wait for a person."""
    return (
        open_questions(connection).filter(chosen="").count()
        + open_conflicts(connection).filter(verdict="").count()
        + open_retries(connection).count()
        + held_back(connection).values("kind").distinct().count()
    )


def open_questions(connection: Connection) -> QuerySet[Question]:
    """R44: return the Outlook contacts of which the user is to say who is meant; ``chosen`` is his answer, if any."""
    return Question.objects.filter(connection=connection).order_by("asked_at", "pk")


def open_conflicts(connection: Connection) -> QuerySet[ConflictRow]:
    """R18: return the conflicts whose other value can still be taken."""
    return ConflictRow.objects.filter(connection=connection, closed_at__isnull=True).order_by(
        "found_at", "pk"
    )


def open_retries(connection: Connection) -> QuerySet[Retry]:
    """R16, R45: return what failed, and what fields could not be taken over, unless dismissed."""
    rows = Retry.objects.filter(connection=connection, dismissed_at__isnull=True)
    return rows.exclude(reason=ReasonCode.HELD_BACK.value).order_by("since", "pk")


def held_back(connection: Connection) -> QuerySet[Retry]:
    """R84: return what the brake holds back, and no person has decided about yet."""
    rows = Retry.objects.filter(connection=connection, reason=ReasonCode.HELD_BACK.value)
    return rows.filter(dismissed_at__isnull=True, approved=False).order_by("since", "pk")
