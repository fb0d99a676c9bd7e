"""Who holds a lease: a worker's name, by which a worker of the same machine can tell that it is dead.

A killed process leaves its lease behind. Others wait until it has run out; a worker on the same machine need not,
since the machine itself knows whether the process lives. Where that cannot be known (another machine, another
container, a system without ``/proc``) the holder counts as alive.
"""

import hashlib
import os
import secrets
import socket
from pathlib import Path

_PROC = Path("/proc")


def new_name() -> str:
    """Return a name for one worker of this process: ``machine:process:its start:random``, at most 64 characters."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_started(pid)}:{secrets.token_hex(6)}"


def is_surely_dead(name: str) -> bool:
    """Whether the worker of this name was a process of this machine that is no more."""
    parts = name.split(":")
    if len(parts) != 4 or not parts[1].isdigit() or not parts[2] or parts[0] != _machine():
        return False
    return _started(int(parts[1])) != parts[2]


def _machine() -> str:
    """Return what tells this machine (as booted, and the container on it) from any other."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        inside = (_PROC / "self/ns/pid").stat().st_ino
    except OSError:
        return secrets.token_hex(8)  # unknowable: never taken for ours again
    return hashlib.sha256(f"{socket.gethostname()} {boot} {inside}".encode()).hexdigest()[:16]


def _started(pid: int) -> str:
    """Return when the process of this number was started, in ticks since boot; "" if there is none."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The process's own name, in brackets, may hold anything; the state follows it, the start is the 20th after that.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[19]
