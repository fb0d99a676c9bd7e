"""How many statements a run needs: so many for each page, whatever is on it; none for links that nobody touched."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from crmcorner.history.models import HistoryLine
from crmcorner.history.services import journal
from crmcorner.items.records import Contact
from crmcorner.outlook import crm_store
from crmcorner.outlook.services import performing
from crmcorner.sync.executor import Executor
from tests.outlook.world import TAGGED, World


@pytest.fixture(autouse=True)
def _nothing_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written or looked at about once a second depends on the machine, not on the pages."""
    monkeypatch.setattr(crm_store, "PROGRESS_SECONDS", float("inf"))
    monkeypatch.setattr(performing, "STOP_SECONDS", float("inf"))


def people(start: int, count: int) -> list[Contact]:
    """Return contacts that differ."""
    return [
        Contact(given_name="P", surname=f"Nr{n}", emails=(f"p{n}@x{n}.example",), company=f"Firm {n % 9}")
        for n in range(start, start + count)
    ]


def statements(work: Callable[[], object]) -> int:
    """Return how many statements something takes, savepoints apart."""
    with CaptureQueriesContext(database) as captured:
        work()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)


def settle_down(world: World) -> None:
    """Run, and run again, so that what Outlook reports of our own writes is done with, and history read to its end."""
    world.run()
    wait_for_older_transactions()
    world.run()


def wait_for_older_transactions() -> None:
    """Wait until history's watermark is past all that is written: others on the same server may hold it back."""
    if database.vendor != "postgresql":
        return
    last = HistoryLine.objects.order_by("-transaction").values_list("transaction", flat=True).first() or 0
    while int(journal.current_watermark()[1:]) <= last:
        time.sleep(0.05)


def test_an_idle_run_costs_the_same_however_many_links(world: World) -> None:
    """R11: with nothing changed the number of statements does not depend on the number of links."""
    world.adds(*people(0, 20))
    settle_down(world)
    few = statements(world.run)
    world.adds(*people(20, 400))
    settle_down(world)
    assert statements(world.run) == few


@pytest.mark.parametrize("side", ["crm", "outlook"])
def test_each_page_costs_the_same(world: World, side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R11: each further 200 new contacts that are looked at together cost as many statements as those before."""
    monkeypatch.setattr(performing, "Executor", partial(Executor, together=200))

    def bring(start: int, count: int) -> None:
        if side == "crm":
            world.adds(*people(start, count))
        else:
            for each in people(start, count):
                world.outlook.user_adds(each, categories=TAGGED)

    bring(0, 20)
    settle_down(world)
    costs = []
    start = 20
    for pages in (1, 2, 3):
        bring(start, pages * 200)
        start += pages * 200
        costs.append(statements(world.run))
        settle_down(world)
    assert costs[1] - costs[0] == costs[2] - costs[1]
    assert costs[1] - costs[0] <= 60
