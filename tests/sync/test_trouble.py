"""R16, R17: what a user sees of runs in which something goes wrong."""

import dataclasses

import pytest

from crmcorner.items.changes import Refusal, Refused, Unread, Write, WriteResult
from crmcorner.items.records import CATEGORY, Contact
from crmcorner.mailbox.errors import Throttled, Unreachable
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.sync.actions import Direction
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Line, Outcome
from crmcorner.sync.state import LinkStatus
from tests.sync.bench_of_two import TAGGED, Pair
from tests.sync.memory_store import MemoryStore

JAN = Contact(given_name="Jan", surname="Berg", emails=("jan@berg.example",))
ELS = Contact(given_name="Els", surname="Vos", emails=("els@vos.example",))


def quiet(pair: Pair) -> None:
    """R11: a second run at once changes nothing, on either side."""
    writes = len(pair.outlook.writes)
    assert pair.figures().changed == 0
    assert len(pair.outlook.writes) == writes


def refuse(pair: Pair, surname: str, answer: Refused) -> None:
    """Let the service refuse every write of one contact."""

    def before(write: Write) -> WriteResult | None:
        return answer if getattr(write, "contact", JAN).surname == surname else None

    pair.outlook.before = before


def calm(pair: Pair) -> None:
    """End all trouble."""
    pair.outlook.before = lambda _write: None
    pair.outlook.after = lambda _write, result: result


def line_of(lines: list[Line], crm_id: str) -> Line:
    """The line of a record; if it was recovered first, the line about that."""
    return next(line for line in lines if line.crm_id == crm_id)


@pytest.mark.parametrize(
    ("why", "code"),
    [
        (Refusal.CHANGED_MEANWHILE, ReasonCode.CHANGED_MEANWHILE),
        (Refusal.INVALID, ReasonCode.INVALID),
        (Refusal.TOO_LARGE, ReasonCode.TOO_LARGE),
        (Refusal.READ_ONLY, ReasonCode.READ_ONLY),
    ],
)
def test_a_refused_write_is_told_of_and_tried_again_and_stops_nothing(why: Refusal, code: ReasonCode) -> None:
    """R16: one item's failure never stops the others; it is tried again until it succeeds."""
    pair = Pair()
    jan, els = pair.crm.user_adds(JAN), pair.crm.user_adds(ELS)
    refuse(pair, "Berg", Refused(why=why, field="note"))
    lines = pair.run()
    failed = line_of(lines, jan)
    assert failed.is_error
    assert failed.reason is not None
    assert (failed.reason.code, failed.reason.facts) == (code, {"field": "note"})
    assert line_of(lines, els).outcome is Outcome.CREATED
    assert line_of(pair.run(), jan).outcome is Outcome.FAILED
    calm(pair)
    assert line_of(pair.run(), jan).outcome is Outcome.CREATED
    quiet(pair)


def test_asked_to_wait_the_run_ends_and_goes_on_later() -> None:
    """R16: what was not written waits; the run ends with the time to wait and loses nothing."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    refuse(pair, "Berg", Refused(why=Refusal.BUSY, retry_after=30))
    with pytest.raises(Throttled) as throttled:
        pair.run()
    assert throttled.value.retry_after == 30
    assert pair.crm.data.lines[-1].outcome is Outcome.WAITING
    assert not pair.crm.data.intents
    calm(pair)
    pair.run()
    assert pair.in_outlook(jan) == JAN
    quiet(pair)


def test_a_write_of_which_nobody_knows_is_settled_by_the_next_run() -> None:
    """R17: a creation whose answer was lost is found by its stamp and not made twice."""
    pair = Pair()
    jan = pair.crm.user_adds(dataclasses.replace(JAN, emails=()))
    pair.outlook.after = lambda _write, _result: Refused(why=Refusal.UNKNOWN)
    failed = line_of(pair.run(), jan)
    assert failed.reason is not None
    assert failed.reason.code is ReasonCode.NOT_CONFIRMED
    assert len(pair.crm.data.intents) == 1
    calm(pair)
    assert line_of(pair.run(), jan).outcome is Outcome.CREATED
    assert len(pair.outlook.items) == 1
    quiet(pair)


def test_a_conflict_whose_answer_was_lost_is_still_in_the_list() -> None:
    """R17, R18: the value that lost is kept, whenever the run is cut."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.crm.user_changes(jan, job_title="crm")
    pair.outlook.user_changes(pair.linked(jan), {"job_title": "outlook"})

    def lost(_write: Write, _result: WriteResult) -> WriteResult:
        raise Unreachable("cut")

    pair.outlook.after = lost
    with pytest.raises(Unreachable):
        pair.run()
    calm(pair)
    line = line_of(pair.run(), jan)
    assert [(each.crm, each.outlook) for each in line.conflicts] == [("crm", "outlook")]
    assert [(each.field, each.direction) for each in line.changes] == [("job_title", Direction.TO_OUTLOOK)]
    quiet(pair)


def test_a_link_that_could_not_be_made_makes_no_second_contact() -> None:
    """R17, R44: a record that matches a contact is not created beside it because linking failed."""
    pair = Pair()
    jan = pair.crm.user_adds(dataclasses.replace(JAN, job_title="chef"))
    item = pair.outlook.user_adds(JAN, categories=TAGGED)
    refuse(pair, "Berg", Refused(why=Refusal.INVALID))
    for _run in range(2):
        assert line_of(pair.run(), jan).outcome is Outcome.FAILED
        pair.crm.user_changes(jan, nickname="J")
    calm(pair)
    pair.run()
    assert pair.linked(jan) == item
    assert len(pair.outlook.items) == 1
    quiet(pair)


def test_a_record_that_changes_while_it_is_being_written_is_looked_at_again() -> None:
    """R17: an edit made in the CRM in the middle of a run is neither written over nor taken for a conflict."""
    pair = Pair(winner=Winner.OUTLOOK)
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.crm.user_changes(jan, job_title="first")
    pair.outlook.user_changes(pair.linked(jan), {"nickname": "Jantje"})

    def edit(_write: Write) -> WriteResult | None:
        calm(pair)
        pair.crm.user_changes(jan, job_title="second")
        return None

    pair.outlook.before = edit
    line = line_of(pair.run(), jan)
    assert line.reason is not None
    assert (line.outcome, line.reason.code) == (Outcome.FAILED, ReasonCode.CHANGED_MEANWHILE)
    line = line_of(pair.run(), jan)
    assert not line.conflicts
    assert pair.in_outlook(jan).job_title == pair.crm.data.rows[jan].contact.job_title == "second"
    assert pair.crm.data.rows[jan].contact.nickname == "Jantje"
    quiet(pair)


def test_what_the_crm_writes_otherwise_does_not_change_again() -> None:
    """R11: a firm that the CRM knows by another spelling is no change on either side."""
    pair = Pair()
    pair.crm = MemoryStore(keeps=lambda each: dataclasses.replace(each, company=each.company.upper()))
    item = pair.outlook.user_adds(dataclasses.replace(JAN, company="Smit bv"), categories=TAGGED)
    pair.run()
    quiet(pair)
    pair.outlook.user_changes(item, {"job_title": "chef"})
    pair.run()
    assert pair.in_crm(item).company == "SMIT BV"
    assert pair.outlook.items[item].contact.company == "Smit bv"
    pair.outlook.user_changes(item, {"company": "Bos"})
    assert not pair.run()[0].conflicts
    assert pair.in_crm(item).company == "BOS"
    quiet(pair)


def ask(pair: Pair) -> tuple[str, str, str]:
    """Make a question: one contact, two namesakes in scope; their ids and the item's."""
    one = pair.crm.user_adds(dataclasses.replace(JAN, company="Smit", emails=("a@x.example",)))
    two = pair.crm.user_adds(dataclasses.replace(JAN, company="Smit", emails=("b@x.example",)))
    contact = dataclasses.replace(JAN, company="Smit", emails=())
    item = pair.outlook.user_adds(contact, categories=TAGGED)
    assert {line.outcome for line in pair.run()} == {Outcome.WAITING}
    assert pair.crm.data.questions == {item: (one, two)}
    return one, two, item


def test_the_other_candidates_go_to_outlook_once_the_question_is_answered() -> None:
    """R40, R44: who was held back for the sake of a question is not forgotten."""
    pair = Pair()
    one, two, item = ask(pair)
    pair.crm.chooses(item, two)
    pair.run()
    assert pair.linked(two) == item
    assert pair.linked(one) != item
    assert not pair.crm.data.questions
    quiet(pair)


@pytest.mark.parametrize("how", ["untag", "delete"])
def test_a_question_whose_contact_is_withdrawn_is_closed(how: str) -> None:
    """R41, R44: nothing is kept of a contact that is no longer ours, and its candidates go their way."""
    pair = Pair()
    one, two, item = ask(pair)
    if how == "untag":
        pair.outlook.user_changes(item, categories=())
    else:
        pair.outlook.user_deletes(item)
    lines = pair.run()
    assert not pair.crm.data.questions
    assert {pair.linked(one), pair.linked(two)}.isdisjoint({item})
    (closed,) = [line for line in lines if line.item_id == item]
    assert (closed.outcome, closed.label) == (Outcome.SKIPPED, "")
    quiet(pair)


def test_a_question_stays_until_it_is_answered() -> None:
    """R44: runs do not ask again and do not decide by themselves."""
    pair = Pair()
    one, _two, item = ask(pair)
    assert pair.run() == []
    pair.crm.user_changes(one, job_title="x")
    (line,) = pair.run()
    assert line.reason is not None
    assert line.reason.code is ReasonCode.WAITS_FOR_CHOICE
    assert item in pair.crm.data.questions


def test_many_contacts_of_one_name_in_one_page_are_each_looked_at() -> None:
    """R44: namesakes with addresses of their own are different people; copies of one are asked about."""
    pair = Pair()
    for number in range(8):
        own = dataclasses.replace(JAN, emails=(f"jan{number}@x.example",))
        pair.outlook.user_adds(own, categories=TAGGED)
    for _copy in range(2):
        pair.outlook.user_adds(dataclasses.replace(JAN, emails=("jan3@x.example",)), categories=TAGGED)
    lines = pair.run()
    assert len(lines) == 10
    assert len(pair.crm.data.rows) == 8
    assert sum(line.outcome is Outcome.WAITING for line in lines) == 2
    quiet(pair)


@pytest.mark.parametrize("loses", [False, True])
@pytest.mark.parametrize("page_size", [1, 10])
def test_moved_out_and_back_is_not_removed(*, loses: bool, page_size: int) -> None:
    """R84: what is reported missing is asked for by name, in whatever order folders are read."""
    pair = Pair(mailbox=MemoryMailbox(loses_returned=loses, page_size=page_size))
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.outlook.user_moves(pair.linked(jan), "archive")
    pair.outlook.user_moves(pair.linked(jan), "contacts")
    pair.outlook.user_changes(pair.linked(jan), {"job_title": "chef"})
    pair.run()
    assert pair.crm.data.links[jan].status is LinkStatus.ACTIVE
    assert pair.crm.data.rows[jan].contact.job_title == "chef"
    quiet(pair)


def test_an_edit_reaches_the_crm_before_the_record_leaves_outlook() -> None:
    """R43: edited in Outlook and out of scope in the same hour: nothing is lost, and our copy goes."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.outlook.user_changes(pair.linked(jan), {"job_title": "chef"})
    pair.crm.set_scope(jan, in_scope=False)
    pair.run()
    assert pair.crm.data.rows[jan].contact.job_title == "chef"
    assert pair.outlook.items[pair.linked(jan)].folder == "deleted-items"
    assert pair.crm.data.links[jan].status is LinkStatus.WITHDRAWN
    quiet(pair)


def test_a_problem_is_listed_whenever_its_contact_is_looked_at() -> None:
    """R45: an address that was refused stays in the Error column of every run that sees the contact."""
    pair = Pair()
    why = {"home_address": Unread(text="naast de kerk", reason="address-refused")}
    item = pair.outlook.user_adds(JAN, categories=("Golf", CATEGORY), unread=why)
    assert pair.figures().errors == 1
    pair.outlook.user_changes(item, {"note": "n"})
    assert (pair.figures().changed, pair.crm.data.lines[-1].is_error) == (1, True)
    assert pair.outlook.items[item].unread == why
    quiet(pair)


def test_a_run_without_changes_asks_for_nothing_by_name() -> None:
    """R11: no contact is fetched and nothing is stored when nothing changed."""
    pair = Pair()
    for number in range(30):
        pair.crm.user_adds(dataclasses.replace(JAN, emails=(f"jan{number}@x.example",)))
    pair.run()
    pair.run()
    before = pair.crm.data
    pair.outlook.fetch = None  # type: ignore[method-assign, assignment]
    pair.crm.settle = None  # type: ignore[method-assign, assignment]
    assert pair.run() == []
    assert pair.crm.data is before
