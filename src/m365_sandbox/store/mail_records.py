"""What the store of mail hands out: frozen copies of its rows."""

from dataclasses import dataclass, field

from m365_sandbox.store.records import JsonObject


@dataclass(frozen=True)
class MailFolder:
    """A mail folder; `kind` is its well-known name as Graph writes it, or nothing for one of the user's own.

    A deleted folder lies below Deleted Items; `purged` ones are gone for ever.
    """

    n: int
    mailbox: int
    parent: int | None
    parent_id: str | None
    id: str
    name: str
    kind: str
    hidden: bool
    sequence: int
    purged: bool


@dataclass(frozen=True)
class Message:
    """A message as stored, without its body, source and attachments, which are asked for by themselves.

    Attributes:
        n: the store's own number.
        folder, folder_id: where it lies.
        origin: the folder from which it went to Deleted Items.
        id: changes whenever it moves.
        immutable_id: stays.
        sequence: the mailbox's number of its last change.
        created, modified: stamps in UTC to the second.
        received, sent: the same; None where it was neither.
        draft: whether it was never sent nor received.
        message_id: the Internet Message-ID with its angle brackets; empty where it came in without one.
        conversation: the id of its conversation.
        categories: as the user wrote them.
        properties: Graph's other properties.
    """

    n: int
    folder: int
    folder_id: str
    origin: int | None
    id: str
    immutable_id: str
    sequence: int
    created: str
    modified: str
    received: str | None
    sent: str | None
    draft: bool
    message_id: str
    conversation: str
    categories: tuple[str, ...]
    properties: JsonObject

    @property
    def owner(self) -> str:
        """Under which name extended properties and extensions hang on it."""
        return f"m{self.n}"


@dataclass(frozen=True)
class Attachment:
    """An attachment of a message.

    Attributes:
        n: the store's own number.
        id: its id.
        modified: a stamp in UTC to the second.
        properties: Graph's properties, `@odata.type` among them; of an item the `item`.
        size: bytes of its content.
        has_content: whether it has any; a reference has none, nor has an item that came as JSON.
    """

    n: int
    id: str
    modified: str
    properties: JsonObject
    size: int
    has_content: bool


@dataclass(frozen=True)
class NewAttachment:
    """An attachment that is to be made: Graph's properties without its content, and that."""

    properties: JsonObject
    content: bytes | None


@dataclass(frozen=True)
class GoneMessage:
    """A message that left a folder."""

    sequence: int
    id: str
    immutable_id: str


@dataclass(frozen=True)
class MessageChange:
    """What a request, a page or an import wants to be true of a message.

    Attributes:
        properties: Graph's property names with checked values.
        single: single-value extended properties, normalised key -> (id as written, value or None to remove).
        multi: the same for multi-value extended properties.
        extensions: open extensions to add, name -> their JSON.
    """

    properties: JsonObject = field(default_factory=dict)
    single: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    multi: dict[str, tuple[str, list[str] | None]] = field(default_factory=dict)
    extensions: dict[str, JsonObject] = field(default_factory=dict)
