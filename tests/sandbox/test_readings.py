"""The points that Microsoft leaves open: each reading does what it says."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from m365_sandbox.state import State
from m365_sandbox.store.records import Contact
from tests.sandbox.conftest import ADDRESS, STAMP


def read(state: State, **readings: Any) -> None:
    """Set readings."""
    state.readings = replace(state.readings, **readings)


@pytest.fixture
def contact(state: State) -> Contact:
    """A contact of Anna's."""
    return state.add_contact(ADDRESS, {"surname": "Jansen", "categories": ["Blauw"]}, extended={STAMP: "1"})


def test_if_match_can_be_ignored(anna: httpx2.Client, state: State, contact: Contact) -> None:
    """The header may have no meaning at all, or another code."""
    old = {"If-Match": 'W/"old"'}
    read(state, conflict_code="resourceModified")
    refused = anna.patch(f"/contacts/{contact.id}", json={"surname": "B"}, headers=old)
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "resourceModified")
    read(state, if_match="ignored")
    assert anna.patch(f"/contacts/{contact.id}", json={"surname": "B"}, headers=old).status_code == 200


@pytest.mark.parametrize(
    ("readings", "asked", "expected"),
    [
        ({}, "blauw", 1),
        ({"category_case": "sensitive"}, "blauw", 0),
        ({"category_filter": "ignored"}, "rood", 1),
        ({"category_filter": "refused"}, "Blauw", 400),
    ],
)
def test_the_category_filter(
    anna: httpx2.Client,
    state: State,
    contact: Contact,
    *,
    readings: dict[str, Any],
    asked: str,
    expected: int,
) -> None:
    """It may work, be refused, or be passed over; case may count."""
    read(state, **readings)
    answer = anna.get("/contacts", params={"$filter": f"categories/any(c:c eq '{asked}')"})
    assert (len(answer.json()["value"]) if answer.status_code == 200 else answer.status_code) == expected


def test_a_category_that_exists(anna: httpx2.Client, state: State) -> None:
    """409 or 400; upper and lower case may make two names."""
    place = "/outlook/masterCategories"
    anna.post(place, json={"displayName": "Blauw"})
    read(state, duplicate_category=400)
    assert anna.post(place, json={"displayName": "blauw"}).status_code == 400
    read(state, category_case="sensitive")
    assert anna.post(place, json={"displayName": "blauw"}).status_code == 201


def test_ways_to_the_default_folder(anna: httpx2.Client, state: State, default_folder: str) -> None:
    """A well-known name, a delta without a folder, and its place in the delta of folders."""
    assert anna.get("/contactFolders/contacts").status_code == 400
    read(state, default_folder_alias=True)
    assert anna.get("/contactFolders/contacts").json()["id"] == default_folder
    assert anna.get("/contactFolders/contacts/contacts").status_code == 200
    assert anna.get("/contacts/delta").status_code == 200
    read(state, default_folder_delta=False)
    assert anna.get("/contacts/delta").status_code == 400
    assert anna.get("/contactFolders/delta").json()["value"] == []
    read(state, default_folder_in_folder_delta=True)
    assert [each["id"] for each in anna.get("/contactFolders/delta").json()["value"]] == [default_folder]


def test_home_phones_and_lengths(anna: httpx2.Client, state: State) -> None:
    """Two home phones or any number; texts of any length or of 255 characters, notes always."""
    read(state, home_phones_max=0, string_max=255)
    assert anna.post("/contacts", json={"homePhones": ["1", "2", "3"]}).status_code == 201
    assert anna.post("/contacts", json={"surname": "x" * 256}).status_code == 400
    assert anna.post("/contacts", json={"personalNotes": "x" * 256}).status_code == 201


@pytest.mark.parametrize(
    ("reading", "status", "moved"), [("moves", 200, True), ("ignored", 200, False), ("refused", 400, False)]
)
def test_a_patch_of_the_parent_folder(
    anna: httpx2.Client, state: State, contact: Contact, *, reading: str, status: int, moved: bool
) -> None:
    """It may move the contact, do nothing, or be refused."""
    read(state, parent_folder_patch=reading)
    folder = state.add_folder(ADDRESS, "Klanten")
    answer = anna.patch(f"/contacts/{contact.id}", json={"parentFolderId": folder.id})
    assert answer.status_code == status
    after = state.contacts.get(state.directory.get(ADDRESS).n, contact.immutable_id)
    assert (after.folder == folder.n) is moved
    assert (after.id != contact.id) is moved


def test_all_stamped_items_at_once(anna: httpx2.Client, state: State, contact: Contact) -> None:
    """`ep/value ne null` may find every item that has the property."""
    state.add_contact(ADDRESS, {"surname": "Unstamped"})
    read(state, stamp_null_filter=True)
    condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value ne null)"
    found = anna.get("/contacts", params={"$filter": condition}).json()["value"]
    assert [each["id"] for each in found] == [contact.id]


@pytest.mark.parametrize(("reading", "status"), [("refused", 400), ("fails", 500), ("ignored", 200)])
def test_expand_on_a_delta(
    anna: httpx2.Client, state: State, contact: Contact, reading: str, status: int
) -> None:
    """Refused, failing or passed over: the stamps never come."""
    read(state, delta_expand=reading)
    asked = f"singleValueExtendedProperties($filter=id eq '{STAMP}')"
    answer = anna.get("/contacts/delta", params={"$expand": asked})
    assert answer.status_code == status
    assert "singleValue" not in answer.text or status != 200


def test_a_deleted_contact_may_still_be_found(anna: httpx2.Client, state: State, contact: Contact) -> None:
    """With its immutable id it may be answered out of Deleted Items; deleting it there is for ever."""
    read(state, deleted_still_found=True)
    anna.delete(f"/contacts/{contact.id}")
    bin_ = state.folders.deleted_items(state.directory.get(ADDRESS).n)
    assert anna.get(f"/contacts/{contact.id}").status_code == 404, "the ordinary id has changed"
    assert anna.get(f"/contacts/{contact.immutable_id}").json()["parentFolderId"] == bin_.id
    assert anna.delete(f"/contacts/{contact.immutable_id}").status_code == 204
    assert anna.get(f"/contacts/{contact.immutable_id}").status_code == 404


def test_one_form_of_ids_may_be_understood_only(anna: httpx2.Client, state: State, contact: Contact) -> None:
    """A path may have to hold the form that the header asks for."""
    read(state, both_id_forms=False)
    immutable = {"Prefer": 'IdType="ImmutableId"'}
    assert anna.get(f"/contacts/{contact.immutable_id}").status_code == 404
    assert anna.get(f"/contacts/{contact.immutable_id}", headers=immutable).status_code == 200
    assert anna.get(f"/contacts/{contact.id}", headers=immutable).status_code == 404


def test_an_extension_may_leave_the_version_alone(
    anna: httpx2.Client, state: State, contact: Contact
) -> None:
    """Writing an open extension may or may not give a new changeKey."""
    key = anna.get(f"/contacts/{contact.id}").json()["changeKey"]
    read(state, extension_changes_item=False)
    anna.post(f"/contacts/{contact.id}/extensions", json={"extensionName": "a"})
    assert anna.get(f"/contacts/{contact.id}").json()["changeKey"] == key
    read(state, extension_changes_item=True)
    anna.post(f"/contacts/{contact.id}/extensions", json={"extensionName": "b"})
    assert anna.get(f"/contacts/{contact.id}").json()["changeKey"] != key


@pytest.mark.parametrize(
    ("readings", "sent", "expected"),
    [
        ({"birthday_time": "kept"}, {"birthday": "1974-07-22"}, {"birthday": "1974-07-22T00:00:00Z"}),
        (
            {"birthday_time": "00:00:00"},
            {"birthday": "1974-07-22T11:59:00Z"},
            {"birthday": "1974-07-22T00:00:00Z"},
        ),
        ({"tidying": False}, {"surname": " A "}, {"surname": " A "}),
        ({"empty_text": "empty"}, {"surname": "A"}, {"jobTitle": ""}),
        ({"control_characters": "removed"}, {"surname": "A\x00B"}, {"surname": "AB"}),
        ({"control_characters": "kept"}, {"surname": "A\x00B"}, {"surname": "A\x00B"}),
    ],
)
def test_what_the_server_makes_of_values(
    anna: httpx2.Client,
    state: State,
    readings: dict[str, Any],
    sent: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    """Birthdays, blanks, empty texts and control characters."""
    read(state, **readings)
    answer = anna.post("/contacts", json=sent).json()
    assert {name: answer[name] for name in expected} == expected


def test_names_may_be_left_alone_and_numbered_addresses_absent(
    anna: httpx2.Client, state: State, contact: Contact
) -> None:
    """The display name may stay; the numbered addresses may be unknown."""
    read(state, display_name_made=False, numbered_email_addresses="absent", delta_page=1)
    changed = anna.patch(f"/contacts/{contact.id}", json={"surname": "Bakker"}).json()
    assert changed["displayName"] == "Jansen"
    assert "primaryEmailAddress" not in changed
    assert anna.patch(f"/contacts/{contact.id}", json={"primaryEmailAddress": None}).status_code == 400
    state.add_contact(ADDRESS, {"surname": "B"})
    assert len(anna.get("/contacts/delta").json()["value"]) == 1
