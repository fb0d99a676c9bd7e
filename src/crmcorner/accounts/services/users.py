"""Users: made, changed and switched off by administrators (R72)."""

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.accounts.models.user import Role
from crmcorner.accounts.permissions import require_administrator
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.text import tidy_line

_FIELDS = ("username", "full_name", "email", "role", "is_active")


@transaction.atomic
def create_user(
    *, actor: Actor, username: str, full_name: str, password: str, email: str = "", role: str = Role.USER
) -> User:
    """Make a user who can sign in.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field.
    """
    require_administrator(actor)
    user = User(
        username=tidy_line(username), full_name=tidy_line(full_name), email=tidy_line(email), role=role
    )
    _check(user)
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)
    user.save(force_insert=True)
    changes = {name: ["", getattr(user, name)] for name in _FIELDS}
    _history(actor, user, HistoryAction.CREATED, changes)
    return user


@transaction.atomic
def change_user(
    *,
    actor: Actor,
    user: User,
    username: str,
    full_name: str,
    email: str,
    role: str,
    is_active: bool,
    expected_version: int | None = None,
) -> User:
    """Change a user; the last administrator who may sign in stays one.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field. ChangedMeanwhile: see there.
    """
    require_administrator(actor)
    given = {
        "username": tidy_line(username),
        "full_name": tidy_line(full_name),
        "email": tidy_line(email),
        "role": role,
        "is_active": is_active,
    }
    changes = {
        name: [getattr(user, name), value] for name, value in given.items() if getattr(user, name) != value
    }
    if not changes:
        return user
    _check(User(pk=user.pk, **given))
    if role != Role.ADMINISTRATOR or not is_active:
        _keep_an_administrator(user)
    save_seen(user, {name: new for name, (_old, new) in changes.items()}, expected_version=expected_version)
    _history(actor, user, HistoryAction.CHANGED, changes)
    return user


@transaction.atomic
def set_password(*, actor: Actor, user: User, password: str) -> None:
    """Give a user a new password; he himself or an administrator does it.

    Raises:
        PermissionDenied: someone else. ValidationError: too weak.
    """
    if actor.user is None or actor.user.pk != user.pk:
        require_administrator(actor)
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)
    save_seen(user, {"password": user.password}, expected_version=None)
    _history(actor, user, HistoryAction.CHANGED, {"password": ["…", "…"]})


def _check(user: User) -> None:
    errors: dict[str, list[str]] = {}
    if not user.username:
        errors["username"] = [_("Give a sign-in name.")]
    elif User.objects.filter(username__iexact=user.username).exclude(pk=user.pk).exists():
        errors["username"] = [_("Someone else has this sign-in name already.")]
    if not user.full_name:
        errors["full_name"] = [_("Give a name.")]
    if user.role not in Role.values:
        errors["role"] = [_("Choose a role.")]
    try:
        user.clean_fields(exclude=["password", *errors])
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)


def _keep_an_administrator(user: User) -> None:
    # Locked, so that two administrators do not take each other's role away at the same moment.
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    if set(administrators.select_for_update().values_list("pk", flat=True)) == {user.pk}:
        raise ValidationError(
            {"role": _("This is the last administrator; make someone else administrator first.")}
        )


def _history(actor: Actor, user: User, action: str, changes: journal.Changes) -> None:
    journal.record(actor, subject=f"user:{user.pk}", label=user.full_name, action=action, changes=changes)
