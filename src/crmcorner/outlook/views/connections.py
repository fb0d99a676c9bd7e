"""System administration → Mailboxes: who has which, and how they do (R14, R87's beginnings, R91)."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.accounts.permissions import require_administrator
from crmcorner.outlook.models import Connection
from crmcorner.outlook.models.connection import ConnectionState
from crmcorner.outlook.models.run import RunState
from crmcorner.outlook.services import connections, figures

CHIPS = {
    ConnectionState.READY: "chip-good",
    ConnectionState.CONSENT_NEEDED: "chip-warn",
    ConnectionState.REPLACED: "chip-bad",
}


class ConnectionForm(forms.Form):
    """A mailbox; secrets are never shown again, an empty one keeps its present value."""

    user = forms.ModelChoiceField(label=gettext_lazy("User"), queryset=User.objects.none())
    address = forms.EmailField(label=gettext_lazy("Mailbox address"), max_length=254)
    tenant = forms.CharField(label=gettext_lazy("Directory (tenant) id"), max_length=200, required=False)
    client_id = forms.CharField(label=gettext_lazy("Application (client) id"), max_length=200, required=False)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "It is kept encrypted and never shown. Leave it empty to keep the present one."
        ),
    )

    def __init__(self, *args: Any, connection: Connection | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.fields["user"]
        assert isinstance(user, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        free = Q(connection__isnull=True) | Q(pk=connection.user_id if connection else 0)
        user.queryset = User.objects.filter(free)
        if connection is not None:
            user.disabled = True
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = css


@login_required
def connection_list(request: HttpRequest) -> HttpResponse:
    """R1, R87: all mailboxes with last success, what waits and their state, for administrators."""
    require_administrator(_actor(request))
    done = Max("runs__ended_at", filter=Q(runs__state=RunState.DONE))
    found = Connection.objects.select_related("user").annotate(last_success=done).order_by("user__full_name")
    rows = [
        {
            "connection": each,
            "chip": CHIPS[ConnectionState(each.state)],
            "open_matters": figures.count_open_matters(each),
            "last_success": each.last_success,
        }
        for each in found
    ]
    return render(request, "outlook/connection_list.html", {"rows": rows})


@login_required
def connection_add(request: HttpRequest) -> HttpResponse:
    """R91: connect a mailbox."""
    return _form(request, None)


@login_required
def connection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R14, R91: change a mailbox's address or secret, and take it into use again."""
    return _form(request, get_object_or_404(Connection.objects.select_related("user"), pk=pk))


@login_required
@require_POST
def connection_afresh(request: HttpRequest, pk: int) -> HttpResponse:
    """R17: take a mailbox that was re-created for this user's; both sides are matched anew."""
    try:
        connections.start_afresh(actor=_actor(request), connection=get_object_or_404(Connection, pk=pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The next synchronisation matches both sides anew."))
    return redirect("outlook:connection-list")


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))


def _form(request: HttpRequest, connection: Connection | None) -> HttpResponse:
    actor = _actor(request)
    require_administrator(actor)
    initial = {"user": connection.user_id, "address": connection.address} if connection else {}
    form = ConnectionForm(
        request.POST if request.method == "POST" else None, initial=initial, connection=connection
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        secrets = {name: given[name] for name in ("tenant", "client_id", "client_secret") if given[name]}
        coupling = connections.Coupling(address=given["address"], credentials=secrets)
        try:
            if connection is None:
                connections.create_connection(actor=actor, user=given["user"], coupling=coupling)
            else:
                connections.change_connection(actor=actor, connection=connection, coupling=coupling)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("outlook:connection-list")
    context = {"form": form, "connection": connection}
    return render(
        request, "outlook/connection_form.html", context, status=422 if request.method == "POST" else 200
    )


def _add_errors(form: forms.Form, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, texts in error.message_dict.items():
        form.add_error(name if name in form.fields else None, texts)
