"""What synchronising costs, counted by the sandbox with Outlook's limits enforced."""

import time
from datetime import timedelta

import pytest

from crmcorner.items.changes import Refusal, Refused, Stored
from crmcorner.items.records import Contact, Kind
from crmcorner.mailbox.errors import Throttled
from crmcorner.mailbox.graph.budget import Budget
from crmcorner.mailbox.graph.contacts import GraphContact, upserted
from tests.mailbox.graph_world import Clock, graph_world


def test_pulling_1180_takes_seven_requests() -> None:
    """R11: six pages of two hundred and the list of folders."""
    with graph_world() as world:
        with world.state.transaction():
            for n in range(1180):
                world.add(givenName="Jan", surname=f"Bos {n}")
        world.mailbox.identity()
        world.reset()
        changes, cursor = world.round()
        assert len(changes) == 1180
        assert world.counts()["http"] == 7
        world.reset()
        assert world.round(cursor)[0] == []
        assert world.counts()["counted"] == 2


def test_pushing_1180_counts_1180_in_59_requests_and_none_is_refused() -> None:
    """R17: four chains at a time stay within Outlook's four concurrent requests."""
    with graph_world() as world:
        writes = [world.create(Contact(given_name="Jan", surname=f"Bos {n}")) for n in range(1180)]
        world.mailbox.identity()
        world.reset()
        size = world.mailbox.can.batch_size
        for start in range(0, len(writes), size):
            results = world.apply(*writes[start : start + size])
            assert all(isinstance(result, Stored) for result in results)
        counts = world.counts()
        assert (counts["counted"], counts["http"], counts["refused"]) == (1180, 59, 0)
        assert world.how_many() == 1180


def test_the_quota_is_kept_to_by_ourselves() -> None:
    """R17: the service need not refuse us; the rest is told to wait, and goes on when there is room again."""
    with graph_world() as world:
        world.mailbox = world.connect(budget=Budget(world.clock, requests=100))
        first = world.apply(*[world.create(Contact(surname=f"Bos {n}")) for n in range(80)])
        assert all(isinstance(result, Stored) for result in first)
        world.clock.sleep(10)
        second = world.apply(*[world.create(Contact(surname=f"Berg {n}")) for n in range(30)])
        waiting = [result for result in second if isinstance(result, Refused)]
        assert {(each.why, each.retry_after) for each in waiting} == {(Refusal.BUSY, 590)}
        assert len(waiting) == 10
        with pytest.raises(Throttled) as throttled:
            world.apply(world.create(Contact(surname="Late")))
        assert throttled.value.retry_after == 590
        assert world.how_many() == 100
        world.clock.now += timedelta(seconds=590)
        assert isinstance(world.apply(world.create(Contact(surname="Late")))[0], Stored)
        assert world.counts()["refused"] == 0


def test_a_budget_frees_what_is_older_than_its_window() -> None:
    """R17: ten thousand requests in ten minutes, counted on the clock handed in."""
    clock = Clock()
    budget = Budget(clock, requests=10, seconds=60)
    budget.spend(6)
    clock.sleep(20)
    budget.spend(4)
    with pytest.raises(Throttled) as throttled:
        budget.spend(7)
    assert throttled.value.retry_after == 60
    with pytest.raises(Throttled) as throttled:
        budget.spend(6)
    assert throttled.value.retry_after == 40
    clock.sleep(40)
    budget.spend(6)


def test_fetching_and_finding_are_batched() -> None:
    """R17: recovery asks for each item once, twenty at a time."""
    with graph_world() as world:
        writes = [world.create(Contact(surname=f"Bos {n}")) for n in range(45)]
        ids = [result.item_id for result in world.apply(*writes)]
        world.round()
        world.reset()
        assert len(world.fetch(*ids)) == 45
        assert (world.counts()["counted"], world.counts()["http"]) == (45, 3)
        world.reset()
        assert len(world.mailbox.created(Kind.CONTACTS, [write.stamp for write in writes])) == 45
        assert (world.counts()["counted"], world.counts()["http"]) == (45, 3)


def test_reading_a_contact_costs_little() -> None:
    """R93: the mapping is far below the cost of the database; measured against a loop of plain Python."""
    item = GraphContact(
        id="A",
        etag='W/"E"',
        given_name="Jan",
        surname="van der Berg",
        company_name="Acme",
        job_title="Chef",
        personal_notes="one\r\ntwo",
        categories=["CRMcorner"],
        birthday="1980-05-04T11:59:00Z",
    )
    rounds = 2000

    def timed(work: "object") -> float:
        started = time.process_time()
        for _ in range(rounds):
            work()  # type: ignore[operator]
        return time.process_time() - started

    def yardstick() -> None:
        for number in range(1000):
            str(number)

    assert min(timed(lambda: upserted(item, country="NL")) for _ in range(3)) < 2 * min(
        timed(yardstick) for _ in range(3)
    )
