"""The pages of mails: list, one mail, its parts, panels, search; who sees what (R36a, R37, R38)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crmcorner.accounts.models import User
from crmcorner.mail.models import Attachment, Message
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.models import Organisation
from tests.builders import a_person, a_user, an_organisation
from tests.mail.mails import PDF, WHEN, a_filed_mail, a_source

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
HTML = (
    b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<p onclick='x()'>Dag<script>alert(1)</script> "
    b'<img src="cid:plaatje@smit"><img src="https://volger.example/p.gif"></p>\r\n--B\r\n'
    b"Content-Type: image/png; name=logo.png\r\nContent-ID: <plaatje@smit>\r\nContent-Disposition: inline\r\n"
    b"Content-Transfer-Encoding: binary\r\n\r\n" + PNG + b"\r\n--B--\r\n"
)


@pytest.fixture
def michael(client: Client) -> User:
    """Sign Michael in."""
    user = a_user()
    client.force_login(user)
    return user


@pytest.fixture
def smit(michael: User) -> Organisation:
    """Return a customer of his."""
    return an_organisation(michael)


def text_of(answer: Any) -> str:
    """Return a page's text."""
    return str(answer.content.decode())


def page(client: Client, name: str, *args: object, **query: str) -> str:
    """Return a page that must be there."""
    answer = client.get(reverse(f"mail:{name}", args=args), query)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_list_shows_conversations_newest_first(client: Client, michael: User, smit: Organisation) -> None:
    """R37: one line for each conversation, by its newest mail; search and filter by whom it is filed under."""
    ids = crm_id_of(smit)
    a_filed_mail(michael, ids, message_id="<1@x.example>", subject="Dakgoot")
    reply = a_source(heads={"References": "<1@x.example>"})
    a_filed_mail(
        michael,
        ids,
        message_id="<2@x.example>",
        subject="Re: Dakgoot",
        source=reply,
        sent=WHEN + timedelta(hours=1),
    )
    a_filed_mail(
        michael, crm_id_of(an_organisation(michael, "Dekker")), message_id="<3@x.example>", subject="Ladder",
        source=a_source(text="Komt donderdag.", attach={"bon.pdf": PDF}), sent=WHEN + timedelta(minutes=5),
    )  # fmt: skip
    text = page(client, "mail-list")
    assert text.index("Re: Dakgoot") < text.index("Ladder")
    assert ">Dakgoot<" not in text
    for words, there in (
        ("donderdag", True),
        ("BON.pdf", True),
        ("jan@smit", True),
        ("ladder komt", True),
        ("regen", False),
    ):
        assert ("Ladder" in page(client, "mail-list", q=words)) is there
    assert "Ladder" not in page(client, "mail-list", about=ids)
    assert "Bakkerij Smit" in page(client, "mail-list", about=ids)
    assert "Re: Dakgoot" in page(client, "organisation_mails", smit.pk)
    assert "Re: Dakgoot" in page(client, "home_mails")
    newest = Message.objects.get(subject="Re: Dakgoot")
    thread = page(client, "mail", newest.pk)
    assert thread.index(">Dakgoot<") < thread.index("<strong>Re: Dakgoot")


def test_a_mail_is_shown_without_what_could_harm(client: Client, michael: User, smit: Organisation) -> None:
    """R37: nothing runs, nothing is fetched from outside until asked; inline images come from us."""
    mail = a_filed_mail(michael, crm_id_of(smit), source=HTML)
    text = page(client, "mail", mail.pk)
    assert f'src="{reverse("mail:body", args=[mail.pk])}"' in text
    assert "?pictures=1" in text
    assert "logo.png" not in text
    body = client.get(reverse("mail:body", args=[mail.pk]))
    picture = Attachment.objects.get()
    assert f'<p>Dag <img src="{reverse("mail:picture", args=[picture.pk])}"><img></p>' in text_of(body)
    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'; img-src 'self';" in policy
    assert "sandbox allow-same-origin allow-popups" in policy
    assert "allow-scripts" not in policy
    assert body.headers["X-Frame-Options"] == "SAMEORIGIN"
    shown = client.get(reverse("mail:body", args=[mail.pk]), {"pictures": "1"})
    assert 'src="https://volger.example/p.gif"' in text_of(shown)
    assert "img-src 'self' https: http:;" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "?pictures=1" in page(client, "mail", mail.pk, pictures="1")
    image = client.get(reverse("mail:picture", args=[picture.pk]))
    assert b"".join(image.streaming_content) == PNG  # type: ignore[attr-defined]
    assert (image.headers["Content-Type"], image.headers["X-Content-Type-Options"]) == (
        "image/png",
        "nosniff",
    )


def test_what_only_calls_itself_a_picture_is_not_shown(
    client: Client, michael: User, smit: Organisation
) -> None:
    """R37: HTML that says it is an image stays a file to be saved."""
    mail = a_filed_mail(michael, crm_id_of(smit), source=HTML.replace(PNG, b"<script>alert(1)</script>"))
    assert client.get(reverse("mail:picture", args=[mail.attachments.get().pk])).status_code == 404


def test_attachments_and_the_original_are_saved_as_files(
    client: Client, michael: User, smit: Organisation
) -> None:
    """R36, R36a: with the bytes that came, as attachments for the browser whatever their type."""
    source = a_source(attach={"..\\..\\con.pdf": PDF})
    mail = a_filed_mail(michael, crm_id_of(smit), source=source)
    part = mail.attachments.get()
    assert "_con.pdf" in page(client, "mail", mail.pk)
    for name, pk, content in (("attachment", part.pk, PDF), ("original", mail.pk, source)):
        answer = client.get(reverse(f"mail:{name}", args=[pk]))
        assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_mail_is_filed_elsewhere_taken_out_and_put_back(
    client: Client, michael: User, smit: Organisation
) -> None:
    """R36a: by its page, with its history."""
    mail = a_filed_mail(michael, crm_id_of(smit))
    dekker = an_organisation(michael, "Dekker Dakwerk")
    url = reverse("mail:mail", args=[mail.pk])
    assert "Dekker Dakwerk" in page(client, "mail", mail.pk, find="dekker")
    elsewhere = reverse("mail:mail-file-elsewhere", args=[mail.pk])
    client.post(elsewhere, {"version": mail.version, "add": crm_id_of(dekker)})
    text = text_of(client.get(url))
    assert f'href="{reverse("people:organisation", args=[dekker.pk])}"' in text
    assert f'href="{reverse("people:organisation", args=[smit.pk])}"' not in text
    client.post(elsewhere, {"version": mail.version, "add": crm_id_of(smit)})
    client.post(elsewhere, {})
    assert list(mail.filings.values_list("organisation", flat=True)) == [dekker.pk]
    client.post(reverse("mail:mail-take-out", args=[mail.pk]))
    client.get(url)  # the message of it
    assert "Offerte" not in page(client, "mail-list")
    assert "Offerte" in page(client, "mail-list", show="out")
    client.post(reverse("mail:mail-put-back", args=[mail.pk]))
    assert "Offerte" in page(client, "organisation_mails", dekker.pk)


def test_owner_colleague_administrator_stranger(client: Client, michael: User, smit: Organisation) -> None:
    """R38, R73: a private mail is there for its owner alone, on every page, in search, and in all its parts."""
    aunt = a_person(michael)
    secret = a_filed_mail(
        michael, crm_id_of(aunt), subject="Erfenis", source=HTML, message_id="<g@x.example>"
    )
    open_mail = a_filed_mail(michael, crm_id_of(smit), source=a_source(attach={"a.pdf": PDF}))
    part = secret.attachments.get()
    lists = [
        reverse("mail:mail-list"), reverse("mail:person_mails", args=[aunt.pk]), reverse("mail:home_mails"),
        reverse("portal:search") + "?q=erfenis+dag", reverse("people:person", args=[aunt.pk]),
    ]  # fmt: skip
    alone = [
        ("mail", secret.pk),
        ("body", secret.pk),
        ("original", secret.pk),
        ("attachment", part.pk),
        ("picture", part.pk),
    ]
    assert ["Erfenis" in text_of(client.get(url)) for url in lists] == [True, True, True, True, False]
    for administrator, status in ((False, 403), (True, 302)):
        client.force_login(a_user(f"iemand{administrator}", administrator=administrator))
        assert not any("Erfenis" in text_of(client.get(url)) for url in lists)
        for name, pk in alone:
            assert client.get(reverse(f"mail:{name}", args=[pk])).status_code == 404
        for name in ("mail-file-elsewhere", "mail-take-out", "mail-put-back"):
            assert client.post(reverse(f"mail:{name}", args=[secret.pk])).status_code == 404
        assert "Offerte" in page(client, "mail-list")
        assert client.post(reverse("mail:mail-take-out", args=[open_mail.pk])).status_code == status
    client.logout()
    for name, pk in alone:
        assert client.get(reverse(f"mail:{name}", args=[pk])).status_code == 302
