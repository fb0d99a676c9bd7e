"""What changed among the messages of a folder, and among the folders (Graph: message: delta; mailFolder: delta)."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_mail import letter

DELTA = "/mailFolders/inbox/messages/delta"


def follow(client: httpx2.Client, address: str, **headers: str) -> tuple[list[dict[str, Any]], str]:
    """Every entry of a round, and where the next one begins."""
    found: list[dict[str, Any]] = []
    while True:
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["value"]
        if "@odata.deltaLink" in page:
            return found, page["@odata.deltaLink"]
        address = page["@odata.nextLink"]


def test_what_came_changed_and_left_is_told(anna: httpx2.Client, state: State) -> None:
    """§2.6: what is moved out is told as deleted, and as new where it went."""
    one, other = letter(state, 1), letter(state, 2)
    found, link = follow(anna, DELTA, Prefer="odata.maxpagesize=1")
    assert [each["subject"] for each in found] == ["Mail 1", "Mail 2"]
    state.update_message(ADDRESS, one, {"categories": ["CRMcorner"]})
    state.move_message(ADDRESS, other, state.mail_folder(ADDRESS, "archive"))
    later, link = follow(anna, link)
    assert [(each.get("categories"), each.get("@removed")) for each in later] == [
        (["CRMcorner"], None),
        (None, {"reason": "deleted"}),
    ]
    assert [each["subject"] for each in follow(anna, "/mailFolders/archive/messages/delta")[0]] == ["Mail 2"]
    assert follow(anna, link)[0] == []


def test_later_rounds_may_be_sparse(anna: httpx2.Client, state: State) -> None:
    """Thread 7776: a few properties, whatever was selected."""
    state.readings = replace(state.readings, mail_delta_sparse=True)
    mail = letter(state, 1)
    first, link = follow(anna, f"{DELTA}?$select=subject,receivedDateTime")
    assert "subject" in first[0]
    state.update_message(ADDRESS, mail, {"isRead": False})
    assert "subject" not in follow(anna, link)[0][0]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ("$filter=receivedDateTime ge 2026-01-01T00:00:00Z", 501),
        ("$search=x", 400),
        ("$expand=attachments", 500),
    ],
)
def test_what_a_delta_does_not_take(anna: httpx2.Client, options: str, status: int) -> None:
    """§2.6: not modelled, not allowed, and known to fail."""
    assert anna.get(f"{DELTA}?{options}").status_code == status


def test_a_cursor_may_be_forgotten(anna: httpx2.Client, state: State) -> None:
    """§10: 410; one of another folder is 400."""
    _found, link = follow(anna, DELTA)
    token = link.partition("?")[2]
    assert anna.get(f"/mailFolders/archive/messages/delta?{token}").status_code == 400
    state.directory.expire_cursors(state.directory.get(ADDRESS).n)
    assert anna.get(link).status_code == 410


def test_pages_may_be_repeated_reordered_and_empty(
    anna: httpx2.Client, state: State, sandbox: Sandbox
) -> None:
    """§10: whatever comes, nothing is missing."""
    for number in range(5):
        letter(state, number)
    mischief = sandbox.faults.mischief
    mischief.page_max, mischief.repeat_items, mischief.reverse_pages, mischief.empty_pages = (
        2,
        True,
        True,
        True,
    )
    found, _link = follow(anna, DELTA)
    assert {each["subject"] for each in found} == {f"Mail {number}" for number in range(5)}


def test_folders_that_came_changed_and_went(anna: httpx2.Client, state: State) -> None:
    """Graph: mailFolder: delta."""
    first, link = follow(anna, "/mailFolders/delta?$select=displayName")
    assert "Postvak IN" in [each["displayName"] for each in first]
    place = state.add_mail_folder(ADDRESS, "Klanten")
    named, link = follow(anna, link)
    assert [each["displayName"] for each in named] == ["Klanten"]
    state.remove_mail_folder(ADDRESS, place, for_ever=True)
    assert [each["@removed"] for each in follow(anna, link)[0]] == [{"reason": "deleted"}]
