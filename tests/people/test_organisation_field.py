"""R6: the pick field of organisations, with type-ahead (`CRM_Autocomplete`) and without."""

import pytest
from django.test import Client

from crmcorner.accounts.models import User
from crmcorner.people.models import Organisation, Person
from crmcorner.preferences.services import settings
from tests.builders import a_person, a_user, an_organisation, by

pytestmark = pytest.mark.django_db


@pytest.fixture
def michael(client: Client) -> User:
    """A user who is signed in."""
    user = a_user("michael", administrator=True)
    client.force_login(user)
    return user


def send(client: Client, organisation: object) -> int:
    """Send the form of a new person; return the status."""
    rows = {
        "emails-TOTAL_FORMS": 0,
        "emails-INITIAL_FORMS": 0,
        "phones-TOTAL_FORMS": 0,
        "phones-INITIAL_FORMS": 0,
    }
    countries = {f"address_{kind}-country": "NL" for kind in ("work", "home", "other")}
    data = {"surname": "Jansen", "organisation": organisation} | rows | countries
    return int(client.post("/people/persons/add/", data).status_code)


def test_organisation_is_found_by_its_name_however_it_is_written(client: Client, michael: User) -> None:
    """R44: capitals and legal form do not count; an unknown name is refused with what to do."""
    firm = an_organisation(michael, "Bakkerij Smit B.V.")
    assert send(client, "bakkerij smit bv") == 302
    assert Person.objects.get().organisation == firm
    assert send(client, "Slagerij Vos") == 422
    assert Organisation.objects.count() == 1
    assert send(client, "") == 302
    assert Person.objects.filter(organisation__isnull=True).count() == 1


def test_form_of_a_person_shows_the_name_of_his_organisation(client: Client, michael: User) -> None:
    """R71: what is there already is filled in."""
    person = a_person(michael, organisation=an_organisation(michael, "Smit & Zn."))
    assert b'value="Smit &amp; Zn."' in client.get(f"/people/persons/{person.pk}/edit/").content


def test_suggestions_fit_what_is_typed(client: Client, michael: User) -> None:
    """R6: the list holds the organisations that fit, and no more than a screenful."""
    for number in range(30):
        an_organisation(michael, f"Firma {number}")
    an_organisation(michael, "<b>Vet</b>")
    assert client.get("/people/organisations/options/?organisation=firma").content.count(b"<option") == 20
    found = client.get("/people/organisations/options/?organisation=vet").content
    assert b"&lt;b&gt;Vet" in found


def test_without_type_ahead_it_is_a_plain_list(client: Client, michael: User) -> None:
    """R6: with `CRM_Autocomplete` False the field is a list to choose from."""
    settings.add_setting(actor=by(michael), type_name="CRM_Autocomplete", value="False")
    firm = an_organisation(michael)
    assert b'<select name="organisation"' in client.get("/people/persons/add/").content
    assert send(client, firm.pk) == 302
    assert Person.objects.get().organisation == firm


def test_strangers_get_no_suggestions(client: Client) -> None:
    """R73: who has not signed in learns no names."""
    assert client.get("/people/organisations/options/?organisation=a").status_code == 302
