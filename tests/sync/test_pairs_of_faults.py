"""R17: two troubles, one after the other: each pair of them on a small script, and all is as if there had been none.

The first befalls a run, the second the run that has to clear up after it; every kind of trouble at every call of either.
"""

from dataclasses import replace
from typing import Any

import pytest

from crmcorner.items.records import CATEGORY, Contact
from crmcorner.mailbox.memory.mailbox import BIN
from tests.sync.bench_of_two import TAGGED, Pair
from tests.sync.nemesis import CAN_BEFALL, ENDINGS, Fault, Nemesis, NemesisMailbox, NemesisStore, Operation

Strike = tuple[Fault, Operation, int]

EDITS = {Fault.EDITED_HERE, Fault.EDITED_THERE}
"""These change what is right in the end; the histories have them."""


def person(number: int, **values: Any) -> Contact:
    """One of the five."""
    return Contact(given_name=f"P{number}", surname="Test", emails=(f"p{number}@x.example",), **values)


def script() -> Pair:
    """Made, changed on both sides, deleted on either, new in Outlook: a run has each kind of write to do."""
    pair = Pair(mailbox=NemesisMailbox(page_size=2))
    pair.outlook.can = replace(pair.outlook.can, batch_size=2)
    pair.crm = NemesisStore()
    pair.crm.nemesis = mailbox(pair).nemesis = Nemesis()
    outlook = mailbox(pair)
    outlook.before = outlook.strike_before
    outlook.after = lambda write, result: outlook.strike_after(write) or result
    both, gone, lost = (pair.crm.user_adds(person(number)) for number in range(3))
    pair.run()
    pair.crm.user_changes(both, job_title="crm")
    outlook.user_changes(pair.linked(both), {"nickname": "outlook"})
    pair.crm.user_deletes(gone)
    outlook.user_deletes(pair.linked(lost))
    pair.crm.user_adds(person(3))
    outlook.user_adds(person(4), categories=TAGGED)
    return pair


def mailbox(pair: Pair) -> NemesisMailbox:
    """The pair's mailbox as it is."""
    assert isinstance(pair.outlook, NemesisMailbox)
    return pair.outlook


def run(pair: Pair, strike: Strike | None) -> bool:
    """Run once, struck or not; return whether it was."""
    nemesis = mailbox(pair).nemesis
    nemesis.overtake = lambda: another_worker_runs(pair)
    nemesis.on_order = None
    if strike:
        nemesis.order(*strike)
    before = nemesis.struck.total()
    try:
        pair.run()
    except ENDINGS:
        pass
    nemesis.on_order = None
    return nemesis.struck.total() > before


def another_worker_runs(pair: Pair) -> None:
    """The lease has run out: another worker does a whole run, and the first one finds out."""
    mine, handed_out = pair.crm.held, pair.crm._handed_out
    pair.run()
    pair.crm.held, pair.crm._handed_out = mine, handed_out


def outcome(pair: Pair) -> tuple[Any, ...]:
    """What users see on both sides, whatever the ids."""
    rows = sorted(repr((row.contact, row.deleted)) for row in pair.crm.data.rows.values())
    items = sorted(repr((each.contact, each.folder == BIN)) for each in pair.outlook.items.values())
    assert all(each.categories == (CATEGORY,) for each in pair.outlook.items.values())
    return rows, items


def strikes(calls: dict[Operation, int]) -> list[Strike]:
    """Every kind of trouble at each of these calls."""
    return [
        (fault, operation, nth)
        for operation, count in calls.items()
        for nth in range(1, count + 1)
        for fault in sorted(CAN_BEFALL[operation] - EDITS)
    ]


def first_strikes() -> list[Strike]:
    """Every kind of trouble at every call of the run that the script is about."""
    pair = script()
    before = mailbox(pair).nemesis.calls.copy()
    run(pair, None)
    return strikes(mailbox(pair).nemesis.calls - before)


def second_strikes(first: Strike) -> list[Strike]:
    """Every kind of trouble at every call of the run that comes after a trouble."""
    pair = script()
    assert run(pair, first)
    before = mailbox(pair).nemesis.calls.copy()
    run(pair, None)
    return strikes(mailbox(pair).nemesis.calls - before)


def check(first: Strike, second: Strike, expected: tuple[Any, ...]) -> None:
    """Play one pair of troubles: three runs later all is as it must be, and a further run does nothing."""
    pair = script()
    assert run(pair, first)
    assert run(pair, second), "what strikes once strikes again"
    for _run in range(3):
        pair.run()
    assert outcome(pair) == expected, f"{first}, then {second}"
    writes, calls = len(pair.outlook.writes), mailbox(pair).nemesis.calls.copy()
    pair.run()
    assert len(pair.outlook.writes) == writes, f"{first}, then {second}: writes again"
    more = mailbox(pair).nemesis.calls - calls
    assert more == {Operation.PAGE: 1, Operation.FINISH: 1}, f"{first}, then {second}: does {dict(more)}"
    assert not pair.crm.data.intents


def untroubled() -> tuple[Any, ...]:
    """What users see where nothing befell any run."""
    whole = script()
    for _run in range(3):
        whole.run()
    return outcome(whole)


FIRST = first_strikes()


@pytest.mark.parametrize("operation", sorted({operation for _fault, operation, _nth in FIRST}))
def test_no_pair_of_troubles_loses_or_doubles_anything(operation: Operation) -> None:
    """R11, R17: whatever befalls a run at this kind of call, and whatever then befalls the run that clears up."""
    expected = untroubled()
    for first in FIRST:
        if first[1] is operation:
            for second in second_strikes(first):
                check(first, second, expected)


def test_this_test_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """R17: where open intents are forgotten, a creation whose answer is lost is made twice."""
    monkeypatch.setattr(NemesisStore, "unsettled", lambda _self, _kind: [])
    with pytest.raises(AssertionError):
        check((Fault.CUT_AFTER, Operation.CREATE, 1), (Fault.NO_CONSENT, Operation.PAGE, 1), untroubled())


def test_they_are_all_of_them() -> None:
    """R17: each kind of trouble at each kind of call is among the first ones, but for those that need a trouble before."""
    first = {(fault, operation) for fault, operation, _nth in FIRST}
    every = {(fault, each) for each, faults in CAN_BEFALL.items() for fault in faults - EDITS}
    assert {operation for _fault, operation in every - first} == {Operation.LOOK_UP}
    after = second_strikes((Fault.KILLED_AFTER, Operation.CREATE, 1))
    assert Operation.LOOK_UP in {operation for _fault, operation, _nth in after}
