"""What an import yields: contacts as Outlook keeps them, and what could not be taken."""

from dataclasses import dataclass, field

from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said


@dataclass(frozen=True, kw_only=True)
class ImportedContact:
    """A contact read from a file.

    Attributes:
        position: its place in the file, from 1: the card's number, or the line where the row begins.
        properties: Graph's property names and JSON values.
        photo: its picture.
        extended: single-value extended properties, id -> value (Graph: Extended properties overview).
        notes: what Outlook has no room for, or what was changed to fit; a sentence each.
    """

    position: int
    properties: JsonObject
    photo: bytes | None = None
    extended: dict[str, str] = field(default_factory=dict)
    notes: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """An entry of a file that was not taken, with the reason for people."""

    position: int
    reason: Said


class UnreadableFileError(ValueError):
    """The file as a whole is not what it should be; `reason` is for people."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason
