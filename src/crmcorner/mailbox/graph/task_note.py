"""The text of a task: plain on our side, plain or HTML on the other.

Source: Graph: itemBody; Update todoTask ("only HTML type is supported"). What we write as HTML reads back as the same
text, so that our own write is recognised (R11).
"""

import html
import re

import msgspec

from crmcorner.items.text import tidy_text
from crmcorner.mailbox.graph.wire import JsonObject

_TAG_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]*)")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_RUN_OF_BLANKS = re.compile(r"(?:^|(?<= ))[ ]|\t", re.MULTILINE)
_LEFT_OUT = frozenset({"head", "title", "style", "script", "template"})
_BLOCKS = frozenset(
    "address article blockquote body center dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr html li main ol p pre "
    "section table tr ul".split()
)


class ItemBody(msgspec.Struct, rename="camel"):
    """Graph: itemBody."""

    content: str | None = None
    content_type: str | None = None


def text_of(body: ItemBody | None) -> str:
    """Return the plain text of a body, tidied."""
    if body is None or not body.content:
        return ""
    is_html = (body.content_type or "").lower() == "html"
    return tidy_text(_without_markup(body.content) if is_html else body.content)


def text_body(text: str) -> JsonObject:
    """Return a body of plain text, for a new task."""
    return {"content": text.replace("\n", "\r\n"), "contentType": "text"}


def html_body(text: str) -> JsonObject:
    """Return a body of HTML, for a task that is there: no other is promised to be taken."""
    kept = _RUN_OF_BLANKS.sub("\xa0", html.escape(text, quote=False))
    return {"content": kept.replace("\xa0", "&nbsp;").replace("\n", "<br>\r\n"), "contentType": "html"}


def _without_markup(markup: str) -> str:
    """Return what a reader sees: blanks as one, a line for each block and after each ``<br>``.

    Takes time in proportion to the length, whatever the nesting.
    """
    lines = _Lines()
    position = 0
    while (start := markup.find("<", position)) >= 0:
        lines.add(markup[position:start])
        position = _after(markup, start, lines)
    lines.add(markup[position:])
    return lines.text()


def _after(markup: str, start: int, lines: "_Lines") -> int:
    """Return where the text goes on after what begins with this ``<``."""
    if markup.startswith("<!--", start):
        return _end_of(markup, "-->", start)
    name = _TAG_NAME.match(markup, start + 1)
    if name is None and markup[start + 1 : start + 2] not in {"!", "?"}:
        lines.add("<")
        return start + 1
    end = _end_of(markup, ">", start)
    word = name[1].lower() if name else ""
    if word == "br":
        lines.end()
    elif word in _BLOCKS:
        lines.end_block()
    elif word in _LEFT_OUT and markup[start + 1] != "/":
        closing = re.compile(f"</{word}", re.IGNORECASE).search(markup, end)
        return closing.start() if closing else len(markup)
    return end


def _end_of(markup: str, mark: str, start: int) -> int:
    end = markup.find(mark, start)
    return len(markup) if end < 0 else end + len(mark)


class _Lines:
    """Lines as they are read."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line: list[str] = []

    def add(self, source: str) -> None:
        if source:
            self._line.append(source)

    def end(self) -> None:
        # Blanks of the source are one blank, none at the beginning; those that were meant are non-breaking.
        line = _BLANKS.sub(" ", html.unescape("".join(self._line))).strip(" ")
        self._done.append(line.replace("\xa0", " "))
        self._line.clear()

    def end_block(self) -> None:
        if any(not piece.isspace() for piece in self._line):
            self.end()
        else:
            self._line.clear()

    def text(self) -> str:
        self.end_block()
        return "\n".join(self._done)
