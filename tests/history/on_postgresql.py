"""What holds on PostgreSQL alone, whose writers do not wait for each other; run by `test_postgresql`."""

import threading
from itertools import pairwise

import pytest
from django.db import DataError, connection, transaction

from crmcorner.accounts.actor import COMMAND
from crmcorner.accounts.models import Department
from crmcorner.history.many_rows import insert_rows
from crmcorner.history.models import HistoryLine
from crmcorner.history.services import journal

pytestmark = pytest.mark.django_db(transaction=True)


def write(subject: str) -> None:
    """Write a line of history in a transaction of its own."""
    with transaction.atomic():
        journal.record(COMMAND, subject=subject, label="", action="changed")


class SlowWriter(threading.Thread):
    """Writes a line and commits only when it is told to."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.written, self.go_on = threading.Event(), threading.Event()

    def run(self) -> None:
        """Write, wait, commit."""
        with transaction.atomic():
            journal.record(COMMAND, subject="person:1", label="", action="changed")
            self.written.set()
            self.go_on.wait(timeout=30)
        connection.close()


def subjects(watermark: str) -> set[str]:
    """Return what the lines since a watermark are about."""
    return set(journal.lines_after(watermark).values_list("subject", flat=True))


def test_a_late_commit_is_not_missed() -> None:
    """R17: a line whose transaction began before a watermark and ended after it is found by the next look."""
    assert connection.vendor == "postgresql"
    begin = journal.current_watermark()
    slow = SlowWriter()
    slow.start()
    assert slow.written.wait(timeout=30)
    write("person:2")
    between = journal.current_watermark()
    assert subjects(begin) == {"person:2"}
    slow.go_on.set()
    slow.join(timeout=30)
    assert HistoryLine.objects.get(subject="person:1").pk < HistoryLine.objects.get(subject="person:2").pk
    assert "person:1" in subjects(between)


def test_later_watermarks_follow_earlier_ones() -> None:
    """R17: marks never go back, and what is written after one is found by it (others may hold it back a while)."""
    marks = [journal.current_watermark()]
    for number in range(3):
        write(f"person:{number}")
        assert f"person:{number}" in subjects(marks[-1])
        marks.append(journal.current_watermark())
    assert all(journal.follows(later, earlier) for earlier, later in pairwise(marks))


def test_nothing_is_cut_without_a_word() -> None:
    """R17: a name that its column cannot hold is refused, not shortened."""
    with pytest.raises(DataError):
        insert_rows(Department, ("name", "version"), [("x" * 151, 1)])
