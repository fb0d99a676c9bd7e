"""By what id a task is known: that of its list and its own, as To Do has no address for a task without its list."""

from urllib.parse import unquote

from crmcorner.items.changes import ItemId
from crmcorner.mailbox.errors import NotUnderstood
from crmcorner.mailbox.graph.wire import segment


def item_id(list_id: str, task_id: str) -> ItemId:
    """Return the id of a task in a list, both escaped as segments of a path."""
    return f"{segment(list_id)}/{segment(task_id)}"


def list_of(item: ItemId) -> str:
    """Return the id of the list that an id names.

    Raises:
        NotUnderstood: no id that `item_id` made.
    """
    return unquote(_parts(item)[0])


def address_of(root: str, item: ItemId) -> str:
    """Return the path of a task in the mailbox with this path.

    Raises:
        NotUnderstood: no id that `item_id` made.
    """
    list_part, task_part = _parts(item)
    return f"{root}/todo/lists/{list_part}/tasks/{task_part}"


def _parts(item: ItemId) -> tuple[str, str]:
    list_part, _slash, task_part = item.partition("/")
    if not list_part or not task_part or "/" in task_part:
        raise NotUnderstood("not the id of a task")
    return list_part, task_part
