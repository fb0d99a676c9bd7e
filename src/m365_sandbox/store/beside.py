"""Extended properties and open extensions of anything that has a name of its own in the store (`owner`)."""

from collections.abc import Sequence

import msgspec

from m365_sandbox.store.database import Database
from m365_sandbox.store.event_records import EventChange
from m365_sandbox.store.mail_records import MessageChange
from m365_sandbox.store.records import JsonObject


class Beside:
    """Reads and writes what hangs on an owner; several owners are read as one, the last counts most."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def extended(
        self, owners: Sequence[str], keys: Sequence[str], *, multi: bool
    ) -> dict[str, str | list[str]]:
        """The extended properties under these normalised keys, as far as there are."""
        marks = ",".join("?" * len(keys))
        found: dict[str, str | list[str]] = {}
        for owner in owners:
            rows = self._database.rows(
                f"SELECT key, value FROM extended WHERE owner = ? AND multi = ? AND key IN ({marks})",  # noqa: S608
                owner,
                int(multi),
                *keys,
            )
            for row in rows:
                found[row["key"]] = msgspec.json.decode(row["value"]) if multi else row["value"]
        return found

    def all_extended(self, owners: Sequence[str]) -> dict[str, str | list[str]]:
        """Every extended property by its id as written, for the pages and for tests."""
        found: dict[str, str | list[str]] = {}
        for owner in owners:
            rows = self._database.rows(
                "SELECT id, value, multi FROM extended WHERE owner = ? ORDER BY key", owner
            )
            for row in rows:
                found[row["id"]] = msgspec.json.decode(row["value"]) if row["multi"] else row["value"]
        return found

    def owners_with(self, key: str) -> dict[str, str]:
        """The owners that have a single-value extended property under this key, with its value."""
        rows = self._database.rows("SELECT owner, value FROM extended WHERE key = ? AND multi = 0", key)
        return {row["owner"]: row["value"] for row in rows}

    def write(self, owner: str, change: EventChange | MessageChange) -> None:
        """Set or remove what a change names."""
        for key, (written, value) in change.single.items():
            self._write(owner, key, written, value, multi=False)
        for key, (written, values) in change.multi.items():
            text = None if values is None else msgspec.json.encode(values).decode()
            self._write(owner, key, written, text, multi=True)
        for name, body in change.extensions.items():
            self.write_extension(owner, name, body)

    def _write(self, owner: str, key: str, written: str, value: str | None, *, multi: bool) -> None:
        if value is None:
            self._database.write("DELETE FROM extended WHERE owner = ? AND key = ?", owner, key)
            return
        self._database.write(
            "INSERT OR REPLACE INTO extended VALUES (?, ?, ?, ?, ?)", owner, key, written, value, int(multi)
        )

    def extensions(self, owners: Sequence[str]) -> dict[str, JsonObject]:
        """The open extensions by name."""
        found: dict[str, JsonObject] = {}
        for owner in owners:
            rows = self._database.rows(
                "SELECT name, body FROM owner_extensions WHERE owner = ? ORDER BY name", owner
            )
            found |= {row["name"]: msgspec.json.decode(row["body"]) for row in rows}
        return found

    def write_extension(self, owner: str, name: str, body: JsonObject) -> None:
        """Add or replace one open extension."""
        text = msgspec.json.encode(body).decode()
        with self._database.transaction():
            self._database.write(
                "INSERT OR REPLACE INTO owner_extensions VALUES (?, ?, ?)", owner, name, text
            )

    def remove_extension(self, owner: str, name: str) -> None:
        """Take one open extension away."""
        with self._database.transaction():
            self._database.write("DELETE FROM owner_extensions WHERE owner = ? AND name = ?", owner, name)

    def forget(self, owner: str) -> None:
        """Remove all that hangs on an owner and on the occurrences below it."""
        for table in ("extended", "owner_extensions"):
            self._database.write(
                f"DELETE FROM {table} WHERE owner = ? OR owner GLOB ? || '/*'",  # noqa: S608
                owner,
                owner,
            )
