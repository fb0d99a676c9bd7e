"""What hangs on a contact or folder beside its properties: extended properties, open extensions, a photo."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from m365_sandbox.store.database import Database
from m365_sandbox.store.records import Contact, Folder, JsonObject


@dataclass(frozen=True)
class Photo:
    """A contact's picture as it was uploaded."""

    content_type: str
    content: bytes


class Attached:
    """Reads and writes what hangs on items."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def extended(
        self, item: Contact | Folder, keys: Sequence[str], *, multi: bool
    ) -> dict[str, str | list[str]]:
        """The extended properties of an item under these normalised keys, as far as it has them."""
        owner = f"{'c' if isinstance(item, Contact) else 'f'}{item.n}"
        marks = ",".join("?" * len(keys))
        rows = self._database.rows(
            f"SELECT key, value FROM extended WHERE owner = ? AND multi = ? AND key IN ({marks})",  # noqa: S608
            owner,
            int(multi),
            *keys,
        )
        return {row["key"]: msgspec.json.decode(row["value"]) if multi else row["value"] for row in rows}

    def all_extended(self, contact: Contact) -> list[tuple[str, str]]:
        """Every extended property of a contact as (id, value), for the pages and for tests."""
        rows = self._database.rows(
            "SELECT id, value FROM extended WHERE owner = ? ORDER BY key", f"c{contact.n}"
        )
        return [(row["id"], row["value"]) for row in rows]

    def extensions(self, contact: Contact) -> dict[str, JsonObject]:
        """The open extensions of a contact by name."""
        rows = self._database.rows(
            "SELECT name, body FROM extensions WHERE contact = ? ORDER BY name", contact.n
        )
        return {row["name"]: msgspec.json.decode(row["body"]) for row in rows}

    def write_extension(self, contact: Contact, name: str, body: JsonObject) -> None:
        """Add or replace one open extension."""
        with self._database.transaction():
            self._database.write(
                "INSERT OR REPLACE INTO extensions VALUES (?, ?, ?)",
                contact.n,
                name,
                msgspec.json.encode(body).decode(),
            )

    def remove_extension(self, contact: Contact, name: str) -> None:
        """Take one open extension away."""
        with self._database.transaction():
            self._database.write("DELETE FROM extensions WHERE contact = ? AND name = ?", contact.n, name)

    def photo(self, contact: Contact) -> Photo | None:
        """The contact's picture, if it has one."""
        row = self._database.row("SELECT content_type, content FROM photos WHERE contact = ?", contact.n)
        return None if row is None else Photo(row["content_type"], row["content"])

    def write_photo(self, contact: Contact, photo: Photo) -> None:
        """Set or replace the contact's picture."""
        with self._database.transaction():
            self._database.write(
                "INSERT OR REPLACE INTO photos VALUES (?, ?, ?)", contact.n, photo.content_type, photo.content
            )

    def remove_photo(self, contact: Contact) -> None:
        """Take the contact's picture away."""
        with self._database.transaction():
            self._database.write("DELETE FROM photos WHERE contact = ?", contact.n)
