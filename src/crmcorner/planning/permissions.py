"""Who may see and do what with tasks and appointments: one place for web, API and sync (R61, R73).

Every user sees the firm's tasks and appointments, but for private ones: a private task shows to its owner alone, and of
a private appointment others see only that the time is taken. Administrators are not excepted. Changing is for everyone
who sees it whole; deleting and restoring for its owner and for administrators.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.planning.models import Appointment, Task


def visible_tasks(user: User, *, deleted: bool = False) -> QuerySet[Task]:
    """Return the tasks that a user sees."""
    tasks = Task.objects.filter(Q(private=False) | Q(owner=user))
    return tasks.filter(deleted_at__isnull=not deleted)


def visible_appointments(user: User, *, deleted: bool = False) -> QuerySet[Appointment]:
    """Return the appointments that a user sees whole; of the others see `taken_times`."""
    appointments = Appointment.objects.filter(Q(private=False) | Q(owner=user))
    return appointments.filter(deleted_at__isnull=not deleted)


def taken_times(user: User) -> QuerySet[Appointment]:
    """R61: return others' private appointments; only owner, start, end and whether it takes the day may be shown."""
    return Appointment.objects.filter(private=True, deleted_at__isnull=True).exclude(owner=user)


def sees_whole(user: User | None, record: Task | Appointment) -> bool:
    """Whether a user sees a record and not only that the time is taken; nobody (the command line) sees all."""
    return user is None or not record.private or record.owner_id == user.pk


def may_delete(actor: Actor, record: Task | Appointment) -> bool:
    """Whether he may put this record in the bin, or take it out."""
    own = record.owner_id in (None, actor.user_id)
    return sees_whole(actor.user, record) and (own or actor.may_administer)


def require_change(actor: Actor, record: Task | Appointment, *, deletes: bool = False) -> None:
    """Raise `PermissionDenied` unless he may change (or delete and restore) this record."""
    if not sees_whole(actor.user, record):
        raise PermissionDenied(_("This is private; only its owner may change it."))
    if deletes and not may_delete(actor, record):
        raise PermissionDenied(_("Only its owner or an administrator may delete or restore this."))


def check_privacy(
    actor: Actor, record: Task | Appointment | None, *, private: bool, owner: User | None
) -> None:
    """R61: refuse what would hide a record from everyone, or a colleague's from those who see it.

    Args:
        actor: who wants it so.
        record: as it is; None for a new one.
        private: whether it is to be visible to its owner only.
        owner: whose it is to be.

    Raises:
        ValidationError: by field, in the reader's language.
    """
    if not private:
        return
    if owner is None:
        raise ValidationError({"owner": _("What only its owner may see needs an owner.")})
    of_another = record is not None and record.owner_id not in (None, actor.user_id)
    if of_another and record is not None and not record.private and actor.user is not None:
        raise ValidationError({"private": _("Only its owner can hide this from the others.")})
