"""Attachments of messages: files, items and references, each with its content."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from m365_sandbox.store.database import Database
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.mail_records import Attachment, Message, NewAttachment
from m365_sandbox.store.records import stamp

_SELECT = "SELECT n, id, modified, properties, coalesce(length(content), 0) AS size, content IS NOT NULL AS has_content FROM attachments "


class Attachments:
    """Reads and writes attachments; that its message changed is the caller's to say."""

    def __init__(self, database: Database, ids: Ids, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ids = ids
        self._clock = clock

    def of(self, message: Message) -> list[Attachment]:
        """The attachments of a message in their order, without their content."""
        return self._many("WHERE message = ? ORDER BY n", message.n)

    def find(self, message: Message, attachment_id: str) -> Attachment | None:
        """One of a message's attachments by its id; None when there is none."""
        found = self._many("WHERE message = ? AND id = ?", message.n, attachment_id)
        return found[0] if found else None

    def content(self, attachment: Attachment) -> bytes:
        """What it holds; nothing for a reference."""
        row = self._database.row("SELECT content FROM attachments WHERE n = ?", attachment.n)
        return b"" if row is None or row["content"] is None else bytes(row["content"])

    def add(self, message: Message, new: NewAttachment) -> Attachment:
        """Store a new attachment."""
        with self._database.transaction():
            n = self._database.write(
                "INSERT INTO attachments (message, id, modified, properties, content) VALUES (?, ?, ?, ?, ?)",
                message.n,
                self._ids.item(),
                stamp(self._clock()),
                msgspec.json.encode(new.properties).decode(),
                new.content,
            )
            return self._many("WHERE n = ?", n)[0]

    def remove(self, attachment: Attachment) -> None:
        """Remove an attachment for ever."""
        with self._database.transaction():
            self._database.write("DELETE FROM attachments WHERE n = ?", attachment.n)

    def any_shown(self, message: Message) -> bool:
        """Whether a message has an attachment that is not inline (Graph: message: hasAttachments)."""
        row = self._database.row(
            "SELECT 1 FROM attachments WHERE message = ? AND NOT coalesce(json_extract(properties, '$.isInline'), 0)",
            message.n,
        )
        return row is not None

    def _many(self, where: str, *parameters: object) -> list[Attachment]:
        return [
            Attachment(
                **{
                    **dict(row),
                    "properties": msgspec.json.decode(row["properties"]),
                    "has_content": bool(row["has_content"]),
                }
            )
            for row in self._database.rows(_SELECT + where, *parameters)
        ]
