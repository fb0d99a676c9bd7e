"""The Not Found list and its remedies (R35)."""

import pytest
from django.test import Client
from django.urls import reverse

from crmcorner.accounts.models import User
from crmcorner.items.mail import MailAddress
from crmcorner.mail.lookup import waiting
from crmcorner.mail.models import Message
from crmcorner.mail.services.unknown_addresses import NameGuess, guess_name, suggest
from crmcorner.people.contact_mapping import contact_of
from crmcorner.people.crm_ids import crm_id_of
from tests.builders import a_person, a_user, an_organisation
from tests.mail.mails import a_mail, filed

pytestmark = pytest.mark.django_db

JAN = MailAddress(email="j.jansen@smit.example", name="Jan Jansen")


@pytest.fixture
def michael(client: Client) -> User:
    """Sign Michael in."""
    user = a_user()
    client.force_login(user)
    return user


def a_waiting_mail(user: User, sender: MailAddress = JAN, **values: object) -> Message:
    """File a mail whose sender nobody knows."""
    done = filed(user, a_mail(sender=sender, **values), unknown=(sender.email,))
    return Message.objects.get(pk=done.message_pk)


def test_the_address_is_added_to_a_suggested_person(client: Client, michael: User) -> None:
    """R35: the list offers the person of that name; one click gives him the address and files every waiting mail."""
    jan = a_person(michael, organisation=an_organisation(michael), emails=("jan@thuis.example",))
    first = a_waiting_mail(michael)
    second = a_waiting_mail(michael, message_id="<2@x.example>", subject="Nog iets")
    text = client.get(reverse("mail:not-found-list")).content.decode()
    assert text.count(f'value="{crm_id_of(jan)}"') == 2
    answer = client.post(
        reverse("mail:add-address", args=[first.pk]), {"email": "j.jansen@smit.example", "to": crm_id_of(jan)}
    )
    assert answer["Location"] == reverse("mail:not-found-list")
    assert contact_of(jan).emails == ("jan@thuis.example", "j.jansen@smit.example")
    assert set(Message.objects.values_list("state", flat=True)) == {"filed"}
    assert second.filings.count() == 2


def test_a_new_person_is_prepared(client: Client, michael: User) -> None:
    """R35: the form of a new person is filled in; once saved, the mail is filed by the button, not before."""
    firm = an_organisation(michael, emails=("info@smit.example",))
    mail = a_waiting_mail(michael, MailAddress(email="els.van.dijk@smit.example"))
    text = client.get(reverse("mail:whose", args=[mail.pk])).content.decode()
    link = text.split('href="/people/persons/add/')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(f"/people/persons/add/{link}").content.decode()
    for value in ("els.van.dijk@smit.example", "Els", "van", "Dijk"):
        assert f'value="{value}"' in form
    assert f'value="{firm.pk}" selected' in form or f'value="{firm}"' in form
    els = a_person(michael, given_name="Els", emails=("els.van.dijk@smit.example",), organisation=firm)
    assert reverse("mail:file-known") in client.get(reverse("mail:not-found-list")).content.decode()
    client.post(reverse("mail:file-known"))
    assert mail.filings.filter(person=els).exists()
    assert reverse("mail:file-known") not in client.get(reverse("mail:not-found-list")).content.decode()


def test_someone_else_is_found_by_search(client: Client, michael: User) -> None:
    """R35: any person or organisation can be chosen; an address that is not the mail's cannot."""
    piet = a_person(michael, given_name="Piet", surname="Puk")
    mail = a_waiting_mail(michael)
    url = reverse("mail:whose", args=[mail.pk])
    assert f'value="{crm_id_of(piet)}"' in client.get(url, {"find": "puk"}).content.decode()
    add = reverse("mail:add-address", args=[mail.pk])
    for data in (
        {"email": "michael@firma.example", "to": crm_id_of(piet)},
        {"email": JAN.email, "to": "person:999"},
        {"email": JAN.email},
    ):
        assert client.post(add, data)["Location"] == url
    assert contact_of(piet).emails == ()
    client.post(add, {"email": JAN.email, "to": crm_id_of(piet)})
    assert contact_of(piet).emails == (JAN.email,)


def test_a_waiting_mail_is_filed_by_hand_or_left_out(client: Client, michael: User) -> None:
    """R35, R36a: what is not worth an address is filed under a record all the same, or taken out; both can be undone."""
    firm, mail = an_organisation(michael), a_waiting_mail(michael)
    assert reverse("mail:mail-take-out", args=[mail.pk]) in client.get(f"/mail/{mail.pk}/").content.decode()
    client.post(reverse("mail:mail-take-out", args=[mail.pk]))
    assert Message.objects.get().state == "taken-out"
    assert waiting(michael) == []
    client.post(reverse("mail:mail-put-back", args=[mail.pk]))
    assert [pk for pk, _keys in waiting(michael)] == [mail.pk]
    client.post(reverse("mail:mail-file-elsewhere", args=[mail.pk]), {"add": crm_id_of(firm)})
    assert (Message.objects.get().state, waiting(michael)) == ("filed", [])


def test_others_mails_are_not_in_the_tray(client: Client, michael: User) -> None:
    """R38: neither a colleague nor an administrator sees what waits, nor gives its addresses away."""
    mail, jan = a_waiting_mail(michael), a_person(michael)
    for user in (a_user("eva"), a_user("boss", administrator=True)):
        client.force_login(user)
        assert "Offerte" not in client.get(reverse("mail:not-found-list")).content.decode()
        assert client.get(reverse("mail:whose", args=[mail.pk])).status_code == 404
        post = client.post(
            reverse("mail:add-address", args=[mail.pk]), {"email": JAN.email, "to": crm_id_of(jan)}
        )
        assert post.status_code == 404
        client.post(reverse("mail:file-known"))
    assert Message.objects.get().state == "not-found"


def test_suggestions_by_name_and_by_mail_domain() -> None:
    """R35: who has the name comes first, at the firm of that domain before others; providers' domains tell nothing."""
    michael = a_user()
    smit = an_organisation(michael, emails=("info@smit.example",))
    elsewhere = a_person(michael)
    here = a_person(michael, organisation=smit)
    colleague = a_person(michael, given_name="Els", surname="Dijk", organisation=smit)
    found = suggest(michael, email="jj@smit.example", name="Jan Jansen")
    assert (found.persons, found.organisations) == ([here, elsewhere, colleague], [smit])
    found = suggest(michael, email="e.dijk@smit.example", name="")
    assert found.persons[0] == colleague
    a_person(michael, given_name="Gmail", surname="Gebruiker", organisation=smit, emails=("x@gmail.com",))
    found = suggest(michael, email="onbekend@gmail.com", name="")
    assert (found.persons, found.organisations) == ([], [])


@pytest.mark.parametrize(
    ("email", "name", "guess"),
    [
        ("x@y.example", "Jan van der Berg", NameGuess("Jan", "van der", "Berg")),
        ("x@y.example", "Berg, Jan", NameGuess("Jan", "", "Berg")),
        ("x@y.example", "Jan Smit (Bakkerij)", NameGuess("Jan", "", "Smit")),
        ("jan.smit@y.example", "jan.smit@y.example", NameGuess("Jan", "", "Smit")),
        ("jan.van.der.berg+crm@y.example", "", NameGuess("Jan", "van der", "Berg")),
        ("info@y.example", "", NameGuess("", "", "Info")),
        ("12@y.example", "", NameGuess("", "", "")),
    ],
)
def test_a_name_is_guessed(email: str, name: str, guess: NameGuess) -> None:
    """R35: from the display name, else from the address."""
    assert guess_name(email, name) == guess
