"""What the store hands out: frozen copies of its rows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Mailbox:
    """One user and his mailbox. `n` is the store's own number, `id` the GUID that Graph shows."""

    n: int
    id: str
    address: str
    display_name: str
    language: str
    time_zone: str
    sequence: int
    epoch: int


@dataclass(frozen=True)
class Folder:
    """A contact folder (kind `folder`), the default one (`contacts`) or Deleted Items (`deleted`)."""

    n: int
    mailbox: int
    parent: int | None
    parent_id: str | None
    id: str
    name: str
    kind: str
    sequence: int
    deleted: bool


@dataclass(frozen=True)
class Contact:
    """A contact as stored. `properties` holds only those of Graph's properties that have a value."""

    n: int
    folder: int
    folder_id: str
    origin: int | None
    id: str
    immutable_id: str
    sequence: int
    created: str
    modified: str
    properties: JsonObject


@dataclass(frozen=True)
class Gone:
    """A contact that left a folder: the ids that it had there."""

    sequence: int
    contact: int
    id: str
    immutable_id: str


@dataclass(frozen=True)
class Category:
    """An entry of the mailbox's list of categories."""

    id: str
    name: str
    color: str


@dataclass(frozen=True)
class App:
    """An app registration: who may ask for tokens, and which permissions the tokens carry."""

    client_id: str
    tenant_id: str
    secret: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """A token handed out. `mailbox` is the signed-in user's, None when the app itself signed in."""

    token: str
    kind: str
    client_id: str
    mailbox: int | None
    scope: tuple[str, ...]
    expires: float
    details: str


@dataclass(frozen=True)
class ContactChange:
    """What a request, a page or an import wants to be true of a contact.

    Attributes:
        properties: Graph's property names with checked values; None or an empty list takes the value away.
        single: single-value extended properties, normalised key -> (id as written, value or None to remove).
        multi: the same for multi-value extended properties.
        extensions: open extensions to add, name -> their JSON.
    """

    properties: JsonObject = field(default_factory=dict)
    single: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    multi: dict[str, tuple[str, list[str] | None]] = field(default_factory=dict)
    extensions: dict[str, JsonObject] = field(default_factory=dict)


class NotFoundError(LookupError):
    """What was asked for is not in the store; the message names it."""


def stamp(moment: datetime) -> str:
    """A moment as Exchange writes it: ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
