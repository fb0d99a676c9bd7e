"""Chance let loose on the engine. `test_planted_faults` shows that this can fail."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.chance import play, play_many
from tests.sync.histories import Histories

FIRST = int(os.environ.get("CRMCORNER_FIRST_HISTORY", "0"))
COUNT = int(os.environ.get("CRMCORNER_HISTORIES", "1000"))


def test_histories_come_to_rest_with_nothing_lost_and_nothing_doubled() -> None:
    """R11, R16-R20, R41-R45, R84: whatever users do and whatever fails; a thousand histories, more on request."""
    play_many(COUNT, FIRST)


def test_a_history_always_goes_the_same_way() -> None:
    """R17: what failed once can be played again: the engine has no clock and no chance of its own."""
    assert play(17) == play(17) != play(18)


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
