"""What the store of To Do hands out: frozen copies of its rows."""

from dataclasses import dataclass, field
from typing import Literal

from m365_sandbox.store.records import JsonObject

ListKind = Literal["none", "defaultList", "flaggedEmails"]
PartKind = Literal["checklistItems", "linkedResources"]


@dataclass(frozen=True)
class TaskList:
    """A list of tasks; `kind` is Graph's wellknownListName."""

    n: int
    mailbox: int
    id: str
    name: str
    kind: ListKind
    sequence: int
    deleted: bool

    @property
    def owner(self) -> str:
        """Under which name extensions hang on it."""
        return f"tl{self.n}"


@dataclass(frozen=True)
class Task:
    """A task as stored.

    Attributes:
        n: the store's own number.
        list, list_id: where it lies.
        id: its only id, which changes when the user moves it to another list (Graph: todoTask resource).
        sequence: the mailbox's number of its last change.
        created, modified, body_modified: stamps in UTC to the second.
        properties: Graph's writable properties; due and start at midnight of the zone in which they were written.
    """

    n: int
    list: int
    list_id: str
    id: str
    sequence: int
    created: str
    modified: str
    body_modified: str
    properties: JsonObject

    @property
    def owner(self) -> str:
        """Under which name extensions hang on it."""
        return f"t{self.n}"


@dataclass(frozen=True)
class GoneTask:
    """A task that left a list: the id that it had there."""

    sequence: int
    id: str


@dataclass(frozen=True)
class TaskPart:
    """A step of a task (`checklistItems`) or a link to something elsewhere (`linkedResources`)."""

    n: int
    id: str
    properties: JsonObject


@dataclass(frozen=True)
class TaskChange:
    """What a new task is to be.

    Attributes:
        properties: the checked and completed properties.
        links: the linkedResources made along with it.
        extensions: open extensions made along with it, name -> their JSON.
    """

    properties: JsonObject
    links: tuple[JsonObject, ...] = ()
    extensions: dict[str, JsonObject] = field(default_factory=dict)
