"""HTML brought into a plain, well-nested form before it is cleaned, in linear time.

What cleans HTML builds the tree that a browser would, and mails can make that tree explode: its cost grows with the
square of the depth, and elements such as ``<b>`` that are left open are copied into every block that follows (10,000 tags
of 150 KB gave 87 MB). After this, every element is closed where it belongs, so that nothing is copied, and nothing is
deeper than `DEEPEST`. It is not what makes HTML safe: that is `crmcorner.mail.safe_html`, which comes after.
"""

import html as entities
import re
from collections.abc import Iterator

DEEPEST = 80
MOST_TAGS = 20_000
_LONGEST_VALUE = 2_000
_MOST_ATTRIBUTES = 20

_FORMATTING = frozenset("a b big code em font i s small strike strong tt u sub sup span".split())
_BLOCKS = frozenset(
    "address article blockquote center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table ul".split()
)
_TABLE = frozenset("caption tbody td tfoot th thead tr".split())
_VOID = frozenset("br hr img".split())
KNOWN = _FORMATTING | _BLOCKS | _TABLE | _VOID
"""Elements that stay; of others the content stays."""

_LEFT_OUT = frozenset(
    "script style title textarea xmp iframe noembed noframes noscript template svg math select".split()
)
"""Elements that go with their content."""

_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table"})),
    "dd": (frozenset({"dd", "dt"}), frozenset({"dl", "table"})),
    "dt": (frozenset({"dd", "dt"}), frozenset({"dl", "table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    **{name: (frozenset({"tbody", "thead", "tfoot", "caption"}), frozenset({"table"}))
       for name in ("tbody", "thead", "tfoot", "caption")},
    "a": (frozenset({"a"}), frozenset({"td", "th", "caption"})),
}  # fmt: skip
"""What an element's beginning ends, as browsers have it, and beyond what it does not look."""

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?""")
_TAG_END = re.compile(r"[\s/]*>")

Attributes = list[tuple[str, str]]


def well_nested(html: str) -> str:
    """Return HTML of known elements only, each closed where it belongs; at most `DEEPEST` deep, `MOST_TAGS` tags."""
    output: list[str] = []
    stack: list[str] = []
    tags = 0
    for name, is_end, attributes, text in _tokens(html):
        if not name:
            output.append(entities.escape(text, quote=False))
        elif name not in KNOWN:
            continue
        elif is_end:
            if name in stack:
                _close_to(len(stack) - 1 - stack[::-1].index(name), stack, output)
        elif tags < MOST_TAGS:
            tags += 1
            _close_before(name, stack, output)
            if name in _VOID or len(stack) < DEEPEST:
                output.append(_written(name, attributes))
                stack += [] if name in _VOID else [name]
    _close_to(0, stack, output)
    return "".join(output)


def _tokens(html: str) -> Iterator[tuple[str, bool, Attributes, str]]:
    """Yield tags (name, whether an end, attributes) and texts (no name, text)."""
    position, length = 0, len(html)
    while position < length:
        start = html.find("<", position)
        start = length if start < 0 else start
        if start > position:
            yield "", False, [], entities.unescape(html[position:start])
        if start == length:
            return
        tag = _TAG.match(html, start)
        if tag is None:
            position = _after_oddity(html, start)
            if position == start + 1:
                yield "", False, [], "<"
            continue
        name = tag[1].lower()
        attributes, position = _attributes(html, tag.end())
        is_end = html[start + 1] == "/"
        if name in _LEFT_OUT and not is_end:
            closing = re.compile(f"</{name}(?![A-Za-z0-9])", re.IGNORECASE).search(html, position)
            position = closing.start() if closing else length
            continue
        yield name, is_end, attributes, ""


def _after_oddity(html: str, start: int) -> int:
    """Return where the text goes on after a comment or declaration, or after a mere ``<``."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 2)
        return len(html) if end < 0 else end + 3
    if html[start + 1 : start + 2] in {"!", "?", "/"}:
        end = html.find(">", start)
        return len(html) if end < 0 else end + 1
    return start + 1


def _attributes(html: str, position: int) -> tuple[Attributes, int]:
    found: Attributes = []
    while not (end := _TAG_END.match(html, position)):
        match = _ATTRIBUTE.match(html, position)
        if match is None:
            return found, min(position + 1, len(html))
        position = match.end()
        value = match[2] or ""
        value = (
            value[1:-1] if value[:1] in {'"', "'"} and value[-1:] == value[:1] and len(value) > 1 else value
        )
        if len(found) < _MOST_ATTRIBUTES and len(value) <= _LONGEST_VALUE:
            found.append((match[1].lower(), entities.unescape(value)))
    return found, end.end()


def _close_before(name: str, stack: list[str], output: list[str]) -> None:
    """Close what the beginning of an element ends."""
    if name in _BLOCKS and "p" in stack:
        place = len(stack) - 1 - stack[::-1].index("p")
        if not {"td", "th", "caption"} & set(stack[place:]):
            _close_to(place, stack, output)
    ended, beyond = _CLOSES.get(name, (frozenset(), frozenset()))
    for place in range(len(stack) - 1, -1, -1):
        if stack[place] in beyond:
            break
        if stack[place] in ended:
            _close_to(place, stack, output)
            break


def _close_to(place: int, stack: list[str], output: list[str]) -> None:
    while len(stack) > place:
        output.append(f"</{stack.pop()}>")


def _written(name: str, attributes: Attributes) -> str:
    plain = (
        f' {key}="{entities.escape(value)}"'
        for key, value in attributes
        if re.fullmatch(r"[a-z][a-z-]*", key)
    )
    return f"<{name}{''.join(plain)}>"
