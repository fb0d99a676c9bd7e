"""What a plan says of tasks and appointments, where they differ from contacts."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import Unread, Upserted
from crmcorner.items.records import (
    APPOINTMENT_FIELDS,
    TASK_FIELDS,
    Appointment,
    Attendee,
    Content,
    Task,
    TaskStatus,
)
from crmcorner.sync.actions import (
    Action,
    CreateInCrm,
    CreateInOutlook,
    Reconcile,
    Rest,
    Skip,
    Verdicts,
    Withdraw,
)
from crmcorner.sync.orders import write_of
from crmcorner.sync.plan import DELETION, Situation, plan
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.settlements import local_settlement
from crmcorner.sync.state import Base, Candidate, CrmRecord, Link, LinkStatus, Origin

POLICY = Policy(winner=Winner.CRM, can=Capabilities())
CALL = Task(subject="Jan bellen", due=date(2026, 11, 25))
VISIT = Appointment(
    subject="Bezoek",
    start=datetime(2026, 11, 25, 9, tzinfo=UTC),
    end=datetime(2026, 11, 25, 10, tzinfo=UTC),
    zone="Europe/Amsterdam",
    uid="uid-1",
)
GUEST = Attendee(email="jan@berg.example", name="Jan Berg")
MEETING = replace(VISIT, attendees=(GUEST,))


def a_record(content: Content, **more: object) -> CrmRecord:
    """Return a record of the CRM in scope."""
    fields = TASK_FIELDS if isinstance(content, Task) else APPOINTMENT_FIELDS
    record = CrmRecord(
        crm_id="task:1" if isinstance(content, Task) else "appointment:1",
        version=2,
        content=content,
        in_scope=True,
        deleted=False,
        holds=frozenset(fields),
        label=content.subject if not hasattr(content, "surname") else "",
    )
    return replace(record, **more)  # type: ignore[arg-type] # of a test's own words


def a_link(content: Content, origin: Origin = Origin.CRM, status: LinkStatus = LinkStatus.ACTIVE) -> Link:
    """Return a link whose both sides agreed on this."""
    return Link(
        crm_id="task:1" if isinstance(content, Task) else "appointment:1",
        item_id="item",
        origin=origin,
        status=status,
        scoped=True,
        version="1",
        categories=(),
        base=Base(crm=content, outlook=content),
        crm_version=1,
    )


def an_item(content: Content, **more: object) -> Upserted:
    """Return an item as Outlook reports it."""
    item = Upserted(item_id="item", version="2", content=content)
    return replace(item, **more)  # type: ignore[arg-type] # of a test's own words


def decided(
    *,
    record: CrmRecord | None = None,
    link: Link | None = None,
    item: Upserted | None = None,
    gone: bool = False,
    candidates: tuple[Candidate, ...] = (),
    verdicts: Verdicts | None = None,
) -> Action | None:
    """Return the one action that is planned, or None."""
    situation = Situation(
        links=[link] if link else [],
        records={record.crm_id: record} if record else {},
        items={item.item_id: item} if item else {},
        gone=frozenset({"item"}) if gone else frozenset(),
        candidates={"item": candidates} if candidates else {},
        verdicts=verdicts or {},
    )
    actions = plan(situation, POLICY).actions
    assert len(actions) <= 1
    return actions[0] if actions else None


@pytest.mark.parametrize("content", [CALL, VISIT], ids=["task", "appointment"])
def test_what_is_new_in_outlook_comes_without_a_category(content: Content) -> None:
    """R50, R60: a task of the list and an appointment of the window need no mark."""
    action = decided(item=an_item(content))
    assert isinstance(action, CreateInCrm)
    assert action.view == content


@pytest.mark.parametrize("content", [CALL, VISIT], ids=["task", "appointment"])
def test_what_is_new_in_the_crm_goes_to_outlook_unmarked(content: Content) -> None:
    """R50, R60: and only within its days."""
    action = decided(record=a_record(content))
    assert isinstance(action, CreateInOutlook)
    order = write_of(action, "stamp")
    assert getattr(order, "categories", None) == ()
    assert decided(record=a_record(content, in_window=False)) is None


def test_a_task_deleted_in_outlook_rests() -> None:
    """R51: it stays in the CRM, and nothing comes back."""
    action = decided(record=a_record(CALL), link=a_link(CALL), gone=True)
    assert isinstance(action, Rest)
    assert action.status is LinkStatus.REMOVED
    resting = a_link(CALL, status=LinkStatus.REMOVED)
    assert isinstance(decided(record=a_record(replace(CALL, subject="x")), link=resting), Skip)


@pytest.mark.parametrize("content", [CALL, VISIT], ids=["task", "appointment"])
def test_deleted_in_the_crm_our_own_goes_and_the_users_own_stays(content: Content) -> None:
    """R64, R42: as with contacts; without a category to take off, the user's own item is not touched at all."""
    gone = a_record(content, deleted=True, in_scope=False)
    ours = decided(record=gone, link=a_link(content))
    assert isinstance(ours, Withdraw)
    assert ours.delete
    theirs = decided(record=gone, link=a_link(content, Origin.OUTLOOK))
    assert isinstance(theirs, Rest)
    assert theirs.status is LinkStatus.WITHDRAWN


def test_completing_travels_both_ways() -> None:
    """R51: marked complete on either side reaches the other."""
    done = replace(CALL, status=TaskStatus.COMPLETED, completed_on=date(2026, 11, 24))
    there = decided(record=a_record(CALL), link=a_link(CALL), item=an_item(done))
    assert isinstance(there, Reconcile)
    assert there.to_crm == {"status", "completed_on"}
    here = decided(record=a_record(done), link=a_link(CALL))
    assert isinstance(here, Reconcile)
    assert here.to_outlook == {"status", "completed_on"}


@pytest.mark.parametrize("private", [True, False])
def test_privacy_travels_both_ways(private: bool) -> None:
    """R61: visibility *owner* is *private* in Outlook, and the other way round."""
    before, after = replace(VISIT, private=not private), replace(VISIT, private=private)
    there = decided(record=a_record(before), link=a_link(before), item=an_item(after))
    assert isinstance(there, Reconcile)
    assert there.to_crm == {"private"}
    here = decided(record=a_record(after), link=a_link(before))
    assert isinstance(here, Reconcile)
    assert here.to_outlook == {"private"}


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Anders"},
        {"note": "n"},
        {"location": "Haarlem"},
        {"start": datetime(2026, 11, 25, 8, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_would_be_mailed_waits_for_the_owner(change: dict[str, object]) -> None:
    """R85: a change of a meeting with attendees is not written until its owner has said so."""
    record = a_record(replace(MEETING, **change))  # type: ignore[arg-type]
    link = a_link(MEETING)
    (name,) = change
    waits = decided(record=record, link=link)
    assert isinstance(waits, Reconcile)
    assert not waits.to_outlook
    assert [each.winner for each in waits.conflicts] == [Winner.ASK]
    line = local_settlement(waits).line
    assert line.reason is not None
    assert (line.reason.code, line.reason.facts["attendees"]) == (ReasonCode.WOULD_MAIL, GUEST.email)
    key = (record.crm_id, name)
    confirmed = decided(record=record, link=link, verdicts={key: Winner.CRM})
    assert isinstance(confirmed, Reconcile)
    assert confirmed.to_outlook == {name}
    refused = decided(record=record, link=link, verdicts={key: Winner.OUTLOOK})
    assert isinstance(refused, Reconcile)
    assert (set(refused.to_outlook), set(refused.to_crm)) == (set(), {name})


@pytest.mark.parametrize("change", [{"private": True}, {"reminder": 15}, {"categories": ("Golf",)}])
def test_what_is_harmless_is_written(change: dict[str, object]) -> None:
    """R85: category, reminder, show-as and privacy of one's own copy mail nobody."""
    action = decided(record=a_record(replace(MEETING, **change)), link=a_link(MEETING))  # type: ignore[arg-type]
    assert isinstance(action, Reconcile)
    assert action.to_outlook == set(change)


def test_deleting_a_meeting_with_attendees_waits_too() -> None:
    """R85: a cancellation would go out; the owner decides, and either answer settles it."""
    gone, link = a_record(MEETING, deleted=True, in_scope=False), a_link(MEETING)
    waits = decided(record=gone, link=link)
    assert isinstance(waits, Skip)
    assert waits.reason.code is ReasonCode.WOULD_MAIL
    assert [each.field for each in waits.conflicts] == [DELETION]
    key = (gone.crm_id, DELETION)
    assert isinstance(decided(record=gone, link=link, verdicts={key: Winner.CRM}), Withdraw)
    assert isinstance(decided(record=gone, link=link, verdicts={key: Winner.OUTLOOK}), Rest)


def test_who_is_invited_is_learned_and_never_written() -> None:
    """R85, R65: attendees and the meeting's number come from Outlook alone."""
    known = a_record(replace(VISIT, uid="", attendees=()))
    action = decided(record=known, link=a_link(replace(VISIT, uid="")), item=an_item(MEETING))
    assert isinstance(action, Reconcile)
    assert (set(action.to_outlook), set(action.to_crm)) == (set(), {"attendees", "uid"})
    back = decided(
        record=a_record(MEETING), link=a_link(MEETING), item=an_item(replace(MEETING, attendees=()))
    )
    assert isinstance(back, Reconcile)
    assert (set(back.to_outlook), set(back.to_crm)) == (set(), {"attendees"})


def test_a_colleagues_copy_of_a_meeting_is_the_same_appointment() -> None:
    """R65: it is linked, and nothing of it is written on either side."""
    theirs = a_record(MEETING, in_scope=False, holds=frozenset())
    item = an_item(replace(MEETING, show_as=MEETING.show_as, reminder=5, categories=("Golf",)))
    action = decided(record=None, item=item, candidates=(Candidate(record=theirs),))
    assert isinstance(action, Reconcile)
    assert not action.to_outlook | action.to_crm
    assert not action.scoped
    assert isinstance(
        decided(item=item, candidates=(Candidate(record=theirs, linked_item="other"),)), CreateInCrm
    )


def test_an_appointment_without_a_readable_time_is_skipped_with_its_text() -> None:
    """R16, R63: what the CRM cannot place in time is left in Outlook, and the reason says what stands there."""
    unread = {"start": Unread(text="31-02-2026", reason=ReasonCode.VALUE_REFUSED.value)}
    action = decided(item=an_item(replace(VISIT, start=None), unread=unread))
    assert isinstance(action, Skip)
    assert (action.label, action.reason.facts["text"]) == ("Bezoek", "31-02-2026")
