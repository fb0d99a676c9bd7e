"""What users may do with users, employees, departments, user groups and settings. One place for web, API and sync."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor


def require_administrator(actor: Actor) -> None:
    """R1, R72: only administrators change these.

    Raises:
        PermissionDenied: he is none.
    """
    if not actor.may_administer:
        raise PermissionDenied(_("Only an administrator may do this."))
