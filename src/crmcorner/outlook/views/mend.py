"""The mend form: what Outlook says and the CRM could not understand, filled in as far as it could be (R45, R46)."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items.postal_address import guess_address
from crmcorner.items.records import FieldName, with_fields
from crmcorner.outlook import wording
from crmcorner.outlook.models import Retry
from crmcorner.outlook.views import shown
from crmcorner.people.contact_mapping import ADDRESS_FIELDS, ADDRESS_PARTS, PHONE_FIELDS, load
from crmcorner.people.forms import AddressRow
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from crmcorner.people.validation import read_contact

_ADDRESS_KINDS = {name: kind for kind, name in ADDRESS_FIELDS.items()}
_PHONE_KINDS = {name: kind for kind, name in PHONE_FIELDS.items()}


class TextForm(forms.Form):
    """Phones, one on each line, or a single text."""

    text = forms.CharField(
        label=gettext_lazy("Value"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


@login_required
def mend(request: HttpRequest, crm_id: str) -> HttpResponse:
    """R45: mend the fields of one record that Outlook filled in a way the CRM cannot hold."""
    user = cast("User", request.user)
    rows = Retry.objects.filter(connection__user=user, crm_id=crm_id).exclude(field="").order_by("pk")
    found = load([crm_id]).get(crm_id)
    if found is None or found.row.deleted_at is not None:
        raise Http404
    if not rows:
        return redirect(shown.record_url(crm_id))
    data = request.POST if request.method == "POST" else None
    parts = [_part(row, data) for row in rows]
    errors: list[str] = []
    if data is not None and _all_valid(parts):
        try:
            values = _values(parts)
        except ValidationError as error:
            errors = _place(error, parts)
        else:
            write = ContactWrite(
                crm_id=crm_id, contact=with_fields(found.contact, values), fields=frozenset(values)
            )
            save_contacts(actor=Actor(user=user), writes=[write])
            messages.success(request, _("Saved. The next synchronisation brings it to Outlook."))
            return redirect(shown.record_url(crm_id))
    context = {
        "label": str(found.row),
        "parts": parts,
        "errors": errors,
        "back_url": shown.record_url(crm_id),
    }
    return render(request, "outlook/mend.html", context, status=422 if data is not None else 200)


def _all_valid(parts: list[dict[str, Any]]) -> bool:
    """Check every form, so that all errors show at once."""
    verdicts = [part["form"].is_valid() for part in parts]
    return all(verdicts)


def _part(row: Retry, data: Any) -> dict[str, Any]:
    text = row.facts.get("text", "")
    form: forms.Form
    if row.field in _ADDRESS_KINDS:
        guess = guess_address(text, default_country=settings.FIRM_COUNTRY)
        form = AddressRow(
            data, prefix=row.field, initial={name: getattr(guess, name) for name in ADDRESS_PARTS}
        )
    else:
        form = TextForm(data, prefix=row.field, initial={"text": text})
    return {
        "name": row.field,
        "label": str(wording.FIELDS.get(row.field, row.field)),
        "text": text,
        "sentence": wording.reason_text(
            row.reason, {key: row.facts[key] for key in row.facts if key != "text"}
        ),
        "form": form,
    }


def _values(parts: list[dict[str, Any]]) -> dict[FieldName, Any]:
    """Return the mended values; what was left empty is not touched.

    Raises:
        ValidationError: by field, as `read_contact` names them.
    """
    addresses: dict[str, dict[str, str]] = {}
    phones: list[tuple[str, str]] = []
    columns: dict[str, Any] = {}
    for part in parts:
        name, form = part["name"], part["form"]
        if name in _ADDRESS_KINDS:
            if not form.is_blank:
                addresses[_ADDRESS_KINDS[name]] = dict(form.cleaned_data)
        elif name in _PHONE_KINDS:
            lines = form.cleaned_data["text"].splitlines()
            phones += [(_PHONE_KINDS[name], line.strip()) for line in lines if line.strip()]
        elif form.cleaned_data["text"].strip():
            columns[name] = form.cleaned_data["text"].strip()
    emails = str(columns.pop("emails", "")).splitlines()
    if "birthday" in columns:
        columns["birthday"] = forms.DateField().clean(columns["birthday"])
    contact = read_contact(columns=columns, emails=emails, phones=phones, addresses=addresses)
    return {part["name"]: getattr(contact, part["name"]) for part in parts if getattr(contact, part["name"])}


def _place(error: ValidationError, parts: list[dict[str, Any]]) -> list[str]:
    """Put errors at the fields of the forms; return the rest."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    rest: list[str] = []
    forms_by_kind = {
        _ADDRESS_KINDS[part["name"]]: part["form"] for part in parts if part["name"] in _ADDRESS_KINDS
    }
    for key, texts in error.message_dict.items():
        name, _dot, field = key.partition(".")
        form = forms_by_kind.get(name.removeprefix("address_"))
        if form is not None and field in form.fields:
            form.add_error(field, texts)
        else:
            rest += texts
    return rest
