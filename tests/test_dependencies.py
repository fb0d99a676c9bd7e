"""pyproject.toml, the locks and docs/dependencies.md say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME: list[str] = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]
OPTIONAL: list[str] = [
    text for texts in PROJECT["project"]["optional-dependencies"].values() for text in texts
]
GROUPS: list[str] = [text for texts in PROJECT["dependency-groups"].values() for text in texts]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """The exact version of every package that a lock holds, by its canonical name."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in PIN.findall(text)}


def unlocked(requirements: list[str], lock: str) -> list[str]:
    """The requirements that a lock does not satisfy."""
    locked = pins(lock)
    return [
        text
        for text in requirements
        if not Requirement(text).specifier.contains(
            locked.get(canonicalize_name(Requirement(text).name), "0.dev0")
        )
    ]


@pytest.mark.parametrize(
    ("lock", "requirements"), [("runtime", RUNTIME), ("test", RUNTIME + OPTIONAL + GROUPS)]
)
def test_the_locks_follow_pyproject(lock: str, requirements: list[str]) -> None:
    """Every dependency is locked at a version that pyproject.toml allows; else: `make lock`."""
    assert unlocked(requirements, lock) == []


def test_tests_run_on_what_users_run() -> None:
    """What both locks hold has the same version in both."""
    runtime, test = pins("runtime"), pins("test")
    assert {name: version for name, version in runtime.items() if test.get(name) != version} == {}


@pytest.mark.parametrize("lock", ["runtime", "test"])
def test_every_pin_has_its_hashes(lock: str) -> None:
    """Nothing is installed whose bytes the lock does not name."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    assert [block.split()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block] == []


def test_every_dependency_is_argued_for() -> None:
    """docs/dependencies.md has a line for each dependency, and none for what is gone."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    argued = {canonicalize_name(name) for name in re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE)}
    named = {canonicalize_name(Requirement(text).name) for text in RUNTIME + OPTIONAL + GROUPS}
    assert argued == named
