"""Rows stored in sets, without instances (used by people, history and the coupling)."""

from datetime import date

import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from crmcorner.accounts.models import Department, EmployeeAddress
from crmcorner.history.many_rows import database_value, insert_for_ids, insert_rows, replace_rows
from crmcorner.history.models import HistoryLine
from tests.builders import a_person, a_user

pytestmark = pytest.mark.django_db

NAMES = ("name", "version")


def test_ids_come_back_in_order() -> None:
    """A thousand rows, more than one statement: each id belongs to its row."""
    names = [f"afdeling {number}" for number in range(1_000)]
    ids = insert_for_ids(Department, NAMES, ((name, 1) for name in names))
    assert [Department.objects.get(pk=pk).name for pk in ids[::111]] == names[::111]
    assert len(set(ids)) == 1_000


def test_rows_are_written_over_but_for_what_is_kept() -> None:
    """Every named column takes its new value, those to keep and those not named stay."""
    ids = insert_for_ids(Department, NAMES, [("a", 1), ("b", 1), ("c", 1)])
    rows = [(ids[0], "a2", 7), (ids[2], "c2", 7)]
    replace_rows(Department, ("id", *NAMES), rows, keep=frozenset({"version"}))
    assert list(Department.objects.order_by("pk").values_list("name", "version")) == [
        ("a2", 1),
        ("b", 1),
        ("c2", 1),
    ]
    replace_rows(Department, ("id", *NAMES), [])
    insert_rows(Department, NAMES, [])
    assert Department.objects.count() == 3


def test_odd_values_survive() -> None:
    """Quotes, percent signs, backslashes, braces, emoji, JSON, times and nothing at all are stored as they are."""
    odd = 'O\'Neil "x" 100% %s {a,b} NULL \\ 🙂'
    now = timezone.now()
    names = (
        "subject",
        "label",
        "action",
        "changes",
        "user_id",
        "connection",
        "run",
        "source",
        "at",
        "transaction",
    )
    row = (odd, "", "changed", '{"a": ["", "{\\"x\\"}"]}', None, None, 3, "", database_value(now), 0)
    insert_rows(HistoryLine, names, [row, row])
    line = HistoryLine.objects.filter(subject=odd).latest("pk")
    assert (line.label, line.changes, line.user, line.run, line.at) == (
        "",
        {"a": ["", '{"x"}']},
        None,
        3,
        now,
    )
    person = a_person(a_user(), birthday=date(1900, 2, 28), nickname=odd)
    person.refresh_from_db()
    assert (person.birthday, person.nickname) == (date(1900, 2, 28), odd)


def test_the_database_still_referees() -> None:
    """Constraints hold, and nothing that is too long is cut without a word."""
    insert_rows(Department, NAMES, [("a", 1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Department, NAMES, [("b", 1), ("a", 1)])
    with pytest.raises(Error), transaction.atomic():
        insert_rows(EmployeeAddress, ("employee_id", "address", "key", "position"), [(1, None, "", 0)])
    assert Department.objects.get().name == "a"
