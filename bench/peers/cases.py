"""The same work done by ours and by peers: what the client costs, how often it asks."""

import statistics
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import bounds
from bench.peers.contender import KIND, Contender, Ours
from bench.peers.installing import NotInstalled
from bench.peers.over_carddav import OverCardDav
from bench.peers.over_graph import PACKAGE, OverGraph
from bench.peers.process import Cost, Failed, Spent
from bench.place import Place
from bench.table import Table

SIZE = 1_180
MANY = 10_000
REPEATS = 3


def measure_peers(place: Place, table: Table, size: int = SIZE, many: int = MANY) -> None:
    """Measure every contender that can be had."""
    contenders: list[Contender] = [Ours(place)]
    makers: dict[str, Callable[[Path], Contender]] = {
        "vdirsyncer with radicale": OverCardDav,
        PACKAGE: lambda folder: OverGraph(place, folder),
    }
    for name, make in makers.items():
        try:
            contenders.append(make(place.folder / name.replace(" ", "-")))
        except NotInstalled as reason:
            table.remark(f"{name}: not measured, because it could not be installed: {reason}")
    for each in contenders:
        table.remark(f"{each.name}: {each.versions}")
    table.remark("CPU and memory are those of the client's whole process, its start included")
    table.remark(
        "CardDAV has no quota, so that nothing is counted there; its bounds are those of Graph all the same"
    )
    for case in (_pulls, _pushes):
        for each in contenders:
            _tried(table, each, case, size)
    for each in contenders:
        _tried(table, each, _many, many)


Case = Callable[[Table, Contender, int], None]


def _tried(table: Table, contender: Contender, case: Case, size: int) -> None:
    """Measure; a peer that fails is said to have failed, and the others go on."""
    try:
        case(table, contender, size)
    except Failed as failure:
        last = str(failure).strip().splitlines()
        table.remark(f"{contender.name}: failed: {last[-1] if last else 'without a word'}")


def _pulls(table: Table, contender: Contender, size: int) -> None:
    case, few = f"pull{size}", size // 10
    contender.begin(case)
    contender.fill_far(case, size)
    _first_pull(table, contender, case, size)
    _quiet(table, contender, case, size)
    table.part(f"{contender.name}: its start alone")
    start = statistics.median(contender.start(case).cpu for _ in range(REPEATS)) * 1000
    table.cost("client CPU", start, "ms", digits=0)
    contender.change_far(case, few)
    table.part(f"{contender.name}: {few:,} of {size:,} changed on the server")
    _costs(table, contender.sync(case), bounds.pull(KIND, few), f"{contender.name}, changed there", size)


def _pushes(table: Table, contender: Contender, size: int) -> None:
    case, few = f"push{size}", size // 10
    contender.begin(case)
    contender.fill_near(case, size)
    table.part(f"{contender.name}: first push of {size:,}")
    _costs(table, contender.sync(case), bounds.push(KIND, size), f"{contender.name}, push", size)
    _all_there(table, contender, case, size)
    table.part(f"{contender.name}: the run after that push")
    _costs(table, contender.sync(case), bounds.pull(KIND, size), f"{contender.name}, after a push", size)
    contender.sync(case)
    contender.change_near(case, few)
    table.part(f"{contender.name}: {few:,} of {size:,} changed on our side")
    _costs(table, contender.sync(case), bounds.push(KIND, few), f"{contender.name}, changed here", size)


def _many(table: Table, contender: Contender, size: int) -> None:
    case = f"pull{size}"
    contender.begin(case)
    contender.fill_far(case, size)
    _first_pull(table, contender, case, size)
    _quiet(table, contender, case, size)


def _first_pull(table: Table, contender: Contender, case: str, size: int) -> None:
    table.part(f"{contender.name}: first pull of {size:,}")
    _costs(table, contender.sync(case), bounds.pull(KIND, size), f"{contender.name}, pull", size)
    _all_there(table, contender, case, size)


def _all_there(table: Table, contender: Contender, case: str, size: int) -> None:
    near, far = contender.held(case)
    if (near, far) != (size, size):
        table.remark(f"{contender.name}: after {case} there are {near:,} here and {far:,} on the server")


def _quiet(table: Table, contender: Contender, case: str, size: int) -> None:
    """Run where nothing has changed, several times; the first run after a first one may still settle things."""
    contender.sync(case)
    costs = [contender.sync(case) for _ in range(REPEATS)]
    table.part(f"{contender.name}: no-op at {size:,}")
    middle = Spent(*(statistics.median(values) for values in zip(*map(_seconds, costs), strict=True)))
    _costs(table, replace(costs[-1], spent=middle), bounds.no_op((KIND,)), f"{contender.name}, no-op", size)


def _seconds(cost: Cost) -> tuple[float, float, float]:
    return cost.spent.cpu, cost.spent.wall, cost.spent.peak


def _costs(table: Table, cost: Cost, least: bounds.Least, series: str, size: int) -> None:
    table.point(f"{series}: client CPU", size, cost.spent.cpu * 1000, "ms")
    table.cost("wall", cost.spent.wall, "s")
    table.cost("peak memory", cost.spent.peak, "MiB", digits=0)
    table.cost("HTTP requests", cost.http, bound=least.http, digits=0)
    if cost.counted is not None:
        table.cost("counted requests", cost.counted, bound=least.counted, digits=0)
        table.cost("requests refused", cost.refused, digits=0)
