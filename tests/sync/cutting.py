"""A mailbox and a CRM that can be cut: the process "dies" at one durable step, before or after it took effect."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from crmcorner.items.changes import Write, WriteResult
from crmcorner.items.records import Kind
from crmcorner.mailbox.errors import Throttled
from crmcorner.mailbox.memory import MemoryMailbox
from tests.sync.bench_of_two import Pair
from tests.sync.memory_store import MemoryStore


class Died(BaseException):
    """The process is gone."""


class Fuse:
    """Burns through at one durable step, before or after it took effect."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.at, self.after, self.steps = at, after, 0

    def step(self, effect: Callable[[], Any]) -> Any:
        number, self.steps = self.steps, self.steps + 1
        if number == self.at and not self.after:
            raise Died
        result = effect()
        if number == self.at and self.after:
            raise Died
        return result


class CutMailbox(MemoryMailbox):
    """Every single write in Outlook is a durable step."""

    fuse: Fuse | None = None

    def apply(self, kind: Kind, writes: Sequence[Write]) -> Sequence[WriteResult]:
        if self.fuse is None:
            return super().apply(kind, writes)
        fuse, plain = self.fuse, super().apply
        return [fuse.step(partial(plain, kind, [write]))[0] for write in writes]


class CutStore(MemoryStore):
    """Every transaction in the CRM is a durable step."""

    fuse: Fuse | None = None

    def settle(self, *args: Any) -> None:
        plain = super().settle
        self.fuse.step(lambda: plain(*args)) if self.fuse else plain(*args)

    def open(self, *args: Any) -> Any:
        plain = super().open
        return self.fuse.step(lambda: plain(*args)) if self.fuse else plain(*args)

    def finish(self, *args: Any) -> None:
        plain = super().finish
        self.fuse.step(lambda: plain(*args)) if self.fuse else plain(*args)


class TroubledMailbox(CutMailbox):
    """Refuses a whole call when told to, before anything is sent."""

    throttled = False

    def apply(self, kind: Kind, writes: Any) -> Any:
        if self.throttled:
            self.throttled = False
            raise Throttled(30)
        return super().apply(kind, writes)


class MeddledStore(CutStore):
    """Lets users in between deciding and storing."""

    meddle: Callable[[], None] = staticmethod(lambda: None)

    def settle(self, *args: Any) -> None:
        self.meddle()
        super().settle(*args)


def set_fuse(pair: Pair, fuse: Fuse | None) -> None:
    """Let the next run die at the fuse's step."""
    assert isinstance(pair.outlook, CutMailbox)
    assert isinstance(pair.crm, CutStore)
    pair.outlook.fuse = pair.crm.fuse = fuse
