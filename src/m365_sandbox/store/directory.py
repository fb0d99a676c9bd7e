"""The tenant: users with their mailboxes, app registrations, tokens and consent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from m365_sandbox.store.database import Database
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.records import App, Mailbox, NotFoundError, Token

TENANT_ID = "5b8f8a3e-7a0d-4c6b-9a52-2c1f0a6d4e11"
CLIENT_ID = "0f3c2a4e-58c1-4d0e-9b7a-6e1d2c3b4a59"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - the known secret of a pretend tenant
# What the pretend tenant's app may do; later versions add at the end (see `Directory.give_new_rights`).
PERMISSIONS = (
    "User.Read.All",
    "Contacts.ReadWrite",
    "MailboxSettings.ReadWrite",
    "Calendars.ReadWrite",
    "Tasks.ReadWrite.All",
    "Mail.ReadWrite",
)

_FIRST_RIGHTS = 3


class Directory:
    """Users, apps and tokens. Times are seconds since 1970 on the clock handed in."""

    def __init__(self, database: Database, ids: Ids, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ids = ids
        self._clock = clock

    # -- users

    def add_user(self, address: str, display_name: str, language: str, time_zone: str) -> Mailbox:
        """A new user; the folders of his mailbox are made by `State.add_mailbox`.

        Raises:
            ValueError: when the address is taken.
        """
        with self._database.transaction():
            if self.find(address) is not None:
                raise ValueError(f"There is a mailbox {address} already.")
            n = self._database.write(
                "INSERT INTO mailboxes (id, address, display_name, language, time_zone) VALUES (?, ?, ?, ?, ?)",
                self._ids.guid(),
                address,
                display_name,
                language,
                time_zone,
            )
            return self.by_number(n)

    def remove_user(self, mailbox: int) -> None:
        """The user is gone with all that his mailbox held; a new one with his address gets new ids throughout."""
        tasks = "SELECT t.n FROM tasks t JOIN task_lists l ON l.n = t.list WHERE l.mailbox = ?"
        lists = "SELECT 'tl' || n FROM task_lists WHERE mailbox = ?"
        events = "SELECT e.n FROM events e JOIN calendars c ON c.n = e.calendar WHERE c.mailbox = ?"
        messages = "SELECT m.n FROM messages m JOIN mail_folders f ON f.n = m.folder WHERE f.mailbox = ?"
        contacts = "SELECT c.n FROM contacts c JOIN folders f ON f.n = c.folder WHERE f.mailbox = ?"
        with self._database.transaction():
            for statement in (
                f"DELETE FROM extended WHERE owner IN (SELECT 'c' || n FROM ({contacts}))",  # noqa: S608
                f"DELETE FROM extensions WHERE contact IN ({contacts})",  # noqa: S608
                f"DELETE FROM photos WHERE contact IN ({contacts})",  # noqa: S608
                f"DELETE FROM contacts WHERE n IN ({contacts})",  # noqa: S608
                "DELETE FROM gone WHERE folder IN (SELECT n FROM folders WHERE mailbox = ?)",
                "DELETE FROM folders WHERE mailbox = ?",
                "DELETE FROM categories WHERE mailbox = ?",
                f"DELETE FROM extended WHERE {_of_owners(events)}",  # noqa: S608
                f"DELETE FROM owner_extensions WHERE {_of_owners(events)}",  # noqa: S608
                f"DELETE FROM occurrences WHERE event IN ({events})",  # noqa: S608
                f"DELETE FROM events WHERE n IN ({events})",  # noqa: S608
                "DELETE FROM gone_events WHERE calendar IN (SELECT n FROM calendars WHERE mailbox = ?)",
                "DELETE FROM calendars WHERE mailbox = ?",
                f"DELETE FROM owner_extensions WHERE owner IN (SELECT 't' || n FROM ({tasks}))",  # noqa: S608
                f"DELETE FROM task_parts WHERE task IN ({tasks})",  # noqa: S608
                f"DELETE FROM tasks WHERE n IN ({tasks})",  # noqa: S608
                "DELETE FROM gone_tasks WHERE list IN (SELECT n FROM task_lists WHERE mailbox = ?)",
                f"DELETE FROM owner_extensions WHERE owner IN ({lists})",  # noqa: S608
                "DELETE FROM task_lists WHERE mailbox = ?",
                f"DELETE FROM extended WHERE owner IN (SELECT 'm' || n FROM ({messages}))",  # noqa: S608
                f"DELETE FROM owner_extensions WHERE owner IN (SELECT 'm' || n FROM ({messages}))",  # noqa: S608
                f"DELETE FROM attachments WHERE message IN ({messages})",  # noqa: S608
                f"DELETE FROM messages WHERE n IN ({messages})",  # noqa: S608
                "DELETE FROM gone_messages WHERE folder IN (SELECT n FROM mail_folders WHERE mailbox = ?)",
                "DELETE FROM mail_folders WHERE mailbox = ?",
                "DELETE FROM outbox WHERE mailbox = ?",
                "DELETE FROM tokens WHERE mailbox = ?",
                "DELETE FROM withdrawn WHERE mailbox = ?",
                "DELETE FROM mailboxes WHERE n = ?",
            ):
                self._database.write(statement, mailbox)

    def find(self, id_or_address: str) -> Mailbox | None:
        """The mailbox with this object id or address (case does not count), or None."""
        row = self._database.row(
            "SELECT * FROM mailboxes WHERE address = ? OR id = ?", id_or_address, id_or_address.lower()
        )
        return None if row is None else Mailbox(**row)

    def get(self, id_or_address: str) -> Mailbox:
        """Like `find`.

        Raises:
            NotFoundError: when there is no such mailbox.
        """
        found = self.find(id_or_address)
        if found is None:
            raise NotFoundError(f"There is no mailbox {id_or_address}.")
        return found

    def by_number(self, n: int) -> Mailbox:
        """The mailbox with the store's own number `n`."""
        row = self._database.row("SELECT * FROM mailboxes WHERE n = ?", n)
        if row is None:
            raise NotFoundError(f"There is no mailbox number {n}.")
        return Mailbox(**row)

    def mailboxes(self) -> list[Mailbox]:
        """Every mailbox, in the order of their making."""
        return [Mailbox(**row) for row in self._database.rows("SELECT * FROM mailboxes ORDER BY n")]

    def next_sequence(self, mailbox: int) -> int:
        """The number of the next change in this mailbox."""
        row = self._database.row(
            "UPDATE mailboxes SET sequence = sequence + 1 WHERE n = ? RETURNING sequence", mailbox
        )
        if row is None:
            raise NotFoundError(f"There is no mailbox number {mailbox}.")
        return int(row["sequence"])

    def expire_cursors(self, mailbox: int) -> None:
        """Every delta token handed out for this mailbox is forgotten: the next use answers 410."""
        with self._database.transaction():
            self._database.write("UPDATE mailboxes SET epoch = epoch + 1 WHERE n = ?", mailbox)

    # -- apps

    def add_app(
        self,
        client_id: str = CLIENT_ID,
        secret: str = CLIENT_SECRET,
        tenant_id: str = TENANT_ID,
        permissions: tuple[str, ...] = PERMISSIONS,
    ) -> App:
        """Register an app, or replace the registration with this client id."""
        with self._database.transaction():
            self._database.write(
                "INSERT OR REPLACE INTO apps VALUES (?, ?, ?, ?)",
                client_id,
                tenant_id,
                secret,
                " ".join(permissions),
            )
        return App(client_id, tenant_id, secret, permissions)

    def give_new_rights(self) -> None:
        """An app that was registered by an earlier version with all the rights there were gets those added since."""
        for app in self.apps():
            had = len(app.permissions)
            if _FIRST_RIGHTS <= had < len(PERMISSIONS) and app.permissions == PERMISSIONS[:had]:
                self.add_app(app.client_id, app.secret, app.tenant_id)

    def app(self, client_id: str) -> App | None:
        """The registration with this client id, or None."""
        row = self._database.row("SELECT * FROM apps WHERE client_id = ?", client_id)
        return (
            None
            if row is None
            else App(row["client_id"], row["tenant_id"], row["secret"], tuple(row["permissions"].split()))
        )

    def apps(self) -> list[App]:
        """Every registration."""
        rows = self._database.rows("SELECT client_id FROM apps ORDER BY client_id")
        return [app for row in rows if (app := self.app(row["client_id"]))]

    # -- tokens

    def issue(
        self,
        kind: str,
        client_id: str,
        *,
        scope: tuple[str, ...],
        seconds: float,
        mailbox: int | None = None,
        details: str = "",
    ) -> Token:
        """Hand out a token of kind `access`, `refresh` or `code` that lives `seconds`."""
        expires = self._clock().timestamp() + seconds
        token = Token(self._ids.secret(), kind, client_id, mailbox, scope, expires, details)
        with self._database.transaction():
            self._database.write(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?)",
                token.token,
                kind,
                client_id,
                mailbox,
                " ".join(scope),
                expires,
                details,
            )
        return token

    def token(self, token: str, kind: str) -> Token | None:
        """The token of that kind, unless it is unknown or its time is over."""
        row = self._database.row("SELECT * FROM tokens WHERE token = ? AND kind = ?", token, kind)
        if row is None or row["expires"] <= self._clock().timestamp():
            return None
        values: dict[str, Any] = dict(row)
        return Token(**{**values, "scope": tuple(values["scope"].split())})

    def take_back(self, token: str) -> None:
        """Forget one token (a code is good for one use)."""
        with self._database.transaction():
            self._database.write("DELETE FROM tokens WHERE token = ?", token)

    def expire_tokens(self, kind: str = "access") -> None:
        """Every token of that kind ends now."""
        with self._database.transaction():
            self._database.write("DELETE FROM tokens WHERE kind = ?", kind)

    # -- consent

    def withdraw_consent(self, client_id: str, mailbox: int) -> None:
        """The app may no longer reach this mailbox: its refresh tokens are dead and Graph answers 403."""
        with self._database.transaction():
            self._database.write("INSERT OR IGNORE INTO withdrawn VALUES (?, ?)", client_id, mailbox)
            self._database.write(
                "DELETE FROM tokens WHERE client_id = ? AND mailbox = ? AND kind <> 'access'",
                client_id,
                mailbox,
            )

    def give_consent(self, client_id: str, mailbox: int) -> None:
        """The app may reach this mailbox (again)."""
        with self._database.transaction():
            self._database.write(
                "DELETE FROM withdrawn WHERE client_id = ? AND mailbox = ?", client_id, mailbox
            )

    def has_consent(self, client_id: str, mailbox: int) -> bool:
        """Whether the app may reach this mailbox; so it is until consent is withdrawn."""
        row = self._database.row(
            "SELECT 1 FROM withdrawn WHERE client_id = ? AND mailbox = ?", client_id, mailbox
        )
        return row is None


def _of_owners(events: str) -> str:
    """What hangs on these events and on occurrences of theirs (`e7`, `e7/2026-11-24`)."""
    owner = "CASE instr(owner, '/') WHEN 0 THEN owner ELSE substr(owner, 1, instr(owner, '/') - 1) END"
    return f"{owner} IN (SELECT 'e' || n FROM ({events}))"  # noqa: S608 - both are written here
