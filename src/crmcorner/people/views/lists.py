"""What the list pages share: search, sort, filter, pages."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader of a list asked for."""

    text: str
    show: str
    sort: str

    @property
    def mine(self) -> bool:
        """Only his own."""
        return self.show == "mine"

    @property
    def deleted(self) -> bool:
        """Those in the bin."""
        return self.show == "bin"

    def context(self) -> dict[str, Any]:
        """Return what the fragments of a list want."""
        return {"search_text": self.text, "show": self.show, "sort": self.sort, "shows_owner_filter": True}


def asked(request: HttpRequest) -> Asked:
    """Read a list's query string."""
    show = request.GET.get("show", "")
    return Asked(
        text=request.GET.get("q", "").replace("\x00", ""),
        show=show if show in {"mine", "bin"} else "",
        sort=request.GET.get("sort", "") or "name",
    )


def page_of(request: HttpRequest, rows: "QuerySet[Any] | list[Any]", size: int = PAGE_SIZE) -> "Page[Any]":
    """Return the page that was asked for; an impossible number gives the nearest."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
