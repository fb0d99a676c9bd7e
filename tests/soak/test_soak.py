"""The long run in short: that it plays, kills, finds what is wrong and says how to see it again."""

import pytest

from crmcorner.items.records import Kind
from tests.soak.firms import kill_and_lose
from tests.soak.long_histories import PIECE, SHARES, Piece, pieces, play_all, play_piece, replay
from tests.sync.memory_store import MemoryStore


def test_every_history_is_played_once() -> None:
    """R17: the shares of all kinds add up, and no seed comes twice."""
    found = list(pieces(7 * PIECE + 3, 100))
    assert sum(each.count for each in found) == 7 * PIECE + 3
    seeds = [(each.kind, seed) for each in found for seed in range(each.first, each.first + each.count)]
    assert len(seeds) == len(set(seeds))
    assert {each.kind for each in found} == set(SHARES)


def test_a_clean_run_says_how_many_were_played(capfd: pytest.CaptureFixture[str]) -> None:
    """R17: on every core, with the seeds and what was never made."""
    assert play_all(10, 1, minutes=0) == 0
    said = capfd.readouterr().out
    assert said.startswith("10 histories in ")
    assert "Contacts: seeds 1 to 10" in said
    assert not replay(Kind.MAIL, 3)


def test_a_failure_names_seed_step_and_what_did_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """R17: with a fault in the engine a piece tells each history that shows it."""
    monkeypatch.setattr(MemoryStore, "unsettled", lambda _self, _kind: [])
    failures = play_piece(Piece(Kind.CONTACTS, 0, 40)).failures
    assert failures
    seed, wrong = failures[0]
    assert f"history {seed}, step " in wrong
    assert replay(Kind.CONTACTS, seed)


def test_real_workers_are_killed_and_answers_lost(capfd: pytest.CaptureFixture[str]) -> None:
    """R15, R17: two at a time, one of them killed, over HTTP; the long run does it two hundred times."""
    assert kill_and_lose("", 1, kills=1, faults=1) == 0
    assert "firms on SQLite, 1 workers killed at work" in capfd.readouterr().out
