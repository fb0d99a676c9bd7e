"""More than the quota allows at once: 12,000 new contacts against 10,000 requests in ten minutes.

Time runs as it does, but what would be waited for is skipped: the sandbox, which runs in this process here, the mailbox
and the CRM tell time by one clock.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

from cheroot import wsgi

from bench import bounds, firm
from bench.place import QUOTA, QUOTA_SECONDS, Place, mailbox_address
from bench.table import Table
from crmcorner.items.records import Kind
from crmcorner.mailbox.graph.connect import open_graph_mailbox
from m365_sandbox.app import Sandbox, create_app
from m365_sandbox.state import State

if TYPE_CHECKING:
    from crmcorner.outlook.models import Run

COUNT = 12_000
KIND = Kind.CONTACTS

REFUSED = 1
"""R7: so many requests may be refused before the run waits by itself."""

MOST_RUNS = 40


class Clock:
    """The present, of which some was skipped."""

    def __init__(self) -> None:
        self._skipped = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self._skipped

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self._skipped += timedelta(seconds=max(seconds, 0.0))

    def skip_to(self, moment: datetime) -> None:
        """Go on at that moment."""
        self.sleep((moment - self()).total_seconds())


class Quota:
    """The table, the clock and the sandbox."""

    def __init__(self, place: Place, table: Table, clock: Clock, sandbox: Sandbox) -> None:
        self.place, self.table, self.clock, self.sandbox = place, table, clock, sandbox

    def at_once(self) -> None:
        """Push everything in one go; what does not fit in waits and goes on by itself."""
        name = self.known("at-once")
        firm.fill(name, KIND, COUNT)
        self.table.part(f"{KIND}: {COUNT:,} pushed at once, {QUOTA:,} requests in {QUOTA_SECONDS} s enforced")
        self.sandbox.log.reset()
        began = self.clock()
        runs = self.to_the_end(name)
        self.report(name, runs, began)

    def in_two_goes(self) -> None:
        """Push half, and at once the other half: the quota does not begin anew with a run."""
        name = self.known("in-two-goes")
        half = COUNT // 2
        self.table.part(f"{KIND}: {half:,} pushed, and {half:,} more right after it")
        self.sandbox.log.reset()
        began, runs = self.clock(), 0
        for start in (0, half):
            firm.add_contacts(name, firm.contacts_of(name, start, start + half))
            runs += self.to_the_end(name)
        self.report(name, runs, began)

    def known(self, name: str) -> str:
        """Make a user whose mailbox was seen empty."""
        firm.add_user(name, self.place, (KIND,), mailbox=False)
        self.sandbox.state.add_mailbox(mailbox_address(name), name)
        self.to_the_end(name)
        self.clock.sleep(QUOTA_SECONDS + 1)
        return name

    def to_the_end(self, name: str) -> int:
        """Start a run as a person would, and let the server start what is due by itself; return how many ran."""
        from crmcorner.accounts.actor import COMMAND
        from crmcorner.outlook.models.run import RunState, Trigger
        from crmcorner.outlook.services.runs import start_due_runs, start_run

        run = self.performed(start_run(actor=COMMAND, user=firm.user_of(name), trigger=Trigger.COMMAND))
        for number in range(1, MOST_RUNS):
            if run.state != RunState.WAITING or run.resume_at is None:
                return number
            self.clock.skip_to(run.resume_at)
            started = start_due_runs()
            if len(started) != 1:
                break
            run = self.performed(started[0])
        raise SystemExit(f"the run of {name} did not go on by itself: {run.state}")

    def performed(self, run: "Run") -> "Run":
        """Carry out a run and return it as it ended.

        Raises:
            SystemExit: neither at its end, nor waiting.
        """
        from crmcorner.outlook.models.run import RunState
        from crmcorner.outlook.services.performing import perform_run

        perform_run(run.pk)
        run.refresh_from_db()
        if run.state not in {RunState.DONE, RunState.WAITING}:
            raise SystemExit(f"the run ended as {run.state}: {run.problem} {run.problem_detail}")
        return run

    def report(self, name: str, runs: int, began: datetime) -> None:
        """Say what it took."""
        state, counts = self.sandbox.state, self.sandbox.log.counts()
        folder = state.folders.default(state.directory.get(mailbox_address(name)).n)
        there = state.contacts.how_many(folder)
        waited = QUOTA_SECONDS * ((bounds.push(KIND, COUNT).counted - 1) // QUOTA)
        self.table.count("requests refused", counts["refused"], REFUSED)
        self.table.count("not in Outlook at the end", COUNT - there, 0)
        self.table.count(
            "all counted requests", counts["counted"], None, bound=bounds.push(KIND, COUNT).counted
        )
        self.table.count("runs, those that were started by themselves included", runs, None)
        took = (self.clock() - began).total_seconds()
        self.table.cost("time until all is there", took, "s", bound=waited, digits=0)


def measure(place: Place, table: Table) -> None:
    """Measure both ways."""
    clock = Clock()
    with _served(place, clock) as sandbox:
        quota = Quota(place, table, clock, sandbox)
        quota.at_once()
        quota.in_two_goes()


@contextmanager
def _served(place: Place, clock: Clock) -> Iterator[Sandbox]:
    """Serve a sandbox in this process, and have everything tell time by the clock."""
    sandbox = create_app(State.in_memory(clock=clock), clock=clock, sleep=clock.sleep)
    server = wsgi.Server(("127.0.0.1", place.port), sandbox, numthreads=16)
    server.prepare()
    answering = threading.Thread(target=server.serve, daemon=True)
    answering.start()
    told = {**(open_graph_mailbox.__kwdefaults__ or {}), "clock": clock, "sleep": clock.sleep}
    try:
        with (
            patch("django.utils.timezone.now", clock),
            patch.object(open_graph_mailbox, "__kwdefaults__", told),
        ):
            yield sandbox
    finally:
        server.stop()
        answering.join(timeout=10)
