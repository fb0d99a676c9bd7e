"""The staff: Michael, whose things they are, Sanne, his colleague, and an administrator."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from crmcorner.accounts.actor import Actor


def _staff(username: str, *, administrator: bool = False) -> Actor:
    # Only now: models cannot be imported before Django has started, which is after this file is read.
    builders = importlib.import_module("tests.builders")
    actor: Actor = builders.by(builders.a_user(username, administrator=administrator))
    return actor


@pytest.fixture
def michael(db: None) -> Actor:
    """Whose tasks and appointments these are."""
    return _staff("michael")


@pytest.fixture
def sanne(db: None) -> Actor:
    """A colleague."""
    return _staff("sanne")


@pytest.fixture
def administrator(db: None) -> Actor:
    """Who may do everything, but see what is private."""
    return _staff("admin", administrator=True)
