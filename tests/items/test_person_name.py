"""Names of people: Dutch prefixes apart, sorted as Dutch people expect (R47)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcorner.items.person_name import (
    display_name,
    from_outlook,
    name_key,
    sort_key,
    split_surname,
    to_outlook,
)
from tests.items.odd_text import HUGE_TEXTS, ODD_TEXTS, any_text

_WORDS = st.sampled_from(
    ["van", "der", "de", "den", "'t", "’t", "in", "d'", "d’", "l'", "of", "du", "und", "v.d.", "P.", "Van", "Berg", "hondt", "d'Hondt", "L'Orange", ""]
)  # fmt: skip
_NAMES = st.lists(_WORDS, max_size=4).map(" ".join)


@pytest.mark.parametrize(
    ("surname", "prefix", "rest"),
    [
        ("Jansen", "", "Jansen"),
        ("van Dijk", "van", "Dijk"),
        ("van der Berg", "van der", "Berg"),
        ("van den  Berg", "van den", "Berg"),
        ("'t Hart", "'t", "Hart"),
        ("’t Hart", "’t", "Hart"),
        ("in 't Veld", "in 't", "Veld"),
        ("van 't Hof", "van 't", "Hof"),
        ("op den Akker", "op den", "Akker"),
        ("de Vries-van der Meer", "de", "Vries-van der Meer"),
        ("van der Berg Jansen", "van der", "Berg Jansen"),
        ("ter Horst", "ter", "Horst"),
        ("uit den Bogaard", "uit den", "Bogaard"),
        ("d'Hondt", "d'", "Hondt"),
        ("van d'Hondt", "van d'", "Hondt"),
        ("von Goethe", "von", "Goethe"),
        ("von und zu Guttenberg", "von und zu", "Guttenberg"),
        ("und Partner", "", "und Partner"),
        ("v.d. Berg", "v.d.", "Berg"),
        ("v/d Berg", "v/d", "Berg"),
        ("van't Hof", "van't", "Hof"),
        ("van’t Hof", "van’t", "Hof"),
        ("Van Damme", "", "Van Damme"),
        ("Vandenberg", "", "Vandenberg"),
        ("De Smet", "", "De Smet"),
        ("van", "", "van"),
        ("van der", "van", "der"),
        ("of Silence", "", "of Silence"),
        ("dos Santos", "dos", "Santos"),
        ("🎉", "", "🎉"),
        ("", "", ""),
    ],
)
def test_the_prefix_is_taken_off_the_surname(surname: str, prefix: str, rest: str) -> None:
    """R47: the prefix is its own field; the capital of a Belgian name makes it part of the name."""
    assert split_surname(surname) == (prefix, rest)


@pytest.mark.parametrize(
    ("outlook", "names"),
    [
        (("Jan", "", "van der Berg"), ("Jan", "", "van der", "Berg")),
        (("Jan", "van der", "Berg"), ("Jan", "", "van der", "Berg")),
        (("Jan", "van", "der Berg"), ("Jan", "", "van der", "Berg")),
        (("Jan", "Piet", "van der Berg"), ("Jan", "Piet", "van der", "Berg")),
        (("Jan", "d'", "Hondt"), ("Jan", "", "d'", "Hondt")),
        (("Jan", "P.", "Berg"), ("Jan", "P.", "", "Berg")),
        (("Jan", "P. van der", "Berg"), ("Jan", "P.", "van der", "Berg")),
        (("Jan", "P. van", "de Berg"), ("Jan", "P.", "van de", "Berg")),
        (("Jan", "Piet al", "Berg"), ("Jan", "Piet al", "", "Berg")),
        (("Thi", "Van", "Nguyen"), ("Thi", "Van", "", "Nguyen")),
        (("Jan", "van", ""), ("Jan", "van", "", "")),
        (("", "", ""), ("", "", "", "")),
    ],
)
def test_the_prefix_is_found_before_the_surname_or_in_the_middle(
    outlook: tuple[str, str, str], names: tuple[str, str, str, str]
) -> None:
    """R47: users write the prefix before the surname or as the middle name."""
    assert from_outlook(*outlook) == names


@given(_NAMES, _NAMES, _NAMES)
@example("Jan", "d'", "hondt")
@example("", "", "of d' Berg")
def test_names_survive_the_round_trip(given_name: str, middle: str, surname: str) -> None:
    """R47: names that were read are written and read again as the same four fields."""
    names = from_outlook(given_name, middle, surname)
    assert from_outlook(*to_outlook(*names)) == names


@given(
    st.lists(st.sampled_from(["van", "der", "den", "de", "'t", "ter"]), max_size=3).map(" ".join),
    st.from_regex(r"\A[A-Z][a-z]{1,8}\Z"),
)
def test_what_a_user_entered_survives_the_round_trip(prefix: str, surname: str) -> None:
    """R47: a prefix that was entered in the CRM comes back from Outlook as a prefix."""
    names = ("Jan", "", prefix, surname)
    assert from_outlook(*to_outlook(*names)) == names


def test_people_are_sorted_by_surname_without_prefix() -> None:
    """R47: "van der Berg" stands at the B, accents and case do not matter."""
    people = [
        ("Zoë", "", "Bérgman"),
        ("Jan", "van der", "Berg"),
        ("Anna", "de", "Vries"),
        ("Bo", "'t", "hart"),
        ("An", "", "Berg"),
    ]
    ordered = sorted(people, key=lambda person: sort_key(person[2], person[0]))
    assert [person[2] for person in ordered] == ["Berg", "Berg", "Bérgman", "hart", "Vries"]
    assert ordered[0][0] == "An"


def test_matching_looks_past_case_accents_and_punctuation() -> None:
    """R44: names are compared with their prefix, without case, accents and blanks."""
    assert name_key("José", "van der", "Berg") == name_key("JOSE", "Van Der", "berg")
    assert name_key("Jan", "van", "Berg") != name_key("Jan", "", "Berg")
    assert name_key("", "", "") == ""


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("dr.", "Jan", "van der", "Berg", "jr."), "dr. Jan van der Berg jr."),
        (("", "Jan", "d'", "Hondt", ""), "Jan d'Hondt"),
        (("", "", "van", "", ""), "van"),
        (("", "", " ", "Berg", ""), "Berg"),
        (("", "", "", "", ""), ""),
    ],
)
def test_names_are_shown_as_people_read_them(names: tuple[str, str, str, str, str], shown: str) -> None:
    """R47: title, given name, prefix and surname, suffix; empty parts leave no gap."""
    assert display_name(*names) == shown


@given(any_text, any_text, any_text)
def test_any_name_survives_the_round_trip(given_name: str, middle: str, surname: str) -> None:
    """R47: no text makes reading, writing or sorting names fail."""
    names = from_outlook(given_name, middle, surname)
    assert from_outlook(*to_outlook(*names)) == names
    sort_key(surname, given_name)
    display_name(given_name, middle, surname, given_name, middle)


@pytest.mark.parametrize("text", [*ODD_TEXTS, *HUGE_TEXTS], ids=lambda text: ascii(text)[:12])
def test_odd_names_do_no_harm(text: str) -> None:
    """R47: emoji, NUL bytes and 10,000 characters are taken as they are."""
    names = from_outlook(text, text, text)
    assert from_outlook(*to_outlook(*names)) == names
    name_key(text, text, text)
