"""What random histories found in the engine, each as short as it can be told."""

from datetime import UTC, datetime

from crmcorner.items.records import Appointment, Attendee, Kind
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.sync.report import Outcome
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


def test_a_mailbox_in_which_nothing_ever_was_keeps_its_cursor() -> None:
    """R17: a cursor that is asked for after all others expired is good, also where there is nothing to tell."""
    outlook = MemoryMailbox()
    outlook.forget_cursors()
    (page,) = outlook.changes(Kind.TASKS, None)
    assert [each.changes for each in outlook.changes(Kind.TASKS, page.cursor)] == [()]
