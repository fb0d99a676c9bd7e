"""Everything that the pretend Microsoft 365 remembers, and the ways to fill it from Python.

state = State.in_memory()
box = state.add_mailbox("michael@example.org", "Michael Huisintveld")
state.add_contact(box.address, {"givenName": "Anna", "surname": "Jansen"})
app = create_app(state)                       # m365_sandbox.app
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from m365_sandbox.calendar_door import CalendarDoor
from m365_sandbox.errors import GraphError
from m365_sandbox.mail_door import MailDoor
from m365_sandbox.readings import Readings
from m365_sandbox.store.attached import Attached, Photo
from m365_sandbox.store.attachments import Attachments
from m365_sandbox.store.beside import Beside
from m365_sandbox.store.calendars import Calendars
from m365_sandbox.store.categories import Categories
from m365_sandbox.store.contacts import Contacts
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.events import Events
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.folders import Folders
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.mail_folders import MailFolders
from m365_sandbox.store.messages import Messages
from m365_sandbox.store.outbox import Outbox
from m365_sandbox.store.records import Contact, ContactChange, Folder, JsonObject, Mailbox
from m365_sandbox.store.task_lists import TaskLists
from m365_sandbox.store.task_parts import TaskParts
from m365_sandbox.store.tasks import Tasks
from m365_sandbox.task_door import TaskDoor

from . import contact_type

FILE_NAME = "sandbox.sqlite3"
_DEFAULT_FOLDER_NAMES = {"nl": ("Contactpersonen", "Verwijderde items"), "en": ("Contacts", "Deleted Items")}


def system_clock() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


class State(CalendarDoor, TaskDoor, MailDoor):
    """The tenant with its mailboxes, in one SQLite file or in memory. Safe to use from several threads.

    Its parts may be used directly: `directory` (users, apps, tokens, consent), `folders`, `contacts`, `attached`
    (photos, extended properties, open extensions), `categories`, `calendars`, `events`, `outbox`,
    `task_lists`, `tasks`, `task_parts`, `mail_folders`, `messages`, `attachments`. `readings` may be replaced at any time.

    Args:
        data: the folder for the data, made when missing; None keeps everything in memory.
        clock: tells the present as an aware datetime.
        generator: where ids and tokens come from; `random.Random(seed)` makes them repeatable.
        readings: how the points are read that Microsoft leaves open.

    Raises:
        ValueError: when the data were written by another version.
    """

    def __init__(
        self,
        data: Path | None,
        *,
        clock: Callable[[], datetime] = system_clock,
        generator: Random | None = None,
        readings: Readings | None = None,
    ) -> None:
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        self.database = Database(None if data is None else data / FILE_NAME)
        self.clock = clock
        self.ids = Ids(generator or random.SystemRandom())
        self.readings = readings or Readings()
        self.directory = Directory(self.database, self.ids, clock)
        self.folders = Folders(self.database, self.ids, self.directory)
        self.contacts = Contacts(self.database, self.ids, self.directory, self.folders, clock)
        self.attached = Attached(self.database)
        self.categories = Categories(self.database, self.ids)
        self.beside = Beside(self.database)
        self.calendars = Calendars(self.database, self.ids, self.directory)
        self.events = Events(self.database, self.ids, self.directory, self.beside, clock)
        self.outbox = Outbox(self.database, clock)
        self.task_lists = TaskLists(self.database, self.ids, self.directory)
        self.task_parts = TaskParts(self.database, self.ids)
        self.tasks = Tasks(
            self.database, self.ids, self.directory, beside=self.beside, parts=self.task_parts, clock=clock
        )
        self.mail_folders = MailFolders(self.database, self.ids, self.directory)
        self.messages = Messages(
            self.database,
            self.ids,
            self.directory,
            folders=self.mail_folders,
            beside=self.beside,
            clock=clock,
        )
        self.attachments = Attachments(self.database, self.ids, clock)
        if not self.directory.apps():
            self.directory.add_app()
        self.directory.give_new_rights()

    @classmethod
    def in_memory(
        cls,
        *,
        clock: Callable[[], datetime] = system_clock,
        seed: int | None = None,
        readings: Readings | None = None,
    ) -> "State":
        """A state that is forgotten with the process; with `seed` its ids are the same every time."""
        return cls(None, clock=clock, generator=None if seed is None else Random(seed), readings=readings)  # noqa: S311

    def close(self) -> None:
        """Close the file; the state cannot be used afterwards."""
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Many changes as one: much faster for an import, and all or nothing."""
        with self.database.transaction():
            yield

    def add_mailbox(
        self,
        address: str,
        display_name: str,
        language: str = "nl-NL",
        time_zone: str = "W. Europe Standard Time",
    ) -> Mailbox:
        """A new user with an empty mailbox: the default contact folder and Deleted Items.

        Args:
            address: e-mail address, which is also the user principal name.
            display_name: his name.
            language: a culture name as `nl-NL`; the default folders are named in it.
            time_zone: a Windows or IANA name.

        Raises:
            ValueError: when the address is taken.
        """
        names = _DEFAULT_FOLDER_NAMES.get(language[:2].lower(), _DEFAULT_FOLDER_NAMES["en"])
        with self.transaction():
            mailbox = self.directory.add_user(address, display_name, language, time_zone)
            root = self.folders.add(mailbox.n, "Top of Information Store", kind="root")
            self.folders.add(mailbox.n, names[0], parent=root, kind="contacts")
            self.folders.add(mailbox.n, names[1], parent=root, kind="deleted")
        return mailbox

    def remove_mailbox(self, address: str) -> None:
        """Take a user away with all that he has, as when an administrator deletes him.

        Raises:
            NotFoundError: when there is no such mailbox.
        """
        self.directory.remove_user(self.directory.get(address).n)

    def add_folder(self, mailbox: str, name: str, parent: Folder | None = None) -> Folder:
        """A contact folder below the default one, or below `parent`.

        Raises:
            FolderExistsError: when there is one of that name beside it.
            NotFoundError: when there is no such mailbox.
        """
        return self.folders.add(self.directory.get(mailbox).n, name, parent=parent)

    def add_contact(
        self,
        mailbox: str,
        properties: JsonObject,
        folder: Folder | None = None,
        photo: Photo | None = None,
        extended: Mapping[str, str] | None = None,
    ) -> Contact:
        """A contact as if the user had made it in Outlook.

        Args:
            mailbox: address or object id.
            properties: Graph's property names and JSON values.
            folder: the default folder when None.
            photo: its picture.
            extended: single-value extended properties, id -> value
                (`String {guid} Name …`, Graph: Extended properties overview).

        Raises:
            ContactRefusedError: when a property is unknown, of a wrong type or beyond Outlook's limits; the
                message says which.
            NotFoundError: when there is no such mailbox.
        """
        owner = self.directory.get(mailbox)
        try:
            change = self.change({}, properties, extended)
        except GraphError as refusal:
            raise ContactRefusedError(refusal.message) from refusal
        with self.transaction():
            contact = self.contacts.add(folder or self.folders.default(owner.n), change)
            if photo is not None:
                self.attached.write_photo(contact, photo)
        return contact

    def update_contact(self, mailbox: str, contact: Contact, properties: JsonObject) -> Contact:
        """Change a contact as if the user had done so in Outlook; None or an empty list takes a value away.

        Raises:
            ContactRefusedError: as `add_contact`.
            NotFoundError: when mailbox or contact is gone.
        """
        owner = self.directory.get(mailbox)
        with self.transaction():
            current = self.contacts.get(owner.n, contact.immutable_id)
            try:
                change = self.change(current.properties, properties, None)
            except GraphError as refusal:
                raise ContactRefusedError(refusal.message) from refusal
            return self.contacts.update(owner.n, current, change)

    def change(
        self, stored: JsonObject, properties: JsonObject, extended: Mapping[str, str] | None
    ) -> ContactChange:
        """The checked change that `properties` mean for a contact that now holds `stored`.

        Raises:
            GraphError: 400, for what Graph would refuse.
        """
        wanted = contact_type.checked(properties, self.readings)
        wanted.pop("parentFolderId", None)
        wanted = contact_type.with_numbered(wanted, stored)
        wanted = contact_type.with_made_names(wanted, stored, self.readings)
        single = {normalised(name): (name, value) for name, value in (extended or {}).items()}
        return ContactChange(properties=wanted, single=dict(single))


class ContactRefusedError(ValueError):
    """Outlook would not hold this contact; the message says which property is to blame."""
