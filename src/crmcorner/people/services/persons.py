"""Persons, one at a time, as their pages need it; the writing itself is `contacts.save_contacts`."""

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.records import CONTACT_FIELDS, Contact
from crmcorner.people.crm_ids import person_id
from crmcorner.people.models import Organisation, Person
from crmcorner.people.services.contacts import ContactWrite, save_contacts, set_deleted
from crmcorner.people.validation import require_name

_OWN_FIELDS = frozenset(CONTACT_FIELDS) - {"company"}


def create_person(
    *, actor: Actor, contact: Contact, organisation: Organisation | None = None, owner: User | None = None
) -> Person:
    """Make a person; ``contact`` comes from `validation.read_contact`, its company is not looked at.

    Raises:
        ValidationError: no name.
    """
    require_name(contact)
    (saved,) = save_contacts(
        actor=actor,
        writes=[
            ContactWrite(
                contact=contact,
                owner=owner,
                sets_owner=True,
                organisation=organisation,
                sets_organisation=True,
            )
        ],
    )
    assert saved is not None  # noqa: S101 - a new record cannot have changed meanwhile
    assert isinstance(saved.row, Person)  # noqa: S101 - it has a personal name
    return saved.row


def change_person(
    *,
    actor: Actor,
    person: Person,
    contact: Contact,
    organisation: Organisation | None,
    owner: User | None,
    expected_version: int | None = None,
) -> None:
    """Change a person to what ``contact`` says.

    Raises:
        ValidationError: no name. ChangedMeanwhile: someone else changed it since.
    """
    require_name(contact)
    write = ContactWrite(
        crm_id=person_id(person.pk),
        contact=contact,
        fields=_OWN_FIELDS,
        version=expected_version,
        owner=owner,
        sets_owner=True,
        organisation=organisation,
        sets_organisation=True,
    )
    if save_contacts(actor=actor, writes=[write]) == [None]:
        raise ChangedMeanwhile
    person.refresh_from_db()


def delete_person(*, actor: Actor, person: Person) -> None:
    """Put a person in the bin (R42: our copy leaves Outlook with the next run).

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    set_deleted(actor=actor, row=person, deleted=True)


def restore_person(*, actor: Actor, person: Person) -> None:
    """Take a person out of the bin.

    Raises:
        PermissionDenied: neither its owner nor an administrator.
    """
    set_deleted(actor=actor, row=person, deleted=False)
