"""The task that To Do makes when a repeating one is ticked off.

It is due on the pattern's next day after the due day of the one ticked off, even when that lies in the past; start and
reminder move along by as many days. How To Do itself skips days that were missed is not on Microsoft's pages.
"""

from datetime import date, timedelta

from m365_sandbox import time_zones
from m365_sandbox.store import series
from m365_sandbox.store.records import JsonObject


def following(properties: JsonObject) -> JsonObject | None:
    """The properties of the next task, or None when it does not repeat or the series is at its end."""
    recurrence, due = properties["recurrence"], properties["dueDateTime"]
    if recurrence is None or due is None:
        return None
    here = time_zones.wall(due).date()
    day = _next_day(recurrence, here)
    if day is None:
        return None
    moved = {
        name: _later(properties[name], day - here)
        for name in ("dueDateTime", "startDateTime", "reminderDateTime")
    }
    return {**properties, **moved, "status": "notStarted", "completedDateTime": None}


def _next_day(recurrence: JsonObject, here: date) -> date | None:
    if here == date.max:
        return None
    return next(iter(series.days_between(recurrence, here + timedelta(days=1), date.max)), None)


def _later(entry: JsonObject | None, by: timedelta) -> JsonObject | None:
    if entry is None:
        return None
    return time_zones.written(time_zones.shifted(time_zones.wall(entry), by), entry["timeZone"])
