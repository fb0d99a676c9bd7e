"""Cards into Outlook contacts: files of real programs field by field, and what may be wrong with a file."""

import base64
import io
import tracemalloc
from pathlib import Path

import pytest

from m365_sandbox.importing import extended
from m365_sandbox.importing.contact import ImportedContact, Rejected
from m365_sandbox.importing.vcard import read_vcards

DATA = Path(__file__).parent / "data" / "vcard"


def entries(content: str | bytes) -> list[ImportedContact | Rejected]:
    """Everything that a file yields."""
    return list(read_vcards(io.BytesIO(content.encode() if isinstance(content, str) else content)))


def one(content: str | bytes) -> ImportedContact:
    """The only contact of a file."""
    (entry,) = entries(content)
    assert isinstance(entry, ImportedContact), entry
    return entry


def card(*lines: str, version: str = "3.0") -> str:
    """A card with these lines."""
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def email(address: str) -> dict[str, str]:
    """An entry of emailAddresses without a name of its own."""
    return {"name": address, "address": address}


def test_outlook_2003_field_by_field() -> None:
    """A card of Outlook 2003: bare parameters, quoted-printable, a certificate in folded base64."""
    found = one((DATA / "outlook-2003.vcf").read_bytes())
    assert found.properties == {
        "surname": "Doe",
        "givenName": "John",
        "title": "Mr.",
        "generation": "III",
        "displayName": "John Doe III",
        "nickName": "Joey",
        "companyName": "Company, The",
        "department": "TheDepartment",
        "jobTitle": "The Job Title",
        "profession": "TheProfession",
        "personalNotes": "This is the note field!!\nSecond line\n\nThird line is empty",
        "businessPhones": ["BusinessPhone"],
        "homePhones": ["HomePhone"],
        "mobilePhone": "MobilePhone",
        "businessAddress": {
            "street": "TheOffice\n123 Main St",
            "city": "Austin",
            "state": "TX",
            "postalCode": "12345",
            "countryOrRegion": "United States of America",
        },
        "businessHomePage": "http://web-page-address.com",
        "birthday": "1980-03-21",
        "emailAddresses": [email("jdoe@hotmail.com")],
    }
    assert found.extended == {"String 0x3A24": "BusinessFaxPhone"}
    assert found.photo is None
    assert {note.split()[0].rstrip(":") for note in found.notes} == {"KEY", "FBURL"}


def test_outlook_2007_field_by_field() -> None:
    """A card of Outlook 2007: Microsoft's own properties, a picture, a second web page."""
    found = one((DATA / "outlook-2007.vcf").read_bytes())
    assert found.properties == {
        "surname": "Angstadt",
        "givenName": "Michael",
        "title": "Mr.",
        "generation": "Jr.",
        "displayName": "Mr. Michael Angstadt Jr.",
        "nickName": "Mike",
        "companyName": "TheCompany",
        "department": "TheDepartment",
        "jobTitle": "TheJobTitle",
        "profession": "TheProfession",
        "personalNotes": "This is the NOTE field\t\nI assume it encodes this text inside a NOTE vCard type.\n"
        "But I'm not sure because there's text formatting going on here.\nIt does not preserve the formatting",
        "businessPhones": ["(111) 555-1111"],
        "homePhones": ["(111) 555-2222"],
        "mobilePhone": "(111) 555-4444",
        "businessAddress": {
            "street": "TheOffice\n222 Broadway",
            "city": "New York",
            "state": "NY",
            "postalCode": "99999",
            "countryOrRegion": "USA",
        },
        "businessHomePage": "http://mikeangstadt.name",
        "birthday": "1922-03-10",
        "emailAddresses": [email("mike.angstadt@gmail.com")],
        "imAddresses": ["im@aim.com"],
        "manager": "TheManagerName",
        "assistantName": "TheAssistantName",
        "spouseName": "TheSpouse",
    }
    assert found.extended == {
        extended.BUSINESS_FAX: "(111) 555-3333",
        extended.CALLBACK: "(111) 555-4444",
        extended.ANNIVERSARY: "2012-08-01T00:00:00Z",
    }
    assert found.photo is not None
    assert (found.photo[:2], found.photo[-2:]) == (b"\xff\xd8", b"\xff\xd9")


def test_outlook_with_two_addresses_field_by_field() -> None:
    """A card of Outlook with a home address, a long note in one line, and a picture with an odd fold."""
    found = one((DATA / "John_Doe_MS_OUTLOOK.vcf").read_bytes())
    note = found.properties.pop("personalNotes")
    assert note.startswith("THIS SOFTWARE IS PROVIDED BY GEORGE EL-HADDAD ''AS IS'' AND ANY EXPRESS")
    assert note.endswith("ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE "
                         "POSSIBILITY OF SUCH DAMAGE.")  # fmt: skip
    usa = {"postalCode": "12345", "countryOrRegion": "United States of America"}
    assert found.properties == {
        "surname": "Doe",
        "givenName": "John",
        "middleName": "Richter,James",
        "title": "Mr.",
        "generation": "Sr.",
        "displayName": "Mr. John Richter James Doe Sr.",
        "nickName": "Johny",
        "companyName": "IBM",
        "department": "Accounting",
        "jobTitle": "Money Counter",
        "profession": "Counting Money",
        "businessPhones": ["(905) 555-1234"],
        "homePhones": ["(905) 666-1234"],
        "businessAddress": {"street": "Cresent moon drive", "city": "Albaney", "state": "New York", **usa},
        "homeAddress": {"street": "Silicon Alley 5,", "city": "New York", "state": "New York", **usa},
        "businessHomePage": "http://www.ibm.com",
        "birthday": "1980-03-22",
        "emailAddresses": [email("john.doe@ibm.cm")],
        "imAddresses": ["johny5@aol.com"],
        "manager": "Big Blue",
        "assistantName": "Jenny",
    }
    assert found.extended == {extended.ANNIVERSARY: "2011-01-13T00:00:00Z"}
    assert found.photo is not None
    assert (found.photo[:2], found.photo[-2:]) == (b"\xff\xd8", b"\xff\xd9")


def test_gmail_field_by_field() -> None:
    """A card of Gmail: groups with labels, escapes, phonetic names."""
    found = one((DATA / "gmail-single.vcf").read_bytes())
    assert found.properties == {
        "surname": "Dartmouth",
        "givenName": "Greg",
        "displayName": "Greg Dartmouth",
        "nickName": "Gman",
        "yomiGivenName": "Grregg",
        "yomiSurname": "Dart-mowth",
        "emailAddresses": [email("gdartmouth@hotmail.com")],
        "imAddresses": ["123456789"],
        "mobilePhone": "555 555 1111",
        "homeAddress": {"street": "123 Home St\nHome City, HM 12345"},
        "otherAddress": {
            "street": "321 Custom St",
            "city": "Custom City",
            "state": "TX",
            "postalCode": "98765",
            "countryOrRegion": "USA",
        },
        "companyName": "TheCompany",
        "jobTitle": "TheJobTitle",
        "birthday": "1960-09-10",
        "businessHomePage": "http://TheProfile.com",
        "spouseName": "MySpouse",
        "personalNotes": "This is GMail's note field.\nIt should be added as a NOTE type.\nACustomField: CustomField",
    }
    assert found.extended == {
        extended.OTHER_PHONE: "555 555 2222",
        extended.ANNIVERSARY: "1970-06-02T00:00:00Z",
    }
    lost = {"GRAND_CENTRAL", "CustomAdrType", "PROFILE", "MyCustom"}
    assert {note.rsplit(": ", 1)[1] for note in found.notes} == lost


def test_rfc_6350_example_field_by_field() -> None:
    """RFC 6350's own example: types between quotation marks, tel: addresses, a birthday without its year."""
    found = one((DATA / "rfc6350-example.vcf").read_bytes())
    assert found.properties == {
        "surname": "Perreault",
        "givenName": "Simon",
        "generation": "ing. jr, M.Sc.",
        "displayName": "Simon Perreault",
        "companyName": "Viagenie",
        "businessAddress": {
            "street": "Suite D2-630\n2875 Laurier",
            "city": "Quebec",
            "state": "QC",
            "postalCode": "G1V 2M2",
            "countryOrRegion": "Canada",
        },
        "businessPhones": ["+1-418-656-9254 ext. 102"],
        "mobilePhone": "+1-418-262-6501",
        "emailAddresses": [email("simon.perreault@viagenie.ca")],
        "businessHomePage": "http://nomis80.org",
    }
    assert found.extended == {extended.ANNIVERSARY: "2009-08-08T00:00:00Z"}
    assert {note.split()[0] for note in found.notes} == {"BDAY", "GENDER", "LANG", "GEO", "KEY", "TZ"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(encoding: str, end: str) -> None:
    """Unicode in every form, and the line ends of every system."""
    content = card("N:Ünlü;Zoë;;;", "FN:Zoë Ünlü").replace("\r\n", end).encode(encoding)
    assert one(content).properties == {"surname": "Ünlü", "givenName": "Zoë", "displayName": "Zoë Ünlü"}


def test_windows_1252_is_read_when_it_is_no_utf_8() -> None:
    """Old programs write what Windows did."""
    assert one(card("FN:Café Zoë €").encode("cp1252")).properties == {"displayName": "Café Zoë €"}


def test_a_charset_counts_for_its_own_line() -> None:
    """VCard 2.1: each property names its own character set, quoted-printable or not."""
    quoted = "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=9Cnl=C3=BC;=5A=6F=C3=AB;;;"
    plain = "FN;CHARSET=SHIFT_JIS:"
    content = (
        card(quoted, plain, version="2.1")
        .encode()
        .replace(plain.encode(), plain.encode() + "表示".encode("shift_jis"))
    )
    assert one(content).properties == {"surname": "Ünlü", "givenName": "Zoë", "displayName": "表示"}


def test_a_fold_may_cut_a_letter_in_two() -> None:
    """RFC 6350 §3.2: octets are folded, not letters."""
    first, second = "Zoë".encode()[:3], "Zoë".encode()[3:]
    content = card("FN:@").encode().replace(b"@", first + b"\r\n " + second)
    assert one(content).properties == {"displayName": "Zoë"}


def test_a_fold_of_2_1_keeps_its_space() -> None:
    """VCard 2.1 folds at white space, the later versions add it."""
    folded = ("NOTE:one", " two")
    assert one(card(*folded, version="2.1")).properties["personalNotes"] == "one two"
    assert one(card(*folded, version="3.0")).properties["personalNotes"] == "onetwo"


def test_escapes_are_those_of_the_version() -> None:
    """A backslash means less in vCard 2.1."""
    lines = (r"NOTE:a\, b\; c\nd \\ e", r"ORG:Jansen\; Zn;Afd")
    new, old = one(card(*lines)).properties, one(card(*lines, version="2.1")).properties
    assert new == {"personalNotes": "a, b; c\nd \\ e", "companyName": "Jansen; Zn", "department": "Afd"}
    assert old["personalNotes"] == r"a, b; c\nd \ e"
    assert old["companyName"] == "Jansen; Zn"


def test_phones_fill_the_places_that_outlook_has() -> None:
    """Two numbers for work and home, one mobile, the rest by tag; what is too much is named."""
    found = one(
        card(
            "TEL;TYPE=work:1",
            "TEL;TYPE=WORK,VOICE:2",
            "TEL;TYPE=work,pref:3",
            "TEL;TYPE=home;TYPE=fax:4",
            "TEL;TYPE=pager:5",
            "TEL;TYPE=car:6",
            "TEL;TYPE=fax:7",
            "TEL:8",
            "TEL;VALUE=uri;TYPE=cell:tel:+31-6-1234%205678;ext=9",
        )
    )
    assert found.properties == {"businessPhones": ["3", "1"], "mobilePhone": "+31-6-1234 5678 ext. 9"}
    assert found.extended == {
        "String 0x3A25": "4",
        "String 0x3A21": "5",
        "String 0x3A1E": "6",
        "String 0x3A23": "7",
        "String 0x3A1F": "8",
    }
    assert found.notes == ("TEL WORK has no room in Outlook: 2",)


def test_addresses_of_mail_come_in_order_of_preference() -> None:
    """At most three, the preferred one first; the fourth is named."""
    found = one(
        card(
            "EMAIL:a@x.nl", "EMAIL;PREF=2:b@x.nl", "EMAIL:mailto:c@x.nl", "EMAIL;PREF=1:d@x.nl", version="4.0"
        )
    )
    assert found.properties == {"emailAddresses": [email("d@x.nl"), email("b@x.nl"), email("a@x.nl")]}
    assert found.notes == ("EMAIL has no room in Outlook: c@x.nl",)


def test_a_post_office_box_stands_before_the_street() -> None:
    """Box and extension become lines of the street; a work page goes before others; a second address is named."""
    found = one(
        card(
            "ADR;TYPE=home:Postbus 12;2 hoog;Dorpsstraat 1;Haarlem;;2011 AB;Nederland",
            "ADR;TYPE=home:;;Elders 3;;;;",
            "URL;TYPE=home:http://thuis.nl",
            "URL;TYPE=work:http://werk.nl",
        )
    )
    assert found.properties == {
        "homeAddress": {
            "street": "Postbus 12\n2 hoog\nDorpsstraat 1",
            "city": "Haarlem",
            "postalCode": "2011 AB",
            "countryOrRegion": "Nederland",
        },
        "businessHomePage": "http://werk.nl",
    }
    assert [note.rsplit(": ", 1)[1] for note in found.notes] == ["Elders 3", "http://thuis.nl"]


def test_categories_privacy_and_chat() -> None:
    """Forty categories are taken; CLASS marks the contact private; chat addresses lose their scheme."""
    names = [f"Groep {n}" for n in range(40)]
    found = one(card("FN:A", "CATEGORIES:" + ",".join(names), "CLASS:PRIVATE", "IMPP:xmpp:a%40b.nl"))
    assert found.properties == {"displayName": "A", "categories": names, "imAddresses": ["a@b.nl"]}
    assert found.extended == {extended.PRIVATE: "true", extended.SENSITIVITY: "2"}


@pytest.mark.parametrize("value", ["--0203", "1985", "1985-04", "19851301", "circa 1800"])
def test_a_birthday_that_is_no_whole_date_is_named(value: str) -> None:
    """RFC 6350 §4.3.1 allows parts of dates; Outlook does not."""
    found = one(card("FN:A", f"BDAY:{value}", version="4.0"))
    assert (found.properties, len(found.notes)) == ({"displayName": "A"}, 1)
    assert value in found.notes[0]


@pytest.mark.parametrize("value", ["19800321", "1980-03-21", "1980-03-21T00:00:00Z", "19800321T120000"])
def test_a_birthday_in_every_form(value: str) -> None:
    """RFC 2426 §3.1.5 and RFC 6350 §6.2.5: with or without hyphens and a time."""
    assert one(card(f"BDAY:{value}")).properties == {"birthday": "1980-03-21"}


def test_a_picture_may_be_a_data_address() -> None:
    """VCard 4.0 writes a picture as a data: URI; one that lies elsewhere is not fetched."""
    picture = b"\xff\xd8picture"
    inline = "PHOTO:data:image/jpeg;base64," + base64.b64encode(picture).decode()
    assert one(card("FN:A", inline, version="4.0")).photo == picture
    elsewhere = one(card("FN:A", "PHOTO;VALUE=URI:https://example.org/a.jpg"))
    assert (elsewhere.photo, len(elsewhere.notes)) == (None, 1)


def test_a_picture_without_indentation_is_read() -> None:
    """Some programs fold base64 without white space."""
    content = base64.encodebytes(b"\xff\xd8" + bytes(range(256))).decode().replace("\n", "\r\n")
    found = one(card("FN:A", "PHOTO;ENCODING=BASE64;JPEG:", content, "NOTE:n", version="2.1"))
    assert found.photo == b"\xff\xd8" + bytes(range(256))
    assert found.properties == {"displayName": "A", "personalNotes": "n"}


def test_a_huge_picture_costs_neither_the_contact_nor_memory() -> None:
    """A picture of 50 MB is left out with its reason, the rest is taken, the next card too."""
    picture = "A" * 50_000_000
    content = io.BytesIO((card("FN:A", f"PHOTO;ENCODING=b:{picture}", "NOTE:n") + card("FN:B")).encode())
    del picture
    tracemalloc.start()
    found = list(read_vcards(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [entry.properties for entry in found if isinstance(entry, ImportedContact)] == [
        {"displayName": "A", "personalNotes": "n"},
        {"displayName": "B"},
    ]
    assert isinstance(found[0], ImportedContact)
    assert found[0].notes == ("The picture is larger than 4 MB and was left out.",)
    assert peak < 40_000_000


def test_the_agents_card_is_not_the_contacts() -> None:
    """VCard 2.1 §2.4.2: a card within a card is left out, what follows belongs to the outer one."""
    found = one(card("FN:A", "AGENT:", card("FN:Agent", version="2.1").strip(), "NOTE:n", version="2.1"))
    assert found.properties == {"displayName": "A", "personalNotes": "n"}
    assert found.notes == ("AGENT has no room in Outlook.",)


def test_a_truncated_file_gives_what_is_whole() -> None:
    """The card that has no end is rejected, those before it are taken."""
    first, last = entries(card("FN:A") + "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:B\r\n")
    assert isinstance(first, ImportedContact)
    assert isinstance(last, Rejected)
    assert (last.position, str(last.reason)) == (2, "The file ends in the middle of this card.")


def test_a_card_without_end_costs_no_other() -> None:
    """A card that begins inside another tells that the first has no end."""
    lost, taken = entries("BEGIN:VCARD\r\nFN:A\r\n" + card("FN:B"))
    assert isinstance(lost, Rejected)
    assert isinstance(taken, ImportedContact)
    assert (lost.position, taken.position, taken.properties) == (1, 2, {"displayName": "B"})


def test_odd_letters_stay_and_control_characters_go() -> None:
    """Emoji and right-to-left text are text; NUL is not, and that it was taken out is said."""
    found = one(card("FN:👩‍🚀 \u202bשלום\u202c A\x00B"))
    assert found.properties == {"displayName": "👩‍🚀 \u202bשלום\u202c AB"}
    assert found.notes == ("FN: characters that no text can hold were taken out.",)


def test_a_contact_needs_no_name() -> None:
    """Any property is enough; nothing at all is rejected, a group of contacts too."""
    taken, empty, group = entries(
        card("TEL:1") + card("N:;;;;", "REV:x") + card("FN:G", "KIND:group", version="4.0")
    )
    assert isinstance(taken, ImportedContact)
    assert isinstance(empty, Rejected)
    assert isinstance(group, Rejected)


def test_a_line_that_is_none_costs_only_itself() -> None:
    """A line without a colon is left out and named."""
    found = one(card("FN:A", "what is this", "NOTE:n"))
    assert found.properties == {"displayName": "A", "personalNotes": "n"}
    assert found.notes == ("A line that is no property was left out.",)


def test_ten_thousand_cards() -> None:
    """A whole address book comes in one file."""
    found = entries("".join(card(f"FN:Nummer {n}", f"EMAIL:n{n}@example.org") for n in range(10_000)))
    assert len(found) == 10_000
    assert all(isinstance(entry, ImportedContact) for entry in found)
