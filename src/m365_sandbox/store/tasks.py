"""Tasks of a mailbox: the rows, what changed since when, and which are gone."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from m365_sandbox.store import task_repeats
from m365_sandbox.store.beside import Beside
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.ids import Ids, change_key
from m365_sandbox.store.records import JsonObject, Mailbox, NotFoundError, stamp
from m365_sandbox.store.task_parts import TaskParts
from m365_sandbox.store.task_records import GoneTask, Task, TaskChange, TaskList

_SELECT = "SELECT t.*, l.id AS list_id FROM tasks t JOIN task_lists l ON l.n = t.list "


class Tasks:
    """Reads and writes tasks; each change takes the mailbox's next change number."""

    def __init__(
        self,
        database: Database,
        ids: Ids,
        directory: Directory,
        *,
        beside: Beside,
        parts: TaskParts,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory
        self._beside = beside
        self._parts = parts
        self._clock = clock

    # -- reading

    def listed(self, place: TaskList) -> list[Task]:
        """The tasks of a list in the order of their making."""
        return self._many("WHERE t.list = ? ORDER BY t.n", place.n)

    def how_many(self, place: TaskList, *, completed: bool = True) -> int:
        """The number of tasks in a list; without the completed ones when they are not to count."""
        where = "" if completed else " AND json_extract(properties, '$.status') <> 'completed'"
        return self._database.count(f"SELECT COUNT(*) FROM tasks WHERE list = ?{where}", place.n)  # noqa: S608

    def find(self, mailbox: int, task_id: str) -> Task | None:
        """A task by its id, in any list; None when there is none."""
        found = self._many("WHERE t.id = ? AND l.mailbox = ?", task_id, mailbox)
        return found[0] if found else None

    def get(self, mailbox: int, task_id: str) -> Task:
        """Like `find`.

        Raises:
            NotFoundError: when there is none.
        """
        found = self.find(mailbox, task_id)
        if found is None:
            raise NotFoundError("The specified object was not found in the store.")
        return found

    def changed(self, place: TaskList, after: int, upto: int, limit: int) -> list[Task]:
        """Tasks now in the list whose last change lies after `after` and not beyond `upto`, oldest first."""
        return self._many(
            "WHERE t.list = ? AND t.sequence > ? AND t.sequence <= ? ORDER BY t.sequence LIMIT ?",
            place.n,
            after,
            upto,
            limit,
        )

    def gone(self, place: TaskList, after: int, upto: int, limit: int) -> list[GoneTask]:
        """Tasks that left the list in that stretch of changes, oldest first."""
        rows = self._database.rows(
            "SELECT * FROM gone_tasks WHERE list = ? AND sequence > ? AND sequence <= ? "
            "ORDER BY sequence LIMIT ?",
            place.n,
            after,
            upto,
            limit,
        )
        return [GoneTask(row["sequence"], row["id"]) for row in rows]

    # -- writing

    def add(self, place: TaskList, change: TaskChange) -> Task:
        """Store a new task with the links and extensions that come along."""
        with self._database.transaction():
            made = self._insert(place.mailbox, place.n, change.properties)
            for link in change.links:
                self._parts.add(made, "linkedResources", link)
            for name, body in change.extensions.items():
                self._beside.write_extension(made.owner, name, body)
            return made

    def update(self, mailbox: int, task: Task, properties: JsonObject) -> Task:
        """Replace a task's properties.

        A repeating task that is completed thereby repeats no more; the next one of its series appears as a new task
        with the same steps, none of them checked. Links and extensions stay with the completed one: whether To Do
        copies them is not on Microsoft's pages.
        """
        with self._database.transaction():
            following = None
            if properties["status"] == "completed" != task.properties["status"]:
                following = task_repeats.following(properties)
                properties = {**properties, "recurrence": None}
            setting = "properties = ?"
            if properties["body"] != task.properties["body"]:
                setting += f", body_modified = '{stamp(self._clock())}'"
            self._touch(mailbox, task.n, setting, _text(properties))
            if following is not None:
                self._repeat(mailbox, task, following)
            return self._by_number(task.n)

    def touch(self, mailbox: int, task: Task) -> Task:
        """Give a task a new change number, as when its extensions changed."""
        with self._database.transaction():
            self._touch(mailbox, task.n, "properties = properties")
            return self._by_number(task.n)

    def move(self, mailbox: int, task: Task, to: TaskList) -> Task:
        """Put a task in another list: its id changes (Graph: todoTask resource)."""
        if task.list == to.n:
            return task
        with self._database.transaction():
            self._leave(mailbox, task)
            self._touch(mailbox, task.n, "list = ?, id = ?", to.n, self._ids.item())
            return self._by_number(task.n)

    def remove(self, mailbox: int, task: Task) -> None:
        """Remove a task for ever, with all that hangs on it."""
        with self._database.transaction():
            self._leave(mailbox, task)
            self._parts.forget(task)
            self._beside.forget(task.owner)
            self._database.write("DELETE FROM tasks WHERE n = ?", task.n)

    def remove_all(self, place: TaskList) -> None:
        """Remove every task of a list."""
        with self._database.transaction():
            for task in self.listed(place):
                self.remove(place.mailbox, task)

    # -- inside

    def _insert(self, mailbox: int, place: int, properties: JsonObject) -> Task:
        now = stamp(self._clock())
        n = self._database.write(
            "INSERT INTO tasks (list, id, sequence, created, modified, body_modified, properties) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            place,
            self._ids.item(),
            self._directory.next_sequence(mailbox),
            now,
            now,
            now,
            _text(properties),
        )
        return self._by_number(n)

    def _repeat(self, mailbox: int, done: Task, properties: JsonObject) -> None:
        made = self._insert(mailbox, done.list, properties)
        for step in self._parts.of(done, "checklistItems"):
            fresh = {**step.properties, "isChecked": False, "checkedDateTime": None}
            self._parts.add(made, "checklistItems", fresh)

    def _leave(self, mailbox: int, task: Task) -> None:
        self._database.write(
            "INSERT INTO gone_tasks VALUES (?, ?, ?)",
            task.list,
            self._directory.next_sequence(mailbox),
            task.id,
        )

    def _touch(self, mailbox: int, n: int, setting: str, *values: object) -> None:
        self._database.write(
            f"UPDATE tasks SET {setting}, sequence = ?, modified = ? WHERE n = ?",  # noqa: S608 - written above
            *values,
            self._directory.next_sequence(mailbox),
            stamp(self._clock()),
            n,
        )

    def _by_number(self, n: int) -> Task:
        return self._many("WHERE t.n = ?", n)[0]

    def _many(self, where: str, *parameters: object) -> list[Task]:
        return [
            Task(**{**dict(row), "properties": msgspec.json.decode(row["properties"])})
            for row in self._database.rows(_SELECT + where, *parameters)
        ]


def etag_key(mailbox: Mailbox, item: Task | TaskList) -> str:
    """What the ETag of a task or list wraps; To Do shows it nowhere else."""
    return change_key(mailbox.id, item.sequence)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
