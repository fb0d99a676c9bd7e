"""Finding the customer whose folder a page shows."""

from django.http import Http404

from crmcorner.accounts.models import User
from crmcorner.folders.models import CustomerFolder
from crmcorner.people.crm_ids import CrmId, split_ids
from crmcorner.people.models import Organisation, Person
from crmcorner.people.permissions import visible_organisations, visible_persons


def customer_or_404(user: User, crm_id: CrmId) -> Organisation | Person:
    """Return an organisation or a private person; raise `Http404` where it is neither or he does not see it.

    A person of an organisation has no folder: that is his organisation's.
    """
    persons, organisations = split_ids([crm_id])
    found: Organisation | Person | None = None
    if persons:
        found = visible_persons(user).filter(pk=persons[0], organisation__isnull=True).first()
    elif organisations:
        found = visible_organisations(user).filter(pk=organisations[0]).first()
    if found is None:
        raise Http404
    return found


def folder_if_any(customer: Organisation | Person) -> CustomerFolder | None:
    """Return a customer's folder, None where no file was ever put there."""
    column = "organisation" if isinstance(customer, Organisation) else "person"
    return (
        CustomerFolder.objects.filter(**{column: customer}).select_related("organisation", "person").first()
    )
