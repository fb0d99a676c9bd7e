"""Contact folders of a mailbox: the default one, the user's own, nested ones, and Deleted Items."""

from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.records import Folder, NotFoundError

_SELECT = "SELECT f.*, p.id AS parent_id FROM folders f LEFT JOIN folders p ON p.n = f.parent "


class FolderExistsError(ValueError):
    """There is a folder of that name beside it already."""


class Folders:
    """Reads and writes folders; each change takes the mailbox's next change number."""

    def __init__(self, database: Database, ids: Ids, directory: Directory) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory

    def add(self, mailbox: int, name: str, *, parent: Folder | None = None, kind: str = "folder") -> Folder:
        """A new folder below `parent`; without it below the default folder, as Graph has it.

        (Graph: Create contactFolder: "under the user's default contacts folder".)

        Raises:
            FolderExistsError: when its parent has a folder of that name, upper and lower case alike.
        """
        with self._database.transaction():
            parent_n = parent.n if parent else self.default(mailbox).n if kind == "folder" else None
            self._refuse_double_name(mailbox, name, parent_n)
            n = self._database.write(
                "INSERT INTO folders (mailbox, parent, id, name, kind, sequence) VALUES (?, ?, ?, ?, ?, ?)",
                mailbox,
                parent_n,
                self._ids.folder(),
                name,
                kind,
                self._directory.next_sequence(mailbox),
            )
            return self.by_number(n)

    def _refuse_double_name(self, mailbox: int, name: str, parent: int | None) -> None:
        row = self._database.row(
            "SELECT 1 FROM folders WHERE mailbox = ? AND parent IS ? AND name = ? COLLATE NOCASE AND deleted = 0",
            mailbox,
            parent,
            name,
        )
        if row is not None:
            raise FolderExistsError(f"A folder with the specified name already exists: {name}.")

    def by_number(self, n: int) -> Folder:
        """The folder with the store's own number."""
        return self._one("WHERE f.n = ?", n)

    def get(self, mailbox: int, folder_id: str) -> Folder:
        """A folder that is not deleted, nor lies in a deleted one, by its id.

        Raises:
            NotFoundError: otherwise.
        """
        folder = self._one("WHERE f.mailbox = ? AND f.id = ?", mailbox, folder_id)
        if self.is_deleted(folder):
            raise NotFoundError(f"Folder {folder.name} is deleted.")
        return folder

    def is_deleted(self, folder: Folder) -> bool:
        """Whether it or a folder around it is deleted."""
        while not folder.deleted:
            if folder.parent is None:
                return False
            folder = self.by_number(folder.parent)
        return True

    def default(self, mailbox: int) -> Folder:
        """The default folder, Contacts."""
        return self._one("WHERE f.mailbox = ? AND f.kind = 'contacts'", mailbox)

    def deleted_items(self, mailbox: int) -> Folder:
        """Deleted Items, where deleted contacts wait to be restored."""
        return self._one("WHERE f.mailbox = ? AND f.kind = 'deleted'", mailbox)

    def children(self, parent: Folder) -> list[Folder]:
        """The folders directly below `parent`, by name; deleted ones left out."""
        return self._many("WHERE f.parent = ? AND f.deleted = 0 ORDER BY f.name, f.n", parent.n)

    def all(self, mailbox: int) -> list[Folder]:
        """Every folder of a mailbox, deleted ones and Deleted Items included, in the order of their making."""
        return self._many("WHERE f.mailbox = ? AND f.purged = 0 AND f.kind <> 'root' ORDER BY f.n", mailbox)

    def changed(self, mailbox: int, after: int, limit: int) -> list[Folder]:
        """Folders changed (deleted ones too) after that change number, oldest change first."""
        return self._many(
            "WHERE f.mailbox = ? AND f.sequence > ? AND f.kind IN ('contacts', 'folder') ORDER BY f.sequence LIMIT ?",
            mailbox,
            after,
            limit,
        )

    def rename(self, folder: Folder, name: str) -> Folder:
        """Give a folder another name.

        Raises:
            FolderExistsError: when that name is taken beside it.
        """
        with self._database.transaction():
            if name.casefold() != folder.name.casefold():
                self._refuse_double_name(folder.mailbox, name, folder.parent)
            self._change(folder, "name = ?", name)
            return self.by_number(folder.n)

    def delete(self, folder: Folder, *, forever: bool = False) -> None:
        """Delete a folder with all that lies in it; it can be restored unless `forever`."""
        with self._database.transaction():
            self._change(folder, "deleted = 1, purged = ?", int(forever))

    def restore(self, folder: Folder) -> Folder:
        """Bring a deleted folder back to where it was."""
        with self._database.transaction():
            self._change(folder, "deleted = 0, purged = 0")
            return self.by_number(folder.n)

    def _change(self, folder: Folder, setting: str, *values: object) -> None:
        sequence = self._directory.next_sequence(folder.mailbox)
        self._database.write(
            f"UPDATE folders SET {setting}, sequence = ? WHERE n = ?",  # noqa: S608 - `setting` is written above
            *values,
            sequence,
            folder.n,
        )

    def _one(self, where: str, *parameters: object) -> Folder:
        found = self._many(where, *parameters)
        if not found:
            raise NotFoundError("There is no such folder.")
        return found[0]

    def _many(self, where: str, *parameters: object) -> list[Folder]:
        return [
            Folder(
                n=row["n"],
                mailbox=row["mailbox"],
                parent=row["parent"],
                parent_id=row["parent_id"],
                id=row["id"],
                name=row["name"],
                kind=row["kind"],
                sequence=row["sequence"],
                deleted=bool(row["deleted"]),
            )
            for row in self._database.rows(_SELECT + where, *parameters)
        ]
