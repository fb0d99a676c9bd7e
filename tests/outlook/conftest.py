"""One user's CRM and Outlook, for every test of the coupling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.outlook.world import World


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let transactions of tests with `real_commits` really end, where that matters.

    PostgreSQL's watermark lies behind the oldest transaction that is still open: inside one that a test takes back at
    its end it would never move on. SQLite's is the last line's number.
    """
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return
    for item in items:
        if "real_commits" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture
def real_commits(db: None) -> None:
    """A database in which transactions really end, where that matters."""


@pytest.fixture
def world(real_commits: None) -> World:
    """Michael, his records and his Outlook."""
    from tests.outlook.world import World  # noqa: PLC0415 - this file is read before Django is set up

    return World()
