"""User groups: named sets of users, in the administrator's order (R3)."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User, UserGroup
from crmcorner.accounts.permissions import require_administrator
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.text import tidy_line


@transaction.atomic
def create_user_group(*, actor: Actor, name: str, position: int, members: Sequence[User] = ()) -> UserGroup:
    """Make a user group.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field.
    """
    require_administrator(actor)
    group = UserGroup(name=_checked(name, 0), position=position)
    group.save(force_insert=True)
    group.members.set(members)
    changes = {"name": ["", group.name], "members": ["", _names(members)]}
    _history(actor, group, HistoryAction.CREATED, changes)
    return group


@transaction.atomic
def change_user_group(
    *,
    actor: Actor,
    group: UserGroup,
    name: str,
    position: int,
    members: Sequence[User],
    expected_version: int | None = None,
) -> UserGroup:
    """Change a user group and who is in it.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field. ChangedMeanwhile: see there.
    """
    require_administrator(actor)
    before = _names(group.members.all())
    given = {"name": _checked(name, group.pk), "position": position}
    changes = {
        key: [getattr(group, key), value] for key, value in given.items() if getattr(group, key) != value
    }
    if before != _names(members):
        changes["members"] = [before, _names(members)]
    if not changes:
        return group
    save_seen(group, dict(given), expected_version=expected_version)
    group.members.set(members)
    _history(actor, group, HistoryAction.CHANGED, changes)
    return group


@transaction.atomic
def delete_user_group(*, actor: Actor, group: UserGroup) -> None:
    """Delete a user group; its users stay.

    Raises:
        PermissionDenied: not an administrator. ValidationError: settings hold for it; each of them is deleted by
            itself, so that its history tells (R8).
    """
    require_administrator(actor)
    members = _names(group.members.all())
    _history(actor, group, HistoryAction.DELETED, {"members": [members, ""]})
    try:
        group.delete()
    except ProtectedError as error:
        raise ValidationError(_("There are settings for this group; delete those first.")) from error


def _checked(name: str, pk: int) -> str:
    name = tidy_line(name)
    if not name:
        raise ValidationError({"name": _("Give a name.")})
    if len(name) > 150:
        raise ValidationError({"name": _("At most 150 characters fit here.")})
    if UserGroup.objects.filter(name__iexact=name).exclude(pk=pk).exists():
        raise ValidationError({"name": _("There is a group of this name already.")})
    return name


def _names(users: Iterable[User]) -> str:
    return ", ".join(sorted(str(user) for user in users))


def _history(actor: Actor, group: UserGroup, action: str, changes: journal.Changes) -> None:
    journal.record(actor, subject=f"user_group:{group.pk}", label=group.name, action=action, changes=changes)
