"""A task of ours as the body of a request to Graph.

Source: Graph: Create todoTask; Update todoTask. A body names only what is to change: steps, categories, files and
other programs' links of the task stay as they are (R20).
"""

from collections.abc import Callable
from typing import Any

from crmcorner.items.changes import Create, Update
from crmcorner.items.records import FieldName, Task, TaskStatus, of_type
from crmcorner.mailbox.graph.recurrence_json import recurrence_to
from crmcorner.mailbox.graph.task_dates import day_json, moment_json
from crmcorner.mailbox.graph.task_note import html_body, text_body
from crmcorner.mailbox.graph.task_reading import APPLICATION, STATUS_WORDS
from crmcorner.mailbox.graph.wire import JsonObject


def create_body(write: Create) -> JsonObject:
    """Return the body of POST tasks: whatever has a value, and our mark as a link of the task's.

    Status and importance are always said: what a service takes for normal need not be what we do.
    """
    task = of_type(write.content, Task)
    filled = {name for name in _PROPERTIES if getattr(task, name)} | {"subject", "status", "priority"}
    body = _properties(filled, task)
    if task.note:
        body["body"] = text_body(task.note)
    link = {"applicationName": APPLICATION, "externalId": write.stamp, "displayName": APPLICATION}
    return {**body, "linkedResources": [link]}


def update_body(write: Update) -> JsonObject:
    """Return the body of PATCH tasks/{id}: the fields of the order, and what hangs together with them.

    It carries no mark. A linked resource is an item of its own that PATCH of the task does not reach, so a mark would
    cost a second request, which may get lost as well, and would show to the user; a change that may not have arrived
    is simply ordered again, as it says what is to be and not what is to be added.
    """
    task, fields = of_type(write.content, Task), set(write.fields)
    if "status" in fields and not (task.status is TaskStatus.COMPLETED and task.completed_on is None):
        # Of a task that is completed without a day, the service says the day.
        fields.add("completed_on")
    body = _properties(fields, task)
    if "note" in fields:
        body["body"] = html_body(task.note)
    return body


def _properties(fields: set[FieldName], task: Task) -> JsonObject:
    """Return the properties of Graph that hold these fields."""
    body = {
        name: convert(getattr(task, field))
        for field, (name, convert) in _PROPERTIES.items()
        if field in fields
    }
    if "reminder" in fields:
        body["isReminderOn"] = task.reminder is not None
    return body


def _same(value: str) -> str:
    return value


_PROPERTIES: dict[FieldName, tuple[str, Callable[[Any], Any]]] = {
    "subject": ("title", _same),
    "start": ("startDateTime", day_json),
    "due": ("dueDateTime", day_json),
    "status": ("status", STATUS_WORDS.__getitem__),
    "completed_on": ("completedDateTime", day_json),
    "priority": ("importance", lambda priority: priority.value),
    "reminder": ("reminderDateTime", moment_json),
    "recurrence": ("recurrence", lambda rule: None if rule is None else recurrence_to(rule)),
}
