"""Template tags of the layout."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


_ROOTS = {"portal:home", "outlook:status"}
"""Pages below which other entries of the menu have their own."""


@register.simple_block_tag(takes_context=True)
def menu_item(context: Context, content: str, url_name: str, icon: str) -> SafeString:
    """Render one entry of the menu; the one whose page is open is marked, for screen readers too."""
    url = reverse(url_name)
    path = context["request"].path
    current = path == url or (url_name not in _ROOTS and path.startswith(url))
    return format_html(
        '<li><a href="{}"{}><i class="bi bi-{}" aria-hidden="true"></i> {}</a></li>',
        url,
        SafeString(' aria-current="page"') if current else "",
        icon,
        content,
    )
