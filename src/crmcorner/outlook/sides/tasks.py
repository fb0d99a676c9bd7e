"""Tasks as the engine sees them (R50-R52)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items.changes import ItemId
from crmcorner.items.records import TASK_FIELDS, Content, Kind, Task, TaskStatus, of_type
from crmcorner.outlook.models import Connection
from crmcorner.outlook.sides import planning
from crmcorner.outlook.sides.side import SavedRecord
from crmcorner.planning import lookup
from crmcorner.planning.services import tasks
from crmcorner.planning.task_mapping import load_tasks
from crmcorner.preferences.services.settings import value_of
from crmcorner.sync.state import CrmId, CrmRecord
from crmcorner.sync.store import CrmWrite, Touched, Watermark

_HOLDS = frozenset(TASK_FIELDS)


class TaskSide:
    """A user's own tasks: open ones that are due soon come to Outlook; once there, whatever their date (R50)."""

    def records(self, connection: Connection, crm_ids: Collection[CrmId]) -> dict[CrmId, CrmRecord]:
        """Return these tasks as they are for a mailbox; see `CrmSide.records`."""
        until = _until(connection.user)
        return {
            crm_id: CrmRecord(
                crm_id=crm_id,
                version=each.row.version,
                content=each.content,
                in_scope=each.row.owner_id == connection.user_id and each.row.deleted_at is None,
                deleted=each.row.deleted_at is not None,
                holds=_HOLDS,
                label=each.content.subject,
                in_window=each.content.status is not TaskStatus.COMPLETED
                and (each.content.due is None or each.content.due <= until),
            )
            for crm_id, each in load_tasks(crm_ids).items()
        }

    def touched(self, connection: Connection, since: Watermark | None) -> Touched:
        """Return the tasks to look at; see `CrmSide.touched`."""
        due = frozenset(lookup.open_tasks_due(connection.user, _until(connection.user)))
        return planning.touched(connection, Kind.TASKS, "task", since, due)

    def candidates(
        self, connection: Connection, items: Mapping[ItemId, Content]
    ) -> dict[ItemId, list[CrmRecord]]:
        """Return the user's own tasks of the same subject and due date, so that a first meeting doubles nothing."""
        wanted = {item_id: of_type(content, Task) for item_id, content in items.items()}
        found = lookup.tasks_alike(connection.user, {task.subject for task in wanted.values()})
        alike = defaultdict[tuple[str, object], list[CrmRecord]](list)
        for record in self.records(connection, found).values():
            task = of_type(record.content, Task)
            if record.in_scope:
                alike[task.subject, task.due].append(record)
        return {item_id: alike[task.subject, task.due] for item_id, task in wanted.items()}

    def save(self, actor: Actor, writes: Sequence[CrmWrite]) -> list[SavedRecord | None]:
        """Store what the CRM is to hold; see `CrmSide.save`."""
        saved = tasks.save_tasks(
            actor=actor,
            writes=[
                tasks.TaskWrite(
                    crm_id=write.crm_id,
                    content=of_type(write.content, Task),
                    fields=write.fields,
                    version=write.version if write.crm_id is not None else None,
                )
                for write in writes
            ],
        )
        return [
            SavedRecord(crm_id=each.crm_id, version=each.version, content=each.content) if each else None
            for each in saved
        ]


def _until(user: User) -> date:
    return timezone.localdate() + timedelta(days=int(value_of(user, "CRM_TaskFutureDays")))
