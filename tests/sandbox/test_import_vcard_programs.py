"""Cards in the shapes that telephones and mail programs write, made up for these tests."""

import io

import pytest

from m365_sandbox.importing import extended
from m365_sandbox.importing.contact import ImportedContact
from m365_sandbox.importing.vcard import looks_like_vcard, read_vcards


def one(*lines: str, version: str) -> ImportedContact:
    """The only contact of a card with these lines."""
    text = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
    (entry,) = read_vcards(io.BytesIO(text.encode()))
    assert isinstance(entry, ImportedContact), entry
    return entry


def shown(found: ImportedContact) -> list[str]:
    """What is said to be lost."""
    return [note.rsplit(": ", 1)[1] for note in found.notes]


def test_apples_labels_are_types_and_the_users_are_named() -> None:
    """A label that says what a type says counts as one; any other is named, and never read by its letters."""
    found = one(
        "TEL;type=IPHONE;type=VOICE;type=pref:06 1",
        "item1.TEL:2",
        "item1.X-ABLabel:_$!<HomeFAX>!$_",
        "item2.TEL:3",
        "item2.X-ABLabel:_$!<Work>!$_",
        "item3.TEL:4",
        "item3.X-ABLabel:Oscar",
        "item4.URL;type=pref:http\\://thuis.nl",
        "item4.X-ABLabel:_$!<HomePage>!$_",
        "item5.URL:http\\://werk.nl",
        "item5.X-ABLabel:Werk",
        version="3.0",
    )
    assert found.properties == {
        "mobilePhone": "06 1", "businessPhones": ["3"], "businessHomePage": "http://werk.nl",
    }  # fmt: skip
    assert found.extended == {extended.HOME_FAX: "2", extended.OTHER_PHONE: "4"}
    assert shown(found) == ["Oscar", "http://thuis.nl"]


def test_apples_relatives_and_days() -> None:
    """Partner and children have their places, other relatives and a birthday without its year have none."""
    found = one(
        "N:Jansen;Piet;;;",
        "item1.X-ABRELATEDNAMES;type=pref:Ans",
        "item1.X-ABLabel:_$!<Spouse>!$_",
        "item2.X-ABRELATEDNAMES:Bo",
        "item2.X-ABLabel:_$!<Child>!$_",
        "item3.X-ABRELATEDNAMES:Ma",
        "item3.X-ABLabel:_$!<Mother>!$_",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22",
        "item4.X-ABDATE:2010-05-06",
        "item4.X-ABLabel:_$!<Anniversary>!$_",
        "X-ABShowAs:COMPANY",
        version="3.0",
    )
    assert found.properties == {
        "surname": "Jansen", "givenName": "Piet", "spouseName": "Ans", "children": ["Bo"],
    }  # fmt: skip
    assert found.extended == {extended.ANNIVERSARY: "2010-05-06T00:00:00Z"}
    assert shown(found) == ["Ma", "1604-03-22"]


def test_androids_own_property_is_read() -> None:
    """Nickname, anniversary and relatives stand in X-ANDROID-CUSTOM; what is no place's is named."""
    kind = "X-ANDROID-CUSTOM:vnd.android.cursor.item"
    quoted = "X-ANDROID-CUSTOM;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:vnd.android.cursor.item"
    found = one(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=9Cnl=C3=BC;Zo=C3=AB;;;",
        f"{kind}/nickname;Zootje;1;;;;;;;;;;;;;",
        f"{kind}/contact_event;2010-05-06;1;;;;;;;;;;;;;",
        f"{kind}/contact_event;2011-05-06;0;Feest;;;;;;;;;;;;",
        f"{quoted}/relation;Andr=C3=A9;14;;;;;;;;;;;;;",
        f"{kind}/relation;Pa;5;;;;;;;;;;;;;",
        version="2.1",
    )
    assert found.properties == {
        "surname": "Ünlü", "givenName": "Zoë", "nickName": "Zootje", "spouseName": "André",
    }  # fmt: skip
    assert found.extended == {extended.ANNIVERSARY: "2010-05-06T00:00:00Z"}
    assert [note.split(" has no room")[0] for note in found.notes] == ["RELATED FATHER", "X-ANDROID-CUSTOM"]


def test_labels_of_telephones_own_are_named() -> None:
    """A type `X-…` is the user's own label, in quoted-printable on some telephones."""
    found = one(
        "TEL;X-Mobile:1",
        "TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=6F=C3=A9):2",
        "EMAIL;X-INTERNET:a@x.nl",
        version="2.1",
    )
    assert (found.properties["mobilePhone"], found.extended) == ("1", {extended.OTHER_PHONE: "2"})
    assert found.notes == ("TYPE (TEL) has no room in Outlook: Boé",)


def test_a_card_in_small_letters_with_its_version_last() -> None:
    """Mozilla's programs write all names in small letters and bare encodings; the version may come last."""
    text = (
        "begin:vcard\r\nfn;quoted-printable:test =C3=A9\r\norg:Firma;Afd\r\nadr;dom:;;Weg 1;Ede;;6711 AA;NL\r\n"
        "tel;work:1\r\nnote;quoted-printable:a=0D=0A=\r\nb\r\nx-mozilla-html:TRUE\r\nversion:2.1\r\nend:vcard\r\n\r\n"
    )
    (found,) = read_vcards(io.BytesIO(text.encode()))
    assert isinstance(found, ImportedContact)
    assert found.properties == {
        "displayName": "test é",
        "companyName": "Firma",
        "department": "Afd",
        "otherAddress": {"street": "Weg 1", "city": "Ede", "postalCode": "6711 AA", "countryOrRegion": "NL"},
        "businessPhones": ["1"],
        "personalNotes": "a\nb",
    }
    assert found.notes == ()


def test_evolutions_and_kdes_own_properties() -> None:
    """Linux's programs name manager, assistant, partner, office and filing name each in their own way."""
    found = one(
        "X-EVOLUTION-MANAGER:M",
        "X-EVOLUTION-ASSISTANT:A",
        "X-EVOLUTION-SPOUSE:S",
        "X-EVOLUTION-FILE-AS:Doe\\, John",
        "X-KADDRESSBOOK-X-Office:12B",
        "X-KADDRESSBOOK-X-Profession:Bakker",
        "TEL;X-EVOLUTION-UI-SLOT=1;TYPE=WORK,VOICE:1",
        "CALURI:",
        version="3.0",
    )
    assert found.properties == {
        "manager": "M", "assistantName": "A", "spouseName": "S", "fileAs": "Doe, John", "officeLocation": "12B",
        "profession": "Bakker", "businessPhones": ["1"],
    }  # fmt: skip
    assert found.notes == ()


def test_chat_addresses_lose_what_belongs_to_the_link() -> None:
    """A scheme and a question are how a link opens a chat; the same address twice is one."""
    found = one("X-SKYPE:anna", "IMPP:skype:anna?chat", "IMPP;X-SERVICE-TYPE=AIM:aim:b%40c.nl", version="3.0")
    assert found.properties == {"imAddresses": ["anna", "b@c.nl"]}


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        ("BEGIN:VCARD\r\n", True),
        ("\ufeff\r\nbegin: vcard\n", True),
        ("item1.BEGIN:VCARD\n", True),
        ('First Name,Notes\nA,"see BEGIN:VCARD"\n', False),
        ("", False),
    ],
)
def test_a_file_of_cards_is_known_by_its_lines(beginning: str, expected: bool) -> None:
    """The words within a text make no card of it."""
    assert looks_like_vcard(beginning.encode()) is expected
