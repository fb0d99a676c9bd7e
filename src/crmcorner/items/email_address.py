"""E-mail addresses as they are compared (R33): without case, display name and surrounding blanks."""

import re
from functools import lru_cache, partial

import idna

_LETTERS = r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f-\x9f\ud800-\udfff]+"
_PLAUSIBLE = re.compile(f"{_LETTERS}@{_LETTERS}")
_LONGEST = 254
"""Characters; RFC 5321 4.5.3.1.3 without the brackets."""

_SCHEME = re.compile(r"(?:mailto|smtp):", re.IGNORECASE)

_PUBLIC_EVERYWHERE = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|aol|gmx|yandex|protonmail)"
    r"\.(?:com|net|(?:com?\.)?[a-z]{2})"
)
"""Providers that have a domain in many countries."""

_PUBLIC_DOMAINS = frozenset(
    """
    me.com mac.com web.de t-online.de freenet.de arcor.de mail.com email.com proton.me pm.me hey.com fastmail.com
    zoho.com tutanota.com tuta.io posteo.de mailbox.org duck.com mail.ru qq.com 163.com 126.com libero.it wp.pl o2.pl
    seznam.cz bluewin.ch ziggo.nl kpnmail.nl kpnplanet.nl planet.nl hetnet.nl home.nl
    chello.nl upcmail.nl quicknet.nl casema.nl zonnet.nl xs4all.nl online.nl tele2.nl wanadoo.nl wanadoo.fr orange.fr
    free.fr laposte.net sfr.fr telfort.nl versatel.nl solcon.nl caiway.nl freedom.nl delta.nl zeelandnet.nl
    telenet.be skynet.be proximus.be scarlet.be pandora.be btinternet.com comcast.net verizon.net att.net
    """.split()
)


@lru_cache(maxsize=65_536)
def match_key(address: str) -> str:
    """Return what an address is compared by (R33).

    Display name and brackets are taken off, case is folded, the domain is in its ASCII form (IDNA), so that
    ``"Jan" <JAN@Bücher.example>`` and ``jan@xn--bcher-kva.example`` are the same. Anything that is not an SMTP
    address (Exchange knows such) is merely folded.
    """
    bare = address.strip()
    if bare.endswith(">"):
        bare = bare.rstrip("> ").rpartition("<")[2]
    local, at, domain = _unwrapped(bare).rpartition("@")
    return f"{local.casefold()}@{_ascii_domain(domain)}" if at else domain.casefold()


def _unwrapped(text: str) -> str:
    """Take off what mail programs write around an address: brackets, ``mailto:``, ``SMTP:``, quotes on both sides."""
    text = _SCHEME.sub("", text.strip("<> \t\r\n"), count=1).strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1].strip() if quoted else text


def _ascii_domain(domain: str) -> str:
    """Return a domain as name servers know it: by IDNA 2008, else by IDNA 2003 (emoji), else merely folded."""
    domain = domain.rstrip(".")
    if domain.isascii():
        return domain.casefold()
    for encode in (partial(idna.encode, uts46=True), partial(str.encode, encoding="idna")):
        try:
            return encode(domain).decode("ascii").rstrip(".").casefold()
        except UnicodeError:
            continue
    return domain.casefold()


def is_plausible(address: str) -> bool:
    """Whether it looks like something mail can be sent to; ``.test`` and single-label domains are fine."""
    bare = address.strip()
    return len(bare) <= _LONGEST and bool(_PLAUSIBLE.fullmatch(bare))


def domain_of(address: str) -> str:
    """Return the domain of an address as compared, or "" if it has none."""
    return match_key(address).rpartition("@")[2] if "@" in address else ""


def is_public_domain(domain: str) -> bool:
    """Whether a mail domain is a provider's, so that it never tells which firm someone belongs to (R44)."""
    domain = domain.casefold()
    return domain in _PUBLIC_DOMAINS or bool(_PUBLIC_EVERYWHERE.fullmatch(domain))
