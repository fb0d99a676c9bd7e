"""What users type, made valid or refused with its reason (R45, R46)."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from crmcorner.items.postal_address import AddressProblem
from crmcorner.people.validation import ADDRESS_SENTENCES, read_contact

GOOD = {"street": "Spiegelstraat", "house_number": "3", "postal_code": "2011bn", "city": "Haarlem"}


def read(**values: Any) -> Any:
    """Read a form of which only some is filled in."""
    return read_contact(**({"columns": {}, "emails": (), "phones": (), "addresses": {}} | values))


def test_texts_are_tidied() -> None:
    """R71: no NUL, no control characters, no double blanks; emoji and other scripts stay."""
    found = read(
        columns={
            "given_name": " Jan\x00 \t P ",
            "surname": "מרים 🙂\x07",
            "note": "a \r\nb\x00\r\n",
            "birthday": None,
        }
    )
    assert (found.given_name, found.surname, found.note) == ("Jan P", "מרים 🙂", "a\nb")


def test_phones_are_stored_in_international_form_by_kind() -> None:
    """R46: "023 - 542 34 45" is read in the firm's country; the same number twice is one."""
    found = read(
        phones=[
            ("work", "023 - 542 34 45"),
            ("work", "+31 23 5423445"),
            ("mobile", "06-12345678"),
            ("home_fax", "00 32 2 555 12 12"),
        ]
    )
    assert found.work_phones == ("+31235423445",)
    assert found.mobile_phones == ("+31612345678",)
    assert found.home_faxes == ("+3225551212",)


def test_addresses_are_strict() -> None:
    """R45: a Dutch address is stored as the country writes it, the firm's country if none is named."""
    found = read(addresses={"work": GOOD})
    assert (found.work_address.postal_code, found.work_address.country) == ("2011 BN", "NL")


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"house_number": ""}, "house_number"),
        ({"house_number": "drie"}, "house_number"),
        ({"street": ""}, "street"),
        ({"postal_code": "2011"}, "postal_code"),
        ({"postal_code": ""}, "postal_code"),
        ({"city": ""}, "city"),
        ({"country": "XX"}, "country"),
        ({"street": "s" * 256}, "street"),
        ({"country": "US", "postal_code": "10001"}, "region"),
    ],
)
def test_what_an_address_lacks_is_told_at_its_field(parts: dict[str, str], field: str) -> None:
    """R45: street, house number, postal code and city valid for the country, or the reason why not."""
    with pytest.raises(ValidationError) as refused:
        read(addresses={"home": GOOD | parts})
    assert f"address_home.{field}" in refused.value.message_dict


def test_every_problem_has_its_sentence() -> None:
    """R45: what cannot be understood is refused with its reason, in the user's language."""
    assert set(ADDRESS_SENTENCES) == set(AddressProblem)
    with translation.override("en"):
        assert all(str(sentence).endswith((".", ". ")) for sentence in ADDRESS_SENTENCES.values())


def test_all_that_is_wrong_is_told_at_once() -> None:
    """R71: one look at the form shows every error, each with the text that is meant."""
    with pytest.raises(ValidationError) as refused:
        read(
            columns={"surname": "x" * 256},
            emails=["jan@", "jan@x.test", "@"],
            phones=[("work", "ext. 12"), ("home", "12")],
            addresses={"work": {"street": "Kade"}},
        )
    errors = refused.value.message_dict
    assert len(errors["emails"]) == 2
    assert "jan@" in errors["emails"][0]
    assert len(errors["phones"]) == 2
    assert "ext. 12" in errors["phones"][0]
    assert {"surname", "address_work.house_number", "address_work.postal_code", "address_work.city"} <= set(
        errors
    )


def test_addresses_for_tests_and_other_alphabets_are_accepted() -> None:
    """R33: .test and internationalised domains are addresses; the same one in other case is one."""
    found = read(emails=["Jan@Firma.TEST", "jan@firma.test", "zoë@bücher.example"])
    assert found.emails == ("jan@firma.test", "zoë@bücher.example")
