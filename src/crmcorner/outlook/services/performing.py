"""Carrying out a run: lease, mailbox, engine, and how it ended (R14, R15, R16, R17)."""

import gc
import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.utils import timezone

from crmcorner.items.records import CATEGORY, NOT_FOUND, PROCESSED, Kind
from crmcorner.mailbox.errors import (
    ConsentKind,
    ConsentRequired,
    MailboxError,
    MailboxReplaced,
    Throttled,
    Unreachable,
)
from crmcorner.mailbox.protocol import Mailbox, MailMailbox
from crmcorner.outlook.crm_store import DjangoCrmStore
from crmcorner.outlook.filing_store import DjangoMailStore
from crmcorner.outlook.journal import DjangoJournal
from crmcorner.outlook.models import Connection, Run
from crmcorner.outlook.models.connection import ConnectionState
from crmcorner.outlook.models.run import NOT_CARRIED, RunProblem, RunState
from crmcorner.outlook.preview_store import PreviewStore
from crmcorner.outlook.secrets import SecretLost
from crmcorner.outlook.services.connections import open_mailbox
from crmcorner.outlook.services.lease import Lease, claim
from crmcorner.outlook.window import window_of
from crmcorner.preferences.services.settings import values_of
from crmcorner.sync.executor import Executor, Stopped
from crmcorner.sync.mail_run import MailRun
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.preview import PretendJournal, PretendMailbox
from crmcorner.sync.store import LeaseLost

logger = logging.getLogger(__name__)

shutting_down = threading.Event()
"""Set when this process is to end: its runs stop at the next step, and the next run goes on from there."""

STOP_SECONDS = 1.0
"""R12: how often a run looks whether it was asked to stop, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended."""

    state: RunState
    problem: RunProblem | None = None
    detail: str = ""
    resume_at: datetime | None = None


OnProgress = Callable[[Kind, str, int, int], None]
"""Is told the kind, the phase, how many items are done, and of how many (0: not known)."""


def perform_run(
    run_id: int, mailbox: Mailbox | None = None, *, on_progress: OnProgress | None = None
) -> None:
    """Carry out a queued run to its end, whatever that is; one that is not queued (any more) is left alone.

    Args:
        run_id: the run's number.
        mailbox: used instead of opening the connection's own; then the caller closes it.
        on_progress: is told about every step, besides what the run's rows tell.
    """
    run = Run.objects.select_related("connection__user").filter(pk=run_id, state=RunState.QUEUED).first()
    if run is None:
        return
    mine = Run.objects.filter(pk=run.pk, state=RunState.QUEUED)
    with (
        transaction.atomic()
    ):  # together: a worker that is handed the same run finds it running, not just in the way
        lease = claim(run.connection_id)
        is_mine = lease and mine.update(state=RunState.RUNNING, started_at=timezone.now())
    if lease is None:
        _end(run, RunState.QUEUED, Ending(state=RunState.FAILED, problem=RunProblem.BUSY))
        return
    ending = Ending(state=RunState.INTERRUPTED, problem=RunProblem.INTERRUPTED)
    try:
        if is_mine:
            ending = _attempt(run, lease, mailbox, on_progress)
    finally:
        with transaction.atomic():  # together: whoever starts the next run finds neither or both
            _end(run, RunState.RUNNING, ending)
            lease.release()


def _attempt(run: Run, lease: Lease, mailbox: Mailbox | None, on_progress: OnProgress | None) -> Ending:
    connection = run.connection
    now = timezone.now()
    if connection.waiting_until and connection.waiting_until > now:
        return _waiting(connection.waiting_until)
    try:
        _work(run, lease, mailbox, on_progress)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run has to end in a state that says so
        return _ending_after(run, error)
    Connection.objects.filter(pk=connection.pk).update(waiting_until=None, state=ConnectionState.READY)
    return Ending(state=RunState.DONE)


def _ending_after(run: Run, error: Exception) -> Ending:
    if isinstance(error, Stopped) and not shutting_down.is_set():
        return Ending(state=RunState.STOPPED)
    if isinstance(error, Stopped | LeaseLost):
        return Ending(state=RunState.INTERRUPTED, problem=RunProblem.INTERRUPTED)
    if isinstance(error, MailboxError):
        logger.warning("run %s of mailbox %s: %r", run.pk, run.connection_id, error)
        return _mailbox_trouble(run.connection, error)
    if isinstance(error, SecretLost):
        return Ending(state=RunState.FAILED, problem=RunProblem.SECRET_LOST)
    logger.error("run %s of mailbox %s", run.pk, run.connection_id, exc_info=error)
    return Ending(state=RunState.FAILED, problem=RunProblem.UNEXPECTED, detail=type(error).__name__)


def _work(run: Run, lease: Lease, given: Mailbox | None, on_progress: OnProgress | None) -> None:
    _leave_alone_what_is_loaded()
    connection = run.connection
    mailbox = given or open_mailbox(connection)
    close = getattr(mailbox, "close", None)
    with closing(mailbox) if given is None and close else nullcontext():  # type: ignore[type-var]
        make_sure = (
            _make_sure(connection, cache(mailbox.identity))
            if run.preview
            else _make_ready(connection, mailbox)
        )
        store = (PreviewStore if run.preview else DjangoCrmStore)(
            connection, run, lease, on_progress=on_progress
        )
        values, kinds = (
            values_of(connection.user),
            list(run.kinds.order_by("pk").values_list("kind", flat=True)),
        )
        policy = Policy(winner=Winner(values["Outlook_ConflictWinner"]), can=mailbox.can)
        executor = Executor(
            PretendMailbox(mailbox) if run.preview else mailbox,
            store,
            PretendJournal() if run.preview else DjangoJournal(lease),
            policy,
            new_stamp=lambda: uuid.uuid4().hex,
            should_stop=StopSign(run.pk),
            make_sure=make_sure,
            window=window_of(connection.user) if Kind.CALENDAR in kinds else None,
        )
        for kind in kinds:
            if kind not in mailbox.can.kinds:
                run.kinds.filter(kind=kind).update(phase=NOT_CARRIED, finished=True)
            elif kind == Kind.MAIL and isinstance(mailbox, MailMailbox):
                mails = DjangoMailStore(connection, run, lease, on_progress=on_progress)
                limit = int(values["Outlook_MailLimit"])
                MailRun(mailbox, mails, limit=limit, should_stop=StopSign(run.pk)).run()
            else:
                executor.run(Kind(kind))


@cache
def _leave_alone_what_is_loaded() -> None:
    """Spare the garbage collector, once in a process, what stays until its end: a seventh of a run's time."""
    gc.collect()
    gc.freeze()


def _make_ready(connection: Connection, mailbox: Mailbox) -> Callable[[], None]:
    """Once for each mailbox: remember which it is, and see to it that the three categories are there (R39).

    Returns what the engine calls where the mailbox does not know our cursor (any more), which a re-created one never
    does; so a run without changes costs nothing for it. It raises `MailboxReplaced` if it is another mailbox.
    """
    identity = cache(mailbox.identity)
    if not connection.identity:
        connection.identity = identity()
        Connection.objects.filter(pk=connection.pk).update(identity=connection.identity)
    if not connection.categories_ensured:
        mailbox.ensure_categories((CATEGORY, PROCESSED, NOT_FOUND))
        Connection.objects.filter(pk=connection.pk).update(categories_ensured=True)
    return _make_sure(connection, identity)


def _make_sure(connection: Connection, identity: Callable[[], str]) -> Callable[[], None]:
    """Return what raises `MailboxReplaced` if this is not the mailbox that the connection belongs to."""

    def make_sure() -> None:
        if connection.identity and identity() != connection.identity:
            raise MailboxReplaced

    return make_sure


class StopSign:
    """Tells whether a person asked this run to stop, or this process is to end.

    Args:
        run_id: the run's number.
        clock: seconds that only go forward.
    """

    def __init__(self, run_id: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._run_id, self._clock = run_id, clock
        self._asked_at: float | None = None

    def __call__(self) -> bool:
        """Look, at most about once a second."""
        if shutting_down.is_set():
            return True
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < STOP_SECONDS:
            return False
        self._asked_at = now
        return Run.objects.filter(pk=self._run_id, stop_requested=True).exists()


def _mailbox_trouble(connection: Connection, error: MailboxError) -> Ending:
    """Say how a run ends whose mailbox cannot be used, and what its owner sees of that."""
    rows = Connection.objects.filter(pk=connection.pk)
    if isinstance(error, Throttled):
        until = timezone.now() + timedelta(seconds=max(error.retry_after, 1.0))
        rows.update(waiting_until=until)
        return _waiting(until, error.detail)
    if isinstance(error, ConsentRequired):
        rows.update(state=ConnectionState.CONSENT_NEEDED)
        own = error.kind is ConsentKind.SIGN_IN
        problem = RunProblem.SIGN_IN if own else RunProblem.ADMINISTRATOR
    elif isinstance(error, MailboxReplaced):
        rows.update(state=ConnectionState.REPLACED)
        problem = RunProblem.REPLACED
    elif isinstance(error, Unreachable):
        problem = RunProblem.UNREACHABLE
    else:
        problem = RunProblem.NOT_UNDERSTOOD
    return Ending(state=RunState.FAILED, problem=problem, detail=error.detail)


def _waiting(until: datetime, detail: str = "") -> Ending:
    return Ending(state=RunState.WAITING, problem=RunProblem.THROTTLED, detail=detail, resume_at=until)


def _end(run: Run, state: RunState, ending: Ending) -> None:
    """Write down how a run ended, unless someone else has done so already (its worker was thought dead)."""
    Run.objects.filter(pk=run.pk, state=state).update(
        state=ending.state,
        problem=ending.problem.value if ending.problem else "",
        problem_detail=ending.detail[:500],
        resume_at=ending.resume_at,
        ended_at=timezone.now(),
    )
