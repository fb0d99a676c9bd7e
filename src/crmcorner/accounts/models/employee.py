"""People of the firm itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models.department import Department
from crmcorner.accounts.models.user import User
from crmcorner.items.phone import format_phone


class Employee(models.Model):
    """Someone of the firm itself; may be a user; has one or more e-mail addresses (R33)."""

    name = models.CharField(_("name"), max_length=255)
    user = models.OneToOneField(
        User,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="employee",
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="employees",
    )
    job_title = models.CharField(_("job title"), max_length=255, blank=True)
    phone = models.CharField(_("phone"), max_length=64, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_text(self) -> str:
        """The phone as people write it in the firm's country (R46)."""
        return format_phone(self.phone, country=settings.FIRM_COUNTRY)


class EmployeeAddress(models.Model):
    """One of an employee's e-mail addresses. ``key`` is what addresses are compared by (R33)."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(_("e-mail address"), max_length=254)
    key = models.CharField(max_length=254, db_index=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "key"], name="accounts_employee_address_once")
        ]

    def __str__(self) -> str:
        return self.address
