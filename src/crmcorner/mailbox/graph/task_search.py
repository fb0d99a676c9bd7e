"""Finding tasks by our mark, after an answer was lost.

Source: Graph: List tasks (``$expand=linkedResources``). No filter on linked resources is promised, so every task of a
list is looked at; that happens once after a run that was cut.
"""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from crmcorner.items.changes import Stamp
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.batches import read_many
from crmcorner.mailbox.graph.client import GraphClient, decode
from crmcorner.mailbox.graph.task_lists import TaskLists
from crmcorner.mailbox.graph.task_reading import GraphTask
from crmcorner.mailbox.graph.wire import segment

EXPAND = "$expand=linkedResources"
"""Has the answer bring the links along, our mark among them."""


class _Tasks(msgspec.Struct):
    value: list[GraphTask]
    next_link: str = msgspec.field(name="@odata.nextLink", default="")


def find_stamped(
    client: GraphClient, lists: TaskLists, stamps: Collection[Stamp]
) -> dict[Stamp, tuple[str, GraphTask]]:
    """Return the tasks that bear these marks, each with the id of its list.

    New ones have come into the default list; one that is not there may have been moved since. A copy that a user made
    may carry the mark as well: of several tasks the one that was made first is ours.

    Raises:
        MailboxError: a list could not be read: a mark that is missing in the answer is nowhere for certain.
    """
    found: dict[Stamp, tuple[str, GraphTask]] = {}
    for list_id in lists.all() if stamps else ():
        missing = set(stamps) - found.keys()
        if not missing:
            break
        for task in _with_links(client, lists.path_of(list_id)):
            known = found.get(task.stamp)
            if task.stamp in missing and (known is None or _made(task) < _made(known[1])):
                found[task.stamp] = (list_id, task)
    return found


def _with_links(client: GraphClient, path: str) -> Iterator[GraphTask]:
    """Yield every task of a list with its links, also where the service leaves them out of a list."""
    for page in _pages(client, path):
        untold = [task for task in page if task.linked_resources is None]
        yield from (task for task in page if task.linked_resources is not None)
        paths = [f"{path}/{segment(task.id)}?{EXPAND}" for task in untold]
        for answer in read_many(client, paths):
            if answer.ok:
                yield decode(answer.body, type_=GraphTask)
            elif not faults.is_gone(answer):
                raise faults.mailbox_trouble(answer)


def _pages(client: GraphClient, path: str) -> Iterator[Sequence[GraphTask]]:
    link, seen = f"{path}?$top=100&{EXPAND}", set[str]()
    while link and link not in seen:
        seen.add(link)
        answer = client.read(link)
        if faults.is_gone(answer):
            # The list has gone since it was listed.
            return
        if not answer.ok:
            raise faults.mailbox_trouble(answer)
        page: _Tasks = decode(answer.body, type_=_Tasks)
        yield page.value
        link = page.next_link


def _made(task: GraphTask) -> str:
    return task.created_date_time or ""
