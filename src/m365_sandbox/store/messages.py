"""Messages of a mailbox: the rows, what changed since when, what hangs on them, and where they went."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from m365_sandbox.store.beside import Beside
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.ids import Ids, change_key
from m365_sandbox.store.mail_folders import MailFolders
from m365_sandbox.store.mail_records import GoneMessage, MailFolder, Message, MessageChange
from m365_sandbox.store.records import JsonObject, Mailbox, NotFoundError, stamp

# Bodies and sources are large: they are asked for by themselves.
_COLUMNS = (
    "m.n, m.folder, m.origin, m.id, m.immutable_id, m.sequence, m.created, m.modified, m.received, m.sent, m.draft, "
    "m.message_id, m.conversation, m.categories, m.properties"
)
_SELECT = f"SELECT {_COLUMNS}, f.id AS folder_id FROM messages m JOIN mail_folders f ON f.n = m.folder "  # noqa: S608
_NEWEST_FIRST = "ORDER BY coalesce(m.received, m.created) DESC, m.n DESC"
_APART = {
    "receivedDateTime": "received", "sentDateTime": "sent", "internetMessageId": "message_id",
    "conversationId": "conversation", "isDraft": "draft", "categories": "categories", "body": "body",
}  # fmt: skip


class Messages:
    """Reads and writes messages; each change takes the mailbox's next change number."""

    def __init__(
        self,
        database: Database,
        ids: Ids,
        directory: Directory,
        *,
        folders: MailFolders,
        beside: Beside,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory
        self._folders = folders
        self._beside = beside
        self._clock = clock

    # -- reading

    def find(self, mailbox: int, message_id: str) -> Message | None:
        """A message in any folder by either form of its id; None when there is none."""
        found = self._many(
            "WHERE (m.id = ? OR m.immutable_id = ?) AND f.mailbox = ?", message_id, message_id, mailbox
        )
        return found[0] if found else None

    def get(self, mailbox: int, message_id: str) -> Message:
        """Like `find`.

        Raises:
            NotFoundError: when there is none.
        """
        found = self.find(mailbox, message_id)
        if found is None:
            raise NotFoundError("The specified object was not found in the store.")
        return found

    def with_message_id(self, mailbox: int, message_id: str) -> list[Message]:
        """The messages of a mailbox that bear this Internet Message-ID."""
        return self._many("WHERE m.message_id = ? AND f.mailbox = ? ORDER BY m.n", message_id, mailbox)

    def each(self, mailbox: int, folder: MailFolder | None = None) -> Iterator[Message]:
        """Every message of a folder, or of all of them, the newest first; read in pieces."""
        size, offset = 500, 0
        where = "WHERE f.mailbox = ?" if folder is None else "WHERE f.mailbox = ? AND m.folder = ?"
        values = (mailbox,) if folder is None else (mailbox, folder.n)
        while piece := self._many(f"{where} {_NEWEST_FIRST} LIMIT ? OFFSET ?", *values, size, offset):
            yield from piece
            offset += size

    def marked(self, mailbox: int, category: str, folder: MailFolder | None = None) -> list[Message]:
        """Those among `each` that may bear a category: its name, in any case, occurs in what they bear."""
        # LIKE of SQLite folds ASCII alone; a name with other letters is looked for by the caller, in all of them.
        if not category.isascii():
            return list(self.each(mailbox, folder))
        where = "WHERE f.mailbox = ? AND instr(lower(m.categories), lower(?))"
        values: tuple[object, ...] = (mailbox, _text(category)[1:-1])
        if folder is not None:
            where, values = f"{where} AND m.folder = ?", (*values, folder.n)
        return self._many(f"{where} {_NEWEST_FIRST}", *values)

    def page(self, folder: MailFolder, *, limit: int, offset: int = 0) -> list[Message]:
        """A page of a folder's messages, the newest first."""
        return self._many(f"WHERE m.folder = ? {_NEWEST_FIRST} LIMIT ? OFFSET ?", folder.n, limit, offset)

    def how_many(self, folder: MailFolder, *, unread: bool = False) -> int:
        """The number of messages in a folder, or of those not read."""
        where = " AND NOT json_extract(properties, '$.isRead')" if unread else ""
        return self._database.count(f"SELECT COUNT(*) FROM messages WHERE folder = ?{where}", folder.n)  # noqa: S608

    def search(self, mailbox: int, text: str, *, limit: int = 100) -> list[Message]:
        """Messages in whose subject, people or body `text` occurs, the newest first (for the pages)."""
        return self._many(
            "WHERE f.mailbox = ? AND (instr(lower(m.properties), lower(?)) OR instr(lower(m.body), lower(?))) "
            f"{_NEWEST_FIRST} LIMIT ?",
            mailbox,
            text,
            text,
            limit,
        )

    def body(self, message: Message) -> JsonObject:
        """The body: contentType and content."""
        row = self._database.row("SELECT body FROM messages WHERE n = ?", message.n)
        found: JsonObject = (
            msgspec.json.decode(row["body"]) if row else {"contentType": "text", "content": ""}
        )
        return found

    def source(self, message: Message) -> bytes | None:
        """The MIME that came in; None for a message that was made here."""
        row = self._database.row("SELECT source FROM messages WHERE n = ?", message.n)
        return None if row is None or row["source"] is None else bytes(row["source"])

    def changed(self, folder: MailFolder, after: int, upto: int, limit: int) -> list[Message]:
        """Messages now in the folder whose last change lies after `after` and not beyond `upto`, oldest first."""
        return self._many(
            "WHERE m.folder = ? AND m.sequence > ? AND m.sequence <= ? ORDER BY m.sequence LIMIT ?",
            folder.n,
            after,
            upto,
            limit,
        )

    def gone(self, folder: MailFolder, after: int, upto: int, limit: int) -> list[GoneMessage]:
        """Messages that left the folder in that stretch of changes, oldest first."""
        rows = self._database.rows(
            "SELECT * FROM gone_messages WHERE folder = ? AND sequence > ? AND sequence <= ? "
            "ORDER BY sequence LIMIT ?",
            folder.n,
            after,
            upto,
            limit,
        )
        return [GoneMessage(row["sequence"], row["id"], row["immutable_id"]) for row in rows]

    # -- writing

    def add(
        self,
        folder: MailFolder,
        change: MessageChange,
        *,
        source: bytes | None = None,
        references: Sequence[str] = (),
    ) -> Message:
        """Store a new message.

        Args:
            folder: where it comes to lie.
            change: what it holds; every property.
            source: the MIME that came in.
            references: Message-IDs of those that it answers; it joins the conversation of one that is here.
        """
        with self._database.transaction():
            now = stamp(self._clock())
            values = dict(change.properties)
            apart = {column: values.pop(name, None) for name, column in _APART.items()}
            message_id = apart["message_id"]
            if message_id is None:
                message_id = f"<{self._ids.guid()}@sandbox.invalid>"
            conversation = apart["conversation"] or self._conversation(folder.mailbox, references)
            n = self._database.write(
                "INSERT INTO messages (folder, id, immutable_id, sequence, created, modified, received, sent, draft, "
                "message_id, conversation, categories, properties, body, source) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                folder.n,
                self._ids.item(),
                self._ids.immutable(),
                self._directory.next_sequence(folder.mailbox),
                now,
                now,
                apart["received"],
                apart["sent"],
                int(bool(apart["draft"])),
                message_id,
                conversation,
                _text(apart["categories"] or []),
                _text(values),
                _text(apart["body"] or {"contentType": "text", "content": ""}),
                source,
            )
            self._beside.write(f"m{n}", change)
            return self._by_number(n)

    def update(self, mailbox: int, message: Message, change: MessageChange) -> Message:
        """Apply a change; what it does not name stays."""
        with self._database.transaction():
            values = dict(change.properties)
            apart = {column: values.pop(name) for name, column in _APART.items() if name in values}
            self._beside.write(message.owner, change)
            for column, value in apart.items():
                stored = _text(value) if column in {"categories", "body"} else value
                self._touch(mailbox, message.n, f"{column} = ?", stored)
            self._touch(mailbox, message.n, "properties = ?", _text({**message.properties, **values}))
            return self._by_number(message.n)

    def touch(self, mailbox: int, message: Message) -> Message:
        """Give a message a new change number, as when its attachments changed."""
        with self._database.transaction():
            self._touch(mailbox, message.n, "origin = origin")
            return self._by_number(message.n)

    def move(self, mailbox: int, message: Message, to: MailFolder) -> Message:
        """Put a message in another folder: its ordinary id changes, the immutable one stays."""
        if message.folder == to.n:
            return message
        with self._database.transaction():
            self._leave(mailbox, message)
            origin = message.folder if to.kind == "deleteditems" else None
            self._touch(mailbox, message.n, "folder = ?, id = ?, origin = ?", to.n, self._ids.item(), origin)
            return self._by_number(message.n)

    def copy(self, message: Message, to: MailFolder) -> Message:
        """Make another message like this one, with all that hangs on it but extended properties and extensions."""
        with self._database.transaction():
            now = stamp(self._clock())
            n = self._database.write(
                "INSERT INTO messages (folder, id, immutable_id, sequence, created, modified, received, sent, draft, "
                "message_id, conversation, categories, properties, body, source) "
                "SELECT ?, ?, ?, ?, ?, ?, received, sent, draft, message_id, conversation, categories, properties, "
                "body, source FROM messages WHERE n = ?",
                to.n,
                self._ids.item(),
                self._ids.immutable(),
                self._directory.next_sequence(to.mailbox),
                now,
                now,
                message.n,
            )
            for row in self._database.rows(
                "SELECT * FROM attachments WHERE message = ? ORDER BY n", message.n
            ):
                self._database.write(
                    "INSERT INTO attachments (message, id, modified, properties, content) VALUES (?, ?, ?, ?, ?)",
                    n,
                    self._ids.item(),
                    row["modified"],
                    row["properties"],
                    row["content"],
                )
            return self._by_number(n)

    def delete(self, mailbox: int, message: Message) -> None:
        """Move a message to Deleted Items; one that lies there, or in a folder there, is removed for ever."""
        bin_ = self._folders.well_known(mailbox, "deleteditems")
        if self._folders.is_below(self._folders.by_number(message.folder), "deleteditems"):
            self.purge(mailbox, message)
        else:
            self.move(mailbox, message, bin_)

    def restore(self, mailbox: int, message: Message) -> Message:
        """Bring a message back from Deleted Items to the folder it was deleted from, or to the Inbox."""
        home = self._folders.well_known(mailbox, "inbox")
        if message.origin is not None:
            origin = self._folders.by_number(message.origin)
            if not origin.purged and not self._folders.is_below(origin, "deleteditems"):
                home = origin
        return self.move(mailbox, message, home)

    def purge(self, mailbox: int, message: Message) -> None:
        """Remove a message for ever, with all that hangs on it."""
        with self._database.transaction():
            self._leave(mailbox, message)
            self._beside.forget(message.owner)
            self._database.write("DELETE FROM attachments WHERE message = ?", message.n)
            self._database.write("DELETE FROM messages WHERE n = ?", message.n)

    # -- inside

    def _conversation(self, mailbox: int, references: Sequence[str]) -> str:
        for each in reversed(references):
            known = self.with_message_id(mailbox, each)
            if known:
                return known[0].conversation
        return self._ids.folder()

    def _leave(self, mailbox: int, message: Message) -> None:
        self._database.write(
            "INSERT INTO gone_messages VALUES (?, ?, ?, ?)",
            message.folder,
            self._directory.next_sequence(mailbox),
            message.id,
            message.immutable_id,
        )

    def _touch(self, mailbox: int, n: int, setting: str, *values: object) -> None:
        self._database.write(
            f"UPDATE messages SET {setting}, sequence = ?, modified = ? WHERE n = ?",  # noqa: S608 - written above
            *values,
            self._directory.next_sequence(mailbox),
            stamp(self._clock()),
            n,
        )

    def _by_number(self, n: int) -> Message:
        return self._many("WHERE m.n = ?", n)[0]

    def _many(self, where: str, *parameters: object) -> list[Message]:
        return [
            Message(
                **{
                    **dict(row),
                    "draft": bool(row["draft"]),
                    "categories": tuple(msgspec.json.decode(row["categories"])),
                    "properties": msgspec.json.decode(row["properties"]),
                }
            )
            for row in self._database.rows(_SELECT + where, *parameters)
        ]


def etag_key(mailbox: Mailbox, message: Message) -> str:
    """The message's changeKey, which its ETag wraps."""
    return change_key(mailbox.id, message.sequence)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
