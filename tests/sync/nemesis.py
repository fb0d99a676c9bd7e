"""Trouble on order for whole histories: what can befall the engine at each of its calls, and a tally of what did."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from crmcorner.items.changes import (
    Create,
    Delete,
    Refusal,
    Refused,
    Stored,
    Upserted,
    Write,
    WriteResult,
)
from crmcorner.items.records import Kind
from crmcorner.mailbox.errors import (
    ConsentKind,
    ConsentRequired,
    CursorExpired,
    MailboxError,
    NotUnderstood,
    Throttled,
    Unreachable,
)
from crmcorner.mailbox.protocol import ChangePage, Cursor, Window
from crmcorner.sync.store import LeaseLost
from tests.sync.cutting import Died, MeddledStore, TroubledMailbox

T = TypeVar("T")


class Operation(StrEnum):
    """What the engine calls."""

    PAGE = "page"
    FETCH = "fetch"
    LOOK_UP = "look up"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    OPEN = "open"
    SETTLE = "settle"
    FINISH = "finish"
    MARKED = "marked mail"
    MAILS = "mails"
    SOURCE = "source"
    RECATEGORISE = "recategorise"
    FILE = "file"
    WRITTEN = "written"


class Fault(StrEnum):
    """What can befall a call. *Before*: nothing was done. *After*: it was done, and the engine does not learn of it."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    CUT_BEFORE = "cut before"
    CUT_AFTER = "cut after"
    THROTTLED = "throttled"
    NO_CONSENT = "no consent"
    NOT_UNDERSTOOD = "not understood"
    CURSOR_EXPIRED = "cursor expired"
    UNKNOWN_BEFORE = "unknown before"
    UNKNOWN_AFTER = "unknown after"
    BUSY = "busy"
    CHANGED = "changed"
    GONE = "gone"
    INVALID = "invalid"
    TOO_LARGE = "too large"
    READ_ONLY = "read-only"
    DATABASE_BEFORE = "database before"
    DATABASE_AFTER = "database after"
    OVERTAKEN = "overtaken"
    EDITED_THERE = "edited there"
    EDITED_HERE = "edited here"


class DatabaseTrouble(Exception):
    """A deadlock, or a commit of which nobody knows whether it was done."""


_EVERYWHERE = {Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.EDITED_THERE, Fault.EDITED_HERE}
_READ = _EVERYWHERE | {Fault.CUT_BEFORE, Fault.THROTTLED, Fault.NO_CONSENT, Fault.NOT_UNDERSTOOD}
_WRITTEN = _EVERYWHERE | {
    Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.THROTTLED, Fault.UNKNOWN_BEFORE, Fault.UNKNOWN_AFTER, Fault.BUSY,
    Fault.CHANGED, Fault.INVALID, Fault.TOO_LARGE, Fault.READ_ONLY,
}  # fmt: skip
_STORED = _EVERYWHERE | {Fault.DATABASE_BEFORE, Fault.DATABASE_AFTER, Fault.OVERTAKEN}

CAN_BEFALL: Mapping[Operation, frozenset[Fault]] = {
    Operation.PAGE: frozenset(_READ | {Fault.CURSOR_EXPIRED}),
    Operation.FETCH: frozenset(_READ),
    Operation.LOOK_UP: frozenset(_READ),
    Operation.CREATE: frozenset(_WRITTEN),
    Operation.UPDATE: frozenset(_WRITTEN | {Fault.GONE}),
    Operation.DELETE: frozenset(_WRITTEN),
    Operation.OPEN: frozenset(_STORED),
    Operation.SETTLE: frozenset(_STORED),
    Operation.FINISH: frozenset(_STORED),
}
"""Every kind of trouble with every kind of call that it can befall."""

CAN_BEFALL_MAIL: Mapping[Operation, frozenset[Fault]] = {
    Operation.MARKED: frozenset(_READ),
    Operation.MAILS: frozenset(_READ),
    Operation.SOURCE: frozenset(_READ),
    Operation.RECATEGORISE: frozenset(_WRITTEN - {Fault.THROTTLED}),
    Operation.FILE: frozenset(_STORED),
    Operation.WRITTEN: frozenset(_STORED),
    Operation.FINISH: frozenset(_STORED),
}
"""The same for the calls of a run's part that is about mail. What is said to be gone there is gone: users delete mails."""

_REFUSALS = {
    Fault.UNKNOWN_BEFORE: Refused(why=Refusal.UNKNOWN),
    Fault.BUSY: Refused(why=Refusal.BUSY, retry_after=30),
    Fault.CHANGED: Refused(why=Refusal.CHANGED_MEANWHILE),
    Fault.GONE: Refused(why=Refusal.GONE),
    Fault.INVALID: Refused(why=Refusal.INVALID, field="note"),
    Fault.TOO_LARGE: Refused(why=Refusal.TOO_LARGE),
    Fault.READ_ONLY: Refused(why=Refusal.READ_ONLY),
}
_RAISED_BEFORE: Mapping[Fault, Callable[[], BaseException]] = {
    Fault.KILLED_BEFORE: Died,
    Fault.CUT_BEFORE: lambda: Unreachable("before"),
    Fault.THROTTLED: lambda: Throttled(30),
    Fault.NO_CONSENT: lambda: ConsentRequired(ConsentKind.SIGN_IN),
    Fault.NOT_UNDERSTOOD: lambda: NotUnderstood("not the protocol"),
    Fault.CURSOR_EXPIRED: CursorExpired,
    Fault.DATABASE_BEFORE: DatabaseTrouble,
}
_RAISED_AFTER: Mapping[Fault, Callable[[], BaseException]] = {
    Fault.KILLED_AFTER: Died,
    Fault.CUT_AFTER: lambda: Unreachable("after"),
    Fault.DATABASE_AFTER: DatabaseTrouble,
}
ENDINGS = (Died, MailboxError, DatabaseTrouble, LeaseLost)
"""With what a run may end because of trouble."""


@dataclass
class Nemesis:
    """Strikes at the n-th call of an operation, once.

    ``edit`` lets a user write, ``overtake`` lets another worker take the mailbox over and run.
    """

    edit: Callable[[str], None] = lambda _side: None
    overtake: Callable[[], None] = lambda: None
    struck: Counter[tuple[Fault, Operation]] = field(default_factory=Counter)
    calls: Counter[Operation] = field(default_factory=Counter)
    on_order: tuple[Fault, Operation, int] | None = None

    def order(self, fault: Fault, operation: Operation, nth: int) -> None:
        """Have it strike the n-th call from now on."""
        assert fault in CAN_BEFALL.get(operation, frozenset()) | CAN_BEFALL_MAIL.get(operation, frozenset())
        self.on_order = (fault, operation, nth)

    def before(self, operation: Operation) -> Refused | None:
        """Stand before a call; return how the service refuses it, if it does."""
        self.calls[operation] += 1
        fault = self._due(operation)
        if fault is None:
            return None
        if fault in {Fault.EDITED_THERE, Fault.EDITED_HERE}:
            self._strike()
            self.edit("outlook" if fault is Fault.EDITED_THERE else "crm")
        elif fault is Fault.OVERTAKEN:
            self._strike()
            self.overtake()
        elif fault in _RAISED_BEFORE:
            self._strike()
            error = _RAISED_BEFORE[fault]()
            raise error
        elif fault in _REFUSALS:
            self._strike()
            return _REFUSALS[fault]
        else:
            self.on_order = (fault, operation, 0)  # strikes once it is done
        return None

    def after(self, operation: Operation) -> Refused | None:
        """Stand after a call that was done; return what the engine is told instead, if anything."""
        if self.on_order is None or self.on_order[1:] != (operation, 0):
            return None
        fault = self._strike()
        if fault in _RAISED_AFTER:
            error = _RAISED_AFTER[fault]()
            raise error
        return Refused(why=Refusal.UNKNOWN)

    def around(self, operation: Operation, effect: Callable[[], T]) -> T:
        """Do a call that cannot be refused."""
        self.before(operation)
        result = effect()
        self.after(operation)
        return result

    def throttles(self, operations: Sequence[Operation]) -> bool:
        """Whether a whole call of writes is put off because of these among them."""
        if self.on_order is None or self.on_order[0] is not Fault.THROTTLED:
            return False
        if self.on_order[1] not in operations:
            return False
        self._strike()
        return True

    def _due(self, operation: Operation) -> Fault | None:
        if self.on_order is None or self.on_order[1] is not operation:
            return None
        fault, _operation, nth = self.on_order
        if nth > 1:
            self.on_order = (fault, operation, nth - 1)
            return None
        return fault

    def _strike(self) -> Fault:
        assert self.on_order is not None
        fault, operation, _nth = self.on_order
        self.struck[fault, operation] += 1
        self.on_order = None
        return fault


def operation_of(write: Write) -> Operation:
    """Return what a write is."""
    if isinstance(write, Create):
        return Operation.CREATE
    return Operation.DELETE if isinstance(write, Delete) else Operation.UPDATE


@dataclass
class Manners:
    """How a service cuts its pages: all of it legal.

    ``empty``: before each page comes an empty one. ``repeats``: a page begins with what ended the one before. ``reverse``:
    what a page tells comes in the reverse order. ``lag``: so many of the latest changes are told later.
    """

    empty: bool = False
    repeats: bool = False
    reverse: bool = False
    lag: int = 0


class NemesisMailbox(TroubledMailbox):
    """A mailbox in memory with trouble on order and manners of its own; ``requests`` is all that it was asked."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.nemesis, self.manners = Nemesis(), Manners()
        self.requests: list[str] = []
        self.may_be_late: Callable[[str], bool] = lambda _item_id: True

    def changes(self, kind: Kind, since: Cursor | None, window: Window | None = None) -> Iterator[ChangePage]:
        """Yield pages, each of which may be struck."""
        for page in self._mannered(kind, since, window):
            self.requests.append(f"page {since} {page.cursor} {len(page.changes)}")
            yield self.nemesis.around(Operation.PAGE, lambda page=page: page)  # type: ignore[misc]

    def _mannered(self, kind: Kind, since: Cursor | None, window: Window | None) -> Iterator[ChangePage]:
        # A new contact that is told too late cannot be told from one that is not there; so it is what is known that lags.
        count = 0
        while count < min(self.manners.lag, len(self._log)) and self.may_be_late(self._log[-1 - count][1]):
            count += 1
        late = self._log[len(self._log) - count :]
        del self._log[len(self._log) - count :]
        pages = super().changes(kind, since, window)
        first = next(pages)
        if late:
            # What the generator has seen of the log by now is all that it will tell.
            self._log += late
        last: tuple[Any, ...] = ()
        place = since
        for page in (first, *pages):
            changes = (*last, *page.changes) if self.manners.repeats else page.changes
            last = page.changes[-1:]
            if self.manners.reverse:
                changes = changes[::-1]
            if self.manners.empty and place is not None:
                yield ChangePage(changes=(), cursor=place, complete=False)
            place = page.cursor
            yield ChangePage(changes=changes, cursor=page.cursor, complete=page.complete)

    def fetch(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, Upserted]:
        """Return items, unless struck."""
        self.requests.append(f"fetch {' '.join(ids)}")
        plain = super().fetch
        return self.nemesis.around(Operation.FETCH, lambda: plain(kind, ids))

    def created(self, kind: Kind, stamps: Sequence[str]) -> Mapping[str, Stored]:
        """Look creations up, unless struck."""
        self.requests.append(f"look up {' '.join(stamps)}")
        plain = super().created
        return self.nemesis.around(Operation.LOOK_UP, lambda: plain(kind, stamps))

    def apply(self, kind: Kind, writes: Any) -> Any:
        """Write, unless struck: the whole call, or one write of it."""
        self.requests += [f"write {write}" for write in writes]
        if self.nemesis.throttles([operation_of(write) for write in writes]):
            raise Throttled(30)
        return super().apply(kind, writes)

    def strike_before(self, write: Write) -> WriteResult | None:
        """To be called before each write takes effect."""
        return self.nemesis.before(operation_of(write))

    def strike_after(self, write: Write) -> WriteResult | None:
        """To be called once a write took effect."""
        return self.nemesis.after(operation_of(write))


class NemesisStore(MeddledStore):
    """A CRM in memory with trouble on order."""

    nemesis = Nemesis()

    def settle(self, *args: Any) -> None:
        plain = super().settle
        self.nemesis.around(Operation.SETTLE, lambda: plain(*args))

    def open(self, *args: Any) -> Any:
        plain = super().open
        return self.nemesis.around(Operation.OPEN, lambda: plain(*args))

    def finish(self, *args: Any) -> None:
        plain = super().finish
        self.nemesis.around(Operation.FINISH, lambda: plain(*args))
