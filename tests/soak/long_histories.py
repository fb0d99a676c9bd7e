"""Histories by the thousand on every core, until a count or a time is reached."""

import os
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field

from crmcorner.items.records import Kind
from tests.soak.told import failed, say
from tests.sync import chance, counting, mail_histories, planned_histories
from tests.sync.counting import Told
from tests.sync.histories import TEXTS
from tests.sync.nemesis import CAN_BEFALL_MAIL

PIECE = 200
"""So many histories are given to a worker at a time."""

SHARES = (Kind.CONTACTS, Kind.TASKS, Kind.CONTACTS, Kind.CALENDAR, Kind.MAIL)
"""Two in five histories are of contacts, one of tasks, one of appointments, one of mails."""

NEWS_EVERY = 10_000
"""After so many histories a line tells how far it is."""


@dataclass
class Piece:
    """Histories that one worker plays."""

    kind: Kind
    first: int
    count: int = PIECE


@dataclass
class Played:
    """What became of them: ``(seed, what was wrong)``, and the counters."""

    piece: Piece
    failures: list[tuple[int, str]] = field(default_factory=list)
    told: Told = field(default_factory=Counter)


def play_one(kind: Kind, seed: int, told: Told | None = None) -> str:
    """Play one history; raises `AssertionError` with what was wrong."""
    if kind is Kind.CONTACTS:
        return chance.play(seed, told=told)
    if kind is Kind.MAIL:
        return mail_histories.play(seed, told=told)
    return planned_histories.play(kind, seed, told=told)


def play_piece(piece: Piece) -> Played:
    """Play all of a piece, whatever fails."""
    played = Played(piece)
    for seed in range(piece.first, piece.first + piece.count):
        try:
            play_one(piece.kind, seed, played.told)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure to be told
            played.failures.append((seed, f"{type(error).__name__}: {error}".splitlines()[0]))
    return played


def pieces(histories: int, first: int) -> Iterator[Piece]:
    """Yield the pieces of so many histories, from a seed on for each kind."""
    next_seed = dict.fromkeys(SHARES, first)
    given = 0
    while given < histories:
        kind = SHARES[given // PIECE % len(SHARES)]
        count = min(PIECE, histories - given)
        yield Piece(kind, next_seed[kind], count)
        next_seed[kind] += count
        given += count


def play_all(histories: int, first: int, minutes: float) -> int:
    """Play so many, or as many as the minutes allow; return how many failed."""
    began = time.monotonic()
    workers = os.cpu_count() or 1
    todo, told, ranges, failures = pieces(histories, first), dict[Kind, Told](), dict[Kind, int](), 0
    with ProcessPoolExecutor(workers) as pool:
        running: set[Future[Played]] = set()
        while True:
            while len(running) < 2 * workers and not _over(began, minutes):
                piece = next(todo, None)
                if piece is None:
                    break
                running.add(pool.submit(play_piece, piece))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                played = each.result()
                kind = played.piece.kind
                ranges[kind] = ranges.get(kind, 0) + played.piece.count
                if sum(ranges.values()) % NEWS_EVERY < played.piece.count:
                    say(
                        f"{sum(ranges.values())} histories in {time.monotonic() - began:.0f} s, {failures} failed"
                    )
                told.setdefault(kind, Counter()).update(played.told)
                for seed, wrong in played.failures:
                    failures += 1
                    failed(f"{kind.value.lower()}:{seed}", wrong)
    _tell(ranges, told, first, time.monotonic() - began)
    return failures


def replay(kind: Kind, seed: int) -> bool:
    """Play one again and show where it fails; return whether it does."""
    try:
        play_one(kind, seed)
    except Exception:  # noqa: BLE001 - it is what was asked for
        say(traceback.format_exc())
        return True
    say(f"history {seed} of {kind.value} is all right")
    return False


def _over(began: float, minutes: float) -> bool:
    return bool(minutes) and time.monotonic() - began > 60 * minutes


def _tell(ranges: dict[Kind, int], told: dict[Kind, Told], first: int, seconds: float) -> None:
    total = sum(ranges.values())
    say(f"{total} histories in {seconds:.0f} s: {total / max(seconds, 0.001):.0f} a second")
    for kind, count in ranges.items():
        say(f"  {kind.value}: seeds {first} to {first + count - 1}")
        missing = _missing(kind, told[kind])
        shown = ", ".join(" ".join(map(str, each)) for each in missing) or "nothing"
        strikes = sum(number for key, number in told[kind].items() if key[0] == "strike")
        say(f"    {strikes} times struck by trouble; never made: {shown}")


def _missing(kind: Kind, told: Told) -> list[tuple[str, ...]]:
    """Return what could have happened in histories of a kind and did not."""
    if kind is Kind.MAIL:
        return [each for each in counting.strikes(CAN_BEFALL_MAIL) if not told[each]]
    if kind is Kind.CONTACTS:
        return counting.never_made(told, TEXTS, contacts=True)
    names = [*planned_histories.UNIQUE[kind], *planned_histories.OTHERS[kind]]
    return counting.never_made(told, names, guests=kind is Kind.CALENDAR)
