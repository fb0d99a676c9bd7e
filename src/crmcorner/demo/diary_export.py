"""A diary as a program would export it (iCalendar, RFC 5545), for the sandbox to import as it would a real file."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Todo, vCalAddress

from crmcorner.items.records import Appointment, Priority, ShowAs, Task, TaskStatus
from crmcorner.items.recurrence import Moved

_PRIORITIES = {Priority.HIGH: 1, Priority.NORMAL: 5, Priority.LOW: 9}
_STATUSES = {
    TaskStatus.NOT_STARTED: "NEEDS-ACTION",
    TaskStatus.IN_PROGRESS: "IN-PROCESS",
    TaskStatus.WAITING: "NEEDS-ACTION",
    TaskStatus.DEFERRED: "NEEDS-ACTION",
    TaskStatus.COMPLETED: "COMPLETED",
}
_BUSY = {
    ShowAs.FREE: "FREE",
    ShowAs.TENTATIVE: "TENTATIVE",
    ShowAs.BUSY: "BUSY",
    ShowAs.OUT_OF_OFFICE: "OOF",
    ShowAs.ELSEWHERE: "WORKINGELSEWHERE",
}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def tasks_and_appointments(
    tasks: Iterable[Task], appointments: Iterable[Appointment], made: datetime
) -> bytes:
    """Return one iCalendar file with both; ``made`` is when it was exported."""
    calendar = Calendar()
    calendar.add("prodid", "-//CRMcorner//demo//NL")
    calendar.add("version", "2.0")
    for number, task in enumerate(tasks):
        calendar.add_component(_todo(task, f"task-{number}@huisintveld.example", made))
    for number, appointment in enumerate(appointments):
        uid = f"event-{number}@huisintveld.example"
        calendar.add_component(_event(appointment, uid, made))
        for moved in appointment.moved:
            calendar.add_component(_moved(appointment, moved, uid, made))
    return bytes(calendar.to_ical())


def _todo(task: Task, uid: str, made: datetime) -> Todo:
    todo = Todo()
    todo.add("uid", uid)
    todo.add("dtstamp", made)
    todo.add("summary", task.subject)
    if task.note:
        todo.add("description", task.note)
    if task.start:
        todo.add("dtstart", task.start)
    if task.due:
        todo.add("due", task.due)
    todo.add("priority", _PRIORITIES[task.priority])
    todo.add("status", _STATUSES[task.status])
    if task.reminder:
        alarm = _alarm()
        alarm.add("trigger", task.reminder)
        todo.add_component(alarm)
    return todo


def _event(appointment: Appointment, uid: str, made: datetime) -> Event:
    event = _frame(uid, made, appointment.subject, appointment.location)
    event.add("dtstart", _moment(appointment, appointment.start))
    event.add("dtend", _moment(appointment, appointment.end))
    event.add("class", "PRIVATE" if appointment.private else "PUBLIC")
    event.add("x-microsoft-cdo-busystatus", _BUSY[appointment.show_as])
    if appointment.categories:
        event.add("categories", list(appointment.categories))
    for attendee in appointment.attendees:
        address = vCalAddress(f"mailto:{attendee.email}")
        address.params["cn"] = attendee.name
        event.add("attendee", address)
    if appointment.reminder is not None:
        alarm = _alarm()
        alarm.add("trigger", -timedelta(minutes=appointment.reminder))
        event.add_component(alarm)
    rule = appointment.recurrence
    if rule is not None:
        event.add(
            "rrule",
            {"freq": "weekly", "interval": rule.interval, "byday": [_DAYS[day] for day in rule.weekdays]},
        )
        for day in appointment.cancelled:
            event.add("exdate", _on(appointment, day))
    return event


def _moved(series: Appointment, moved: Moved, uid: str, made: datetime) -> Event:
    event = _frame(uid, made, moved.subject, moved.location)
    event.add("recurrence-id", _on(series, moved.original))
    event.add("dtstart", moved.start.astimezone(ZoneInfo(series.zone)))
    event.add("dtend", moved.end.astimezone(ZoneInfo(series.zone)))
    return event


def _frame(uid: str, made: datetime, subject: str, location: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", made)
    event.add("summary", subject)
    if location:
        event.add("location", location)
    return event


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Herinnering")
    return alarm


def _moment(appointment: Appointment, moment: datetime | None) -> date | datetime:
    assert moment is not None  # noqa: S101 - every invented appointment has its times
    return moment.date() if appointment.all_day else moment.astimezone(ZoneInfo(appointment.zone))


def _on(series: Appointment, day: date) -> datetime:
    """Return when the occurrence of that day would have begun."""
    assert series.start is not None  # noqa: S101 - every invented appointment has its times
    local = series.start.astimezone(ZoneInfo(series.zone))
    return local.replace(year=day.year, month=day.month, day=day.day)
