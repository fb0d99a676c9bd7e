"""Mails that real programs wrote, through the whole: imported, marked, synchronised, compared field by field (R30-R38).

What is expected was written by hand from reading the files (`tests/mail/real_mails.py`).
"""

import hashlib
from pathlib import Path

import pytest

from crmcorner.folders.file_store import read_kept
from crmcorner.items.email_address import is_plausible
from crmcorner.items.records import Kind
from crmcorner.mail.models import Message
from crmcorner.mail.models.message import AddressRole
from crmcorner.outlook.services import performing
from m365_sandbox.importing.files import import_file
from tests.mail.real_mails import REAL_MAILS, Address, Expected
from tests.mailbox.graph_world import ADDRESS, graph_world
from tests.outlook.world import World

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parents[1] / "sandbox" / "data" / "mail"


def people(message: Message, role: AddressRole) -> set[str]:
    """Return who stands in a line of a mail."""
    return set(message.addresses.filter(role=role).values_list("email", flat=True))


def plausible(pairs: tuple[Address, ...]) -> set[str]:
    """Return the addresses that mail could go to; Outlook shows others, the CRM has no use for them."""
    return {email for email, _name in pairs if is_plausible(email)}


def is_mbox(source: bytes) -> bool:
    """Return whether a file begins with the line that divides the mails of an mbox."""
    return source.startswith(b"From ") and not source.split(b"\n", 1)[0].partition(b"From")[
        2
    ].lstrip().startswith(b":")


def bare(source: bytes) -> bytes:
    """Return the one mail of an mbox, without the line that divides it from others and the empty one after it."""
    mail = source.partition(b"\n")[2]
    end = b"\r\n\r\n" if mail.endswith(b"\r\n\r\n") else b"\n\n"
    return mail[: -len(end) // 2] if mail.endswith(end) else mail


@pytest.mark.parametrize("expected", REAL_MAILS, ids=lambda each: each.file)
def test_what_the_crm_shows_is_what_the_file_says(expected: Expected) -> None:
    """R32, R34, R36, R36a: senders, recipients, dates, subjects in every charset, parts with the bytes that were sent."""
    source = (FILES / expected.file).read_bytes()
    with graph_world() as graph:
        mailbox = graph.state.directory.get(ADDRESS)
        with (FILES / expected.file).open("rb") as handle:
            outcome = import_file(graph.state, mailbox, handle)
        assert (outcome.taken, outcome.rejected) == (1, ())
        (mail,) = graph.state.messages.each(mailbox.n)
        graph.state.update_message(ADDRESS, mail, {"categories": ["CRMcorner", "Golf"]})
        world = World(kinds="Mail")
        for _time in ("first", "second"):
            run = world.start()
            performing.perform_run(run.pk, graph.mailbox)
            run.refresh_from_db()
            assert run.state == "done", (run.problem, run.problem_detail)
        assert not run.lines.filter(kind=Kind.MAIL.value, is_change=True).exists()
        assert graph.state.messages.get(mailbox.n, mail.immutable_id).categories == ("Golf", "Not Found")
    message = Message.objects.get()
    assert message.subject == expected.subject
    sender = expected.sender[0] if expected.sender else ""
    assert message.sender_email == (sender if is_plausible(sender) else message.sender_email)
    assert people(message, AddressRole.TO) == plausible(expected.to)
    assert people(message, AddressRole.CC) == plausible(expected.cc)
    assert (
        f"{message.sent_at:%Y-%m-%d %H:%M:%S}" == expected.date if expected.date else message.sent_at is None
    )
    assert message.body_text.startswith(expected.begins)
    # What an mbox puts around a mail is not the mail's.
    assert read_kept(message.source_sha256) == (bare(source) if is_mbox(source) else source)
    stored = [(part.size, part.sha256, part.inline) for part in message.attachments.order_by("position")]
    assert stored == [(part.size, part.sha256, part.inline) for part in expected.parts]
    for part in message.attachments.all():
        assert hashlib.sha256(read_kept(part.sha256)).hexdigest() == part.sha256


def test_every_file_is_looked_at() -> None:
    """R36: none is left out."""
    assert {path.name for path in FILES.glob("*.eml")} == {each.file for each in REAL_MAILS}
