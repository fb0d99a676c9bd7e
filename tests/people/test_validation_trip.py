"""R45, R47: what is typed in a form is stored as it comes back from Outlook, so that the trip changes nothing."""

from typing import Any

import pytest

from crmcorner.items.records import Contact
from crmcorner.people.validation import read_contact


def read(columns: dict[str, Any] | None = None, **address: str) -> Contact:
    """Return the contact of a form with these columns and, if given, this home address."""
    columns = {"given_name": "Jan", "surname": "Berg"} | (columns or {})
    addresses = (
        {"home": {"postal_code": "2011 BN", "city": "Haarlem", "country": "NL"} | address} if address else {}
    )
    return read_contact(columns=columns, emails=[], phones=[], addresses=addresses)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"name_prefix": "van der"}, ("Jan", "van der", "Berg")),
        ({"name_prefix": "Van", "surname": "Damme"}, ("Jan", "", "Van Damme")),
        ({"surname": "van der Berg"}, ("Jan", "van der", "Berg")),
    ],
)
def test_prefix_is_stored_as_it_comes_back(typed: dict[str, Any], stored: tuple[str, str, str]) -> None:
    """R47: a prefix typed with the surname is taken off; a capital one is part of the surname."""
    contact = read(typed)
    assert (contact.given_name, contact.name_prefix, contact.surname) == stored


def test_house_number_typed_with_its_street_is_stored_apart() -> None:
    """R45: an addition typed with the number ends in its own field."""
    address = read(street="Spiegelstraat", house_number="3-II").home_address
    assert address is not None
    assert (address.street, address.house_number, address.addition) == ("Spiegelstraat", "3", "II")
