"""The countries that a form offers."""

from functools import lru_cache

from crmcorner.items.country import country_codes, country_name
from crmcorner.items.text import plain_key

_FIRST = ("NL", "BE", "DE")


@lru_cache(maxsize=8)
def country_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of every country, the neighbours first, the rest by name in the language."""
    language = language[:2]
    named = sorted(
        ((code, country_name(code, language)) for code in country_codes()),
        key=lambda each: plain_key(each[1]),
    )
    first = [(code, country_name(code, language)) for code in _FIRST]
    return (*first, *(each for each in named if each[0] not in _FIRST))
