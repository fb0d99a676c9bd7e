"""Who may see and do what with the files of customers: one place for web, API and sync (R73).

Every user sees the files of every customer, those excepted that came by mail visible to its owners only (R38): these
show to the same users, administrators not excepted. Deleting and restoring is for who put the file there, for the
customer's owner and for administrators, as far as they see it.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.folders.models import FileViewer, StoredFile


def visible_files(user: User, *, deleted: bool = False) -> QuerySet[StoredFile]:
    """R38, R73: return the files that a user sees, in the bin or out of it."""
    mine = Q(pk__in=FileViewer.objects.filter(user=user).values("file_id"))
    files = StoredFile.objects.filter(Q(private=False) | mine)
    return files.filter(deleted_at__isnull=not deleted)


def may_change_file(actor: Actor, file: StoredFile) -> bool:
    """Whether he may delete, restore and rename this file."""
    if actor.user is None:
        return True
    if file.private and not file.viewers.filter(user=actor.user).exists():
        return False
    customer = file.folder.customer
    return actor.may_administer or actor.user_id in {file.owner_id, customer.owner_id}


def require_change_file(actor: Actor, file: StoredFile) -> None:
    """Raise `PermissionDenied` unless he may delete, restore or rename this file."""
    if not may_change_file(actor, file):
        raise PermissionDenied(
            _("Only who put the file there, the customer's owner or an administrator may do this.")
        )
