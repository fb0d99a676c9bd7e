"""System administration → Own departments (R72)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.forms import DepartmentForm
from crmcorner.accounts.models import Department, User
from crmcorner.accounts.permissions import require_administrator
from crmcorner.accounts.services import departments
from crmcorner.accounts.views import page_form


@login_required
def department_list(request: HttpRequest) -> HttpResponse:
    """R1, R72: the firm's departments, for administrators."""
    require_administrator(_actor(request))
    found = Department.objects.annotate(
        staff=Count("employees", filter=Q(employees__deleted_at__isnull=True))
    )
    return render(request, "accounts/department_list.html", {"departments": found.order_by("name")})


@login_required
def department_add(request: HttpRequest) -> HttpResponse:
    """R72: make a department."""
    return _form(request, None, {}, _("New department"))


@login_required
def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: rename a department."""
    record = get_object_or_404(Department, pk=pk)
    initial = {"name": record.name, "version": record.version}
    return _form(request, record, initial, _("Change %(name)s") % {"name": record})


@login_required
@require_POST
def department_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: delete a department; its employees stay."""
    departments.delete_department(actor=_actor(request), department=get_object_or_404(Department, pk=pk))
    messages.success(request, _("Deleted."))
    return redirect("accounts:department-list")


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))


def _form(
    request: HttpRequest, record: Department | None, initial: dict[str, Any], heading: str
) -> HttpResponse:
    actor = _actor(request)
    require_administrator(actor)
    form = DepartmentForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> None:
        name, version = form.cleaned_data["name"], form.cleaned_data["version"]
        if record is None:
            departments.create_department(actor=actor, name=name)
        else:
            departments.change_department(actor=actor, department=record, name=name, expected_version=version)

    return page_form.answer(
        request, heading=heading, form=form, back_url=reverse("accounts:department-list"), save=save
    )
