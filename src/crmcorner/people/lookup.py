"""What the coupling asks of people: who is in a user's scope, who could be meant by an Outlook contact. In sets."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from crmcorner.accounts.models import User
from crmcorner.people.contact_mapping import Loaded
from crmcorner.people.crm_ids import CrmId, crm_id_of, organisation_id, person_id, split_ids
from crmcorner.people.models import ContactGroup, EmailAddress, Membership, Organisation, Person, Phone
from crmcorner.people.permissions import visible_organisations, visible_persons
from crmcorner.sync.scope import GroupFacts, Wanted, wanted


def scope_of(user: User, loaded: Iterable[Loaded]) -> dict[CrmId, Wanted]:
    """R40: return which of these records belong in the user's Outlook, and why; one query."""
    rows = {crm_id_of(each.row): each.row for each in loaded}
    groups = _groups_of(user, rows)
    found: dict[CrmId, Wanted] = {}
    for crm_id, row in rows.items():
        why = wanted(
            user_id=user.pk,
            owner_id=row.owner_id,
            deleted=bool(row.deleted_at),
            groups=groups.get(crm_id, ()),
        )
        if why is not None:
            found[crm_id] = why
    return found


def whole_scope(user: User) -> set[CrmId]:
    """R40: return every record that belongs in the user's Outlook."""
    owned = {person_id(pk) for pk in visible_persons(user).filter(owner=user).values_list("pk", flat=True)}
    owned |= {
        organisation_id(pk)
        for pk in visible_organisations(user).filter(owner=user).values_list("pk", flat=True)
    }
    members = _synced_memberships(user).filter(
        Q(person__deleted_at__isnull=True, person__isnull=False)
        | Q(organisation__deleted_at__isnull=True, organisation__isnull=False)
    )
    return owned | _members(members.values_list("person_id", "organisation_id"))


def members_of(group_ids: Collection[int]) -> set[CrmId]:
    """Return the members of these groups."""
    rows = Membership.objects.filter(group_id__in=group_ids).values_list("person_id", "organisation_id")
    return _members(rows)


def persons_of(organisation_keys: Collection[int]) -> set[CrmId]:
    """Return the persons of these organisations."""
    rows = Person.objects.filter(organisation_id__in=organisation_keys).values_list("pk", flat=True)
    return {person_id(pk) for pk in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """By what records are looked for: values as compared (``match_key``, ``name_key``, ``company_key``, canonical)."""

    emails: frozenset[str]
    domains: frozenset[str]
    names: frozenset[str]
    companies: frozenset[str]
    phones: frozenset[str]


def find_by_traits(user: User, traits: Traits) -> dict[str, set[CrmId]]:
    """Return the visible records that have one of these traits; keys are ``e:``, ``d:``, ``n:``, ``c:``, ``p:`` + value.

    At most five queries, whatever the number of traits.
    """
    found: defaultdict[str, set[CrmId]] = defaultdict(set)
    alive = Q(person__deleted_at__isnull=True, organisation__deleted_at__isnull=True)
    of_firm = Q(domain__in=traits.domains, organisation__isnull=False)
    rows = EmailAddress.objects.filter(alive, Q(key__in=traits.emails) | of_firm)
    for person, organisation, key, domain in rows.values_list(
        "person_id", "organisation_id", "key", "domain"
    ):
        holder = _holder(person, organisation)
        found[f"e:{key}"].add(holder)
        if organisation is not None:
            found[f"d:{domain}"].add(holder)
    for pk, key in (
        visible_persons(user)
        .filter(name_key__in=traits.names)
        .exclude(name_key="")
        .values_list("pk", "name_key")
    ):
        found[f"n:{key}"].add(person_id(pk))
    companies = visible_organisations(user).filter(name_key__in=traits.companies).exclude(name_key="")
    for pk, key in companies.values_list("pk", "name_key"):
        found[f"c:{key}"].add(organisation_id(pk))
    phones = Phone.objects.filter(alive, number__in=traits.phones)
    for person, organisation, number in phones.values_list("person_id", "organisation_id", "number"):
        found[f"p:{number}"].add(_holder(person, organisation))
    return dict(found)


def labels_of(crm_ids: Iterable[CrmId]) -> dict[CrmId, str]:
    """Return what these records are called, deleted ones included."""
    persons, organisations = split_ids(crm_ids)
    found = {crm_id_of(row): str(row) for row in Person.objects.filter(pk__in=persons)}
    return found | {crm_id_of(row): str(row) for row in Organisation.objects.filter(pk__in=organisations)}


def _synced_memberships(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(
        group__owner=user, group__main_group__syncs=True, group__deleted_at__isnull=True
    )


def _groups_of(user: User, rows: Mapping[CrmId, Person | Organisation]) -> dict[CrmId, list[GroupFacts]]:
    persons, organisations = split_ids(rows)
    found: defaultdict[CrmId, list[GroupFacts]] = defaultdict(list)
    memberships = _synced_memberships(user).filter(
        Q(person_id__in=persons) | Q(organisation_id__in=organisations)
    )
    for person, organisation, group in memberships.values_list("person_id", "organisation_id", "group_id"):
        facts = GroupFacts(group_id=group, owner_id=user.pk, syncs=True, deleted=False)
        found[_holder(person, organisation)].append(facts)
    return found


def _members(rows: Iterable[tuple[int | None, int | None]]) -> set[CrmId]:
    return {_holder(person, organisation) for person, organisation in rows}


def _holder(person: int | None, organisation: int | None) -> CrmId:
    return person_id(person) if person is not None else organisation_id(organisation or 0)


def group_names(group_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these groups."""
    return dict(ContactGroup.objects.filter(pk__in=group_ids).values_list("pk", "name"))
