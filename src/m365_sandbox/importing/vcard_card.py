"""A card's properties by name, and its values as text: split, decoded and without escapes."""

import re
from dataclasses import dataclass, field

from m365_sandbox.importing.vcard_android import plain_line
from m365_sandbox.importing.vcard_lines import WINDOWS, Line
from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
# The words of labels that say what a type would say; nothing for those that say nothing.
_KINDS = {
    **{word: word for word in ("HOME", "WORK", "FAX", "CELL", "PAGER", "MAIN", "OTHER", "CAR")},
    **dict.fromkeys(("MOBILE", "IPHONE", "PCS", "MOBIEL"), "CELL"),
    **dict.fromkeys(("PAGE", "PHONE", "VOICE", "INTERNET", "PREF"), ""),
    "THUIS": "HOME",
    "WERK": "WORK",
}
_WORDS = re.compile(r"iPhone|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_LABELLED = {"TEL", "ADR", "EMAIL", "URL", "IMPP"}
_SHOWN = 80


@dataclass
class Card:
    """A card on its way to becoming a contact.

    Attributes:
        version: `2.1`, `3.0` or `4.0`, which decides about escapes.
        lines: the properties still to be placed, by name, the preferred one first.
        labels: what `X-ABLabel` calls the group of a property.
        properties, extended, photo, notes: the contact as far as it is made.
    """

    version: str
    lines: dict[str, list[Line]]
    labels: dict[str, str]
    properties: JsonObject = field(default_factory=dict)
    extended: dict[str, str] = field(default_factory=dict)
    photo: bytes | None = None
    notes: list[Said] = field(default_factory=list)

    @classmethod
    def of(cls, lines: list[Line | None]) -> "Card":
        """A card with its lines sorted out; nothing is placed yet."""
        version = next((line.raw.strip() for line in lines if line and line.name == "VERSION"), "3.0")
        card = cls(version, {}, {})
        for line in lines:
            if line is None:
                card.notes.append(Said("A line that is no property was left out."))
            elif line.name == "X-ABLABEL":
                card.labels[line.group] = card.label_text(line)
            else:
                meant = plain_line(line)
                card.lines.setdefault(meant.name, []).append(meant)
        card._note_reading([line for line in lines if line is not None])
        for several in card.lines.values():
            several.sort(key=lambda line: line.preference)
        return card

    def take(self, *names: str) -> list[Line]:
        """The properties of these names that say something; they count as placed."""
        taken = [line for name in names for line in self.lines.pop(name, []) if line.raw.strip(" ;,\t")]
        for line in taken:
            label = self.label(line)
            if line.name in _LABELLED and label and _kinds_of(label) is None:
                self.no_room(f"{'X-ABLabel' if line.group in self.labels else 'TYPE'} ({line.name})", label)
        return taken

    def text(self, line: Line) -> str:
        """The whole value as one text."""
        return self._clean(line, _unescaped(line.decoded(line.raw), self.version))

    def components(self, line: Line, least: int = 0) -> list[str]:
        """The value cut at its semicolons, filled up with empty texts to `least`."""
        pieces = _split(line.raw, ";")
        found = [self._clean(line, _unescaped(line.decoded(piece), self.version)) for piece in pieces]
        return found + [""] * (least - len(found))

    def several(self, line: Line, separators: str = ",") -> list[str]:
        """The value cut at its commas; empty pieces are left out."""
        pieces = _split(line.raw, separators)
        found = [self._clean(line, _unescaped(line.decoded(piece), self.version)) for piece in pieces]
        return [piece for piece in found if piece]

    def joined_components(self, line: Line, least: int, joiners: dict[int, str] | None = None) -> list[str]:
        """Components of which each may be a list (vCard 3.0 and 4.0), such as several middle names, joined."""
        joined = []
        for n, piece in enumerate(_split(line.raw, ";")):
            parts = [piece] if self.version == "2.1" else _split(piece, ",")
            found = [self._clean(line, _unescaped(line.decoded(part), self.version)) for part in parts]
            joined.append((joiners or {}).get(n, " ").join(part for part in found if part))
        return joined + [""] * (least - len(joined))

    def label(self, line: Line) -> str:
        """What the user calls a property: by its group's label, or by a type of his own (`TEL;X-Boat`)."""
        own = (each[2:] for each in line.parameters.get("TYPE", ()) if each[:2].upper() == "X-")
        return (self.labels.get(line.group, "") if line.group else "") or next(own, "")

    def label_text(self, line: Line) -> str:
        """The text of an `X-ABLabel`."""
        text = self.text(line)
        match = _APPLE_LABEL.fullmatch(text)
        return match[1] if match else text

    def kinds(self, line: Line) -> frozenset[str]:
        """The types of a property, in capitals, with those that its label stands for."""
        types = {_KINDS.get(each, each) for each in line.types}
        return frozenset(types | (_kinds_of(self.label(line)) or set()) - {""})

    def no_room(self, name: str, value: str) -> None:
        """Note that a value was not taken."""
        line = " ".join(value.split())
        short = line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
        self.notes.append(Said("{name} has no room in Outlook: {value}", name=name, value=short))

    def _note_reading(self, lines: list[Line]) -> None:
        if any(line.encoding == WINDOWS for line in lines):
            self.notes.append(
                Said(
                    "The card is not in UTF-8 and names no other character set; it was read as Windows-1252."
                )
            )
        for line in lines:
            if line.cut and line.name != "PHOTO":
                self._note_once(Said("{name} is too long and was cut.", name=line.name))

    def _note_once(self, note: Said) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _clean(self, line: Line, text: str) -> str:
        text = re.sub(r"\r\n|\r", "\n", text)
        cleaned = _CONTROL.sub("", text)
        if cleaned != text:
            self._note_once(Said("{name}: characters that no text can hold were taken out.", name=line.name))
        if "\ufffd" in cleaned:
            self._note_once(Said("{name}: letters that cannot be read were replaced.", name=line.name))
        return cleaned.strip()


def _kinds_of(label: str) -> set[str] | None:
    """The types that a label stands for; None when it is more than a type."""
    words = [word.upper() for word in _WORDS.findall(label)]
    return {_KINDS[word] for word in words} if all(word in _KINDS for word in words) else None


def _split(text: str, separators: str) -> list[str]:
    """Cut at separators that no backslash stands before; escapes stay."""
    pieces = [""]
    for token in re.findall(
        rf"\\.|[{re.escape(separators)}]|[^\\{re.escape(separators)}]+|\\", text, re.DOTALL
    ):
        if token in separators:
            pieces.append("")
        else:
            pieces[-1] += token
    return pieces


def _unescaped(text: str, version: str) -> str:
    if "\\" not in text:
        return text
    if version == "2.1":
        return re.sub(r"\\([;,:\\])", r"\1", text)
    return re.sub(r"\\([nN;,:\\])", lambda match: "\n" if match[1] in "nN" else match[1], text)
