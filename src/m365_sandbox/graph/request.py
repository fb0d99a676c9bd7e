"""A request to Graph and its answer, apart from HTTP: a batch carries them inside one HTTP request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from m365_sandbox.errors import bad_request
from m365_sandbox.store.records import JsonObject, Mailbox

_PREFERENCE = re.compile(r'([\w.\-]+)\s*=\s*"?([^",;]+)"?')


@dataclass(frozen=True)
class Caller:
    """Who asks: the app, the signed-in user (None: the app itself signed in), and what the token allows."""

    client_id: str
    mailbox: Mailbox | None
    scope: tuple[str, ...]


@dataclass(frozen=True)
class GraphRequest:
    """One request.

    Attributes:
        method: the HTTP method.
        path: the decoded path below the version, beginning with a slash.
        query: the raw query string.
        headers: names in lower case.
        body: the bytes of a request of its own, or the JSON of a request inside a batch.
        root: the address of the version, as `https://graph.microsoft.com/v1.0`.
        caller: who asks.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any
    root: str
    caller: Caller

    @property
    def target(self) -> str:
        """Path and query, for the log and for faults."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def options(self) -> dict[str, str]:
        """The decoded query options.

        Raises:
            GraphError: 400 when one is given twice.
        """
        found: dict[str, str] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            if name in found:
                raise bad_request(f"Query option '{name}' was specified more than once, but it must be specified "
                                  "at most once.")  # fmt: skip
            found[name] = value
        return found

    @property
    def preferences(self) -> dict[str, str]:
        """The `Prefer` header by name in lower case."""
        return {
            name.lower(): value.strip() for name, value in _PREFERENCE.findall(self.headers.get("prefer", ""))
        }

    @property
    def wants_immutable_ids(self) -> bool:
        """Whether ids are to be answered in the form that survives a move."""
        return self.preferences.get("idtype", "").lower() == "immutableid"

    @property
    def wants_metadata(self) -> bool:
        """False when the client asked for `odata.metadata=none`."""
        return "odata.metadata=none" not in self.headers.get("accept", "").replace(" ", "").lower()

    def json(self) -> JsonObject:
        """The body as a JSON object.

        Raises:
            GraphError: 400 or 415 when it is none.
        """
        if isinstance(self.body, dict):
            return self.body
        if not self.body:
            raise bad_request("Empty Payload. JSON content expected.")
        if not isinstance(self.body, bytes):
            raise bad_request("Unable to read JSON request payload.")
        try:
            decoded = msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise bad_request("Unable to read JSON request payload. Please ensure Content-Type header is set and "
                              "payload is of valid JSON format.") from error  # fmt: skip
        if not isinstance(decoded, dict):
            raise bad_request("Unable to read JSON request payload.")
        return decoded


@dataclass(frozen=True)
class Answer:
    """What Graph answers: JSON as a dictionary, anything else as bytes."""

    status: int
    body: JsonObject | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    @property
    def failed(self) -> bool:
        """Whether the request had no success."""
        return self.status >= 400


def split_target(target: str) -> tuple[str, str]:
    """Path and raw query of a relative URL as it stands in a batch; the path is decoded."""
    path, _, query = target.partition("?")
    return "/" + unquote(path).lstrip("/"), query
