"""R17: a run over the real database cut at every durable step, then two runs: nothing lost, nothing doubled."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crmcorner.items.records import Contact, Kind
from crmcorner.mailbox.memory.mailbox import BIN
from crmcorner.outlook.crm_store import DjangoCrmStore
from crmcorner.outlook.journal import DjangoJournal
from crmcorner.outlook.models import Connection, OpenIntent, OutlookLink, Run
from crmcorner.outlook.models.run import RunState
from crmcorner.outlook.services import lease
from crmcorner.outlook.window import window_of
from crmcorner.people.contact_mapping import load
from crmcorner.people.crm_ids import person_id
from crmcorner.people.models import Person
from crmcorner.people.services import persons
from crmcorner.sync.executor import Executor
from crmcorner.sync.policy import Policy, Winner
from tests.outlook.world import JAN, PIET, TAGGED, World, a_user
from tests.sync.cutting import CutMailbox, Died, Fuse

STEPS = 19
"""How many durable steps the run of this file has; `test_every_step_is_cut` sees to it that none is left out."""

NOBODY = Fuse(-1, after=False)


class CutStore(DjangoCrmStore):
    """Every transaction is a durable step."""

    fuse = NOBODY

    def settle(self, *args: Any) -> None:
        plain = super().settle
        self.fuse.step(lambda: plain(*args))

    def finish(self, *args: Any) -> None:
        plain = super().finish
        self.fuse.step(lambda: plain(*args))


class CutJournal(DjangoJournal):
    """Writing intents is a durable step."""

    fuse = NOBODY

    def open(self, *args: Any) -> Any:
        plain = super().open
        return self.fuse.step(lambda: plain(*args))


@pytest.fixture
def cut_world(real_commits: None) -> World:
    """Ten contacts, each with something to be done about it, on either side."""
    mailbox = CutMailbox(page_size=3)
    mailbox.can = replace(mailbox.can, batch_size=2)  # more transactions, more places to cut
    world = World(mailbox=mailbox)
    changed, both, gone = world.adds(JAN, PIET, _named("Gone"))
    edited, untagged = (world.outlook.user_adds(_named(name), categories=TAGGED) for name in ("Ed", "Un"))
    world.run()
    world.changes(changed, job_title="directeur")
    world.changes(both, job_title="inkoper")
    world.outlook.user_changes(world.link(both).item_id, {"mobile_phones": ("+31612345678",)})
    world.outlook.user_deletes(world.link(gone).item_id)
    world.outlook.user_changes(edited, {"nickname": "Eddie"})
    own = OutlookLink.objects.get(item_id=untagged).crm_id
    persons.delete_person(actor=world.actor, person=Person.objects.get(pk=int(own.partition(":")[2])))
    world.adds(_named("Fresh"), _named("Crisp"))
    world.adds(_named("Match"), owner=a_user("anna"))
    for name in ("Match", "Novel", "Latest"):
        world.outlook.user_adds(_named(name), categories=TAGGED)
    return world


def _named(name: str) -> Contact:
    return Contact(given_name=name, surname="Jansen", emails=(f"{name.lower()}@jansen.example",))


def run_until(world: World, fuse: Fuse, kind: Kind = Kind.CONTACTS) -> None:
    """Run with a fuse; whoever dies leaves run, lease and intents as they are."""
    run = world.start([kind])
    held = lease.claim(world.connection.pk)
    assert held is not None
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    store, journal = CutStore(world.connection, run, held), CutJournal(held)
    store.fuse = journal.fuse = fuse
    assert isinstance(world.outlook, CutMailbox)
    world.outlook.fuse = fuse
    numbers = itertools.count(1)
    executor = Executor(
        world.outlook,
        store,
        journal,
        Policy(winner=Winner.CRM, can=world.outlook.can),
        new_stamp=lambda: f"{run.pk}-{next(numbers)}",
        should_stop=lambda: False,
        window=window_of(world.user),
        together=1,
    )
    try:
        executor.run(kind)
    finally:
        world.outlook.fuse = None


def its_lease_runs_out() -> None:
    """Time goes by after a worker has died."""
    Connection.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def people() -> set[tuple[str, str, tuple[str, ...], str, bool]]:
    """Return the CRM's side."""
    rows = {person_id(row.pk): row for row in Person.objects.all()}
    told = [
        (each.given_name, each.job_title, each.mobile_phones, each.nickname, bool(rows[crm_id].deleted_at))
        for crm_id, each in ((crm_id, loaded.contact) for crm_id, loaded in load(rows).items())
    ]
    assert len(set(told)) == len(told)
    return set(told)


def items(world: World) -> set[tuple[str, str, tuple[str, ...], str, bool, bool]]:
    """Return Outlook's side."""
    told = [
        (
            each.contact.given_name,
            each.contact.job_title,
            each.contact.mobile_phones,
            each.contact.nickname,
            each.folder == BIN,
            bool(each.categories),
        )
        for each in world.outlook.items.values()
    ]
    assert len(set(told)) == len(told)
    return set(told)


def ties(world: World) -> dict[str, tuple[str, str]]:
    """Return status and origin of every link, by the person's given name."""
    rows = OutlookLink.objects.filter(connection=world.connection)
    loaded = load(rows.values_list("crm_id", flat=True))
    return {loaded[row.crm_id].contact.given_name: (row.status, row.origin) for row in rows}


def test_every_step_is_cut(cut_world: World) -> None:
    """The steps that the test below goes through are all that there are."""
    fuse = Fuse(-1, after=False)
    run_until(cut_world, fuse)
    assert fuse.steps == STEPS


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(STEPS))
def test_cut_at_any_step_ends_as_if_it_had_not_been(cut_world: World, step: int, *, after: bool) -> None:
    """R17: killed before or after any write, two more runs lead to the same as an uncut one, and the second is idle."""
    with pytest.raises(Died):
        run_until(cut_world, Fuse(step, after=after))
    its_lease_runs_out()
    first = cut_world.run()
    assert (first.state, first.problem) == ("done", "")
    assert cut_world.figures().changed == 0
    assert not OpenIntent.objects.exists()
    assert list(Run.objects.order_by("pk").values_list("state", flat=True)) == [
        "done",
        "interrupted",
        "done",
        "done",
    ]
    assert people() == {
        ("Jan", "directeur", (), "", False),
        ("Piet", "inkoper", ("+31612345678",), "", False),
        ("Gone", "", (), "", False),
        ("Ed", "", (), "Eddie", False),
        ("Un", "", (), "", True),
        *((name, "", (), "", False) for name in ("Fresh", "Crisp", "Match", "Novel", "Latest")),
    }
    assert items(cut_world) == {
        ("Jan", "directeur", (), "", False, True),
        ("Piet", "inkoper", ("+31612345678",), "", False, True),
        ("Gone", "", (), "", True, True),
        ("Ed", "", (), "Eddie", False, True),
        ("Un", "", (), "", False, False),
        *((name, "", (), "", False, True) for name in ("Fresh", "Crisp", "Match", "Novel", "Latest")),
    }
    assert ties(cut_world) == {
        **dict.fromkeys(("Jan", "Piet", "Fresh", "Crisp"), ("active", "crm")),
        **dict.fromkeys(("Ed", "Match", "Novel", "Latest"), ("active", "outlook")),
        "Gone": ("removed", "crm"),
        "Un": ("withdrawn", "outlook"),
    }
