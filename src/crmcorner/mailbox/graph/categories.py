"""The mailbox's own list of categories, which gives them their colours (R39).

Source: Graph: outlookCategory resource type; Create outlookCategory. A filter on the list is passed over, so names
are compared here, without case.
"""

from collections.abc import Collection

import msgspec

from crmcorner.items.records import CATEGORY, NOT_FOUND, PROCESSED
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.wire import Request

_BLUE, _GREEN, _ORANGE, _NONE = "preset7", "preset4", "preset1", "none"
_COLOURS = {CATEGORY: _BLUE, PROCESSED: _GREEN, NOT_FOUND: _ORANGE}


class _Category(msgspec.Struct, rename="camel"):
    display_name: str = ""


class _Categories(msgspec.Struct):
    value: list[_Category]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


def ensure_categories(client: GraphClient, root: str, names: Collection[str]) -> None:
    """See to it that these categories are in the list; ``root`` is the mailbox's path.

    Raises:
        MailboxError: the list can be neither read nor added to.
    """
    address = f"{root}/outlook/masterCategories"
    present = _present(client, address)
    for name in names:
        if name.casefold() in present:
            continue
        body = {"displayName": name, "color": _COLOURS.get(name, _NONE)}
        answer = client.send(Request("POST", address, body))
        # Somebody else may have been faster; which code tells so is not documented, the list does.
        if not answer.ok and name.casefold() not in _present(client, address):
            raise faults.mailbox_trouble(answer)


def _present(client: GraphClient, address: str) -> set[str]:
    found: set[str] = set()
    link, seen = address, set[str]()
    while link and link not in seen:
        seen.add(link)
        answer = client.read(link)
        if not answer.ok:
            raise faults.mailbox_trouble(answer)
        page: _Categories = decode(answer.body, type_=_Categories)
        found.update(each.display_name.casefold() for each in page.value)
        link = page.next_link
    return found
