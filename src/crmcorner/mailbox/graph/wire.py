"""Requests and answers as they travel, alone or inside a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to Graph. ``path`` is relative to the version (``/users/…``), query included."""

    method: str
    path: str
    body: JsonObject | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        """Microsoft's own name for the request, for its support."""
        return self.headers.get("request-id", "")


def segment(text: str) -> str:
    """Return an id or address as one segment of a path; ids may hold ``/``, ``+`` and ``=``."""
    return quote(text, safe="")


def literal(text: str) -> str:
    """Return a string literal of OData, encoded for a query."""
    return quote("'" + text.replace("'", "''") + "'", safe="")
