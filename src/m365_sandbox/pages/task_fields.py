"""The fields of a task's form: what they show of a task, and what they make of it."""

from collections.abc import Callable, Mapping
from datetime import date

from m365_sandbox import time_zones
from m365_sandbox.graph.event_json import plain
from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

STATUS = {
    "notStarted": "Not started", "inProgress": "In progress", "completed": "Completed",
    "waitingOnOthers": "Waiting on others", "deferred": "Deferred",
}  # fmt: skip
IMPORTANCE = {"low": "Low importance", "normal": "Normal importance", "high": "High importance"}
_FIELDS = ("title", "start", "due", "status", "importance", "reminder", "categories", "body")


class FormError(ValueError):
    """A field that cannot be read; `reason` is for people."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason)
        self.reason = reason


def empty() -> dict[str, str]:
    """The form of a new task."""
    return {**dict.fromkeys(_FIELDS, ""), "status": "notStarted", "importance": "normal"}


def day_of(entry: JsonObject | None) -> date | None:
    """The day that a due or start date means: that of the zone in which it was written."""
    return None if entry is None else time_zones.wall(entry).date()


def written(has: JsonObject, zone: str) -> dict[str, str]:
    """What the form shows of a task; the reminder on the wall of `zone`."""
    start, due = day_of(has["startDateTime"]), day_of(has["dueDateTime"])
    reminder = has["reminderDateTime"] if has["isReminderOn"] else None
    return {
        "title": has["title"],
        "start": start.isoformat() if start else "",
        "due": due.isoformat() if due else "",
        "status": has["status"],
        "importance": has["importance"],
        "reminder": time_zones.converted(reminder, zone)["dateTime"][:16] if reminder else "",
        "categories": "\n".join(has["categories"]),
        "body": plain(has["body"]),
    }


def filled(form: Mapping[str, str]) -> dict[str, str]:
    """The form as it was sent, lines ending alike."""
    return {name: form.get(name, "").replace("\r\n", "\n").strip() for name in _FIELDS}


def changes(form: dict[str, str], before: dict[str, str] | None, zone: str) -> JsonObject:
    """The properties that a form changes of a task (`before` None: a new one).

    Fields that are as they were change nothing. Days and the reminder are written in `zone`, as Outlook does.

    Raises:
        FormError: when a field cannot be read, or the title is empty.
    """
    if not form["title"]:
        raise FormError(Said("Give the task a title."))
    wanted: JsonObject = {}
    for name, make in _MADE.items():
        if before is None or form[name] != before[name].strip():
            wanted |= make(form[name], zone)
    return wanted


def _day(member: str) -> Callable[[str, str], JsonObject]:
    def make(text: str, zone: str) -> JsonObject:
        if not text:
            return {member: None}
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise FormError(Said("{text} is no day.", text=text)) from None
        return {member: time_zones.written(time_zones.midnight(day), zone)}

    return make


def _reminder(text: str, zone: str) -> JsonObject:
    if not text:
        return {"isReminderOn": False, "reminderDateTime": None}
    clock = time_zones.parsed(text)
    if clock is None:
        raise FormError(Said("{text} is no day and time.", text=text))
    return {"isReminderOn": True, "reminderDateTime": time_zones.written(clock, zone)}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


_MADE: dict[str, Callable[[str, str], JsonObject]] = {
    "title": lambda text, _: {"title": text},
    "start": _day("startDateTime"),
    "due": _day("dueDateTime"),
    "status": lambda text, _: {"status": text or None},
    "importance": lambda text, _: {"importance": text or None},
    "reminder": _reminder,
    "categories": lambda text, _: {"categories": _lines(text)},
    "body": lambda text, _: {"body": {"contentType": "text", "content": text}},
}
