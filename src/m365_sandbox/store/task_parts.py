"""Steps and links of tasks: rows that belong to a task, in the order of their making."""

import msgspec

from m365_sandbox.store.database import Database
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import PartKind, Task, TaskPart


class TaskParts:
    """Reads and writes them; whether the task itself counts as changed is for the caller to say."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    def of(self, task: Task, kind: PartKind) -> list[TaskPart]:
        """All of a kind."""
        rows = self._database.rows(
            "SELECT * FROM task_parts WHERE task = ? AND kind = ? ORDER BY n", task.n, kind
        )
        return [TaskPart(row["n"], row["id"], msgspec.json.decode(row["properties"])) for row in rows]

    def find(self, task: Task, kind: PartKind, part_id: str) -> TaskPart | None:
        """One by its id, or None."""
        return next((each for each in self.of(task, kind) if each.id == part_id), None)

    def add(self, task: Task, kind: PartKind, properties: JsonObject) -> TaskPart:
        """A new one at the end."""
        identifier = self._ids.guid()
        with self._database.transaction():
            n = self._database.write(
                "INSERT INTO task_parts (task, kind, id, properties) VALUES (?, ?, ?, ?)",
                task.n,
                kind,
                identifier,
                msgspec.json.encode(properties).decode(),
            )
        return TaskPart(n, identifier, properties)

    def update(self, part: TaskPart, properties: JsonObject) -> TaskPart:
        """Replace its properties."""
        with self._database.transaction():
            self._database.write(
                "UPDATE task_parts SET properties = ? WHERE n = ?",
                msgspec.json.encode(properties).decode(),
                part.n,
            )
        return TaskPart(part.n, part.id, properties)

    def remove(self, part: TaskPart) -> None:
        """Remove one."""
        with self._database.transaction():
            self._database.write("DELETE FROM task_parts WHERE n = ?", part.n)

    def forget(self, task: Task) -> None:
        """Remove all of a task's."""
        with self._database.transaction():
            self._database.write("DELETE FROM task_parts WHERE task = ?", task.n)
