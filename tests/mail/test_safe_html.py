"""HTML of mails made harmless, at a bounded cost (R37)."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.mail.nesting import DEEPEST, KNOWN, MOST_TAGS, well_nested
from crmcorner.mail.plain_text import text_of_html
from crmcorner.mail.safe_html import LONGEST, safe_html

_VOID = {"br", "hr", "img"}


def safe(html: str, **pictures: str) -> str:
    """Return safe HTML, pictures from outside left out."""
    found = safe_html(html, pictures=pictures).html
    # The cleaner adds these two in any order.
    return found.replace(
        'rel="noopener noreferrer nofollow" target="_blank"',
        'target="_blank" rel="noopener noreferrer nofollow"',
    )


class _Outline(HTMLParser):
    """Notes tags and attributes, and how deep they go; an end that fits no beginning is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.deepest, self.tags = 0, 0
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.stack.append(tag)
            self.deepest = max(self.deepest, len(self.stack))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


def outline(html: str) -> _Outline:
    """Return a document's outline; it must be well-nested to its end."""
    found = _Outline()
    found.feed(html)
    found.close()
    assert found.stack == []
    return found


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p onclick='x()' class=a id=b>Dag</p>", "<p>Dag</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<style>p{}</style><title>t</title>b", "ab"),
        ("<svg><script>alert(1)</script></svg>b", "b"),
        ("<iframe src=x>y</iframe><object data=x></object><embed src=x>z", "z"),
        ("<form action=/weg><input name=a><button>klik</button></form>", "klik"),
        ("<meta http-equiv=refresh content='0;url=x'><link rel=stylesheet href=x><base href=x>a", "a"),
        (
            "<a href='javascript:alert(1)'>x</a>",
            '<a target="_blank" rel="noopener noreferrer nofollow">x</a>',
        ),
        ("<a href=' java&#10;script:x'>x</a>", '<a target="_blank" rel="noopener noreferrer nofollow">x</a>'),
        (
            "<a href='/people/persons/1/delete/'>x</a>",
            '<a target="_blank" rel="noopener noreferrer nofollow">x</a>',
        ),
        (
            "<a href='https://x.example/?a=1&b=2'>x</a>",
            '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">x</a>',
        ),
        ("<p style='color:red;position:fixed;background:url(//x)'>x</p>", '<p style="color:red">x</p>'),
        ("<td background='http://x/y.gif'>x", "x"),
        ("<img src='data:image/svg+xml,<svg>'>", "<img>"),
        ("<img src=x onerror=alert(1)>", "<img>"),
        ("<!-- a --><!--[if mso]>b<![endif]-->c<![CDATA[d]]>", "c"),
        ("5 < 6 &amp; 7 > 6", "5 &lt; 6 &amp; 7 &gt; 6"),
        ("<b>een<i>twee</b>drie</i>", "<b>een<i>twee</i></b>drie"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        (
            '<p title="<script>alert(1)</script>">x</p>',
            '<p title="&lt;script&gt;alert(1)&lt;/script&gt;">x</p>',
        ),
    ],
)
def test_nothing_harmful_is_left(html: str, expected: str) -> None:
    """R37: no scripts, forms, frames, styles that fetch or cover, links into ourselves."""
    assert safe(html) == expected


def test_pictures() -> None:
    """R37: those of the mail come from us, those from outside only when asked, counted."""
    html = '<img src="cid:a@b"><img src="CID:a%40b"><img src="cid:weg"><img src="https://x.example/p.gif"><img src="//x/q">'
    found = safe_html(html, pictures={"a@b": "/mail/pictures/1/"})
    assert found.html == '<img src="/mail/pictures/1/"><img src="/mail/pictures/1/"><img><img><img>'
    assert found.blocked == 2
    shown = safe_html(html, pictures={}, outside=True)
    assert (shown.html.count("https://x.example/p.gif"), shown.blocked) == (1, 0)


ATTACKS = {
    "deep": "<div>",
    "deep tables": "<table><tr><td>",
    "left open": "<b class=%d>",
    "left open in tables": "<i a=%d><table>x",
    "left open over paragraphs": "<p><b style='color:red'>",
    "bare brackets": "<",
    "comments without end": "<!--",
    "quotes without end": '<a b="',
    "tags without end": "<b ",
    "ends without beginning": "</b>",
    "declarations": "<![CDATA[",
    "styles without end": "<style>",
    "half references": "&#x",
    "attributes": "<a =",
}


@pytest.mark.parametrize("piece", ATTACKS.values(), ids=ATTACKS.keys())
def test_no_html_costs_much(piece: str) -> None:
    """Bad input: a million characters of what makes cleaners slow; ten seconds would be a hundred times too many."""
    html = "".join(piece % each if "%d" in piece else piece for each in range(1_000_000 // len(piece)))
    begin = time.process_time()
    found = safe(html)
    text_of_html(html)
    assert time.process_time() - begin < 10
    assert len(found) < 5 * LONGEST


def test_fifty_thousand_nested_elements_keep_their_text() -> None:
    """Bad input: what is deeper than anyone writes loses its elements, not its text."""
    found = safe("<div>" * 50_000 + "Hallo" + "</div>" * 50_000 + "<p>en dag</p>")
    assert "Hallo" in found
    assert "en dag" in found
    assert outline(found).deepest <= DEEPEST
    assert [safe_html("x" * size, pictures={}).is_cut for size in (LONGEST, LONGEST + 1)] == [False, True]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [f"<{name}>" for name in sorted(KNOWN)] + [f"</{name}>" for name in sorted(KNOWN)]
            ),
            st.sampled_from(
                [
                    "<script>",
                    "</script>",
                    "<!--",
                    "-->",
                    "<a href='javascript:x'>",
                    "<img src=x onerror=y>",
                    '"',
                    "'",
                ]
            ),
            st.text(max_size=8),
        ),
        max_size=60,
    )
)
def test_any_html_becomes_well_nested_and_harmless(pieces: list[str]) -> None:
    """R37: known elements only, each closed where it belongs, none with an attribute that acts."""
    html = "".join(pieces)
    nested = outline(well_nested(html))
    assert nested.deepest <= DEEPEST
    assert nested.tags <= MOST_TAGS
    found = safe(html)
    assert set(re.findall(r"<([a-z0-9]+)", found)) <= KNOWN
    for tag, name, value in outline(found).attributes:
        assert not name.startswith("on")
        assert not value.lower().startswith(("javascript:", "data:"))
        assert (tag, name) != ("img", "src")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Een</p><p>twee</p>", "Een\n\ntwee"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("<head><title>t</title></head><body>x<style>y</style><script>z</script></body>", "x"),
        ("a &lt;b&gt; &amp; &euro;&nbsp;5", "a <b> & € 5"),
        ("<!-- weg -->x", "x"),
        ("5 < 6", "5 < 6"),
        ("", ""),
    ],
)
def test_the_text_of_html(html: str, text: str) -> None:
    """R37: for searching and previews: what a reader sees, line by line."""
    assert text_of_html(html) == text
