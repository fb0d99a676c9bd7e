"""History lines, and what changed since a watermark."""

import pytest
from pytest_django import DjangoAssertNumQueries

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.history.models import HistoryLine
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.services.journal import Entry
from tests.builders import a_user, by

pytestmark = pytest.mark.django_db


def an_entry(number: int) -> Entry:
    """Return an entry about one person."""
    return Entry(
        subject=f"person:{number}",
        label=f"Jan {number}",
        action=HistoryAction.CHANGED,
        changes={"surname": ["Jansen", "Janssen"]},
    )


def test_a_line_tells_who_what_and_from_where() -> None:
    """R75: the history says which user or run changed what from what to what."""
    michael = a_user()
    journal.record(by(michael), subject="person:1", label="Jan", action="created", changes={"x": ["", "y"]})
    journal.record_many(Actor(user=michael, source="sync", connection=7, run=12), [an_entry(1)])
    by_run, by_hand = journal.history_of("person:1")
    assert (by_hand.user, by_hand.source, by_hand.connection, by_hand.run) == (michael, "web", None, None)
    assert (by_run.user, by_run.source, by_run.connection, by_run.run) == (michael, "sync", 7, 12)
    assert by_run.changes == {"surname": ["Jansen", "Janssen"]}


def test_number_of_statements_does_not_grow_with_the_lines(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """Five hundred lines are written in a handful of statements (SQLite takes ninety lines in one)."""
    with django_assert_max_num_queries(8):
        journal.record_many(COMMAND, [an_entry(number) for number in range(500)])
    assert HistoryLine.objects.count() == 500


def test_nothing_is_written_for_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """No entries, no statement."""
    with django_assert_num_queries(0):
        journal.record_many(COMMAND, [])


def test_a_long_label_is_cut() -> None:
    """R17: a name of a thousand letters does not break the history."""
    journal.record(COMMAND, subject="person:1", label="é" * 1_000, action=HistoryAction.CREATED)
    assert len(HistoryLine.objects.get().label) == 255


def test_own_lines_can_be_left_out() -> None:
    """What the mailbox's own runs wrote is no news to it; what others and users wrote is."""
    before = journal.current_watermark()
    journal.record_many(Actor(user=None, source="sync", connection=7), [an_entry(1)])
    journal.record_many(Actor(user=None, source="sync", connection=8), [an_entry(2)])
    journal.record_many(by(a_user()), [an_entry(3)])
    found = journal.lines_after(before, except_connection=7)
    assert [line.subject for line in found if line.subject.startswith("person")] == ["person:2", "person:3"]


def test_watermarks_of_another_database_do_not_follow() -> None:
    """R17: after a move to another database, or a dump read into a new server, everything is looked at."""
    assert journal.follows("i12", "i12")
    assert journal.follows("x900", "x12")
    assert not journal.follows("x900", "i12")
    assert not journal.follows("x12", "x900")


def test_a_watermark_of_another_kind_is_refused() -> None:
    """A mark of the other kind of database means nothing here."""
    other = "i5" if journal.current_watermark().startswith("x") else "x5"
    with pytest.raises(ValueError, match="another database"):
        journal.lines_after(other)
