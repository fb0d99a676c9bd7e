"""The mail part of `State`: messages as if they had come in, been sent, or been handled by the user in Outlook.

Nothing is sent by this door.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from m365_sandbox import message_type
from m365_sandbox.errors import GraphError
from m365_sandbox.mail_source import mime_of
from m365_sandbox.store.attachments import Attachments
from m365_sandbox.store.beside import Beside
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.mail_folders import MailFolders
from m365_sandbox.store.mail_records import MailFolder, Message, MessageChange, NewAttachment
from m365_sandbox.store.messages import Messages
from m365_sandbox.store.records import JsonObject

SENSITIVITY = "Integer 0x36"
_ID = re.compile(r"<[^<>\s]+>")


class MessageRefusedError(ValueError):
    """Outlook would not hold this message; the message says which property is to blame."""


class MailDoor:
    """What `State` can do with mail."""

    database: Database
    directory: Directory
    beside: Beside
    clock: Callable[[], datetime]
    mail_folders: MailFolders
    messages: Messages
    attachments: Attachments

    def mail_folder(self, mailbox: str, name: str = "inbox") -> MailFolder:
        """A folder that every mailbox has, by its well-known name (`inbox`, `sentitems`, …).

        Raises:
            NotFoundError: when there is no such mailbox or folder.
        """
        return self.mail_folders.well_known(self.directory.get(mailbox).n, name)

    def add_mail_folder(self, mailbox: str, name: str, parent: MailFolder | None = None) -> MailFolder:
        """A folder of the user's own, beside the Inbox or in another one.

        Raises:
            FolderExistsError: when there is one of that name beside it.
            NotFoundError: when there is no such mailbox.
        """
        return self.mail_folders.add(parent or self.mail_folder(mailbox, "msgfolderroot"), name)

    def remove_mail_folder(self, mailbox: str, folder: MailFolder, *, for_ever: bool = False) -> None:
        """Delete a folder with all that lies in it: into Deleted Items, or for ever if it lies there.

        Raises:
            NotFoundError: when there is no such mailbox.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            if not for_ever and not self.mail_folders.is_below(folder, "deleteditems"):
                self.mail_folders.delete(folder)
                return
            for child in self.mail_folders.children(folder):
                self.remove_mail_folder(mailbox, child, for_ever=True)
            for message in list(self.messages.each(owner.n, folder)):
                self.messages.purge(owner.n, message)
            self.mail_folders.purge(folder)

    def add_message(
        self,
        mailbox: str,
        properties: JsonObject,
        *,
        folder: MailFolder | str = "inbox",
        attachments: Sequence[NewAttachment] = (),
        source: bytes | None = None,
        sensitivity: int = 0,
    ) -> Message:
        """A message that came in, was sent, or was begun.

        Args:
            mailbox: address or object id.
            properties: Graph's property names and JSON values; `receivedDateTime`, `sentDateTime`, `isDraft` (False
                unless told) and `conversationId` too, which Graph itself lets nobody write.
            folder: the folder or its well-known name.
            attachments: what hangs on it.
            source: its MIME, byte for byte; without it Graph's `$value` is made of the rest.
            sensitivity: 0 normal, 1 personal, 2 private, 3 confidential (PidTagSensitivity).

        Raises:
            MessageRefusedError: when a property is unknown or of a wrong type; the message says which.
            NotFoundError: when there is no such mailbox or folder.
        """
        owner = self.directory.get(mailbox)
        place = self.mail_folders.well_known(owner.n, folder) if isinstance(folder, str) else folder
        try:
            checked = message_type.checked({"isDraft": False, **properties}, of_outlook=True)
        except GraphError as refusal:
            raise MessageRefusedError(refusal.message) from refusal
        single: dict[str, tuple[str, str | None]] = (
            {normalised(SENSITIVITY): (SENSITIVITY, str(sensitivity))} if sensitivity else {}
        )
        with self.database.transaction():
            made = self.messages.add(
                place, MessageChange(checked, single), source=source, references=_references(checked)
            )
            for each in attachments:
                self.attachments.add(made, each)
        return made

    def update_message(self, mailbox: str, message: Message, properties: JsonObject) -> Message:
        """Change a message as the user can in Outlook: categories, flag, importance, whether it is read.

        Raises:
            MessageRefusedError: as `add_message`.
            NotFoundError: when mailbox or message is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            current = self.messages.get(owner.n, message.immutable_id)
            try:
                wanted = message_type.checked(properties, stored={}, of_outlook=True)
            except GraphError as refusal:
                raise MessageRefusedError(refusal.message) from refusal
            return self.messages.update(owner.n, current, MessageChange(wanted))

    def mark_private(self, mailbox: str, message: Message, sensitivity: int) -> Message:
        """Set how confidential a message is (see `add_message`), as its sender or an add-in can.

        Raises:
            NotFoundError: when mailbox or message is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            current = self.messages.get(owner.n, message.immutable_id)
            change = MessageChange(single={normalised(SENSITIVITY): (SENSITIVITY, str(sensitivity))})
            return self.messages.update(owner.n, current, change)

    def sensitivity_of(self, message: Message) -> int:
        """0 normal, 1 personal, 2 private, 3 confidential."""
        found = self.beside.extended((message.owner,), [normalised(SENSITIVITY)], multi=False)
        level = str(next(iter(found.values()), "0"))
        return int(level) if level in {"1", "2", "3"} else 0

    def move_message(self, mailbox: str, message: Message, to: MailFolder) -> Message:
        """Put a message into another folder.

        Raises:
            NotFoundError: when mailbox or message is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            return self.messages.move(owner.n, self.messages.get(owner.n, message.immutable_id), to)

    def remove_message(self, mailbox: str, message: Message, *, for_ever: bool = False) -> None:
        """Delete a message: to Deleted Items, or for ever.

        Raises:
            NotFoundError: when mailbox or message is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            current = self.messages.get(owner.n, message.immutable_id)
            if for_ever:
                self.messages.purge(owner.n, current)
            else:
                self.messages.delete(owner.n, current)

    def source_of(self, message: Message) -> bytes:
        """The MIME of a message: as it came in, or made of what was written here (RFC 5322)."""
        stored = self.messages.source(message)
        if stored is not None:
            return stored
        attached = [
            NewAttachment(each.properties, self.attachments.content(each) if each.has_content else None)
            for each in self.attachments.of(message)
        ]
        return mime_of(
            {**message.properties, "body": self.messages.body(message)},
            attached,
            sent=datetime.fromisoformat(message.sent or message.created),
            message_id=message.message_id or f"<{message.immutable_id}@sandbox.invalid>",
            sensitivity=self.sensitivity_of(message),
        )


def _references(properties: JsonObject) -> list[str]:
    """The Message-IDs that a message answers, the nearest last (RFC 5322, 3.6.4)."""
    headers = {each["name"].lower(): each["value"] for each in properties["internetMessageHeaders"]}
    return [
        *_ID.findall(headers.get("references", "")),
        *_ID.findall(headers.get("in-reply-to", "")),
    ]
