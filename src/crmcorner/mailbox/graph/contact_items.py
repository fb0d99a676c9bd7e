"""Contacts of every contact folder (Graph: contact resource type and its methods)."""

from collections.abc import Iterator, Mapping, Sequence

from crmcorner.items.changes import Create, ItemId, Stamp, Stored, Update, Upserted, Version
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.contact_body import Notation, create_body, update_body
from crmcorner.mailbox.graph.contacts import FIELD_OF_PROPERTY, GraphContact, upserted
from crmcorner.mailbox.graph.folders import Folders
from crmcorner.mailbox.graph.items import GraphItems
from crmcorner.mailbox.graph.reading import ChangeReader
from crmcorner.mailbox.graph.search import find_stamped
from crmcorner.mailbox.graph.stamp import EXPAND
from crmcorner.mailbox.graph.wire import Answer, Request, segment
from crmcorner.mailbox.protocol import ChangePage, Cursor, Window


class ContactItems(GraphItems):
    """The contacts of one mailbox.

    Args:
        client, root, read_before_write: see `GraphItems`.
        country: the firm's (ISO 3166): phones and addresses are read and written in it.
        language: in which names of countries are written: ``nl`` or ``en``.
    """

    field_of_property = FIELD_OF_PROPERTY

    def __init__(
        self, client: GraphClient, root: str, *, country: str, language: str, read_before_write: bool = False
    ) -> None:
        super().__init__(client, root, read_before_write=read_before_write)
        self._country = country
        self._notation = Notation(country, language)
        self._folders = Folders(client, root)

    def changes(self, since: Cursor | None, window: Window | None) -> Iterator[ChangePage]:  # noqa: ARG002 - has no dates
        """Yield what changed since a cursor; see `Mailbox.changes`."""
        return ChangeReader(self._client, self._folders, country=self._country).changes(since)

    def created(self, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps; see `Mailbox.created`."""
        found = find_stamped(self._client, self._root, self._folders, list(dict.fromkeys(stamps)))
        return {
            stamp: Stored(item_id=item.id, item=upserted(item, country=self._country, stamp=stamp))
            for stamp, item in found.items()
        }

    def _path(self, item_id: ItemId) -> str:
        return f"{self._root}/contacts/{segment(item_id)}"

    def _reading_path(self, item_id: ItemId) -> str:
        return f"{self._path(item_id)}?{EXPAND}"

    def _version_path(self, item_id: ItemId) -> str:
        return f"{self._path(item_id)}?$select=id,changeKey"

    def _upserted(self, answer: Answer, stamp: Stamp = "") -> Upserted:
        item: GraphContact = decode(answer.body, type_=GraphContact)
        return upserted(item, country=self._country, stamp=stamp)

    def _version(self, answer: Answer) -> Version:
        item: GraphContact = decode(answer.body, type_=GraphContact)
        return item.version

    def _create(self, write: Create) -> Request:
        return Request("POST", f"{self._root}/contacts", create_body(write, self._notation))

    def _update(self, write: Update) -> Request:
        return Request("PATCH", self._path(write.item_id), update_body(write, self._notation))

    def _is_kept(self, item: Upserted, found: Mapping[ItemId, Upserted]) -> bool:
        """Whether an item lies in a contact folder; in Deleted Items it counts as gone.

        A folder that is not known may be a new one: then the service is asked, once for all items in it.
        """
        if self._folders.hold(item.folder):
            return True
        first = next(each for each in found.values() if each.folder == item.folder)
        return self._folders.hold(item.folder, afresh=item is first)

    def _seems_kept(self, item: Upserted) -> bool:
        return self._folders.seem_to_hold(item.folder)

    def _note(self, item: Upserted) -> None:
        self._folders.note_default(item.folder)
