"""The text of HTML, without its markup: for searching, for previews, and where HTML is too odd to be shown."""

import html as entities
import re

from crmcorner.items.text import tidy_text

_LEFT_OUT = ("script", "style", "head", "title", "noscript", "template")
_BREAKS = frozenset(
    "p br div tr li h1 h2 h3 h4 h5 h6 table ul ol dl dt dd blockquote pre hr section article header footer".split()
)
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]*)")
_MANY_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")


def text_of_html(html: str) -> str:
    """Return what a reader would see, roughly; linear in the length, whatever the nesting."""
    found: list[str] = []
    position, length = 0, len(html)
    while position < length:
        start = html.find("<", position)
        if start < 0:
            found.append(html[position:])
            break
        found.append(html[position:start])
        position = _after_tag(html, start, found)
    text = entities.unescape("".join(found).replace("\x00", ""))
    lines = (line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    return _MANY_LINES.sub("\n\n", tidy_text("\n".join(lines)))


def _after_tag(html: str, start: int, found: list[str]) -> int:
    """Return where the text goes on after the tag, comment or left-out element that begins here."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return len(html) if end < 0 else end + 3
    name = _NAME.match(html, start + 1)
    if name is None and html[start + 1 : start + 2] not in {"!", "?"}:
        found.append("<")
        return start + 1
    end = html.find(">", start)
    if end < 0:
        return len(html)
    word = name[1].lower() if name else ""
    if word in _BREAKS:
        found.append("\n")
    if word in _LEFT_OUT and html[start + 1] != "/":
        closing = re.compile(f"</{word}", re.IGNORECASE).search(html, end)
        # Without its end it would swallow the rest, which browsers do for scripts and styles only.
        if closing or word in {"script", "style"}:
            return closing.start() if closing else len(html)
    return end + 1
