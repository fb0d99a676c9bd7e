"""What a run without changes asks of Graph, with every kind on: one counted request for each collection, and no more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from crmcorner.outlook.services import performing
from crmcorner.outlook.services.figures import figures_of
from crmcorner.sync.report import Figures
from tests.mailbox.graph_world import ADDRESS, GraphWorld, graph_world
from tests.outlook.world import JAN, World

TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
COLLECTIONS = (
    "/contactFolders/delta",
    "/contacts/delta",
    "/todo/lists/",
    "/calendarView/delta",
    "/messages?$filter=",
)
"""The list of contact folders and the folder, the list of tasks, the calendar, and the marked mail."""


def run(world: World, graph: GraphWorld) -> dict[str, Figures]:
    """Bring every kind in step once."""
    started = world.start()
    performing.perform_run(started.pk, graph.mailbox)
    started.refresh_from_db()
    assert started.state == "done", (started.state, started.problem_detail)
    return {kind.value: each for kind, each in figures_of(started).items()}


@pytest.mark.django_db
def test_a_run_without_changes_asks_once_for_each_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    """R11, R12: whatever is in them; and writes nothing on either side."""
    monkeypatch.setattr(timezone, "now", lambda: TODAY)  # the window of appointments moves with the days
    with graph_world() as graph:
        world = World(kinds="Contacts;Mail;Calendar;Tasks")
        world.adds(JAN)
        graph.state.add_task(ADDRESS, {"title": "Bellen"})
        soon = TODAY + timedelta(days=1)
        when = {"dateTime": f"{soon:%Y-%m-%dT%H:00:00}", "timeZone": "UTC"}
        graph.state.add_event(ADDRESS, {"subject": "Overleg", "start": when, "end": when})
        for _settling in range(2):
            run(world, graph)
        graph.sandbox.log.reset()
        found = run(world, graph)
        assert [each.changed for each in found.values()] == [0, 0, 0, 0]
        asked = [entry.target for entry in graph.sandbox.log.entries()]
        assert [sum(name in target for target in asked) for name in COLLECTIONS] == [1] * len(COLLECTIONS)
        counts = graph.sandbox.log.counts()
        assert (counts["counted"], counts["http"]) == (len(COLLECTIONS), len(COLLECTIONS))
