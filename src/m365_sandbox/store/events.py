"""Events of a mailbox: single ones and series, their occurrences, what changed since when, and where they went."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from m365_sandbox.store import event_times, occurrence_ids, series
from m365_sandbox.store.beside import Beside
from m365_sandbox.store.database import Database
from m365_sandbox.store.directory import Directory
from m365_sandbox.store.event_records import Calendar, Event, EventChange, GoneEvent
from m365_sandbox.store.ids import Ids, change_key
from m365_sandbox.store.records import JsonObject, Mailbox, NotFoundError, stamp

_SELECT = "SELECT e.*, c.id AS calendar_id FROM events e JOIN calendars c ON c.n = e.calendar "
# A change of these makes other occurrences: what was changed or cancelled of the old ones is lost, as in Outlook.
_OF_THE_SERIES = ("start", "end", "isAllDay", "recurrence")


class Events:
    """Reads and writes events; each change takes the mailbox's next change number."""

    def __init__(
        self,
        database: Database,
        ids: Ids,
        directory: Directory,
        beside: Beside,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._ids = ids
        self._directory = directory
        self._beside = beside
        self._clock = clock

    # -- reading

    def find(self, mailbox: int, event_id: str) -> Event | None:
        """An event, series or occurrence by either form of its id, in Deleted Items too; None when there is none."""
        series_id, day = occurrence_ids.series_and_day(event_id)
        found = self._many(
            "WHERE (e.id = ? OR e.immutable_id = ?) AND c.mailbox = ?", series_id, series_id, mailbox
        )
        if not found or day is None:
            return found[0] if found else None
        return self.occurrence(found[0], day)

    def get(self, mailbox: int, event_id: str) -> Event:
        """Like `find`.

        Raises:
            NotFoundError: when there is none.
        """
        found = self.find(mailbox, event_id)
        if found is None:
            raise NotFoundError("The specified object was not found in the store.")
        return found

    def listed(self, calendar: Calendar) -> list[Event]:
        """Single events and series of a calendar, in the order of their making."""
        return self._many("WHERE e.calendar = ? AND e.deleted = 0 ORDER BY e.n", calendar.n)

    def deleted(self, mailbox: int) -> list[Event]:
        """Single events and series in Deleted Items, the newest first."""
        return self._many("WHERE c.mailbox = ? AND e.deleted = 1 ORDER BY e.sequence DESC", mailbox)

    def with_transaction(self, mailbox: int, transaction_id: str) -> Event | None:
        """The event that was made with this transactionId."""
        found = self._many(
            "WHERE c.mailbox = ? AND json_extract(e.properties, '$.transactionId') = ? ORDER BY e.n LIMIT 1",
            mailbox,
            transaction_id,
        )
        return found[0] if found else None

    def view(self, calendar: Calendar, least: datetime, most: datetime) -> Iterator[Event]:
        """Single events, occurrences and exceptions that touch a window, by series, not by time."""
        for event in self._many(
            "WHERE e.calendar = ? AND e.deleted = 0 AND e.begins < ? AND e.ends >= ? ORDER BY e.n",
            calendar.n,
            event_times.text(most),
            event_times.text(least),
        ):
            if event.kind == "seriesMaster":
                yield from self.instances(event, least, most)
            elif event_times.overlaps(event.properties, least, most):
                yield event

    def instances(self, master: Event, least: datetime, most: datetime) -> Iterator[Event]:
        """Occurrences and exceptions of a series that touch a window, in the order of their days."""
        first, last = event_times.days_that_may_touch(master.properties, least, most)
        changed = self._changed_days(master)
        days = set(series.days_between(master.properties["recurrence"], first, last)) | set(changed)
        for day in sorted(days):
            found = self._occurrence(master, day, changed.get(day))
            if found is not None and event_times.overlaps(found.properties, least, most):
                yield found

    def occurrence(self, master: Event, day: date) -> Event | None:
        """The occurrence that the pattern has on a day; None when it has none there or it was cancelled."""
        recurrence = master.properties.get("recurrence")
        if recurrence is None or not series.holds(recurrence, day):
            return None
        return self._occurrence(master, day, self._changed_days(master).get(day))

    def exceptions(self, master: Event) -> list[Event]:
        """The changed occurrences of a series, by day."""
        changed = self._changed_days(master)
        return [each for day in sorted(changed) if (each := self._occurrence(master, day, changed[day]))]

    def cancelled_days(self, master: Event) -> list[date]:
        """The days of the series whose occurrence was cancelled."""
        return sorted(day for day, row in self._changed_days(master).items() if row["cancelled"])

    def changed(self, calendar: Calendar, after: int, upto: int, limit: int) -> list[Event]:
        """Single events and series whose last change lies after `after` and not beyond `upto`, oldest first."""
        return self._many(
            "WHERE e.calendar = ? AND e.deleted = 0 AND e.sequence > ? AND e.sequence <= ? "
            "ORDER BY e.sequence LIMIT ?",
            calendar.n,
            after,
            upto,
            limit,
        )

    def gone(self, calendar: Calendar, after: int, upto: int, limit: int) -> list[GoneEvent]:
        """What left the calendar, or a stretch of time in it, in that stretch of changes; oldest first."""
        rows = self._database.rows(
            "SELECT * FROM gone_events WHERE calendar = ? AND sequence > ? AND sequence <= ? "
            "ORDER BY sequence LIMIT ?",
            calendar.n,
            after,
            upto,
            limit,
        )
        return [
            GoneEvent(
                row["sequence"],
                row["event"],
                row["id"],
                row["immutable_id"],
                date.fromisoformat(row["day"]) if row["day"] else None,
                row["begins"],
                row["ends"],
            )
            for row in rows
        ]

    # -- writing

    def add(self, calendar: Calendar, change: EventChange) -> Event:
        """Store a new event or series with its extended properties and extensions."""
        with self._database.transaction():
            now = stamp(self._clock())
            uid = change.uid or occurrence_ids.new_uid(self._ids.guid())
            n = self._database.write(
                "INSERT INTO events (calendar, id, immutable_id, uid, sequence, created, modified, begins, ends, "
                "properties) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                calendar.n,
                self._ids.item(),
                self._ids.immutable(),
                uid,
                self._directory.next_sequence(calendar.mailbox),
                now,
                now,
                *event_times.extent(change.properties),
                _text(change.properties),
            )
            self._beside.write(f"e{n}", change)
            return self._by_number(n)

    def update(self, mailbox: int, event: Event, change: EventChange) -> Event:
        """Apply a change; an occurrence becomes an exception by it. What it does not name stays."""
        with self._database.transaction():
            self._beside.write(event.owner, change)
            if event.day is not None:
                return self._update_occurrence(mailbox, event, change)
            properties = {**event.properties, **change.properties}
            if any(event.properties.get(name) != properties.get(name) for name in _OF_THE_SERIES):
                self._leave(mailbox, event)
                self._forget_changes(event)
                begins, ends = event_times.extent(properties)
                self._touch(mailbox, event.n, "begins = ?, ends = ?", begins, ends)
            self._touch(mailbox, event.n, "properties = ?", _text(properties))
            return self._by_number(event.n)

    def _update_occurrence(self, mailbox: int, event: Event, change: EventChange) -> Event:
        assert event.series is not None  # noqa: S101 - an occurrence has one
        assert event.day is not None  # noqa: S101
        row = self._changed_days(event.series).get(event.day)
        own = {**(msgspec.json.decode(row["properties"]) if row else {}), **change.properties}
        self._leave(mailbox, event)
        self._write_day(mailbox, event.series, event.day, own, cancelled=False)
        found = self._occurrence(event.series, event.day, self._changed_days(event.series)[event.day])
        assert found is not None  # noqa: S101 - it was written just now
        self._database.write(
            "UPDATE events SET begins = min(begins, ?), ends = max(ends, ?) WHERE n = ?",
            event_times.text(event_times.begin(found)),
            event_times.text(event_times.end(found)),
            event.n,
        )
        again = self.occurrence(self._by_number(event.n), event.day)
        assert again is not None  # noqa: S101
        return again

    def cancel_day(self, mailbox: int, event: Event) -> None:
        """Take one occurrence out of its series."""
        if event.series is None or event.day is None:
            raise ValueError("Only an occurrence can be taken out of a series.")
        with self._database.transaction():
            self._leave(mailbox, event)
            self._write_day(mailbox, event.series, event.day, {}, cancelled=True)
            self._beside.forget(event.owner)

    def touch(self, mailbox: int, event: Event) -> None:
        """Give an event (an occurrence with its series) a new change number."""
        with self._database.transaction():
            if event.series is not None:
                self._update_occurrence(mailbox, event, EventChange())
            else:
                self._touch(mailbox, event.n, "uid = uid")

    def delete(self, mailbox: int, event: Event) -> None:
        """Move an event or series to Deleted Items, an occurrence out of its series; one there goes for ever."""
        if event.day is not None:
            self.cancel_day(mailbox, event)
        elif event.deleted:
            self.purge(mailbox, event)
        else:
            with self._database.transaction():
                self._leave(mailbox, event)
                self._touch(mailbox, event.n, "deleted = 1, id = ?", self._ids.item())

    def restore(self, mailbox: int, event: Event) -> Event:
        """Bring an event back from Deleted Items."""
        with self._database.transaction():
            if event.deleted:
                self._touch(mailbox, event.n, "deleted = 0, id = ?", self._ids.item())
            return self._by_number(event.n)

    def purge(self, mailbox: int, event: Event) -> None:
        """Remove an event or series for ever with all that hangs on it, an occurrence out of its series."""
        if event.day is not None:
            self.cancel_day(mailbox, event)
            return
        with self._database.transaction():
            self._leave(mailbox, event)
            self._forget_changes(event)
            self._beside.forget(event.owner)
            self._database.write("DELETE FROM events WHERE n = ?", event.n)

    def purge_all(self, calendar: Calendar) -> None:
        """Remove every event of a calendar for ever, those in Deleted Items too."""
        for event in self._many("WHERE e.calendar = ?", calendar.n):
            self.purge(calendar.mailbox, event)

    # -- inside

    def _changed_days(self, master: Event) -> dict[date, Any]:
        rows = self._database.rows("SELECT * FROM occurrences WHERE event = ?", master.n)
        return {date.fromisoformat(row["day"]): row for row in rows}

    def _occurrence(self, master: Event, day: date, row: Any | None) -> Event | None:
        if row is not None and row["cancelled"]:
            return None
        properties = {**master.properties, **event_times.times_of(master.properties, day), "recurrence": None}
        if row is not None:
            properties |= msgspec.json.decode(row["properties"])
        begins, ends = event_times.extent(properties)
        return Event(
            n=master.n,
            calendar=master.calendar,
            calendar_id=master.calendar_id,
            id=occurrence_ids.of_day(master.id, day),
            immutable_id=occurrence_ids.of_day(master.immutable_id, day),
            uid=occurrence_ids.uid_of_day(master.uid, day),
            kind="occurrence" if row is None else "exception",
            sequence=master.sequence if row is None else row["sequence"],
            created=master.created if row is None else row["created"],
            modified=master.modified if row is None else row["modified"],
            deleted=master.deleted,
            properties=properties,
            begins=begins,
            ends=ends,
            day=day,
            series=master,
        )

    def _write_day(self, mailbox: int, master: Event, day: date, own: JsonObject, *, cancelled: bool) -> None:
        """Store what differs on a day; occurrence and series bear the same change number."""
        now = stamp(self._clock())
        self._touch(mailbox, master.n, "uid = uid")
        self._database.write(
            "INSERT INTO occurrences VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event, day) DO UPDATE SET "
            "cancelled = excluded.cancelled, sequence = excluded.sequence, modified = excluded.modified, "
            "properties = excluded.properties",
            master.n,
            day.isoformat(),
            int(cancelled),
            self._by_number(master.n).sequence,
            now,
            now,
            _text(own),
        )

    def _forget_changes(self, event: Event) -> None:
        self._database.write("DELETE FROM occurrences WHERE event = ?", event.n)
        for table in ("extended", "owner_extensions"):
            self._database.write(f"DELETE FROM {table} WHERE owner GLOB ?", f"e{event.n}/*")  # noqa: S608

    def _leave(self, mailbox: int, event: Event) -> None:
        self._database.write(
            "INSERT INTO gone_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            event.calendar,
            self._directory.next_sequence(mailbox),
            event.n,
            event.id,
            event.immutable_id,
            event.day.isoformat() if event.day else None,
            event.begins,
            event.ends,
        )

    def _touch(self, mailbox: int, n: int, setting: str, *values: object) -> None:
        self._database.write(
            f"UPDATE events SET {setting}, sequence = ?, modified = ? WHERE n = ?",  # noqa: S608
            *values,
            self._directory.next_sequence(mailbox),
            stamp(self._clock()),
            n,
        )

    def _by_number(self, n: int) -> Event:
        return self._many("WHERE e.n = ?", n)[0]

    def _many(self, where: str, *parameters: object) -> list[Event]:
        return [_event(row) for row in self._database.rows(_SELECT + where, *parameters)]


def _event(row: Any) -> Event:
    properties = msgspec.json.decode(row["properties"])
    values = {**dict(row), "deleted": bool(row["deleted"]), "properties": properties}
    return Event(kind="seriesMaster" if properties.get("recurrence") else "singleInstance", **values)


def etag_key(mailbox: Mailbox, event: Event) -> str:
    """The event's changeKey, which its ETag wraps."""
    return change_key(mailbox.id, event.sequence)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
