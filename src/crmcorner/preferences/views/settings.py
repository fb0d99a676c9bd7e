"""System administration → Settings: list, add, change, delete, and what holds for whom (R1-R3, R7)."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.accounts.permissions import require_administrator
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.models import HistoryLine
from crmcorner.preferences.forms import SettingForm, ValueForm
from crmcorner.preferences.models import Setting
from crmcorner.preferences.services import settings
from crmcorner.preferences.types import TYPES

_ORDERS = {
    "type": ["type", "user__full_name", "user_group__name"],
    "user": ["user__full_name", "type"],
    "group": ["user_group__position", "user_group__name", "type"],
    "value": ["value", "type"],
}


@login_required
def setting_list(request: HttpRequest) -> HttpResponse:
    """R2: the rows, sorted, filtered and grouped."""
    require_administrator(_actor(request))
    sort = request.GET.get("sort", "type")
    group_by = request.GET.get("group", "")
    rows = _filtered(request, settings.all_settings()).order_by(*_ORDERS.get(sort, _ORDERS["type"]), "pk")
    context: dict[str, Any] = {
        "groups": _grouped(list(rows), group_by),
        "sort": sort,
        "group_by": group_by,
        "types": TYPES.values(),
        "chosen_type": request.GET.get("type", ""),
        "chosen_scope": request.GET.get("scope", ""),
        "users": User.objects.order_by("full_name"),
        "history": HistoryLine.objects.filter(subject__startswith="setting:").select_related("user")[:15],
    }
    return render(request, "preferences/setting_list.html", context)


@login_required
def holds_for(request: HttpRequest) -> HttpResponse:
    """R3: what holds for one user, and why."""
    require_administrator(_actor(request))
    chosen = request.GET.get("user", "")
    user = get_object_or_404(User, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 15 else 0)
    context = {"of_user": user, "resolved": settings.resolve_all(user)}
    return render(request, "preferences/holds_for.html", context)


@login_required
def setting_add(request: HttpRequest) -> HttpResponse:
    """R2, R7: add a row."""
    actor = _actor(request)
    require_administrator(actor)
    form = SettingForm(
        request.POST if request.method == "POST" else None, initial={"type": request.GET.get("type")}
    )

    def save() -> None:
        given = form.cleaned_data
        settings.add_setting(
            actor=actor,
            type_name=given["type"],
            value=given["value"],
            user=given["user"],
            user_group=given["user_group"],
        )

    return _answer(request, _("New setting"), form, save, TYPES.values())


@login_required
def setting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R2, R7: change a row's value."""
    actor = _actor(request)
    require_administrator(actor)
    setting = get_object_or_404(settings.all_settings(), pk=pk)
    initial = {"value": setting.value, "version": setting.version}
    form = ValueForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> None:
        given = form.cleaned_data
        settings.change_setting(
            actor=actor, setting=setting, value=given["value"], expected_version=given["version"]
        )

    kind = TYPES.get(setting.type)
    return _answer(request, f"{setting.type} · {_scope_text(setting)}", form, save, [kind] if kind else [])


@login_required
@require_POST
def setting_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R2: delete a row."""
    settings.delete_setting(actor=_actor(request), setting=get_object_or_404(Setting, pk=pk))
    messages.success(request, _("Deleted."))
    return redirect("preferences:setting-list")


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))


def _answer(
    request: HttpRequest, heading: str, form: Form, save: Callable[[], object], types: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as error:
            form.add_error(None, error)
        except ChangedMeanwhile:
            form.add_error(None, _("Someone else changed this in the meantime. Look at the page afresh."))
        else:
            messages.success(request, _("Saved."))
            return redirect("preferences:setting-list")
    context = {
        "heading": heading,
        "form": form,
        "types": types,
        "back_url": reverse("preferences:setting-list"),
    }
    return render(
        request, "preferences/setting_form.html", context, status=422 if request.method == "POST" else 200
    )


def _filtered(request: HttpRequest, rows: QuerySet[Setting]) -> QuerySet[Setting]:
    if request.GET.get("type") in TYPES:
        rows = rows.filter(type=request.GET["type"])
    scopes = {
        "organisation": Q(user__isnull=True, user_group__isnull=True),
        "group": Q(user_group__isnull=False),
        "user": Q(user__isnull=False),
    }
    scope = scopes.get(request.GET.get("scope", ""))
    return rows.filter(scope) if scope is not None else rows


def _grouped(rows: list[Setting], group_by: str) -> list[tuple[str, list[Setting]]]:
    keys: dict[str, Callable[[Setting], str]] = {
        "type": lambda row: row.type,
        "user": lambda row: str(row.user or _("not for one user")),
        "scope": _scope_text,
    }
    key = keys.get(group_by)
    if key is None:
        return [("", rows)] if rows else []
    found: dict[str, list[Setting]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return sorted(found.items())


def _scope_text(setting: Setting) -> str:
    if setting.user:
        return str(setting.user)
    return str(setting.user_group) if setting.user_group else _("whole organisation")
