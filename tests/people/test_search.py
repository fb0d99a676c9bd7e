"""Finding people by what users type (R46, R47, R71, R73)."""

import pytest

from crmcorner.items.postal_address import PostalAddress
from crmcorner.people.search import (
    PERSON_ORDERS,
    find_groups,
    find_organisations,
    find_persons,
    ordered,
)
from crmcorner.people.services import organisations, persons
from tests.builders import a_group, a_person, a_user, an_organisation, by

pytestmark = pytest.mark.django_db

HAARLEM = PostalAddress(
    street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
)


@pytest.mark.parametrize(
    "text",
    [
        "Berg", "berg", "van der Berg", "Zoë", "zoe", "zoe van den berg", "der berg zoë", "zoe@", "SMIT.EXAMPLE",
        "haarlem", "Zoë Haarlem", "bakkerij", "zusje", "06 12345678", "0031612345678", "+31 6 1234 5678",
        "(023) 542 34 45", "1234 5678", "542 34 45",
    ],
)  # fmt: skip
def test_a_person_is_found_by_name_address_phone_city_and_firm(text: str) -> None:
    """R71: whatever the case, accents, prefix of the name and notation of the number."""
    michael = a_user()
    firm = an_organisation(michael)
    wanted = a_person(
        michael,
        organisation=firm,
        given_name="Zoë",
        name_prefix="van der" if "den" not in text else "van den",
        surname="Berg",
        nickname="zusje",
        emails=("zoe@smit.example",),
        mobile_phones=("+31612345678",),
        work_phones=("+31235423445",),
        work_address=HAARLEM,
    )
    a_person(
        michael,
        given_name="Piet",
        surname="Post",
        emails=("piet@post.example",),
        work_phones=("+31201234567",),
    )
    assert list(find_persons(michael, text)) == [wanted]


@pytest.mark.parametrize("text", ["Bakk", "smit bv", "SMIT", "info@smit", "Haarlem", "023-5423445"])
def test_an_organisation_is_found_by_name_address_phone_and_city(text: str) -> None:
    """R71: as persons are."""
    michael = a_user()
    wanted = an_organisation(
        michael, emails=("info@smit.example",), work_phones=("+31235423445",), work_address=HAARLEM
    )
    an_organisation(michael, "Post & Zn.")
    found = list(find_organisations(michael, text))
    assert found == [wanted]


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "'; DROP TABLE people_person; --", "\x00", "🙂", "x" * 5_000, "0000"]
)
def test_odd_texts_find_nothing_and_break_nothing(text: str) -> None:
    """R71: signs that mean something to a database mean nothing here."""
    michael = a_user()
    a_person(michael)
    an_organisation(michael)
    a_group(michael)
    assert len(find_persons(michael, text)) == (1 if text == "\x00" else 0)
    assert len(find_organisations(michael, text)) == (1 if text == "\x00" else 0)
    assert len(find_groups(michael, text)) == (1 if text == "\x00" else 0)


def test_lists_leave_out_the_bin_and_the_bin_shows_it() -> None:
    """R71: deleted records are listed in the bin alone."""
    michael, colleague = a_user("michael"), a_user("colleague")
    person, firm = a_person(michael), an_organisation(michael)
    persons.delete_person(actor=by(michael), person=person)
    organisations.delete_organisation(actor=by(michael), organisation=firm)
    for user in (michael, colleague):
        assert not find_persons(user).exists()
        assert not find_organisations(user).exists()
        assert list(find_persons(user, "Jansen", deleted=True)) == [person]
        assert list(find_organisations(user, deleted=True)) == [firm]


def test_mine_are_those_that_i_own() -> None:
    """R71: the filter of one's own records; everyone sees all persons, and groups only public or own."""
    michael, colleague, stranger = a_user("michael"), a_user("colleague"), a_user("stranger")
    own, other = a_person(michael), a_person(colleague)
    assert list(find_persons(michael, mine=True)) == [own]
    assert set(find_persons(stranger)) == {own, other}
    assert list(find_organisations(michael, mine=True)) == []
    hidden = a_group(michael, "Relaties dicht", public=False)
    assert list(find_groups(michael, "dicht rel")) == [hidden]
    assert list(find_groups(stranger, "dicht")) == []
    assert list(find_groups(michael, mine=True)) == [hidden]


def test_dutch_users_find_names_where_they_expect_them() -> None:
    """R47: the prefix does not count in sorting, nor do case and accents; the other way is exactly that."""
    michael = a_user()
    names = [
        ("", "Aalbers"),
        ("van den", "Berg"),
        ("", "berg"),
        ("de", "Élan"),
        ("'t", "Hart"),
        ("", "Zwart"),
    ]
    for number, (prefix, surname) in enumerate(names):
        a_person(michael, given_name=str(number), name_prefix=prefix, surname=surname)
    up = [person.surname for person in find_persons(michael).order_by(*ordered("name", PERSON_ORDERS))]
    down = [person.surname for person in find_persons(michael).order_by(*ordered("-name", PERSON_ORDERS))]
    assert up == ["Aalbers", "Berg", "berg", "Élan", "Hart", "Zwart"]
    assert down == up[::-1]


def test_unknown_sort_keys_mean_name() -> None:
    """R71: what stands in an address of a page reaches the database only through a list of known words."""
    assert ordered("owner__password", PERSON_ORDERS) == ["sort_key", "pk"]
    assert ordered("-x; DROP", PERSON_ORDERS) == ["sort_key", "pk"]
    assert ordered("-organisation", PERSON_ORDERS) == ["-organisation__name_key", "pk"]
