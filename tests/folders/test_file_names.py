"""Names of files made safe (R36)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.folders.file_names import LONGEST, free_name, name_key, safe_name, split_ending


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Offerte 2026.pdf", "Offerte 2026.pdf"),
        ("..\\..\\con.txt", "_con.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jan\\brief.docx", "brief.docx"),
        ("\\\\server\\share\\brief.docx", "brief.docx"),
        ("/etc/passwd", "passwd"),
        ("Notulen 1/2.pdf", "Notulen 1_2.pdf"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("LPT1 .txt", "_LPT1 .txt"),
        ("com¹.txt", "_com¹.txt"),
        ("console.txt", "console.txt"),
        ("a\x00b\r\nc\x7f.txt", "abc.txt"),
        ("gnp.\u202eexe", "gnp.exe"),
        ("onzichtbaar\u200b\ufeff.txt", "onzichtbaar.txt"),
        ("einde. . .", "einde"),
        ("  begin.txt ", "begin.txt"),
        ('vraag?*|<>":.txt', "vraag_______.txt"),
        ("bestand.txt:stroom", "bestand.txt_stroom"),
        ("", "file"),
        ("   ", "file"),
        ("...", "file"),
        ("..", "file"),
        ("\\", "file"),
        ("\ud800x.txt", "x.txt"),
        ("e\u0301cole.pdf", "école.pdf"),
        ("かきくけこ.txt", "かきくけこ.txt"),
        ("👩‍👧.png", "👩‍👧.png"),
    ],
)
def test_a_name_is_made_safe(name: str, expected: str) -> None:
    """R36: no path, device, control, direction mark or blank end is left of what a sender wrote."""
    assert safe_name(name) == expected


def test_a_long_name_keeps_its_ending() -> None:
    """R36: the name is cut, the ending stays; letters of several bytes count by bytes too."""
    assert safe_name("x" * 500 + ".pdf") == "x" * (LONGEST - 4) + ".pdf"
    long = safe_name("か" * 500 + ".txt")
    assert long.endswith("か.txt")
    assert len(long.encode()) <= 240


@given(st.text(max_size=400))
def test_any_name_becomes_safe(name: str) -> None:
    """R36: whatever is handed over; and what is safe stays as it is."""
    safe = safe_name(name)
    assert safe
    assert safe == safe_name(safe)
    assert not set(safe) & set('<>:"|?*/\\')
    assert safe == safe.strip(" ").rstrip(". ")
    assert len(safe) <= LONGEST
    assert len(safe.encode()) <= 240
    assert not {unicodedata.category(letter) for letter in safe if letter != "\u200d"} & {"Cc", "Cf", "Cs"}


def test_a_taken_name_gets_a_number() -> None:
    """R36: nothing is overwritten, whatever the case; the number stands before the ending."""
    taken: set[str] = set()
    names = []
    for name in ("Offerte.pdf", "offerte.PDF", "Offerte.pdf", "lees mij", "lees mij", "x" * 150, "x" * 150):
        found = free_name(name, taken)
        taken.add(name_key(found))
        names.append(found)
    assert names[:5] == ["Offerte.pdf", "offerte (2).PDF", "Offerte (3).pdf", "lees mij", "lees mij (2)"]
    assert names[5:] == ["x" * 150, "x" * 146 + " (2)"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.tar.gz", ("a.tar", ".gz")),
        (".profile", (".profile", "")),
        ("Betreft Jansen B.V. en anderen", ("Betreft Jansen B.V. en anderen", "")),
    ],
)
def test_an_ending_is_short(name: str, parts: tuple[str, str]) -> None:
    """R36: what stands behind the last dot is an ending only if it looks like one."""
    assert split_ending(name) == parts
