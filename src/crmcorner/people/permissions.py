"""Who may see and do what with organisations, persons and groups: one place for web, API and sync (R73).

Organisations and persons are the firm's memory: every user sees and edits them; deleting and restoring is for their
owner and for administrators (anyone, where nobody owns them). A group that is not public shows to its owner only,
administrators not excepted; a public one is seen by all and changed by its owner and by administrators.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.people.models import ContactGroup, Organisation, Person


def visible_persons(user: User) -> QuerySet[Person]:  # noqa: ARG001 - every user sees all; callers must not know that
    """Return the persons that a user sees, those in the bin excepted."""
    return Person.objects.filter(deleted_at__isnull=True)


def visible_organisations(user: User) -> QuerySet[Organisation]:  # noqa: ARG001 - as above
    """Return the organisations that a user sees, those in the bin excepted."""
    return Organisation.objects.filter(deleted_at__isnull=True)


def visible_groups(user: User, *, deleted: bool = False) -> QuerySet[ContactGroup]:
    """R73: return the groups that a user sees: public ones, and his own."""
    groups = ContactGroup.objects.filter(Q(public=True) | Q(owner=user))
    return groups.filter(deleted_at__isnull=not deleted)


def may_delete(actor: Actor, record: Person | Organisation) -> bool:
    """Whether he may put this record in the bin, or take it out."""
    return actor.may_administer or record.owner_id in (None, actor.user_id)


def may_change_group(actor: Actor, group: ContactGroup) -> bool:
    """Whether he may change, fill and delete this group."""
    if actor.user is None or group.owner_id == actor.user_id:
        return True
    return group.public and actor.may_administer


def require_delete(actor: Actor, record: Person | Organisation) -> None:
    """Raise `PermissionDenied` unless he may delete or restore this record."""
    if not may_delete(actor, record):
        raise PermissionDenied(_("Only its owner or an administrator may delete or restore this."))


def require_change_group(actor: Actor, group: ContactGroup) -> None:
    """Raise `PermissionDenied` unless he may change this group."""
    if not may_change_group(actor, group):
        raise PermissionDenied(_("Only its owner or an administrator may change this group."))
