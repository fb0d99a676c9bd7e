"""The plan brings any two sides together, whatever became of them since they last agreed (R17–R20, R42, R43)."""

from collections import Counter

import pytest

from crmcorner.items.records import LIST_FIELDS, OCCURRENCE_FIELDS, Appointment, Contact, Task, fields_of
from crmcorner.sync import lens
from crmcorner.sync.occurrences import states_of
from crmcorner.sync.policy import Winner
from crmcorner.sync.state import LinkStatus
from tests.sync.triples import CAN, ROUNDS, Triple, come_to_rest, triple

TRIPLES = 30_000
"""So many excludes, with 95 % certainty, a fault that one triple in ten thousand would show. Any number of them can be
played by ``python -m tests.sync.test_planner_by_chance COUNT``."""


def check(seed: int, told: Counter[str]) -> None:
    """Play one triple; `AssertionError` tells its number."""
    pair, begun = triple(seed), triple(seed)
    try:
        rounds = come_to_rest(pair, told)
        assert rounds <= ROUNDS
        if pair.link.status is LinkStatus.ACTIVE:
            together(pair, begun)
        if not begun.outlook.there:
            assert pair.crm == begun.crm, "a deletion in Outlook changes nothing in the CRM"
        if not begun.crm.there and begun.outlook.there:
            assert pair.crm.content == begun.crm.content
    except AssertionError as error:
        raise AssertionError(f"triple {seed}: {error}") from error


def together(pair: Triple, begun: Triple) -> None:
    """Both sides say the same as far as Outlook can, and no change of either was lost but to a conflict."""
    names = frozenset(fields_of(pair.crm.content))
    assert lens.get(pair.crm.content, names, CAN) == pair.outlook.content
    agreed, crm, outlook = begun.link.base.crm, begun.crm.content, begun.outlook.content
    view = lens.get(crm, names, CAN)
    occurrences_together(pair, begun)
    for name in names - CAN.missing - OCCURRENCE_FIELDS:
        was, ours, theirs = (getattr(each, name) for each in (agreed, view, outlook))
        now = getattr(pair.outlook.content, name)
        if not lens.fits(name, getattr(crm, name), CAN):
            continue  # R19: what Outlook had no room for is joined to what it has now
        if was in {ours, theirs}:
            assert now == (theirs if ours == was else ours), name
        elif name in LIST_FIELDS:
            assert set(now) <= {*ours, *theirs}, name  # R18: lists are united
        else:
            assert now == (ours if pair.policy.winner is Winner.CRM else theirs), name
    for name in CAN.missing:
        assert getattr(pair.crm.content, name, None) == getattr(crm, name, None), name


def occurrences_together(pair: Triple, begun: Triple) -> None:
    """R18, R63: of every occurrence by itself: the same on both sides, no change of either lost but to a conflict."""
    now = states_of(pair.crm.content)
    was, ours, theirs = map(states_of, (begun.link.base.crm, begun.crm.content, begun.outlook.content))
    for day in {*now, *was, *ours, *theirs}:
        one, other, before = (states.get(day, "as planned") for states in (ours, theirs, was))
        if before in {one, other}:
            wanted = other if one == before else one
        else:
            wanted = one if pair.policy.winner is Winner.CRM else other
        assert now.get(day, "as planned") == wanted, day


def play(first: int, count: int) -> Counter[str]:
    """Play that many triples; return what was done in them."""
    told: Counter[str] = Counter()
    for seed in range(first, first + count):
        check(seed, told)
    return told


def test_everything_comes_together() -> None:
    """R17–R20: and nothing of what can happen was missing among them."""
    told = play(0, TRIPLES)
    assert (
        min(told[each] for each in ("Reconcile", "Rest", "Withdraw", "to both", "conflict")) > TRIPLES // 1000
    )


@pytest.mark.parametrize("kind", [Contact, Task, Appointment])
def test_every_kind_is_among_them(kind: type) -> None:
    """R17: a generator that never makes a case proves nothing."""
    assert any(isinstance(triple(seed).crm.content, kind) for seed in range(50))


if __name__ == "__main__":
    import sys

    print(play(0, int(sys.argv[1])))  # noqa: T201 - what was asked for
