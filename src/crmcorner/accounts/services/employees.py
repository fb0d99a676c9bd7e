"""Employees: people of the firm itself, with all their e-mail addresses (R33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import Department, Employee, EmployeeAddress, User
from crmcorner.accounts.permissions import require_administrator
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.email_address import match_key
from crmcorner.items.phone import PhoneNotUnderstood, parse_phone
from crmcorner.items.text import tidy_line


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeValues:
    """What an employee's form holds.

    ``addresses`` in order, the first is the main one; ``phone`` in any notation, stored canonical (R46).
    """

    name: str
    addresses: Sequence[str]
    user: User | None = None
    department: Department | None = None
    job_title: str = ""
    phone: str = ""


@transaction.atomic
def create_employee(*, actor: Actor, values: EmployeeValues) -> Employee:
    """Make an employee.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field.
    """
    require_administrator(actor)
    columns, addresses = _checked(values, None)
    employee = Employee(**columns)
    employee.save(force_insert=True)
    _store_addresses(employee, addresses)
    changes = {"name": ["", employee.name], "addresses": ["", ", ".join(addresses)]}
    _history(actor, employee, HistoryAction.CREATED, changes)
    return employee


@transaction.atomic
def change_employee(
    *, actor: Actor, employee: Employee, values: EmployeeValues, expected_version: int | None = None
) -> Employee:
    """Change an employee.

    Raises:
        PermissionDenied: not an administrator. ValidationError: by field. ChangedMeanwhile: see there.
    """
    require_administrator(actor)
    columns, addresses = _checked(values, employee)
    before = [row.address for row in employee.addresses.all()]
    changes = {
        name: [str(getattr(employee, name) or ""), str(value or "")]
        for name, value in columns.items()
        if getattr(employee, name) != value
    }
    if before != addresses:
        changes["addresses"] = [", ".join(before), ", ".join(addresses)]
    if not changes:
        return employee
    save_seen(employee, columns, expected_version=expected_version)
    if before != addresses:
        _store_addresses(employee, addresses)
    _history(actor, employee, HistoryAction.CHANGED, changes)
    return employee


@transaction.atomic
def delete_employee(*, actor: Actor, employee: Employee) -> None:
    """Put an employee in the bin.

    Raises:
        PermissionDenied: not an administrator.
    """
    require_administrator(actor)
    save_seen(employee, {"deleted_at": timezone.now(), "user": None}, expected_version=None)
    _history(actor, employee, HistoryAction.DELETED, {})


@transaction.atomic
def restore_employee(*, actor: Actor, employee: Employee) -> None:
    """Take an employee out of the bin.

    Raises:
        PermissionDenied: not an administrator.
    """
    require_administrator(actor)
    save_seen(employee, {"deleted_at": None}, expected_version=None)
    _history(actor, employee, HistoryAction.RESTORED, {})


def _checked(values: EmployeeValues, employee: Employee | None) -> tuple[dict[str, Any], list[str]]:
    """Return the columns and the e-mail addresses of what was filled in."""
    errors: dict[str, list[str]] = {}
    columns: dict[str, Any] = {
        "name": tidy_line(values.name),
        "user": values.user,
        "department": values.department,
        "job_title": tidy_line(values.job_title),
        "phone": _phone(values.phone, errors),
    }
    if not columns["name"]:
        errors["name"] = [_("Give a name.")]
    for name in ("name", "job_title"):
        if len(columns[name]) > 255:
            errors[name] = [_("At most 255 characters fit here.")]
    others = Employee.objects.exclude(pk=employee.pk if employee else 0)
    if values.user and others.filter(user=values.user).exists():
        errors["user"] = [_("This user is another employee already.")]
    addresses = _addresses(values.addresses, errors)
    if errors:
        raise ValidationError(errors)
    return columns, addresses


def _phone(text: str, errors: dict[str, list[str]]) -> str:
    if not tidy_line(text):
        return ""
    try:
        return parse_phone(text, country=settings.FIRM_COUNTRY)
    except PhoneNotUnderstood:
        message = _("“%(value)s” is not a phone number; write it as 023 542 34 45 or +31 23 542 34 45.")
        errors["phone"] = [message % {"value": tidy_line(text)}]
        return ""


def _addresses(texts: Sequence[str], errors: dict[str, list[str]]) -> list[str]:
    found: dict[str, str] = {}
    for address in (tidy_line(text) for text in texts):
        try:
            validate_email(address)
        except ValidationError:
            message = _("“%(value)s” is not an e-mail address.") % {"value": address}
            errors.setdefault("addresses", []).append(message)
        found.setdefault(match_key(address), address)
    return list(found.values())


def _store_addresses(employee: Employee, addresses: Sequence[str]) -> None:
    employee.addresses.all().delete()
    EmployeeAddress.objects.bulk_create(
        EmployeeAddress(employee=employee, address=address, key=match_key(address), position=position)
        for position, address in enumerate(addresses)
    )


def _history(actor: Actor, employee: Employee, action: str, changes: journal.Changes) -> None:
    journal.record(
        actor, subject=f"employee:{employee.pk}", label=employee.name, action=action, changes=changes
    )
