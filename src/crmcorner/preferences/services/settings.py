"""Setting values: who may set them, for whom they hold, and why (R2, R3, R8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User, UserGroup
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.preferences.models import Setting
from crmcorner.preferences.types import TYPES, Scope, SettingType


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What holds for a user, and why (R3).

    ``decided_by`` is the row that decides, None for the default; ``passed_over`` the rows that it outranks.
    ``groups_disagree``: two of his groups set different values; the one first in the administrator's order won.
    """

    type: SettingType
    value: str
    decided_by: Setting | None
    passed_over: tuple[Setting, ...] = ()
    groups_disagree: bool = False


def resolve(user: User, name: str) -> Resolved:
    """Return what one setting is for a user, and why: user over group over organisation (R3)."""
    return _resolved(TYPES[name], list(_rows_for(user).filter(type=name)), user)


def resolve_all(user: User) -> list[Resolved]:
    """Return what every setting is for a user, and why."""
    rows = list(_rows_for(user))
    return [_resolved(kind, [row for row in rows if row.type == kind.name], user) for kind in TYPES.values()]


def value_of(user: User, name: str) -> str:
    """Return the value of one setting for a user."""
    return resolve(user, name).value


def values_of(user: User) -> dict[str, str]:
    """Return the values of all settings for a user, read at once."""
    return {each.type.name: each.value for each in resolve_all(user)}


def all_settings() -> QuerySet[Setting]:
    """Return the rows of the Settings page."""
    return Setting.objects.select_related("user", "user_group")


@transaction.atomic
def add_setting(
    *, actor: Actor, type_name: str, value: str, user: User | None = None, user_group: UserGroup | None = None
) -> Setting:
    """Add a row.

    Raises:
        PermissionDenied: not an administrator. ValidationError: unknown type, wrong value or scope, or set already.
    """
    _administrator(actor)
    kind = _known(type_name)
    _check_scope(kind, user, user_group)
    setting = Setting(type=kind.name, user=user, user_group=user_group, value=_parsed(kind, value))
    try:
        with transaction.atomic():
            setting.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            _("This is set for the same user or group already; change that row.")
        ) from error
    _history(
        actor, setting, HistoryAction.CREATED, {"value": ["", setting.value], "scope": ["", _scope(setting)]}
    )
    return setting


@transaction.atomic
def change_setting(
    *, actor: Actor, setting: Setting, value: str, expected_version: int | None = None
) -> Setting:
    """Change a row's value.

    Raises:
        PermissionDenied: not an administrator. ValidationError: wrong value. ChangedMeanwhile: see there.
    """
    _administrator(actor)
    parsed, old = _parsed(_known(setting.type), value), setting.value
    if parsed == old:
        return setting
    save_seen(setting, {"value": parsed}, expected_version=expected_version)
    _history(actor, setting, HistoryAction.CHANGED, {"value": [old, parsed]})
    return setting


@transaction.atomic
def delete_setting(*, actor: Actor, setting: Setting) -> None:
    """Delete a row.

    Raises:
        PermissionDenied: not an administrator.
    """
    _administrator(actor)
    _history(
        actor, setting, HistoryAction.DELETED, {"value": [setting.value, ""], "scope": [_scope(setting), ""]}
    )
    setting.delete()


def _rows_for(user: User) -> QuerySet[Setting]:
    mine = Q(user=user) | Q(user_group__members=user) | Q(user__isnull=True, user_group__isnull=True)
    return Setting.objects.filter(mine).select_related("user", "user_group").distinct()


def _rank(row: Setting) -> tuple[int, int, int]:
    if row.user_id:
        return (0, 0, 0)
    if row.user_group:
        return (1, row.user_group.position, row.user_group.pk)
    return (2, 0, 0)


def _resolved(kind: SettingType, rows: Sequence[Setting], user: User) -> Resolved:
    ranked = sorted((row for row in rows if row.user_id in (None, user.pk)), key=_rank)
    if not ranked:
        return Resolved(type=kind, value=kind.default, decided_by=None)
    groups = [row for row in ranked if row.user_group_id]
    return Resolved(
        type=kind,
        value=ranked[0].value,
        decided_by=ranked[0],
        passed_over=tuple(ranked[1:]),
        groups_disagree=len({row.value for row in groups}) > 1,
    )


def _administrator(actor: Actor) -> None:
    if not actor.may_administer:
        raise PermissionDenied(_("Only an administrator changes settings."))


def _known(name: str) -> SettingType:
    kind = TYPES.get(name)
    if kind is None:
        raise ValidationError({"type": _("This setting does not exist.")})
    return kind


def _check_scope(kind: SettingType, user: User | None, group: UserGroup | None) -> None:
    if user and group:
        raise ValidationError({"user_group": _("Choose a user or a user group, not both.")})
    wanted = Scope.USER if user else (Scope.GROUP if group else Scope.ORGANISATION)
    if not wanted & kind.scopes:
        raise ValidationError({"user": _("This setting can only be set for one user.")})


def _parsed(kind: SettingType, value: str) -> str:
    try:
        return kind.parse(value)
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error


def _scope(setting: Setting) -> str:
    if setting.user:
        return f"user {setting.user.username}"
    return f"group {setting.user_group.name}" if setting.user_group else "organisation"


def _history(actor: Actor, setting: Setting, action: str, changes: journal.Changes) -> None:
    journal.record(actor, subject=f"setting:{setting.pk}", label=setting.type, action=action, changes=changes)
