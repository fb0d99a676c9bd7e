"""The least that the service's limits allow for the same work, and how much more is allowed here.

``docs/development/measuring.md`` says where these numbers come from. A bound is never raised because we miss it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from crmcorner.items.records import Kind

BATCH = 20
LANES = 4

COLLECTIONS = {Kind.CONTACTS: 2, Kind.TASKS: 1, Kind.CALENDAR: 1, Kind.MAIL: 1}
"""What has to be looked at to know that nothing changed: the list of contact folders and the folder, the task list, the
window of the calendar, the marked mails."""

PAGE = {Kind.CONTACTS: 200, Kind.TASKS: 200, Kind.CALENDAR: 200, Kind.MAIL: 1000}
"""The most that comes in one answer."""

ONCE = 5
"""What the first run of all asks besides: which mailbox it is, its list of categories, three that are not in it."""

PULL_FACTOR, PULL_MORE = 1.05, 1
PUSH_FACTOR = 1.2
"""Of the HTTP requests; of counted requests none more are allowed."""

CPU_OF_NO_OP = 20.0
CPU_PER_1000 = 250.0
CPU_PER_1000_HELD = 40.0
STATEMENTS_PER_PAGE = 6
STATEMENTS_OF_NO_OP = 60
PEAK = 150.0
PEAK_OF_100_000 = 250.0
GROWTH = 1.2


@dataclass(frozen=True)
class Least:
    """The least that some work can be done with."""

    counted: int
    http: int


def no_op(kinds: Iterable[Kind]) -> Least:
    """Return the least to see that nothing changed: one request for each collection; in HTTP one batch."""
    collections = sum(COLLECTIONS[kind] for kind in kinds)
    return Least(collections, math.ceil(collections / BATCH))


def pull(kind: Kind, count: int) -> Least:
    """Return the least to take that many items over: their pages. A mail's source is read and its mark is written."""
    pages = max(1, math.ceil(count / PAGE[kind])) + COLLECTIONS[kind] - 1
    if kind is Kind.MAIL:
        return Least(pages + 2 * count, pages + 2 * math.ceil(count / BATCH))
    return Least(pages, pages)


def push(kind: Kind, count: int) -> Least:
    """Return the least to write that many items and to see what changed meanwhile: nothing."""
    return Least(count + COLLECTIONS[kind], math.ceil(count / BATCH) + COLLECTIONS[kind])


def wall_of_no_op(kinds: Iterable[Kind], trip: float, service: float) -> float:
    """Return the least seconds in which nothing can be seen to have changed, all being asked at once."""
    return trip + math.ceil(no_op(kinds).counted / LANES) * service


def wall_of_pull(kind: Kind, count: int, trip: float, service: float) -> float:
    """Return the least seconds to read that many items: each page names the next."""
    return math.ceil(count / PAGE[kind]) * (trip + service)


def wall_of_push(count: int, trip: float, service: float) -> float:
    """Return the least seconds to write that many items, after what changed was read."""
    lanes = math.ceil(count / (LANES * BATCH)) * trip + math.ceil(count / LANES) * service
    return lanes + trip + service
