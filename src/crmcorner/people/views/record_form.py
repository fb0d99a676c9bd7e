"""Showing and sending the form of a record."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.people.forms import DetailForms


def answer(
    request: HttpRequest,
    *,
    heading: str,
    form: Form,
    details: DetailForms | None,
    back_url: str,
    save: Callable[[], str],
) -> HttpResponse:
    """Show a form, or store what was sent and go where ``save`` says; errors stand at their fields, nothing is lost."""
    loose: list[str] = []
    if request.method == "POST":
        valid = form.is_valid()
        if (details is None or details.is_valid()) and valid:
            try:
                target = save()
            except ValidationError as error:
                loose = _place(error, form, details)
            except ChangedMeanwhile:
                loose = [
                    _(
                        "Someone else changed this in the meantime. Look at the page afresh, then change it again."
                    )
                ]
            else:
                messages.success(request, _("Saved."))
                return redirect(target)
    context: dict[str, Any] = {
        "heading": heading,
        "form": form,
        "details": details,
        "back_url": back_url,
        "loose_errors": loose,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "people/record_form.html", context, status=status)


def _place(error: ValidationError, form: Form, details: DetailForms | None) -> list[str]:
    """Put a service's errors at the fields of the form; return the rest."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    rest: dict[str, list[str]] = {}
    for name, texts in error.message_dict.items():
        if name in form.fields:
            form.add_error(name, texts)
        else:
            rest[name] = texts
    if not rest:
        return []
    return (
        details.add_errors(ValidationError(rest))
        if details
        else [text for texts in rest.values() for text in texts]
    )
