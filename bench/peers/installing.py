"""A peer in a virtual environment of its own, outside the project, through the package index that pip is set up with."""

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

WITHIN = 300.0
"""Seconds in which an installation has to be done."""


class NotInstalled(Exception):
    """A peer could not be installed; the message says why."""


def install(folder: Path, requirements: Sequence[str]) -> Path:
    """Make an environment with these packages, and return where its programs lie.

    Raises:
        NotInstalled: the packages are not to be had here.
    """
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    command: list[str | Path] = [programs / "python", "-m", "pip", "install", "--quiet", *requirements]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN)  # noqa: S603 - our own
    except subprocess.TimeoutExpired as error:
        raise NotInstalled(f"the installation took more than {WITHIN:.0f} seconds") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NotInstalled(said[-1] if said else f"pip ended with {done.returncode}")
    return programs


def version_of(programs: Path, package: str) -> str:
    """Return a package's name with the version that was installed."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([programs / "python", "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return f"{package} {done.stdout.strip()}"
