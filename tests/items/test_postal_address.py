"""Postal addresses: lenient in Outlook, strict in the CRM (R45)."""

from typing import NamedTuple

import pytest

from crmcorner.items.postal_address import AddressProblem, AddressRefused, PostalAddress
from tests.items.outlook_boxes import Boxes, back, read


class Parts(NamedTuple):
    """What the CRM makes of it; in the order in which a test reads best."""

    street: str
    house_number: str
    addition: str
    postal_code: str
    city: str
    country: str
    region: str = ""
    extra: str = ""


SPIEGELSTRAAT = PostalAddress(
    street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
)


@pytest.mark.parametrize(
    "boxes",
    [
        Boxes("Spiegelstraat 3 2011 BN Haarlem"),
        Boxes("Spiegelstraat 3, 2011 BN Haarlem"),
        Boxes("Spiegelstraat 3\n2011 BN Haarlem"),
        Boxes("Spiegelstraat 3\r\n2011 BN  Haarlem\r\nNederland"),
        Boxes("Spiegelstraat 3\n2011 BN\nHaarlem"),
        Boxes("Spiegelstraat 3\nHaarlem\n2011 BN\nNL"),
        Boxes("Spiegelstraat 3\nHaarlem 2011 BN"),
        Boxes("Spiegelstraat 3 2011BN Haarlem"),
        Boxes("Spiegelstraat 3 2011bn Haarlem"),
        Boxes("Spiegelstraat 3, 2011 BN, Haarlem"),
        Boxes("Spiegelstraat 3, Haarlem, 2011 BN"),
        Boxes("Spiegelstraat 3 Haarlem 2011 BN"),
        Boxes("Spiegelstraat 3 - 2011 BN Haarlem"),
        Boxes("Spiegelstraat 3; 2011 BN Haarlem"),
        Boxes("Spiegelstraat 3 | 2011 BN | Haarlem"),
        Boxes("Spiegelstraat 3 NL-2011 BN Haarlem"),
        Boxes("2011 BN Haarlem, Spiegelstraat 3"),
        Boxes("2011 BN Haarlem\nSpiegelstraat 3"),
        Boxes("Spiegelstraat 3 2011 BN Haarlem Nederland"),
        Boxes("Spiegelstraat 3 2011 BN Haarlem, The Netherlands"),
        Boxes("Spiegelstraat 3 2011 BN Haarlem (NL)"),
        Boxes("Spiegelstraat\x00 3 2011\u00a0BN Haarlem"),
        Boxes(city="Spiegelstraat 3 2011 BN Haarlem"),
        Boxes(postal_code="Spiegelstraat 3 2011 BN Haarlem"),
        Boxes("Spiegelstraat 3", city="2011 BN Haarlem"),
        Boxes("Spiegelstraat 3", city="Haarlem 2011 BN"),
        Boxes("Spiegelstraat 3", city="Haarlem, Nederland", postal_code="2011 BN"),
        Boxes("Spiegelstraat 3", postal_code="2011 BN Haarlem"),
        Boxes("Spiegelstraat 3 2011 BN", city="Haarlem"),
        Boxes("Spiegelstraat 3 2011 BN Haarlem", city="Haarlem"),
        Boxes("Spiegelstraat 3 2011 BN Haarlem", postal_code="2011 BN"),
        Boxes("Spiegelstraat 3\n2011 BN Haarlem", "Haarlem", "", "2011bn", "Nederland"),
        Boxes("Spiegelstraat 3", "2011 BN Haarlem", "", "2011 BN", "Holland"),
        Boxes("Spiegelstraat, 3", "Haarlem", "", "NL-2011BN", "NL"),
        Boxes("Spiegelstraat nr. 3", "Haarlem", "", "2011.BN", "the netherlands"),
    ],
    ids=repr,
)
def test_spiegelstraat_is_understood_however_it_is_written(boxes: Boxes) -> None:
    """R45: a whole address in one field, or spread over the wrong ones, is taken apart."""
    assert read(boxes) == SPIEGELSTRAAT


@pytest.mark.parametrize(
    ("written", "number", "addition"),
    [
        ("3", "3", ""), ("3a", "3", "a"), ("3 a", "3", "a"), ("3-a", "3", "a"), ("3A-2", "3", "A-2"),
        ("3-2", "3", "2"), ("3/5", "3", "5"), ("3+5", "3", "5"), ("3 - 5", "3", "5"), ("3 – 5", "3", "5"),
        ("3 4", "3", "4"), ("3 II", "3", "II"), ("3-III", "3", "III"), ("3-hs", "3", "hs"), ("3 hs", "3", "hs"),
        ("3bis", "3", "bis"), ("3 bis", "3", "bis"), ("3B II", "3", "B II"), ("3 A 12", "3", "A 12"),
        ("3 rood", "3", "rood"), ("3 zwart", "3", "zwart"), ("3 rd", "3", "rd"), ("3 bus 4", "3", "bus 4"),
        ("3 app. 4", "3", "app. 4"), ("3 kamer 12", "3", "kamer 12"), ("3 unit B", "3", "unit B"),
        ("3-1 hoog", "3", "1 hoog"), ("3 1-hoog", "3", "1-hoog"), ("3, 4e verdieping", "3", "4e verdieping"),
        ("3, bus 12", "3", "bus 12"), ("3 (achter)", "3", "achter"), ("3 t/m 7", "3", "t/m 7"),
        ("nr. 3", "3", ""), ("no 3 b", "3", "b"), ("100-D4", "100", "D4"), ("12345", "12345", ""),
        ("3-2.1", "3", "2.1"), ("3 K 2.04", "3", "K 2.04"), ("3 b.g.", "3", "b.g."), ("3-A-sous", "3", "A-sous"),
        ("3 c-d", "3", "c-d"), ("3-1-hoog", "3", "1-hoog"), ("3 top 5", "3", "top 5"),
        ("1500 bus 4", "1500", "bus 4"), ("1500 app. 12", "1500", "app. 12"), ("1944-1946", "1944", "1946"),
    ],
)  # fmt: skip
def test_house_numbers_keep_their_additions(written: str, number: str, addition: str) -> None:
    """R45: the house number and its addition are fields of their own, however they were joined."""
    address = read(Boxes(f"Lange Begijnestraat {written}", "Haarlem", "", "2011 HH"))
    assert address is not None
    assert (address.street, address.house_number, address.addition) == (
        "Lange Begijnestraat",
        number,
        addition,
    )
    assert back(address) == address


@pytest.mark.parametrize(
    ("line", "street", "number", "addition", "extra"),
    [
        ("Plein 1940-1945 12", "Plein 1940-1945", "12", "", ""),
        ("Plein 1813 4", "Plein 1813", "4", "", ""),
        ("Plein 1944 nr 5", "Plein 1944", "5", "", ""),
        ("Plein 1944 1500", "Plein 1944", "1500", "", ""),
        ("Weg 1940-1945 1500 bis", "Weg 1940-1945", "1500", "bis", ""),
        ("Kanaalweg 1500", "Kanaalweg", "1500", "", ""),
        ("1e Helmersstraat 12", "1e Helmersstraat", "12", "", ""),
        ("2e van der Helststraat 5 a", "2e van der Helststraat", "5", "a", ""),
        ("'s-Gravenhekje 1", "'s-Gravenhekje", "1", "", ""),
        ("Gebouw 5, Lange Houtstraat 11", "Lange Houtstraat", "11", "", "Gebouw 5"),
        ("Lange Houtstraat 11, Gebouw 5", "Lange Houtstraat", "11", "Gebouw 5", ""),
        ("Gebouw A\nLange Houtstraat 11", "Lange Houtstraat", "11", "", "Gebouw A"),
        ("Lange Houtstraat 11\nGebouw 5", "Lange Houtstraat", "11", "", "Gebouw 5"),
        ("Lange Houtstraat 11\nt.a.v. mw. De Boer", "Lange Houtstraat", "11", "", "t.a.v. mw. De Boer"),
        ("Bakkerij Smit\nafd. Inkoop\nKade 40 b", "Kade", "40", "b", "Bakkerij Smit, afd. Inkoop"),
        ("Postbus 123", "Postbus", "123", "", ""),
        ("Postbus 12 34", "Postbus", "1234", "", ""),
        ("Antwoordnummer 12", "Antwoordnummer", "12", "", ""),
    ],
)
def test_streets_are_told_from_what_stands_around_them(
    line: str, street: str, number: str, addition: str, extra: str
) -> None:
    """R45: years and ordinals are part of a street's name, buildings and persons are not; boxes have numbers."""
    address = read(Boxes(line, "Haarlem", "", "2011 HH"))
    expected = PostalAddress(
        extra=extra,
        street=street,
        house_number=number,
        addition=addition,
        postal_code="2011 HH",
        city="Haarlem",
        country="NL",
    )
    assert address == expected
    assert back(expected) == expected


ABROAD = [
    (Boxes("Kerkstraat 12 bus 3", "Brussel", "", "1000", "België"), Parts("Kerkstraat", "12", "bus 3", "1000", "Brussel", "BE")),
    (Boxes("Rue de la Loi 16 bte 3\n1000 Bruxelles\nBelgique"), Parts("Rue de la Loi", "16", "bte 3", "1000", "Bruxelles", "BE")),
    (Boxes("16, rue de la Loi", "Bruxelles", "", "B-1000", "BEL"), Parts("rue de la Loi", "16", "", "1000", "Bruxelles", "BE")),
    (Boxes("Kerkstraat 12/3, B-2000 Antwerpen", country_text="BE"), Parts("Kerkstraat", "12", "3", "2000", "Antwerpen", "BE")),
    (Boxes("Veldstraat 8 b 201\n9000 Gent\nBELGIUM"), Parts("Veldstraat", "8", "b 201", "9000", "Gent", "BE")),
    (Boxes("Kerkstraat 1500, 2000 Antwerpen, België"), Parts("Kerkstraat", "1500", "", "2000", "Antwerpen", "BE")),
    (Boxes("Musterstraße 12a", "Berlin", "", "10115", "Deutschland"), Parts("Musterstraße", "12", "a", "10115", "Berlin", "DE")),
    (Boxes("Straße des 17. Juni 135, 10623 Berlin, Germany"), Parts("Straße des 17. Juni", "135", "", "10623", "Berlin", "DE")),
    (Boxes("Unter den Linden 77\nD-10117 Berlin\nGermany"), Parts("Unter den Linden", "77", "", "10117", "Berlin", "DE")),
    (Boxes("Musterstr. 5-7", "München", "Bayern", "D-80331", "DE"), Parts("Musterstr.", "5", "7", "80331", "München", "DE", "Bayern")),
    (Boxes("Postfach 10 20 30\n20095 Hamburg\nDuitsland"), Parts("Postfach", "102030", "", "20095", "Hamburg", "DE")),
    (Boxes("Hauptstr. 5 Hinterhaus", "Köln", "", "50667", "Allemagne"), Parts("Hauptstr.", "5", "Hinterhaus", "50667", "Köln", "DE")),
    (Boxes("1 Microsoft Way", "Redmond", "WA", "98052", "United States"), Parts("Microsoft Way", "1", "", "98052", "Redmond", "US", "WA")),
    (Boxes("1 Microsoft Way\nRedmond, WA 98052\nUSA"), Parts("Microsoft Way", "1", "", "98052", "Redmond", "US", "WA")),
    (Boxes("1 Microsoft Way, Redmond, WA 98052-6399, USA"), Parts("Microsoft Way", "1", "", "98052-6399", "Redmond", "US", "WA")),
    (Boxes("350 Fifth Ave\nSuite 400", "New York", "NY", "10118", "Verenigde Staten"), Parts("Fifth Ave", "350", "", "10118", "New York", "US", "NY", "Suite 400")),
    (Boxes("1 Main St", "Wilmington, DE 19801", "", "", "USA"), Parts("Main St", "1", "", "19801", "Wilmington", "US", "DE")),
    (Boxes("P.O. Box 123", "Redmond", "WA", "98073", "US"), Parts("P.O. Box 123", "", "", "98073", "Redmond", "US", "WA")),
    (Boxes("221B Baker St", "Boise", "ID", "83702", "USA"), Parts("Baker St", "221", "B", "83702", "Boise", "US", "ID")),
    (Boxes("123-45 Main St Apt 4B", "Queens", "NY", "11354", "USA"), Parts("Main St Apt 4B", "123-45", "", "11354", "Queens", "US", "NY")),
    (Boxes("10 Downing Street", "London", "", "SW1A 2AA", "United Kingdom"), Parts("Downing Street", "10", "", "SW1A 2AA", "London", "GB")),
    (Boxes("10 Downing Street\nLondon SW1A 2AA\nUK"), Parts("Downing Street", "10", "", "SW1A 2AA", "London", "GB")),
    (Boxes("10 Downing Street\nLondon\nSW1A 2AA\nEngland"), Parts("Downing Street", "10", "", "SW1A 2AA", "London", "GB")),
    (Boxes("Flat 3, 10 Downing Street, London, sw1a2aa, UK"), Parts("Downing Street", "10", "", "SW1A 2AA", "London", "GB", "", "Flat 3")),
    (Boxes("Rose Cottage\nChurch Lane", "Little Snoring", "Norfolk", "NR21 0HX", "Great Britain"), Parts("Church Lane", "", "", "NR21 0HX", "Little Snoring", "GB", "Norfolk", "Rose Cottage")),
    (Boxes("PO Box 5", "London", "", "sw1a 2aa", "Engeland"), Parts("PO Box 5", "", "", "SW1A 2AA", "London", "GB")),
    (Boxes("12 bis rue de Rivoli", "Paris", "", "75001", "France"), Parts("rue de Rivoli", "12", "bis", "75001", "Paris", "FR")),
    (Boxes("12, rue de Rivoli\n75001 Paris\nFRANCE"), Parts("rue de Rivoli", "12", "", "75001", "Paris", "FR")),
    (Boxes("5 avenue Anatole France, 75007 Paris, Frankrijk"), Parts("avenue Anatole France", "5", "", "75007", "Paris", "FR")),
    (Boxes("BP 123", "Paris CEDEX 07", "", "75007", "FR"), Parts("BP 123", "", "", "75007", "Paris CEDEX 07", "FR")),
    (Boxes("Résidence Les Pins, Bât. B\n12 rue X\n13001 Marseille\nFrance"), Parts("rue X", "12", "", "13001", "Marseille", "FR", "", "Résidence Les Pins, Bât. B")),
    (Boxes("1-1 Chiyoda", "Chiyoda-ku", "Tokyo", "100-0001", "Japan"), Parts("1-1 Chiyoda", "", "", "100-0001", "Chiyoda-ku", "JP", "Tokyo")),
    (Boxes("千代田1-1", "千代田区", "東京都", "〒100-0001", "日本"), Parts("千代田1-1", "", "", "100-0001", "千代田区", "JP", "東京都")),
    (Boxes("2-4-1 Marunouchi", "Chiyoda-ku", "Tokyo", "１００－０００５", "JP"), Parts("2-4-1 Marunouchi", "", "", "100-0005", "Chiyoda-ku", "JP", "Tokyo")),
    (Boxes("1-1 Chiyoda\nChiyoda-ku, Tokyo 100-0001\nJapan"), Parts("1-1 Chiyoda", "", "", "100-0001", "Chiyoda-ku, Tokyo", "JP")),
    (Boxes("12, rue de la Gare, L-1611 Luxembourg", country_text="Luxembourg"), Parts("rue de la Gare", "12", "", "1611", "Luxembourg", "LU")),
    (Boxes("Via Roma 12/A", "Milano", "MI", "20121", "Italia"), Parts("Via Roma", "12", "A", "20121", "Milano", "IT", "MI")),
    (Boxes("Calle Mayor 5, 3º B", "Madrid", "", "28013", "España"), Parts("Calle Mayor", "5", "3º B", "28013", "Madrid", "ES")),
    (Boxes("ul. Długa 5/7 m. 3", "Kraków", "", "31-147", "Polska"), Parts("ul. Długa", "5", "7 m. 3", "31-147", "Kraków", "PL")),
    (Boxes("Storgatan 5", "Stockholm", "", "11122", "Sverige"), Parts("Storgatan", "5", "", "111 22", "Stockholm", "SE")),
    (Boxes("1 rue X", "Montréal", "QC", "h2y1c6", "Canada"), Parts("rue X", "1", "", "H2Y 1C6", "Montréal", "CA", "QC")),
    (Boxes("Caya Betico 5", "Oranjestad", "", "", "Aruba"), Parts("Caya Betico", "5", "", "", "Oranjestad", "AW")),
    (Boxes("Dublin Road 5", "Cork", "", "", "Éire"), Parts("Dublin Road 5", "", "", "", "Cork", "IE")),
]  # fmt: skip


@pytest.mark.parametrize(("boxes", "parts"), ABROAD, ids=[repr(boxes) for boxes, _parts in ABROAD])
def test_addresses_abroad_are_read_as_their_country_writes_them(boxes: Boxes, parts: Parts) -> None:
    """R45: street, number, code and city of an address abroad are found where that country puts them."""
    address = read(boxes)
    assert address == PostalAddress(**parts._asdict())
    assert back(address) == address


@pytest.mark.parametrize(
    ("boxes", "problem", "field"),
    [
        (Boxes("Kade 3", "Haarlem", "", "2011 BN", "Narnia"), AddressProblem.COUNTRY_UNKNOWN, "country"),
        (Boxes("🎉", "🎉", "🎉", "🎉", "🎉"), AddressProblem.COUNTRY_UNKNOWN, "country"),
        (Boxes("Kade 3", "Haarlem", "", "2011 BN", "ZZ"), AddressProblem.COUNTRY_UNKNOWN, "country"),
        (
            Boxes("Kade 3", "Haarlem", "", "2011 BN", "Onbekend gebied"),
            AddressProblem.COUNTRY_UNKNOWN,
            "country",
        ),
        (Boxes("", "Haarlem"), AddressProblem.STREET_MISSING, "street"),
        (Boxes("", "Haarlem", "", "2011 BN"), AddressProblem.STREET_MISSING, "street"),
        (Boxes("Kade", "Haarlem", "", "2011 BN"), AddressProblem.HOUSE_NUMBER_MISSING, "house_number"),
        (Boxes("3 Kade", "Haarlem", "", "2011 BN"), AddressProblem.HOUSE_NUMBER_MISSING, "house_number"),
        (
            Boxes("Kade 1234567", "Haarlem", "", "2011 BN"),
            AddressProblem.HOUSE_NUMBER_MISSING,
            "house_number",
        ),
        (Boxes("Kade ٣", "Haarlem", "", "2011 BN"), AddressProblem.HOUSE_NUMBER_MISSING, "house_number"),
        (Boxes("Kade 3", "Haarlem"), AddressProblem.POSTAL_CODE_MISSING, "postal_code"),
        (Boxes("Kade 3, Haarlem"), AddressProblem.POSTAL_CODE_MISSING, "postal_code"),
        (Boxes("Kade 3", "Haarlem", "", "1000"), AddressProblem.POSTAL_CODE_INVALID, "postal_code"),
        (Boxes("Kade 3", "Haarlem", "", "0123 AB"), AddressProblem.POSTAL_CODE_INVALID, "postal_code"),
        (Boxes("Kade 3", "Haarlem", "", "2011 SS"), AddressProblem.POSTAL_CODE_INVALID, "postal_code"),
        (Boxes("Kade 3", "", "", "2011 BN"), AddressProblem.CITY_MISSING, "city"),
        (Boxes("1 Main St", "Springfield", "", "62701", "USA"), AddressProblem.REGION_MISSING, "region"),
        (
            Boxes("1-1 Chiyoda", "Tokyo", "", "1234", "Japan"),
            AddressProblem.POSTAL_CODE_INVALID,
            "postal_code",
        ),
        (Boxes("x" * 300 + " 3", "Haarlem", "", "2011 BN"), AddressProblem.TOO_LONG, "street"),
    ],
    ids=repr,
)
def test_what_is_not_understood_is_refused_with_its_reason(
    boxes: Boxes, problem: AddressProblem, field: str
) -> None:
    """R45: an address that is not valid for its country is refused; the reason names the field."""
    with pytest.raises(AddressRefused) as refused:
        read(boxes)
    assert (refused.value.reason, refused.value.field) == (problem, field)
    assert all(part in refused.value.text for part in boxes)


def test_two_postal_codes_that_differ_are_not_mixed() -> None:
    """R45: where the boxes contradict each other nothing is guessed."""
    with pytest.raises(AddressRefused):
        read(Boxes("Postbus 123 2000 AA Haarlem", "Haarlem", "", "2011 HH"))


@pytest.mark.parametrize(
    "boxes", [Boxes(), Boxes(" ", "\n", "\t", "\x00", ""), Boxes(country_text="Nederland")]
)
def test_empty_boxes_are_no_address(boxes: Boxes) -> None:
    """R45: no text, or a country alone (as Outlook fills in by itself), is no address and no error."""
    assert read(boxes) is None


def test_the_country_of_the_firm_holds_where_none_is_named() -> None:
    """R45: an address without a country is one of the firm's country; without that it is refused."""
    boxes = Boxes("Kade 3", "Gent", "", "9000")
    assert read(boxes, "BE") == PostalAddress(
        street="Kade", house_number="3", postal_code="9000", city="Gent", country="BE"
    )
    with pytest.raises(AddressRefused, match="country-unknown"):
        read(boxes, "")
