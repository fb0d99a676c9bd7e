"""What a file of iCalendar holds, into a mailbox."""

from m365_sandbox.calendar_door import EventRefusedError
from m365_sandbox.importing.contact import Rejected
from m365_sandbox.importing.ical import ChangedDay, ImportedEvent
from m365_sandbox.importing.ical_task import ImportedTask
from m365_sandbox.state import State
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject, Mailbox
from m365_sandbox.task_door import TaskRefusedError
from m365_sandbox.wording import Said

Note = tuple[int, Said]


Outcome = tuple[int, list[Note], list[Rejected]]


def add(state: State, mailbox: Mailbox, entry: ImportedEvent | ImportedTask) -> Outcome:
    """Store an event, series or task; how many entries were taken, what is to be said, and what was refused."""
    return (
        _add_event(state, mailbox, entry)
        if isinstance(entry, ImportedEvent)
        else _add_task(state, mailbox, entry)
    )


def _add_task(state: State, mailbox: Mailbox, entry: ImportedTask) -> Outcome:
    try:
        state.add_task(mailbox.address, entry.properties)
    except TaskRefusedError as refusal:
        return 0, [], [Rejected(entry.position, Said("Outlook does not take it: {why}", why=str(refusal)))]
    return 1, [(entry.position, note) for note in entry.notes], []


def _add_event(state: State, mailbox: Mailbox, entry: ImportedEvent) -> Outcome:
    """Store an event or series; how many entries were taken, what is to be said, and what was refused."""
    notes = [(entry.position, note) for note in entry.notes]
    try:
        event = state.add_event(mailbox.address, entry.properties, uid=entry.uid)
    except EventRefusedError as refusal:
        return 0, [], [_refused(entry.position, refusal), *_orphans(entry)]
    if entry.properties.get("recurrence") and event.properties["start"] != entry.properties["start"]:
        notes.append(
            (entry.position, Said("The first day is not one of the series' own; it begins with the next."))
        )
    rejected: list[Rejected] = []
    for at, each in enumerate(entry.further, 1):
        try:
            state.add_event(mailbox.address, each, uid=f"{entry.uid}_{at}" if entry.uid else None)
        except EventRefusedError as refusal:
            rejected.append(_refused(entry.position, refusal))
    for day in entry.cancelled:
        occurrence = state.events.occurrence(event, day)
        if occurrence is not None:
            state.remove_event(mailbox.address, occurrence)
        else:
            notes.append(
                (
                    entry.position,
                    Said("The series has no occurrence on {day} to leave out.", day=day.isoformat()),
                )
            )
    taken = 1
    for changed in entry.changed:
        outcome = _change(state, mailbox, event, changed, entry.uid)
        if isinstance(outcome, Rejected):
            rejected.append(outcome)
        else:
            taken += 1
            notes += [(changed.position, note) for note in (*changed.notes, *outcome)]
    return taken, notes, rejected


def _change(
    state: State, mailbox: Mailbox, event: Event, changed: ChangedDay, uid: str | None
) -> list[Said] | Rejected:
    """Change one day of a series; a day that Outlook cannot keep in the series becomes an event of its own."""
    event = state.events.get(mailbox.n, event.immutable_id)
    occurrence = state.events.occurrence(event, changed.day)
    if changed.properties is None:
        if occurrence is not None:
            state.remove_event(mailbox.address, occurrence)
        return []
    if occurrence is not None:
        try:
            state.update_event(mailbox.address, occurrence, _differing(changed.properties, occurrence))
        except EventRefusedError as refusal:
            if refusal.code != "ErrorOccurrenceCrossingBoundary":
                return _refused(changed.position, refusal)
            state.remove_event(mailbox.address, occurrence)
            note = Said("Outlook moves no occurrence past its neighbour; it became an event of its own.")
        else:
            return []
    else:
        note = Said(
            "The series has no occurrence on {day}; it became an event of its own.",
            day=changed.day.isoformat(),
        )
    own = f"{uid}_{changed.day:%Y%m%d}" if uid else None
    try:
        state.add_event(mailbox.address, changed.properties, uid=own)
    except EventRefusedError as refusal:
        return _refused(changed.position, refusal)
    return [note]


def _differing(properties: JsonObject, occurrence: Event) -> JsonObject:
    return {name: value for name, value in properties.items() if occurrence.properties.get(name) != value}


def _orphans(entry: ImportedEvent) -> list[Rejected]:
    reason = Said("The series that it belongs to was not taken.")
    return [Rejected(changed.position, reason) for changed in entry.changed]


def _refused(position: int, refusal: EventRefusedError) -> Rejected:
    return Rejected(position, Said("Outlook does not take it: {why}", why=str(refusal)))
