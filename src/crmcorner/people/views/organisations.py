"""The pages of organisations: list, one organisation, form, bin."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.people.contact_mapping import contact_of
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.forms import DetailForms, OrganisationForm
from crmcorner.people.models import Organisation
from crmcorner.people.models.contact_details import AddressKind
from crmcorner.people.permissions import may_delete, visible_groups, visible_persons
from crmcorner.people.search import ORGANISATION_ORDERS, find_organisations, ordered
from crmcorner.people.services import organisations
from crmcorner.people.validation import read_contact
from crmcorner.people.views import lists, record_form, shown

KINDS = (AddressKind.WORK, AddressKind.OTHER)
OFFERED = 20


@login_required
def organisation_list(request: HttpRequest) -> HttpResponse:
    """R71: organisations with search, sort and filter."""
    user, asked = cast("User", request.user), lists.asked(request)
    found = find_organisations(user, asked.text, mine=asked.mine, deleted=asked.deleted)
    found = found.annotate(person_count=Count("persons", filter=Q(persons__deleted_at__isnull=True)))
    found = found.order_by(*ordered(asked.sort, ORGANISATION_ORDERS))
    page = lists.page_of(
        request, found.prefetch_related("emailaddress_rows", "phone_rows", "postaladdress_rows")
    )
    details = shown.first_details(page.object_list)
    rows = [{"record": row, "persons": row.person_count} | details[row.pk] for row in page.object_list]
    return render(request, "people/organisation_list.html", {"page": page, "rows": rows} | asked.context())


@login_required
def organisation_options(request: HttpRequest) -> HttpResponse:
    """R6: the organisations that fit what is being typed in a pick field, as options of a list."""
    user, text = cast("User", request.user), request.GET.get("organisation", "").replace("\x00", "")
    found = find_organisations(user, text).order_by("name_key", "pk").values_list("name", flat=True)[:OFFERED]
    return render(request, "people/_options.html", {"names": found})


@login_required
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: one organisation, with its persons, groups, details and history."""
    user = cast("User", request.user)
    record = get_object_or_404(Organisation.objects.select_related("owner"), pk=pk)
    contact = contact_of(record)
    context: dict[str, Any] = {
        "organisation": record,
        "crm_id": crm_id_of(record),
        "persons": visible_persons(user).filter(organisation=record).order_by("sort_key"),
        "groups": visible_groups(user).filter(memberships__organisation=record),
        "history": shown.history_shown(user, crm_id_of(record)),
        "may_delete": may_delete(Actor(user=user), record),
    }
    return render(request, "people/organisation.html", context | shown.details_of(contact))


@login_required
def organisation_add(request: HttpRequest) -> HttpResponse:
    """R71: make an organisation."""
    return _form(
        request, None, {"owner": request.user.pk}, _("New organisation"), reverse("people:organisation-list")
    )


@login_required
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: change an organisation."""
    record = get_object_or_404(Organisation, pk=pk, deleted_at__isnull=True)
    initial = {
        "name": record.name,
        "website": record.website,
        "owner": record.owner_id,
        "memo": record.memo,
        "version": record.version,
    }
    back = reverse("people:organisation", args=[pk])
    return _form(request, record, initial, _("Change %(name)s") % {"name": record}, back)


@login_required
@require_POST
def organisation_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R42, R71: put an organisation in the bin."""
    record = get_object_or_404(Organisation, pk=pk)
    organisations.delete_organisation(actor=Actor(user=cast("User", request.user)), organisation=record)
    messages.success(
        request, _("%(name)s was deleted. Under “Deleted” you can restore it.") % {"name": record}
    )
    return redirect("people:organisation-list")


@login_required
@require_POST
def organisation_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: take an organisation out of the bin."""
    record = get_object_or_404(Organisation, pk=pk)
    organisations.restore_organisation(actor=Actor(user=cast("User", request.user)), organisation=record)
    messages.success(request, _("%(name)s is back.") % {"name": record})
    return redirect("people:organisation", pk=pk)


def _form(
    request: HttpRequest, record: Organisation | None, initial: dict[str, Any], heading: str, back_url: str
) -> HttpResponse:
    user, data = cast("User", request.user), request.POST if request.method == "POST" else None
    form = OrganisationForm(data, initial=initial)
    details = DetailForms(record, kinds=KINDS, country=settings.FIRM_COUNTRY, data=data)

    def save() -> str:
        given = form.cleaned_data
        contact = read_contact(
            columns={"company": given["name"], "website": given["website"], "note": given["memo"]},
            emails=details.email_values(),
            phones=details.phone_values(),
            addresses=details.address_values(),
        )
        actor, owner = Actor(user=user), given["owner"]
        if record is None:
            made = organisations.create_organisation(actor=actor, contact=contact, owner=owner)
            return reverse("people:organisation", args=[made.pk])
        organisations.change_organisation(
            actor=actor, organisation=record, contact=contact, owner=owner, expected_version=given["version"]
        )
        return back_url

    return record_form.answer(
        request, heading=heading, form=form, details=details, back_url=back_url, save=save
    )
