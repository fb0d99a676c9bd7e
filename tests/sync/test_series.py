"""R63: the occurrences of a series are brought together one by one, whatever was cut in between."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.items.changes import Upserted
from crmcorner.items.records import Appointment, Attendee, Content, of_type
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.items.series import as_planned
from crmcorner.sync.actions import CreateInOutlook, Reconcile, Verdicts
from crmcorner.sync.merge import merge
from crmcorner.sync.occurrences import merge_occurrences, occurrences_of, states_of
from crmcorner.sync.orders import arrived
from crmcorner.sync.plan import Situation, plan
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.settlements import local_settlement
from crmcorner.sync.state import Base
from tests.sync.test_plan_planning import POLICY, a_link, a_record

DAYS = tuple(date(2026, 11, 25) + timedelta(weeks=number) for number in range(6))
SERIES = Appointment(
    subject="Weekstart",
    start=datetime(2026, 11, 25, 9, tzinfo=UTC),
    end=datetime(2026, 11, 25, 10, tzinfo=UTC),
    zone="Europe/Amsterdam",
    recurrence=Recurrence(pattern=Pattern.WEEKLY, first=DAYS[0], weekdays=(2,)),
)
GUEST = Attendee(email="jan@berg.example", name="Jan Berg")


def later(day: date, hours: int = 1) -> Moved:
    """Return an occurrence that is moved by some hours."""
    planned = as_planned(SERIES, day)
    by = timedelta(hours=hours)
    return replace(planned, start=planned.start + by, end=planned.end + by)


def merged(
    crm: Appointment,
    outlook: Appointment,
    base: Appointment,
    policy: Policy = POLICY,
    **verdict: Winner,
) -> Reconcile:
    """Return what the engine decides about a pair."""
    record = a_record(crm)
    item = Upserted(item_id="item", version="9", content=outlook)
    verdicts: Verdicts = {(record.crm_id, name): winner for name, winner in verdict.items()}
    situation = Situation(
        links=[a_link(base)],
        records={record.crm_id: record},
        items={"item": item},
        verdicts=verdicts,
    )
    (action,) = plan(situation, policy).actions
    assert isinstance(action, Reconcile)
    return action


NOTHING: frozenset[str] = frozenset()


def told(content: Content) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Return the days that are cancelled and those that are moved."""
    series = of_type(content, Appointment)
    return series.cancelled, tuple(each.original for each in series.moved)


def test_each_side_s_occurrences_come_to_the_other() -> None:
    """R18: one moved here and one there, one taken out here and one there: all four hold, and nothing is a conflict."""
    ours = replace(SERIES, moved=(later(DAYS[1]),), cancelled=(DAYS[2],))
    theirs = replace(SERIES, moved=(later(DAYS[3]),), cancelled=(DAYS[4],))
    action = merged(ours, theirs, SERIES)
    both = ((DAYS[2], DAYS[4]), (DAYS[1], DAYS[3]))
    assert (told(action.crm_content), told(action.outlook_content)) == (both, both)
    assert action.to_crm == action.to_outlook == {"moved", "cancelled"}
    assert action.conflicts == ()


@pytest.mark.parametrize(("winner", "hours"), [(Winner.CRM, 1), (Winner.OUTLOOK, 2)])
def test_one_moved_on_both_sides_goes_where_the_winner_says(winner: Winner, hours: int) -> None:
    """R18: and the other value is kept with the conflict; another that was moved here is sent all the same."""
    ours = replace(SERIES, moved=(later(DAYS[1]), later(DAYS[2])))
    theirs = replace(SERIES, moved=(later(DAYS[1], 2),))
    action = merged(ours, theirs, SERIES, replace(POLICY, winner=winner))
    wanted = (later(DAYS[1], hours), later(DAYS[2]))
    assert of_type(action.crm_content, Appointment).moved == wanted
    assert of_type(action.outlook_content, Appointment).moved == wanted
    (conflict,) = action.conflicts
    assert (conflict.field, conflict.crm, conflict.outlook) == ("moved", ours.moved, theirs.moved)


def test_one_moved_here_and_taken_out_there_is_a_conflict() -> None:
    """R18: and never both at once."""
    ours = replace(SERIES, moved=(later(DAYS[1]),))
    theirs = replace(SERIES, cancelled=(DAYS[1],))
    action = merged(ours, theirs, SERIES, replace(POLICY, winner=Winner.OUTLOOK))
    assert told(action.crm_content) == told(action.outlook_content) == ((DAYS[1],), ())
    assert [conflict.field for conflict in action.conflicts] == ["moved"]


def test_the_user_may_be_asked_which_holds() -> None:
    """R18: until then nothing of the occurrences moves."""
    ours, theirs = (replace(SERIES, moved=(later(DAYS[1], hours),)) for hours in (1, 2))
    ask = replace(POLICY, winner=Winner.ASK)
    action = merged(ours, theirs, SERIES, ask)
    assert (action.to_crm, action.to_outlook) == (frozenset(), frozenset())
    decided = merged(ours, theirs, SERIES, ask, moved=Winner.OUTLOOK)
    assert (decided.to_crm, decided.to_outlook) == (frozenset({"moved"}), NOTHING)


def test_a_series_with_guests_waits_for_a_word() -> None:
    """R85: a move would mail them; what Outlook changed comes over, what the CRM changed waits."""
    base = replace(SERIES, attendees=(GUEST,))
    ours = replace(base, moved=(later(DAYS[1]),))
    waiting = merged(ours, base, base)
    assert waiting.to_outlook == frozenset()
    reason = local_settlement(waiting).line.reason
    assert reason is not None
    assert reason.code is ReasonCode.WOULD_MAIL
    confirmed = merged(ours, base, base, moved=Winner.CRM)
    assert confirmed.to_outlook == {"moved"}
    withdrawn = merged(ours, base, base, moved=Winner.OUTLOOK)
    assert told(withdrawn.crm_content) == ((), ())


def test_what_outlook_changes_of_a_meeting_comes_over() -> None:
    """R63, R85: nothing is written to Outlook, so nobody is asked."""
    base = replace(SERIES, attendees=(GUEST,))
    action = merged(base, replace(base, cancelled=(DAYS[1],)), base)
    assert (action.to_crm, action.to_outlook, action.conflicts) == (frozenset({"cancelled"}), NOTHING, ())


def test_a_pair_without_a_base_is_united() -> None:
    """R44: what either side knows of an occurrence holds."""
    ours = replace(SERIES, cancelled=(DAYS[1],))
    item = Upserted(item_id="item", version="9", content=replace(SERIES, moved=(later(DAYS[2]),)))
    action = merge(a_record(ours), item, None, POLICY, {})
    assert told(action.crm_content) == told(action.outlook_content) == ((DAYS[1],), (DAYS[2],))


def test_a_new_series_that_was_cut_is_completed() -> None:
    """R17, R63: its occurrences are written after it; those that are missing are sent, none is taken for put back."""
    series = replace(SERIES, cancelled=(DAYS[1],), moved=(later(DAYS[2]),))
    record = a_record(series)
    (action,) = plan(Situation(records={record.crm_id: record}), POLICY).actions
    assert isinstance(action, CreateInOutlook)
    link = replace(arrived(action), item_id="item")
    for reached in (SERIES, replace(series, moved=())):
        seen = Upserted(item_id="item", version="1", content=reached)
        (after,) = plan(
            Situation(links=[link], records={record.crm_id: record}, items={"item": seen}), POLICY
        ).actions
        assert isinstance(after, Reconcile)
        assert after.to_crm == frozenset()
        assert after.outlook_content == series


def test_a_changed_series_that_was_cut_is_completed() -> None:
    """R17, R63: new times make Outlook forget its occurrences; the CRM's are sent again, and not lost."""
    base = replace(SERIES, cancelled=(DAYS[1],), moved=(later(DAYS[2]),))
    assert base.recurrence is not None
    ours = replace(base, recurrence=replace(base.recurrence, last=DAYS[5]))
    action = merged(ours, base, base)
    link = arrived(action)
    forgotten = Upserted(
        item_id="item", version="10", content=replace(ours, cancelled=(), moved=()), stamp="ours"
    )
    record = a_record(ours)
    situation = Situation(links=[link], records={record.crm_id: record}, items={"item": forgotten})
    (after,) = plan(situation, POLICY).actions
    assert isinstance(after, Reconcile)
    assert (after.to_crm, after.to_outlook) == (NOTHING, frozenset({"cancelled", "moved"}))
    assert after.outlook_content == ours


def test_an_occurrence_whose_write_was_cut_is_sent_again() -> None:
    """R17: the stamp tells that the series was reached, not its occurrences."""
    ours = replace(SERIES, moved=(later(DAYS[1]), later(DAYS[2])))
    link = arrived(merged(ours, SERIES, SERIES))
    half = replace(SERIES, moved=(later(DAYS[1]),))
    record = a_record(ours)
    seen = Upserted(item_id="item", version="10", content=half)
    (after,) = plan(
        Situation(links=[link], records={record.crm_id: record}, items={"item": seen}), POLICY
    ).actions
    assert isinstance(after, Reconcile)
    assert (after.to_crm, after.outlook_content) == (frozenset(), ours)


STATES = st.dictionaries(
    st.sampled_from(DAYS), st.one_of(st.none(), st.sampled_from((1, 2, 3))), max_size=len(DAYS)
)


def side(states: dict[date, int | None]) -> Appointment:
    """Return a series of which these occurrences differ."""
    moved = tuple(later(day, hours) for day, hours in sorted(states.items()) if hours is not None)
    return replace(
        SERIES, moved=moved, cancelled=tuple(sorted(d for d, hours in states.items() if hours is None))
    )


@given(base=STATES, ours=STATES, theirs=STATES, crm_wins=st.booleans())
def test_every_occurrence_by_itself(
    base: dict[date, int | None],
    ours: dict[date, int | None],
    theirs: dict[date, int | None],
    *,
    crm_wins: bool,
) -> None:
    """R18: both sides end equal; whoever alone changed one is followed, the winner where both did."""
    one, other, was = states_of(side(ours)), states_of(side(theirs)), states_of(side(base))
    done = merge_occurrences(one, other, was, was, crm_wins=crm_wins)
    assert done.crm == done.outlook
    result = states_of(replace(SERIES, cancelled=done.crm.cancelled, moved=done.crm.moved))
    for day in DAYS:
        mine, yours, before = (states.get(day, "as planned") for states in (one, other, was))
        wanted = mine if mine != before and (crm_wins or yours == before) else yours
        assert result.get(day, "as planned") == wanted
    again = merge_occurrences(result, result, result, result, crm_wins=crm_wins)
    assert again.crm == occurrences_of(replace(SERIES, cancelled=done.crm.cancelled, moved=done.crm.moved))


def test_a_base_of_each_side_stays_each_side_s() -> None:
    """R63: an occurrence that Outlook cannot bring back differs in peace, unless someone changes it."""
    crm, outlook = states_of(SERIES), states_of(replace(SERIES, cancelled=(DAYS[1],)))
    done = merge_occurrences(crm, outlook, crm, outlook, crm_wins=True)
    assert (done.crm.cancelled, done.outlook.cancelled) == ((), (DAYS[1],))
    assert Base(crm=SERIES, outlook=SERIES).unread == {}
