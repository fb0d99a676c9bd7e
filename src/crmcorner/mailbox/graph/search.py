"""Finding items by our mark, after an answer was lost.

Source: Graph: Get singleValueLegacyExtendedProperty (filter on the value). A filter that is not understood may be
passed over without a word, so every item found must show its mark.
"""

from collections.abc import Iterator, Sequence

import msgspec

from crmcorner.items.changes import Stamp
from crmcorner.mailbox.errors import MailboxError
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import read_many
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.contacts import GraphContact
from crmcorner.mailbox.graph.folders import Folders
from crmcorner.mailbox.graph.stamp import EXPAND, stamp_in, with_stamp
from crmcorner.mailbox.graph.wire import Answer, segment


class _Contacts(msgspec.Struct):
    value: list[GraphContact]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


def find_stamped(
    client: GraphClient, root: str, folders: Folders, stamps: Sequence[Stamp]
) -> dict[Stamp, GraphContact]:
    """Return the items that bear these marks, wherever in the contact folders they are.

    Users' copies carry the mark as well: of several items the one that was made first is ours.

    Raises:
        MailboxError: a folder could not be searched: a mark that is missing in the answer is nowhere for certain.
    """
    found: dict[Stamp, GraphContact] = {}
    if stamps:
        _search(client, f"{root}/contacts", stamps, found)
    missing = [stamp for stamp in stamps if stamp not in found]
    # What was created has come into the default folder; it may have been moved since.
    for folder in sorted(folders.others(afresh=True)) if missing else ():
        _search(client, f"{root}/contactFolders/{segment(folder)}/contacts", missing, found)
    return found


def _search(
    client: GraphClient, folder: str, stamps: Sequence[Stamp], found: dict[Stamp, GraphContact]
) -> None:
    paths = [f"{folder}?{with_stamp(stamp)}&{EXPAND}" for stamp in stamps]
    items: list[GraphContact] = []
    for stamp, answer in zip(stamps, read_many(client, paths), strict=True):
        bearing = _read(answer)
        if bearing is None or any(_stamp(item) != stamp for item in bearing):
            # The filter does not count here: look at everything, once.
            items = [*_all(client, folder)]
            break
        items += bearing
    for item in items:
        stamp = _stamp(item)
        if stamp in stamps and (stamp not in found or _made(item) < _made(found[stamp])):
            found[stamp] = item


def _stamp(item: GraphContact) -> Stamp:
    return stamp_in(item.single_value_extended_properties)


def _read(answer: Answer) -> list[GraphContact] | None:
    """Return the items of an answer; None if the filter is not offered.

    Raises:
        MailboxError: the folder cannot be read.
    """
    if answer.ok:
        return list(decode(answer.body, type_=_Contacts).value)
    trouble: MailboxError = faults.mailbox_trouble(answer)
    if answer.status in {400, 501}:
        return None
    if answer.status == 404 and not faults.is_no_mailbox(answer):
        # The folder has gone since it was listed.
        return []
    raise trouble


def _all(client: GraphClient, folder: str) -> Iterator[GraphContact]:
    """Every item of a folder, for a service that cannot search by a mark."""
    link, seen = f"{folder}?$top=1000&{EXPAND}", set[str]()
    while link and link not in seen:
        seen.add(link)
        answer = client.read(link)
        if not answer.ok:
            raise faults.mailbox_trouble(answer)
        page: _Contacts = decode(answer.body, type_=_Contacts)
        yield from page.value
        link = page.next_link


def _made(item: GraphContact) -> str:
    return item.created_date_time or ""
