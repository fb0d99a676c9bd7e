"""`GraphMailbox`: one user's Outlook through Microsoft Graph; each kind of item has a module of its own."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import ItemId, Stamp, Stored, Upserted, Write, WriteResult
from crmcorner.items.mail import Mail, MarkedMail, Recategorise
from crmcorner.items.records import Kind
from crmcorner.mailbox.errors import NotUnderstood
from crmcorner.mailbox.graph.batches import CHAINED_FROM
from crmcorner.mailbox.graph.categories import ensure_categories
from crmcorner.mailbox.graph.client import GraphClient
from crmcorner.mailbox.graph.contact_body import MISSING
from crmcorner.mailbox.graph.contact_items import ContactItems
from crmcorner.mailbox.graph.event_items import EventItems
from crmcorner.mailbox.graph.items import GraphItems
from crmcorner.mailbox.graph.mail_items import MailItems
from crmcorner.mailbox.graph.task_items import TaskItems
from crmcorner.mailbox.graph.wire import segment
from crmcorner.mailbox.protocol import ChangePage, Cursor, Window

CAPABILITIES = Capabilities(
    kinds=frozenset({Kind.CONTACTS, Kind.TASKS, Kind.CALENDAR, Kind.MAIL}),
    list_limits={"emails": 3, "work_phones": 2, "home_phones": 2, "mobile_phones": 1},
    missing=MISSING,
    note_length=30_000,
    batch_size=2 * CHAINED_FROM,
    stamps=True,
)
"""Graph: contact resource type: three e-mail addresses and two business phones are the server's limits."""


class GraphMailbox:
    """A `crmcorner.mailbox.protocol.Mailbox` over Graph. For one worker at a time.

    Args:
        client: the way to the service; `close` closes it.
        user: the mailbox's address, or its user's id.
        country: the firm's (ISO 3166): phones and addresses are read and written in it.
        language: in which names of countries are written: ``nl`` or ``en``.
        zone: the one in which the mailbox's user lives (an IANA name).
        all_task_lists: R50: whether the tasks of every list are read, or those of the default one.
        read_before_write: see `GraphItems`.
    """

    can = CAPABILITIES

    def __init__(
        self,
        client: GraphClient,
        *,
        user: str,
        country: str,
        language: str,
        zone: str = "UTC",
        all_task_lists: bool = False,
        read_before_write: bool = False,
    ) -> None:
        self._client = client
        self._root = f"/users/{segment(user)}"
        self._items: Mapping[Kind, GraphItems] = {
            Kind.CONTACTS: ContactItems(
                client,
                self._root,
                country=country,
                language=language,
                read_before_write=read_before_write,
            ),
            Kind.TASKS: TaskItems(
                client,
                self._root,
                zone=zone,
                all_lists=all_task_lists,
                read_before_write=read_before_write,
            ),
            Kind.CALENDAR: EventItems(client, self._root, read_before_write=read_before_write),
        }
        self._mail = MailItems(client, self._root, read_before_write=read_before_write)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def identity(self) -> str:
        """Return the user's id in the directory: a user made anew under the same address has another one."""
        return str(self._client.read_json(f"{self._root}?$select=id").get("id", ""))

    def changes(self, kind: Kind, since: Cursor | None, window: Window | None = None) -> Iterator[ChangePage]:
        """Yield what changed since a cursor; see `Mailbox.changes`."""
        return self._of(kind).changes(since, window)

    def fetch(self, kind: Kind, ids: Sequence[ItemId]) -> Mapping[ItemId, Upserted]:
        """Return these items as they are now; see `Mailbox.fetch`."""
        return self._of(kind).fetch(ids)

    def apply(self, kind: Kind, writes: Sequence[Write]) -> Sequence[WriteResult]:
        """Carry out writes; see `Mailbox.apply`."""
        return self._of(kind).apply(writes)

    def created(self, kind: Kind, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps; see `Mailbox.created`."""
        return self._of(kind).created(stamps)

    def ensure_categories(self, names: Collection[str]) -> None:
        """See to it that these categories stand in the mailbox's own list (R39)."""
        ensure_categories(self._client, self._root, names)

    def marked_mail(self, category: str, limit: int) -> MarkedMail:
        """Return the oldest mails with a category, and how many there are; see `MailMailbox.marked_mail`."""
        return self._mail.marked_mail(category, limit)

    def mails(self, ids: Sequence[ItemId]) -> Mapping[ItemId, Mail]:
        """Return these mails as they are now; see `MailMailbox.mails`."""
        return self._mail.mails(ids)

    def mail_sources(self, ids: Sequence[ItemId], limit: int) -> Iterator[tuple[ItemId, bytes | None]]:
        """Yield the sources of these mails; see `MailMailbox.mail_sources`."""
        return self._mail.mail_sources(ids, limit)

    def recategorise(self, writes: Sequence[Recategorise]) -> Sequence[WriteResult]:
        """Set the categories of mails; see `MailMailbox.recategorise`."""
        return self._mail.recategorise(writes)

    def _of(self, kind: Kind) -> GraphItems:
        if kind not in self._items:
            raise NotUnderstood(f"this connector does not carry {kind} as items")
        return self._items[kind]
