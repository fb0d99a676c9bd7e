"""``crmcorner adduser``: a new firm's first administrator."""

import io

import pytest
from django.core.management import CommandError, call_command

from crmcorner.accounts.models import User

pytestmark = pytest.mark.django_db


def add(monkeypatch: pytest.MonkeyPatch, password: str, *arguments: str) -> str:
    """Run the command with a password on its standard input; return what it printed."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command("adduser", *arguments, stdout=out)
    return out.getvalue()


def test_first_administrator_comes_in_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """R72: a new firm's administrator can sign in and administer."""
    add(monkeypatch, "een-lang-wachtwoord", "michael", "--administrator", "--full-name", "Michael H.")
    user = User.objects.get(username="michael")
    assert user.is_administrator
    assert user.check_password("een-lang-wachtwoord")
    assert str(user) == "Michael H."


@pytest.mark.parametrize("password", ["kort", "", "1234567890"])
def test_weak_password_makes_nobody(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    """R72: the rules for passwords hold here too, and say what is wrong."""
    with pytest.raises(CommandError):
        add(monkeypatch, password, "michael")
    assert not User.objects.exists()
