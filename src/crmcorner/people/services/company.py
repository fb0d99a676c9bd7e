"""The organisation that a contact's company name means (R44)."""

from collections.abc import Sequence

from crmcorner.accounts.actor import Actor
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.items.company_name import company_key
from crmcorner.items.email_address import domain_of, is_public_domain
from crmcorner.items.records import Contact
from crmcorner.people.crm_ids import organisation_id
from crmcorner.people.models import EmailAddress, Organisation


def organisations_for(actor: Actor, contacts: Sequence[Contact]) -> list[Organisation]:
    """Return for each contact the organisation that its company is; those that do not exist are made.

    By normalised name (legal form, punctuation, accents ignored), else by mail domain where that belongs to just one
    organisation and is not a provider's. New ones have no owner, so that nobody's Outlook fills up by itself.
    """
    keys = [company_key(contact.company)[:255] for contact in contacts]
    known = {
        organisation.name_key: organisation
        for organisation in Organisation.objects.filter(
            name_key__in=set(keys), deleted_at__isnull=True
        ).order_by("-pk")
    }
    by_domain = _by_domain({domain for contact in contacts for domain in _domains(contact)})
    fresh: dict[str, Organisation] = {}
    for key, contact in zip(keys, contacts, strict=True):
        if key in known or key in fresh:
            continue
        owner = next((by_domain[domain] for domain in _domains(contact) if domain in by_domain), None)
        if owner is not None:
            known[key] = owner
        else:
            fresh[key] = Organisation(name=contact.company[:255], name_key=key)
    Organisation.objects.bulk_create(fresh.values(), batch_size=500)
    journal.record_many(
        actor,
        [
            journal.Entry(
                subject=organisation_id(organisation.pk),
                label=organisation.name,
                action=HistoryAction.CREATED,
                changes={"company": ["", organisation.name]},
            )
            for organisation in fresh.values()
        ],
    )
    known |= fresh
    return [known[key] for key in keys]


def _domains(contact: Contact) -> list[str]:
    found = [domain_of(address) for address in contact.emails]
    return [domain for domain in found if domain and not is_public_domain(domain)]


def _by_domain(domains: set[str]) -> dict[str, Organisation]:
    """Return the organisations by those of their mail domains that no other organisation has."""
    owners: dict[str, dict[int, Organisation]] = {}
    rows = EmailAddress.objects.filter(
        domain__in=domains, organisation__isnull=False, organisation__deleted_at__isnull=True
    ).select_related("organisation")
    for row in rows:
        if row.organisation is not None:
            owners.setdefault(row.domain, {})[row.organisation.pk] = row.organisation
    return {domain: next(iter(found.values())) for domain, found in owners.items() if len(found) == 1}
