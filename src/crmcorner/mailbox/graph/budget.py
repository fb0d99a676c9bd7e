"""The quota of Outlook's service, kept by ourselves so that it need not refuse us."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime

from crmcorner.mailbox.errors import Throttled

REQUESTS, SECONDS = 10_000, 600.0
"""Per application and mailbox (Graph: service-specific throttling limits, Outlook service limits)."""


class Budget:
    """Counts the requests of one application to one mailbox; those inside a batch count one by one.

    Keep one for a mailbox over several runs: the quota does not begin anew with a run. It may be used by several
    threads.
    """

    def __init__(
        self, clock: Callable[[], datetime], *, requests: int = REQUESTS, seconds: float = SECONDS
    ) -> None:
        self._clock = clock
        self._requests = requests
        self._seconds = seconds
        self._spent: deque[tuple[float, int]] = deque()
        self._total = 0
        self._lock = threading.Lock()

    def spend(self, requests: int) -> None:
        """Take so many requests out of the budget.

        Raises:
            Throttled: there are not so many left; nothing is taken, and it says when there will be.
        """
        now = self._clock().timestamp()
        with self._lock:
            while self._spent and self._spent[0][0] <= now - self._seconds:
                self._total -= self._spent.popleft()[1]
            over = self._total + requests - self._requests
            if over > 0:
                raise Throttled(self._wait(over, now), "own count of the quota")
            self._spent.append((now, requests))
            self._total += requests

    def _wait(self, over: int, now: float) -> float:
        for spent_at, requests in self._spent:
            over -= requests
            if over <= 0:
                return spent_at + self._seconds - now
        return self._seconds
