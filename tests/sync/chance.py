"""Histories by plain chance: each from one number, so that a failing one can be played again."""

from collections.abc import Callable
from random import Random
from typing import Any

from crmcorner.items.changes import Refusal
from crmcorner.sync.policy import Winner
from tests.sync.counting import Told
from tests.sync.histories import TEXTS
from tests.sync.nemesis import Operation
from tests.sync.simulation import Simulation, moves_of_trouble

Move = Callable[[Simulation, Random], None]

TROUBLES = [*Refusal, "cut", "busy", "edit", "crm edit"]

STRIKES = moves_of_trouble()


def _edits(chance: Random) -> list[Any]:
    return [
        (chance.randrange(3), chance.choice(["crm", "outlook"]), chance.choice(TEXTS))
        for _edit in range(chance.randrange(4))
    ]


def _side(chance: Random) -> str:
    return chance.choice(["crm", "outlook"])


def _strikes(history: Simulation, chance: Random) -> None:
    fault, operation = chance.choice(STRIKES)
    if operation in {Operation.CREATE, Operation.LOOK_UP}:
        history.crm_adds(chance.randrange(3), in_scope=True)
    if operation is Operation.LOOK_UP:
        history.run_with_a_lost_answer([], 1, cut=chance.random() < 0.5)
    if operation is Operation.DELETE:
        history.crm_handles(chance.randrange(3), chance.choice(["delete", "leave"]))
    if operation is Operation.FETCH:
        history.outlook_handles(chance.randrange(3), chance.choice(["delete", "move"]))
    history.run_under(fault, operation, chance.choice((1, 1, 2, 3)), _edits(chance))


MOVES: list[Move] = [
    lambda m, c: m.crm_adds(c.randrange(3), in_scope=c.random() < 0.7),
    lambda m, c: m.outlook_adds(c.randrange(3), tagged=c.random() < 0.7),
    lambda m, c: m.edits(c.randrange(3), _side(c), c.choice(TEXTS), empty=c.random() < 0.2),
    lambda m, c: m.edits_back(c.randrange(3), _side(c), c.choice(TEXTS)),
    lambda m, c: m.edits_alike(c.randrange(3), c.choice(TEXTS)),
    lambda m, c: m.edits_addresses(c.randrange(3), _side(c), drop=c.random() < 0.5),
    lambda m, c: m.outlook_garbles(c.randrange(3)),
    lambda m, c: m.outlook_confuses(c.randrange(3), c.choice(["mobile_phones", "birthday"])),
    lambda m, c: m.crm_mends(c.randrange(3)),
    lambda m, c: m.outlook_handles(
        c.randrange(3), c.choice(["tag", "untag", "delete", "restore", "move", "move"])
    ),
    lambda m, c: m.crm_handles(
        c.randrange(3), c.choice(["delete", "undelete", "enter", "leave", "put back"])
    ),
    lambda m, c: m.doubtful_contact_comes_and_goes(c.randrange(3), c.randrange(3)),
    lambda m, c: m.runs(_edits(c)),
    lambda m, c: m.run_dies(_edits(c), c.randrange(7), after=c.random() < 0.5),
    lambda m, c: m.run_is_meddled_with(_edits(c), c.randrange(1, 4), _edits(c)),
    lambda m, c: m.run_with_trouble_before_a_write(
        _edits(c), c.randrange(1, 4), c.choice(TROUBLES), c.choice(TEXTS)
    ),
    lambda m, c: m.run_with_a_lost_answer(_edits(c), c.randrange(1, 4), cut=c.random() < 0.5),
    lambda m, c: m.run_is_throttled(),
    lambda m, c: m.cursor_expires(),
    lambda m, c: m.run_is_stopped(c.randrange(1, 9)),
    lambda m, c: m.run_lags(_edits(c), c.randrange(1, 4)),
    *[_strikes] * 6,
    lambda m, c: m.comes_to_rest(),
]


def play(seed: int, steps: int = 50, told: Told | None = None) -> str:
    """Play one history and return all that the service was asked and what was told of it.

    ``told`` counts what happened. `AssertionError` tells the history's number where something is not right. To look into
    history 17: ``python -m tests.soak --replay 17``.
    """
    chance = Random(seed)  # noqa: S311 - not for secrets
    history = Simulation(told)
    history.behave(chance)
    step = 0
    try:
        with history.surroundings():
            history.start(
                winner=chance.choice(list(Winner)),
                page=chance.choice([1, 2, 50]),
                loses=chance.random() < 0.5,
            )
            for step in range(1, steps + 1):  # noqa: B007 - told of below
                chance.choice(MOVES)(history, chance)
                if history.pair.winner is Winner.ASK and chance.random() < 0.1:
                    history.decides(chance.choice([Winner.CRM, Winner.OUTLOOK]))
            history.comes_to_rest()
    except AssertionError as error:
        raise AssertionError(f"history {seed}, step {step}: {error}") from error
    history.told.update({("strike", *pair): count for pair, count in history.nemesis.struck.items()})
    return "\n".join((*history.service.requests, *map(str, history.crm.data.lines)))


def play_many(count: int, first: int = 0, told: Told | None = None) -> None:
    """Play that many histories, until one fails."""
    for seed in range(first, first + count):
        play(seed, told=told)
