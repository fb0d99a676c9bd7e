"""Fifty mailboxes in which nothing changed, brought in step by the workers of one process (limits hold for each mailbox)."""

import time
from collections import Counter

from bench import bounds, firm
from bench.place import Place
from bench.runs import measure
from bench.table import Table
from crmcorner.items.records import Kind

MAILBOXES = 50
KIND = Kind.CONTACTS
TRIP = 50
"""Milliseconds of a round trip; the service's own time is nothing."""

WORKERS = (2, 16)
"""As many as ``crmcorner serve`` has unless told otherwise, and as many as a large firm may give it."""

TIMES_ONE = 3.0
WITHIN = 120.0
"""Seconds in which all have to be done."""

LOOK = 0.02


def measure_mailboxes(place: Place, table: Table) -> None:
    """Measure one mailbox, then all of them at once."""
    names = [f"mailbox-{number}" for number in range(MAILBOXES)]
    for name in names:
        firm.add_user(name, place, (KIND,))
    with place.served():
        for _round in range(2):
            for name in names:
                measure(name, place.door)
        place.door.ask("POST", "faults", {"latency": {"http": TRIP, "service": 0}})
        one = min(measure(names[0], place.door).wall for _ in range(5))
        for workers in WORKERS:
            table.part(f"No-op of {MAILBOXES} mailboxes by {workers} workers of one process, H = {TRIP} ms")
            place.door.ask("DELETE", "log")
            wall, cpu, failed = _all_at_once(names, workers)
            counts = place.door.counts()
            least = bounds.no_op((KIND,)).counted * MAILBOXES
            table.count("runs that were not done", len(failed), 0)
            for ending, times in Counter(failed).items():
                table.remark(f"{workers} workers: {times} runs ended otherwise: {ending}")
            table.count("counted requests", counts["counted"], least, bound=least)
            table.count("requests refused", counts["refused"], 0)
            table.cost("wall of one mailbox by itself", one * 1000, "ms", digits=0)
            table.cost("wall of all of them", wall * 1000, "ms", digits=0)
            table.cost("all of them ÷ one", wall / one, goal=TIMES_ONE)
            table.cost("CPU for each mailbox", cpu * 1000 / MAILBOXES, "ms", digits=1)


def _all_at_once(names: list[str], count: int) -> tuple[float, float, list[str]]:
    """Hand a run of each to the workers; return seconds of wall and of CPU, and how those ended that were not done."""
    from crmcorner.accounts.actor import COMMAND
    from crmcorner.outlook.models import Run
    from crmcorner.outlook.models.run import RunState, Trigger
    from crmcorner.outlook.services.runs import LIVE, press_button
    from crmcorner.project.workers import Workers

    runs = [
        press_button(actor=COMMAND, user=firm.user_of(name), trigger=Trigger.SCHEDULE).pk for name in names
    ]
    workers = Workers(count)
    wall, cpu = time.perf_counter(), time.process_time()
    workers.start()
    try:
        while Run.objects.filter(pk__in=runs, state__in=LIVE).exists():
            if time.perf_counter() - wall > WITHIN:
                break
            time.sleep(LOOK)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        others = Run.objects.filter(pk__in=runs).exclude(state=RunState.DONE)
        return wall, cpu, [f"{run.state} {run.problem} {run.problem_detail}".strip() for run in others]
    finally:
        workers.stop()
