"""The CRM's records as the engine sees them: as they are, who could be meant, what has changed. All in sets."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from crmcorner.accounts.actor import Actor
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.items.changes import ItemId
from crmcorner.items.company_name import company_key
from crmcorner.items.email_address import domain_of, is_public_domain, match_key
from crmcorner.items.person_name import name_key
from crmcorner.items.records import Contact, Content, Kind, of_type
from crmcorner.items.text import plain_key
from crmcorner.outlook.models import Connection, OutlookLink
from crmcorner.outlook.sides.side import SavedRecord
from crmcorner.people import lookup
from crmcorner.people.contact_mapping import ORGANISATION_HOLDS, PERSON_HOLDS, load
from crmcorner.people.crm_ids import split_ids
from crmcorner.people.models import Organisation
from crmcorner.people.services import contacts
from crmcorner.sync.state import CrmId, CrmRecord
from crmcorner.sync.store import CrmWrite, Touched, Watermark


class ContactSide:
    """Organisations and persons (R40-R44)."""

    def records(self, connection: Connection, crm_ids: Collection[CrmId]) -> dict[CrmId, CrmRecord]:
        """Return these records as they are for a mailbox; see `CrmSide.records`."""
        if not crm_ids:
            return {}
        loaded = load(crm_ids)
        scope = lookup.scope_of(connection.user, loaded.values())
        return {
            crm_id: CrmRecord(
                crm_id=crm_id,
                version=each.row.version,
                content=each.contact,
                in_scope=crm_id in scope,
                deleted=each.row.deleted_at is not None,
                holds=ORGANISATION_HOLDS if isinstance(each.row, Organisation) else PERSON_HOLDS,
                label=str(each.row),
            )
            for crm_id, each in loaded.items()
        }

    def candidates(
        self, connection: Connection, items: Mapping[ItemId, Content]
    ) -> dict[ItemId, list[CrmRecord]]:
        """R44: return for each Outlook contact the records that share an address, a name, a phone or a firm with it."""
        traits = {item_id: _traits(of_type(content, Contact)) for item_id, content in items.items()}
        found = lookup.find_by_traits(connection.user, _united(traits.values()))
        wanted = {
            item_id: {crm_id for key in _keys(each) for crm_id in found.get(key, ())}
            for item_id, each in traits.items()
        }
        records = self.records(connection, {crm_id for crm_ids in wanted.values() for crm_id in crm_ids})
        return {
            item_id: [records[crm_id] for crm_id in sorted(crm_ids) if crm_id in records]
            for item_id, crm_ids in wanted.items()
        }

    def touched(self, connection: Connection, since: Watermark | None) -> Touched:
        """Return the records that may have changed, or entered or left the scope, since a watermark.

        The cost grows with what changed, not with the number of links. What the mailbox's own runs wrote is passed over,
        but for organisations: their name is also that of other persons' firm.
        """
        # Taken before reading, so that a line that is written meanwhile comes again and is not missed.
        watermark = journal.current_watermark()
        if since is None or not journal.follows(watermark, since):
            linked = OutlookLink.objects.filter(connection=connection, kind=Kind.CONTACTS.value)
            crm_ids = lookup.whole_scope(connection.user) | set(linked.values_list("crm_id", flat=True))
            return Touched(crm_ids=frozenset(crm_ids), watermark=watermark)
        subjects: defaultdict[str, set[CrmId]] = defaultdict(set)
        firms: set[CrmId] = set()
        lines = journal.lines_after(since).order_by().values_list("subject", "action", "connection")
        for subject, action, by_run_of in lines.distinct():
            word = subject.partition(":")[0]
            if word == "organisation" and action != HistoryAction.CREATED:
                firms.add(subject)
            if by_run_of != connection.pk:
                subjects[word].add(subject)
        crm_ids = subjects["person"] | subjects["organisation"]
        if firms:
            crm_ids |= lookup.persons_of(split_ids(firms)[1])
        if subjects["group"]:
            crm_ids |= lookup.members_of([int(subject.partition(":")[2]) for subject in subjects["group"]])
        return Touched(crm_ids=frozenset(crm_ids), watermark=watermark)

    def save(self, actor: Actor, writes: Sequence[CrmWrite]) -> list[SavedRecord | None]:
        """Store what the CRM is to hold; see `CrmSide.save`."""
        saved = contacts.save_contacts(actor=actor, writes=[_contact_write(write) for write in writes])
        return [
            SavedRecord(crm_id=each.crm_id, version=each.version, content=each.contact) if each else None
            for each in saved
        ]


def _contact_write(write: CrmWrite) -> contacts.ContactWrite:
    return contacts.ContactWrite(
        contact=of_type(write.content, Contact),
        fields=write.fields,
        crm_id=write.crm_id,
        version=write.version if write.crm_id is not None else None,
    )


def _traits(contact: Contact) -> lookup.Traits:
    emails = frozenset(match_key(address) for address in contact.emails)
    company = frozenset({company_key(contact.company)}) if contact.company else frozenset()
    if contact.is_organisation:
        domains = {domain_of(address) for address in contact.emails}
        return lookup.Traits(
            emails=emails,
            domains=frozenset(each for each in domains if each and not is_public_domain(each)),
            names=frozenset(),
            companies=company,
            phones=frozenset(),
        )
    name = name_key(contact.given_name, contact.name_prefix, contact.surname) or plain_key(contact.nickname)
    return lookup.Traits(
        emails=emails,
        domains=frozenset(),
        names=frozenset({name}) if name else frozenset(),
        companies=frozenset(),
        phones=frozenset((*contact.mobile_phones, *contact.home_phones)),
    )


def _keys(traits: lookup.Traits) -> Iterable[str]:
    for letter, values in (
        ("e", traits.emails),
        ("d", traits.domains),
        ("n", traits.names),
        ("c", traits.companies),
        ("p", traits.phones),
    ):
        yield from (f"{letter}:{value}" for value in values)


def _united(traits: Iterable[lookup.Traits]) -> lookup.Traits:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in traits:
        for name in ("emails", "domains", "names", "companies", "phones"):
            found[name] |= getattr(each, name)
    return lookup.Traits(
        emails=frozenset(found["emails"]),
        domains=frozenset(found["domains"]),
        names=frozenset(found["names"]),
        companies=frozenset(found["companies"]),
        phones=frozenset(found["phones"]),
    )
