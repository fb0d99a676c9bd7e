"""Names of firms as they are compared (R44): legal form, punctuation, case and accents ignored."""

import re
from functools import lru_cache

from crmcorner.items.text import plain_key

_LEGAL_FORMS = frozenset(
    """
    bv bvio nv vof cv ua coop eenmanszaak bvba sprl srl nvsa sa sas sarl sasu eurl snc sca gmbh ag aktiengesellschaft kg ohg ug mbh ev egmbh
    gmbhcokg cokg ltd limited plc llp lp llc inc incorporated corp corporation co company pty ptyltd as asa aps ab oy
    oyj spzoo sro spa sl slu lda ltda kft zrt doo ood ead se
    """.split()
)
_LEADING_FORMS = frozenset({"bv", "nv", "vof", "fa", "firma"})
"""Forms that Dutch firms write in front too. ``cv`` is not among them: it begins many a heating firm's name."""

_ARTICLES = frozenset({"de", "het", "the"})
_DOTS = re.compile(r"(?<=\w)\.(?=\w|\s|$|,)")
_SPLIT = re.compile(r"[^\w]+")
_AND = frozenset({"en", "and", "und", "et"})


@lru_cache(maxsize=16_384)
def company_key(name: str) -> str:
    """Return what a firm's name is compared by; never empty for a name that has a letter or a digit."""
    text = _DOTS.sub("", name.casefold().replace("&", " and ").replace("+", " and "))
    words = [plain_key(word) for word in _SPLIT.split(text)]
    words = ["and" if word in _AND else word for word in words if word]
    kept = _without_form_at_end(words)
    if len(kept) > 1 and kept[0] in _LEADING_FORMS:
        kept = kept[1:]
    if len(kept) > 1 and kept[0] in _ARTICLES:
        kept = kept[1:]
    return "".join(kept) or plain_key(name) or name.strip().casefold()


def _without_form_at_end(words: list[str]) -> list[str]:
    """Take legal forms off the end, those of several words among them: ``B. V.``, ``A/S``, ``Sp. z o.o.``."""
    end = len(words)
    while end > 1:
        form = 1 if words[end - 1] == "and" else _length_of_form(words, end)
        if not form or words[end - form - 1] in _ARTICLES:
            break
        end -= form
    return words[:end]


def _length_of_form(words: list[str], end: int) -> int:
    """Return of how many words the legal form before ``end`` is, leaving one at least; 0 if there is none."""
    lengths = range(min(3, end - 1), 0, -1)
    return next((length for length in lengths if "".join(words[end - length : end]) in _LEGAL_FORMS), 0)
