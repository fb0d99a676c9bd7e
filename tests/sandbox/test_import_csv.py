"""Outlook's CSV export into Outlook contacts: every column, three languages, and what may be wrong with a file."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from m365_sandbox.importing import extended
from m365_sandbox.importing.contact import ImportedContact, Rejected, UnreadableFileError
from m365_sandbox.importing.outlook_csv import read_contacts

HEADER = (Path(__file__).parent / "data" / "csv" / "outlook-contacts-header.csv").read_bytes()
COLUMNS = next(csv.reader([HEADER.decode()]))
DUTCH = ("Voornaam", "Achternaam", "Bedrijf", "Werkadres, straat", "Werkadres, plaats", "Telefoon op werk",
         "Mobiele telefoon", "E-mailadres", "Categorieën", "Verjaardag", "Privé")  # fmt: skip
GERMAN = ("Vorname", "Nachname", "Firma", "Straße geschäftlich", "Ort geschäftlich", "Telefon (geschäftlich)",
          "Mobiltelefon", "E-Mail-Adresse", "Kategorien", "Geburtstag", "Privat")  # fmt: skip


def entries(content: str | bytes) -> list[ImportedContact | Rejected]:
    """Everything that a file yields."""
    return list(read_contacts(content.encode() if isinstance(content, str) else content))


def one(content: str | bytes) -> ImportedContact:
    """The only contact of a file."""
    (entry,) = entries(content)
    assert isinstance(entry, ImportedContact), entry
    return entry


def export(*rows: dict[str, str], delimiter: str = ",") -> str:
    """A file as Outlook writes it, with all its columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_every_column_of_outlook_is_known() -> None:
    """No column of a real export is unknown, and each that has a value is either taken or named."""
    row = {name: f"value {n}" for n, name in enumerate(COLUMNS)}
    row |= {"Birthday": "3/21/1980", "Anniversary": "6/2/2010", "Private": "True", "Sensitivity": "Private"}
    row |= {"E-mail Type": "SMTP", "E-mail 2 Type": "SMTP", "E-mail 3 Type": "SMTP"}
    found = one(export(row))
    assert {note.split(" has no room")[0] for note in found.notes} == {
        "Directory Server", "Gender", "Internet Free Busy", "Keywords", "Priority",
    }  # fmt: skip
    said = repr((found.properties, found.extended, found.notes))
    assert [value for value in row.values() if value.startswith("value") and value not in said] == []


def test_a_row_field_by_field() -> None:
    """Names, two phones of a kind, an address with its box, three addresses of mail, several categories."""
    found = one(
        export(
            {
                "Title": "Dr.", "First Name": "Anna", "Middle Name": "M.", "Last Name": "de Vries", "Suffix": "Jr.",
                "Company": "De Vries BV", "Department": "Inkoop", "Job Title": "Hoofd", "Web Page": "http://dv.nl",
                "Business Phone": "023 1", "Business Phone 2": "023 2", "Home Phone 2": "023 3", "Mobile Phone": "06 4",
                "Business Fax": "023 5", "Pager": "6", "Car Phone": "7", "Other Phone": "8",
                "Home Street": "Dorpsstraat 1", "Home Street 2": "2 hoog", "Home Address PO Box": "Postbus 3",
                "Home City": "Haarlem", "Home Postal Code": "2011 AB", "Home Country/Region": "Nederland",
                "E-mail Address": "anna@dv.nl", "E-mail Display Name": "Anna (werk)", "E-mail 3 Address": "a@x.nl",
                "Categories": "Klant;CRMcorner; Relatie", "Children": "Bo; Cas", "Spouse": "Dirk", "Private": "False",
                "Notes": 'een "regel"\r\nen nog een', "Birthday": "0/0/00", "Anniversary": "0/0/00",
                "Gender": "Unspecified", "Priority": "Normal", "Sensitivity": "Normal", "User 1": "u",
            }
        )
    )  # fmt: skip
    assert found.properties == {
        "title": "Dr.", "givenName": "Anna", "middleName": "M.", "surname": "de Vries", "generation": "Jr.",
        "companyName": "De Vries BV", "department": "Inkoop", "jobTitle": "Hoofd", "businessHomePage": "http://dv.nl",
        "businessPhones": ["023 1", "023 2"], "homePhones": ["023 3"], "mobilePhone": "06 4",
        "homeAddress": {
            "street": "Postbus 3\nDorpsstraat 1\n2 hoog",
            "city": "Haarlem",
            "postalCode": "2011 AB",
            "countryOrRegion": "Nederland",
        },
        "emailAddresses": [
            {"name": "Anna (werk)", "address": "anna@dv.nl"},
            {"name": "a@x.nl", "address": "a@x.nl"},
        ],
        "categories": ["Klant", "CRMcorner", "Relatie"], "children": ["Bo", "Cas"], "spouseName": "Dirk",
        "personalNotes": 'een "regel"\nen nog een',
    }  # fmt: skip
    assert found.extended == {
        "String 0x3A24": "023 5",
        "String 0x3A21": "6",
        "String 0x3A1E": "7",
        "String 0x3A1F": "8",
        extended.USER_FIELDS[0]: "u",
    }
    assert found.notes == ()
    assert found.position == 2


@pytest.mark.parametrize("headers", [DUTCH, GERMAN])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_dutch_and_german_in_every_encoding(headers: tuple[str, ...], delimiter: str, encoding: str) -> None:
    """The names of the columns are those of the user's language; the separator too."""
    yes = "Waar" if headers is DUTCH else "Wahr"
    values = ("Zoë", "Müller", "Café", "Weg 1", "Köln", "1", "2", "z@x.nl", "A;B", "21-3-1980", yes)
    lines = (delimiter.join(f'"{each}"' for each in row) for row in (headers, values))
    found = one(
        "\r\n".join(lines).encode(encoding) if encoding != "cp1252" else "\r\n".join(lines).encode("cp1252")
    )
    assert found.properties == {
        "givenName": "Zoë",
        "surname": "Müller",
        "companyName": "Café",
        "businessAddress": {"street": "Weg 1", "city": "Köln"},
        "businessPhones": ["1"],
        "mobilePhone": "2",
        "emailAddresses": [{"name": "z@x.nl", "address": "z@x.nl"}],
        "categories": ["A", "B"],
        "birthday": "1980-03-21",
    }
    assert found.extended == extended.secret(2)


@pytest.mark.parametrize(
    ("header", "written", "expected"),
    [
        ("Birthday", "3/4/1980", "1980-03-04"),
        ("Birthday", "21/3/1980", "1980-03-21"),
        ("Birthday", "3/21/80", "1980-03-21"),
        ("Birthday", "1980-03-21", "1980-03-21"),
        ("Birthday", "19800321", "1980-03-21"),
        ("Birthday", "4-3-1980", "1980-03-04"),
        ("Birthday", "3/21/1980 12:00 AM", "1980-03-21"),
        ("Verjaardag", "4-3-1980", "1980-03-04"),
        ("Verjaardag", "4/3/1980", "1980-03-04"),
        ("Geburtstag", "04.03.05", "2005-03-04"),
    ],
)
def test_birthdays_in_every_order(header: str, written: str, expected: str) -> None:
    """Month or day first: the numbers tell, else the language of the columns and the separator."""
    name = {"Birthday": "Last Name", "Verjaardag": "Achternaam", "Geburtstag": "Nachname"}[header]
    assert one(f"{name},{header}\nA,{written}\n").properties == {"surname": "A", "birthday": expected}


def test_one_date_tells_for_the_whole_file() -> None:
    """A file writes all its dates alike: one with a 21st day settles the others."""
    found = entries("Last Name,Birthday\nA,3/4/1980\nB,21/3/1980\nC,31/2/1980\n")
    assert [entry.properties.get("birthday") for entry in found if isinstance(entry, ImportedContact)] == [
        "1980-04-03",
        "1980-03-21",
        None,
    ]
    assert isinstance(found[2], ImportedContact)
    assert found[2].notes == ("Birthday is not a date: 31/2/1980",)


def test_ragged_rows_are_reported() -> None:
    """Too many fields: rejected. Too few: taken, and said. Places are line numbers, notes of several lines too."""
    found = entries('First Name,Last Name,Notes\nA,B,"x\ny"\nC,D,E,F\nG,H\nI,J,K\n')
    assert [entry.position for entry in found] == [2, 4, 5, 6]
    taken = [entry.properties["surname"] for entry in found if isinstance(entry, ImportedContact)]
    assert taken == ["B", "H", "J"]
    assert isinstance(found[1], Rejected)
    assert str(found[1].reason) == "The row has 4 fields where the first line names 3."
    assert isinstance(found[2], ImportedContact)
    assert found[2].notes == ("The row has 2 fields instead of 3; the rest is empty.",)


@pytest.mark.parametrize("end", ["C,D", 'C,"D\n'])
def test_a_truncated_file_gives_what_is_whole(end: str) -> None:
    """The row that the file ends in is rejected, those before it are taken."""
    first, last = entries(f"First Name,Last Name,Notes\nA,B,x\n{end}")
    assert isinstance(first, ImportedContact)
    assert isinstance(last, Rejected)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just some words\nand more",
        b"a;b;c\n1;2;3",
        b"PK\x03\x04\x00\x00\x08\x00zip",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_export_is_refused(content: bytes) -> None:
    """A file without Outlook's columns is refused as a whole, with what it should be."""
    with pytest.raises(UnreadableFileError, match="neither a vCard file nor a CSV export of Outlook"):
        read_contacts(content)


def test_unknown_columns_are_named() -> None:
    """A column that somebody added is not taken, and said with its value."""
    found = one("Last Name,Shoe size\nA,43\n")
    assert found.notes == ("Column Shoe size is not one of Outlook's: 43",)


def test_nul_is_taken_out_and_empty_rows_pass() -> None:
    """Characters that no text can hold go, with a note; an empty row is none; one with nothing to keep is rejected."""
    taken, rejected = entries("Last Name,Priority\nA\x00B 👩‍🚀,\n,\n,High\n")
    assert isinstance(taken, ImportedContact)
    assert taken.properties == {"surname": "AB 👩‍🚀"}
    assert len(taken.notes) == 1
    assert isinstance(rejected, Rejected)


def test_an_address_inside_exchange_is_named() -> None:
    """A directory name of Exchange is no address of mail."""
    found = one(export({"Last Name": "A", "E-mail Address": "/o=Firm/cn=a", "E-mail Type": "EX"}))
    assert found.properties == {"surname": "A"}
    assert found.notes == ("An address of type EX has no room: /o=Firm/cn=a",)


def test_windows_1252_is_said_once() -> None:
    """A file that is no UTF-8 is read as Outlook for Windows writes it; letters tell whether that was right."""
    first, second = entries("First Name,Last Name\nZoë,B\nC,D\n".encode("cp1252"))
    assert isinstance(first, ImportedContact)
    assert isinstance(second, ImportedContact)
    assert first.properties["givenName"] == "Zoë"
    assert first.notes == (
        "The file is not in UTF-8; it was read as Windows-1252. Look at letters with accents.",
    )
    assert second.notes == ()


def test_an_address_in_one_column_is_the_street_when_its_parts_are_empty() -> None:
    """Google's export for Outlook writes whole addresses beside their parts."""
    header = "Last Name,Home Address,Home City,Business Address,Business City\n"
    found = one(f'{header}A,"Weg 1\nEde",,"Kade 2, Goes",Goes\n')
    assert found.properties == {
        "surname": "A", "homeAddress": {"street": "Weg 1\nEde"}, "businessAddress": {"city": "Goes"},
    }  # fmt: skip
    assert found.notes == ()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    """The line ends of every system, an old Mac's too."""
    first, second = entries(f'First Name,Notes{end}A,"x{end}y"{end}B,{end}')
    assert isinstance(first, ImportedContact)
    assert isinstance(second, ImportedContact)
    assert first.properties == {"givenName": "A", "personalNotes": "x\ny"}
    assert second.properties == {"givenName": "B"}


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), headed=st.booleans())
@example(content=b"a\rb", headed=False)
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes, headed: bool) -> None:
    """Nonsense gives contacts and reasons, or one clear refusal; never a failure."""
    try:
        found = entries((b"First Name,Last Name\n" if headed else b"") + content)
    except UnreadableFileError:
        assert not headed
    else:
        assert all(isinstance(each, ImportedContact | Rejected) for each in found)
