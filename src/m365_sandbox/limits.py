"""The limits of the Outlook service, per app and mailbox.

Source: Graph: Microsoft Graph service-specific throttling limits, Outlook service limits: 10,000 requests in 10
minutes, 4 at the same time, 150 megabytes of upload in 5 minutes; 4 megabytes in one request.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from m365_sandbox.errors import GraphError

Key = tuple[str, str]


@dataclass
class LimitSettings:
    """What is enforced; 0 switches a limit off.

    Attributes:
        requests: requests in `requests_seconds` seconds, refused ones included.
        concurrent: requests at the same time.
        upload_bytes: bytes of PATCH, POST and PUT bodies in `upload_seconds` seconds.
        body_bytes: bytes in one HTTP request.
        concurrency_retry_after: the Retry-After of a refusal for concurrency, in seconds.
    """

    requests: int = 10_000
    requests_seconds: float = 600
    concurrent: int = 4
    upload_bytes: int = 150 * 1024 * 1024
    upload_seconds: float = 300
    body_bytes: int = 4 * 1024 * 1024
    concurrency_retry_after: float = 1


class Limits:
    """Counts per app and mailbox, in memory, on the clock handed in."""

    def __init__(self, clock: Callable[[], datetime], settings: LimitSettings | None = None) -> None:
        self.settings = settings or LimitSettings()
        self._clock = clock
        self._lock = threading.Lock()
        self._times: dict[Key, deque[float]] = {}
        self._uploads: dict[Key, deque[tuple[float, int]]] = {}
        self._upload_totals: dict[Key, int] = {}
        self._running: dict[Key, int] = {}

    def enter(self, key: Key, upload: int) -> None:
        """Count a request of `upload` bytes and take one of the places; `leave` gives the place back.

        Raises:
            GraphError: 429 with Retry-After when a limit is reached; then there is no place to give back.
        """
        now = self._clock().timestamp()
        with self._lock:
            self._count(key, now)
            self._weigh(key, now, upload)
            if self.settings.concurrent and self._running.get(key, 0) >= self.settings.concurrent:
                raise _throttled("MailboxConcurrency", self.settings.concurrency_retry_after)
            self._running[key] = self._running.get(key, 0) + 1

    def leave(self, key: Key) -> None:
        """Give back the place that `enter` took."""
        with self._lock:
            self._running[key] -= 1

    def reset(self) -> None:
        """Forget what was counted."""
        with self._lock:
            self._times.clear()
            self._uploads.clear()
            self._upload_totals.clear()

    def _count(self, key: Key, now: float) -> None:
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self.settings.requests_seconds:
            times.popleft()
        over = self.settings.requests and len(times) >= self.settings.requests
        times.append(now)
        if over:
            oldest = times[len(times) - 1 - self.settings.requests]
            raise _throttled("MailboxRequests", oldest + self.settings.requests_seconds - now)

    def _weigh(self, key: Key, now: float, upload: int) -> None:
        uploads = self._uploads.setdefault(key, deque())
        total = self._upload_totals.get(key, 0)
        while uploads and uploads[0][0] <= now - self.settings.upload_seconds:
            total -= uploads.popleft()[1]
        self._upload_totals[key] = total
        if self.settings.upload_bytes and total + upload > self.settings.upload_bytes:
            wait = (
                uploads[0][0] + self.settings.upload_seconds - now
                if uploads
                else self.settings.upload_seconds
            )
            raise _throttled("MailboxUpload", wait)
        if upload:
            uploads.append((now, upload))
            self._upload_totals[key] = total + upload


def _throttled(limit: str, seconds: float) -> GraphError:
    # A decimal fraction is what Microsoft's own sample shows; a whole number is what most answers hold.
    text = f"{seconds:g}" if seconds < 1 else str(math.ceil(seconds))
    return GraphError(
        429,
        "ApplicationThrottled",
        f"Application is over its {limit} limit.",
        {"Retry-After": text},
    )
