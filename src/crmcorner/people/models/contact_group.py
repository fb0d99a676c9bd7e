"""Named sets of persons and organisations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.people.models.main_group import MainGroup
from crmcorner.people.models.organisation import Organisation
from crmcorner.people.models.person import Person


class ContactGroup(models.Model):
    """A named set of persons and organisations; not public means that only its owner sees it (R73)."""

    name = models.CharField(_("name"), max_length=255)
    main_group = models.ForeignKey(
        MainGroup,
        verbose_name=_("main group"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="groups",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="contact_groups",
    )
    public = models.BooleanField(_("public"), default=True)
    memo = models.TextField(_("memo"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("contact group")
        verbose_name_plural = _("contact groups")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person or organisation in one group."""

    group = models.ForeignKey(ContactGroup, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=False, organisation__isnull=True),
                name="people_membership_one_member",
            ),
            models.UniqueConstraint(fields=["group", "person"], name="people_person_once_per_group"),
            models.UniqueConstraint(
                fields=["group", "organisation"], name="people_organisation_once_per_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}"
