"""What a file of mails holds, into a mailbox."""

from m365_sandbox.importing.contact import Rejected
from m365_sandbox.importing.mail_file import ImportedMail
from m365_sandbox.mail_door import MessageRefusedError
from m365_sandbox.state import State
from m365_sandbox.store.records import Mailbox
from m365_sandbox.wording import Said

Note = tuple[int, Said]


def add(state: State, mailbox: Mailbox, entry: ImportedMail) -> list[Note] | Rejected:
    """Store a mail: drafts among the drafts, the owner's own in Sent Items, all others in the Inbox.

    One that is there already is not stored again. Returns what is to be said of it.
    """
    message_id = entry.properties.get("internetMessageId")
    if message_id and state.messages.with_message_id(mailbox.n, message_id):
        return Rejected(
            entry.position, Said("A mail with the Message-ID {id} is there already.", id=message_id)
        )
    try:
        state.add_message(
            mailbox.address,
            entry.properties,
            folder=_folder(mailbox, entry),
            attachments=entry.attachments,
            source=entry.source,
            sensitivity=entry.sensitivity,
        )
    except MessageRefusedError as refusal:
        return Rejected(entry.position, Said("Outlook does not take it: {why}", why=str(refusal)))
    return [(entry.position, note) for note in entry.notes]


def _folder(mailbox: Mailbox, entry: ImportedMail) -> str:
    if entry.properties["isDraft"]:
        return "drafts"
    sender = entry.properties["from"]
    own = sender is not None and sender["emailAddress"]["address"].casefold() == mailbox.address.casefold()
    return "sentitems" if own else "inbox"
