"""The pages of persons: list, one person, form, bin."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.people.contact_mapping import contact_of
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.forms import DetailForms, PersonForm
from crmcorner.people.models import Person
from crmcorner.people.models.contact_details import AddressKind
from crmcorner.people.permissions import may_delete, visible_groups, visible_organisations
from crmcorner.people.search import PERSON_ORDERS, find_persons, ordered
from crmcorner.people.services import persons
from crmcorner.people.validation import read_contact
from crmcorner.people.views import lists, record_form, shown
from crmcorner.preferences.services.settings import value_of

KINDS = (AddressKind.WORK, AddressKind.HOME, AddressKind.OTHER)


@login_required
def person_list(request: HttpRequest) -> HttpResponse:
    """R71: persons with search, sort and filter."""
    user, asked = cast("User", request.user), lists.asked(request)
    found = find_persons(user, asked.text, mine=asked.mine, deleted=asked.deleted)
    found = found.order_by(*ordered(asked.sort, PERSON_ORDERS))
    page = lists.page_of(
        request, found.prefetch_related("emailaddress_rows", "phone_rows", "postaladdress_rows")
    )
    details = shown.first_details(page.object_list)
    rows = [{"record": person} | details[person.pk] for person in page.object_list]
    return render(request, "people/person_list.html", {"page": page, "rows": rows} | asked.context())


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: one person, with groups, details and history."""
    user = cast("User", request.user)
    record = get_object_or_404(Person.objects.select_related("organisation", "owner"), pk=pk)
    contact = contact_of(record)
    context: dict[str, Any] = {
        "person": record,
        "crm_id": crm_id_of(record),
        "facts": shown.facts_of(contact),
        "groups": visible_groups(user).filter(memberships__person=record),
        "history": shown.history_shown(user, crm_id_of(record)),
        "may_delete": may_delete(Actor(user=user), record),
    }
    return render(request, "people/person.html", context | shown.details_of(contact))


@login_required
def person_add(request: HttpRequest) -> HttpResponse:
    """R71: make a person."""
    organisation = request.GET.get("organisation", "")
    initial = {
        "owner": request.user.pk,
        "organisation": int(organisation) if organisation.isdecimal() and len(organisation) < 15 else None,
    } | {name: request.GET.get(name, "") for name in ("given_name", "name_prefix", "surname")}
    return _form(request, None, initial, _("New person"), reverse("people:person-list"))


@login_required
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: change a person."""
    record = get_object_or_404(Person, pk=pk, deleted_at__isnull=True)
    initial = {
        name: getattr(record, name)
        for name in PersonForm.base_fields
        if name not in {"organisation", "owner"}
    }
    initial |= {"organisation": record.organisation_id, "owner": record.owner_id}
    back = reverse("people:person", args=[pk])
    return _form(request, record, initial, _("Change %(name)s") % {"name": record}, back)


@login_required
@require_POST
def person_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R42, R71: put a person in the bin."""
    record = get_object_or_404(Person, pk=pk)
    persons.delete_person(actor=Actor(user=cast("User", request.user)), person=record)
    messages.success(
        request, _("%(name)s was deleted. Under “Deleted” you can restore it.") % {"name": record}
    )
    return redirect("people:person-list")


@login_required
@require_POST
def person_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: take a person out of the bin."""
    record = get_object_or_404(Person, pk=pk)
    persons.restore_person(actor=Actor(user=cast("User", request.user)), person=record)
    messages.success(request, _("%(name)s is back.") % {"name": record})
    return redirect("people:person", pk=pk)


def _form(
    request: HttpRequest, record: Person | None, initial: dict[str, Any], heading: str, back_url: str
) -> HttpResponse:
    user, data = cast("User", request.user), request.POST if request.method == "POST" else None
    form = PersonForm(
        data,
        initial=initial,
        organisations=visible_organisations(user),
        autocomplete=value_of(user, "CRM_Autocomplete") == "True",
    )
    details = DetailForms(
        record, kinds=KINDS, country=settings.FIRM_COUNTRY, data=data, emails=request.GET.getlist("email")[:5]
    )

    def save() -> str:
        given = form.cleaned_data
        contact = read_contact(
            columns=given | {"note": given["memo"]},
            emails=details.email_values(),
            phones=details.phone_values(),
            addresses=details.address_values(),
        )
        actor, places = Actor(user=user), {"organisation": given["organisation"], "owner": given["owner"]}
        if record is None:
            made = persons.create_person(actor=actor, contact=contact, **places)
            return reverse("people:person", args=[made.pk])
        persons.change_person(
            actor=actor, person=record, contact=contact, expected_version=given["version"], **places
        )
        return back_url

    return record_form.answer(
        request, heading=heading, form=form, details=details, back_url=back_url, save=save
    )
