"""How a person or an organisation is reached: e-mail addresses, phones, postal addresses."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.people.models.organisation import Organisation
from crmcorner.people.models.person import Person


def _one_holder(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(person__isnull=True, organisation__isnull=False)
        | Q(person__isnull=False, organisation__isnull=True),
        name=name,
    )


class Detail(models.Model):
    """Belongs to one person or one organisation; ``position`` orders, the first is the main one."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)s_rows"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)s_rows"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class EmailAddress(Detail):
    """An e-mail address; ``key`` is what addresses are compared by, ``domain`` its mail domain (R33, R44)."""

    address = models.CharField(_("e-mail address"), max_length=254)
    key = models.CharField(max_length=254, db_index=True, editable=False)
    domain = models.CharField(max_length=254, db_index=True, editable=False)

    class Meta(Detail.Meta):
        abstract = False
        constraints = [_one_holder("people_email_one_holder")]

    def __str__(self) -> str:
        return self.address


class PhoneKind(models.TextChoices):
    """R46: what a phone is for; the values are those of ``crmcorner.items.phone.PhoneKind``."""

    WORK = "work", _("work")
    HOME = "home", _("home")
    MOBILE = "mobile", _("mobile")
    WORK_FAX = "work_fax", _("fax (work)")
    HOME_FAX = "home_fax", _("fax (home)")
    OTHER = "other", _("other")


class Phone(Detail):
    """A phone number in canonical international form (R46)."""

    kind = models.CharField(_("kind"), max_length=10, choices=PhoneKind.choices, default=PhoneKind.WORK)
    number = models.CharField(_("number"), max_length=64, db_index=True)

    class Meta(Detail.Meta):
        abstract = False
        constraints = [_one_holder("people_phone_one_holder")]

    def __str__(self) -> str:
        return self.number


class AddressKind(models.TextChoices):
    """What an address is for; one of each kind, as in Outlook."""

    WORK = "work", _("visiting address")
    HOME = "home", _("home address")
    OTHER = "other", _("postal or other address")


class PostalAddress(Detail):
    """A postal address, strict (R45). ``country`` is an ISO 3166 code of two letters."""

    kind = models.CharField(_("kind"), max_length=10, choices=AddressKind.choices, default=AddressKind.WORK)
    extra = models.CharField(_("building, department"), max_length=255, blank=True)
    street = models.CharField(_("street"), max_length=255, blank=True)
    house_number = models.CharField(_("house number"), max_length=20, blank=True)
    addition = models.CharField(_("addition"), max_length=40, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=255, blank=True)
    region = models.CharField(_("region"), max_length=255, blank=True)
    country = models.CharField(_("country"), max_length=2)

    class Meta(Detail.Meta):
        abstract = False
        constraints = [
            _one_holder("people_address_one_holder"),
            models.UniqueConstraint(fields=["person", "kind"], name="people_one_address_per_person_and_kind"),
            models.UniqueConstraint(
                fields=["organisation", "kind"], name="people_one_address_per_organisation_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.house_number}, {self.city}"
