"""A task of To Do as a record of ours.

Source: Graph: todoTask resource type. Categories of tasks are the user's own and are neither read nor written (R20).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar

import msgspec

from crmcorner.items.changes import Stamp, Unread, Upserted
from crmcorner.items.records import FieldName, Priority, Task, TaskStatus
from crmcorner.items.recurrence import Recurrence
from crmcorner.items.text import tidy_line
from crmcorner.mailbox.graph.recurrence_json import NotExpressible, recurrence_from
from crmcorner.mailbox.graph.task_dates import DateTimeZone, NotADate, read_day, read_moment
from crmcorner.mailbox.graph.task_ids import item_id
from crmcorner.mailbox.graph.task_note import ItemBody, text_of

LINE_LENGTH = 255
"""Characters of a subject that the CRM holds; Outlook's own form cuts there too."""

VALUE_REFUSED = "value-refused"
"""The value of the reason code of the engine's that says so."""

APPLICATION = "CRMcorner"
"""By what name our link stands among the linked resources of a task."""

STATUS_WORDS: Mapping[TaskStatus, str] = {
    TaskStatus.NOT_STARTED: "notStarted",
    TaskStatus.IN_PROGRESS: "inProgress",
    TaskStatus.WAITING: "waitingOnOthers",
    TaskStatus.DEFERRED: "deferred",
    TaskStatus.COMPLETED: "completed",
}
_STATUSES = {word.lower(): status for status, word in STATUS_WORDS.items()}
_PRIORITIES = {each.value: each for each in Priority}

Value = TypeVar("Value")


class LinkedResource(msgspec.Struct, rename="camel"):
    """Graph: linkedResource, as far as our mark is concerned."""

    application_name: str | None = None
    external_id: str | None = None


class GraphTask(msgspec.Struct, rename="camel"):
    """Graph: todoTask, as far as it is read; of a removed one there is no more than the id."""

    id: str
    etag: str = msgspec.field(name="@odata.etag", default="")
    removed: dict[str, object] | None = msgspec.field(name="@removed", default=None)
    title: str | None = None
    body: ItemBody | None = None
    status: str | None = None
    importance: str | None = None
    start_date_time: DateTimeZone | None = None
    due_date_time: DateTimeZone | None = None
    completed_date_time: DateTimeZone | None = None
    is_reminder_on: bool | None = None
    reminder_date_time: DateTimeZone | None = None
    recurrence: dict[str, Any] | None = None
    created_date_time: str | None = None
    last_modified_date_time: str | None = None
    linked_resources: list[LinkedResource] | None = None

    @property
    def version(self) -> str:
        """The mark of its state: the ETag."""
        return self.etag or f'W/"{self.last_modified_date_time or ""}"'

    @property
    def stamp(self) -> Stamp:
        """Our mark, or "" if it bears none or the answer does not tell."""
        for link in self.linked_resources or ():
            if link.application_name == APPLICATION and link.external_id:
                return link.external_id
        return ""


def upserted(task: GraphTask, *, list_id: str, zone: tzinfo, stamp: Stamp = "") -> Upserted:
    """Return what a task of To Do says, in the terms of the CRM.

    ``zone`` is the one in which the mailbox's user lives; see `crmcorner.mailbox.graph.task_dates`. ``stamp`` is our
    mark where it is known otherwise than from the task.
    """
    reading = _Reading(zone)
    content = reading.task(task)
    return Upserted(
        item_id=item_id(list_id, task.id),
        version=task.version,
        content=content,
        unread=reading.unread,
        stamp=stamp or task.stamp,
        folder=list_id,
    )


class _Reading:
    """Reads one task and collects what could not be understood."""

    def __init__(self, zone: tzinfo) -> None:
        self.unread: dict[FieldName, Unread] = {}
        self._zone = zone

    def task(self, task: GraphTask) -> Task:
        status = self._word("status", task.status, _STATUSES)
        # The day on which it was completed before it was taken up again is none.
        completed = task.completed_date_time if status in {TaskStatus.COMPLETED, None} else None
        return Task(
            subject=self._subject(task.title or ""),
            note=text_of(task.body),
            start=self._day("start", task.start_date_time),
            due=self._day("due", task.due_date_time),
            status=status or TaskStatus.NOT_STARTED,
            completed_on=self._day("completed_on", completed),
            priority=self._word("priority", task.importance, _PRIORITIES) or Priority.NORMAL,
            reminder=self._reminder(task),
            recurrence=self._recurrence(task.recurrence),
        )

    def _refuse(self, name: FieldName, text: str, detail: str) -> None:
        self.unread[name] = Unread(text=text, reason=VALUE_REFUSED, detail=detail)

    def _subject(self, text: str) -> str:
        tidy = tidy_line(text)
        if len(tidy) > LINE_LENGTH:
            self._refuse("subject", text, "too-long")
            return ""
        return tidy

    def _day(self, name: FieldName, written: DateTimeZone | None) -> date | None:
        return self._dated(name, written, lambda given: read_day(given, self._zone))

    def _reminder(self, task: GraphTask) -> datetime | None:
        # A reminder that was put off keeps its time.
        return self._dated("reminder", task.reminder_date_time, read_moment) if task.is_reminder_on else None

    def _dated(
        self, name: FieldName, written: DateTimeZone | None, read: Callable[[DateTimeZone], Value]
    ) -> Value | None:
        if written is None or not written.date_time:
            return None
        try:
            return read(written)
        except NotADate:
            self._refuse(name, f"{written.date_time} {written.time_zone or ''}".strip(), "date")
            return None

    def _word(self, name: FieldName, word: str | None, words: Mapping[str, Value]) -> Value | None:
        if not word:
            return None
        found = words.get(word.lower())
        if found is None:
            self._refuse(name, word, "word")
        return found

    def _recurrence(self, written: Mapping[str, Any] | None) -> Recurrence | None:
        if not written:
            return None
        try:
            return recurrence_from(written)
        except NotExpressible as error:
            self._refuse("recurrence", error.text, "recurrence")
            return None


FIELD_OF_PROPERTY: Mapping[str, FieldName] = {
    "title": "subject",
    "body": "note",
    "startdatetime": "start",
    "duedatetime": "due",
    "status": "status",
    "completeddatetime": "completed_on",
    "importance": "priority",
    "isreminderon": "reminder",
    "reminderdatetime": "reminder",
    "recurrence": "recurrence",
}
"""Graph's properties in lower case, and the field that each belongs to: refusals name the former."""
