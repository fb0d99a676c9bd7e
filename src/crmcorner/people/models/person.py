"""Human beings."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crmcorner.items.person_name import display_name
from crmcorner.people.models.organisation import Organisation


class Person(models.Model):
    """A contact person of one organisation, or a private person (no organisation).

    ``name_key`` is the name as compared in matching (R44), ``sort_key`` as Dutch users expect it sorted (R47).
    ``deleted_at`` is set while it lies in the bin.
    """

    title = models.CharField(_("title"), max_length=255, blank=True)
    initials = models.CharField(_("initials"), max_length=255, blank=True)
    given_name = models.CharField(_("given name"), max_length=255, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=255, blank=True)
    name_prefix = models.CharField(_("prefix"), max_length=255, blank=True)
    surname = models.CharField(_("surname"), max_length=255, blank=True)
    suffix = models.CharField(_("suffix"), max_length=255, blank=True)
    nickname = models.CharField(_("nickname"), max_length=255, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="persons",
    )
    department = models.CharField(_("department"), max_length=255, blank=True)
    job_title = models.CharField(_("job title"), max_length=255, blank=True)
    profession = models.CharField(_("profession"), max_length=255, blank=True)
    website = models.CharField(_("website"), max_length=255, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    memo = models.TextField(_("memo"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="persons",
    )
    name_key = models.CharField(max_length=255, db_index=True, editable=False)
    sort_key = models.CharField(max_length=255, db_index=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        given, surname = self.given_name, self.surname
        if not (given or surname):
            given = self.nickname or self.middle_name or self.initials
        return display_name(self.title, given, self.name_prefix, surname, self.suffix)
