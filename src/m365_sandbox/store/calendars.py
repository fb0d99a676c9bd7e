"""Calendars of a mailbox: the default one, which every mailbox has, and further ones."""

from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.event_records import Calendar
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.records import NotFoundError

COLORS = (
    "auto", "lightBlue", "lightGreen", "lightOrange", "lightGray", "lightYellow", "lightTeal", "lightPink",
    "lightBrown", "lightRed", "maxColor",
)  # fmt: skip
_NAMES = {"nl": "Agenda", "de": "Kalender", "fr": "Calendrier"}


class Calendars:
    """Reads and writes calendars."""

    def __init__(self, database: Database, ids: Ids, directory: Directory) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory

    def default(self, mailbox: int) -> Calendar:
        """The default calendar; a mailbox made before there were calendars gets it now."""
        with self._database.transaction():
            found = self._many("WHERE mailbox = ? AND is_default = 1", mailbox)
            if found:
                return found[0]
            language = self._directory.by_number(mailbox).language
            return self._insert(
                mailbox, _NAMES.get(language[:2].lower(), "Calendar"), "auto", is_default=True
            )

    def all(self, mailbox: int) -> list[Calendar]:
        """The default calendar and the others, in the order of their making."""
        self.default(mailbox)
        return self._many("WHERE mailbox = ? ORDER BY is_default DESC, n", mailbox)

    def get(self, mailbox: int, calendar_id: str) -> Calendar:
        """A calendar by its id.

        Raises:
            NotFoundError: when there is none.
        """
        found = self._many("WHERE mailbox = ? AND id = ?", mailbox, calendar_id)
        if not found:
            raise NotFoundError("There is no such calendar.")
        return found[0]

    def by_number(self, n: int) -> Calendar:
        """The calendar with the store's own number."""
        return self._many("WHERE n = ?", n)[0]

    def add(self, mailbox: int, name: str, color: str = "auto") -> Calendar:
        """A new calendar.

        Raises:
            FolderExistsError: when there is one of that name, upper and lower case alike.
        """
        with self._database.transaction():
            self._refuse_double_name(mailbox, name)
            return self._insert(mailbox, name, color, is_default=False)

    def update(self, calendar: Calendar, *, name: str | None = None, color: str | None = None) -> Calendar:
        """Give a calendar another name or colour.

        Raises:
            FolderExistsError: when the name is taken.
        """
        with self._database.transaction():
            if name is not None and name.casefold() != calendar.name.casefold():
                self._refuse_double_name(calendar.mailbox, name)
            self._database.write(
                "UPDATE calendars SET name = ?, color = ?, sequence = ? WHERE n = ?",
                name or calendar.name,
                color or calendar.color,
                self._directory.next_sequence(calendar.mailbox),
                calendar.n,
            )
            return self.by_number(calendar.n)

    def remove(self, calendar: Calendar) -> None:
        """Remove a calendar; its events are removed by `Events.purge_all` before.

        Raises:
            ValueError: when it is the default one.
        """
        if calendar.is_default:
            raise ValueError("The default calendar cannot be deleted.")
        with self._database.transaction():
            self._database.write("DELETE FROM calendars WHERE n = ?", calendar.n)

    def _refuse_double_name(self, mailbox: int, name: str) -> None:
        if any(each.name.casefold() == name.casefold() for each in self.all(mailbox)):
            raise FolderExistsError(f"A folder with the specified name already exists: {name}.")

    def _insert(self, mailbox: int, name: str, color: str, *, is_default: bool) -> Calendar:
        n = self._database.write(
            "INSERT INTO calendars (mailbox, id, name, color, is_default, sequence) VALUES (?, ?, ?, ?, ?, ?)",
            mailbox,
            self._ids.folder(),
            name,
            color,
            int(is_default),
            self._directory.next_sequence(mailbox),
        )
        return self.by_number(n)

    def _many(self, where: str, *parameters: object) -> list[Calendar]:
        rows = self._database.rows(f"SELECT * FROM calendars {where}", *parameters)  # noqa: S608 - written above
        return [Calendar(**{**dict(row), "is_default": bool(row["is_default"])}) for row in rows]
