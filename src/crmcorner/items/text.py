"""Text made tidy: what no field of the CRM or of Outlook can hold is taken out, nothing else."""

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
_PLAIN = re.compile(r"[ -~]*")
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


def tidy_line(text: str) -> str:
    """Return one line: no control characters, single blanks, composed letters (NFC). Emoji and bidi marks stay."""
    if _PLAIN.fullmatch(text):
        return " ".join(text.split()) if "  " in text else text.strip()
    composed = unicodedata.normalize("NFC", _CONTROLS.sub("", text.replace("\t", " ")))
    return _SPACES.sub(" ", composed).strip()


def tidy_text(text: str) -> str:
    """Return text of several lines: ``\\n`` between them, no blanks at their ends, no control characters."""
    if not text:
        return ""
    composed = unicodedata.normalize("NFC", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))
    return "\n".join(line.rstrip() for line in composed.split("\n")).strip("\n")


def plain_key(text: str) -> str:
    """Return what texts are compared by: letters and digits only, without case and accents."""
    if not text.isascii():
        # Twice: taking letters apart can show capitals (of mathematical letters), folding can show accents.
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _NEITHER_LETTER_NOR_DIGIT.sub("", text.casefold())
