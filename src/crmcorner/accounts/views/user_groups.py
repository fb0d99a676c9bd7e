"""System administration → User groups (R72)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.forms import UserGroupForm
from crmcorner.accounts.models import User, UserGroup
from crmcorner.accounts.permissions import require_administrator
from crmcorner.accounts.services import user_groups
from crmcorner.accounts.views import page_form


@login_required
def user_group_list(request: HttpRequest) -> HttpResponse:
    """R1, R72: all user groups in their order, for administrators."""
    require_administrator(_actor(request))
    return render(
        request, "accounts/user_group_list.html", {"groups": UserGroup.objects.prefetch_related("members")}
    )


@login_required
def user_group_add(request: HttpRequest) -> HttpResponse:
    """R72: make a user group."""
    return _form(request, None, {"position": 0}, _("New user group"))


@login_required
def user_group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: change a user group."""
    record = get_object_or_404(UserGroup, pk=pk)
    initial = {
        "name": record.name,
        "position": record.position,
        "members": list(record.members.values_list("pk", flat=True)),
        "version": record.version,
    }
    return _form(request, record, initial, _("Change %(name)s") % {"name": record})


@login_required
@require_POST
def user_group_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: delete a user group that has no settings."""
    try:
        user_groups.delete_user_group(actor=_actor(request), group=get_object_or_404(UserGroup, pk=pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Deleted."))
    return redirect("accounts:user-group-list")


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))


def _form(
    request: HttpRequest, record: UserGroup | None, initial: dict[str, Any], heading: str
) -> HttpResponse:
    actor = _actor(request)
    require_administrator(actor)
    form = UserGroupForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> None:
        given = form.cleaned_data
        values = {name: given[name] for name in ("name", "position", "members")}
        if record is None:
            user_groups.create_user_group(actor=actor, **values)
        else:
            user_groups.change_user_group(
                actor=actor, group=record, expected_version=given["version"], **values
            )

    return page_form.answer(
        request, heading=heading, form=form, back_url=reverse("accounts:user-group-list"), save=save
    )
