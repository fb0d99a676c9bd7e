"""The calendar part of `State`: events as if the user had made, changed or deleted them in Outlook.

No mail leaves by this door: `State.outbox` holds what requests to Graph would have sent.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from m365_sandbox import event_type
from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.store import event_times, series
from m365_sandbox.store.beside import Beside
from m365_sandbox.store.calendars import Calendars
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.event_records import Calendar, Event, EventChange
from m365_sandbox.store.events import Events
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.outbox import Outbox
from m365_sandbox.store.records import JsonObject, Mailbox, NotFoundError


class EventRefusedError(ValueError):
    """Outlook would not hold this event; the message says why, `code` is Graph's."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class CalendarDoor:
    """What `State` can do with calendars."""

    database: Database
    directory: Directory
    ids: Ids
    beside: Beside
    calendars: Calendars
    events: Events
    outbox: Outbox

    def add_event(
        self,
        mailbox: str,
        properties: JsonObject,
        extended: Mapping[str, str | list[str]] | None = None,
        uid: str | None = None,
        calendar: Calendar | None = None,
    ) -> Event:
        """An event or series as if the user had made it in Outlook, or been invited to it.

        Args:
            mailbox: address or object id.
            properties: Graph's property names and JSON values; `organizer`, `isOrganizer`, `responseStatus`,
                `isCancelled` and `isDraft` too, which Graph itself lets nobody write.
            extended: extended properties, id -> value; a list makes it a multi-value one.
            uid: the iCalUId, the same in the mailboxes of all who are invited; None: a new one.
            calendar: the default calendar when None.

        Raises:
            EventRefusedError: when Outlook would not hold it.
            NotFoundError: when there is no such mailbox.
        """
        owner = self.directory.get(mailbox)
        try:
            change = self.event_change(owner, properties, extended=extended, uid=uid, of_outlook=True)
        except GraphError as refusal:
            raise EventRefusedError(refusal.message, refusal.code) from refusal
        return self.events.add(calendar or self.calendars.default(owner.n), change)

    def update_event(
        self,
        mailbox: str,
        event: Event,
        properties: JsonObject,
        extended: Mapping[str, str | list[str]] | None = None,
    ) -> Event:
        """Change an event, a series, or an occurrence (which becomes an exception) as if in Outlook.

        Raises:
            EventRefusedError: as `add_event`, and when an occurrence would pass its neighbour.
            NotFoundError: when mailbox or event is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            current = self.events.get(owner.n, event.immutable_id)
            try:
                change = self.event_change(
                    owner, properties, event=current, extended=extended, of_outlook=True
                )
            except GraphError as refusal:
                raise EventRefusedError(refusal.message, refusal.code) from refusal
            return self.events.update(owner.n, current, change)

    def remove_event(
        self, mailbox: str, event: Event, occurrence: date | None = None, *, for_ever: bool = False
    ) -> None:
        """Delete an event or series, or one occurrence of a series.

        Args:
            mailbox: address or object id.
            event: an event, a series or an occurrence.
            occurrence: the day of the occurrence in the series' own zone; the whole series stays otherwise.
            for_ever: not to Deleted Items.

        Raises:
            NotFoundError: when mailbox, event or occurrence is gone.
        """
        owner = self.directory.get(mailbox)
        with self.database.transaction():
            current: Event | None = self.events.get(owner.n, event.immutable_id)
            if current is not None and occurrence is not None:
                current = self.events.occurrence(current, occurrence)
            if current is None:
                raise NotFoundError("The specified object was not found in the store.")
            (self.events.purge if for_ever else self.events.delete)(owner.n, current)

    def occurrence(self, mailbox: str, event: Event, day: date) -> Event:
        """The occurrence of a series on a day in its own zone.

        Raises:
            NotFoundError: when there is none.
        """
        found = self.events.occurrence(
            self.events.get(self.directory.get(mailbox).n, event.immutable_id), day
        )
        if found is None:
            raise NotFoundError("The specified object was not found in the store.")
        return found

    def event_change(
        self,
        owner: Mailbox,
        properties: JsonObject,
        *,
        event: Event | None = None,
        extended: Mapping[str, str | list[str]] | None = None,
        uid: str | None = None,
        of_outlook: bool = False,
    ) -> EventChange:
        """The checked change that `properties` mean for an event (None: a new one).

        Raises:
            GraphError: 400, for what Graph would refuse.
        """
        if event is not None and event.day is not None and properties.get("recurrence") is not None:
            raise bad_request("An occurrence has no recurrence of its own.", "ErrorInvalidPropertySet")
        body = dict(properties)
        if event is not None and event.day is not None:
            body.pop("recurrence", None)
        wanted = event_type.checked(body, stored=event.properties if event else None, of_outlook=of_outlook)
        uid = wanted.pop("iCalUId", None) or uid
        if event is None:
            wanted = _of_owner(wanted, owner)
        elif event.series is not None:
            _refuse_crossing(event, {**event.properties, **wanted})
        single: dict[str, tuple[str, Any]] = {}
        multi: dict[str, tuple[str, Any]] = {}
        for name, value in (extended or {}).items():
            (multi if isinstance(value, list) else single)[normalised(name)] = (name, value)
        return EventChange(wanted, single, multi, {}, uid)


def _of_owner(wanted: JsonObject, owner: Mailbox) -> JsonObject:
    """With the organizer and the answer that follows from who that is."""
    himself = {"emailAddress": {"name": owner.display_name, "address": owner.address}}
    organizer = wanted.get("organizer") or himself
    is_own = organizer["emailAddress"]["address"].casefold() == owner.address.casefold()
    response = {"response": "organizer" if is_own else "notResponded", "time": "0001-01-01T00:00:00Z"}
    return {
        **wanted,
        "organizer": organizer,
        "isOrganizer": is_own,
        "responseStatus": wanted.get("responseStatus") or response,
    }


def _refuse_crossing(event: Event, wanted: JsonObject) -> None:
    """Graph: Update event: an occurrence may not reach the day of its neighbours."""
    assert event.series is not None  # noqa: S101 - the caller has looked
    assert event.day is not None  # noqa: S101
    recurrence = event.series.properties["recurrence"]
    before, after = series.neighbours(recurrence, event.day)
    day = event_times.day_of(wanted, recurrence["range"]["recurrenceTimeZone"])
    if (before is not None and day <= before) or (after is not None and day >= after):
        raise bad_request(
            "Modified occurrence is crossing or overlapping adjacent occurrence.",
            "ErrorOccurrenceCrossingBoundary",
        )
