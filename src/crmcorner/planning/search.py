"""Finding tasks and appointments by what users type, and what happens on which day; privacy is held (R61)."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from crmcorner.accounts.models import User
from crmcorner.items.records import Priority, TaskStatus
from crmcorner.items.text import tidy_line
from crmcorner.planning.appointment_mapping import appointment_content
from crmcorner.planning.models import Appointment, Task
from crmcorner.planning.occurrences import Occurrence, occurrences
from crmcorner.planning.permissions import taken_times, visible_appointments, visible_tasks

_IMPORTANCE = Case(
    When(priority=Priority.HIGH.value, then=0), When(priority=Priority.LOW.value, then=2), default=1
)
_BY_OWNER = F("owner__full_name").asc(nulls_last=True)

TASK_ORDERS: Mapping[str, OrderBy] = {
    "due": F("due").asc(nulls_last=True),
    "subject": Lower("subject").asc(),
    "priority": _IMPORTANCE.asc(),
    "owner": _BY_OWNER,
}
"""By sort key of the page; the first is what counts without one. What has no due date comes last."""

APPOINTMENT_ORDERS: Mapping[str, OrderBy] = {
    "start": F("start").asc(),
    "subject": Lower("subject").asc(),
    "owner": _BY_OWNER,
}

_MOST_WORDS = 8

R = TypeVar("R", Task, Appointment)


def ordered(sort: str, orders: Mapping[str, OrderBy]) -> list[OrderBy | str]:
    """Return the order for a sort key of the page, ``-`` before it for the other way; unknown ones mean the first."""
    key = sort.removeprefix("-")
    order = copy(orders.get(key, next(iter(orders.values()))))
    if sort.startswith("-") and key in orders:
        order.reverse_ordering()
    return [order, "pk"]


def find_tasks(
    user: User,
    text: str = "",
    *,
    mine: bool = False,
    deleted: bool = False,
    still_open: bool = False,
    completed: bool = False,
) -> QuerySet[Task]:
    """Return the tasks that a user sees and that every word of the text fits, by due date."""
    tasks = visible_tasks(user, deleted=deleted)
    if mine:
        tasks = tasks.filter(owner=user)
    if still_open:
        tasks = tasks.exclude(status=TaskStatus.COMPLETED.value)
    if completed:
        tasks = tasks.filter(status=TaskStatus.COMPLETED.value)
    found = tasks.filter(_every_word(text, "subject", "note")).select_related("owner")
    return found.order_by(*ordered("due", TASK_ORDERS))


def find_appointments(
    user: User, text: str = "", *, mine: bool = False, deleted: bool = False
) -> QuerySet[Appointment]:
    """Return the appointments that a user sees whole and that every word of the text fits (R61)."""
    appointments = visible_appointments(user, deleted=deleted)
    if mine:
        appointments = appointments.filter(owner=user)
    return appointments.filter(_every_word(text, "subject", "note", "location")).select_related("owner")


def of_record(
    rows: QuerySet[R], *, person: int | None = None, organisation: int | None = None
) -> QuerySet[R]:
    """Return those that are about a person, or about an organisation or one of its persons."""
    if person is not None:
        return rows.filter(links__person=person).distinct()
    about = Q(links__organisation=organisation) | Q(links__person__organisation=organisation)
    return rows.filter(about).distinct()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands in a calendar. ``row`` is None where the reader only sees that the time is taken (R61)."""

    row: Appointment | None
    owner: User | None
    all_day: bool
    occurrence: Occurrence


def entries_between(user: User, begin: datetime, end: datetime, *, everyone: bool) -> list[Entry]:
    """Return what happens between two moments: the user's own, or everyone's with others' private times taken."""
    whole = visible_appointments(user)
    if not everyone:
        whole = whole.filter(owner=user)
    found = list(_entries(_near(whole, begin, end), begin, end, shown=True))
    if everyone:
        found += _entries(_near(taken_times(user), begin, end), begin, end, shown=False)
    return sorted(found, key=lambda entry: (not entry.all_day, entry.occurrence.start, entry.occurrence.end))


def _entries(rows: Iterable[Appointment], begin: datetime, end: datetime, *, shown: bool) -> Iterable[Entry]:
    for row in rows:
        for each in occurrences(appointment_content(row, ()), begin, end):
            times = each if shown else Occurrence(subject="", location="", start=each.start, end=each.end)
            yield Entry(row=row if shown else None, owner=row.owner, all_day=row.all_day, occurrence=times)


def _near(rows: QuerySet[Appointment], begin: datetime, end: datetime) -> QuerySet[Appointment]:
    """Narrow down, generously: a series may have something moved to before its first day."""
    day = timedelta(days=1)
    single = Q(recurrence__isnull=True, end__gte=begin - day)
    series = Q(recurrence__isnull=False) & (Q(ends_on__isnull=True) | Q(ends_on__gte=(begin - day).date()))
    near = Q(start__lt=end + day) & (single | series)
    return rows.filter(near | (series & ~Q(moved=[]))).select_related("owner")


def _every_word(text: str, *columns: str) -> Q:
    condition = Q()
    for word in tidy_line(text)[:200].split()[:_MOST_WORDS]:
        either = Q()
        for column in columns:
            either |= Q(**{f"{column}__icontains": word})
        condition &= either
    return condition
