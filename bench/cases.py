"""What is measured: push, pull, no-op and change of one mailbox each, by count, by cost and by waiting time."""

import math
import statistics
from dataclasses import dataclass, field

from bench.table import Table
from bench.world import (
    Measured,
    Place,
    add_user,
    change,
    fill_crm,
    fill_mailbox,
    measure,
    peak_memory,
    person_ids,
)

READS = 2
"""What a run over one contact folder asks: whether the list of folders changed, and what changed in the folder."""

ONCE = 5
"""What the first run of all asks besides: which mailbox it is, its list of categories, three that are not in it."""

PAGE = 200
BATCH = 20
LANES = 4

SPLITS = ((50, 0), (20, 30))
"""Milliseconds of a round trip (H), and of the service's work on one request (s); which is true is not known."""

STATEMENTS = 60
"""Of a run where nothing has changed, however many contacts there are."""

REPEATS = 5
WARM_UP = 1


@dataclass
class Bench:
    """The place, the table, and what each size cost, for the growth from the smallest to the largest."""

    place: Place
    table: Table
    costs: dict[str, list[float]] = field(default_factory=dict)

    def run(self, name: str) -> Measured:
        """Run for a user, and count."""
        return measure(name, self.place.door)

    def grown(self, measured: str, figure: float, unit: str, *, goal: float, size: int) -> None:
        """Add a cost of one size, and remember it."""
        self.table.cost(f"{measured} at {size:,}", figure, unit, goal=goal, digits=1)
        self.costs.setdefault(measured, []).append(figure)

    def growth(self) -> None:
        """Say how much costs grew from the first size to the last."""
        for measured, figures in self.costs.items():
            if len(figures) > 1:
                self.table.cost(f"{measured}: largest ÷ smallest", figures[-1] / figures[0], goal=1.2)


def pages_of(size: int) -> int:
    """Return how many pages of a delta hold that many contacts."""
    return math.ceil(size / PAGE)


def warm_up(bench: Bench) -> None:
    """Push and pull a few contacts unmeasured: what a process loads once is not a cost of what follows."""
    for name in ("warm-push", "warm-pull"):
        add_user(name, bench.place)
    fill_crm("warm-push", 3)
    fill_mailbox("warm-pull", 3, bench.place)
    with bench.place.served():
        for name in ("warm-push", "warm-pull"):
            bench.run(name)


def push(bench: Bench, size: int) -> None:
    """Push to an empty mailbox that was never seen before; the run after it; none; a hundred changed."""
    table, name = bench.table, f"push{size}"
    table.part(f"Push of {size:,}: the first run of all on an empty mailbox")
    add_user(name, bench.place)
    fill_crm(name, size)
    with bench.place.served():
        first = bench.run(name)
        table.count("writes of contacts, counted", first.writes, size)
        table.count("all other counted requests", first.counted - first.writes, READS + ONCE)
        table.count("HTTP requests", first.http, math.ceil(size / BATCH * 1.2) + 1)
        table.count("requests refused", first.refused, 0)
        table.count("contacts not pushed", size - first.changed, 0)
        _cost(bench, "push", first, size)
        confirm = bench.run(name)
        table.count("the run after it: written on either side", confirm.writes + confirm.changed, 0)
        table.count("the run after it: counted requests", confirm.counted, READS + pages_of(size))
        _no_op(bench, name, size)
        _few_changed(bench, name)


def _no_op(bench: Bench, name: str, size: int) -> None:
    runs = [bench.run(name) for _ in range(WARM_UP + REPEATS)][WARM_UP:]
    bench.table.count(
        "no-op: counted requests (folder list, folder)", max(run.counted for run in runs), READS
    )
    bench.table.count("no-op: requests refused", max(run.refused for run in runs), 0)
    bench.table.count("no-op: SQL statements", max(run.statements for run in runs), STATEMENTS)
    cpu = statistics.median(run.cpu for run in runs)
    bench.grown("no-op: CPU", cpu * 1000, "ms", goal=20, size=size)


def _few_changed(bench: Bench, name: str) -> None:
    few = 100
    change(name, person_ids(name)[:few], "directeur")
    changed = bench.run(name)
    bench.table.count(f"{few} changed: writes counted", changed.writes, few)
    bench.table.count(f"{few} changed: HTTP requests", changed.http, READS + math.ceil(few / BATCH * 1.2))


def pull(bench: Bench, size: int) -> None:
    """Pull what came into a mailbox that was seen empty."""
    table, name = bench.table, _known(bench, f"pull{size}", size)
    table.part(f"Pull of {size:,}: a known mailbox to which they came")
    with bench.place.served():
        pulled = bench.run(name)
    table.count("HTTP requests", pulled.http, pages_of(size) + 1)
    table.count("counted requests", pulled.counted, pages_of(size) + 1)
    table.count("requests refused", pulled.refused, 0)
    table.count("contacts not taken", size - pulled.changed, 0)
    _cost(bench, "pull", pulled, size)
    table.cost("peak memory of the process so far", peak_memory(), "MiB", goal=150, digits=0)


def first_look(bench: Bench, size: int) -> None:
    """Pull from a mailbox never seen before: its identity and its list of categories are asked for as well."""
    name = "first"
    bench.table.part(f"Pull of {size:,}: the first run of all")
    add_user(name, bench.place)
    fill_mailbox(name, size, bench.place)
    with bench.place.served():
        run = bench.run(name)
    bench.table.count("HTTP requests", run.http, pages_of(size) + 1 + ONCE)
    bench.table.count("requests refused", run.refused, 0)
    bench.table.count("contacts not taken", size - run.changed, 0)


def colleagues(bench: Bench, size: int) -> None:
    """Run where nothing has changed but what a colleague keeps for himself."""
    name = _known(bench, "onlooker", 0)
    add_user("colleague", bench.place)
    fill_crm("colleague", size)
    bench.table.part(f"No-op after a colleague made {size:,} persons of his own")
    with bench.place.served():
        run = bench.run(name)
    bench.table.count("counted requests", run.counted, READS)
    bench.table.cost("SQL statements", run.statements, digits=0)
    bench.table.cost("CPU", run.cpu * 1000, "ms", digits=0)


def waits(bench: Bench, size: int) -> None:
    """Wall time of push, pull and no-op against the least that is possible, under both readings of where time goes."""
    for trip, service in SPLITS:
        h, s = trip / 1000, service / 1000
        pusher = _known(bench, f"wait-push{trip}", 0)
        fill_crm(pusher, size)
        puller = _known(bench, f"wait-pull{trip}", size)
        bench.table.part(f"Waiting, {size:,} contacts, H = {trip} ms, s = {service} ms: wall ÷ bound")
        with bench.place.served():
            bench.place.door.ask("POST", "faults", {"latency": {"http": trip, "service": service}})
            writing = math.ceil(size / (LANES * BATCH)) * h + math.ceil(size / LANES) * s
            _wait(bench, "push", pusher, writing + READS * (h + s), goal=1.35)
            _wait(bench, "pull", puller, (pages_of(size) + 1) * (h + s), goal=1.6)
            bench.run(puller)
            _wait(bench, "no-op", puller, READS * (h + s), goal=2)


def _known(bench: Bench, name: str, size: int) -> str:
    """Make a user whose mailbox was seen empty, nothing of others being left to look at; then fill the mailbox."""
    add_user(name, bench.place)
    with bench.place.served():
        bench.run(name)
    if size:
        fill_mailbox(name, size, bench.place)
    return name


def _wait(bench: Bench, measured: str, name: str, bound: float, *, goal: float) -> None:
    run = bench.run(name)
    bench.table.cost(measured, run.wall / bound, goal=goal)
    bench.table.cost(f"{measured}: of that, our own CPU", run.cpu / bound)
    bench.table.count(f"{measured}: requests refused", run.refused, 0)


def _cost(bench: Bench, measured: str, run: Measured, size: int) -> None:
    bench.grown(f"{measured}: CPU per 1,000", run.cpu * 1_000_000 / size, "ms", goal=250, size=size)
    per_page = run.statements / pages_of(size)
    bench.grown(f"{measured}: SQL statements per page of {PAGE}", per_page, "", goal=6, size=size)
