"""Lists of addresses in header fields (RFC 5322 3.4), as programs really write them; linear in the length."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)|<[^<>]*>|[,;:]')
_COMMENT = re.compile(r"\([^()]*\)")
_SPACED_DOMAIN = re.compile(r"^\S+\s*@\s*[\w-]+(?:\s*\.\s*[\w-]+)+$")


def split_addresses(text: str) -> list[tuple[str, str]]:
    """Return display name and address of each; groups are opened, what has no address is left out."""
    found = []
    for item in _items(text):
        shown, email = _name_and_address(item)
        local, at, domain = email.rpartition("@")
        if at and local and domain and not local.endswith(":"):
            found.append((shown, email))
    return found


def _items(text: str) -> Iterator[str]:
    """Yield what stands between commas and semicolons that separate; the name of a group is dropped.

    A quote or bracket that is never closed is a letter like others.
    """
    start = 0
    for match in _TOKEN.finditer(text):
        if match[0] in {",", ";"}:
            yield text[start : match.start()]
            start = match.end()
        elif match[0] == ":" and "@" not in text[start : match.start()]:
            start = match.end()
    yield text[start:]


def _name_and_address(item: str) -> tuple[str, str]:
    item = item.strip()
    if item.endswith(">") and "<" in item:
        shown, _bracket, email = item[:-1].rpartition("<")
        return _unquoted(shown), _tight(email)
    if "<" in item:
        shown, _bracket, rest = item.partition("<")
        return _unquoted(shown), _tight(rest.partition(">")[0])
    comment = ""
    if "(" in item and item.endswith(")"):
        item, _bracket, comment = item[:-1].partition("(")
    if _SPACED_DOMAIN.search(item):
        item = _tight(item)
    words = item.split()
    # "Jan Jansen jan@smit.example", which no rule allows, is understood all the same.
    email = next((word for word in words if "@" in word), "")
    return comment.strip() or _unquoted(" ".join(word for word in words if word != email)), email.strip("'\"")


def _tight(email: str) -> str:
    """Return an address without route, comments and blanks, which were once allowed in it (RFC 5322 4.4)."""
    if email.lstrip().startswith("@") and ":" in email:
        email = email.partition(":")[2]
    return "".join(_COMMENT.sub("", email).split())


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return text.replace('\\"', '"').replace("\\\\", "\\").strip()
