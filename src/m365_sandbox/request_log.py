"""What was asked of the sandbox: the last requests, and counts of all since the last reset."""

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 20_000


@dataclass(frozen=True)
class Entry:
    """One request.

    Attributes:
        time: ISO 8601, UTC.
        kind: `http` for an HTTP request, `inner` for one inside a batch.
        method, target, status: as asked and answered; `target` is path and query.
        batch: how many requests an HTTP request carried, None when it was no batch.
        mailbox: the address of the mailbox that it was about, if any.
        client_id: the app, if it was known.
    """

    time: str
    kind: str
    method: str
    target: str
    status: int
    batch: int | None = None
    mailbox: str | None = None
    client_id: str | None = None


class RequestLog:
    """The last `KEPT` requests in memory; counts are exact however many there were."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()
        self._methods: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._mailboxes: Counter[str] = Counter()

    def add(self, entry: Entry, *, counted: bool) -> None:
        """Note a request; `counted` when it is one request to the service (a batch is as many as it carries)."""
        with self._lock:
            self._entries.append(entry)
            self._counts["http"] += entry.kind == "http"
            self._counts["batches"] += entry.batch is not None
            if counted:
                self._counts["counted"] += 1
                self._counts["refused"] += entry.status == 429
                self._methods[entry.method] += 1
                self._statuses[entry.status] += 1
                self._mailboxes[entry.mailbox or ""] += 1

    def note_sign_in(self, entry: Entry) -> None:
        """Note a request to the token endpoint, which is counted apart."""
        with self._lock:
            self._entries.append(entry)
            self._counts["sign_in"] += 1

    def entries(self) -> list[Entry]:
        """The last requests, oldest first."""
        with self._lock:
            return list(self._entries)

    def counts(self) -> dict[str, Any]:
        """Counts since the last reset.

        `http`: HTTP requests to Graph; `batches`: those that were batches; `counted`: requests to the service,
        those inside batches one by one; `refused`: of these, answered 429; `methods`, `statuses`, `mailboxes`: of
        these, by each; `sign_in`: requests to the token endpoint.
        """
        with self._lock:
            return {
                **{name: self._counts[name] for name in ("http", "batches", "counted", "refused", "sign_in")},
                "methods": dict(self._methods),
                "statuses": {str(status): times for status, times in self._statuses.items()},
                "mailboxes": dict(self._mailboxes),
            }

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            for counter in (self._counts, self._methods, self._statuses, self._mailboxes):
                counter.clear()


def as_json(entry: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    return asdict(entry)
