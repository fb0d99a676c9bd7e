"""Showing and sending the form of one thing."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crmcorner.history.errors import ChangedMeanwhile


def answer(
    request: HttpRequest,
    *,
    heading: str,
    form: Form,
    back_url: str,
    save: Callable[[], object],
    template: str = "accounts/form.html",
) -> HttpResponse:
    """Show a form, or store what was sent and go back; errors stand at their fields and nothing is lost."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except ValidationError as error:
            form.add_error(None, error)
        except ChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "Someone else changed this in the meantime. Look at the page afresh, then change it again."
                ),
            )
        else:
            messages.success(request, _("Saved."))
            return redirect(back_url)
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"heading": heading, "form": form, "back_url": back_url}, status=status)
