"""Runs as users start, stop and find them (R10, R12, R15). What a run does is in `performing`."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items.records import Kind
from crmcorner.outlook import tasks
from crmcorner.outlook.models import Connection, Run, RunKind
from crmcorner.outlook.models.connection import ConnectionState
from crmcorner.outlook.models.run import RunProblem, RunState, Trigger
from crmcorner.outlook.services import lease
from crmcorner.preferences.services.settings import value_of
from crmcorner.preferences.types import kinds_of

ORDER = (Kind.CONTACTS, Kind.TASKS, Kind.CALENDAR, Kind.MAIL)
"""In what order the kinds are brought in step: a contact that is new is known when his mails are filed."""

LIVE = (RunState.QUEUED, RunState.RUNNING)


class Hindrance(StrEnum):
    """Why no run can be started; the sentence is made in ``crmcorner.outlook.wording``."""

    NOT_ALLOWED = "not-allowed"
    """Neither his own mailbox, nor an administrator."""
    COUPLING_OFF = "coupling-off"
    """R4: ``Outlook_SyncFolders`` is absent or empty for him."""
    NO_MAILBOX = "no-mailbox"
    KIND_OFF = "kind-off"
    """A kind was asked for that the setting does not switch on."""
    NO_KIND = "no-kind"
    """R11: no kind was chosen to take part."""
    REPLACED = "replaced"
    """The mailbox is another one than our links belong to; an administrator has to say what to do (R17)."""


class CannotRun(Exception):
    """No run was started."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance.value)
        self.hindrance = hindrance


def kinds_on(user: User) -> tuple[Kind, ...]:
    """R4: return the kinds that the coupling is switched on for."""
    return kinds_of(value_of(user, "Outlook_SyncFolders"))


def hindrance_of(user: User) -> Hindrance | None:
    """R10: say why this user has no sync button, or None if he has."""
    if not kinds_on(user):
        return Hindrance.COUPLING_OFF
    connection = Connection.objects.filter(user=user).first()
    if connection is None:
        return Hindrance.NO_MAILBOX
    return Hindrance.REPLACED if connection.state == ConnectionState.REPLACED else None


def start_run(
    *,
    actor: Actor,
    user: User,
    trigger: Trigger,
    kinds: Collection[Kind] | None = None,
    full: bool = False,
    preview: bool = False,
) -> Run:
    """Return a new run of a user's mailbox, queued; or the one that is going on already (R15).

    Args:
        actor: the user himself, an administrator, or the command line.
        user: whose mailbox.
        trigger: what starts it.
        kinds: those to take part; None means all that are switched on.
        full: R83: read everything afresh and compare it, not only what changed.
        preview: R80: write nothing, and say what would be written; mail takes no part.

    Raises:
        CannotRun: with the reason; nothing was started.
    """
    if actor.user_id != user.pk and not actor.may_administer:
        raise CannotRun(Hindrance.NOT_ALLOWED)
    hindrance = hindrance_of(user)
    if hindrance is not None:
        raise CannotRun(hindrance)
    wanted = _checked(kinds_on(user), kinds)
    if preview:
        wanted = [kind for kind in wanted if kind is not Kind.MAIL]
        if not wanted:
            raise CannotRun(Hindrance.NO_KIND)
    connection = Connection.objects.get(user=user)
    interrupt_dead_runs(connection)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                connection=connection, trigger=trigger, started_by=actor.user, full=full, preview=preview
            )
            RunKind.objects.bulk_create([RunKind(run=run, kind=kind.value) for kind in wanted])
    except IntegrityError:
        going_on = live_run(connection)
        if going_on is None:  # it ended this very moment
            return start_run(actor=actor, user=user, trigger=trigger, kinds=kinds, full=full, preview=preview)
        return going_on
    return run


def press_button(
    *,
    actor: Actor,
    user: User,
    kinds: Collection[Kind] | None = None,
    trigger: Trigger = Trigger.BUTTON,
    full: bool = False,
    preview: bool = False,
) -> Run:
    """R10: start a run and hand it to the background workers; a second press shows the running one (R15).

    Raises:
        CannotRun: with the reason; nothing was started.
    """
    run = start_run(actor=actor, user=user, trigger=trigger, kinds=kinds, full=full, preview=preview)
    if run.state == RunState.QUEUED:
        # Perhaps once too often: a run that is not queued any more is left alone by whoever comes second.
        tasks.perform_run.enqueue(run.pk)
    return run


def stop_run(*, actor: Actor, run: Run) -> None:
    """R12: ask a run to stop; what is settled stays, the next run goes on from there.

    Raises:
        CannotRun: neither his own mailbox, nor an administrator.
    """
    if actor.user_id != run.connection.user_id and not actor.may_administer:
        raise CannotRun(Hindrance.NOT_ALLOWED)
    Run.objects.filter(pk=run.pk, state__in=LIVE).update(stop_requested=True)
    # Nobody works on a queued run yet: it is stopped at once.
    Run.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
        state=RunState.STOPPED, ended_at=timezone.now()
    )


def live_run(connection: Connection) -> Run | None:
    """Return the run that is queued or going on."""
    return Run.objects.filter(connection=connection, state__in=LIVE).first()


def interrupt_dead_runs(connection: Connection) -> int:
    """Mark a run as interrupted whose worker is dead, so that another can begin (R17); return how many there were."""
    if lease.is_held(connection.pk):
        return 0
    return Run.objects.filter(connection=connection, state=RunState.RUNNING).update(
        state=RunState.INTERRUPTED, problem=RunProblem.INTERRUPTED.value, ended_at=timezone.now()
    )


def interrupt_all_dead_runs() -> int:
    """Do so for every mailbox; at a server's start. Return how many runs there were."""
    connections = Connection.objects.filter(runs__state=RunState.RUNNING).distinct()
    return sum(interrupt_dead_runs(connection) for connection in connections)


def queue_again() -> int:
    """Hand queued runs to the workers once more, in case their first hint was lost; return how many there were."""
    runs = Run.objects.filter(state=RunState.QUEUED).values_list("pk", flat=True)
    for run_id in runs:
        tasks.perform_run.enqueue(run_id)
    return len(runs)


def start_due_runs() -> list[Run]:
    """Start what is due by itself: mailboxes that waited for Outlook long enough, and those with an interval.

    Two servers that do this at once do no harm (R15).
    """
    now = timezone.now()
    last = Run.objects.filter(connection=OuterRef("pk"), preview=False).order_by("-id")
    started = []
    connections = Connection.objects.filter(state=ConnectionState.READY).select_related("user")
    left = RunKind.objects.filter(run__connection=OuterRef("pk"), kind=Kind.MAIL.value).order_by("-run_id")
    for connection in connections.annotate(
        last_state=Subquery(last.values("state")[:1]),
        last_queued=Subquery(last.values("queued_at")[:1]),
        mails_left=Subquery(left.values("left")[:1]),
    ):
        if connection.last_state in LIVE or (connection.waiting_until and connection.waiting_until > now):
            continue
        resumes = connection.last_state == RunState.WAITING
        minutes = int(value_of(connection.user, "Outlook_SyncInterval"))
        due = connection.last_queued is None or connection.last_queued + timedelta(minutes=minutes) <= now
        # R31: automatic runs go on until no mail waits.
        if resumes or (minutes and (due or connection.mails_left)):
            try:
                started.append(
                    press_button(
                        actor=Actor(user=connection.user, source="sync"),
                        user=connection.user,
                        trigger=Trigger.SCHEDULE,
                    )
                )
            except CannotRun:
                continue  # switched off meanwhile: its owner sees that on his page
    return started


def _checked(on: tuple[Kind, ...], kinds: Collection[Kind] | None) -> list[Kind]:
    if kinds is not None and not set(kinds) <= set(on):
        raise CannotRun(Hindrance.KIND_OFF)
    wanted = [kind for kind in ORDER if kind in (on if kinds is None else kinds)]
    if not wanted:
        raise CannotRun(Hindrance.NO_KIND)
    return wanted
