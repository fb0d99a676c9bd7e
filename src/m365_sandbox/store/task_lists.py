"""Lists of tasks in a mailbox: the two that every mailbox has, and the user's own."""

from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.records import NotFoundError
from m365_sandbox.store.task_records import ListKind, TaskList

_NAMES: dict[ListKind, dict[str, str]] = {
    "defaultList": {"nl": "Taken", "de": "Aufgaben", "fr": "Tâches", "en": "Tasks"},
    "flaggedEmails": {
        "nl": "Gemarkeerde e-mail",
        "de": "Gekennzeichnete E-Mails",
        "fr": "Courriers avec indicateur",
        "en": "Flagged Emails",
    },
}


class TaskLists:
    """Reads and writes lists; each change takes the mailbox's next change number."""

    def __init__(self, database: Database, ids: Ids, directory: Directory) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory

    def default(self, mailbox: int) -> TaskList:
        """The built-in list `Tasks`."""
        return self._built_in(mailbox, "defaultList")

    def flagged(self, mailbox: int) -> TaskList:
        """The built-in list of flagged mail."""
        return self._built_in(mailbox, "flaggedEmails")

    def all(self, mailbox: int) -> list[TaskList]:
        """The built-in lists and the others, in the order of their making."""
        self.flagged(mailbox)
        return self._many("WHERE mailbox = ? AND deleted = 0 ORDER BY n", mailbox)

    def find(self, mailbox: int, list_id: str) -> TaskList | None:
        """A list by its id; None when there is none, or when it was deleted."""
        found = self._many("WHERE mailbox = ? AND id = ? AND deleted = 0", mailbox, list_id)
        return found[0] if found else None

    def get(self, mailbox: int, list_id: str) -> TaskList:
        """Like `find`.

        Raises:
            NotFoundError: when there is none.
        """
        found = self.find(mailbox, list_id)
        if found is None:
            raise NotFoundError("There is no such list of tasks.")
        return found

    def by_number(self, n: int) -> TaskList:
        """The list with the store's own number, deleted or not."""
        return self._many("WHERE n = ?", n)[0]

    def changed(self, mailbox: int, after: int, upto: int, limit: int) -> list[TaskList]:
        """Lists last changed, made or deleted in that stretch of changes, oldest first."""
        return self._many(
            "WHERE mailbox = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
            mailbox,
            after,
            upto,
            limit,
        )

    def add(self, mailbox: int, name: str) -> TaskList:
        """A new list; To Do takes several of one name."""
        self.flagged(mailbox)
        with self._database.transaction():
            return self._insert(mailbox, name, "none")

    def rename(self, found: TaskList, name: str) -> TaskList:
        """Give a list another name."""
        self._touch(found, "name = ?", name)
        return self.by_number(found.n)

    def touch(self, found: TaskList) -> None:
        """Give a list a new change number, as when its extensions changed."""
        self._touch(found, "kind = kind")

    def mark_deleted(self, found: TaskList) -> None:
        """Remove a list; its tasks are removed by `Tasks.remove_all` before.

        Raises:
            ValueError: when it is a built-in one.
        """
        if found.kind != "none":
            raise ValueError("A built-in list cannot be deleted.")
        self._touch(found, "deleted = 1")

    def _built_in(self, mailbox: int, kind: ListKind) -> TaskList:
        """Both are made together; a mailbox made before there was To Do gets them now."""
        with self._database.transaction():
            found = self._many("WHERE mailbox = ? AND kind = ?", mailbox, kind)
            if found:
                return found[0]
            language = self._directory.by_number(mailbox).language[:2].lower()
            made = {
                each: self._insert(mailbox, names.get(language, names["en"]), each)
                for each, names in _NAMES.items()
            }
            return made[kind]

    def _insert(self, mailbox: int, name: str, kind: ListKind) -> TaskList:
        n = self._database.write(
            "INSERT INTO task_lists (mailbox, id, name, kind, sequence) VALUES (?, ?, ?, ?, ?)",
            mailbox,
            self._ids.folder(),
            name,
            kind,
            self._directory.next_sequence(mailbox),
        )
        return self.by_number(n)

    def _touch(self, found: TaskList, setting: str, *values: object) -> None:
        with self._database.transaction():
            self._database.write(
                f"UPDATE task_lists SET {setting}, sequence = ? WHERE n = ?",  # noqa: S608 - written above
                *values,
                self._directory.next_sequence(found.mailbox),
                found.n,
            )

    def _many(self, where: str, *parameters: object) -> list[TaskList]:
        rows = self._database.rows(f"SELECT * FROM task_lists {where}", *parameters)  # noqa: S608 - written above
        return [TaskList(**{**dict(row), "deleted": bool(row["deleted"])}) for row in rows]
