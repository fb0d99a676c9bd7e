"""A program run to its end, and what it cost as a whole: what a user waits and pays for, its start included."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Spent:
    """Seconds of CPU and by the wall, and the most memory in MiB, of one process."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True)
class Cost:
    """What a synchronisation cost: the client's process, round trips, requests as a quota counts them (None: none is)."""

    spent: Spent
    http: int
    counted: int | None
    refused: int = 0


class Failed(Exception):
    """A program ended badly; the message is the end of what it said."""


_LAUNCHER = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
spent = [used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024]
open(sys.argv[1], "w").write(json.dumps(spent))
sys.exit(done.returncode)
"""
"""Started from a small process: the memory of the one that starts it counts as the program's own at first."""


def spend(command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> Spent:
    """Run a program.

    Raises:
        Failed: its exit code is not 0.
    """
    figures = log.with_suffix(".spent")
    launch = [sys.executable, "-I", "-S", "-c", _LAUNCHER, figures, *command]
    with log.open("wb") as said:
        done = subprocess.run(  # noqa: S603 - our own command
            launch, env={**os.environ, **environment}, stdout=said, stderr=said, check=False
        )
    if done.returncode:
        raise Failed(log.read_text(errors="replace")[-2000:])
    return Spent(*json.loads(figures.read_text()))
