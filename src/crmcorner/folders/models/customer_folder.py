"""The folder of one customer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.people.models import Organisation, Person


class CustomerFolder(models.Model):
    """R36: the folder of an organisation, or of a private person; made when the first file comes in.

    How users see it is ``CRM_Webfoldername`` and the customer's name: it is not stored, so that both may change.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="customer_folder"
    )
    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="customer_folder"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("customer folder")
        verbose_name_plural = _("customer folders")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=False, organisation__isnull=True),
                name="folders_one_customer",
            )
        ]

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def customer(self) -> Organisation | Person:
        """Whose folder it is."""
        customer = self.organisation or self.person
        assert customer is not None  # noqa: S101 - the table's own constraint
        return customer
