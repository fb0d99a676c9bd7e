"""Showing and sending the form of a task or an appointment."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crmcorner.history.errors import ChangedMeanwhile

_FIELD_OF = {"note": "memo", "start": "first_day", "end": "last_day", "recurrence": "repeats"}
"""Fields of the record that the form calls otherwise."""


def answer(
    request: HttpRequest, *, heading: str, form: Form, back_url: str, save: Callable[[], str], note: str = ""
) -> HttpResponse:
    """Show a form, or store what was sent and go where ``save`` says; errors stand at their fields, nothing is lost."""
    loose: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            target = save()
        except ValidationError as error:
            loose = _place(error, form)
        except ChangedMeanwhile:
            loose = [changed_meanwhile()]
        else:
            messages.success(request, _("Saved."))
            return redirect(target)
    context = {
        "heading": heading,
        "form": form,
        "back_url": back_url,
        "loose_errors": loose,
        "note": note,
    }
    return render(request, "planning/form.html", context, status=422 if request.method == "POST" else 200)


def changed_meanwhile() -> str:
    """Return what is said when someone else was first."""
    return _("Someone else changed this in the meantime. Look at the page afresh, then change it again.")


def _place(error: ValidationError, form: Form) -> list[str]:
    """Put a service's errors at the fields of the form; return the rest."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    rest: list[str] = []
    for name, texts in error.message_dict.items():
        shown = name if name in form.fields else _FIELD_OF.get(name, "")
        if shown in form.fields:
            form.add_error(shown, texts)
        else:
            rest += texts
    return rest
