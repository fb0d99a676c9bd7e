"""Mails from files: one in an .eml, many in an mbox, however they were written."""

import base64
from io import BytesIO
from pathlib import Path

import httpx2
import pytest

from m365_sandbox.importing.contact import UnreadableFileError
from m365_sandbox.importing.files import Outcome, import_file
from m365_sandbox.importing.mail_file import ImportedMail, read_mail, read_mails
from m365_sandbox.message_type import FILE, ITEM, REFERENCE
from m365_sandbox.state import State
from m365_sandbox.store.mail_records import Message
from tests.sandbox.conftest import ADDRESS

FILES = Path(__file__).parent / "data" / "mail"
PLAIN = b"From: Jan <jan@berg.example>\nTo: anna@example.org\nSubject: Hallo\nMessage-ID: <1@berg.example>\n\nDag!\n"


def imported(state: State, data: bytes) -> Outcome:
    """Import a file into Anna's mailbox."""
    return import_file(state, state.directory.get(ADDRESS), BytesIO(data))


def mails(state: State) -> list[Message]:
    """Anna's mails, the oldest first in her mailbox last."""
    return sorted(state.messages.each(state.directory.get(ADDRESS).n), key=lambda each: each.n)


def read(data: bytes) -> ImportedMail:
    """One mail that can be read."""
    found = read_mail(data)
    assert found is not None
    return found


def mixed(*parts: bytes, head: bytes = b"From: jan@berg.example\n") -> bytes:
    """A mail of several parts."""
    body = b"".join(b"--x\n" + part + b"\n" for part in parts)
    return head + b'Content-Type: multipart/mixed; boundary="x"\n\n' + body + b"--x--\n"


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.glob("*.eml")))
def test_every_real_mail_is_imported(state: State, anna: httpx2.Client, file: str) -> None:
    """Issue: each is taken; $value is its bytes; each file's bytes are what its address answers."""
    data = (FILES / file).read_bytes()
    outcome = imported(state, data)
    assert (outcome.taken, outcome.rejected) == (1, ())
    (mail,) = mails(state)
    assert anna.get(f"/messages/{mail.id}/$value").content in data
    for each in anna.get(f"/messages/{mail.id}/attachments").json()["value"]:
        if each["@odata.type"] == FILE:
            content = anna.get(f"/messages/{mail.id}/attachments/{each['id']}/$value").content
            assert base64.b64decode(each["contentBytes"]) == content


def test_what_the_headers_say(state: State) -> None:
    """RFC 5322, 2047, 2156: people, times, category, importance, sensitivity, encoded words."""
    imported(
        state,
        b"Received: from a by b; Mon, 2 Nov 2026 13:00:05 +0100\nDate: Mon, 2 Nov 2026 13:00:00 +0100\n"
        b'From: =?utf-8?q?J=C3=BCrgen?= <j@b.example>\nSender: s@b.example\nTo: "Vries, A. de" <anna@example.org>, x@y.example\n'
        b"Cc: Groep: a@g.example, b@g.example;\nSubject: =?utf-8?q?Off?= =?utf-8?q?erte?=\nKeywords: CRMcorner, =?utf-8?q?Caf=C3=A9?=\n"
        b"Importance: High\nSensitivity: Private\nX-Status: F\nStatus: O\nMessage-ID: <9@b.example>\n\nTekst\n",
    )
    (mail,) = mails(state)
    has = mail.properties
    assert (mail.received, mail.sent) == ("2026-11-02T12:00:05Z", "2026-11-02T12:00:00Z")
    assert has["from"]["emailAddress"] == {"name": "Jürgen", "address": "j@b.example"}
    assert has["sender"]["emailAddress"]["address"] == "s@b.example"
    assert [each["emailAddress"]["name"] for each in has["toRecipients"]] == ["Vries, A. de", "x@y.example"]
    assert [each["emailAddress"]["address"] for each in has["ccRecipients"]] == ["a@g.example", "b@g.example"]
    assert (has["subject"], mail.categories) == ("Offerte", ("CRMcorner", "Café"))
    assert (has["importance"], has["isRead"], has["flag"]) == ("high", False, {"flagStatus": "flagged"})
    assert (state.sensitivity_of(mail), mail.message_id) == (2, "<9@b.example>")
    assert has["internetMessageHeaders"][0]["name"] == "Received"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_an_mbox_is_taken_apart(state: State, end: bytes) -> None:
    """RFC 4155 and its dialects: quoted lines are given back, text that only begins like a divider stays text."""
    box = (
        b"From jan@berg.example Mon Nov  2 12:00:00 2026\nFrom: jan@berg.example\nSubject: een\nMessage-ID: <1@b>\n\n"
        b">From hier\n>>From daar\n\nFrom de redactie\n\n"
        b"From - Mon Nov  2 13:00:00 2026\nFrom: jan@berg.example\nSubject: twee\nMessage-ID: <2@b>\n\nDag\n\n"
        b"From x\n\n"
    ).replace(b"\n", end)
    outcome = imported(state, box)
    assert (outcome.taken, [str(each.reason) for each in outcome.rejected]) == (2, ["The mail is empty."])
    one, two = mails(state)
    expected = b"From: jan@berg.example\nSubject: een\nMessage-ID: <1@b>\n\nFrom hier\n>From daar\n\nFrom de redactie\n"
    assert state.messages.source(one) == expected.replace(b"\n", end)
    assert (one.received, two.received) == ("2026-11-02T12:00:00Z", "2026-11-02T13:00:00Z")


def test_where_mails_come_to_lie(state: State) -> None:
    """Drafts among the drafts, one's own in Sent Items, what others wrote in the Inbox."""
    imported(state, PLAIN)
    imported(state, b"From: ANNA@example.org\nSubject: mijn\n\nx\n")
    imported(state, b"X-Unsent: 1\nFrom: anna@example.org\nSubject: nog niet\n\nx\n")
    kinds = [state.mail_folders.by_number(each.folder).kind for each in mails(state)]
    assert (kinds, [each.draft for each in mails(state)]) == (
        ["inbox", "sentitems", "drafts"],
        [False, False, True],
    )


def test_a_mail_that_is_there_is_not_stored_again(state: State) -> None:
    """By its Message-ID; one without gets a new one each time."""
    assert imported(state, PLAIN).taken == 1
    again = imported(state, PLAIN)
    assert (again.taken, str(again.rejected[0].reason)) == (
        0,
        "A mail with the Message-ID <1@berg.example> is there already.",
    )


def test_the_three_kinds_of_attachments(state: State, anna: httpx2.Client) -> None:
    """Graph: fileAttachment, itemAttachment, referenceAttachment."""
    inner = b"Content-Type: message/rfc822\n\nFrom: piet@smit.example\nSubject: binnen\n\nDag\n"
    link = b'Content-Type: message/external-body; access-type=URL; url="https://a.example/b.pdf"\n\n'
    file = (
        b"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(b"%PDF")
    )
    imported(state, mixed(b"Content-Type: text/plain\n\nTekst", file, inner, link))
    (mail,) = mails(state)
    found = {
        each["@odata.type"]: each for each in anna.get(f"/messages/{mail.id}/attachments").json()["value"]
    }
    assert set(found) == {FILE, ITEM, REFERENCE}
    values = {
        kind: anna.get(f"/messages/{mail.id}/attachments/{each['id']}/$value") for kind, each in found.items()
    }
    assert values[FILE].content == b"%PDF"
    assert values[ITEM].content == b"From: piet@smit.example\nSubject: binnen\n\nDag\n"
    assert values[REFERENCE].status_code == 405
    expanded = anna.get(
        f"/messages/{mail.id}/attachments?$expand=microsoft.graph.itemattachment/item"
    ).json()["value"]
    assert [each["item"]["subject"] for each in expanded if "item" in each] == ["binnen"]


def test_pictures_in_the_text_are_inline(state: State, anna: httpx2.Client) -> None:
    """Graph: message: hasAttachments is false where all that hangs on it is inline; the HTML is the text."""
    related = (
        b'Content-Type: multipart/related; boundary="y"\n\n--y\nContent-Type: multipart/alternative; boundary="z"\n\n'
        b"--z\nContent-Type: text/plain\n\nplat\n--z\nContent-Type: text/html\n\n<p>mooi</p>\n--z--\n"
        b"--y\nContent-Type: image/png\nContent-ID: <p1@x>\n\nPNG\n--y--\n"
    )
    imported(state, b"From: jan@berg.example\n" + related)
    (mail,) = mails(state)
    shown = anna.get(f"/messages/{mail.id}").json()
    assert (shown["hasAttachments"], shown["body"]["contentType"], "mooi" in shown["body"]["content"]) == (
        False,
        "html",
        True,
    )
    (picture,) = anna.get(f"/messages/{mail.id}/attachments").json()["value"]
    assert (picture["isInline"], picture["contentId"]) == (True, "p1@x")


HOSTILE = {
    "no From, no Date": b"Subject: leeg\n\nx\n",
    "headers alone": b"From: jan@berg.example\nSubject: x",
    "unknown charset": b"From: jan@berg.example\nContent-Type: text/plain; charset=klingon\n\ncaf\xe9\n",
    "bytes of eight bits": b"From: J\xfcrgen <j@b.example>\nSubject: caf\xe9 \xff\n\nx\n",
    "broken words": b"From: jan@berg.example\nSubject: =?utf-8?b?!!!?= =?x?q?a?= =?utf-8?q?=ZZ?=\n\nx\n",
    "broken base64": mixed(b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n!!!=a=="),
    "no boundary": b"From: jan@berg.example\nContent-Type: multipart/mixed\n\n--x\n\nTekst\n",
    "no end": mixed(b"Content-Type: text/plain\n\nTekst")[:-6],
    "NUL": b"From: jan@berg.example\nSubject: a\n\nx\0y\x01\n",
    "NUL in the subject": b"From: jan@berg.example\nSubject: =?utf-8?q?a=00b=07?=\n\nx\n",
    "dates": b"From: jan@berg.example\nDate: Mon, 1 Jan 0001 00:00:00 +0000\nReceived: x; 99 Foo 9999\n\nx\n",
    "year 9999": b"From: jan@berg.example\nDate: Fri, 31 Dec 9999 23:59:59 -1200\n\nx\n",
    "a name that is a path": mixed(b'Content-Disposition: attachment; filename="..\\..\\con.txt"\n\nx'),
    "a broken name": mixed(b"Content-Disposition: attachment; filename*=klingon''%ff%fe; filename*0*=x\n\nx"),
    "a header of a megabyte": b"From: jan@berg.example\nX-A: " + b"a" * 1_000_000 + b"\n\nx\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_can_be_read_is_imported(state: State, anna: httpx2.Client, name: str) -> None:
    """Bad input: as far as it goes; Graph answers for it, and its source is kept."""
    outcome = imported(state, HOSTILE[name])
    assert (outcome.taken, outcome.rejected) == (1, ())
    (mail,) = mails(state)
    assert anna.get(f"/messages/{mail.id}?$expand=attachments").status_code == 200
    assert anna.get(f"/messages/{mail.id}/$value").content == HOSTILE[name]


def test_ten_thousand_recipients(state: State) -> None:
    """Bad input: all of them."""
    people = b", ".join(b"n%d@berg.example" % number for number in range(10_000))
    imported(state, b"From: jan@berg.example\nTo: " + people + b"\n\nx\n")
    assert len(mails(state)[0].properties["toRecipients"]) == 10_000


def test_thirty_megabytes(state: State, anna: httpx2.Client) -> None:
    """Bad input: taken, byte for byte."""
    content = bytes(range(256)) * 120_000
    file = b"Content-Type: application/octet-stream; name=groot.bin\nContent-Transfer-Encoding: base64\n\n"
    imported(state, mixed(b"\nTekst", file + base64.encodebytes(content)))
    (mail,) = mails(state)
    (attached,) = state.attachments.of(mail)
    assert anna.get(f"/messages/{mail.id}/attachments/{attached.id}/$value").content == content


def test_parts_without_end(state: State) -> None:
    """Bad input: 1,000 multiparts in each other: the headers come in, the source is kept, and it is said."""
    deep = b"Content-Type: text/plain\n\nkern"
    for number in range(1000):
        deep = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%s\n--b%d--\n' % (
            number,
            number,
            deep,
            number,
        )
    outcome = imported(state, b"From: jan@berg.example\nSubject: diep\n" + deep)
    assert (outcome.taken, mails(state)[0].properties["subject"]) == (1, "diep")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + b"\0" * 100, b"%PDF-1.7\n\n", b"Dit: is\ngeen mail\n\nx", b"", b"\0" * 50]
)
def test_what_is_no_mail_is_refused(state: State, data: bytes) -> None:
    """Bad input: a sentence says so, and nothing is made."""
    with pytest.raises(UnreadableFileError):
        imported(state, data)
    assert mails(state) == []


def test_an_mbox_with_something_else_in_it() -> None:
    """Bad input: what is no mail is refused by itself, the others are read."""
    found = list(read_mails(b"From a\nFrom: j@b.example\n\nx\n\nFrom b\nklets: ja\n\nx\n"))
    assert [type(each).__name__ for each in found] == ["ImportedMail", "Rejected"]


def test_answers_join_the_conversation(state: State) -> None:
    """RFC 5322, 3.6.4: by References and In-Reply-To."""
    imported(state, PLAIN)
    imported(state, b"From: anna@example.org\nIn-Reply-To: <1@berg.example>\nMessage-ID: <2@x>\n\nJa\n")
    imported(
        state, b"From: jan@berg.example\nReferences: <1@berg.example> <2@x>\nMessage-ID: <3@x>\n\nMooi\n"
    )
    imported(state, b"From: jan@berg.example\nMessage-ID: <4@x>\n\nIets anders\n")
    one, two, three, four = mails(state)
    assert one.conversation == two.conversation == three.conversation != four.conversation


def test_a_mail_made_of_json_has_its_source(state: State, anna: httpx2.Client) -> None:
    """Graph: Get MIME content: it says what the message says, and is the same every time."""
    content = bytes(range(256))
    file = {
        "@odata.type": FILE,
        "name": "é.bin",
        "contentType": "image/png",
        "contentBytes": base64.b64encode(content).decode(),
    }
    body = {
        "subject": "Offerte – één",
        "body": {"contentType": "html", "content": "<p>Beste Jürgen</p>"},
        "toRecipients": [{"emailAddress": {"name": 'Jürgen "J." de Vries', "address": "j@b.example"}}],
        "importance": "high",
        "attachments": [file],
    }
    made = anna.post("/messages", json=body).json()
    source = anna.get(f"/messages/{made['id']}/$value").content
    assert source == anna.get(f"/messages/{made['id']}/$value").content
    again = read(source)
    assert again.properties["subject"] == "Offerte – één"
    assert again.properties["toRecipients"] == body["toRecipients"]
    assert (again.properties["importance"], again.properties["body"]["content"].strip()) == (
        "high",
        "<p>Beste Jürgen</p>",
    )
    assert [each.content for each in again.attachments] == [content]
    assert [each.properties["name"] for each in again.attachments] == ["é.bin"]


def test_a_draft_is_made_of_mime(anna: httpx2.Client) -> None:
    """Graph: Create message: MIME in Base64, as text/plain; anything else is refused."""
    headers = {"Content-Type": "text/plain"}
    made = anna.post("/messages", content=base64.b64encode(PLAIN), headers=headers)
    assert (made.status_code, made.json()["subject"], made.json()["isDraft"]) == (201, "Hallo", True)
    assert anna.post("/messages", content=b"!", headers=headers).status_code == 400
    assert anna.post("/messages", content=base64.b64encode(b"klets"), headers=headers).status_code == 400
