"""System administration → Lists: the main groups (R72)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.accounts.permissions import require_administrator
from crmcorner.people.forms import MainGroupForm
from crmcorner.people.models import MainGroup
from crmcorner.people.services import main_groups
from crmcorner.people.views import record_form


@login_required
def main_group_list(request: HttpRequest) -> HttpResponse:
    """R1, R72: the list, for administrators."""
    require_administrator(_actor(request))
    alive = Count("groups", filter=Q(groups__deleted_at__isnull=True))
    found = MainGroup.objects.annotate(group_count=alive).order_by("position", "name")
    return render(request, "people/main_group_list.html", {"main_groups": found})


@login_required
def main_group_add(request: HttpRequest) -> HttpResponse:
    """R72: add an entry."""
    return _form(request, None, {"position": 0}, _("New main group"))


@login_required
def main_group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: change an entry."""
    record = get_object_or_404(MainGroup, pk=pk)
    initial = {"name": record.name, "position": record.position, "version": record.version}
    return _form(request, record, initial, _("Change %(name)s") % {"name": record})


@login_required
@require_POST
def main_group_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R72: delete an entry that no group uses."""
    try:
        main_groups.delete_main_group(actor=_actor(request), main_group=get_object_or_404(MainGroup, pk=pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Deleted."))
    return redirect("people:main-group-list")


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))


def _form(
    request: HttpRequest, record: MainGroup | None, initial: dict[str, Any], heading: str
) -> HttpResponse:
    require_administrator(_actor(request))
    form = MainGroupForm(request.POST if request.method == "POST" else None, initial=initial)
    back_url = reverse("people:main-group-list")

    def save() -> str:
        given, actor = form.cleaned_data, _actor(request)
        if record is None:
            main_groups.create_main_group(actor=actor, name=given["name"], position=given["position"])
        else:
            main_groups.change_main_group(
                actor=actor,
                main_group=record,
                name=given["name"],
                position=given["position"],
                expected_version=given["version"],
            )
        return back_url

    return record_form.answer(request, heading=heading, form=form, details=None, back_url=back_url, save=save)
