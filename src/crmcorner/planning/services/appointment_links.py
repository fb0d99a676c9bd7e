"""Storing whom appointments are with (R62). In sets; called by `appointments`, in its transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmcorner.accounts.models import User
from crmcorner.items.records import Appointment
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id, split_ids
from crmcorner.people.models import Organisation, Person
from crmcorner.planning import linking
from crmcorner.planning.appointment_mapping import name_of
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import AppointmentLink, LinkedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Whom one appointment is with: linked by hand, known of the attendees, and names that are no record.

    ``contacts`` are all that the field *Contacts...* says, as the CRM calls them; sorted.
    """

    by_hand: tuple[CrmId, ...]
    guests: tuple[CrmId, ...]
    unknown: tuple[str, ...]
    contacts: tuple[str, ...]


def links_of(
    user: User | None, wanted: Sequence[tuple[Appointment, Sequence[AppointmentLink]]]
) -> list[Links]:
    """Return whom each of these appointments is to be linked with, in a constant number of queries.

    Args:
        user: who must see those that are linked; None (the command line) links nobody anew.
        wanted: each with the links that it has.
    """
    known = linking.known_to(user, [content for content, _links in wanted])
    named = []
    for content, links in wanted:
        meant, unknown = linking.by_contacts(content, known.by_name, _linked_names(links))
        named.append((meant, linking.by_attendees(content, known.by_address), unknown))
    names = names_of({crm_id for meant, _guests, _unknown in named for crm_id in meant})
    return [
        Links(
            by_hand=tuple(meant),
            guests=tuple(guests),
            unknown=tuple(unknown),
            contacts=tuple(sorted({names[crm_id] for crm_id in meant if crm_id in names} | set(unknown))),
        )
        for meant, guests, unknown in named
    ]


def names_of(crm_ids: Collection[CrmId]) -> Mapping[CrmId, str]:
    """Return how these are called in Outlook's field *Contacts...*, in two queries."""
    persons, organisations = split_ids(crm_ids)
    found = {person_id(row.pk): name_of(row) for row in Person.objects.filter(pk__in=persons)}
    rows = Organisation.objects.filter(pk__in=organisations)
    return found | {organisation_id(row.pk): name_of(row) for row in rows}


def store_links(wanted: Iterable[tuple[AppointmentRow, Links]]) -> None:
    """Let these appointments have these links and no others, in two statements."""
    pairs = list(wanted)
    AppointmentLink.objects.filter(appointment__in=[row.pk for row, _links in pairs]).delete()
    rows = []
    for appointment, links in pairs:
        for crm_ids, by in ((links.by_hand, LinkedBy.CONTACTS), (links.guests, LinkedBy.ATTENDEE)):
            persons, organisations = split_ids(crm_ids)
            rows += [AppointmentLink(appointment=appointment, person_id=pk, by=by) for pk in persons]
            rows += [
                AppointmentLink(appointment=appointment, organisation_id=pk, by=by) for pk in organisations
            ]
    AppointmentLink.objects.bulk_create(rows)


def _linked_names(links: Iterable[AppointmentLink]) -> Mapping[str, Sequence[CrmId]]:
    """Return by name, without case, whom the user linked before."""
    found: defaultdict[str, list[CrmId]] = defaultdict(list)
    for link in links:
        if link.by == LinkedBy.CONTACTS:
            holder = link.person or link.organisation
            crm_id = (
                person_id(link.person_id) if link.person_id else organisation_id(link.organisation_id or 0)
            )
            found[name_of(holder).casefold()].append(crm_id)
    return found
