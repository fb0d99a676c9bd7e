"""`GraphMailbox`: one user's Outlook through Microsoft Graph, for contacts.

Source: Graph: contact resource type and its methods.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import (
    Create,
    Delete,
    ItemId,
    Refusal,
    Refused,
    Stamp,
    Stored,
    Update,
    Upserted,
    Write,
    WriteResult,
)
from crmcorner.items.records import Kind
from crmcorner.mailbox.errors import MailboxError, NotUnderstood
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import CHAINED_FROM, WriteBatches, read_many
from crmcorner.mailbox.graph.categories import ensure_categories
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.contact_body import MISSING, Notation, create_body, update_body
from crmcorner.mailbox.graph.contacts import FIELD_OF_PROPERTY, GraphContact, upserted
from crmcorner.mailbox.graph.folders import Folders
from crmcorner.mailbox.graph.reading import ChangeReader
from crmcorner.mailbox.graph.search import find_stamped
from crmcorner.mailbox.graph.stamp import EXPAND
from crmcorner.mailbox.graph.wire import Answer, Request, segment
from crmcorner.mailbox.protocol import ChangePage, Cursor

CAPABILITIES = Capabilities(
    list_limits={"emails": 3, "work_phones": 2, "home_phones": 2, "mobile_phones": 1},
    missing=MISSING,
    note_length=30_000,
    batch_size=CHAINED_FROM,
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
        read_before_write: whether to ask for an item's version before changing it, for a service that passes over
            ``If-Match`` (Microsoft's pages do not say that it counts). It costs one more request for each write.
    """

    can = CAPABILITIES

    def __init__(
        self,
        client: GraphClient,
        *,
        user: str,
        country: str,
        language: str,
        read_before_write: bool = False,
    ) -> None:
        self._client = client
        self._root = f"/users/{segment(user)}"
        self._country = country
        self._notation = Notation(country, language)
        self._read_before_write = read_before_write
        self._folders = Folders(client, self._root)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def identity(self) -> str:
        """Return the user's id in the directory: a user made anew under the same address has another one."""
        return str(self._client.read_json(f"{self._root}?$select=id").get("id", ""))

    def changes(self, kind: Kind, since: Cursor | None) -> Iterator[ChangePage]:
        """Yield what changed since a cursor; see `Mailbox.changes`."""
        _only_contacts(kind)
        return ChangeReader(self._client, self._folders, country=self._country).changes(since)

    def fetch(self, kind: Kind, ids: Sequence[ItemId]) -> Mapping[ItemId, Upserted]:
        """Return these items as they are now; see `Mailbox.fetch`."""
        _only_contacts(kind)
        unique = list(dict.fromkeys(ids))
        paths = [f"{self._contact(item_id)}?{EXPAND}" for item_id in unique]
        found: dict[ItemId, Upserted] = {}
        for item_id, answer in zip(unique, read_many(self._client, paths), strict=True):
            if answer.ok:
                found[item_id] = self._upserted(answer)
            elif not faults.is_gone(answer):
                raise faults.mailbox_trouble(answer)
        return {item_id: item for item_id, item in found.items() if self._is_kept(item, found)}

    def apply(self, kind: Kind, writes: Sequence[Write]) -> Sequence[WriteResult]:
        """Carry out writes; see `Mailbox.apply`."""
        _only_contacts(kind)
        results: dict[int, WriteResult] = self._outdated(writes) if self._read_before_write else {}
        places = [place for place in range(len(writes)) if place not in results]
        batches = WriteBatches(self._client, [self._request(writes[place]) for place in places])
        try:
            outcomes = batches.send()
        except MailboxError:
            if not results:
                raise
            outcomes = [None] * len(places)
        for place, outcome in zip(places, outcomes, strict=True):
            if outcome is None:
                result: WriteResult = Refused(why=Refusal.BUSY, retry_after=batches.retry_after)
            elif isinstance(outcome, MailboxError):
                result = Refused(why=Refusal.UNKNOWN, detail=outcome.detail)
            else:
                result = self._result(writes[place], outcome)
            results[place] = result
        self._mark_gone(writes, results)
        return [results[place] for place in range(len(writes))]

    def _mark_gone(self, writes: Sequence[Write], results: dict[int, WriteResult]) -> None:
        """Tell what lies in Deleted Items from what was changed meanwhile.

        Whether the service still finds a deleted item by its id is not documented. Where it does, a write reaches
        it there, or is refused for its version.
        """
        doubtful = {
            place: write
            for place, write in enumerate(writes)
            if not isinstance(write, Create) and self._may_be_deleted(results[place])
        }
        if not doubtful:
            return
        try:
            present = self.fetch(Kind.CONTACTS, [write.item_id for write in doubtful.values()])
        except MailboxError:
            # The writes are answered as they are; the next run looks again.
            return
        for place, write in doubtful.items():
            if write.item_id in present:
                continue
            if isinstance(write, Delete):
                results[place] = Stored(item_id=write.item_id, item=None)
            else:
                results[place] = Refused(why=Refusal.GONE)

    def _may_be_deleted(self, result: WriteResult) -> bool:
        """Whether the item was not found in a folder that is known to be a contact folder."""
        if isinstance(result, Refused):
            return result.why is Refusal.CHANGED_MEANWHILE
        return result.item is not None and not self._folders.seem_to_hold(result.item.folder)

    def created(self, kind: Kind, stamps: Sequence[Stamp]) -> Mapping[Stamp, Stored]:
        """Return the items that bear one of these stamps; see `Mailbox.created`."""
        _only_contacts(kind)
        found = find_stamped(self._client, self._root, self._folders, list(dict.fromkeys(stamps)))
        return {
            stamp: Stored(item_id=item.id, item=upserted(item, country=self._country, stamp=stamp))
            for stamp, item in found.items()
        }

    def ensure_categories(self, names: Collection[str]) -> None:
        """See to it that these categories stand in the mailbox's own list (R39)."""
        ensure_categories(self._client, self._root, names)

    def _contact(self, item_id: ItemId) -> str:
        return f"{self._root}/contacts/{segment(item_id)}"

    def _upserted(self, answer: Answer, stamp: Stamp = "") -> Upserted:
        item: GraphContact = decode(answer.body, type_=GraphContact)
        return upserted(item, country=self._country, stamp=stamp)

    def _is_kept(self, item: Upserted, found: Mapping[ItemId, Upserted]) -> bool:
        """Whether an item lies in a contact folder; in Deleted Items it counts as gone.

        A folder that is not known may be a new one: then the service is asked, once for all items in it.
        """
        if self._folders.hold(item.folder):
            return True
        first = next(each for each in found.values() if each.folder == item.folder)
        return self._folders.hold(item.folder, afresh=item is first)

    def _request(self, write: Write) -> Request:
        match write:
            case Create():
                return Request("POST", f"{self._root}/contacts", create_body(write, self._notation))
            case Update():
                body = update_body(write, self._notation)
                return Request("PATCH", self._contact(write.item_id), body, _if_match(write))
            case Delete():
                return Request("DELETE", self._contact(write.item_id), None, _if_match(write))

    def _result(self, write: Write, answer: Answer) -> WriteResult:
        if isinstance(write, Delete):
            if answer.ok or faults.is_gone(answer):
                return Stored(item_id=write.item_id, item=None)
        elif answer.ok:
            try:
                item = self._upserted(answer, write.stamp)
            except NotUnderstood as error:
                # It was done; what came of it must be looked up.
                return Refused(why=Refusal.UNKNOWN, detail=error.detail)
            if isinstance(write, Create):
                self._folders.note_default(item.folder)
            return Stored(item_id=item.item_id, item=item)
        refusal = faults.refused(answer, FIELD_OF_PROPERTY)
        if isinstance(write, Create) and refusal.why is Refusal.GONE:
            return Refused(why=Refusal.READ_ONLY, detail=refusal.detail)
        return refusal

    def _outdated(self, writes: Sequence[Write]) -> dict[int, WriteResult]:
        """Return the refusals of those whose item has moved on since it was seen."""
        checked = {
            place: write
            for place, write in enumerate(writes)
            if not isinstance(write, Create) and write.version
        }
        paths = [f"{self._contact(write.item_id)}?$select=id,changeKey" for write in checked.values()]
        refusals: dict[int, WriteResult] = {}
        for (place, write), answer in zip(checked.items(), read_many(self._client, paths), strict=True):
            if answer.ok and decode(answer.body, type_=GraphContact).version != write.version:
                refusals[place] = Refused(
                    why=Refusal.CHANGED_MEANWHILE, detail="version read before the write"
                )
        return refusals


def _if_match(write: Update | Delete) -> dict[str, str]:
    """Return the header that makes the server check the version, if one was seen."""
    return {"If-Match": write.version} if write.version else {}


def _only_contacts(kind: Kind) -> None:
    if kind is not Kind.CONTACTS:
        raise NotUnderstood(f"this connector does not carry {kind}")
