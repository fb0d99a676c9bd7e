"""Users: who makes them, passwords, the last administrator (R72, R73)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crmcorner.accounts.actor import COMMAND
from crmcorner.accounts.models import User
from crmcorner.accounts.models.user import Role
from crmcorner.accounts.services import users
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.services import journal
from tests.builders import PASSWORD, a_user, by

pytestmark = pytest.mark.django_db

GOOD = "koffie met appeltaart"


def change(actor: User, user: User, **values: Any) -> User:
    """Change some fields of a user, the others stay."""
    names = ("username", "full_name", "email", "role", "is_active")
    given = {name: getattr(user, name) for name in names} | values
    return users.change_user(actor=by(actor), user=user, **given)


def test_administrators_make_users_who_can_sign_in() -> None:
    """R72: an administrator makes a user; his password is kept as a hash and out of the history."""
    boss = a_user("boss", administrator=True)
    made = users.create_user(
        actor=by(boss),
        username=" Michael ",
        full_name="Michael  Huisintveld",
        password=GOOD,
        email="m@firma.test",
    )
    found = User.objects.get_by_natural_key("MICHAEL")
    assert found == made
    assert found.full_name == "Michael Huisintveld"
    assert found.check_password(GOOD)
    (line,) = journal.history_of(f"user:{made.pk}")
    assert line.user == boss
    assert GOOD not in str(line.changes)


def test_others_make_and_change_nobody() -> None:
    """R73: an ordinary user makes no users, changes none, not even himself to administrator."""
    michael, colleague = a_user("michael"), a_user("colleague")
    with pytest.raises(PermissionDenied):
        users.create_user(actor=by(michael), username="x", full_name="X", password=GOOD)
    for user in (michael, colleague):
        with pytest.raises(PermissionDenied):
            change(michael, user, role=Role.ADMINISTRATOR)
    assert not User.objects.filter(role=Role.ADMINISTRATOR).exists()


def test_the_command_line_makes_the_first_administrator() -> None:
    """R72: set-up has no one to ask."""
    made = users.create_user(
        actor=COMMAND, username="boss", full_name="Boss", password=GOOD, role=Role.ADMINISTRATOR
    )
    assert made.is_administrator


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("username", {"username": " "}),
        ("username", {"username": "MICHAEL"}),
        ("username", {"username": "m" * 151}),
        ("full_name", {"full_name": "\x00"}),
        ("full_name", {"full_name": "m" * 256}),
        ("email", {"email": "not an address"}),
        ("role", {"role": "king"}),
        ("password", {"password": "short"}),
        ("password", {"password": "wachtwoord"}),
        ("password", {"username": "huisintveld", "password": "huisintveld"}),
    ],
)
def test_what_is_wrong_is_told_by_field(field: str, values: dict[str, str]) -> None:
    """R72: sign-in names are unique without case, passwords hard to guess."""
    a_user("michael")
    given = {"username": "sanne", "full_name": "Sanne", "password": GOOD} | values
    if values.get("password") == "wachtwoord":
        given["password"] = "password123"  # one of the common ones
    with pytest.raises(ValidationError) as refused:
        users.create_user(actor=COMMAND, **given)
    assert set(refused.value.message_dict) == {field}
    assert User.objects.count() == 1


def test_the_last_administrator_stays() -> None:
    """R73: the last administrator who may sign in is neither demoted nor switched off."""
    boss, other = a_user("boss", administrator=True), a_user("other", administrator=True)
    change(boss, other, is_active=False)
    with pytest.raises(ValidationError):
        change(boss, boss, role=Role.USER)
    with pytest.raises(ValidationError):
        change(boss, boss, is_active=False)
    change(boss, other, is_active=True)
    change(boss, boss, role=Role.USER)
    assert list(User.objects.filter(role=Role.ADMINISTRATOR)) == [other]


def test_passwords_are_changed_by_oneself_and_by_administrators() -> None:
    """R73: nobody sets a colleague's password."""
    boss, michael, colleague = a_user("boss", administrator=True), a_user("michael"), a_user("colleague")
    with pytest.raises(PermissionDenied):
        users.set_password(actor=by(colleague), user=michael, password=GOOD)
    with pytest.raises(ValidationError):
        users.set_password(actor=by(michael), user=michael, password="123")
    assert User.objects.get(pk=michael.pk).check_password(PASSWORD)
    users.set_password(actor=by(michael), user=michael, password=GOOD)
    assert User.objects.get(pk=michael.pk).check_password(GOOD)
    users.set_password(actor=by(boss), user=michael, password=GOOD + "!")
    assert User.objects.get(pk=michael.pk).check_password(GOOD + "!")
    assert GOOD not in str([line.changes for line in journal.history_of(f"user:{michael.pk}")])


def test_a_change_is_kept_in_history_and_raises_the_version() -> None:
    """R75: old and new value by field; an unchanged save writes nothing; a stale one is refused."""
    boss, michael = a_user("boss", administrator=True), a_user("michael")
    change(boss, michael, email="m@firma.test", is_active=False)
    change(boss, michael)
    (line,) = journal.history_of(f"user:{michael.pk}")
    assert line.changes == {"email": ["", "m@firma.test"], "is_active": [True, False]}
    assert michael.version == 2
    with pytest.raises(ChangedMeanwhile):
        change(boss, michael, is_active=True, expected_version=1)
    assert not User.objects.get(pk=michael.pk).is_active
