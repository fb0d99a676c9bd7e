"""What random histories found in the engine, each as short as it can be told."""

from datetime import UTC, datetime

import pytest

from crmcorner.items.records import Appointment, Attendee, Contact, Kind
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.sync.report import Outcome
from crmcorner.sync.state import LinkStatus
from tests.sync.bench_of_two import Pair

MEETING = Appointment(
    subject="Overleg",
    start=datetime(2026, 11, 2, 12, tzinfo=UTC),
    end=datetime(2026, 11, 2, 13, tzinfo=UTC),
    attendees=(Attendee(email="jan@berg.example"),),
)


def test_a_meeting_that_waits_for_its_owner_can_leave_the_scope() -> None:
    """R43, R85: it is let go of in one run, though a change waits that Outlook would mail, and not tried for ever."""
    pair = Pair(kind=Kind.CALENDAR)
    item_id = pair.outlook.user_adds(MEETING)
    pair.run()
    (crm_id,) = pair.crm.data.links
    pair.crm.user_changes(crm_id, location="Haarlem")
    pair.run()
    pair.crm.set_scope(crm_id, in_scope=False)
    assert [line.outcome for line in pair.run()] == [Outcome.RESTED]
    assert not pair.crm.data.retries
    assert pair.run() == []
    assert pair.outlook.items[item_id].content == MEETING
    assert pair.outlook.writes == []


@pytest.mark.parametrize("title", ["", "directeur"], ids=["nothing new", "an edit"])
def test_what_is_held_back_stays_so_though_the_crm_edits_it(title: str) -> None:
    """R84: neither is a deletion that waits for a person forgotten for an edit in the CRM, nor done without him."""
    pair = Pair()
    people = [pair.crm.user_adds(Contact(surname=f"N{n}", emails=(f"n{n}@x.example",))) for n in range(30)]
    pair.run()
    for crm_id in people:
        pair.outlook.user_deletes(pair.linked(crm_id))
    pair.run()
    assert pair.crm.data.held == set(people)
    pair.crm.user_changes(people[0], job_title=title)
    pair.run()
    pair.run()
    assert pair.crm.data.held == set(people)
    pair.crm.allows()
    pair.run()
    assert {link.status for link in pair.crm.data.links.values()} == {LinkStatus.REMOVED}
    assert pair.crm.data.rows[people[0]].contact.job_title == title


def test_a_mailbox_in_which_nothing_ever_was_keeps_its_cursor() -> None:
    """R17: a cursor that is asked for after all others expired is good, also where there is nothing to tell."""
    outlook = MemoryMailbox()
    outlook.forget_cursors()
    (page,) = outlook.changes(Kind.TASKS, None)
    assert [each.changes for each in outlook.changes(Kind.TASKS, page.cursor)] == [()]
