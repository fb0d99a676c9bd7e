"""Wall time against the least that is possible, under both readings of where the service's time goes."""

from bench import bounds, cases, firm
from bench.cases import Bench
from bench.runs import measure
from crmcorner.items.records import Kind

SPLITS = ((50, 0), (20, 30))
"""Milliseconds of a round trip (H), and of the service's work on one request (s); which is true is not known."""

FEW = 100
KIND = Kind.CONTACTS

NO_OP, PULL, PUSH_FEW, PUSH = 2.0, 1.6, 1.6, 1.35
"""How many times the bound is aimed at."""


def waits(bench: Bench, size: int, everybody: str) -> None:
    """Measure push, pull and no-op of contacts, and the no-op of a user with all four kinds."""
    for trip, service in SPLITS:
        h, s = trip / 1000, service / 1000
        pusher, few = (bench.known(f"wait-{what}-{trip}", KIND) for what in ("push", "few"))
        puller = bench.known(f"wait-pull-{trip}", KIND)
        bench.place.fill_mailbox(puller, KIND, size)
        for name, count in ((pusher, size), (few, FEW)):
            firm.fill(name, KIND, count)
        bench.table.part(f"Waiting, H = {trip} ms, s = {service} ms: wall ÷ bound")
        with bench.place.served():
            bench.place.door.ask("POST", "faults", {"latency": {"http": trip, "service": service}})
            _wait(bench, f"push of {FEW}", few, bounds.wall_of_push(FEW, h, s), goal=PUSH_FEW)
            _wait(bench, f"push of {size:,}", pusher, bounds.wall_of_push(size, h, s), goal=PUSH)
            _wait(bench, f"pull of {size:,}", puller, bounds.wall_of_pull(KIND, size, h, s), goal=PULL)
            measure(puller, bench.place.door)
            _wait(bench, "no-op of contacts", puller, bounds.wall_of_no_op((KIND,), h, s), goal=NO_OP)
            measure(everybody, bench.place.door)  # what colleagues did meanwhile is looked at here
            least = bounds.wall_of_no_op(cases.KINDS, h, s)
            _wait(bench, "no-op of all four kinds", everybody, least, goal=NO_OP)


def _wait(bench: Bench, measured: str, name: str, bound: float, *, goal: float) -> None:
    run = measure(name, bench.place.door)
    bench.table.cost(measured, run.wall / bound, goal=goal)
    bench.table.cost(f"{measured}: of that, our own CPU", run.cpu / bound)
    bench.table.count(f"{measured}: requests refused", run.refused, 0)
