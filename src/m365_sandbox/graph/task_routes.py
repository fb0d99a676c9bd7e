"""Which address of To Do means what."""

from collections.abc import Callable, Iterator

from m365_sandbox.graph import task_delta, task_extensions, task_lists, task_parts, tasks
from m365_sandbox.graph.request import Answer

Endpoint = Callable[..., Answer]

_LISTS = "/todo/lists"
_LIST = f"{_LISTS}/<task_list>"
_TASKS = f"{_LIST}/tasks"
_TASK = f"{_TASKS}/<task>"


def _extensions(place: str) -> Iterator[tuple[str, str, Endpoint]]:
    one = f"{place}/extensions/<extension>"
    yield from (
        ("GET", f"{place}/extensions", task_extensions.list_extensions),
        ("POST", f"{place}/extensions", task_extensions.create_extension),
        ("GET", one, task_extensions.get_extension),
        ("PATCH", one, task_extensions.update_extension),
        ("DELETE", one, task_extensions.delete_extension),
    )


OF_TASKS: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", _LISTS, task_lists.list_lists),
    ("POST", _LISTS, task_lists.create_list),
    ("GET", f"{_LISTS}/delta", task_lists.list_delta),
    ("GET", _LIST, task_lists.get_list),
    ("PATCH", _LIST, task_lists.update_list),
    ("DELETE", _LIST, task_lists.delete_list),
    *_extensions(_LIST),
    ("GET", _TASKS, tasks.list_tasks),
    ("POST", _TASKS, tasks.create_task),
    ("GET", f"{_TASKS}/$count", tasks.count_tasks),
    ("GET", f"{_TASKS}/delta", task_delta.task_delta),
    ("GET", _TASK, tasks.get_task),
    ("PATCH", _TASK, tasks.update_task),
    ("DELETE", _TASK, tasks.delete_task),
    *_extensions(_TASK),
    *task_parts.routes_of(_TASK, "checklistItems"),
    *task_parts.routes_of(_TASK, "linkedResources"),
    ("GET", f"{_TASK}/attachments", tasks.refuse_attachments),
    ("POST", f"{_TASK}/attachments", tasks.refuse_attachments),
    ("POST", f"{_TASK}/attachments/createuploadsession", tasks.refuse_attachments),
    ("GET", f"{_TASK}/attachments/<attachment>", tasks.refuse_attachments),
    ("GET", f"{_TASK}/attachments/<attachment>/$value", tasks.refuse_attachments),
    ("DELETE", f"{_TASK}/attachments/<attachment>", tasks.refuse_attachments),
)
