"""The pages of employees: seen by all, changed by administrators (R71, R72)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.forms import EmployeeForm
from crmcorner.accounts.models import Employee, User
from crmcorner.accounts.permissions import require_administrator
from crmcorner.accounts.services import employees
from crmcorner.accounts.views import page_form


@login_required
def employee_list(request: HttpRequest) -> HttpResponse:
    """R71: the firm's own people, with search."""
    text, deleted = request.GET.get("q", "").replace("\x00", "").strip(), request.GET.get("show") == "bin"
    found = Employee.objects.filter(deleted_at__isnull=not deleted)
    for word in text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(job_title__icontains=word)
            | Q(department__name__icontains=word)
            | Q(pk__in=Employee.objects.filter(addresses__address__icontains=word).values("pk"))
        )
    found = found.select_related("department", "user").prefetch_related("addresses").order_by("name", "pk")
    context = {
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "search_text": text,
        "deleted": deleted,
        "may_change": _actor(request).may_administer,
    }
    return render(request, "accounts/employee_list.html", context)


@login_required
def employee_add(request: HttpRequest) -> HttpResponse:
    """R72: make an employee."""
    return _form(request, None, {}, _("New employee"))


@login_required
def employee_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: change an employee."""
    record = get_object_or_404(Employee, pk=pk, deleted_at__isnull=True)
    initial = {
        "name": record.name,
        "job_title": record.job_title,
        "phone": record.phone_text,
        "department": record.department_id,
        "user": record.user_id,
        "addresses": "\n".join(row.address for row in record.addresses.all()),
        "version": record.version,
    }
    return _form(request, record, initial, _("Change %(name)s") % {"name": record})


@login_required
@require_POST
def employee_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: put an employee in the bin."""
    record = get_object_or_404(Employee, pk=pk)
    employees.delete_employee(actor=_actor(request), employee=record)
    messages.success(
        request, _("%(name)s was deleted. Under “Deleted” you can restore it.") % {"name": record}
    )
    return redirect("accounts:employee-list")


@login_required
@require_POST
def employee_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: take an employee out of the bin."""
    record = get_object_or_404(Employee, pk=pk)
    employees.restore_employee(actor=_actor(request), employee=record)
    messages.success(request, _("%(name)s is back.") % {"name": record})
    return redirect("accounts:employee-list")


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))


def _form(
    request: HttpRequest, record: Employee | None, initial: dict[str, Any], heading: str
) -> HttpResponse:
    actor = _actor(request)
    require_administrator(actor)
    form = EmployeeForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> None:
        given = dict(form.cleaned_data)
        version = given.pop("version")
        given["addresses"] = [line for line in given["addresses"].splitlines() if line.strip()]
        values = employees.EmployeeValues(**given)
        if record is None:
            employees.create_employee(actor=actor, values=values)
        else:
            employees.change_employee(actor=actor, employee=record, values=values, expected_version=version)

    return page_form.answer(
        request, heading=heading, form=form, back_url=reverse("accounts:employee-list"), save=save
    )
