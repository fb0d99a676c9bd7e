"""What contact groups are for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MainGroup(models.Model):
    """An entry of the list of main groups that the administrator edits; the one with ``syncs`` makes a group sync.

    It is the entry *Outlook* (glossary), which can be renamed but not deleted.
    """

    name = models.CharField(_("name"), max_length=150, unique=True)
    syncs = models.BooleanField(default=False, editable=False)
    position = models.PositiveIntegerField(_("order"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("main group")
        verbose_name_plural = _("main groups")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
