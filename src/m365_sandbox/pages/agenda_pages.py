"""The agenda of a mailbox: its events week by week, one event, its form, and what can be done to it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from m365_sandbox import time_zones
from m365_sandbox.calendar_door import EventRefusedError
from m365_sandbox.graph.event_json import plain
from m365_sandbox.pages import event_fields
from m365_sandbox.pages.page import Page
from m365_sandbox.pages.series_text import in_words
from m365_sandbox.store.event_records import Calendar, Event
from m365_sandbox.store.ids import is_well_formed
from m365_sandbox.store.records import Mailbox, NotFoundError
from m365_sandbox.wording import Said


def agenda(page: Page, address: str) -> Response:
    """A week of a calendar, day by day in the mailbox's own zone: `?week=` any day of it, `?calendar=` which."""
    box = page.mailbox(address)
    place = _calendar(page, box)
    monday = _monday(page, box)
    return page.show(
        "agenda.html",
        mailbox=box,
        calendar=place,
        calendars=page.sandbox.state.calendars.all(box.n),
        days=_days(page, box, place, monday),
        week=monday,
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        deleted=page.sandbox.state.events.deleted(box.n)[:20],
        colors=_colors(page, box),
    )


def event(page: Page, address: str, event_id: str) -> Response:
    """All that an event holds."""
    box = page.mailbox(address)
    found = _event(page, box, event_id)
    return _shown(page, box, found)


def new(page: Page, address: str) -> Response:
    """An empty form, for the day in `?day=`."""
    box = page.mailbox(address)
    return _form(page, box, None, event_fields.empty(_day(page, box)))


def add(page: Page, address: str) -> Response:
    """Store a new event or series."""
    box = page.mailbox(address)
    form = event_fields.filled(page.request.form)
    try:
        wanted = event_fields.changes(form, None, None, _zone(box))
        made = page.sandbox.state.add_event(
            box.address, wanted.properties, _extended(wanted), calendar=_calendar(page, box)
        )
    except event_fields.FormError as error:
        return _form(page, box, None, form, error.reason)
    except EventRefusedError as refusal:
        return _form(page, box, None, form, _refused(refusal))
    return page.go("event", address=box.address, event_id=made.immutable_id)


def edit(page: Page, address: str, event_id: str) -> Response:
    """The form with what the event holds."""
    box = page.mailbox(address)
    found = _event(page, box, event_id)
    return _form(page, box, found, _written(page, box, found))


def save(page: Page, address: str, event_id: str) -> Response:
    """Store what the form changes; nothing else of the event is touched."""
    box = page.mailbox(address)
    found = _event(page, box, event_id)
    form = event_fields.filled(page.request.form)
    try:
        wanted = event_fields.changes(form, _written(page, box, found), found, _zone(box))
        if wanted.properties or wanted.extended:
            page.sandbox.state.update_event(box.address, found, wanted.properties, _extended(wanted))
    except event_fields.FormError as error:
        return _form(page, box, found, form, error.reason)
    except EventRefusedError as refusal:
        return _form(page, box, found, form, _refused(refusal))
    return page.go("event", address=box.address, event_id=found.immutable_id)


def make_private(page: Page, address: str, event_id: str) -> Response:
    """Mark an event as private, or (`private` empty in the form) not so any more."""
    box = page.mailbox(address)
    found = _event(page, box, event_id)
    level = "private" if page.request.form.get("private") else "normal"
    page.sandbox.state.update_event(box.address, found, {"sensitivity": level})
    return page.go("event", address=box.address, event_id=found.immutable_id)


def delete(page: Page, address: str, event_id: str) -> Response:
    """Delete an event; an occurrence alone, or (`series` in the form) its whole series; from Deleted Items for ever."""
    box = page.mailbox(address)
    found = _event(page, box, event_id)
    begins = event_fields.times_in(found.properties, _zone(box))[0].date()
    wanted = found.series if found.series is not None and page.request.form.get("series") else found
    page.sandbox.state.remove_event(box.address, wanted)
    return page.go("agenda", address=box.address, week=begins.isoformat())


def restore(page: Page, address: str, event_id: str) -> Response:
    """Bring an event back from Deleted Items."""
    box = page.mailbox(address)
    found = _event(page, box, event_id)
    page.sandbox.state.events.restore(box.n, found)
    return page.go("event", address=box.address, event_id=found.immutable_id)


def _days(page: Page, box: Mailbox, place: Calendar, monday: date) -> list[tuple[date, list[dict[str, Any]]]]:
    """The seven days, each with its events: those of all day first, then by the clock."""
    rules = time_zones.known(_zone(box))
    least, most = (
        time_zones.in_utc(time_zones.midnight(day), rules) for day in (monday, monday + timedelta(days=7))
    )
    rows: list[dict[str, Any]] = []
    spare = timedelta(days=1)  # days of all-day events that were made in another zone
    for each in page.sandbox.state.events.view(place, least - spare, most + spare):
        start, end = event_fields.times_in(each.properties, _zone(box))
        rows.append({"event": each, "has": each.properties, "start": start, "end": end})
    rows.sort(key=lambda row: (not row["has"]["isAllDay"], row["start"], row["has"]["subject"]))
    days = [monday + timedelta(days=number) for number in range(7)]
    return [(day, [row for row in rows if _touches(row, day)]) for day in days]


def _touches(row: dict[str, Any], day: date) -> bool:
    begin = time_zones.midnight(day)
    start: datetime = row["start"]
    end: datetime = row["end"]
    return start < begin + timedelta(days=1) and (end > begin or start >= begin)


def _shown(page: Page, box: Mailbox, found: Event) -> Response:
    start, end = event_fields.times_in(found.properties, _zone(box))
    recurrence = (found.series or found).properties.get("recurrence")
    beside = page.sandbox.state.beside
    return page.show(
        "event.html",
        mailbox=box,
        event=found,
        has=found.properties,
        start=start,
        end=end,
        last=end - timedelta(days=1) if found.properties["isAllDay"] else end,
        notes=plain(found.properties["body"]),
        linked=_contacts(page, found),
        series=in_words(recurrence) if recurrence else None,
        show_as=event_fields.SHOW_AS,
        beside=beside.all_extended(found.owners),
        extensions=beside.extensions(found.owners),
        colors=_colors(page, box),
    )


def _form(
    page: Page, box: Mailbox, found: Event | None, values: dict[str, str], problem: Said | None = None
) -> Response:
    return page.show(
        "event_form.html",
        400 if problem else 200,
        mailbox=box,
        event=found,
        values=values,
        calendar=_calendar(page, box),
        show_as=event_fields.SHOW_AS,
        repeats=event_fields.REPEATS,
        problem=problem,
    )


def _event(page: Page, box: Mailbox, event_id: str) -> Event:
    found = page.sandbox.state.events.find(box.n, event_id) if is_well_formed(event_id) else None
    if found is None:
        raise NotFound
    return found


def _calendar(page: Page, box: Mailbox) -> Calendar:
    wanted = page.request.values.get("calendar", "")
    calendars = page.sandbox.state.calendars
    try:
        return calendars.get(box.n, wanted) if wanted else calendars.default(box.n)
    except NotFoundError:
        raise NotFound from None


def _day(page: Page, box: Mailbox, name: str = "day") -> date:
    try:
        return date.fromisoformat(page.request.args.get(name, ""))
    except ValueError:
        now = page.sandbox.state.clock()
        return time_zones.on_the_wall(now, time_zones.known(_zone(box))).date()


def _monday(page: Page, box: Mailbox) -> date:
    day = _day(page, box, "week")
    if not 2 <= day.year <= 9998:
        raise NotFound
    return day - timedelta(days=day.weekday())


def _zone(box: Mailbox) -> str:
    """The zone in which the pages show times: the mailbox's, UTC when Outlook would not know it."""
    return box.time_zone if time_zones.zone(box.time_zone) else "UTC"


def _written(page: Page, box: Mailbox, found: Event) -> dict[str, str]:
    return event_fields.written(found, _zone(box), _contacts(page, found))


def _contacts(page: Page, found: Event) -> list[str]:
    names = page.sandbox.state.beside.all_extended(found.owners).get(event_fields.CONTACTS, [])
    return names if isinstance(names, list) else [names]


def _extended(wanted: event_fields.Changes) -> dict[str, str | list[str]] | None:
    return wanted.extended or None


def _colors(page: Page, box: Mailbox) -> dict[str, str]:
    return {each.name.casefold(): each.color for each in page.categories(box)}


def _refused(refusal: EventRefusedError) -> Said:
    return Said("Outlook does not take it: {why}", why=str(refusal))


_BOX = "/mailboxes/<address>"
VIEWS: tuple[tuple[str, str, str, Callable[..., Response]], ...] = (
    ("GET", f"{_BOX}/calendar", "agenda", agenda),
    ("GET", f"{_BOX}/calendar/new", "new-event", new),
    ("POST", f"{_BOX}/calendar/new", "add-event", add),
    ("GET", f"{_BOX}/events/<event_id>", "event", event),
    ("GET", f"{_BOX}/events/<event_id>/edit", "edit-event", edit),
    ("POST", f"{_BOX}/events/<event_id>/edit", "save-event", save),
    ("POST", f"{_BOX}/events/<event_id>/private", "private-event", make_private),
    ("POST", f"{_BOX}/events/<event_id>/delete", "delete-event", delete),
    ("POST", f"{_BOX}/events/<event_id>/restore", "restore-event", restore),
)
