"""Under whom a mail is filed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.mail.models.message import Message
from crmcorner.people.models import Organisation, Person


class FiledBy(models.TextChoices):
    """What put a mail under a record."""

    ADDRESS = "address", _("by its address")
    USER = "user", _("by hand")


class Filing(models.Model):
    """R32: a mail under one person or one organisation.

    ``of_private_person``: filed under a person who had no organisation then. That stays so when he gets one, so that
    no one else comes to see the mail by it (R38). The rows stay while the mail is taken out, so that it can be put back.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="filings")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="mail_filings"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="mail_filings"
    )
    by = models.CharField(max_length=10, choices=FiledBy.choices, default=FiledBy.ADDRESS)
    of_private_person = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=False, organisation__isnull=True),
                name="mail_filing_one_record",
            ),
            models.UniqueConstraint(fields=["message", "person"], name="mail_person_once"),
            models.UniqueConstraint(fields=["message", "organisation"], name="mail_organisation_once"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.organisation)
