"""Who could be meant by an Outlook contact, and who belongs in an Outlook (R40, R44)."""

import pytest
from pytest_django import DjangoAssertNumQueries

from crmcorner.people.crm_ids import crm_id_of, split_ids
from crmcorner.people.lookup import Traits, find_by_traits, labels_of, persons_of, whole_scope
from crmcorner.people.services import groups, organisations, persons
from tests.builders import a_group, a_person, a_user, an_organisation, by

pytestmark = pytest.mark.django_db


def traits(**values: frozenset[str]) -> Traits:
    """Return traits of which only some are looked for."""
    names = ("emails", "domains", "names", "companies", "phones")
    return Traits(**{name: values.get(name, frozenset()) for name in names})


def test_records_are_found_by_each_trait() -> None:
    """R44: e-mail address, mail domain of a firm, name, firm's name, phone."""
    michael = a_user()
    firm = an_organisation(michael, emails=("info@smit.example",))
    person = a_person(
        michael, organisation=firm, emails=("Jan@Smit.example",), mobile_phones=("+31612345678",)
    )
    found = find_by_traits(
        michael,
        traits(
            emails=frozenset({"jan@smit.example", "nobody@x.example"}),
            domains=frozenset({"smit.example"}),
            names=frozenset({"jan jansen", ""}),
            companies=frozenset({"bakkerijsmit"}),
            phones=frozenset({"+31612345678"}),
        ),
    )
    jan, smit = crm_id_of(person), crm_id_of(firm)
    assert found["e:jan@smit.example"] == {jan}
    assert found["d:smit.example"] == {smit}
    assert found["n:jan jansen"] == {jan}
    assert found["c:bakkerijsmit"] == {smit}
    assert found["p:+31612345678"] == {jan}
    assert "e:nobody@x.example" not in found


def test_the_bin_is_not_looked_in() -> None:
    """R44: a contact is never matched with a deleted record."""
    michael = a_user()
    person = a_person(michael, emails=("jan@x.example",), mobile_phones=("+31612345678",))
    firm = an_organisation(michael, emails=("info@smit.example",))
    persons.delete_person(actor=by(michael), person=person)
    organisations.delete_organisation(actor=by(michael), organisation=firm)
    everything = traits(
        emails=frozenset({"jan@x.example", "info@smit.example"}),
        domains=frozenset({"smit.example"}),
        names=frozenset({"jan jansen"}),
        companies=frozenset({"bakkerijsmit"}),
        phones=frozenset({"+31612345678"}),
    )
    assert find_by_traits(michael, everything) == {}


def test_someone_known_by_nickname_or_initials_alone_has_a_name() -> None:
    """R44, R71: whoever has any personal name is shown, sorted and matched by it."""
    michael = a_user()
    called = a_person(michael, given_name="", surname="", nickname="Oma Bep")
    signed = a_person(michael, given_name="", surname="", initials="J.P.")
    assert (str(called), str(signed)) == ("Oma Bep", "J.P.")
    assert (called.sort_key, signed.sort_key) == ("omabep", "jp")
    found = find_by_traits(michael, traits(names=frozenset({"omabep"})))
    assert found == {"n:omabep": {crm_id_of(called)}}


def test_looking_up_takes_a_few_statements(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    """R44: five statements for two hundred contacts, two for the scope of a user."""
    michael = a_user()
    numbers = range(200)
    wanted = traits(
        emails=frozenset(f"p{n}@x.example" for n in numbers),
        domains=frozenset(f"x{n}.example" for n in numbers),
        names=frozenset(f"jan p{n}" for n in numbers),
        companies=frozenset(f"firma{n}" for n in numbers),
        phones=frozenset(f"+3161234{n:04}" for n in numbers),
    )
    with django_assert_max_num_queries(5):
        find_by_traits(michael, wanted)
    with django_assert_max_num_queries(3):
        whole_scope(michael)


def test_scope_counts_a_record_once() -> None:
    """R40: owned and in two groups is still one contact; a colleague's group does not count."""
    michael, sanne = a_user("michael"), a_user("sanne")
    person = a_person(michael)
    for number in range(2):
        group = a_group(michael, f"G{number}", syncs=True)
        groups.add_members(actor=by(michael), group=group, crm_ids=[crm_id_of(person)])
    hers = a_group(sanne, "S", syncs=True)
    other = a_person(None, surname="B")
    groups.add_members(actor=by(sanne), group=hers, crm_ids=[crm_id_of(other)])
    assert whole_scope(michael) == {crm_id_of(person)}
    assert whole_scope(sanne) == {crm_id_of(other)}


def test_persons_of_an_organisation_and_labels() -> None:
    """R40: the coupling asks for persons of organisations and names of records in sets."""
    michael = a_user()
    firm = an_organisation(michael)
    person = a_person(michael, organisation=firm, title="drs.", name_prefix="van der", surname="Berg")
    assert persons_of([firm.pk]) == {crm_id_of(person)}
    assert labels_of([crm_id_of(person), crm_id_of(firm), "person:99"]) == {
        crm_id_of(person): "drs. Jan van der Berg",
        crm_id_of(firm): "Bakkerij Smit B.V.",
    }


def test_foreign_ids_are_passed_over() -> None:
    """R17: an id that is none of ours is no record and no error."""
    assert split_ids(["person:1", "organisation:2", "group:3", "person:x", "person:", "", "person:²"]) == (
        [1],
        [2],
    )
