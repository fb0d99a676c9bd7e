"""System administration → Users (R72)."""

from typing import Any, cast

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.forms import UserForm
from crmcorner.accounts.models import User
from crmcorner.accounts.permissions import require_administrator
from crmcorner.accounts.services import users
from crmcorner.accounts.views import page_form


@login_required
def user_list(request: HttpRequest) -> HttpResponse:
    """R1, R72: all users, for administrators."""
    require_administrator(_actor(request))
    found = User.objects.prefetch_related("user_groups").order_by("full_name", "pk")
    return render(request, "accounts/user_list.html", {"users": found})


@login_required
def user_add(request: HttpRequest) -> HttpResponse:
    """R72: make a user."""
    return _form(request, None, {}, _("New user"))


@login_required
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: change a user, or give him a new password."""
    record = get_object_or_404(User, pk=pk)
    initial = {name: getattr(record, name) for name in UserForm.base_fields if name != "password"}
    return _form(request, record, initial, _("Change %(name)s") % {"name": record})


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))


def _form(request: HttpRequest, record: User | None, initial: dict[str, Any], heading: str) -> HttpResponse:
    actor = _actor(request)
    require_administrator(actor)
    form = UserForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> None:
        given = form.cleaned_data
        plain = {name: given[name] for name in ("full_name", "username", "email", "role")}
        if record is None:
            users.create_user(actor=actor, password=given["password"], **plain)
            return
        with transaction.atomic():  # both or neither
            users.change_user(
                actor=actor,
                user=record,
                is_active=given["is_active"],
                expected_version=given["version"],
                **plain,
            )
            if given["password"]:
                users.set_password(actor=actor, user=record, password=given["password"])
        if given["password"] and record.pk == actor.user_id:
            update_session_auth_hash(request, record)  # his other sessions end, this one goes on

    return page_form.answer(
        request, heading=heading, form=form, back_url=reverse("accounts:user-list"), save=save
    )
