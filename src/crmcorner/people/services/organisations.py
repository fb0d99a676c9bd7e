"""Organisations, one at a time, as their pages need it; the writing itself is `contacts.save_contacts`."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.records import Contact
from crmcorner.people.contact_mapping import ORGANISATION_HOLDS
from crmcorner.people.crm_ids import organisation_id
from crmcorner.people.models import Organisation
from crmcorner.people.services.contacts import ContactWrite, save_contacts, set_deleted


def create_organisation(*, actor: Actor, contact: Contact, owner: User | None = None) -> Organisation:
    """Make an organisation; its name is the contact's ``company``.

    Raises:
        ValidationError: no name.
    """
    _require_name(contact)
    write = ContactWrite(contact=contact, owner=owner, sets_owner=True)
    (saved,) = save_contacts(actor=actor, writes=[write])
    assert saved is not None  # noqa: S101 - a new record cannot have changed meanwhile
    assert isinstance(saved.row, Organisation)  # noqa: S101 - it has a company and no personal name
    return saved.row


def change_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    contact: Contact,
    owner: User | None,
    expected_version: int | None = None,
) -> None:
    """Change an organisation to what ``contact`` says.

    Raises:
        ValidationError: no name. ChangedMeanwhile: someone else changed it since.
    """
    _require_name(contact)
    write = ContactWrite(
        crm_id=organisation_id(organisation.pk),
        contact=contact,
        fields=ORGANISATION_HOLDS,
        version=expected_version,
        owner=owner,
        sets_owner=True,
    )
    if save_contacts(actor=actor, writes=[write]) == [None]:
        raise ChangedMeanwhile
    organisation.refresh_from_db()


def delete_organisation(*, actor: Actor, organisation: Organisation) -> None:
    """Put an organisation in the bin; its persons stay.

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    set_deleted(actor=actor, row=organisation, deleted=True)


def restore_organisation(*, actor: Actor, organisation: Organisation) -> None:
    """Take an organisation out of the bin.

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    set_deleted(actor=actor, row=organisation, deleted=False)


def _require_name(contact: Contact) -> None:
    if not contact.is_organisation:
        raise ValidationError({"name": _("Give a name.")})
