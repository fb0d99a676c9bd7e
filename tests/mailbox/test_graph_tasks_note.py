"""Notes of tasks: what a reader sees of HTML, and plain text that comes back as it was."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.items.text import tidy_text
from crmcorner.mailbox.graph.task_note import ItemBody, html_body, text_body, text_of

HTML = [
    ("een<br>twee", "een\ntwee"),
    ("<div>een</div>\r\n<div><br></div><div>vier<br></div>", "een\n\nvier"),
    (
        "<p class=MsoNormal>een\r\n twee</p><p>drie&nbsp;&nbsp;vier &amp; <b>vijf</b></p>",
        "een twee\ndrie  vier & vijf",
    ),
    (
        "<html><head><title>weg</title><style>p {}</style></head><body>hier<script>weg</script></body></html>",
        "hier",
    ),
    ("<!-- weg --><![CDATA[x]]>a < b &lt;i&gt; <3", "a < b <i> <3"),
    ("<ul><li>een</li><li>twee</li></ul>drie", "een\ntwee\ndrie"),
    ("<table><tr><td>een</td> <td>twee</td></tr><tr><td>drie</td></tr></table>", "een twee\ndrie"),
    ("J&uuml;rgen &#x1F525;", "Jürgen 🔥"),
    ("afgebroken <b", "afgebroken"),
    ("<!-- nooit gesloten", ""),
    ("<style>nooit gesloten", ""),
    ("<BR><DIV>hoofdletters</DIV>", "hoofdletters"),
]


@pytest.mark.parametrize(("markup", "text"), HTML, ids=[text[:12] for _markup, text in HTML])
def test_html_is_read_as_it_shows(markup: str, text: str) -> None:
    """R52: notes are plain text, whatever Outlook made of them."""
    assert text_of(ItemBody(markup, "html")) == text
    assert text_of(ItemBody(markup, "HTML")) == text


def test_plain_text_is_not_taken_for_html() -> None:
    """R18: no letter changes on the way."""
    assert text_of(ItemBody("<b>&amp;</b>\r\nx ", "text")) == "<b>&amp;</b>\nx"
    assert text_of(ItemBody(None, "html")) == text_of(None) == ""


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\t\xa0"), max_size=200).map(tidy_text)
)
@pytest.mark.parametrize("write", [text_body, html_body])
def test_what_we_write_reads_back_the_same(write: "object", text: str) -> None:
    """R11: so that a change of ours is recognised as ours."""
    body = write(text)  # type: ignore[operator]
    assert text_of(ItemBody(body["content"], body["contentType"])) == text


@pytest.mark.parametrize(
    "text", ["a  b", "  in\n    out", "a\n\n\n\nb", "<b>&nbsp;</b>", "a < b > c", "x " * 5000 + "x"]
)
def test_blanks_and_marks_survive_in_html(text: str) -> None:
    """R18: indents, empty lines and what looks like markup stay."""
    assert text_of(ItemBody(html_body(text)["content"], "html")) == text


def test_a_tab_is_a_blank_in_html() -> None:
    """R18: HTML has no tabs and no blanks of another kind; the text around them stays."""
    assert text_of(ItemBody(html_body("a\tb\xa0c")["content"], "html")) == "a b c"


@pytest.mark.parametrize("piece", ["<a", "<!--", "<style>", "<div>", "<", "<br>", "&", "</div", "<![", " \n"])
def test_reading_takes_time_in_proportion(piece: str) -> None:
    """R52: no note is so odd that a run stands still: eight times as long takes no more than some times eight."""

    def timed(count: int) -> float:
        started = time.process_time()
        text_of(ItemBody(piece * count, "html"))
        return time.process_time() - started

    assert timed(80_000) < 30 * max(min(timed(10_000) for _ in range(3)), 0.002)
