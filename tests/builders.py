"""Test data with sensible defaults."""

from typing import Any

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.models import User
from crmcorner.accounts.models.user import Role
from crmcorner.items.records import Contact
from crmcorner.people.models import ContactGroup, MainGroup, Organisation, Person
from crmcorner.people.services import groups, organisations, persons

PASSWORD = "een-lang-wachtwoord"


def a_user(username: str = "michael", *, administrator: bool = False, **values: Any) -> User:
    """Make a user who can sign in with `PASSWORD` (hashed cheaply by the tests' settings)."""
    role = Role.ADMINISTRATOR if administrator else Role.USER
    user = User(username=username, full_name=values.pop("full_name", username.title()), role=role, **values)
    user.set_password(PASSWORD)
    user.save()
    return user


def by(user: User | None) -> Actor:
    """Return the actor that a user is on the pages."""
    return Actor(user=user) if user else COMMAND


def a_person(
    owner: User | None = None,
    *,
    organisation: Organisation | None = None,
    actor: Actor | None = None,
    **fields: Any,
) -> Person:
    """Make a person; the rest are fields of `Contact`."""
    contact = Contact(**({"given_name": "Jan", "surname": "Jansen"} | fields))
    return persons.create_person(
        actor=actor or by(owner), contact=contact, organisation=organisation, owner=owner
    )


def an_organisation(
    owner: User | None = None, name: str = "Bakkerij Smit B.V.", **fields: Any
) -> Organisation:
    """Make an organisation; the rest are fields of `Contact`."""
    return organisations.create_organisation(
        actor=by(owner), contact=Contact(company=name, **fields), owner=owner
    )


def a_group(owner: User, name: str = "Relaties", *, syncs: bool = False, public: bool = True) -> ContactGroup:
    """Make a group of main group Outlook (``syncs``) or of none."""
    main_group = MainGroup.objects.get(syncs=True) if syncs else None
    values = groups.GroupValues(name=name, main_group=main_group, owner=owner, public=public)
    return groups.create_group(actor=by(owner), values=values)
