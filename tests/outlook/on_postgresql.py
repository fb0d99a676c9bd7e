"""What only shows where transactions overlap; run by ``test_postgresql.py``."""

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db import connection as database

from crmcorner.outlook.models import Run
from crmcorner.outlook.models.run import RunState
from crmcorner.outlook.services import lease, performing
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from tests.outlook.world import JAN, PIET, World

T = TypeVar("T")


def all_at_once(count: int, work: Callable[[], T]) -> list[T]:
    """Do the same in so many threads, beginning together."""
    begin, results = threading.Barrier(count), []

    def one() -> None:
        begin.wait()
        try:
            results.append(work())
        finally:
            database.close()

    threads = [threading.Thread(target=one) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results


def test_everyone_who_presses_gets_the_same_run(world: World) -> None:
    """R15: however many press at once, there is one run."""
    assert len({run.pk for run in all_at_once(6, world.start)}) == 1


def test_one_of_many_gets_the_lease(world: World) -> None:
    """R15: however many workers claim a mailbox at once, one gets it."""
    claimed = all_at_once(6, lambda: lease.claim(world.connection.pk))
    assert sum(each is not None for each in claimed) == 1


def test_a_run_is_carried_out_once(world: World) -> None:
    """R17: a run that many workers were told of is carried out by one of them, and ends well."""
    world.adds(JAN, PIET)
    run = world.start()
    all_at_once(4, lambda: performing.perform_run(run.pk, world.outlook))
    run.refresh_from_db()
    assert run.state in {RunState.DONE, RunState.FAILED}
    assert len(world.outlook.items) in {0, 2}
    world.run()
    assert len(world.outlook.items) == 2
    assert not Run.objects.filter(state__in=["queued", "running"]).exists()


def test_what_is_changed_while_a_run_goes_on_comes_with_the_next(world: World) -> None:
    """R17: a change that is committed in the middle of a run is not missed by the one after."""
    (jan,) = world.adds(JAN)
    world.run()
    write = ContactWrite(
        crm_id=jan, contact=JAN.__class__(job_title="directeur"), fields=frozenset({"job_title"})
    )
    world.adds(PIET)
    before = world.outlook.before

    def meanwhile(order: object) -> None:
        world.outlook.before = before
        all_at_once(1, lambda: save_contacts(actor=world.actor, writes=[write]))

    world.outlook.before = meanwhile
    world.run()
    world.run()
    assert world.in_outlook(jan).job_title == "directeur"


@pytest.fixture(autouse=True)
def on_postgresql() -> None:
    """These tests are about PostgreSQL."""
    assert database.vendor == "postgresql"
