"""Mails that no one should send, filed all the same."""

import base64
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from crmcorner.accounts.models import User
from crmcorner.items.mail import MailAddress
from crmcorner.mail.lookup import waiting
from crmcorner.mail.models import Message
from crmcorner.mail.search import find_mails
from crmcorner.people.crm_ids import crm_id_of
from tests.builders import a_user, an_organisation
from tests.mail.mails import WHEN, a_filed_mail, a_mail, a_source, filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def michael(client: Client) -> User:
    """Sign Michael in."""
    user = a_user()
    client.force_login(user)
    return user


@pytest.fixture
def firm(michael: User) -> str:
    """Return a customer's id."""
    return crm_id_of(an_organisation(michael))


def shown(client: Client, mail: Message) -> str:
    """Return the mail's page, which must be there, and so must the lists that it stands in."""
    for url in (reverse("mail:mail-list"), reverse("mail:home_mails"), reverse("mail:body", args=[mail.pk])):
        assert client.get(url).status_code == 200
    answer = client.get(reverse("mail:mail", args=[mail.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_mail_without_anything(client: Client, michael: User, firm: str) -> None:
    """Bad input: no From, no To, no Date, no subject, no id, an empty source."""
    mail = a_filed_mail(michael, firm, message_id="", subject="", sender=None, to=(), sent=None, source=b"")
    assert (mail.state, mail.sent_at, mail.shown_at) == ("filed", None, WHEN)
    assert "(geen onderwerp)" in shown(client, mail) or "(no subject)" in shown(client, mail)


def test_ten_thousand_recipients(client: Client, michael: User, firm: str) -> None:
    """Bad input: all are stored and found, the page lists the first and says how many more."""
    people = tuple(MailAddress(email=f"p{each}@x.example", name=f"P {each}") for each in range(10_000))
    mail = a_filed_mail(michael, firm, to=people)
    assert mail.addresses.count() == 10_001
    text = shown(client, mail)
    assert "p24@x.example" in text
    assert "p25@x.example" not in text
    assert "9975" in text or "9.975" in text or "9,975" in text
    assert find_mails(michael, "p9999@x.example").get() == mail
    unknown = tuple(each.email for each in people)
    done = filed(michael, a_mail(to=people, message_id="<2@x.example>"), unknown=unknown)
    assert waiting(michael) == [(done.message_pk, unknown)]
    assert client.get(reverse("mail:not-found-list")).status_code == 200
    assert client.get(reverse("mail:whose", args=[done.message_pk])).status_code == 200


def test_a_zip_bomb_is_a_file_like_others(client: Client, michael: User, firm: str) -> None:
    """Bad input: it is stored as it came and never opened."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("leeg.bin", bytes(50 * 1024 * 1024))
    mail = a_filed_mail(michael, firm, source=a_source(attach={"bom.zip": packed.getvalue()}))
    assert mail.attachments.get().size == len(packed.getvalue()) < 100_000
    assert "bom.zip" in shown(client, mail)


def test_dates_that_cannot_be_do_not_lead_the_list(client: Client, michael: User, firm: str) -> None:
    """Bad input: a mail of the year 3609 or of 1904 stands where it was received."""
    for number, year in enumerate((1904, 3609)):
        sent = datetime(year, 6, 30, tzinfo=UTC)
        mail = a_filed_mail(michael, firm, message_id=f"<{number}@x.example>", sent=sent)
        assert (mail.sent_at, mail.shown_at) == (sent, WHEN)
        shown(client, mail)
    soon = a_filed_mail(michael, firm, message_id="<9@x.example>", sent=WHEN + timedelta(minutes=5))
    assert soon.shown_at == WHEN + timedelta(minutes=5)


def test_fifty_thousand_nested_elements(client: Client, michael: User, firm: str) -> None:
    """Bad input: the page comes, with the text."""
    html = b"<div>" * 50_000 + b"Midden" + b"</div>" * 50_000
    source = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html
    mail = a_filed_mail(michael, firm, source=source)
    assert mail.body_text == "Midden"
    shown(client, mail)
    assert "Midden" in client.get(reverse("mail:body", args=[mail.pk])).content.decode()


def test_odd_letters_everywhere(client: Client, michael: User, firm: str) -> None:
    """Bad input: controls, halves of surrogate pairs, NUL and five thousand letters in every field."""
    odd = "\x00\ud800\u202e<b>&\r\n" + "x" * 5_000
    name = base64.b64encode(odd.encode("utf-8", "replace")).decode()
    source = (
        f'Subject: x\r\nContent-Type: application/x; name="=?utf-8?B?{name}?="\r\nContent-Disposition: attachment\r\n'
        f"Content-ID: <{'c' * 900}>\r\n\r\nx"
    ).encode()
    mail = a_filed_mail(
        michael, firm, message_id=f"<{odd}>", subject=odd, source=source,
        sender=MailAddress(email=f"{odd}@x.example", name=odd), to=(MailAddress(email="@", name=odd),),
    )  # fmt: skip
    assert len(mail.subject) == 500
    assert len(mail.attachments.get().name) <= 150
    assert "<b>&" not in shown(client, mail)
    assert find_mails(michael, "\ud800\x00 <b>").count() == 1


def test_text_without_end_is_cut_for_reading(client: Client, michael: User, firm: str) -> None:
    """Bad input: five million letters; the original has them all."""
    source = b"Content-Type: text/plain\r\n\r\n" + b"woord " * 900_000
    mail = a_filed_mail(michael, firm, source=source)
    assert (len(mail.body_text) <= 200_000, mail.size) == (True, len(source))
    shown(client, mail)
