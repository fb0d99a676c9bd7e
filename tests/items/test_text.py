"""Tidying text and the keys that texts are compared by."""

import pytest
from hypothesis import given

from crmcorner.items.text import plain_key, tidy_line, tidy_text
from tests.items.odd_text import HUGE_TEXTS, ODD_TEXTS, any_text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Jan   Jansen ", "Jan Jansen"),
        ("Jan\tJansen", "Jan Jansen"),
        ("Jan\r\nJansen", "Jan Jansen"),
        ("Jan\u00a0Jansen", "Jan Jansen"),
        ("Jan\x00sen", "Jansen"),
        ("Jan\ud83dsen", "Jansen"),
        ("\ufeffJan", "Jan"),
        ("Jose\u0301", "José"),
        ("🎉 feest", "🎉 feest"),
        ("\u200fשלום", "\u200fשלום"),
        ("", ""),
    ],
)
def test_a_line_is_tidied(text: str, line: str) -> None:
    """A line has single blanks, composed letters and no control characters; emoji and writing direction stay."""
    assert tidy_line(text) == line


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a \u2028b", "a\nb"),
        ("\n\na  \n\n b\n", "a\n\n b"),
        ("a\x00\x07b", "ab"),
        ("kolom\tkolom", "kolom\tkolom"),
        ("", ""),
    ],
)
def test_a_text_keeps_its_lines(text: str, tidy: str) -> None:
    """A text of several lines keeps them, with one kind of line end and without blanks at their ends."""
    assert tidy_text(text) == tidy


@given(any_text)
def test_tidying_twice_is_tidying_once(text: str) -> None:
    """What is tidy stays as it is, and can be stored as UTF-8."""
    line, lines = tidy_line(text), tidy_text(text)
    assert tidy_line(line) == line
    assert tidy_text(lines) == lines
    assert (line + lines).encode().find(0) == -1


@given(any_text)
def test_a_key_is_its_own_key(text: str) -> None:
    """The key of a key is the key, and case does not matter."""
    key = plain_key(text)
    assert plain_key(key) == key
    assert plain_key(text.casefold()) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "CAFE"),
        ("'t Hart", "t hart"),
        ("Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("Straße", "STRASSE"),
    ],
)
def test_keys_leave_out_case_accents_and_punctuation(one: str, other: str) -> None:
    """R44: names are compared without case, accents and punctuation."""
    assert plain_key(one) == plain_key(other)


@pytest.mark.parametrize("text", [*ODD_TEXTS, *HUGE_TEXTS], ids=lambda text: ascii(text)[:12])
def test_odd_text_is_tidied_without_complaint(text: str) -> None:
    """NUL bytes, lone surrogates and 10,000 characters become something that can be stored."""
    assert "\x00" not in tidy_line(text)
    tidy_text(text).encode()
    plain_key(text)
