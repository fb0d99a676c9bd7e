"""Text in cards: what one program writes by the rules of a version is what comes out, whatever the text."""

import io
import quopri
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from m365_sandbox.importing.contact import ImportedContact, Rejected
from m365_sandbox.importing.vcard import read_vcards

# What a text can hold: no control characters, and no white space at its ends, which import takes off.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd\ufffe\uffff") | st.just("\n"),
    min_size=1,
    max_size=200,
).filter(lambda text: text == text.strip() and text.strip(" ;,\t"))


def one(content: bytes) -> ImportedContact:
    """The only contact of a file."""
    (entry,) = read_vcards(io.BytesIO(content))
    assert isinstance(entry, ImportedContact), entry
    return entry


def escaped(text: str) -> str:
    """Text by RFC 6350 §3.4."""
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def folded(line: str, width: int) -> bytes:
    """A line by RFC 6350 §3.2, cut between bytes."""
    content = line.encode()
    pieces = [content[:width], *(content[n : n + width] for n in range(width, len(content), width))]
    return b"\r\n ".join(pieces) + b"\r\n"


def card(*lines: bytes, version: str) -> bytes:
    """A card with these lines."""
    return f"BEGIN:VCARD\r\nVERSION:{version}\r\n".encode() + b"".join(lines) + b"END:VCARD\r\n"


@given(text=TEXTS, width=st.integers(10, 100), version=st.sampled_from(["3.0", "4.0"]))
@settings(deadline=None)
def test_what_is_escaped_and_folded_comes_out(text: str, width: int, version: str) -> None:
    """RFC 6350 §3.2 and §3.4: notes of any text, folded anywhere."""
    found = one(card(folded(f"NOTE:{escaped(text)}", width), version=version))
    assert (found.properties, found.notes) == ({"personalNotes": text}, ())


@given(surname=TEXTS, given_name=TEXTS, width=st.integers(10, 100))
@settings(deadline=None)
def test_components_come_out_apart(surname: str, given_name: str, width: int) -> None:
    """RFC 6350 §6.2.2: an escaped semicolon or comma does not cut."""
    found = one(card(folded(f"N:{escaped(surname)};{escaped(given_name)};;;", width), version="3.0"))
    assert found.properties == {"surname": surname, "givenName": given_name}


@given(text=TEXTS.filter(lambda text: "\\" not in text))
@settings(deadline=None)
def test_quoted_printable_comes_out(text: str) -> None:
    """VCard 2.1 §2.1.3: soft line breaks, line ends within the text as =0D=0A."""
    written = quopri.encodestring(text.replace("\n", "\r\n").encode(), quotetabs=True)
    written = written.replace(b"\r\n", b"=0D=0A").replace(b"=\n", b"=\r\n")
    line = b"NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + written + b"\r\n"
    found = one(card(line, version="2.1"))
    assert (found.properties, found.notes) == ({"personalNotes": text}, ())


@given(content=st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_read_or_said(content: bytes) -> None:
    """Nonsense in a card costs no other card and raises nothing; what it yields is contacts and reasons."""
    whole = card(b"FN:A\r\n", version="3.0") + card(content + b"\r\n", version="3.0") + b"\r\n"
    first, *others = read_vcards(io.BytesIO(whole))
    assert isinstance(first, ImportedContact)
    assert first.properties == {"displayName": "A"}
    assert all(isinstance(each, ImportedContact | Rejected) for each in others)


def test_a_letter_that_says_not_what_it_is_is_read_and_said() -> None:
    """A card that is no UTF-8 and names no character set is read as Windows-1252, and says so once."""
    found = one(card("FN:Café Zoë €\r\nNOTE:é\r\n".encode("cp1252"), version="3.0"))
    assert found.properties == {"displayName": "Café Zoë €", "personalNotes": "é"}
    assert found.notes == (
        "The card is not in UTF-8 and names no other character set; it was read as Windows-1252.",
    )


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252"])
def test_a_character_set_that_is_named_is_nothing_to_say(charset: str) -> None:
    """VCard 2.1 §2.1.5: the property names its character set."""
    line = f"FN;CHARSET={charset}:Zoë\r\n".encode("cp1252")
    found = one(card(line, version="2.1"))
    assert (found.properties, found.notes) == ({"displayName": "Zoë"}, ())


def test_utf_8_that_was_cut_within_a_letter_stays_utf_8() -> None:
    """A telephone that cuts its notes at a number of bytes spoils one letter, not all."""
    found = one(card(b"NOTE:" + "Zoë uit Curaçao café".encode()[:-1] + b"\r\n", version="3.0"))
    assert found.properties == {"personalNotes": "Zoë uit Curaçao caf\ufffd"}
    assert found.notes == ("NOTE: letters that cannot be read were replaced.",)


def test_a_value_of_many_megabytes_is_cut_and_said() -> None:
    """No line costs more memory than Outlook could take; what is cut is said, except of a picture, which is left out."""
    found = one(card(b"FN:A\r\n", b"NOTE:" + b"x" * 7_000_000 + b"\r\n", version="3.0"))
    assert len(found.properties["personalNotes"]) < 6_000_001
    assert found.notes == ("NOTE is too long and was cut.",)
