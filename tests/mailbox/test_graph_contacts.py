"""What Outlook's contacts mean to the CRM."""

from datetime import date
from typing import Any

import msgspec
import pytest

from crmcorner.items.changes import Upserted
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import Contact
from crmcorner.mailbox.graph.contacts import GraphContact, read_birthday, upserted


def read(**properties: Any) -> Upserted:
    """An item as Graph sends it, read with a Dutch firm's eyes."""
    body = msgspec.json.encode({"id": "A", "changeKey": "K", **properties})
    return upserted(msgspec.json.decode(body, type=GraphContact), country="NL")


@pytest.mark.parametrize(
    ("properties", "contact"),
    [
        ({"givenName": " Jan ", "surname": "Bos"}, Contact(given_name="Jan", surname="Bos")),
        ({"surname": "van der Berg"}, Contact(name_prefix="van der", surname="Berg")),
        ({"middleName": "van 't", "surname": "Hek"}, Contact(name_prefix="van 't", surname="Hek")),
        ({"displayName": "Jan Bos"}, Contact(given_name="Jan", surname="Bos")),
        ({"displayName": "Jan Piet van der Berg"}, Contact(given_name="Jan Piet", name_prefix="van der", surname="Berg")),
        ({"displayName": "Bos, Jan"}, Contact(given_name="Jan", surname="Bos")),
        ({"displayName": "Cher"}, Contact(given_name="Cher")),
        ({"displayName": "Acme", "companyName": "Acme BV"}, Contact(company="Acme BV")),
        ({"displayName": "Jantje", "nickName": "Jantje"}, Contact(nickname="Jantje")),
        ({"displayName": "jan@example.org"}, Contact()),
        ({"displayName": "+31 6 12345678"}, Contact()),
        ({"displayName": ""}, Contact()),
        ({"displayName": "x", "givenName": "", "surname": "Bos"}, Contact(surname="Bos")),
        ({"title": "Dr.", "generation": "Jr.", "initials": "J."}, Contact(title="Dr.", suffix="Jr.", initials="J.")),
        ({"personalNotes": "one\r\ntwo\rthree"}, Contact(note="one\ntwo\nthree")),
        ({"personalNotes": None, "categories": None, "businessPhones": None}, Contact()),
        ({"businessHomePage": "https://example.org"}, Contact(website="https://example.org")),
    ],
)  # fmt: skip
def test_names_and_texts(properties: dict[str, Any], contact: Contact) -> None:
    """R44, R47: names are found where people write them; a company without a name is an organisation."""
    item = read(**properties)
    assert item.content == contact
    assert not item.unread


def test_addresses_are_trimmed_lowered_and_each_is_there_once() -> None:
    """R33: comparison ignores case, display name and blanks around."""
    entries = [
        {"name": "X", "address": " Jan@Example.ORG "},
        {"address": "jan@example.org"},
        {"address": None},
        None,
    ]
    assert read(emailAddresses=entries).contact.emails == ("jan@example.org",)


def test_an_address_that_is_none_is_left_in_outlook() -> None:
    """R19: what the CRM cannot hold is shown, not wiped."""
    item = read(emailAddresses=[{"address": "jan@example.org"}, {"address": "/o=Firm/cn=Recipients/cn=jan"}])
    assert item.contact.emails == ()
    assert item.unread["emails"].text == "jan@example.org\n/o=Firm/cn=Recipients/cn=jan"
    assert item.unread["emails"].reason == "value-refused"


def test_phones_are_read_in_the_firms_country() -> None:
    """R46: "023 - 542 34 45" is a Dutch number to a Dutch firm."""
    contact = read(
        businessPhones=["023 - 542 34 45", "+31 23 542 34 45"],
        homePhones=["+32 2 555 12 12"],
        mobilePhone="06-12345678",
    ).contact
    assert contact.work_phones == ("+31235423445",)
    assert contact.home_phones == ("+3225551212",)
    assert contact.mobile_phones == ("+31612345678",)


def test_one_phone_that_is_none_leaves_the_whole_field_unread() -> None:
    """R46: otherwise writing the rest back would take it away."""
    item = read(businessPhones=["023 - 542 34 45", "ext. 12"], mobilePhone="06-12345678")
    assert item.contact.work_phones == ()
    assert item.unread["work_phones"].text == "023 - 542 34 45\next. 12"
    assert item.unread["work_phones"].reason == "phone-refused"
    assert item.unread["work_phones"].detail == "ext. 12"
    assert item.contact.mobile_phones == ("+31612345678",)


def test_an_address_in_one_box_is_taken_apart() -> None:
    """R45: "Spiegelstraat 3 2011 BN Haarlem" is understood."""
    item = read(businessAddress={"street": "Spiegelstraat 3 2011 BN Haarlem"})
    assert item.contact.work_address == PostalAddress(
        street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
    )


def test_an_address_that_is_not_understood_is_refused_with_its_reason() -> None:
    """R45: all other fields are read, and the text is there for the mend form."""
    item = read(
        givenName="Jan",
        homeAddress={
            "street": "somewhere",
            "city": "Haarlem",
            "postalCode": "12",
            "countryOrRegion": "Nederland",
        },
        otherAddress={},
    )
    assert item.content == Contact(given_name="Jan")
    assert item.unread["home_address"].text == "somewhere\n12\nHaarlem\nNederland"
    assert item.unread["home_address"].reason == "address-refused"
    assert item.unread["home_address"].detail == "house-number-missing"
    assert "other_address" not in item.unread


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1980-05-04", date(1980, 5, 4)),
        ("1980-05-04T00:00:00Z", date(1980, 5, 4)),
        ("1980-05-04T11:59:00Z", date(1980, 5, 4)),
        ("1980-05-04T11:59:00.0000000Z", date(1980, 5, 4)),
        ("1980-05-03T22:00:00Z", date(1980, 5, 4)),
        ("1980-05-04T05:00:00Z", date(1980, 5, 4)),
        ("1980-05-04T12:00:00Z", date(1980, 5, 4)),
        ("9999-12-31T23:00:00Z", None),
        ("soon", None),
        ("1980-13-04T00:00:00Z", None),
    ],
)
def test_a_birthday_is_a_day_whatever_the_time_beside_it(text: str, day: date | None) -> None:
    """R42: a birthday does not shift by a day on its way."""
    assert read_birthday(text) == day


@pytest.mark.parametrize(
    ("text", "detail"), [("1604-05-04T11:59:00Z", "year-unknown"), ("1980-05-44T00:00:00Z", "date")]
)
def test_a_birthday_without_a_year_stays_in_outlook(text: str, detail: str) -> None:
    """R19: the CRM holds whole dates only."""
    item = read(birthday=text)
    assert item.contact.birthday is None
    assert (item.unread["birthday"].reason, item.unread["birthday"].detail) == ("value-refused", detail)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "4501-01-01T00:00:00Z"])
def test_the_dates_that_mean_none_are_none(text: str) -> None:
    """R19: neither a birthday nor anything to report."""
    item = read(birthday=text)
    assert item.contact.birthday is None
    assert not item.unread


def test_a_text_that_is_too_long_stays_in_outlook() -> None:
    """R19: a title of 300 characters does not fit, and does not keep the rest back."""
    item = read(jobTitle="x" * 300, surname="y" * 300, givenName="Jan")
    assert item.content == Contact(given_name="Jan")
    assert set(item.unread) == {"job_title", "surname", "name_prefix"}
    assert {each.reason for each in item.unread.values()} == {"value-refused"}


def test_category_folder_and_version_come_along() -> None:
    """R41: which contacts are the CRM's is seen from the item."""
    item = read(categories=["crmCORNER", "Holiday"], parentFolderId="F")
    assert item.takes_part
    assert item.categories == ("crmCORNER", "Holiday")
    assert item.folder == "F"
    assert item.version == 'W/"K"'
    assert read(**{"@odata.etag": 'W/"E"'}).version == 'W/"E"'


def test_characters_that_no_field_can_hold_are_passed_over() -> None:
    """R16: NUL bytes, emoji and right-to-left marks in a name do not stop anything."""
    assert read(givenName="A\u0000nn\u0007a \U0001f642", surname="\u200fכהן").content == Contact(
        given_name="Anna \U0001f642", surname="\u200fכהן"
    )
