"""The synchronisation status screen: start, watch, stop (R10, R11, R12, R15)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items.records import Kind
from crmcorner.outlook import wording
from crmcorner.outlook.models import Connection
from crmcorner.outlook.services import runs
from crmcorner.outlook.views.board import board_of, coupling_of

END_OF_POLLING = 286
"""htmx: this status ends the polling of a fragment."""


@login_required
def status(request: HttpRequest) -> HttpResponse:
    """R11: the table of kinds, alive while a run is on."""
    user = cast("User", request.user)
    coupling = coupling_of(user)
    context = {
        "coupling": coupling,
        "connection": Connection.objects.filter(user=user).first(),
        "board": board_of(user) if coupling.on else None,
    }
    return render(request, "outlook/status.html", context)


@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """R12: the table alone, asked for once a second while a run is on."""
    board = board_of(cast("User", request.user))
    return render(
        request,
        "outlook/_progress.html",
        {"board": board},
        status=200 if board["is_live"] else END_OF_POLLING,
    )


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """R10, R15: start a run of the user's own mailbox with the ticked kinds; a second press shows the running one."""
    user = cast("User", request.user)
    known = {kind.value: kind for kind in Kind}
    kinds = [known[word] for word in request.POST.getlist("kinds") if word in known]
    if not kinds:
        messages.warning(request, _("Tick at least one kind."))
        return redirect("outlook:status")
    asked = request.POST
    try:
        runs.press_button(
            actor=Actor(user=user), user=user, kinds=kinds, full="full" in asked, preview="preview" in asked
        )
    except runs.CannotRun as refused:
        messages.error(request, str(wording.HINDRANCES[refused.hindrance]))
    return redirect("outlook:status")


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """R12: stop the user's run; what is done stays."""
    user = cast("User", request.user)
    connection = Connection.objects.filter(user=user).first()
    run = runs.live_run(connection) if connection else None
    if run is None:
        messages.info(request, _("No synchronisation is going on."))
    else:
        runs.stop_run(actor=Actor(user=user), run=run)
    return redirect("outlook:status")
