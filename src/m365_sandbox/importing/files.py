"""Files into a mailbox: the kind of file is found by what is in it, not by its name."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from m365_sandbox.importing import ical, ical_parts, ical_store, mail_file, mail_store, outlook_csv, vcard
from m365_sandbox.importing.contact import ImportedContact, Rejected
from m365_sandbox.state import ContactRefusedError, State
from m365_sandbox.store.attached import Photo
from m365_sandbox.store.records import Folder, Mailbox
from m365_sandbox.wording import Said

_AT_ONCE = 250  # a running server gets its turn between two such pieces
_PICTURES = (
    (b"\xff\xd8", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"", "application/octet-stream"),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a file: how many contacts were made, notes by place, and what was not taken."""

    taken: int
    notes: tuple[tuple[int, Said], ...]
    rejected: tuple[Rejected, ...]


def import_file(state: State, mailbox: Mailbox, file: BinaryIO, folder: Folder | None = None) -> Outcome:
    """Make a contact of every entry in a vCard file or a CSV export of Outlook; events and tasks of a calendar; mails.

    Args:
        state: where to.
        mailbox: whose contacts they become.
        file: opened for reading bytes, at its beginning; must be able to go back to it.
        folder: the default folder when None.

    Raises:
        UnreadableFileError: when it is none of these, or cannot be read at all; nothing was made then.
    """
    if _holds_calendar(file):
        return _import_calendar(state, mailbox, file)
    if _holds_mail(file):
        return _import_mails(state, mailbox, file)
    entries = iter(entries_of(file))
    taken = 0
    notes: list[tuple[int, Said]] = []
    rejected: list[Rejected] = []
    while piece := list(islice(entries, _AT_ONCE)):
        with state.transaction():
            for entry in piece:
                refusal = entry if isinstance(entry, Rejected) else _add(state, mailbox, entry, folder)
                if refusal is not None:
                    rejected.append(refusal)
                elif isinstance(entry, ImportedContact):
                    taken += 1
                    notes += [(entry.position, note) for note in entry.notes]
    return Outcome(taken, tuple(notes), tuple(rejected))


def _holds_calendar(file: BinaryIO) -> bool:
    beginning = file.read(4096)
    file.seek(0)
    return ical_parts.looks_like_calendar(beginning)


def _import_calendar(state: State, mailbox: Mailbox, file: BinaryIO) -> Outcome:
    taken = 0
    notes: list[tuple[int, Said]] = []
    rejected: list[Rejected] = []
    entries = ical.read_calendar(file, mailbox.time_zone)
    while piece := list(islice(entries, _AT_ONCE)):
        with state.transaction():
            for entry in piece:
                if isinstance(entry, Rejected):
                    rejected.append(entry)
                    continue
                number, said, refused = ical_store.add(state, mailbox, entry)
                taken += number
                notes += said
                rejected += refused
    return Outcome(taken, tuple(sorted(notes)), tuple(sorted(rejected, key=lambda each: each.position)))


def _holds_mail(file: BinaryIO) -> bool:
    beginning = file.read(65536)
    file.seek(0)
    if vcard.looks_like_vcard(beginning[:4096]):
        return False
    return mail_file.looks_like_mbox(beginning) or mail_file.looks_like_mail(beginning)


def _import_mails(state: State, mailbox: Mailbox, file: BinaryIO) -> Outcome:
    taken = 0
    notes: list[tuple[int, Said]] = []
    rejected: list[Rejected] = []
    for entry in mail_file.read_mails(file.read()):
        found = entry if isinstance(entry, Rejected) else mail_store.add(state, mailbox, entry)
        if isinstance(found, Rejected):
            rejected.append(found)
        else:
            taken += 1
            notes += found
    return Outcome(taken, tuple(notes), tuple(rejected))


def entries_of(file: BinaryIO) -> Iterator[ImportedContact | Rejected]:
    """The entries of a vCard file or a CSV export of Outlook.

    Raises:
        UnreadableFileError: when it is neither.
    """
    beginning = file.read(4096)
    file.seek(0)
    if vcard.looks_like_vcard(beginning):
        return vcard.read_vcards(file)
    return outlook_csv.read_contacts(file.read())


def _add(state: State, mailbox: Mailbox, entry: ImportedContact, folder: Folder | None) -> Rejected | None:
    photo = None
    if entry.photo is not None:
        kind = next(kind for mark, kind in _PICTURES if entry.photo.startswith(mark))
        photo = Photo(kind, entry.photo)
    try:
        state.add_contact(mailbox.address, entry.properties, folder, photo, entry.extended)
    except ContactRefusedError as refusal:
        return Rejected(entry.position, Said("Outlook does not take it: {why}", why=str(refusal)))
    return None
