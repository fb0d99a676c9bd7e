"""The part of `State` for Microsoft To Do: tasks as if the user had made, changed or deleted them in the app."""

from collections.abc import Callable, Sequence
from datetime import datetime

from m365_sandbox import task_type
from m365_sandbox.errors import GraphError
from m365_sandbox.store.beside import Beside
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_lists import TaskLists
from m365_sandbox.store.task_parts import TaskParts
from m365_sandbox.store.task_records import Task, TaskChange, TaskList, TaskPart
from m365_sandbox.store.tasks import Tasks


class TaskRefusedError(ValueError):
    """Outlook would not hold this task; the message says which property is to blame."""


class TaskDoor:
    """What `State` can do with tasks."""

    database: Database
    directory: Directory
    beside: Beside
    clock: Callable[[], datetime]
    task_lists: TaskLists
    tasks: Tasks
    task_parts: TaskParts

    def add_task_list(self, mailbox: str, name: str) -> TaskList:
        """A list of the user's own.

        Raises:
            NotFoundError: when there is no such mailbox.
        """
        return self.task_lists.add(self.directory.get(mailbox).n, name)

    def remove_task_list(self, mailbox: str, found: TaskList) -> None:
        """Delete a list of the user's own with all its tasks, for ever.

        Raises:
            NotFoundError: when there is no such mailbox.
            ValueError: when it is a built-in one.
        """
        self.directory.get(mailbox)
        with self.database.transaction():
            self.task_lists.mark_deleted(found)
            self.tasks.remove_all(found)
            self.beside.forget(found.owner)

    def add_task(
        self,
        mailbox: str,
        properties: JsonObject,
        list: TaskList | None = None,  # noqa: A002 - the word that To Do uses
        links: Sequence[JsonObject] = (),
        steps: Sequence[JsonObject] = (),
    ) -> Task:
        """A task as if the user had made it in To Do.

        Args:
            mailbox: address or object id.
            properties: Graph's property names and JSON values; `title` is needed.
            list: the default list when None.
            links: linkedResources that come along.
            steps: checklistItems that come along.

        Raises:
            TaskRefusedError: when a property is unknown or of a wrong type; the message says which.
            NotFoundError: when there is no such mailbox.
        """
        owner = self.directory.get(mailbox)
        now = self.clock()
        try:
            change = TaskChange(
                task_type.checked(properties, now), tuple(task_type.checked_link(each) for each in links)
            )
            further = [task_type.checked_step(each, now) for each in steps]
        except GraphError as refusal:
            raise TaskRefusedError(refusal.message) from refusal
        with self.database.transaction():
            made = self.tasks.add(list or self.task_lists.default(owner.n), change)
            for each in further:
                self.task_parts.add(made, "checklistItems", each)
        return made

    def update_task(self, mailbox: str, task: Task, properties: JsonObject) -> Task:
        """Change a task as if in To Do; None takes a value away. `{"status": "completed"}` ticks it off.

        Raises:
            TaskRefusedError: as `add_task`.
            NotFoundError: when mailbox or task is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            current = self.tasks.get(owner.n, task.id)
            try:
                wanted = task_type.checked(properties, self.clock(), stored=current.properties)
            except GraphError as refusal:
                raise TaskRefusedError(refusal.message) from refusal
            return self.tasks.update(owner.n, current, wanted)

    def move_task(self, mailbox: str, task: Task, to: TaskList) -> Task:
        """Put a task in another list, as the user can and Graph cannot: it gets a new id.

        Raises:
            NotFoundError: when mailbox or task is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            return self.tasks.move(owner.n, self.tasks.get(owner.n, task.id), to)

    def remove_task(self, mailbox: str, task: Task) -> None:
        """Delete a task for ever, as To Do does.

        Raises:
            NotFoundError: when mailbox or task is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            self.tasks.remove(owner.n, self.tasks.get(owner.n, task.id))

    def linked_resources(self, task: Task) -> list[TaskPart]:
        """The links of a task."""
        return self.task_parts.of(task, "linkedResources")

    def checklist(self, task: Task) -> list[TaskPart]:
        """The steps of a task."""
        return self.task_parts.of(task, "checklistItems")
