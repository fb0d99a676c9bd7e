"""Which task lists a mailbox has.

Source: Graph: List lists; todoTaskList. ``flaggedEmails`` holds flagged mail and is never looked into (R50).
"""

import msgspec

from crmcorner.mailbox.errors import NotUnderstood
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.wire import segment

_DEFAULT, _FLAGGED = "defaultlist", "flaggedemails"


class _List(msgspec.Struct):
    id: str
    name: str | None = msgspec.field(name="wellknownListName", default=None)


class _Lists(msgspec.Struct):
    value: list[_List]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


class TaskLists:
    """The task lists of one mailbox. ``root`` is the mailbox's path."""

    def __init__(self, client: GraphClient, root: str) -> None:
        self._client, self._root = client, root
        self._default = ""

    def path_of(self, list_id: str) -> str:
        """Return the address of a list's tasks."""
        return f"{self._root}/todo/lists/{segment(list_id)}/tasks"

    def start_of(self, list_id: str) -> str:
        """Return where reading a list begins."""
        return f"{self.path_of(list_id)}/delta"

    def note_default(self, list_id: str) -> None:
        """Remember the default list, which is where new tasks come."""
        self._default = list_id

    def default(self) -> str:
        """Return the id of the default list; the service is asked if it is not known yet.

        Raises:
            MailboxError: the lists could not be read, or none of them is the default one.
        """
        if not self._default:
            self.all()
        return self._default

    def all(self) -> list[str]:
        """Return the ids of all lists as they are now, the default one first.

        Raises:
            MailboxError: the lists could not be read, or none of them is the default one.
        """
        found = [each for each in self._read() if (each.name or "").lower() != _FLAGGED]
        default = next((each.id for each in found if (each.name or "").lower() == _DEFAULT), "")
        if not default:
            raise NotUnderstood("no task list is the default one")
        self._default = default
        return [default, *(each.id for each in found if each.id != default)]

    def _read(self) -> list[_List]:
        link, seen, found = f"{self._root}/todo/lists", set[str](), list[_List]()
        while link and link not in seen:
            seen.add(link)
            answer = self._client.read(link)
            if not answer.ok:
                raise faults.mailbox_trouble(answer)
            page: _Lists = decode(answer.body, type_=_Lists)
            found += page.value
            link = page.next_link
        return found
