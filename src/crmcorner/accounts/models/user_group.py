"""Named sets of users, for settings and rights."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models.user import User


class UserGroup(models.Model):
    """A named set of users. ``position`` is the administrator's order: the first wins (R3)."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    position = models.PositiveIntegerField(_("order"), default=0)
    members = models.ManyToManyField(User, verbose_name=_("members"), related_name="user_groups", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("user group")
        verbose_name_plural = _("user groups")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
