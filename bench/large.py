"""How cost and memory grow up to 100,000 contacts; the quota, which would stretch a push over hours, is lifted here."""

import math
import statistics
from contextlib import ExitStack
from unittest.mock import patch

from bench import bounds, firm
from bench.place import Place
from bench.runs import Measured, measure
from bench.table import Table
from crmcorner.items.records import Kind
from crmcorner.mailbox.graph.budget import Budget

SIZES = (1_180, 10_000, 100_000)
SMALL = 1_000
"""With whose no-op that of the largest is compared."""

KIND = Kind.CONTACTS
REPEATS = 7
NO_LIMIT = 1_000_000_000


class Large:
    """The place and the table."""

    def __init__(self, place: Place, table: Table) -> None:
        self.place, self.table = place, table

    def runs(self, name: str, count: int = 1) -> list[Measured]:
        """Run so many times for a user, with no quota on either side."""
        with ExitStack() as stack:
            stack.enter_context(self.place.served())
            self.place.door.ask("POST", "limits", {"requests": 0, "upload_bytes": 0})
            told = {**(Budget.__init__.__kwdefaults__ or {}), "requests": NO_LIMIT}
            stack.enter_context(patch.object(Budget.__init__, "__kwdefaults__", told))
            return [measure(name, self.place.door) for _ in range(count)]

    def known(self, name: str) -> str:
        """Make a user whose mailbox was seen empty."""
        firm.add_user(name, self.place, (KIND,))
        self.runs(name)
        return name

    def push(self, size: int) -> None:
        """Push to an empty mailbox; then nothing."""
        name = self.known(f"push-{size}")
        firm.fill(name, KIND, size)
        self.table.part(f"{KIND}: first push of {size:,}")
        (run,) = self.runs(name)
        self._costs("push", run, size, bounds.push(KIND, size))
        self.no_op(name, "after a push", size)

    def pull(self, size: int) -> None:
        """Pull into a CRM that knows nothing of them; then nothing."""
        name = self.known(f"pull-{size}")
        self.place.fill_mailbox(name, KIND, size)
        self.table.part(f"{KIND}: first pull of {size:,}")
        (run,) = self.runs(name)
        self._costs("pull", run, size, bounds.pull(KIND, size))
        self.no_op(name, "after a pull", size)

    def no_op(self, name: str, when: str, size: int) -> None:
        """Run several times where nothing has changed; the first, which sees our own echo, is not counted."""
        runs = self.runs(name, REPEATS + 1)[1:]
        cpu = statistics.median(run.cpu for run in runs) * 1000
        least = bounds.no_op((KIND,))
        self.table.point(f"no-op {when}: CPU", size, cpu, "ms", goal=bounds.CPU_OF_NO_OP)
        self.table.count("no-op: counted requests", max(run.counted for run in runs), least.counted)

    def _costs(self, measured: str, run: Measured, size: int, least: bounds.Least) -> None:
        cpu = run.cpu * 1_000_000 / size
        peak = bounds.PEAK_OF_100_000 if size > SIZES[1] else bounds.PEAK
        statements = run.statements / math.ceil(size / bounds.PAGE[KIND])
        self.table.count("counted requests", run.counted, least.counted, bound=least.counted)
        self.table.count("not written", size - run.changed + run.errors, 0)
        self.table.point(f"{measured}: CPU per 1,000", size, cpu, "ms", goal=bounds.CPU_PER_1000)
        goal = bounds.STATEMENTS_PER_PAGE
        self.table.point(f"{measured}: SQL statements per page of 200", size, statements, goal=goal)
        self.table.cost(f"{measured}: peak memory of the process", run.peak, "MiB", goal=peak, digits=0)
        self.table.cost(f"{measured}: wall", run.wall, "s", digits=1)


def measure_large(place: Place, table: Table) -> None:
    """Measure every size."""
    large = Large(place, table)
    large.push(100)  # what a process loads once is not a cost of what follows
    large.pull(100)
    table.parts.clear()
    small = large.known("small")
    place.fill_mailbox(small, KIND, SMALL)
    large.runs(small)
    table.part(f"{KIND}: no-op at {SMALL:,}")
    for when in ("after a pull", "after a push"):
        large.no_op(small, when, SMALL)
    for size in SIZES:  # from small to large: a process does not give back all the memory that it once had
        large.pull(size)
        large.push(size)
    table.growth(bounds.GROWTH)
