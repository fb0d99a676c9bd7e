"""A mail's HTML made harmless (R37): no scripts, no forms, nothing from outside until asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from crmcorner.mail.nesting import KNOWN, well_nested

LONGEST = 1_000_000
"""Characters; what comes after them is only in the original."""

_ANYWHERE = {"align", "valign", "width", "height", "bgcolor", "color", "dir", "lang", "title", "style"}
_OF_TAG = {
    "a": {"href"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
    "font": {"face", "size"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
    "ol": {"start", "type"},
}
_STYLES = frozenset(
    """
    color background-color font font-family font-size font-style font-weight line-height letter-spacing text-align
    text-decoration text-indent text-transform vertical-align white-space direction border border-top border-right
    border-bottom border-left border-collapse border-color border-spacing border-style border-width padding padding-top
    padding-right padding-bottom padding-left margin margin-top margin-right margin-bottom margin-left width max-width
    min-width height
    """.split()
)
"""None of these can fetch anything or lay something over something else."""

_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeHtml:
    """Harmless HTML. ``blocked``: how many pictures from outside were left out. ``is_cut``: it was too long."""

    html: str
    blocked: int = 0
    is_cut: bool = False


def safe_html(html: str, *, pictures: Mapping[str, str], outside: bool = False) -> SafeHtml:
    """Return HTML that can be shown.

    Args:
        html: as it came; at most `LONGEST` characters, what is beyond is left out.
        pictures: address of ours for each Content-ID of an inline image (R36).
        outside: whether pictures from outside are left in, which tells their senders that the mail is read.
    """
    blocked = 0

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal blocked
        value = value.strip()
        if (tag, name) == ("a", "href"):
            return value if _LINK.match(value) else None
        if (tag, name) != ("img", "src"):
            return value
        if value[:4].lower() == "cid:":
            return pictures.get(value[4:].strip("<>").replace("%40", "@"))
        if _OUTSIDE.match(value):
            blocked += not outside
            return value if outside else None
        return None

    cleaned = nh3.clean(
        well_nested(html[:LONGEST]),
        tags=set(KNOWN),
        attributes={"*": _ANYWHERE} | _OF_TAG,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=set(_STYLES),
    )
    return SafeHtml(html=cleaned, blocked=blocked, is_cut=len(html) > LONGEST)
