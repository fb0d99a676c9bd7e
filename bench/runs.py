"""One run of the synchronisation, and what it cost."""

import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.firm import user_of
from bench.place import Door
from crmcorner.items.records import Kind
from crmcorner.mailbox.protocol import Mailbox

WRITING = ("POST", "PATCH", "DELETE")


@dataclass(frozen=True)
class Measured:
    """What one run cost.

    Attributes:
        counted: requests as the service's quota counts them, those inside a batch one by one.
        writes: of those, the ones that write.
        http: round trips.
        refused: requests that were refused for a limit.
        wall, cpu: seconds; ``cpu`` is this process's, all its threads together.
        statements: SQL statements.
        changed: items that were written on either side.
        errors: items of which the run says that they failed.
        peak: MiB that the process held at most meanwhile, what it held before included.
    """

    counted: int
    writes: int
    http: int
    refused: int
    wall: float
    cpu: float
    statements: int
    changed: int
    errors: int
    peak: float

    @property
    def reads(self) -> int:
        """Counted requests that do not write."""
        return self.counted - self.writes


class Unfinished(Exception):
    """A run did not come to its end; the message says how it ended."""


def measure(
    name: str, door: Door, kinds: Sequence[Kind] | None = None, *, mailbox: Mailbox | None = None
) -> Measured:
    """Run once and count; ``kinds``: those that take part, all that are switched on if None.

    Raises:
        Unfinished: the run did not come to its end.
    """
    from django.db import connection

    from crmcorner.accounts.actor import COMMAND
    from crmcorner.outlook.models import Run
    from crmcorner.outlook.models.run import RunState, Trigger
    from crmcorner.outlook.services.figures import figures_of
    from crmcorner.outlook.services.performing import perform_run
    from crmcorner.outlook.services.runs import start_run

    statements = 0

    def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, parameters, many, context)

    run = start_run(actor=COMMAND, user=user_of(name), trigger=Trigger.COMMAND, kinds=kinds)
    door.ask("DELETE", "log")
    _forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        perform_run(run.pk, mailbox)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    run = Run.objects.get(pk=run.pk)
    if run.state != RunState.DONE:
        raise Unfinished(f"the run of {name} ended as {run.state}: {run.problem} {run.problem_detail}")
    counts, figures = door.counts(), figures_of(run).values()
    return Measured(
        counted=counts["counted"],
        writes=sum(counts["methods"].get(method, 0) for method in WRITING),
        http=counts["http"],
        refused=counts["refused"],
        wall=wall,
        cpu=cpu,
        statements=statements,
        changed=sum(each.changed for each in figures),
        errors=sum(each.errors for each in figures),
        peak=_peak(),
    )


def _forget_peak() -> None:
    """Have the system count this process's peak memory anew, where it can."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    """Return the peak memory in MiB since it was forgotten; where that cannot be told, since the process began."""
    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
