"""Builds or refreshes the virtual environment of this checkout, with nothing but python3 and what it can reach.

Usage: python3 scripts/install.py runtime|test

Installs the exact versions of requirements/<name>.txt into .venv, then this checkout itself, editable. A stamp in
.venv remembers what was installed, so that a second call does nothing. Imports the standard library alone: it runs
before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
LOCKS = ("runtime", "test")  # each contains the one before it
NO_VENV = """\
This Python cannot make a virtual environment: Debian and Ubuntu keep that part in a package of its own.
Install it, then run make again:
    sudo apt-get install python3-venv"""


def say(text: str) -> None:
    """Tells the person at the terminal, at once even when the output is a pipe."""
    print(text, flush=True)  # noqa: T201 - this is a command


def succeeds(command: list[str]) -> bool:
    """True if the command can be started and exits with 0; what it prints is dropped."""
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603
    except OSError:
        return False


def run(command: list[str]) -> None:
    """Runs a command whose output the user sees; its failure ends this script with the same code."""
    code = subprocess.run(command, check=False, cwd=ROOT).returncode  # noqa: S603
    if code:
        sys.exit(code)


def wanted_python() -> list[str] | None:
    """The command of a Python that is new enough: this one (None), else the newest found on the PATH."""
    if sys.version_info >= OLDEST:
        return None
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return [found]
    sys.exit(
        f"CRMcorner needs Python 3.11 or newer; python3 here is {sys.version.split()[0]}. Install a newer one."
    )


def pip() -> list[str] | None:
    """The pip command that installs into .venv: its own, else this Python's pip pointed at it, else None."""
    if succeeds([str(PYTHON), "-m", "pip", "--version"]):
        return [str(PYTHON), "-m", "pip"]
    outer = [sys.executable, "-m", "pip", "--python", str(PYTHON)]  # pip >= 22.3
    return outer if succeeds([*outer, "--version"]) else None


def runs() -> bool:
    """True if .venv holds a Python that runs and is new enough."""
    return succeeds([str(PYTHON), "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"])


def is_sound() -> bool:
    """True if .venv holds such a Python and there is a pip that reaches it."""
    return runs() and pip() is not None


def install_debian_venv() -> bool:
    """Installs Debian's python3-venv if that needs no password."""
    prefix = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or not succeeds([*prefix, "true"]):
        return False
    say("python3-venv is missing: installing it with apt-get")
    succeeds([*prefix, "apt-get", "update", "-qq"])
    return succeeds(
        [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "python3-venv"]
    )


def make_venv() -> None:
    """Makes .venv afresh: whole, else without pip, else after installing Debian's part of Python."""
    say(f"Making .venv with Python {sys.version.split()[0]}")
    whole = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if (succeeds(whole) and is_sound()) or (succeeds([*whole, "--without-pip"]) and is_sound()):
        return
    if not (install_debian_venv() and succeeds(whole) and is_sound()):
        sys.exit(NO_VENV)


def fingerprint(lock: str) -> str:
    """A digest of everything that decides what gets installed for a lock."""
    digest = hashlib.sha256()
    for name in (f"requirements/{lock}.txt", "pyproject.toml", "setup.py", "CHANGELOG.md"):
        digest.update((ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def is_installed(lock: str) -> bool:
    """True if this lock, or a larger one, is in .venv as it stands today."""
    for larger in LOCKS[LOCKS.index(lock) :]:
        stamp = VENV / f"installed-{larger}"
        if stamp.exists() and stamp.read_text() == fingerprint(larger):
            return True
    return False


def install(lock: str) -> None:
    """Installs a lock and this checkout into .venv, which is made if need be, and stamps it."""
    if not is_sound():
        make_venv()
    command = [*(pip() or sys.exit(NO_VENV)), "--disable-pip-version-check", "install", "-qq"]
    say(f"Installing requirements/{lock}.txt into .venv; this takes a minute or two, once")
    run([*command, "--require-hashes", "-r", f"requirements/{lock}.txt"])
    run([*command, "--no-deps", "--no-build-isolation", "-e", "."])
    (VENV / f"installed-{lock}").write_text(fingerprint(lock))


def main(arguments: list[str]) -> None:
    """Installs the named lock (`runtime` or `test`)."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        sys.exit("usage: python3 scripts/install.py runtime|test")
    newer = wanted_python()
    if newer:
        sys.exit(subprocess.run([*newer, __file__, *arguments], check=False).returncode)  # noqa: S603
    lock = arguments[0]
    if not (runs() and is_installed(lock)):
        install(lock)
    run([str(PYTHON), "scripts/messages.py", "compile"])


if __name__ == "__main__":
    main(sys.argv[1:])
