"""Filing a mail elsewhere, taking it out, putting it back (R36a)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.mail.permissions import all_visible_mails
from crmcorner.mail.services import filing
from crmcorner.mail.views.visible import mail_or_404


@login_required
@require_POST
def mail_file_elsewhere(request: HttpRequest, pk: int) -> HttpResponse:
    """R36a: file a mail under what was chosen instead, with its attachments."""
    message, user = mail_or_404(request, pk), cast("User", request.user)
    version = request.POST.get("version", "")
    try:
        filing.file_elsewhere(
            actor=Actor(user=user),
            message=message,
            crm_ids=request.POST.getlist("add"),
            expected_version=int(version)
            if version.isascii() and version.isdecimal() and len(version) < 10
            else None,
        )
        messages.success(request, _("Saved."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ChangedMeanwhile:
        messages.error(
            request,
            _("Someone else changed this in the meantime. Look at the page afresh, then change it again."),
        )
    seen = all_visible_mails(user).filter(pk=pk).exists()
    return redirect("mail:mail", pk=pk) if seen else redirect("mail:mail-list")


@login_required
@require_POST
def mail_take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """R36a: take a mail out of the CRM's pages."""
    message = mail_or_404(request, pk)
    filing.take_out(actor=Actor(user=cast("User", request.user)), message=message)
    messages.success(request, _("The mail was taken out. Under “Taken out” you can put it back."))
    return redirect("mail:mail-list")


@login_required
@require_POST
def mail_put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """R36a: put back a mail that was taken out."""
    message = mail_or_404(request, pk)
    filing.put_back(actor=Actor(user=cast("User", request.user)), message=message)
    messages.success(request, _("The mail is back."))
    return redirect("mail:mail", pk=pk)
