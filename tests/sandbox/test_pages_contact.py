"""The pages of a contact: card, form, picture, Deleted Items, upload; and the switches for trouble."""

import io
from pathlib import Path

import pytest

from m365_sandbox.contact_type import NUMBERED, PROPERTIES, READ_ONLY
from m365_sandbox.pages.fields import FIELDS, written
from m365_sandbox.pages.reading_pages import TEXTS
from m365_sandbox.readings import Readings, as_json
from m365_sandbox.state import State
from m365_sandbox.store.attached import Photo
from tests.sandbox.conftest import ADDRESS, Clock
from tests.sandbox.pages import BOX, Browser, card

VCARDS = Path(__file__).parent / "data" / "vcard"


@pytest.fixture
def browser(state: State, clock: Clock) -> Browser:
    """A browser on a sandbox with Anna's empty mailbox."""
    return Browser(state, clock)


def test_a_contact_is_made_with_the_form(browser: Browser) -> None:
    """Fields bear Graph's names; lists are written one on each line; the name is made of its parts."""
    answer = browser.send(
        f"{BOX}/new",
        {
            "givenName": "Anna",
            "surname": "Bos",
            "jobTitle": "Hoofd",
            "mobilePhone": "06 1",
            "companyName": "Bos BV",
            "emailAddresses": "Anna (werk) <a@x.nl>\r\nb@x.nl\r\n",
            "businessPhones": "1\r\n2",
            "homeAddress.street": "Weg 1\r\nachter",
            "homeAddress.city": "Haarlem",
            "birthday": "1980-03-21",
            "displayName": "",
        },
    )
    assert "<h1>Anna Bos</h1>" in answer.text
    (contact,) = browser.state.contacts.search(browser.state.directory.get(ADDRESS).n, "Bos BV")
    assert contact.properties == {
        "givenName": "Anna",
        "surname": "Bos",
        "displayName": "Anna Bos",
        "jobTitle": "Hoofd",
        "mobilePhone": "06 1",
        "companyName": "Bos BV",
        "emailAddresses": [
            {"name": "Anna (werk)", "address": "a@x.nl"},
            {"name": "b@x.nl", "address": "b@x.nl"},
        ],
        "businessPhones": ["1", "2"],
        "homeAddress": {"street": "Weg 1\r\nachter", "city": "Haarlem"},
        "birthday": "1980-03-21T11:59:00Z",
    }


def test_the_form_has_a_field_for_every_property(browser: Browser) -> None:
    """Everything that Graph's contact holds can be seen and changed, categories apart, which have their own form."""
    contact = browser.add(displayName="Anna")
    page = browser.open(card(contact, "edit")).text
    assert [name for name in written({}) if f'name="{name}"' not in page] == []
    others = {"categories", "parentFolderId", *READ_ONLY, *NUMBERED}
    assert {field.name for field in FIELDS} | others == set(PROPERTIES)


def test_saving_changes_only_what_was_changed(browser: Browser) -> None:
    """A form sent back as it came changes nothing; one changed field changes that one, another empties it."""
    contact = browser.add(
        givenName="Anna",
        surname="Bos",
        personalNotes="een\ntwee ",
        emailAddresses=[{"name": "Anna", "address": "a@x.nl"}],
        businessAddress={"street": "Weg 1\nachter", "countryOrRegion": "NL"},
        birthday="1980-03-21",
        mobilePhone="06 1",
        categories=["Klant"],
    )
    form = {name: value.replace("\n", "\r\n") for name, value in written(contact.properties).items()}
    browser.send(card(contact, "edit"), form)
    assert browser.contact(contact).sequence == contact.sequence
    browser.send(card(contact, "edit"), {**form, "jobTitle": "Baas", "mobilePhone": "", "surname": "Vos"})
    expected = {**contact.properties, "jobTitle": "Baas", "surname": "Vos", "displayName": "Anna Vos"}
    del expected["mobilePhone"]
    assert browser.contact(contact).properties == expected


def test_what_outlook_refuses_is_said_and_kept_in_the_form(browser: Browser) -> None:
    """Three work phones are one too many: the form comes back as it was filled in."""
    contact = browser.add(displayName="Anna")
    answer = browser.send(card(contact, "edit"), {"businessPhones": "1\n2\n3", "jobTitle": "Baas"})
    assert answer.status_code == 400
    assert ("BusinessPhones has 3 entries" in answer.text, 'value="Baas"' in answer.text) == (True, True)
    assert browser.contact(contact).properties == contact.properties
    empty = browser.send(f"{BOX}/new", {"givenName": " "})
    assert (empty.status_code, "Fill in at least one field." in empty.text) == (400, True)


def test_the_card_shows_everything(browser: Browser) -> None:
    """Properties, extended properties and the picture stand on the card."""
    contact = browser.state.add_contact(
        ADDRESS,
        {"displayName": "Anna", "homeAddress": {"street": "Weg 1", "city": "Haarlem"}, "children": ["Bo"]},
        photo=Photo("image/png", b"\x89PNG"),
        extended={"String 0x3A24": "023 5"},
    )
    page = browser.open(card(contact)).text
    assert [text for text in ("Weg 1", "Haarlem", "Bo", "String 0x3A24", "023 5") if text not in page] == []
    picture = browser.open(card(contact, "photo"))
    assert (picture.data, picture.content_type) == (b"\x89PNG", "image/png")


def test_a_picture_is_never_a_page(browser: Browser) -> None:
    """What was uploaded as something else than a picture is not shown as such."""
    contact = browser.state.add_contact(ADDRESS, {"displayName": "A"}, photo=Photo("text/html", b"<script>"))
    assert browser.open(card(contact, "photo")).content_type == "application/octet-stream"


def test_deleted_contacts_can_be_restored(browser: Browser) -> None:
    """Delete moves to Deleted Items; from there a contact comes back to its folder, or goes for ever."""
    folder = browser.state.add_folder(ADDRESS, "Klanten")
    contact = browser.state.add_contact(ADDRESS, {"displayName": "Anna"}, folder)
    browser.send(card(contact, "delete"))
    assert browser.contact(contact).folder != folder.n
    assert "Restore" in browser.open(card(contact)).text
    browser.send(card(contact, "restore"))
    assert browser.contact(contact).folder == folder.n
    browser.send(card(contact, "delete"))
    browser.send(card(contact, "delete"))
    assert browser.open(card(contact)).status_code == 404


def test_a_contact_is_categorised_and_moved_on_its_card(browser: Browser) -> None:
    """The card has the same forms as the list, and stays open."""
    contact = browser.add(displayName="Anna")
    folder = browser.state.add_folder(ADDRESS, "Klanten")
    here = {"ids": contact.immutable_id, "card": contact.immutable_id}
    answer = browser.send(f"{BOX}/categorise", {**here, "category": "CRMcorner", "action": "add"})
    assert (answer.request.path, "CRMcorner</span>" in answer.text) == (card(contact), True)
    answer = browser.send(f"{BOX}/move", {**here, "to": folder.id})
    assert (answer.request.path, "← Klanten" in answer.text) == (card(contact), True)


def test_upload_lists_what_was_taken_and_what_was_not(browser: Browser) -> None:
    """Several files at once: cards, a CSV export and something else, each with its own result."""
    half = "BEGIN:VCARD\nFN:A\nGEO:1;2\nEND:VCARD\nBEGIN:VCARD\nFN:B\n"
    files = [
        ((VCARDS / "gmail-single.vcf").open("rb"), "gmail.vcf"),
        (io.BytesIO(half.encode()), "<half>.vcf"),
        (io.BytesIO(b"Voornaam,Achternaam\nAnna,Bos\n"), "export.csv"),
        (io.BytesIO(b"\x89PNG\r\n\x1a\n"), "picture.png"),
    ]
    answer = browser.send(f"{BOX}/import", {"file": files}, **{"Accept-Language": "nl"})
    files[0][0].close()
    expected = (
        "Overgenomen: 1. Niet overgenomen: 1.",
        "Het bestand eindigt midden in dit kaartje.",
        "Voor GEO is in Outlook geen plaats: 1;2",
        "&lt;half&gt;.vcf",
        "Dit is geen vCard-bestand en geen CSV-export van Outlook",
    )
    assert [text for text in expected if text not in answer.text] == []
    mailbox = browser.state.directory.get(ADDRESS)
    stored = browser.state.contacts.each(browser.state.folders.default(mailbox.n))
    assert [each.properties["displayName"] for each in stored] == ["Greg Dartmouth", "A", "Anna Bos"]


def test_upload_without_a_file_is_said(browser: Browser) -> None:
    """The form comes back with what to do."""
    answer = browser.send(f"{BOX}/import")
    assert (answer.status_code, "Choose a file first." in answer.text) == (400, True)


def test_requests_are_shown_and_forgotten(browser: Browser) -> None:
    """What was asked of Graph stands on the page, newest first, until it is forgotten."""
    browser.open("/v1.0/me/contacts?$top=1")
    assert "/me/contacts?$top=1" in browser.open("/requests").text
    assert "Nothing was asked of Graph yet." in browser.send("/requests/reset").text


def test_trouble_is_ordered_and_cleared(browser: Browser) -> None:
    """Switches, delays, faults and events of the page act on the sandbox; nonsense is said."""
    browser.send("/mischief", {"repeat_items": "on", "page_max": "7", "http": "20", "service": "0"})
    faults = browser.sandbox.faults
    assert (faults.mischief.repeat_items, faults.mischief.empty_pages, faults.mischief.page_max) == (
        True,
        False,
        7,
    )
    assert faults.latency.http == 20
    browser.send(
        "/mischief/fault", {"kind": "throttle", "path": "/contacts", "times": "0", "retry_after": "3"}
    )
    assert [(each.kind, each.path, each.times, each.retry_after) for each in faults.rules] == [
        ("throttle", "/contacts", 0, 3)
    ]
    before = browser.state.directory.get(ADDRESS).epoch
    browser.send("/mischief/action", {"action": "expire_cursors", "mailbox": ADDRESS})
    assert browser.state.directory.get(ADDRESS).epoch == before + 1
    wrong = ({"page_max": "x"}, {"http": "-1"})
    assert [browser.send("/mischief", each).status_code for each in wrong] == [400, 400]
    assert browser.send("/mischief/fault", {"kind": "flood"}).status_code == 400
    assert browser.send("/mischief/action", {"action": "move"}).status_code == 400
    browser.send("/mischief/clear")
    assert (faults.rules, faults.mischief.repeat_items) == ([], False)


def test_every_open_point_can_be_read_otherwise(browser: Browser) -> None:
    """Each reading stands on its page with all its choices; the form sets it, nonsense is said and sets nothing."""
    page = browser.open("/readings").text
    assert set(TEXTS) == set(as_json(browser.state.readings))
    assert [name for name in TEXTS if f'name="{name}"' not in page] == []
    assert '<option value="11:59:00" selected>' in page
    browser.send(
        "/readings",
        {"if_match": "ignored", "duplicate_category": "400", "tidying": "False", "string_max": "255"},
    )
    expected = Readings(if_match="ignored", duplicate_category=400, tidying=False, string_max=255)
    assert browser.state.readings == expected
    for wrong in ({"if_match": "perhaps"}, {"string_max": "many"}, {"tidying": ""}, {"delta_page": "0"}):
        assert browser.send("/readings", wrong).status_code == 400
    assert browser.state.readings == expected
