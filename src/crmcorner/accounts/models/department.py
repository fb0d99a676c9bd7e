"""Parts of the firm itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """An own department (eigen afdeling)."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
