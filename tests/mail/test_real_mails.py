"""Mails as real programs wrote them, filed, field by field (R32, R36, R36a)."""

import hashlib
from pathlib import Path

import pytest

from crmcorner.folders.file_store import read_kept
from crmcorner.items.mail import MailAddress
from crmcorner.mail.models import Message
from crmcorner.mail.source import parse_source
from crmcorner.people.crm_ids import crm_id_of
from tests.builders import a_user, an_organisation
from tests.mail.mails import WHEN, a_mail, filed
from tests.mail.real_mails import REAL_MAILS, Expected, Part

FOLDER = Path(__file__).parent.parent / "sandbox" / "data" / "mail"


def test_every_file_has_its_expectations() -> None:
    """R36: none is left out."""
    assert sorted(path.name for path in FOLDER.glob("*.eml")) == sorted(each.file for each in REAL_MAILS)


@pytest.mark.parametrize("expected", REAL_MAILS, ids=lambda each: each.file)
def test_a_real_mail_is_read(expected: Expected) -> None:
    """R32, R36: people, subject in its charset, date, text, and every part with the bytes that were sent."""
    found = parse_source((FOLDER / expected.file).read_bytes())
    assert found.subject == expected.subject
    assert (found.sender and _pair(found.sender)) == expected.sender
    assert tuple(map(_pair, found.to)) == expected.to
    assert tuple(map(_pair, found.cc)) == expected.cc
    assert (f"{found.date:%Y-%m-%d %H:%M:%S}" if found.date else "") == expected.date
    assert found.text.startswith(expected.begins)
    assert bool(found.text) == bool(expected.begins)
    parts = tuple(
        Part(
            each.name,
            each.content_type,
            len(each.content),
            hashlib.sha256(each.content).hexdigest(),
            each.inline,
        )
        for each in found.parts
    )
    assert parts == expected.parts


@pytest.mark.django_db
@pytest.mark.parametrize("expected", REAL_MAILS, ids=lambda each: each.file)
def test_a_real_mail_is_filed(expected: Expected) -> None:
    """R36, R36a: parts in are parts stored, and the original is kept byte by byte."""
    michael, source = a_user(), (FOLDER / expected.file).read_bytes()
    firm = crm_id_of(an_organisation(michael))
    given = parse_source(source)
    mail = a_mail(
        message_id=given.message_id,
        subject=given.subject,
        sender=given.sender,
        to=given.to,
        sent=given.date,
        received=WHEN,
    )
    done = filed(michael, mail, firm, source=source)
    message = Message.objects.get(pk=done.message_pk)
    assert (message.state, message.subject) == ("filed", expected.subject)
    assert read_kept(message.source_sha256) == source
    stored = [(part.size, part.sha256, part.inline) for part in message.attachments.all()]
    assert stored == [(part.size, part.sha256, part.inline) for part in expected.parts]
    for part in message.attachments.all():
        assert hashlib.sha256(read_kept(part.sha256)).hexdigest() == part.sha256


def test_what_a_mail_answers_is_found() -> None:
    """R37: message ids of several fields, with blanks and comments in them; what is none is passed over."""
    found = {each: parse_source((FOLDER / f"{each}.eml").read_bytes()) for each in (
        "multiple_references_with_one_invalid", "example07", "example13", "empty_in_reply_to", "mix_caps_content_type",
    )}  # fmt: skip
    assert found["multiple_references_with_one_invalid"].references == ("foo@bar.net", "baz@bar.net")
    assert found["example07"].references == ("1234@local.machine.example", "3456@example.net")
    assert found["example07"].in_reply_to == ("3456@example.net",)
    assert found["example13"].message_id == "1234@local.machine.example"
    assert found["empty_in_reply_to"].in_reply_to == ()
    assert found["mix_caps_content_type"].message_id == "201002191008.30117.foo.bar@company.com"


def _pair(address: MailAddress) -> tuple[str, str]:
    return address.email, address.name
