"""Mails' sources read, whatever they hold (R36a, R37)."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.items.mail import MailAddress
from crmcorner.mail.mime_parts import DEEPEST, MOST_PARTS
from crmcorner.mail.source import ParsedMail, parse_source
from tests.mail.mails import a_source


def head(line: bytes, body: bytes = b"x") -> ParsedMail:
    """Read a mail of one header field."""
    return parse_source(line + b"\r\n\r\n" + body)


def multipart(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    """Return a mail of these parts."""
    inner = b"".join(b"--B\r\n" + part + b"\r\n" for part in parts)
    return b"Content-Type: multipart/" + kind + b"; boundary=B\r\n\r\n" + inner + b"--B--\r\n"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?Q?Caf=C3=A9_om_5?=", "Café om 5"),
        (b"=?ISO-8859-1?q?Sm=F8rrebr=F8d?= nu", "Smørrebrød nu"),
        (b"=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
        (b"=?utf-8?B?8J+O?=\r\n =?utf-8?B?iQ==?=", "🎉"),
        (b"=?utf-8*nl?Q?taal?=", "taal"),
        (b"=?iso-2022-jp?B?GyRCJCIbKEI=?=", "あ"),
        (b"=?gb2312?B?xOO6ww==?=", "你好"),
        (b"=?koi8-r?B?8NLJ18XU?=", "Привет"),
        (b"=?windows-1252?Q?=80_100?=", "€ 100"),
        (b"=?iso-8859-1?Q?=80_100?=", "€ 100"),
        (b"=?bestaat-niet?Q?caf=E9?=", "café"),
        (b"=?utf-8?B?kapot", "=?utf-8?B?kapot"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"Caf\xc3\xa9", "Café"),
        (b"Caf\xe9", "Café"),
        (b"een\r\n\ttwee", "een twee"),
        (b"", ""),
    ],
)
def test_subjects_in_every_charset(raw: bytes, subject: str) -> None:
    """R37: encoded words, raw bytes, unknown and wrong charsets; what cannot be read stays as it is."""
    assert head(b"Subject: " + raw).subject == subject


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b'attachment; filename="offerte.pdf"', "offerte.pdf"),
        (b"attachment; filename=zonder aanhaling.pdf", "zonder aanhaling.pdf"),
        (b"attachment; filename*=utf-8''%E2%82%AC%20100.pdf", "€ 100.pdf"),
        (b"attachment; filename*0*=iso-8859-1'nl'Caf%E9; filename*1=\" 2.pdf\"", "Café 2.pdf"),
        (b'attachment; filename="=?utf-8?Q?=E2=82=AC.pdf?="', "€.pdf"),
        (b'attachment; filename="Caf\xc3\xa9.pdf"', "Café.pdf"),
        (b'attachment; filename="Caf\xe9.pdf"', "Café.pdf"),
        (b"attachment; filename*=utf-9''%FF.pdf", "ÿ.pdf"),
        (b"attachment; filename=", "application.pdf"),
        (b"attachment", "application.pdf"),
    ],
)
def test_names_of_attachments(raw: bytes, name: str) -> None:
    """R36: RFC 2231 in parts and charsets, RFC 2047 within quotes, raw bytes; a nameless one gets a name."""
    source = multipart(b"Content-Type: application/pdf\r\nContent-Disposition: " + raw + b"\r\n\r\n%PDF")
    assert [part.name for part in parse_source(source).parts] == [name]


@pytest.mark.parametrize(
    ("coding", "body", "content"),
    [
        (b"base64", b"aGFsbG8=", b"hallo"),
        (b"BASE64", b"aGFs\r\n bG8", b"hallo"),
        (b"base64", b"aGFs!!bG8=\r\n-- \r\nvoettekst", None),
        (b"base64", b"aGFsb", b"hal"),
        (b"base64", b"aGE=bGxv", b"hallo"),
        (b"base64", b"", b""),
        (b"quoted-printable", b"a=3Db=\r\nc=E9=zz", b"a=bc\xe9=zz"),
        (b"x-uuencode", b"begin 644 a.bin\r\n%:&%L;&\\\r\n`\r\nend\r\n", b"hallo"),
        (b"binary", b"\x00\xff\r\nx", b"\x00\xff\r\nx"),
        (b"7bit", b"regel 1\r\nregel 2\r\n", b"regel 1\r\nregel 2\r\n"),
        (b"bestaat-niet", b"\xffx", b"\xffx"),
    ],
)
def test_bytes_of_attachments(coding: bytes, body: bytes, content: bytes | None) -> None:
    """R36: whatever they travelled in; broken codings give what they can."""
    lines = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: " + coding
    (part,) = parse_source(multipart(lines + b"\r\n\r\n" + body)).parts
    if content is None:
        assert part.content.startswith(b"hallo")
    else:
        assert part.content == content


def test_every_byte_of_a_large_attachment_arrives() -> None:
    """R36: 30 MB in are 30 MB out."""
    content = hashlib.sha256(b"seed").digest() * (30 * 1024 * 1024 // 32)
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    lines = b"Content-Type: application/zip; name=groot.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    (part,) = parse_source(multipart(lines + body)).parts
    assert (part.name, hashlib.sha256(part.content).digest()) == (
        "groot.zip",
        hashlib.sha256(content).digest(),
    )


def test_files_within_a_text_are_taken_out() -> None:
    """R36: as mail programs wrote them before MIME, several in one text; a line that says begin is no file."""
    body = b'Dag\nbegin 644 a.txt\n%:&%L;&\\\n`\nend\nen\nbegin 644 b.txt\n"9F8*\n`\nend\ndoei\nbegin morgen vroeg\n'
    found = head(b"Subject: x", body)
    assert [(part.name, part.content) for part in found.parts] == [("a.txt", b"hallo"), ("b.txt", b"ff")]
    assert found.text == "Dag\nen\ndoei\nbegin morgen vroeg"


def test_a_mail_within_a_mail_is_one_attachment() -> None:
    """R36a: with the very bytes, its own attachments within it, named after its subject."""
    inner = a_source(heads={"Subject": "Oude offerte"}, attach={"a.pdf": b"%PDF"})
    found = parse_source(
        multipart(b"Content-Type: text/plain\r\n\r\nZie", b"Content-Type: message/rfc822\r\n\r\n" + inner)
    )
    assert [(part.name, part.content) for part in found.parts] == [("Oude offerte.eml", inner)]
    assert (found.subject, found.text) == ("", "Zie")


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        (b"jan@smit.example", [("jan@smit.example", "")]),
        (
            b'"Smit, Jan" <jan@smit.example>, els@x.example',
            [("jan@smit.example", "Smit, Jan"), ("els@x.example", "")],
        ),
        (b"jan@smit.example (Jan Smit)", [("jan@smit.example", "Jan Smit")]),
        (
            b"Vrienden: a@x.example, B <b@x.example>;, c@x.example",
            [("a@x.example", ""), ("b@x.example", "B"), ("c@x.example", "")],
        ),
        (b"undisclosed-recipients:;", []),
        (b"=?utf-8?Q?J=C3=B6rg=2C_Dr=2E?= <j@x.example>", [("j@x.example", "Jörg, Dr.")]),
        (b'"niet dicht <a@x.example>, b@x.example', [("a@x.example", '"niet dicht'), ("b@x.example", "")]),
        (b"Jan jan@smit.example", [("jan@smit.example", "Jan")]),
        (b'"jan\\"s" <jan@smit.example>', [("jan@smit.example", 'jan"s')]),
        (b"<jan@smit.example", [("jan@smit.example", "")]),
        (b",,;,", []),
        (b"geen adres", []),
    ],
)
def test_people_as_programs_write_them(raw: bytes, people: list[tuple[str, str]]) -> None:
    """R32: names with commas, comments, groups, encoded names, quotes that are never closed."""
    found = head(b"To: " + raw).to
    assert [(each.email, each.name) for each in found] == people


def test_ten_thousand_recipients_are_read() -> None:
    """Bad input: every one of them."""
    line = b"To: " + b",\r\n ".join(b'"N, %d" <p%d@x.example>' % (each, each) for each in range(10_000))
    found = head(line).to
    assert (len(found), found[-1]) == (10_000, MailAddress(email="p9999@x.example", name="N, 9999"))


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        (b"Tue, 3 Nov 2026 10:30:00 +0100", datetime(2026, 11, 3, 9, 30, tzinfo=UTC)),
        (b"3 Nov 2026 09:30 -0000", datetime(2026, 11, 3, 9, 30, tzinfo=UTC)),
        (b"di, 3 nov. 2026", None),
        (b"Tue, 31 Feb 2026 10:00:00 +0000", None),
        (b"Tue, 3 Nov 2026 10:30:00 +9999999", None),
        (b"Fri, 31 Dec 9999 23:59:59 -2359", None),
        (b"", None),
    ],
)
def test_dates(raw: bytes, date: datetime | None) -> None:
    """Bad input: a date that cannot be is none."""
    assert head(b"Date: " + raw).date == date


def test_neither_depth_nor_number_of_parts_stops_it() -> None:
    """Bad input: parts nested a thousand deep and a hundred thousand parts are read as far as is sensible."""
    deep = b"diep"
    for level in range(1_000):
        deep = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) + deep
    assert len(parse_source(deep).text) > 0
    assert DEEPEST < 1_000
    many = multipart(*[b"Content-Type: application/x\r\n\r\nx"] * 100_000)
    assert 0 < len(parse_source(many).parts) <= MOST_PARTS


def test_nothing_at_all() -> None:
    """Bad input: no From, no Date, no line: an empty mail."""
    assert parse_source(b"") == ParsedMail()
    assert parse_source(b"\r\n\r\n").text == ""
    assert parse_source(b"Dag, dit is alles").text == "Dag, dit is alles"
    assert parse_source(b"\x00\x01\x02\xff" * 1000).sender is None


@given(
    st.binary(max_size=300),
    st.sampled_from([b"Content-Type: ", b"Subject: ", b"To: ", b"Date: ", b"References: "]),
)
def test_no_bytes_make_it_fail(body: bytes, name: bytes) -> None:
    """Bad input: any bytes as a whole, as a header, as a multipart's parts."""
    parse_source(body)
    parse_source(name + body)
    parse_source(multipart(body, b"Content-Disposition: attachment; filename*=" + body))
