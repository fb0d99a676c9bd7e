"""How runs begin and end (R10, R12, R14, R15, R16)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.items.changes import Refusal, Refused, Write, WriteResult
from crmcorner.items.records import CATEGORY, NOT_FOUND, PROCESSED, Contact, Kind
from crmcorner.mailbox.errors import (
    ConsentKind,
    ConsentRequired,
    MailboxError,
    NotUnderstood,
    Throttled,
    Unreachable,
)
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.outlook.crm_store import DjangoCrmStore
from crmcorner.outlook.models import Connection, OutlookLink, Position, Retry, Run, RunKind
from crmcorner.outlook.models.run import RunState, Trigger
from crmcorner.outlook.services import figures, lease, performing, runs
from crmcorner.preferences.models import Setting
from crmcorner.preferences.services import settings
from tests.outlook.world import JAN, PIET, World, a_user


class TroubledMailbox(MemoryMailbox):
    """A mailbox that may not be usable, or refuses what it is sent."""

    trouble: Exception | None = None
    refuse: Callable[[Write], Refused | None] | None = None
    asked: Callable[[], None] | None = None

    def identity(self) -> str:
        if self.trouble:
            raise self.trouble
        return super().identity()

    def apply(self, kind: Kind, writes: Sequence[Write]) -> Sequence[WriteResult]:
        if self.asked:
            self.asked()
        refuse = self.refuse or (lambda _write: None)
        return [refuse(write) or super(TroubledMailbox, self).apply(kind, [write])[0] for write in writes]

    def ensure_categories(self, names: Collection[str]) -> None:
        assert not set(names) & self.categories
        super().ensure_categories(names)


@pytest.fixture
def troubled(real_commits: None) -> World:
    """Michael with a mailbox that can misbehave."""
    return World(mailbox=TroubledMailbox())


def outlook(world: World) -> TroubledMailbox:
    """Return the mailbox."""
    assert isinstance(world.outlook, TroubledMailbox)
    return world.outlook


def _ask_to_stop(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(stop_requested=True)


@pytest.mark.parametrize(
    ("trouble", "state", "problem", "connection"),
    [
        (ConsentRequired(ConsentKind.SIGN_IN, "x"), "failed", "sign-in", "consent-needed"),
        (ConsentRequired(ConsentKind.ADMINISTRATOR), "failed", "administrator", "consent-needed"),
        (Throttled(90), "waiting", "throttled", "ready"),
        (Unreachable("dns"), "failed", "unreachable", "ready"),
        (NotUnderstood(), "failed", "not-understood", "ready"),
        (MailboxError(), "failed", "not-understood", "ready"),
        (RuntimeError("a bug"), "failed", "unexpected", "ready"),
    ],
)
def test_trouble_with_the_mailbox_ends_in_a_clear_state(
    troubled: World, trouble: Exception, state: str, problem: str, connection: str
) -> None:
    """R14: whatever is wrong with a mailbox, the run ends in a state that says so, and the lease is free again."""
    outlook(troubled).trouble = trouble
    run = troubled.run()
    assert (run.state, run.problem) == (state, problem)
    assert run.ended_at is not None
    assert troubled.reread().state == connection
    assert not lease.is_held(troubled.connection.pk)
    outlook(troubled).trouble = None
    Connection.objects.update(waiting_until=None)
    assert troubled.run().state == "done"
    assert troubled.reread().state == "ready"


def test_throttled_waits_until_it_may(troubled: World) -> None:
    """R14: a run in a mailbox that has to wait ends at once without asking it, until the time has come."""
    outlook(troubled).trouble = Throttled(90)
    first = troubled.run()
    outlook(troubled).trouble = AssertionError("not to be asked")
    second = troubled.run()
    assert (second.state, second.resume_at) == ("waiting", first.resume_at)
    assert first.resume_at is not None
    assert first.resume_at > timezone.now() + timedelta(seconds=80)


def test_another_mailbox_is_left_alone(world: World) -> None:
    """R17: if the mailbox was re-created nothing is written, and no run starts before an administrator has decided."""
    (jan,) = world.adds(JAN)
    world.run()
    world.adds(PIET)
    world.outlook = MemoryMailbox(identity="mailbox-2")
    run = world.run()
    assert (run.state, run.problem) == ("failed", "replaced")
    assert not world.outlook.items
    assert world.link(jan).status == "active"
    with pytest.raises(runs.CannotRun) as refused:
        world.start()
    assert refused.value.hindrance is runs.Hindrance.REPLACED


def test_categories_are_made_once(troubled: World) -> None:
    """R39: the three categories are in the mailbox's list from the first run on, and are not asked for again."""
    troubled.run()
    assert outlook(troubled).categories == {CATEGORY, PROCESSED, NOT_FOUND}
    troubled.run()


def test_one_items_failure_stops_no_other(troubled: World) -> None:
    """R16: a refused item is an error and is tried again; the others are done."""
    jan, piet = troubled.adds(JAN, PIET)
    outlook(troubled).refuse = lambda write: (
        Refused(why=Refusal.INVALID, field="surname") if "Berg" in str(write) else None
    )
    assert troubled.figures().errors == 1
    assert troubled.link(piet).status == "active"
    row = Retry.objects.get()
    assert (row.crm_id, row.reason, row.attempts, row.facts) == (jan, "invalid", 1, {"field": "surname"})
    outlook(troubled).refuse = None
    assert troubled.figures().changed == 1
    assert not Retry.objects.exists()


def test_the_same_error_is_tried_with_growing_pauses(troubled: World) -> None:
    """R16: the next run tries at once, then 5 minutes, 30 minutes, 2 hours and 12 hours go by."""
    troubled.adds(JAN)
    tries: list[Write] = []

    def refuse(write: Write) -> Refused:
        tries.append(write)
        return Refused(why=Refusal.TOO_LARGE)

    outlook(troubled).refuse = refuse
    troubled.run()
    pauses = []
    for _try in range(5):
        before = len(tries)
        troubled.run()
        assert len(tries) == before + 1
        row = Retry.objects.get()
        assert row.not_before is not None
        pauses.append(round((row.not_before - timezone.now()).total_seconds() / 60))
        troubled.run()
        assert len(tries) == before + 1
        Retry.objects.update(not_before=timezone.now())
    assert pauses == [5, 30, 120, 720, 720]


def test_a_run_that_is_cut_short_leaves_what_it_did(troubled: World) -> None:
    """R12, R17: when the server is to stop, a run ends at its next step; what was done stays, the next does the rest."""
    people = (Contact(given_name="P", surname=f"Nr{n}", emails=(f"p{n}@x.example",)) for n in range(250))
    troubled.adds(*people)
    outlook(troubled).asked = performing.shutting_down.set
    try:
        run = troubled.run()
    finally:
        performing.shutting_down.clear()
    assert (run.state, run.problem) == ("interrupted", "interrupted")
    assert OutlookLink.objects.count() == troubled.outlook.can.batch_size
    outlook(troubled).asked = None
    assert troubled.figures().looked_at == len(troubled.outlook.items) == 250


def test_a_run_stops_when_asked_to(world: World) -> None:
    """R12: a run that was asked to stop ends as stopped, and leaves everything to the next one."""
    world.adds(JAN)
    run = world.run(before=_ask_to_stop)
    assert (run.state, run.problem) == ("stopped", "")
    assert not OutlookLink.objects.exists()
    assert world.figures().changed == 1


def test_the_stop_sign_is_looked_at_once_a_second(world: World) -> None:
    """R12: a request to stop is seen within about a second, and is not asked for at every step."""
    run = world.start()
    now = [0.0]
    sign = performing.StopSign(run.pk, clock=lambda: now[0])
    assert not sign()
    runs.stop_run(actor=world.actor, run=run)
    Run.objects.filter(pk=run.pk).update(stop_requested=True)
    assert not sign()
    now[0] = 1.0
    assert sign()


def test_a_queued_run_is_stopped_at_once(world: World) -> None:
    """R12: nobody works on it yet, so it just ends; carrying it out later does nothing."""
    run = world.start()
    runs.stop_run(actor=world.actor, run=run)
    performing.perform_run(run.pk, world.outlook)
    run.refresh_from_db()
    assert run.state == "stopped"
    assert not Position.objects.exists()


def test_a_second_press_shows_the_first_run(world: World) -> None:
    """R15: while a run is queued or going on, another press gives that run."""
    first = world.start()
    assert world.start() == first
    Run.objects.filter(pk=first.pk).update(state=RunState.RUNNING)
    held = lease.claim(world.connection.pk)
    assert world.start() == first
    assert held is not None


def test_busy_mailbox_ends_the_run(world: World) -> None:
    """R15: a run whose mailbox another worker holds does nothing."""
    run = world.start()
    assert lease.claim(world.connection.pk) is not None
    performing.perform_run(run.pk, world.outlook)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("failed", "busy")


def test_who_may_start_and_stop(world: World) -> None:
    """R10: the mailbox's user and administrators start and stop its runs, nobody else does."""
    stranger = Actor(user=a_user("stranger"))
    with pytest.raises(runs.CannotRun) as refused:
        runs.start_run(actor=stranger, user=world.user, trigger=Trigger.BUTTON)
    assert refused.value.hindrance is runs.Hindrance.NOT_ALLOWED
    run = world.start()
    with pytest.raises(runs.CannotRun):
        runs.stop_run(actor=stranger, run=run)
    runs.stop_run(actor=Actor(user=a_user("boss", role="administrator")), run=run)


def test_no_button_without_setting_or_mailbox(world: World) -> None:
    """R4, R10: no coupling without the setting, no run without a mailbox, no kind that is off, no run of nothing."""
    assert runs.hindrance_of(world.user) is None
    for kinds, hindrance in (
        ([Kind.MAIL], runs.Hindrance.KIND_OFF),
        ([], runs.Hindrance.NO_KIND),
    ):
        with pytest.raises(runs.CannotRun) as refused:
            runs.start_run(actor=world.actor, user=world.user, trigger=Trigger.BUTTON, kinds=kinds)
        assert refused.value.hindrance is hindrance
    assert runs.hindrance_of(a_user("off")) is runs.Hindrance.COUPLING_OFF
    bare = a_user("bare")
    settings.add_setting(actor=COMMAND, type_name="Outlook_SyncFolders", value="Contacts", user=bare)
    assert runs.hindrance_of(bare) is runs.Hindrance.NO_MAILBOX


def test_the_board_shows_every_kind_that_is_on(world: World) -> None:
    """R11: a row for each kind that is on, also one that took no part in the last run."""
    Setting.objects.filter(type="Outlook_SyncFolders").update(value="Contacts;Tasks")
    world.adds(JAN)
    assert figures.board_of(world.user).run is None
    world.run(kinds=[Kind.CONTACTS])
    board = figures.board_of(world.user)
    assert [(row.kind, row.figures is not None) for row in board.rows] == [
        (Kind.CONTACTS, True),
        (Kind.TASKS, False),
    ]
    assert not board.is_live
    world.start()
    assert figures.board_of(world.user).is_live


def test_what_is_due_by_itself_is_started(world: World) -> None:
    """R14: a run that waited for Outlook goes on by itself; an interval starts runs; nothing else does."""
    assert runs.start_due_runs() == []
    setting = settings.add_setting(
        actor=COMMAND, type_name="Outlook_SyncInterval", value="10", user=world.user
    )
    (run,) = runs.start_due_runs()
    assert run.trigger == "schedule"
    assert runs.start_due_runs() == []
    performing.perform_run(run.pk, world.outlook)
    assert runs.start_due_runs() == []
    Run.objects.update(queued_at=timezone.now() - timedelta(minutes=11))
    (again,) = runs.start_due_runs()
    Setting.objects.filter(pk=setting.pk).delete()
    Run.objects.filter(pk=again.pk).update(state=RunState.WAITING)
    Connection.objects.update(waiting_until=timezone.now() + timedelta(seconds=9))
    assert runs.start_due_runs() == []
    Connection.objects.update(waiting_until=timezone.now())
    assert len(runs.start_due_runs()) == 1


def test_progress_is_written_once_a_second(world: World) -> None:
    """R12: how far a run is, is written down at most once a second, and told to whoever listens at every step."""
    run = world.start()
    held = lease.claim(world.connection.pk)
    assert held is not None
    now, heard = [0.0], []
    store = DjangoCrmStore(
        world.connection, run, held, clock=lambda: now[0], on_progress=lambda *step: heard.append(step)
    )
    for done, second in ((1, 0.0), (2, 0.5), (3, 1.0)):
        now[0] = second
        store.progress(Kind.CONTACTS, phase="reading", done=done, total=9)
        part = RunKind.objects.get(run=run)
        assert (part.phase, part.done, part.total) == ("reading", 3 if done == 3 else 1, 9)
    assert [step[2] for step in heard] == [1, 2, 3]


def test_a_kind_that_the_mailbox_does_not_carry_takes_no_part(world: World) -> None:
    """R90: the others go on, and the row says why there are no figures."""
    Setting.objects.filter(type="Outlook_SyncFolders").update(value="Contacts;Calendar")
    world.outlook.can = replace(world.outlook.can, kinds=frozenset({Kind.CONTACTS}))
    world.adds(JAN)
    assert world.figures().changed == 1
    rows = {row.kind: row for row in figures.board_of(world.user).rows}
    assert (rows[Kind.CALENDAR].phase, rows[Kind.CONTACTS].phase) == ("not-carried", "")
