"""Names of firms as they are compared (R44), and names of countries (R45)."""

import pytest
from hypothesis import given

from crmcorner.items.company_name import company_key
from crmcorner.items.country import country_codes, country_name, country_of
from tests.items.odd_text import HUGE_TEXTS, ODD_TEXTS, any_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bakkerij Smit B.V.", "bakkerij smit"),
        ("Bakkerij Smit BV", "Bakkerij Smit b.v."),
        ("Bakkerij Smit, B.V.", "De Bakkerij Smit"),
        ("Smit & Zonen", "Smit en Zonen"),
        ("Smit + Zonen", "Smit and Zonen"),
        ("Café 't Hoekje", "CAFE T HOEKJE"),
        ("Müller GmbH & Co. KG", "Muller"),
        ("Contoso, Inc.", "Contoso Ltd"),
        ("Drukkerij De Boer N.V.", "Drukkerij de Boer"),
        ("S.A. Dupont SPRL", "SA Dupont"),
        ("B.V. Smit", "Smit"),
        ("Fa. Smit", "Firma Smit"),
        ("V.O.F. De Gouden Leeuw", "De Gouden Leeuw VOF"),
        ("Smit B. V.", "Smit"),
        ("Smit B.V. i.o.", "Smit"),
        ("Smit A/S", "Smit AS"),
        ("Smit Sp. z o.o.", "Smit"),
        ("Smit Aktiengesellschaft", "Smit AG"),
    ],
)
def test_firms_are_compared_without_legal_form(one: str, other: str) -> None:
    """R44: legal form, punctuation, case and accents do not make another firm."""
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smit", "Smits"),
        ("Smit Bouw", "Smit"),
        ("BV", "NV"),
        ("De", "Het"),
        ("株式会社", "有限会社"),
        ("1", "2"),
        ("Smit Holding B.V.", "Smit B.V."),
        ("Stichting Smit", "Smit"),
        ("The Company", "The Co"),
        ("CV Ketels", "Ketels"),
    ],
)
def test_firms_that_differ_stay_apart(one: str, other: str) -> None:
    """R44: what is more than a legal form tells firms apart."""
    assert company_key(one) != company_key(other)


@given(any_text)
def test_a_firm_with_a_letter_has_a_key(name: str) -> None:
    """R44: no name with a letter or digit is compared as nothing, for that would match every other."""
    assert company_key(name) or not any(letter.isalnum() for letter in name)


@pytest.mark.parametrize("text", [*ODD_TEXTS, *HUGE_TEXTS], ids=lambda text: ascii(text)[:12])
def test_odd_names_do_no_harm(text: str) -> None:
    """R44: emoji, NUL bytes and 10,000 characters are compared without complaint; they name no country."""
    company_key(text)
    assert country_of(text) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nederland", "NL"), ("the Netherlands", "NL"), ("NETHERLANDS", "NL"), ("Holland", "NL"), ("nl", "NL"),
        ("Pays-Bas", "NL"), ("Niederlande", "NL"), ("België", "BE"), ("Belgie", "BE"), ("Belgique", "BE"),
        ("Duitsland", "DE"), ("Deutschland", "DE"), ("Germany", "DE"), ("UK", "GB"), ("United Kingdom", "GB"),
        ("Verenigd Koninkrijk", "GB"), ("England", "GB"), ("U.S.A.", "US"), ("United States of America", "US"),
        ("Verenigde Staten", "US"), ("日本", "JP"), ("Japan", "JP"), ("Frankrijk", "FR"), ("Éire", "IE"),
        ("Zwitserland", "CH"), ("Aruba", "AW"), ("Narnia", ""), ("EU", ""), ("", ""), ("-", ""),
        ("Hong Kong", "HK"), ("Turkey", "TR"), ("Bosnia and Herzegovina", "BA"), ("NLD", "NL"), ("GBR", "GB"),
        ("AUT", "AT"), ("België/Belgique", "BE"), ("Germany (DE)", "DE"), ("Netherlands (the)", "NL"),
        ("België/Frankrijk", ""), ("Germany (Narnia)", ""), ("ZZ", ""), ("Onbekend gebied", ""),
    ],
)  # fmt: skip
def test_countries_are_known_by_their_usual_names(text: str, code: str) -> None:
    """R45: a country may be written in any usual language, as an abbreviation or as a code."""
    assert country_of(text) == code


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_every_country_is_read_back_by_its_name(language: str) -> None:
    """R45: the name that is written to Outlook is understood as the same country."""
    assert [code for code in country_codes() if country_of(country_name(code, language)) != code] == []
    assert [code for code in country_codes() if country_of(code) != code] == []
