"""Trouble on order: refusals, lost answers, cut connections, odd pages. Counters decide, never chance."""

import threading
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from m365_sandbox.errors import GraphError

Kind = Literal["throttle", "unavailable", "unavailable_after", "error", "drop_after", "cut", "missing_answer"]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass
class Fault:
    """One kind of trouble and which requests it befalls.

    Attributes:
        kind: `throttle`: 429 before anything is done. `unavailable`: 503 likewise. `unavailable_after`: 503
            although it was done. `error`: `status` and `code` before anything is done. `drop_after`: it is done,
            the answer never comes. `cut`: the connection breaks before it is done; in a batch what came before
            it is done. `missing_answer`: in a batch, done, but its answer is left out.
        method, path: only requests with this method, whose path and query contain this text; None: any. The
            envelope of a batch is `POST /$batch`; the requests in it are seen one by one as well. The token
            endpoint is befallen only when the path names `oauth2`.
        skip: so many matching requests pass first.
        every: then each so-manieth is struck.
        times: so often; 0 for ever.
        retry_after: seconds for the Retry-After header; None leaves it out.
    """

    kind: Kind
    method: str | None = None
    path: str | None = None
    skip: int = 0
    every: int = 1
    times: int = 1
    retry_after: float | None = None
    status: int = 500
    code: str = "ErrorInternalServerError"
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"There is no fault {self.kind!r}. There are: {', '.join(get_args(Kind))}.")
        if self.every < 1 or self.skip < 0 or self.times < 0:
            raise ValueError("every must be 1 or more, skip and times 0 or more.")
        if self.retry_after is not None and not _is_number(self.retry_after):
            raise ValueError("retry_after must be a number of seconds.")

    def strikes(self, method: str, target: str) -> bool:
        """Whether this request is struck; counts it."""
        if self.method is not None and self.method.upper() != method:
            return False
        if self.path is not None and self.path.lower() not in target.lower():
            return False
        if self.times and self.struck >= self.times:
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.seen - self.skip) % self.every:
            return False
        self.struck += 1
        return True

    def refusal(self) -> GraphError:
        """The answer of a fault that answers."""
        headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        if self.kind == "throttle":
            return GraphError(429, "TooManyRequests", "Too many requests.", headers)
        if self.kind == "error":
            return GraphError(self.status, self.code, "The sandbox was told to answer so.", headers)
        return GraphError(
            503, "serviceNotAvailable", "The service is not available. Try again later.", headers
        )


@dataclass
class Mischief:
    """Odd but legal behaviour of pages and batches.

    Attributes:
        repeat_items: each page of a delta begins with the last item of the page before.
        reverse_pages: the items of a page come in reverse order.
        empty_pages: each full page of a delta is followed by an empty one with a nextLink.
        page_max: pages hold at most so many, whatever was asked for; 0: as asked.
        delta_lag: a delta shows what there was so many rounds of this folder ago; 0: the present.
        shuffle_batch: the answers in a batch come in another order than the requests.
        false_removals: calendarView/delta reports events outside its window that were made, changed or deleted as
            removed (Graph: event: delta).
    """

    repeat_items: bool = False
    reverse_pages: bool = False
    empty_pages: bool = False
    page_max: int = 0
    delta_lag: int = 0
    shuffle_batch: bool = False
    false_removals: bool = False

    def __post_init__(self) -> None:
        for each in fields(self):
            if type(getattr(self, each.name)) is not each.type:
                raise ValueError(f"{each.name} must be of type {each.type}.")


@dataclass
class Latency:
    """Waiting time in milliseconds: for each HTTP request, and for each request to the service."""

    http: float = 0
    service: float = 0

    def __post_init__(self) -> None:
        if not all(_is_number(each) and each >= 0 for each in (self.http, self.service)):
            raise ValueError("A latency is a number of milliseconds, 0 or more.")


@dataclass
class Faults:
    """The trouble on order. `mischief` and `latency` may be set at any time."""

    mischief: Mischief = field(default_factory=Mischief)
    latency: Latency = field(default_factory=Latency)
    rules: list[Fault] = field(default_factory=list)
    _heads: dict[int, list[int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: Kind, **settings: Any) -> Fault:
        """Order a fault; settings as the attributes of `Fault`.

        Raises:
            ValueError: for a kind or setting that does not exist.
        """
        allowed = {each.name for each in fields(Fault)} - {"kind", "seen", "struck"}
        if unknown := set(settings) - allowed:
            raise ValueError(
                f"A fault has no {', '.join(sorted(unknown))}. It has: {', '.join(sorted(allowed))}."
            )
        fault = Fault(kind, **settings)
        with self._lock:
            self.rules.append(fault)
        return fault

    def strike(self, method: str, target: str) -> Fault | None:
        """The fault that befalls this request, if any; the first that strikes wins."""
        with self._lock:
            return next((fault for fault in self.rules if fault.strikes(method, target)), None)

    def strike_sign_in(self, target: str) -> Fault | None:
        """The same for the token endpoint, which only a fault that names it in its path befalls."""
        with self._lock:
            named = [fault for fault in self.rules if "oauth2" in (fault.path or "").lower()]
            return next((fault for fault in named if fault.strikes("POST", target)), None)

    def clear(self) -> None:
        """No more trouble; latency stays."""
        with self._lock:
            self.rules.clear()
            self._heads.clear()
        self.mischief = Mischief()

    def visible_head(self, folder: int, head: int) -> int:
        """How far a delta round that begins now may see, given the folder's newest change."""
        with self._lock:
            if not self.mischief.delta_lag:
                self._heads.pop(folder, None)
                return head
            heads = self._heads.setdefault(folder, [])
            heads.append(head)
            del heads[: -self.mischief.delta_lag - 1]
            return heads[0]


class ConnectionCutError(ConnectionError):
    """The connection breaks and no answer comes. A server that runs the application closes the socket."""


def as_json(faults: Faults) -> dict[str, Any]:
    """All that is on order."""
    return {
        "faults": [asdict(fault) for fault in faults.rules],
        "mischief": asdict(faults.mischief),
        "latency": asdict(faults.latency),
    }
