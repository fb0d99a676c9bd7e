"""The forms of `$filter` and `$orderby` on tasks that are modelled; any other filter is refused.

Source: Graph: List tasks ("supports some of the OData query parameters"); practice of its users.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError, not_modelled
from m365_sandbox.store.event_times import text
from m365_sandbox.store.task_records import Task

Condition = Callable[[Task], bool]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"eq": eq, "ne": ne, "ge": ge, "gt": gt, "le": le, "lt": lt}
_TEXT = r"'((?:[^']|'')*)'"
_AND = re.compile(r"\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)", re.IGNORECASE)
_NAMED = re.compile(rf"(title|status|importance)\s+(eq|ne)\s+{_TEXT}", re.IGNORECASE)
_PART = re.compile(rf"(startswith|contains)\(\s*title\s*,\s*{_TEXT}\s*\)", re.IGNORECASE)
_STAMPED = re.compile(
    r"(lastModifiedDateTime|createdDateTime)\s+(eq|ne|ge|gt|le|lt)\s+([\d\-T:.Z+]+)", re.IGNORECASE
)
_TIME = re.compile(
    rf"(due|start|completed|reminder)DateTime/dateTime\s+(eq|ne|ge|gt|le|lt)\s+{_TEXT}", re.IGNORECASE
)
_CATEGORY = re.compile(rf"categories/any\(\s*(\w+)\s*:\s*\1\s+eq\s+{_TEXT}\s*\)", re.IGNORECASE)
_LATEST = "9999"
_ORDERS: dict[str, Callable[[Task], str]] = {
    "title": lambda task: str(task.properties["title"]).casefold(),
    "status": lambda task: str(task.properties["status"]),
    "importance": lambda task: str(("low", "normal", "high").index(task.properties["importance"])),
    "createddatetime": lambda task: task.created,
    "lastmodifieddatetime": lambda task: task.modified,
    **{
        f"{name}datetime/datetime": lambda task, name=name: _utc(task, name) or _LATEST  # type: ignore[misc]
        for name in ("due", "start", "completed", "reminder")
    },
}


def condition(stated: str) -> Condition:
    """What `$filter` states, joined by `and`; an empty text lets everything pass.

    Raises:
        GraphError: 400 for what is not modelled as working.
    """
    parts = [_one(part.strip()) for part in _AND.split(stated.strip())] if stated.strip() else []
    return lambda task: all(part(task) for part in parts)


def ordered(found: list[Task], orderby: str) -> list[Task]:
    """The tasks sorted by `$orderby`; those without the date come last.

    Raises:
        GraphError: 501 for a property by which sorting is not modelled.
    """
    for part in reversed([each.strip() for each in orderby.split(",") if each.strip()]):
        name, _, way = part.partition(" ")
        key = _ORDERS.get(name.lower())
        if key is None or way.strip().lower() not in {"", "asc", "desc"}:
            raise not_modelled(f"$orderby={part} on tasks")
        found = sorted(found, key=key, reverse=way.strip().lower() == "desc")
    return found


def _one(part: str) -> Condition:
    for form, made in _FORMS:
        if match := form.fullmatch(part):
            return made(match)
    raise _refused()


def _named(match: re.Match[str]) -> Condition:
    name, compare = match[1].lower(), _COMPARE[match[2].lower()]
    wanted = match[3].replace("''", "'").casefold()
    return lambda task: compare(str(task.properties[name]).casefold(), wanted)


def _part(match: re.Match[str]) -> Condition:
    wanted, starts = match[2].replace("''", "'").casefold(), match[1].lower() == "startswith"

    def holds(task: Task) -> bool:
        title = str(task.properties["title"]).casefold()
        return title.startswith(wanted) if starts else wanted in title

    return holds


def _stamped(match: re.Match[str]) -> Condition:
    compare, wanted = _COMPARE[match[2].lower()], _moment(match[3])
    changed = match[1].lower().startswith("last")
    return lambda task: compare(_moment(task.modified if changed else task.created), wanted)


def _time(match: re.Match[str]) -> Condition:
    name, compare = match[1].lower(), _COMPARE[match[2].lower()]
    wanted = text(_moment(match[3]))

    def holds(task: Task) -> bool:
        found = _utc(task, name)
        return found is not None and compare(found, wanted)

    return holds


def _category(match: re.Match[str]) -> Condition:
    wanted = match[2].replace("''", "'").casefold()
    return lambda task: wanted in (each.casefold() for each in task.properties["categories"])


def _utc(task: Task, name: str) -> str | None:
    entry = task.properties[f"{name}DateTime"]
    return None if entry is None else text(time_zones.moment(entry))


def _moment(written: str) -> datetime:
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", written))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refused() from None


def _refused() -> GraphError:
    return GraphError(
        400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."
    )


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Condition]], ...] = (
    (_NAMED, _named),
    (_PART, _part),
    (_STAMPED, _stamped),
    (_TIME, _time),
    (_CATEGORY, _category),
)
