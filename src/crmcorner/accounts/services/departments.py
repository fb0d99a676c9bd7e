"""Own departments (eigen afdelingen)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import Department
from crmcorner.accounts.permissions import require_administrator
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.text import tidy_line


@transaction.atomic
def create_department(*, actor: Actor, name: str) -> Department:
    """Make a department.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field.
    """
    require_administrator(actor)
    department = Department(name=_checked(name, 0))
    department.save(force_insert=True)
    _history(actor, department, HistoryAction.CREATED, {"name": ["", department.name]})
    return department


@transaction.atomic
def change_department(
    *, actor: Actor, department: Department, name: str, expected_version: int | None = None
) -> Department:
    """Rename a department.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field. ChangedMeanwhile: see there.
    """
    require_administrator(actor)
    new, old = _checked(name, department.pk), department.name
    if new != old:
        save_seen(department, {"name": new}, expected_version=expected_version)
        _history(actor, department, HistoryAction.CHANGED, {"name": [old, new]})
    return department


@transaction.atomic
def delete_department(*, actor: Actor, department: Department) -> None:
    """Delete a department; its employees stay, without one.

    Raises:
        PermissionDenied: not an administrator.
    """
    require_administrator(actor)
    _history(actor, department, HistoryAction.DELETED, {"name": [department.name, ""]})
    department.delete()


def _checked(name: str, pk: int) -> str:
    name = tidy_line(name)
    if not name:
        raise ValidationError({"name": _("Give a name.")})
    if len(name) > 150:
        raise ValidationError({"name": _("At most 150 characters fit here.")})
    if Department.objects.filter(name__iexact=name).exclude(pk=pk).exists():
        raise ValidationError({"name": _("There is a department of this name already.")})
    return name


def _history(actor: Actor, department: Department, action: str, changes: journal.Changes) -> None:
    journal.record(
        actor, subject=f"department:{department.pk}", label=department.name, action=action, changes=changes
    )
