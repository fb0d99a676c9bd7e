"""Contacts from Outlook's "Comma Separated Values" export, in English, Dutch or German."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from m365_sandbox.importing import extended
from m365_sandbox.importing.contact import ImportedContact, Rejected, UnreadableFileError
from m365_sandbox.importing.csv_columns import DESTINATIONS, ENGLISH, RANKS, normalised
from m365_sandbox.importing.vcard_lines import WINDOWS, encoding_of
from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

_FIELD_MAX = 1 << 24  # characters; notes can be long
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DATE = re.compile(r"(\d{1,4})[./\- ]+(\d{1,2})[./\- ]+(\d{1,4})(?:[ T]+[\d:.]+(?: ?[AaPp][Mm])?)?")
_YES = {"true", "waar", "wahr", "yes", "ja", "1", "-1"}
_LEVELS = {
    "personal": 1, "persoonlijk": 1, "persönlich": 1,
    "private": 2, "privé": 2, "privat": 2,
    "confidential": 3, "vertrouwelijk": 3, "vertraulich": 3,
}  # fmt: skip


def read_contacts(content: bytes) -> Iterator[ImportedContact | Rejected]:
    """The contacts of a CSV export, row by row.

    Args:
        content: the file; UTF-8 with or without a byte order mark, UTF-16, or Windows-1252.

    Raises:
        UnreadableFileError: when it is no such export.
    """
    text, said = _decoded(content)
    text = re.sub("\r\n|\r", "\n", text)
    csv.field_size_limit(_FIELD_MAX)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        headers = next(reader, [])
    except csv.Error:
        headers = []
    columns = [_Column(header.strip(), DESTINATIONS.get(normalised(header))) for header in headers]
    known = sum(column.to is not None for column in columns)
    if not known or (known == 1 and len(columns) > 2):
        raise UnreadableFileError(
            Said(
                "This is neither a vCard file nor a CSV export of Outlook: its first line names no columns of it."
            )
        )
    rows = list(_rows(reader, whole=text.endswith("\n")))
    return _contacts(columns, rows, said)


@dataclass(frozen=True)
class _Column:
    name: str
    to: str | None  # None: not one of Outlook's

    @property
    def rank(self) -> int:
        """Its place among Outlook's columns."""
        return RANKS.get(normalised(self.name), len(RANKS))


@dataclass(frozen=True)
class _Row:
    line: int
    cells: list[str]
    last: bool = False  # and the file does not end its last line


@dataclass
class _Draft:
    properties: JsonObject = field(default_factory=dict)
    extended: dict[str, str] = field(default_factory=dict)
    emails: dict[str, dict[str, str]] = field(default_factory=dict)
    wholes: dict[str, str] = field(default_factory=dict)
    notes: list[Said] = field(default_factory=list)

    def is_empty(self) -> bool:
        emails = any(each.get("address") for each in self.emails.values())
        return not (self.properties or self.extended or self.wholes or emails)


def _decoded(content: bytes) -> tuple[str, Said | None]:
    """The text, and what is to be said about how it was read."""
    try:
        if encoding := encoding_of(content):
            return content.decode(encoding, errors="replace"), None
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        said = Said("The file is not in UTF-8; it was read as Windows-1252. Look at letters with accents.")
        return content.decode(WINDOWS, errors="replace"), said


def _delimiter(text: str) -> str:
    line = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=lambda each: len(next(csv.reader([line], delimiter=each), [])))


def _rows(reader: Iterator[list[str]], *, whole: bool) -> Iterator[_Row | Rejected]:
    pending: _Row | None = None
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            unclosed = "unexpected end" in str(error)
            reason = (
                Said("The file ends inside a quotation; what follows the quotation mark is lost.")
                if unclosed
                else Said("Its quotation marks are not where they belong.")
            )
            if pending:
                yield pending
                pending = None
            yield Rejected(line, reason)
            continue
        if pending:
            yield pending
        pending = _Row(line, cells)
    if pending:
        yield _Row(pending.line, pending.cells, last=not whole)


def _contacts(
    columns: Sequence[_Column], rows: Sequence[_Row | Rejected], said: Said | None
) -> Iterator[ImportedContact | Rejected]:
    day_first = _day_first(columns, [row for row in rows if isinstance(row, _Row)])
    for row in rows:
        if isinstance(row, Rejected):
            yield row
        elif not any(cell.strip() for cell in row.cells):
            continue
        else:
            found = _contact(columns, row, day_first)
            if said and isinstance(found, ImportedContact):
                # It concerns the whole file, and is said once.
                found, said = replace(found, notes=(said, *found.notes)), None
            yield found


def _contact(columns: Sequence[_Column], row: _Row, day_first: bool) -> ImportedContact | Rejected:
    there, wanted = len(row.cells), len(columns)
    extra = [cell for cell in row.cells[wanted:] if cell.strip()]
    if extra or (there < wanted and row.last):
        return Rejected(
            row.line,
            Said(
                "The row has {there} fields where the first line names {wanted}.", there=there, wanted=wanted
            ),
        )
    draft = _Draft()
    if there < wanted:
        draft.notes.append(
            Said(
                "The row has {there} fields instead of {wanted}; the rest is empty.",
                there=there,
                wanted=wanted,
            )
        )
    # A post-office box comes before the street, wherever its column stands.
    for column, cell in sorted(zip(columns, row.cells, strict=False), key=lambda pair: pair[0].rank):
        _place(draft, column, _cleaned(draft, column, cell), day_first)
    if draft.is_empty():
        return Rejected(row.line, Said("The row holds nothing that Outlook could keep."))
    for place in (_place_emails, _place_whole_addresses):
        place(draft)
    return ImportedContact(
        position=row.line, properties=draft.properties, extended=draft.extended, notes=tuple(draft.notes)
    )


def _cleaned(draft: _Draft, column: _Column, cell: str) -> str:
    text = _CONTROL.sub("", cell)
    if text != cell:
        draft.notes.append(Said("{name}: characters that no text can hold were taken out.", name=column.name))
    return re.sub(r"\r\n|\r", "\n", text).strip()


def _place(draft: _Draft, column: _Column, value: str, day_first: bool) -> None:
    if not value:
        return
    if not column.to:
        draft.notes.append(_no_room(column, value))
        return
    kind, _, rest = column.to.partition(" ")
    place = _PLACES.get(kind)
    if place is not None:
        place(draft, rest, value)
    elif kind == "date":
        _place_date(draft, column, rest, value, day_first)
    elif kind == "standard":
        if normalised(value) not in rest.split():
            draft.notes.append(_no_room(column, value))
    else:
        draft.properties[column.to] = value


def _no_room(column: _Column, value: str) -> Said:
    if column.to is None:
        return Said("Column {name} is not one of Outlook's: {value}", name=column.name, value=_short(value))
    return Said("{name} has no room in Outlook: {value}", name=column.name, value=_short(value))


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _place_list(draft: _Draft, name: str, value: str) -> None:
    draft.properties.setdefault(name, []).append(value)


def _place_address(draft: _Draft, where: str, value: str) -> None:
    name, part = where.split()
    address = draft.properties.setdefault(name, {})
    address[part] = f"{address[part]}\n{value}" if part in address else value


def _place_whole(draft: _Draft, name: str, value: str) -> None:
    draft.wholes[name] = value


def _place_email(draft: _Draft, where: str, value: str) -> None:
    number, part = where.split()
    draft.emails.setdefault(number, {})[part] = value


def _place_extended(draft: _Draft, name: str, value: str) -> None:
    draft.extended[name] = value


def _place_mark(draft: _Draft, what: str, value: str) -> None:
    if what.startswith("several "):
        several = [each.strip() for each in re.split("[;\n]" if "categories" in what else "[;,\n]", value)]
        draft.properties[what.removeprefix("several ")] = [each for each in several if each]
    elif what == "private" and value.casefold() in _YES:
        draft.extended |= extended.secret(2)
    elif what == "sensitivity" and (level := _LEVELS.get(value.casefold())):
        draft.extended |= extended.secret(level)


_PLACES: dict[str, Callable[[_Draft, str, str], None]] = {
    "list": _place_list,
    "address": _place_address,
    "whole": _place_whole,
    "email": _place_email,
    "extended": _place_extended,
    "mark": _place_mark,
}


def _place_emails(draft: _Draft) -> None:
    entries: list[JsonObject] = []
    for number in sorted(draft.emails):
        email = draft.emails[number]
        address = email.get("address", "")
        if not address:
            continue
        if "@" not in address and email.get("type", "SMTP").upper() != "SMTP":
            draft.notes.append(
                Said(
                    "An address of type {type} has no room: {value}",
                    type=email["type"],
                    value=_short(address),
                )
            )
            continue
        entries.append({"name": email.get("name", address), "address": address})
    if entries:
        draft.properties["emailAddresses"] = entries


def _place_whole_addresses(draft: _Draft) -> None:
    """An address in one column says what its parts say; without them it is the street."""
    for name, value in draft.wholes.items():
        draft.properties.setdefault(name, {"street": value})


def _place_date(draft: _Draft, column: _Column, name: str, value: str, day_first: bool) -> None:
    if not re.search("[1-9]", value):
        return  # 0/0/00: none
    day = _date(value, day_first)
    if day is None:
        draft.notes.append(Said("{name} is not a date: {value}", name=column.name, value=_short(value)))
    elif name == "anniversary":
        draft.extended[extended.ANNIVERSARY] = f"{day.isoformat()}T00:00:00Z"
    else:
        draft.properties[name] = day.isoformat()


def _date(value: str, day_first: bool) -> date | None:
    match = _DATE.fullmatch(value)
    if match is None:
        return date.fromisoformat(value) if re.fullmatch(r"\d{8}", value) and _is_date(value) else None
    first, second, third = (int(number) for number in match.groups())
    if len(match[1]) == 4:
        year, month, day = first, second, third
    else:
        month, day = (second, first) if (day_first and second <= 12) or first > 12 else (first, second)
        year = third
    if year < 100:
        year += 2000 if year < 30 else 1900  # as Windows reads two digits
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _day_first(columns: Sequence[_Column], rows: Sequence[_Row]) -> bool:
    """Whether the file writes the day before the month: its own dates tell, else its language and separator."""
    places = [n for n, column in enumerate(columns) if (column.to or "").startswith("date ")]
    dates = [
        match
        for row in rows
        for place in places
        if place < len(row.cells) and (match := _DATE.fullmatch(row.cells[place].strip()))
        if len(match[1]) < 3
    ]
    if any(int(match[1]) > 12 for match in dates):
        return True
    if any(int(match[2]) > 12 for match in dates):
        return False
    english = any(normalised(column.name) in ENGLISH for column in columns)
    return not english or any("/" not in match[0] for match in dates)
