"""R62: whom an appointment is with: the names of Outlook's field *Contacts...*, else its attendees' addresses. In sets."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmcorner.accounts.models import EmployeeAddress, User
from crmcorner.items.company_name import company_key
from crmcorner.items.email_address import match_key
from crmcorner.items.records import Appointment
from crmcorner.items.text import plain_key
from crmcorner.people.crm_ids import CrmId
from crmcorner.people.lookup import Traits, find_by_traits

_MOST_WORDS = 12
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is needed to tell whom appointments are with: by name, and by compared address."""

    by_name: Mapping[str, CrmId]
    by_address: Mapping[str, Collection[CrmId]]


def known_to(user: User | None, appointments: Collection[Appointment]) -> Known:
    """Return whom the user sees of those that these appointments name; a constant number of queries."""
    if user is None:
        return Known(by_name={}, by_address={})
    names = {name for each in appointments for name in each.contacts}
    emails = {guest.email for each in appointments if not each.contacts for guest in each.attendees}
    return Known(by_name=holders_of_names(user, names), by_address=holders_of_addresses(user, emails))


def holders_of_names(user: User, names: Collection[str]) -> dict[str, CrmId]:
    """Return for each name the one visible person or organisation that is called so; several or none: not in it."""
    keys = {name: _name_keys(name) for name in names}
    companies = {name: company_key(name) for name in names}
    traits = Traits(
        emails=_NOBODY,
        domains=_NOBODY,
        names=frozenset(key for each in keys.values() for key in each),
        companies=frozenset(companies.values()),
        phones=_NOBODY,
    )
    found = find_by_traits(user, traits) if names else {}
    holders = {}
    for name in names:
        meant = {crm_id for key in keys[name] for crm_id in found.get(f"n:{key}", ())}
        meant |= found.get(f"c:{companies[name]}", set())
        if len(meant) == 1:
            (holders[name],) = meant
    return holders


def holders_of_addresses(user: User, emails: Collection[str]) -> dict[str, set[CrmId]]:
    """Return by compared address the visible persons and organisations that have it; employees are no one's guests."""
    wanted = frozenset(match_key(email) for email in emails) - {""}
    own = EmployeeAddress.objects.filter(employee__deleted_at__isnull=True, key__in=wanted)
    wanted -= frozenset(own.values_list("key", flat=True)) if wanted else frozenset()
    traits = Traits(emails=wanted, domains=_NOBODY, names=_NOBODY, companies=_NOBODY, phones=_NOBODY)
    found = find_by_traits(user, traits) if wanted else {}
    holders: defaultdict[str, set[CrmId]] = defaultdict(set)
    for key in wanted:
        holders[key] |= found.get(f"e:{key}", set())
    return holders


def by_contacts(
    appointment: Appointment, holders: Mapping[str, CrmId], linked: Mapping[str, Sequence[CrmId]]
) -> tuple[list[CrmId], list[str]]:
    """Return whom the names mean, and the names that mean nobody for certain.

    Args:
        appointment: with the names.
        holders: from `holders_of_names`.
        linked: by name without case, who is linked already: a name goes on meaning them, also if namesakes came since.
    """
    meant: dict[CrmId, None] = {}
    unknown = []
    for name in appointment.contacts:
        found = linked.get(name.casefold()) or ([holders[name]] if name in holders else [])
        meant |= dict.fromkeys(found)
        if not found:
            unknown.append(name)
    return list(meant), unknown


def by_attendees(appointment: Appointment, holders: Mapping[str, Iterable[CrmId]]) -> list[CrmId]:
    """Return who of the attendees is known; nobody where the user linked someone himself."""
    if appointment.contacts:
        return []
    found: list[CrmId] = []
    for attendee in appointment.attendees:
        found += sorted(holders.get(match_key(attendee.email), ()))
    return list(dict.fromkeys(found))


def _name_keys(name: str) -> frozenset[str]:
    """Return the keys that a written name may have: it does not tell where the given name ends."""
    surname, comma, rest = name.partition(",")
    words: Sequence[str] = (f"{rest} {surname}" if comma else name).split()
    if len(words) > _MOST_WORDS:
        return frozenset()
    return frozenset(
        f"{plain_key(' '.join(words[:place]))} {plain_key(' '.join(words[place:]))}".strip()
        for place in range(len(words) + 1)
    )
