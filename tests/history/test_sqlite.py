"""What holds on SQLite alone, whose writers come one after the other."""

import pytest
from django.db import connection

from crmcorner.accounts.actor import COMMAND
from crmcorner.history.services import journal


@pytest.mark.django_db
def test_each_line_is_seen_once() -> None:
    """R11: on SQLite nothing is seen twice, as no writer can commit late."""
    if connection.vendor != "sqlite":
        return
    begin = journal.current_watermark()
    journal.record(COMMAND, subject="person:1", label="", action="changed")
    between = journal.current_watermark()
    journal.record(COMMAND, subject="person:2", label="", action="changed")
    assert [line.subject for line in journal.lines_after(begin)] == ["person:1", "person:2"]
    assert [line.subject for line in journal.lines_after(between)] == ["person:2"]
    assert not journal.lines_after(journal.current_watermark()).exists()
