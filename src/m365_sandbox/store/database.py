"""One SQLite file, one connection, one lock: reads and writes of all threads come one after the other."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from m365_sandbox.store import calendar_tables, mail_tables, task_tables

SCHEMA = 1

# Numbers are never given out again: delta tokens and removals remember those of items that are gone.
_TABLES = """
CREATE TABLE mailboxes (
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, address TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display_name TEXT NOT NULL, language TEXT NOT NULL, time_zone TEXT NOT NULL,
  sequence INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0);
CREATE TABLE folders (
  n INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL REFERENCES mailboxes, parent INTEGER,
  id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, sequence INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0, purged INTEGER NOT NULL DEFAULT 0);
CREATE INDEX folders_changed ON folders (mailbox, sequence);
CREATE TABLE contacts (
  n INTEGER PRIMARY KEY AUTOINCREMENT, folder INTEGER NOT NULL REFERENCES folders, origin INTEGER,
  id TEXT NOT NULL UNIQUE, immutable_id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL,
  created TEXT NOT NULL, modified TEXT NOT NULL, properties TEXT NOT NULL);
CREATE INDEX contacts_changed ON contacts (folder, sequence);
CREATE INDEX contacts_listed ON contacts (folder, n);
CREATE TABLE gone (
  folder INTEGER NOT NULL, sequence INTEGER NOT NULL, contact INTEGER NOT NULL,
  id TEXT NOT NULL, immutable_id TEXT NOT NULL);
CREATE INDEX gone_changed ON gone (folder, sequence);
CREATE INDEX gone_contact ON gone (contact, folder);
CREATE TABLE extended (
  owner TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL COLLATE NOCASE,
  multi INTEGER NOT NULL, PRIMARY KEY (owner, key)) WITHOUT ROWID;
CREATE INDEX extended_value ON extended (key, value);
CREATE TABLE extensions (
  contact INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (contact, name)) WITHOUT ROWID;
CREATE TABLE photos (contact INTEGER PRIMARY KEY, content_type TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE categories (
  n INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, color TEXT NOT NULL);
CREATE TABLE apps (
  client_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, secret TEXT NOT NULL, permissions TEXT NOT NULL);
CREATE TABLE tokens (
  token TEXT PRIMARY KEY, kind TEXT NOT NULL, client_id TEXT NOT NULL, mailbox INTEGER, scope TEXT NOT NULL,
  expires REAL NOT NULL, details TEXT NOT NULL DEFAULT '');
CREATE TABLE withdrawn (client_id TEXT NOT NULL, mailbox INTEGER NOT NULL, PRIMARY KEY (client_id, mailbox));
"""


class Database:
    """The connection behind a `State`.

    Args:
        path: the SQLite file, made when missing; None keeps everything in memory.

    Raises:
        ValueError: when the file was written by another version of the sandbox.
    """

    def __init__(self, path: Path | None) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row
        self.close = weakref.finalize(self, self._connection.close)
        # Without a wait for the disk at each commit a killed process still loses nothing; a power cut may.
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            self._connection.executescript(f"BEGIN;{_TABLES}PRAGMA user_version={SCHEMA};COMMIT;")
        elif found != SCHEMA:
            raise ValueError(
                f"{path} was written by another version of the sandbox (schema {found}, this one has {SCHEMA}). "
                "Give another data folder or remove that file."
            )
        self._connection.executescript(f"BEGIN;{calendar_tables.TABLES}COMMIT;")
        self._connection.executescript(f"BEGIN;{task_tables.TABLES}COMMIT;")
        self._connection.executescript(f"BEGIN;{mail_tables.TABLES}COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; may be nested, the outermost one commits. Other threads wait."""
        with self.lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def rows(self, sql: str, *parameters: Any) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self.lock:
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, *parameters: Any) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with self.lock:
            found: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
            return found

    def write(self, sql: str, *parameters: Any) -> int:
        """Run one statement; gives the id of the row that it inserted, if it did."""
        with self.lock:
            return self._connection.execute(sql, parameters).lastrowid or 0

    def count(self, sql: str, *parameters: Any) -> int:
        """How many rows a statement changed, or the number that a SELECT COUNT gives."""
        with self.lock:
            cursor = self._connection.execute(sql, parameters)
            return cursor.rowcount if cursor.description is None else int(cursor.fetchone()[0])

    def write_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run one statement for each tuple of parameters."""
        with self.lock:
            self._connection.executemany(sql, rows)
