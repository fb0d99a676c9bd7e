"""Contacts of a mailbox: the rows, what changed since when, and where they went."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.folders import Folders
from m365_sandbox.store.ids import Ids, change_key
from m365_sandbox.store.records import (
    Contact,
    ContactChange,
    Folder,
    Gone,
    JsonObject,
    Mailbox,
    NotFoundError,
    stamp,
)

_SELECT = "SELECT c.*, f.id AS folder_id FROM contacts c JOIN folders f ON f.n = c.folder "


class Contacts:
    """Reads and writes contacts; each change takes the mailbox's next change number."""

    def __init__(
        self,
        database: Database,
        ids: Ids,
        directory: Directory,
        folders: Folders,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory
        self._folders = folders
        self._clock = clock

    # -- reading

    def find(self, mailbox: int, contact_id: str) -> Contact | None:
        """A contact in any folder (Deleted Items too) by either form of its id; None when there is none."""
        found = self._many(
            "WHERE (c.id = ? OR c.immutable_id = ?) AND f.mailbox = ?", contact_id, contact_id, mailbox
        )
        return found[0] if found else None

    def get(self, mailbox: int, contact_id: str) -> Contact:
        """Like `find`.

        Raises:
            NotFoundError: when there is none.
        """
        found = self.find(mailbox, contact_id)
        if found is None:
            raise NotFoundError("The specified object was not found in the store.")
        return found

    def page(
        self,
        folder: Folder,
        *,
        limit: int,
        offset: int = 0,
        order: tuple[str, bool] | None = None,
        stamped: tuple[str, str | None] | None = None,
    ) -> list[Contact]:
        """A page of a folder's contacts.

        Args:
            folder: where to look.
            limit: at most so many.
            offset: so many are left out at the start.
            order: a property and whether downwards; without it in the order of their making.
            stamped: only those with the single-value extended property of this key, and with this value
                when it is not None.
        """
        where, parameters = "WHERE c.folder = ?", [folder.n]
        values: list[Any] = list(parameters)
        if stamped is not None:
            key, value = stamped
            where += " AND c.n IN (SELECT CAST(substr(owner, 2) AS INTEGER) FROM extended WHERE key = ? "
            where += "AND substr(owner, 1, 1) = 'c'" + (" AND value = ?)" if value is not None else ")")
            values += [key] if value is None else [key, value]
        by = "c.n"
        if order is not None:
            by = f"json_extract(c.properties, ?) COLLATE NOCASE {'DESC' if order[1] else 'ASC'}, c.n"
            values.append(f"$.{order[0]}")
        return self._many(f"{where} ORDER BY {by} LIMIT ? OFFSET ?", *values, limit, offset)

    def each(self, folder: Folder, *, order: tuple[str, bool] | None = None) -> Iterator[Contact]:
        """Every contact of a folder, read in pieces, for a search that no index answers."""
        size, offset = 1000, 0
        while piece := self.page(folder, limit=size, offset=offset, order=order):
            yield from piece
            offset += size

    def how_many(self, folder: Folder) -> int:
        """The number of contacts in a folder."""
        return self._database.count("SELECT COUNT(*) FROM contacts WHERE folder = ?", folder.n)

    def search(self, mailbox: int, text: str, *, limit: int = 100) -> list[Contact]:
        """Contacts of a mailbox, deleted ones left out, in whose properties `text` occurs (for the pages)."""
        return self._many(
            "WHERE f.mailbox = ? AND f.kind <> 'deleted' AND f.deleted = 0 "
            "AND instr(lower(c.properties), lower(?)) ORDER BY c.n LIMIT ?",
            mailbox,
            text,
            limit,
        )

    def changed(self, folder: Folder, after: int, upto: int, limit: int) -> list[Contact]:
        """Contacts now in the folder whose last change lies after `after` and not beyond `upto`, oldest first."""
        return self._many(
            "WHERE c.folder = ? AND c.sequence > ? AND c.sequence <= ? ORDER BY c.sequence LIMIT ?",
            folder.n,
            after,
            upto,
            limit,
        )

    def gone(self, folder: Folder, after: int, upto: int, limit: int) -> list[Gone]:
        """Contacts that left the folder in that stretch of changes, oldest first."""
        rows = self._database.rows(
            "SELECT * FROM gone WHERE folder = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
            folder.n,
            after,
            upto,
            limit,
        )
        return [Gone(row["sequence"], row["contact"], row["id"], row["immutable_id"]) for row in rows]

    def returned(self, folder: Folder, numbers: Sequence[int]) -> set[int]:
        """Which of these contacts were once taken out of the folder (the store's own numbers)."""
        marks = ",".join("?" * len(numbers))
        rows = self._database.rows(
            f"SELECT DISTINCT contact FROM gone WHERE folder = ? AND contact IN ({marks})",  # noqa: S608
            folder.n,
            *numbers,
        )
        return {row["contact"] for row in rows}

    # -- writing

    def add(self, folder: Folder, change: ContactChange) -> Contact:
        """Store a new contact with its extended properties and extensions."""
        with self._database.transaction():
            now = stamp(self._clock())
            n = self._database.write(
                "INSERT INTO contacts (folder, id, immutable_id, sequence, created, modified, properties) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                folder.n,
                self._ids.item(),
                self._ids.immutable(),
                self._directory.next_sequence(folder.mailbox),
                now,
                now,
                _text(_without_empty(change.properties)),
            )
            self._write_beside(n, change)
            return self._by_number(n)

    def update(self, mailbox: int, contact: Contact, change: ContactChange) -> Contact:
        """Apply a change to a contact; what it does not name stays."""
        with self._database.transaction():
            properties = _without_empty({**contact.properties, **change.properties})
            self._write_beside(contact.n, change)
            self._touch(mailbox, contact.n, "properties = ?", _text(properties))
            return self._by_number(contact.n)

    def touch(self, mailbox: int, contact: Contact) -> Contact:
        """Give a contact a new change number, as when its photo changed."""
        with self._database.transaction():
            self._touch(mailbox, contact.n, "origin = origin")
            return self._by_number(contact.n)

    def move(self, mailbox: int, contact: Contact, to: Folder) -> Contact:
        """Put a contact in another folder: its ordinary id changes, the immutable one stays."""
        if contact.folder == to.n:
            return contact
        with self._database.transaction():
            self._leave(mailbox, contact)
            origin = contact.folder if to.kind == "deleted" else None
            self._touch(mailbox, contact.n, "folder = ?, id = ?, origin = ?", to.n, self._ids.item(), origin)
            return self._by_number(contact.n)

    def delete(self, mailbox: int, contact: Contact) -> None:
        """Move a contact to Deleted Items; one that lies there already is removed for ever."""
        bin_ = self._folders.deleted_items(mailbox)
        if contact.folder == bin_.n:
            self.purge(mailbox, contact)
        else:
            self.move(mailbox, contact, bin_)

    def purge(self, mailbox: int, contact: Contact) -> None:
        """Remove a contact for ever, with all that hangs on it."""
        with self._database.transaction():
            self._leave(mailbox, contact)
            self._database.write("DELETE FROM contacts WHERE n = ?", contact.n)
            self._database.write("DELETE FROM extended WHERE owner = ?", f"c{contact.n}")
            self._database.write("DELETE FROM extensions WHERE contact = ?", contact.n)
            self._database.write("DELETE FROM photos WHERE contact = ?", contact.n)

    def restore(self, mailbox: int, contact: Contact) -> Contact:
        """Bring a contact back from Deleted Items to the folder it was deleted from, or the default one."""
        if contact.origin is None:
            home = self._folders.default(mailbox)
        else:
            home = self._folders.by_number(contact.origin)
            if self._folders.is_deleted(home):
                home = self._folders.default(mailbox)
        return self.move(mailbox, contact, home)

    # -- inside

    def _leave(self, mailbox: int, contact: Contact) -> None:
        self._database.write(
            "INSERT INTO gone VALUES (?, ?, ?, ?, ?)",
            contact.folder,
            self._directory.next_sequence(mailbox),
            contact.n,
            contact.id,
            contact.immutable_id,
        )

    def _touch(self, mailbox: int, n: int, setting: str, *values: object) -> None:
        self._database.write(
            f"UPDATE contacts SET {setting}, sequence = ?, modified = ? WHERE n = ?",  # noqa: S608
            *values,
            self._directory.next_sequence(mailbox),
            stamp(self._clock()),
            n,
        )

    def _write_beside(self, n: int, change: ContactChange) -> None:
        for key, (written, value) in change.single.items():
            self._write_extended(f"c{n}", key, written, value)
        for key, (written, values) in change.multi.items():
            self._write_extended(f"c{n}", key, written, values)
        for name, body in change.extensions.items():
            self._database.write("INSERT OR REPLACE INTO extensions VALUES (?, ?, ?)", n, name, _text(body))

    def _write_extended(self, owner: str, key: str, written: str, value: str | list[str] | None) -> None:
        if value is None:
            self._database.write("DELETE FROM extended WHERE owner = ? AND key = ?", owner, key)
            return
        multi = isinstance(value, list)
        text = _text(value) if multi else value
        self._database.write(
            "INSERT OR REPLACE INTO extended VALUES (?, ?, ?, ?, ?)", owner, key, written, text, int(multi)
        )

    def _by_number(self, n: int) -> Contact:
        return self._many("WHERE c.n = ?", n)[0]

    def _many(self, where: str, *parameters: object) -> list[Contact]:
        return [
            Contact(
                n=row["n"],
                folder=row["folder"],
                folder_id=row["folder_id"],
                origin=row["origin"],
                id=row["id"],
                immutable_id=row["immutable_id"],
                sequence=row["sequence"],
                created=row["created"],
                modified=row["modified"],
                properties=msgspec.json.decode(row["properties"]),
            )
            for row in self._database.rows(_SELECT + where, *parameters)
        ]


def etag_key(mailbox: Mailbox, contact: Contact) -> str:
    """The contact's changeKey, which its ETag wraps."""
    return change_key(mailbox.id, contact.sequence)


def _without_empty(properties: JsonObject) -> JsonObject:
    return {name: value for name, value in properties.items() if value not in (None, [], {})}


def _text(value: object) -> str:
    # As text, not bytes: SQLite's JSON functions sort by what is inside.
    return msgspec.json.encode(value).decode()
