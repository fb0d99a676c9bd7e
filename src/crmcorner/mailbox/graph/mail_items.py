"""The mail of one mailbox: finding what is marked, reading it, and changing its mark (R30-R34).

Source: Graph: message resource type; Update message (categories may always be changed, and are replaced as a whole);
Combine requests using JSON batching. Nothing else of a message is ever written.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from crmcorner.items.changes import ItemId, Refusal, Refused, Stored, Version, WriteResult
from crmcorner.items.mail import Mail, MarkedMail, Recategorise
from crmcorner.mailbox.errors import MailboxError
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import Outcome, WriteBatches, read_many
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.mail_folders import MailFolders
from crmcorner.mailbox.graph.mail_reading import mail_of
from crmcorner.mailbox.graph.mail_search import MarkedSearch, read_messages
from crmcorner.mailbox.graph.mail_sources import read_sources
from crmcorner.mailbox.graph.wire import Request, segment


class _State(msgspec.Struct, rename="camel"):
    etag: str = msgspec.field(name="@odata.etag", default="")
    change_key: str | None = None

    @property
    def version(self) -> Version:
        return self.etag or f'W/"{self.change_key or ""}"'


class MailItems:
    """The mails of one mailbox; for the methods see `crmcorner.mailbox.protocol.MailMailbox`.

    Args:
        client: the way to the service.
        root: the path of the mailbox's user.
        read_before_write: whether to ask for a mail's version before changing it, as in `GraphItems`.
    """

    def __init__(self, client: GraphClient, root: str, *, read_before_write: bool = False) -> None:
        self._client, self._root = client, root
        self._read_before_write = read_before_write
        self._search = MarkedSearch(client, root, MailFolders(client, root))

    def marked_mail(self, category: str, limit: int) -> MarkedMail:
        """Return the oldest mails with a category, and how many there are."""
        return self._search.find(category, limit)

    def mails(self, ids: Sequence[ItemId]) -> Mapping[ItemId, Mail]:
        """Return these mails as they are now."""
        found = read_messages(self._client, self._root, ids)
        return {item_id: mail_of(message) for item_id, message in found.items()}

    def mail_sources(self, ids: Sequence[ItemId], limit: int) -> Iterator[tuple[ItemId, bytes | None]]:
        """Yield the sources of these mails."""
        return read_sources(
            self._client, {item_id: f"{self._path(item_id)}/$value" for item_id in ids}, limit
        )

    def recategorise(self, writes: Sequence[Recategorise]) -> Sequence[WriteResult]:
        """Set the categories of mails.

        Raises:
            MailboxError: nothing at all was written, and this is why.
        """
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
            results[place] = _result(writes[place].item_id, outcome, batches.retry_after)
        return [results[place] for place in range(len(writes))]

    def _path(self, item_id: ItemId) -> str:
        return f"{self._root}/messages/{segment(item_id)}"

    def _request(self, write: Recategorise) -> Request:
        headers = {"If-Match": write.version} if write.version else {}
        return Request("PATCH", self._path(write.item_id), {"categories": list(write.categories)}, headers)

    def _outdated(self, writes: Sequence[Recategorise]) -> dict[int, WriteResult]:
        """Return the refusals of those whose mail has moved on since it was seen."""
        checked = {place: write for place, write in enumerate(writes) if write.version}
        paths = [f"{self._path(write.item_id)}?$select=id,changeKey" for write in checked.values()]
        refusals: dict[int, WriteResult] = {}
        for (place, write), answer in zip(checked.items(), read_many(self._client, paths), strict=True):
            if answer.ok and decode(answer.body, type_=_State).version != write.version:
                refusals[place] = Refused(
                    why=Refusal.CHANGED_MEANWHILE, detail="version read before the write"
                )
        return refusals


def _result(item_id: ItemId, outcome: Outcome, retry_after: float) -> WriteResult:
    if outcome is None:
        return Refused(why=Refusal.BUSY, retry_after=retry_after)
    if isinstance(outcome, MailboxError):
        return Refused(why=Refusal.UNKNOWN, detail=outcome.detail)
    if outcome.ok:
        return Stored(item_id=item_id, item=None)
    return faults.refused(outcome, {})
