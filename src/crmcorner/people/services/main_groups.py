"""The administrator's list of main groups; the one that syncs can be renamed but not deleted (glossary)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.permissions import require_administrator
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.text import tidy_line
from crmcorner.people.models import MainGroup


@transaction.atomic
def create_main_group(*, actor: Actor, name: str, position: int = 0) -> MainGroup:
    """Add an entry.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field.
    """
    require_administrator(actor)
    main_group = MainGroup(name=_checked(name, 0), position=position)
    main_group.save(force_insert=True)
    _history(actor, main_group, HistoryAction.CREATED, {"name": ["", main_group.name]})
    return main_group


@transaction.atomic
def change_main_group(
    *, actor: Actor, main_group: MainGroup, name: str, position: int, expected_version: int | None = None
) -> None:
    """Change an entry.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field. ChangedMeanwhile: see there.
    """
    require_administrator(actor)
    given = {"name": _checked(name, main_group.pk), "position": position}
    changes = {key: [getattr(main_group, key), value] for key, value in given.items()}
    changes = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        save_seen(main_group, dict(given), expected_version=expected_version)
        _history(actor, main_group, HistoryAction.CHANGED, changes)


@transaction.atomic
def delete_main_group(*, actor: Actor, main_group: MainGroup) -> None:
    """Delete an entry that no group uses.

    Raises:
        PermissionDenied: not an administrator. ValidationError: it syncs, or groups use it.
    """
    require_administrator(actor)
    if main_group.syncs:
        raise ValidationError(
            _("This main group makes groups go to Outlook; it can be renamed but not deleted.")
        )
    if main_group.groups.exists():
        raise ValidationError(_("There are contact groups of this main group; give them another one first."))
    _history(actor, main_group, HistoryAction.DELETED, {"name": [main_group.name, ""]})
    main_group.delete()


def _checked(name: str, pk: int) -> str:
    name = tidy_line(name)
    if not name:
        raise ValidationError({"name": _("Give a name.")})
    if len(name) > 150:
        raise ValidationError({"name": _("At most 150 characters fit here.")})
    if MainGroup.objects.filter(name__iexact=name).exclude(pk=pk).exists():
        raise ValidationError({"name": _("There is a main group of this name already.")})
    return name


def _history(actor: Actor, main_group: MainGroup, action: str, changes: journal.Changes) -> None:
    journal.record(
        actor, subject=f"main_group:{main_group.pk}", label=main_group.name, action=action, changes=changes
    )
