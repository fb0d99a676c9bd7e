"""Phone numbers: international in the CRM, national in what people read (R46)."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.items.phone import PhoneNotUnderstood, format_phone, parse_phone
from tests.items.odd_text import HUGE_TEXTS, ODD_TEXTS, any_text

FIRM = "NL"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("023 - 542 34 45", "+31235423445"),
        ("023-5423445", "+31235423445"),
        ("(023) 542 34 45", "+31235423445"),
        ("023/542.34.45", "+31235423445"),
        ("0235423445", "+31235423445"),
        ("+31 23 542 34 45", "+31235423445"),
        ("+31 (0)23 542 34 45", "+31235423445"),
        ("+31-(0)-23-542-34-45", "+31235423445"),
        ("(+31) 23 5423445", "+31235423445"),
        ("++31235423445", "+31235423445"),
        ("0031 23 5423445", "+31235423445"),
        ("31 23 5423445", "+31235423445"),
        ("tel:+31-23-542-34-45", "+31235423445"),
        ("bel 0235423445", "+31235423445"),
        ("023–542–34–45", "+31235423445"),
        ("０２３ ５４２ ３４ ４５", "+31235423445"),
        ("\u200e023 542 34 45\u202c", "+31235423445"),
        ("\x00+31\x0023 5423445", "+31235423445"),
        ("06-12345678", "+31612345678"),
        ("+31(0)6 1234 5678", "+31612345678"),
        ("0800 1234", "+318001234"),
        ("0900-1234", "+319001234"),
        ("+32 2 123 45 67", "+3221234567"),
        ("0032 475 12 34 56", "+32475123456"),
        ("0049 30 901820", "+4930901820"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+1 (425) 555-0100", "+14255550100"),
        ("+33 1 42 68 53 00", "+33142685300"),
        ("+81 3-1234-5678", "+81312345678"),
        ("+39 06 698 12345", "+390669812345"),
        ("+49 (0)89 / 123456 - 0", "+49891234560"),
        ("+800 1234 5678", "+80012345678"),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_country_of_the_firm(text: str, canonical: str) -> None:
    """R46: a number is read as it is dialled in the firm's country, an international one as what it is."""
    assert parse_phone(text, country=FIRM) == canonical


@pytest.mark.parametrize(
    "text",
    ["023 5423445 tst 12", "023 5423445 toestel 12", "0235423445 x12", "0235423445 ext. 12", "0235423445 dw: 12",
     "0235423445 doorkies 12", "023 5423445#12", "+31235423445;ext=12", "tel:+31235423445;ext=12"],
)  # fmt: skip
def test_an_extension_is_kept(text: str) -> None:
    """R46: an extension, in the words of several countries, is kept behind the number."""
    assert parse_phone(text, country=FIRM) == "+31235423445;ext=12"


@pytest.mark.parametrize(
    "text",
    ["", "ext. 12", "ext 12345", "toestel 123", "x12", "#12", ";ext=12", "abc", "FLOWERS", "12", "+31", "00", "+",
     "112", "1234567", "0235423445 Jan", "0235423445 (werk)", "023-5423445 / 06-12345678", "+999 1234567",
     "piet@example.test", "0" * 300, "+31 12", "+31 23 542 34 45 / 46", "+31 23 542 34 45 - 46",
     "+43000000", "+820000001", "0000000000"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    """R46: an extension alone, letters, too few digits and two numbers in one are refused and the text is told."""
    with pytest.raises(PhoneNotUnderstood) as refused:
        parse_phone(text, country=FIRM)
    assert refused.value.text == text


@pytest.mark.parametrize(
    ("text", "abroad", "canonical"),
    [
        ("0475 12 34 567", "DE", "+494751234567"),
        ("030 901820", "DE", "+4930901820"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("(425) 555-0100", "US", "+14255550100"),
        ("02 511 15 45", "BE", "+3225111545"),
        ("03-1234-5678", "JP", "+81312345678"),
    ],
)
def test_a_foreign_number_is_not_taken_for_ours(text: str, abroad: str, canonical: str) -> None:
    """R46: a number that is valid abroad only is refused, unless that country is among those to be tried too."""
    with pytest.raises(PhoneNotUnderstood):
        parse_phone(text, country=FIRM)
    assert parse_phone(text, country=FIRM, also=("AW", abroad)) == canonical


def test_the_country_of_the_firm_goes_first() -> None:
    """R46: a number that is valid in several countries is the firm's."""
    assert parse_phone("06 12345678", country="NL", also=("FR", "HU")) == "+31612345678"


@pytest.mark.parametrize(
    ("canonical", "country", "written"),
    [
        ("+31235423445", "NL", "023 542 3445"),
        ("+31235423445", "BE", "+31 23 542 3445"),
        ("+31612345678", "NL", "06 12345678"),
        ("+31235423445;ext=12", "NL", "023 542 3445 ext. 12"),
        ("+442079460958", "GB", "020 7946 0958"),
        ("+14255550100", "NL", "+1 425-555-0100"),
        ("+311234567", "NL", "+31 1234567"),
        ("", "NL", ""),
        ("ext. 12", "NL", "ext. 12"),
        ("+nonsense", "NL", "+nonsense"),
    ],
)
def test_numbers_are_written_nationally(canonical: str, country: str, written: str) -> None:
    """R46: numbers of the firm's country are written as there, others internationally; no number stays text."""
    assert format_phone(canonical, country=country) == written


@pytest.mark.parametrize("firm", ["NL", "BE", "DE", "US", "GB", "FR", "IT", "JP"])
def test_example_numbers_of_all_countries_survive(firm: str) -> None:
    """R46: what is written to Outlook is read back as the same number, whatever the country and the kind."""
    lost = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (0, 1, 3, 6):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            canonical = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            written = format_phone(canonical, country=firm)
            if parse_phone(written, country=firm) != canonical:
                lost.append((region, canonical, written))
    assert lost == []


@given(
    st.from_regex(
        r"(\+|00|0|\+31 ?\(?0?\)?)[1-9][0-9 .\-]{6,14}( ?(ext\.?|tst|x) ?[0-9]{1,5})?", fullmatch=True
    ),
    st.sampled_from(["NL", "BE", "DE", "US", "GB"]),
)
def test_what_is_read_survives_writing(text: str, country: str) -> None:
    """R46: reading what was written gives the same number, and reading a canonical number changes nothing."""
    try:
        canonical = parse_phone(text, country=country)
    except PhoneNotUnderstood:
        return
    assert parse_phone(format_phone(canonical, country=country), country=country) == canonical
    assert parse_phone(canonical, country=country) == canonical


@given(any_text)
def test_any_text_is_read_or_refused(text: str) -> None:
    """R46: no text makes reading or writing fail in any other way than by refusing it."""
    format_phone(text, country=FIRM)
    format_phone("+" + text, country=FIRM)
    try:
        canonical = parse_phone(text, country=FIRM)
    except PhoneNotUnderstood:
        return
    assert canonical.startswith("+")


@pytest.mark.parametrize("text", [*ODD_TEXTS, *HUGE_TEXTS], ids=lambda text: ascii(text)[:12])
def test_odd_text_is_refused(text: str) -> None:
    """R46: NUL bytes, emoji, lone surrogates and 10,000 characters are refused."""
    with pytest.raises(PhoneNotUnderstood):
        parse_phone(text, country=FIRM)
