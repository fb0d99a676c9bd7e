"""One worker a mailbox, refereed by the database (R15, R17)."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from crmcorner.items.records import Kind
from crmcorner.outlook import worker_identity
from crmcorner.outlook.crm_store import DjangoCrmStore
from crmcorner.outlook.journal import DjangoJournal
from crmcorner.outlook.models import Connection, OpenIntent, Position, Run, RunLine
from crmcorner.outlook.models.run import RunState
from crmcorner.outlook.services import lease, performing, runs
from crmcorner.people.models import Person
from crmcorner.sync.report import Line, Outcome
from crmcorner.sync.store import CrmWrite, LeaseLost, Settlement
from tests.outlook.test_stored import an_intent
from tests.outlook.world import JAN, World


def expire() -> None:
    """The lease runs out."""
    Connection.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_only_one_gets_it(world: World) -> None:
    """R15: while one worker has the mailbox another does not get it, and does once it is given back."""
    first = lease.claim(world.connection.pk)
    assert first is not None
    assert lease.claim(world.connection.pk) is None
    assert lease.is_held(world.connection.pk)
    first.release()
    assert not lease.is_held(world.connection.pk)
    second = lease.claim(world.connection.pk)
    assert second is not None
    assert second.fence == first.fence + 1


def test_an_expired_lease_is_taken_over_and_the_old_holder_shut_out(world: World) -> None:
    """R17: who was thought dead stores nothing any more, in no way, and does not give back what is another's."""
    old = lease.claim(world.connection.pk)
    assert old is not None
    run = world.start()
    expire()
    new = lease.claim(world.connection.pk)
    assert new is not None
    store, journal = DjangoCrmStore(world.connection, run, old), DjangoJournal(old)
    line = Line(label="Jan", outcome=Outcome.CREATED)
    write = CrmWrite(content=JAN, fields=frozenset({"surname"}))
    with pytest.raises(LeaseLost):
        store.settle(Kind.CONTACTS, [Settlement(line=line, write=write)])
    with pytest.raises(LeaseLost):
        store.progress(Kind.CONTACTS, phase="reading", done=1, total=2)
    with pytest.raises(LeaseLost):
        store.finish(Kind.CONTACTS, "cursor", "i1")
    with pytest.raises(LeaseLost):
        journal.open(Kind.CONTACTS, [an_intent(JAN, (), ())])
    old.release()
    assert lease.is_held(world.connection.pk)
    new.renew()
    for model in (Person, RunLine, Position, OpenIntent):
        assert not model._default_manager.exists()


def test_renewing_makes_it_last(world: World) -> None:
    """R15: a worker that goes on keeps the mailbox, even after its lease had run out unnoticed."""
    held = lease.claim(world.connection.pk)
    assert held is not None
    expire()
    held.renew()
    assert lease.claim(world.connection.pk) is None


def test_a_dead_process_of_this_machine_need_not_be_waited_for(world: World) -> None:
    """R17: a killed worker's lease is taken at once where the machine knows that it is dead."""
    script = "from crmcorner.outlook import worker_identity; print(worker_identity.new_name())"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ}
    )
    dead = done.stdout.strip()
    until = timezone.now() + timedelta(minutes=5)
    Connection.objects.update(lease_owner=dead, lease_until=until)
    assert not lease.is_held(world.connection.pk)
    assert lease.claim(world.connection.pk) is not None


@pytest.mark.parametrize(
    "holder",
    ["elsewhere:1:2:3", "elsewhere", "", f"x:{os.getpid()}:1:2"],
    ids=["elsewhere", "no process", "nothing", "same number elsewhere"],
)
def test_a_holder_elsewhere_counts_as_alive(holder: str) -> None:
    """R17: of a worker of another machine nothing is known but when its lease ends."""
    assert not worker_identity.is_surely_dead(holder)


def test_a_living_process_is_not_dead() -> None:
    """R15: nobody takes a mailbox from a living worker."""
    name = worker_identity.new_name()
    assert not worker_identity.is_surely_dead(name)
    assert len(name) <= 64
    assert name != worker_identity.new_name()


def test_a_dead_workers_run_is_marked_when_the_next_begins(world: World) -> None:
    """R15, R17: a run left over by a dead worker becomes interrupted, and a new one begins."""
    dead = world.start()
    Run.objects.filter(pk=dead.pk).update(state=RunState.RUNNING)
    held = lease.claim(world.connection.pk)
    assert held is not None
    assert world.start().pk == dead.pk
    expire()
    fresh = world.start()
    dead.refresh_from_db()
    assert fresh.pk != dead.pk
    assert (dead.state, dead.problem) == ("interrupted", "interrupted")


def test_all_dead_runs_are_marked_at_a_servers_start(world: World) -> None:
    """R17: at its start a server marks what its dead predecessor left running."""
    dead = world.start()
    Run.objects.filter(pk=dead.pk).update(state=RunState.RUNNING)
    assert runs.interrupt_all_dead_runs() == 1
    assert runs.interrupt_all_dead_runs() == 0


def test_lease_and_run_are_taken_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R15: a second worker that is handed the same run finds it running, or not begun: never just in the way."""

    def dies() -> None:
        raise RuntimeError("no time")

    run = world.start()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", dies)
        with pytest.raises(RuntimeError):
            performing.perform_run(run.pk, world.outlook)
    assert not lease.is_held(world.connection.pk)
    performing.perform_run(run.pk, world.outlook)
    run.refresh_from_db()
    assert run.state == RunState.DONE
