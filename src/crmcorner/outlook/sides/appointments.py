"""Appointments as the engine sees them (R60-R65)."""

from collections.abc import Collection, Mapping, Sequence

from crmcorner.accounts.actor import Actor
from crmcorner.items.changes import ItemId
from crmcorner.items.records import APPOINTMENT_FIELDS, Appointment, Content, Kind, of_type
from crmcorner.outlook.models import Connection
from crmcorner.outlook.sides import planning
from crmcorner.outlook.sides.side import SavedRecord
from crmcorner.outlook.window import window_of
from crmcorner.planning import lookup
from crmcorner.planning.appointment_mapping import load_appointments
from crmcorner.planning.services import appointments
from crmcorner.sync.state import CrmId, CrmRecord
from crmcorner.sync.store import CrmWrite, Touched, Watermark

_HOLDS = frozenset(APPOINTMENT_FIELDS)


class AppointmentSide:
    """A user's own appointments within the window; a colleague's meeting of which he has a copy is only known (R65)."""

    def records(self, connection: Connection, crm_ids: Collection[CrmId]) -> dict[CrmId, CrmRecord]:
        """Return these appointments as they are for a mailbox; see `CrmSide.records`.

        Of a colleague's appointment nothing is held in common: each copy of a meeting is its own mailbox's to keep.
        """
        loaded = load_appointments(crm_ids)
        window = window_of(connection.user)
        inside = lookup.appointments_between(connection.user, window.first, window.last)
        found = {}
        for crm_id, each in loaded.items():
            own = each.row.owner_id == connection.user_id
            found[crm_id] = CrmRecord(
                crm_id=crm_id,
                version=each.row.version,
                content=each.content,
                in_scope=own and each.row.deleted_at is None,
                deleted=each.row.deleted_at is not None,
                holds=_HOLDS if own else frozenset(),
                label=each.content.subject,
                in_window=crm_id in inside,
                expected=crm_id in inside,
            )
        return found

    def touched(self, connection: Connection, since: Watermark | None) -> Touched:
        """Return the appointments to look at; see `CrmSide.touched`."""
        window = window_of(connection.user)
        due = frozenset(lookup.appointments_between(connection.user, window.first, window.last))
        return planning.touched(connection, Kind.CALENDAR, "appointment", since, due)

    def candidates(
        self, connection: Connection, items: Mapping[ItemId, Content]
    ) -> dict[ItemId, list[CrmRecord]]:
        """R65: the same meeting by its number, also a colleague's; else the user's own of the same subject and time.

        A private copy means no appointment of anyone else's, and a colleague's private one is never meant (R61).
        """
        wanted = {item_id: of_type(content, Appointment) for item_id, content in items.items()}
        shared = {each.uid for each in wanted.values() if each.uid and not each.private}
        found = lookup.appointments_by_uid(connection.user, shared)
        found |= lookup.appointments_alike(connection.user, {each.subject for each in wanted.values()})
        records = self.records(connection, found).values()
        return {
            item_id: [record for record in records if _may_mean(record, item)]
            for item_id, item in wanted.items()
        }

    def save(self, actor: Actor, writes: Sequence[CrmWrite]) -> list[SavedRecord | None]:
        """Store what the CRM is to hold; see `CrmSide.save`."""
        saved = appointments.save_appointments(
            actor=actor,
            writes=[
                appointments.AppointmentWrite(
                    crm_id=write.crm_id,
                    content=of_type(write.content, Appointment),
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


def _may_mean(record: CrmRecord, item: Appointment) -> bool:
    known = of_type(record.content, Appointment)
    if record.deleted:
        return False
    if item.uid and known.uid:
        return item.uid == known.uid and (record.in_scope or not (item.private or known.private))
    same_time = (known.start, known.end, known.all_day) == (item.start, item.end, item.all_day)
    return record.in_scope and same_time and known.subject == item.subject
