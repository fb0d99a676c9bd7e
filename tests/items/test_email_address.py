"""E-mail addresses as they are compared (R33)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcorner.items.email_address import domain_of, is_plausible, is_public_domain, match_key
from tests.items.odd_text import HUGE_TEXTS, ODD_TEXTS, any_text


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("jan@example.test", "jan@example.test"),
        ("  JAN@Example.TEST ", "jan@example.test"),
        ("Jan Jansen <Jan@example.test>", "jan@example.test"),
        ('"Jansen, Jan" < jan@example.test > ', "jan@example.test"),
        ("<jan@example.test>", "jan@example.test"),
        ("mailto:jan@example.test", "jan@example.test"),
        ("MAILTO:Jan@example.test", "jan@example.test"),
        ("jan@example.test.", "jan@example.test"),
        ("jan@Bücher.example", "jan@xn--bcher-kva.example"),
        ("jan@xn--bcher-kva.example", "jan@xn--bcher-kva.example"),
        ("jan@faß.example", "jan@xn--fa-hia.example"),
        ("jan@XN--FA-HIA.example", "jan@xn--fa-hia.example"),
        ("jan@fass.example", "jan@fass.example"),
        ("jan@☕.example", "jan@xn--53h.example"),
        ("SMTP:Jan@example.test", "jan@example.test"),
        ("'jan@example.test'", "jan@example.test"),
        ('"jan jansen"@example.test', '"jan jansen"@example.test'),
        ("'t.hart@example.test", "'t.hart@example.test"),
        ("JÖRG@example.test", "jörg@example.test"),
        ("/O=FIRM/CN=JAN", "/o=firm/cn=jan"),
        ("", ""),
    ],
)
def test_addresses_are_compared_by_what_they_reach(address: str, key: str) -> None:
    """R33: case, display name, white space and the spelling of the domain do not matter."""
    assert match_key(address) == key


@given(st.one_of(any_text, st.from_regex(r"\A<? ?[a-zA-Zé.]{1,8}@[a-zA-Zü。.ß-]{1,12}>? ?\Z")))
@example("<<a@b>>")
@example("a@b。.")
@example("mailto:mailto:a@b")
def test_the_key_is_found_again_by_itself(address: str) -> None:
    """R33: what is stored as the key is compared equal to the address that it came from."""
    key = match_key(address)
    assert match_key(f" {key} ") == key or key.startswith(("mailto:", "smtp:", "'", '"'))
    domain_of(address)


@pytest.mark.parametrize(
    ("address", "plausible"),
    [
        ("jan@example.test", True),
        (" jan@localhost ", True),
        ("jörg@bücher.example", True),
        ("o'neil+tag@example.test", True),
        ("jan", False),
        ("jan@", False),
        ("@example.test", False),
        ("jan@a@b", False),
        ("jan jansen@example.test", False),
        ("Jan <jan@example.test>", False),
        ("a@b, c@d", False),
        ("jan\x00@example.test", False),
        ("jan\ud83d@example.test", False),
        ("a" * 245 + "@b.test", True),
        ("a" * 250 + "@b.test", False),
    ],
)
def test_addresses_that_mail_can_reach_are_told_from_others(address: str, plausible: bool) -> None:
    """R33: only what looks like one address, and can be stored, counts as one."""
    assert is_plausible(address) is plausible


@pytest.mark.parametrize(
    ("address", "domain", "public"),
    [
        ("jan@Gmail.com", "gmail.com", True),
        ("Jan <jan@ziggo.nl>", "ziggo.nl", True),
        ("jan@hotmail.it", "hotmail.it", True),
        ("jan@yahoo.co.jp", "yahoo.co.jp", True),
        ("jan@outlook.de", "outlook.de", True),
        ("jan@live.example.test", "live.example.test", False),
        ("jan@mijnhotmail.nl", "mijnhotmail.nl", False),
        ("jan@bakkerij-smit.test", "bakkerij-smit.test", False),
        ("jan@bücher.example", "xn--bcher-kva.example", False),
        ("jan", "", False),
    ],
)
def test_a_providers_domain_tells_nothing_about_the_firm(address: str, domain: str, public: bool) -> None:
    """R44: people of one provider are not of one organisation."""
    assert domain_of(address) == domain
    assert is_public_domain(domain) is public


@pytest.mark.parametrize(
    "text", [*ODD_TEXTS, *HUGE_TEXTS, "<" + " " * 10_000], ids=lambda text: ascii(text)[:12]
)
def test_odd_text_is_no_address_and_does_no_harm(text: str) -> None:
    """R33: 10,000 characters, NUL bytes and lone surrogates are compared without complaint, yet are no address."""
    match_key(text)
    assert not is_plausible(text)
