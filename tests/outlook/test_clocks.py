"""R17, R18: whose clock is right decides nothing: a service a day ahead or behind, or set back while it works."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crmcorner.items.changes import Update, Upserted
from crmcorner.items.records import Appointment, Contact, Content, Kind, Task, of_type
from crmcorner.outlook.models import ConflictRow, OpenIntent, Run
from crmcorner.outlook.services import performing
from crmcorner.outlook.window import window_of
from tests.mailbox.graph_world import GraphWorld, graph_world
from tests.mailbox.test_graph_runs import firm
from tests.outlook.test_planning_runs import CALL, a_visit, add, change, in_crm
from tests.outlook.world import JAN, PIET, World, contact

DAY = timedelta(days=1)
SHIFTS = pytest.mark.parametrize("shift", [-DAY, DAY], ids=["a day behind", "a day ahead"])


@SHIFTS
def test_runs_ask_and_end_the_same_whatever_the_services_clock_says(shift: timedelta) -> None:
    """R17: the connector a day away from the service: the same requests, and the same on both sides."""
    told = []
    for apart in (timedelta(), shift):
        with firm() as (made, _people):
            made.world.reset()
            clock = made.world.clock
            for _run in range(2):
                made.run(clock=lambda apart=apart, clock=clock: clock() + apart)
            told.append((made.outcome(), made.world.counts()))
    assert told[0] == told[1]


@pytest.fixture
def graph() -> Iterator[GraphWorld]:
    """Anna's mailbox."""
    with graph_world() as made:
        yield made


def run(world: World, graph: GraphWorld) -> Run:
    """Synchronise everything."""
    started = world.start()
    performing.perform_run(started.pk, graph.mailbox)
    started.refresh_from_db()
    assert started.state == "done", (started.state, started.problem, started.problem_detail)
    return started


def items(world: World, graph: GraphWorld, kind: Kind) -> list[Upserted]:
    """What Outlook holds."""
    window = window_of(world.user) if kind is Kind.CALENDAR else None
    pages = graph.mailbox.changes(kind, None, window)
    return [each for page in pages for each in page.changes if isinstance(each, Upserted)]


def edit(graph: GraphWorld, kind: Kind, item: Upserted, **values: Any) -> None:
    """Let the user change fields of a task or an appointment in Outlook."""
    content: Content = replace(item.content, **values)
    write = Update(
        item_id=item.item_id, version="", fields=frozenset(values), content=content, categories=None, stamp=""
    )
    graph.mailbox.apply(kind, [write])


@pytest.mark.django_db
@pytest.mark.parametrize("later", [-DAY, timedelta(), DAY], ids=["set back", "steady", "set forward"])
@pytest.mark.parametrize("shift", [-DAY, timedelta(), DAY], ids=["a day behind", "right", "a day ahead"])
def test_all_kinds_end_the_same_whatever_the_services_clock_says(
    graph: GraphWorld, shift: timedelta, later: timedelta
) -> None:
    """R17, R18: both sides edit between two runs, the service's clock jumps, and what they wrote decides alone."""
    graph.clock.now = timezone.now() + shift
    world = World(kinds="Contacts;Tasks;Calendar")
    jan, _piet = world.adds(JAN, PIET)
    task, visit = add(world, CALL), add(world, a_visit())
    run(world, graph)
    (one_task,), (one_visit,) = items(world, graph, Kind.TASKS), items(world, graph, Kind.CALENDAR)
    graph.edit(world.link(jan).item_id, jobTitle="verkoper", nickName="Jantje")
    edit(graph, Kind.TASKS, one_task, subject="Jan mailen")
    edit(graph, Kind.CALENDAR, one_visit, location="Haarlem")
    graph.clock.now += later
    world.changes(jan, job_title="inkoper")
    change(world, task, note="Vandaag")
    change(world, visit, private=True)
    run(world, graph)
    again = run(world, graph)
    assert not again.lines.filter(is_change=True).exists()
    assert not OpenIntent.objects.exists()
    kept = ConflictRow.objects.get()
    assert (kept.crm_value, kept.outlook_value, kept.winner) == ("inkoper", "verkoper", "crm")
    people = {of_type(each.content, Contact) for each in items(world, graph, Kind.CONTACTS)}
    assert {(each.given_name, each.job_title, each.nickname) for each in people} == {
        ("Jan", "inkoper", "Jantje"),
        ("Piet", "", ""),
    }
    assert (contact(jan).job_title, contact(jan).nickname) == ("inkoper", "Jantje")
    (there,) = items(world, graph, Kind.TASKS)
    for each in (of_type(there.content, Task), of_type(in_crm(task), Task)):
        assert (each.subject, each.note) == ("Jan mailen", "Vandaag")
    (diary,) = items(world, graph, Kind.CALENDAR)
    for meeting in (of_type(diary.content, Appointment), of_type(in_crm(visit), Appointment)):
        assert (meeting.location, meeting.private, meeting.start) == ("Haarlem", True, a_visit().start)
