"""Who signs in."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """R73: what a user may do beyond his own work."""

    ADMINISTRATOR = "administrator", _("Administrator")
    USER = "user", _("User")


class UserManager(BaseUserManager["User"]):
    """Finds users by their sign-in name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this sign-in name, compared without case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A user: signs in, owns records, may have an Outlook mailbox.

    ``username`` is unique without case. ``language`` is empty while the setting ``Language`` decides (R6).
    """

    username = models.CharField(_("sign-in name"), max_length=150, unique=True)
    full_name = models.CharField(_("name"), max_length=255)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["full_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("username"), name="accounts_username_without_case")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_administrator(self) -> bool:
        """R1, R73: whether System administration is open to him."""
        return self.role == Role.ADMINISTRATOR
