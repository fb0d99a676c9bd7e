"""The same work done by ours and by peers: what the client costs, how often it asks."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
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
    races = [Race(table, each) for each in contenders]
    for race in races:
        _tried(race, race.small, size)
    for race in races:
        _tried(race, race.many, many)


def _tried(race: "Race", work: Callable[[int], None], size: int) -> None:
    """Measure; a peer that fails is said to have failed, and the others go on."""
    try:
        work(size)
    except Failed as failure:
        last = str(failure).strip().splitlines()
        race.table.remark(f"{race.contender.name}: failed: {last[-1] if last else 'without a word'}")


@dataclass
class Race:
    """One contender's figures among those of the others: a part for each piece of work."""

    table: Table
    contender: Contender
    start: float | None = None

    def small(self, size: int) -> None:
        """First pull and first push, the runs after them, no-op, a tenth changed on either side."""
        pull, push, few = f"pull{size}", f"push{size}", size // 10
        self._first_pull(pull, size)
        self._no_op(pull, size)
        self.contender.change_far(pull, few)
        self.part(f"{few:,} of {size:,} changed on the server")
        self._costs(self.contender.sync(pull), bounds.pull(KIND, few), "changed there", size)
        self.contender.begin(push)
        self.contender.fill_near(push, size)
        self.part(f"First push of {size:,}")
        self._costs(self.contender.sync(push), bounds.push(KIND, size), "push", size)
        self._all_there(push, size)
        self.part(f"The run after the push of {size:,}")
        self._costs(self.contender.sync(push), bounds.pull(KIND, size), "after a push", size)
        self.contender.sync(push)
        self.contender.change_near(push, few)
        self.part(f"{few:,} of {size:,} changed on our side")
        self._costs(self.contender.sync(push), bounds.push(KIND, few), "changed here", size)

    def many(self, size: int) -> None:
        """First pull and no-op; a push of so many takes some peers an hour."""
        case = f"pull{size}"
        self._first_pull(case, size)
        self._no_op(case, size)

    def part(self, heading: str) -> None:
        """Begin a part, or go on with that of the others."""
        self.table.part(heading)

    def _first_pull(self, case: str, size: int) -> None:
        self.contender.begin(case)
        if self.start is None:
            self.start = statistics.median(self.contender.start(case).cpu for _ in range(REPEATS))
            self.part("Start alone, nothing done")
            self.table.cost(f"{self.contender.name}: client CPU", self.start * 1000, "ms", digits=0)
        self.contender.fill_far(case, size)
        self.part(f"First pull of {size:,}")
        self._costs(self.contender.sync(case), bounds.pull(KIND, size), "pull", size)
        self._all_there(case, size)

    def _no_op(self, case: str, size: int) -> None:
        """Run where nothing has changed, several times; the first run after a pull may still settle things."""
        self.contender.sync(case)
        costs = [self.contender.sync(case) for _ in range(REPEATS)]
        middle = Spent(*(statistics.median(values) for values in zip(*map(_seconds, costs), strict=True)))
        self.part(f"No-op at {size:,}")
        self._costs(replace(costs[-1], spent=middle), bounds.no_op((KIND,)), "no-op", size)

    def _all_there(self, case: str, size: int) -> None:
        near, far = self.contender.held(case)
        if (near, far) != (size, size):
            name = self.contender.name
            self.table.remark(f"{name}: after {case} there are {near:,} here and {far:,} on the server")

    def _costs(self, cost: Cost, least: bounds.Least, work: str, size: int) -> None:
        table, name, cpu = self.table, self.contender.name, cost.spent.cpu * 1000
        table.point(f"{name}, {work}: client CPU", size, cpu, "ms", measure=f"{name}: client CPU")
        alone = cpu - (self.start or 0.0) * 1000
        table.cost(f"{name}: client CPU less its start", alone, "ms", digits=0)
        table.cost(f"{name}: wall", cost.spent.wall, "s")
        table.cost(f"{name}: peak memory", cost.spent.peak, "MiB", digits=0)
        table.cost(f"{name}: HTTP requests", cost.http, bound=least.http, digits=0)
        if cost.counted is not None:
            table.cost(f"{name}: counted requests", cost.counted, bound=least.counted, digits=0)
            table.cost(f"{name}: requests refused", cost.refused, digits=0)


def _seconds(cost: Cost) -> tuple[float, float, float]:
    return cost.spent.cpu, cost.spent.wall, cost.spent.peak
