"""The state: what survives, what is refused, what can be had from Python."""

import sqlite3
from pathlib import Path

import httpx2
import pytest

from m365_sandbox.app import create_app
from m365_sandbox.state import FILE_NAME, ContactRefusedError, State
from m365_sandbox.store.attached import Photo
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.records import NotFoundError
from tests.sandbox.conftest import ADDRESS, STAMP, client_for, token


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    """The data folder is all there is."""
    state = State(tmp_path / "new")
    state.add_mailbox(ADDRESS, "Anna")
    folder = state.add_folder(ADDRESS, "Klanten")
    made = state.add_contact(ADDRESS, {"surname": "Jansen"}, folder, Photo("image/png", b"x"), {STAMP: "7"})
    state.close()
    state = State(tmp_path / "new")
    box = state.directory.get(ADDRESS)
    found = state.contacts.get(box.n, made.id)
    assert found == made
    assert state.attached.photo(found) == Photo("image/png", b"x")
    assert state.attached.all_extended(found) == [(STAMP, "7")]
    assert [each.name for each in state.folders.all(box.n)] == [
        "Contactpersonen",
        "Verwijderde items",
        "Klanten",
    ]
    state.close()


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    """Nothing is guessed about a file that this version did not write."""
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="another version"):
        State(tmp_path)


def test_the_same_seed_makes_the_same_ids() -> None:
    """Ids come from the generator handed in."""
    made = []
    for _ in range(2):
        state = State.in_memory(seed=5)
        state.add_mailbox(ADDRESS, "Anna")
        made.append(state.add_contact(ADDRESS, {"surname": "A"}).id)
        state.close()
    assert made[0] == made[1]


def test_a_transaction_is_all_or_nothing(state: State) -> None:
    """An import that fails leaves nothing behind."""

    def bring_in() -> None:
        with state.transaction():
            state.add_contact(ADDRESS, {"surname": "A"})
            state.add_contact(ADDRESS, {"emailAddresses": [{"address": f"{n}@x.nl"} for n in range(4)]})

    with pytest.raises(ContactRefusedError, match="EmailAddresses has 4 entries"):
        bring_in()
    assert state.contacts.how_many(state.folders.default(state.directory.get(ADDRESS).n)) == 0


def test_what_is_there_twice_or_not_at_all_is_refused(state: State) -> None:
    """Addresses and folder names are unique; unknown mailboxes are named."""
    with pytest.raises(ValueError, match=ADDRESS.upper()):
        state.add_mailbox(ADDRESS.upper(), "Anna")
    state.add_folder(ADDRESS, "Klanten")
    with pytest.raises(FolderExistsError, match="klanten"):
        state.add_folder(ADDRESS, "klanten")
    with pytest.raises(NotFoundError, match="nobody"):
        state.add_contact("nobody@example.org", {})


def test_a_mailbox_made_again_is_another_one(state: State, anna: httpx2.Client) -> None:
    """R17: the address is the same, all ids are new; tokens and links of the old one are good for nothing."""
    old = state.add_contact(ADDRESS, {"surname": "A", "categories": ["Blauw"]}, extended={STAMP: "1"})
    link = anna.get("/contacts/delta").json()["@odata.deltaLink"]
    box = state.directory.get(ADDRESS)
    state.remove_mailbox(ADDRESS)
    again = state.add_mailbox(ADDRESS, "Anna")
    new = state.add_contact(ADDRESS, {"surname": "B"})
    assert again.id != box.id
    assert (new.n, new.folder) != (old.n, old.folder)
    assert state.attached.all_extended(new) == []
    assert anna.get("/contacts").status_code == 401
    app = client_for(create_app(state), "", token(create_app(state)).json()["access_token"])
    assert app.get(link.replace("/me/", f"/users/{ADDRESS}/")).status_code == 400
    assert app.get(f"/users/{ADDRESS}/contacts/{old.id}").status_code == 404
    app.close()


def test_a_user_edits_searches_and_deletes(state: State) -> None:
    """What the pages need: change, find by text, delete for ever from Deleted Items."""
    contact = state.add_contact(ADDRESS, {"surname": "Jansen", "businessPhones": ["1"]})
    state.add_contact(ADDRESS, {"surname": "Bakker"})
    box = state.directory.get(ADDRESS).n
    changed = state.update_contact(ADDRESS, contact, {"jobTitle": "Directeur", "businessPhones": []})
    assert changed.properties == {"surname": "Jansen", "displayName": "Jansen", "jobTitle": "Directeur"}
    assert [each.n for each in state.contacts.search(box, "DIRECT")] == [contact.n]
    state.contacts.delete(box, changed)
    assert state.contacts.search(box, "direct") == []
    state.contacts.delete(box, state.contacts.get(box, contact.immutable_id))
    assert state.contacts.find(box, contact.immutable_id) is None


def test_a_restored_contact_goes_home_unless_home_is_gone(state: State) -> None:
    """R42: back to the folder it was deleted from; when that is deleted too, to the default one."""
    box = state.directory.get(ADDRESS).n
    folder = state.add_folder(ADDRESS, "Klanten")
    first, second = (state.add_contact(ADDRESS, {"surname": name}, folder) for name in "AB")
    for each in (first, second):
        state.contacts.delete(box, each)
    assert state.contacts.restore(box, state.contacts.get(box, first.immutable_id)).folder == folder.n
    state.folders.delete(folder)
    restored = state.contacts.restore(box, state.contacts.get(box, second.immutable_id))
    assert restored.folder == state.folders.default(box).n
