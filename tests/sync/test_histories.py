"""Chance let loose on the engine. `test_planted_faults` shows that this can fail."""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.chance import play, play_many
from tests.sync.counting import Told, never_made
from tests.sync.histories import TEXTS, Histories
from tests.sync.size import FIRST, HISTORIES


def test_histories_come_to_rest_with_nothing_lost_and_nothing_doubled() -> None:
    """R11, R16-R20, R41-R45, R84: whatever users do and whatever fails; and nothing that can happen was missing."""
    told: Told = Counter()
    play_many(HISTORIES, FIRST, told)
    assert never_made(told, TEXTS, contacts=True) == []


def test_a_history_always_goes_the_same_way() -> None:
    """R17: two hundred, each played twice: the same is asked of the service, and the same is told."""
    for seed in range(200):
        assert play(seed, steps=15) == play(seed, steps=15)
    assert play(17, steps=15) != play(18, steps=15)


def test_shrinking_histories_find_nothing_either() -> None:
    """R17: the same users and failures by Hypothesis, which makes what it finds short."""
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
