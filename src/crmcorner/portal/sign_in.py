"""How sign-in behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ChangePasswordForm
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.accounts.services import users


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]
    """Who may not sign in any more is answered as who never could: nothing tells that he exists."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the user of this name and password, or None."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None and user.is_active:
            return user
        self.unstash_authenticated_user()  # the library sets users aside who may not sign in, for a page of theirs
        return None


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The password form with the look of the other pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
            field.widget.attrs.pop("placeholder", None)


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Only an administrator makes users (R72): nobody signs up by himself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the adapter's signature
        """Nobody signs up by himself."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """R8: store the user's new password through the service, so that his history tells."""
        row = User.objects.get(pk=user.pk)  # the request's user is a stand-in for a row
        users.set_password(actor=Actor(user=row), user=row, password=password)
        user.password = row.password  # from which the session that goes on is made

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the page that follows a changed password, and say that it was changed."""
        messages.success(request, _("Your password was changed."))
        return reverse("portal:home")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing at sign-in and sign-out: the page that follows shows it."""
