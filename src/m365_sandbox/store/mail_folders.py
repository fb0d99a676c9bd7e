"""Mail folders of a mailbox: those that every mailbox has, and the user's own, nested as he likes."""

from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.mail_records import MailFolder
from m365_sandbox.store.records import NotFoundError

ROOT = "msgfolderroot"
# Well-known name -> what Outlook calls it in English and in Dutch (Graph: mailFolder resource).
WELL_KNOWN = {
    "inbox": ("Inbox", "Postvak IN"),
    "drafts": ("Drafts", "Concepten"),
    "sentitems": ("Sent Items", "Verzonden items"),
    "deleteditems": ("Deleted Items", "Verwijderde items"),
    "junkemail": ("Junk Email", "Ongewenste e-mail"),
    "archive": ("Archive", "Archief"),
    "outbox": ("Outbox", "Postvak UIT"),
}
_SELECT = "SELECT f.*, p.id AS parent_id FROM mail_folders f LEFT JOIN mail_folders p ON p.n = f.parent "


class MailFolders:
    """Reads and writes mail folders; each change takes the mailbox's next change number."""

    def __init__(self, database: Database, ids: Ids, directory: Directory) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory

    # -- reading

    def well_known(self, mailbox: int, name: str) -> MailFolder:
        """A folder that every mailbox has, by its well-known name in lower case.

        A mailbox made before there was mail gets its folders now.

        Raises:
            NotFoundError: when no folder is known by that name here.
        """
        found = self._many("WHERE f.mailbox = ? AND f.kind = ?", mailbox, name)
        if not found and name in {ROOT, *WELL_KNOWN}:
            self._furnish(mailbox)
            found = self._many("WHERE f.mailbox = ? AND f.kind = ?", mailbox, name)
        if not found:
            raise NotFoundError(f"There is no folder known as {name}.")
        return found[0]

    def get(self, mailbox: int, folder_id: str) -> MailFolder:
        """A folder by its id, wherever it lies.

        Raises:
            NotFoundError: when there is none (any more).
        """
        found = self._many("WHERE f.mailbox = ? AND f.id = ? AND f.purged = 0", mailbox, folder_id)
        if not found:
            raise NotFoundError("There is no such folder.")
        return found[0]

    def by_number(self, n: int) -> MailFolder:
        """The folder with the store's own number."""
        return self._many("WHERE f.n = ?", n)[0]

    def children(self, parent: MailFolder) -> list[MailFolder]:
        """The folders directly below `parent`: those of every mailbox in Outlook's order, then the others by name."""
        return self._many(
            "WHERE f.parent = ? AND f.purged = 0 ORDER BY f.kind = '', CASE f.kind WHEN '' THEN f.name END COLLATE NOCASE, f.n",
            parent.n,
        )

    def tree(self, mailbox: int) -> list[tuple[MailFolder, int]]:
        """Every folder below the root with its depth (0 at the top), a parent before its children."""
        found: list[tuple[MailFolder, int]] = []
        waiting = [(each, 0) for each in reversed(self.children(self.well_known(mailbox, ROOT)))]
        while waiting:
            folder, depth = waiting.pop()
            found.append((folder, depth))
            waiting += [(each, depth + 1) for each in reversed(self.children(folder))]
        return found

    def is_below(self, folder: MailFolder, kind: str) -> bool:
        """Whether it is the folder of that well-known name, or lies in it."""
        while folder.kind != kind:
            if folder.parent is None:
                return False
            folder = self.by_number(folder.parent)
        return True

    def changed(self, mailbox: int, after: int, upto: int, limit: int) -> list[MailFolder]:
        """Folders changed (purged ones too) in that stretch of changes, oldest change first; without the root."""
        return self._many(
            f"WHERE f.mailbox = ? AND f.sequence > ? AND f.sequence <= ? AND f.kind <> '{ROOT}' "
            "ORDER BY f.sequence LIMIT ?",
            mailbox,
            after,
            upto,
            limit,
        )

    # -- writing

    def add(self, parent: MailFolder, name: str, *, hidden: bool = False) -> MailFolder:
        """A new folder of the user's own.

        Raises:
            FolderExistsError: when its parent has a folder of that name, upper and lower case alike.
        """
        with self._database.transaction():
            self._refuse_double_name(parent.n, name)
            return self._insert(parent.mailbox, parent.n, name, "", hidden=hidden)

    def rename(self, folder: MailFolder, name: str) -> MailFolder:
        """Give a folder another name.

        Raises:
            FolderExistsError: when that name is taken beside it.
        """
        with self._database.transaction():
            if name.casefold() != folder.name.casefold() and folder.parent is not None:
                self._refuse_double_name(folder.parent, name)
            self._change(folder, "name = ?", name)
            return self.by_number(folder.n)

    def move(self, folder: MailFolder, to: MailFolder) -> MailFolder:
        """Put a folder, with all that lies in it, into another one; its id stays.

        Raises:
            FolderExistsError: when that one has a folder of this name.
            ValueError: when it would come to lie in itself.
        """
        with self._database.transaction():
            above: MailFolder | None = to
            while above is not None:
                if above.n == folder.n:
                    raise ValueError("A folder cannot be put into itself.")
                above = self.by_number(above.parent) if above.parent is not None else None
            self._refuse_double_name(to.n, folder.name)
            self._change(folder, "parent = ?", to.n)
            return self.by_number(folder.n)

    def delete(self, folder: MailFolder) -> MailFolder:
        """Put a folder into Deleted Items, under another name where that is taken."""
        with self._database.transaction():
            bin_ = self.well_known(folder.mailbox, "deleteditems")
            name, number = folder.name, 1
            while self._taken(bin_.n, name):
                name, number = f"{folder.name}{number}", number + 1
            self._change(folder, "name = ?, parent = ?", name, bin_.n)
            return self.by_number(folder.n)

    def purge(self, folder: MailFolder) -> None:
        """Let a folder be gone for ever; its messages and the folders in it are the caller's to remove first."""
        with self._database.transaction():
            self._change(folder, "purged = 1")

    # -- inside

    def _furnish(self, mailbox: int) -> None:
        dutch = self._directory.by_number(mailbox).language[:2].lower() == "nl"
        with self._database.transaction():
            root = self._insert(mailbox, None, "Top of Information Store", ROOT)
            for kind, names in WELL_KNOWN.items():
                self._insert(mailbox, root.n, names[1] if dutch else names[0], kind)

    def _insert(
        self, mailbox: int, parent: int | None, name: str, kind: str, *, hidden: bool = False
    ) -> MailFolder:
        n = self._database.write(
            "INSERT INTO mail_folders (mailbox, parent, id, name, kind, hidden, sequence) VALUES (?, ?, ?, ?, ?, ?, ?)",
            mailbox,
            parent,
            self._ids.folder(),
            name,
            kind,
            int(hidden),
            self._directory.next_sequence(mailbox),
        )
        return self.by_number(n)

    def _taken(self, parent: int, name: str) -> bool:
        row = self._database.row(
            "SELECT 1 FROM mail_folders WHERE parent = ? AND name = ? COLLATE NOCASE AND purged = 0",
            parent,
            name,
        )
        return row is not None

    def _refuse_double_name(self, parent: int, name: str) -> None:
        if self._taken(parent, name):
            raise FolderExistsError(f"A folder with the specified name already exists: {name}.")

    def _change(self, folder: MailFolder, setting: str, *values: object) -> None:
        self._database.write(
            f"UPDATE mail_folders SET {setting}, sequence = ? WHERE n = ?",  # noqa: S608 - `setting` is written above
            *values,
            self._directory.next_sequence(folder.mailbox),
            folder.n,
        )

    def _many(self, where: str, *parameters: object) -> list[MailFolder]:
        rows = self._database.rows(_SELECT + where, *parameters)
        return [
            MailFolder(**{**dict(row), "hidden": bool(row["hidden"]), "purged": bool(row["purged"])})
            for row in rows
        ]
