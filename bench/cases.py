"""What is measured of each kind: first push, first pull, the run after it, no-op, a tenth changed on one side."""

import math
import statistics
from dataclasses import dataclass

from bench import bounds, firm
from bench.place import Place
from bench.runs import Measured, measure
from bench.table import Table
from crmcorner.items.records import Kind

KINDS = (Kind.CONTACTS, Kind.TASKS, Kind.CALENDAR, Kind.MAIL)

AT_MOST = {Kind.CONTACTS: 9_500, Kind.TASKS: 9_500, Kind.CALENDAR: 7_500, Kind.MAIL: 3_000}
"""More does not go into ten minutes of the service's quota where each item is asked for or written by itself, in one run of
ours: of appointments with somebody each is read once more, a mail takes three requests."""

ENTIRE = (Kind.CONTACTS, Kind.TASKS)
"""Of these a pull takes whole pages, so that the quota does not limit how many there are."""

REPEATS = 5
WARM_UP = 1


@dataclass
class Bench:
    """Where is measured, and where it is written down."""

    place: Place
    table: Table

    def known(self, name: str, kind: Kind) -> str:
        """Make a user whose mailbox was seen empty, nothing of others being left to look at."""
        firm.add_user(name, self.place, (kind,))
        if kind in {Kind.CALENDAR, Kind.MAIL}:
            firm.add_acquaintances(name)
        self.run(name)
        return name

    def run(self, name: str) -> Measured:
        """Run for a user against a sandbox whose counts begin at nothing."""
        with self.place.served():
            return measure(name, self.place.door)


def warm_up(bench: Bench) -> None:
    """Push and pull a few of each kind unmeasured: what a process loads once is not a cost of what follows."""
    for kind in KINDS:
        name = bench.known(f"warm-{kind.lower()}", kind)
        if kind is not Kind.MAIL:
            firm.fill(name, kind, 3)
        bench.run(name)
        bench.place.fill_mailbox(name, kind, 3)
        bench.run(name)


def push(bench: Bench, kind: Kind, size: int) -> None:
    """Push to a mailbox that was seen empty; the run after it; none; a tenth changed in the CRM."""
    size = min(size, AT_MOST[kind])
    table = bench.table
    name = bench.known(f"push-{kind.lower()}-{size}", kind)
    firm.fill(name, kind, size)
    table.part(f"{kind}: first push of {size:,}")
    run = bench.run(name)
    _pushed(bench, run, kind, size)
    table.count("not pushed", size - run.changed + run.errors, 0)
    _first_cost(bench, f"{kind} push", run, size)
    table.part(f"{kind}: the run after that push")
    confirm = bench.run(name)
    echo = bounds.pull(kind, size)
    table.count("written on either side", confirm.writes + confirm.changed, 0)
    table.count("counted requests", confirm.counted, echo.counted, bound=echo.counted)
    table.cost("CPU per 1,000 pushed", confirm.cpu * 1_000_000 / size, "ms", digits=1)
    _no_op(bench, name, kind, size)
    few = size // 10
    firm.change(name, kind, few)
    table.part(f"{kind}: {few:,} of {size:,} changed in the CRM")
    changed = bench.run(name)
    _pushed(bench, changed, kind, few)
    table.count("not changed", few - changed.changed + changed.errors, 0)
    _changed_cost(bench, f"{kind} changed in the CRM", changed, size)


def _pushed(bench: Bench, run: Measured, kind: Kind, count: int) -> None:
    least, collections = bounds.push(kind, count), bounds.COLLECTIONS[kind]
    most = math.ceil(math.ceil(count / bounds.BATCH) * bounds.PUSH_FACTOR) + collections
    bench.table.count("writes, counted", run.writes, count, bound=count)
    bench.table.count("all counted requests", run.counted, least.counted, bound=least.counted)
    bench.table.count("HTTP requests", run.http, most, bound=least.http)
    bench.table.count("requests refused", run.refused, 0)


def pull(bench: Bench, kind: Kind, size: int) -> None:
    """Pull what came into a mailbox that was seen empty; the run after it; a tenth changed in Outlook."""
    size = size if kind in ENTIRE else min(size, AT_MOST[kind])
    table = bench.table
    name = bench.known(f"pull-{kind.lower()}-{size}", kind)
    bench.place.fill_mailbox(name, kind, size)
    table.part(f"{kind}: first pull of {size:,}")
    run = bench.run(name)
    _pulled(bench, run, kind, size)
    table.count("not taken", size - run.changed + run.errors, 0)
    _first_cost(bench, f"{kind} pull", run, size)
    table.cost("peak memory of the process", run.peak, "MiB", goal=bounds.PEAK, digits=0)
    table.part(f"{kind}: the run after that pull")
    after = bench.run(name)
    least = bounds.no_op((kind,))
    table.count("written on either side", after.writes + after.changed, 0)
    table.count("counted requests", after.counted, least.counted, bound=least.counted)
    if kind is Kind.MAIL:
        _no_op(bench, name, kind, size)
    few = size // 10
    bench.place.change_mailbox(name, kind, few)
    table.part(f"{kind}: {few:,} of {size:,} changed in Outlook")
    changed = bench.run(name)
    _pulled(bench, changed, kind, few)
    table.count("not changed", few - changed.changed + changed.errors, 0)
    _changed_cost(bench, f"{kind} changed in Outlook", changed, size)
    if kind is Kind.MAIL:
        _senders_known(bench, name, size)


def _pulled(bench: Bench, run: Measured, kind: Kind, count: int) -> None:
    least = bounds.pull(kind, count)
    most = math.floor(least.http * bounds.PULL_FACTOR) + bounds.PULL_MORE
    bench.table.count("HTTP requests", run.http, most, bound=least.http)
    bench.table.count("counted requests", run.counted, least.counted, bound=least.counted)
    bench.table.count("requests refused", run.refused, 0)


def _senders_known(bench: Bench, name: str, size: int) -> None:
    """Every tenth mail waited for its sender to become known: now all of them are filed, and their marks written."""
    few = math.ceil(size / 10)
    firm.change(name, Kind.MAIL, few)
    bench.table.part(f"{Kind.MAIL}: the senders of {few:,} of {size:,} became known in the CRM")
    run = bench.run(name)
    _pushed(bench, run, Kind.MAIL, few)
    bench.table.count("not filed", few - run.changed + run.errors, 0)
    _changed_cost(bench, f"{Kind.MAIL} changed in the CRM", run, size)


def _no_op(bench: Bench, name: str, kind: Kind, size: int) -> None:
    bench.table.part(f"{kind}: no-op at {size:,}")
    runs = _no_op_runs(bench, name, (kind,))
    cpu = statistics.median(run.cpu for run in runs)
    bench.table.point(f"{kind} no-op: CPU", size, cpu * 1000, "ms", goal=bounds.CPU_OF_NO_OP)


def everything(bench: Bench, size: int) -> str:
    """Make a user with all four kinds in step, that many items of each; return his name."""
    name = "everything"
    firm.add_user(name, bench.place, KINDS)
    firm.add_acquaintances(name)
    bench.run(name)
    for kind in KINDS:
        bench.place.fill_mailbox(name, kind, min(size, AT_MOST[kind]))
        bench.run(name)
    bench.run(name)
    return name


def all_kinds(bench: Bench, name: str, size: int) -> None:
    """Nothing changed in a mailbox whose four kinds are all in step, with that many items of each."""
    bench.table.part(f"No-op of all four kinds, {size:,} of each")
    runs = _no_op_runs(bench, name, KINDS)
    cpu = statistics.median(run.cpu for run in runs)
    bench.table.cost("CPU", cpu * 1000, "ms", goal=bounds.CPU_OF_NO_OP, digits=1)


def _no_op_runs(bench: Bench, name: str, kinds: tuple[Kind, ...]) -> list[Measured]:
    table, least = bench.table, bounds.no_op(kinds)
    with bench.place.served():
        runs = [measure(name, bench.place.door) for _ in range(WARM_UP + REPEATS)][WARM_UP:]
    table.count("counted requests", max(run.counted for run in runs), least.counted, bound=least.counted)
    table.count("HTTP requests", max(run.http for run in runs), None, bound=least.http)
    table.count("written on either side", max(run.writes + run.changed for run in runs), 0)
    table.count("requests refused", max(run.refused for run in runs), 0)
    most = bounds.STATEMENTS_OF_NO_OP * len(kinds)
    table.count("SQL statements", max(run.statements for run in runs), most)
    return runs


def _first_cost(bench: Bench, measured: str, run: Measured, size: int) -> None:
    cpu = run.cpu * 1_000_000 / size
    bench.table.point(f"{measured}: CPU per 1,000", size, cpu, "ms", goal=bounds.CPU_PER_1000)
    per_page = run.statements / math.ceil(size / 200)
    goal = bounds.STATEMENTS_PER_PAGE
    bench.table.point(f"{measured}: SQL statements per page of 200", size, per_page, goal=goal)


def _changed_cost(bench: Bench, measured: str, run: Measured, size: int) -> None:
    cpu = run.cpu * 1_000_000 / size
    bench.table.point(f"{measured}: CPU per 1,000 held", size, cpu, "ms", goal=bounds.CPU_PER_1000_HELD)
