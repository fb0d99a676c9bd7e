"""One row of the Settings page."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models import User, UserGroup


class Setting(models.Model):
    """R2, R3: application, user or user group or neither, type and value. Neither means the whole organisation."""

    application = models.CharField(_("application"), max_length=40, default="CRMcorner")
    type = models.CharField(_("type"), max_length=60)
    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, null=True, blank=True, related_name="settings"
    )
    user_group = models.ForeignKey(
        UserGroup,
        verbose_name=_("user group"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="settings",
    )
    value = models.CharField(_("value"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        ordering = ["type", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(user_group__isnull=True), name="preferences_one_scope"
            ),
            models.UniqueConstraint(
                fields=["application", "type"],
                condition=Q(user__isnull=True, user_group__isnull=True),
                name="preferences_once_for_all",
            ),
            models.UniqueConstraint(fields=["application", "type", "user"], name="preferences_once_per_user"),
            models.UniqueConstraint(
                fields=["application", "type", "user_group"], name="preferences_once_per_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} = {self.value}"
