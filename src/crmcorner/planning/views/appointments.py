"""The pages of appointments: list, one appointment, form, bin."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items import records
from crmcorner.people.views import lists
from crmcorner.planning.appointment_mapping import appointment_content, load_appointments
from crmcorner.planning.crm_ids import appointment_id
from crmcorner.planning.forms import AppointmentForm
from crmcorner.planning.models import Appointment
from crmcorner.planning.people_field import suggestions
from crmcorner.planning.permissions import may_delete, visible_appointments
from crmcorner.planning.recurrence_form import initial_rule
from crmcorner.planning.search import APPOINTMENT_ORDERS, find_appointments, ordered
from crmcorner.planning.services import appointments
from crmcorner.planning.views import appointment_form, form_page, shown
from crmcorner.planning.views.calendar import asked_day
from crmcorner.planning.views.tasks import asked_people


@login_required
def appointment_list(request: HttpRequest) -> HttpResponse:
    """R71: appointments with search, sort and filter; of others' private ones nothing (R61)."""
    user, asked = cast("User", request.user), lists.asked(request)
    found = find_appointments(user, asked.text, mine=asked.mine, deleted=asked.deleted)
    sort = request.GET.get("sort", "") or "-start"
    page = lists.page_of(request, found.order_by(*ordered(sort, APPOINTMENT_ORDERS)))
    rows = [(row, shown.times_text(row.start, row.end, all_day=row.all_day)) for row in page.object_list]
    context = {"page": page, "rows": rows} | asked.context() | {"sort": sort}
    return render(request, "planning/appointment_list.html", context)


@login_required
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: one appointment; another's private one does not exist for the reader (R61). Of a series ``on`` names one."""
    user = cast("User", request.user)
    record = _seen(user, pk)
    links = list(record.links.select_related("person__organisation", "organisation"))
    content = appointment_content(record, links)
    context: dict[str, Any] = {
        "appointment": record,
        "crm_id": appointment_id(pk),
        "times": shown.times_text(record.start, record.end, all_day=record.all_day),
        "repeats": shown.recurrence_text(content.recurrence) if content.recurrence else "",
        "occurrence": shown.occurrence_shown(content, request.GET.get("on", "")),
        "coming": shown.coming_shown(content),
        "cancelled": content.cancelled,
        "moved": [
            (each, shown.times_text(each.start, each.end, all_day=content.all_day)) for each in content.moved
        ],
        "attendees": content.attendees,
        "links": links,
        "history": shown.history_shown(appointment_id(pk), owns=record.owner_id == user.pk),
        "may_delete": may_delete(Actor(user=user), record),
    }
    return render(request, "planning/appointment.html", context)


@login_required
def appointment_add(request: HttpRequest) -> HttpResponse:
    """R71: make an appointment."""
    user = cast("User", request.user)
    day = asked_day(request)
    initial = {
        "owner": user.pk,
        "first_day": day,
        "last_day": day,
        "begins": "09:00",
        "ends": "10:00",
        "show_as": records.ShowAs.BUSY.value,
        "people": asked_people(request),
        **initial_rule(None),
    }
    form = AppointmentForm(request.POST if request.method == "POST" else None, initial=initial, user=user)

    def save() -> str:
        values = appointment_form.values(form, records.Appointment())
        made = appointments.create_appointment(actor=Actor(user=user), values=values)
        return appointment_form.page_of(user, made)

    back = reverse("planning:calendar")
    return form_page.answer(request, heading=_("New appointment"), form=form, back_url=back, save=save)


@login_required
def appointment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: change an appointment, or a whole series (R63)."""
    user = cast("User", request.user)
    record = get_object_or_404(visible_appointments(user), pk=pk)
    crm_id = appointment_id(pk)
    loaded = load_appointments([crm_id])[crm_id]
    form = appointment_form.bound(request, user, loaded, loaded.content)
    back = reverse("planning:appointment", args=[pk])

    def save() -> str:
        appointments.change_appointment(
            actor=Actor(user=user),
            appointment=record,
            values=appointment_form.values(form, loaded.content),
            expected_version=form.cleaned_data["version"],
        )
        return appointment_form.page_of(user, record)

    differing = bool(loaded.content.moved or loaded.content.cancelled)
    note = _("New times or days put the changed and cancelled occurrences of this series back.")
    heading = _("Change %(name)s") % {"name": record}
    return form_page.answer(
        request, heading=heading, form=form, back_url=back, save=save, note=note if differing else ""
    )


@login_required
@require_POST
def appointment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R64, R71: put an appointment in the bin."""
    user = cast("User", request.user)
    record = _seen(user, pk)
    appointments.delete_appointment(actor=Actor(user=user), appointment=record)
    messages.success(
        request, _("%(name)s was deleted. Under “Deleted” you can restore it.") % {"name": record}
    )
    return redirect("planning:calendar")


@login_required
@require_POST
def appointment_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: take an appointment out of the bin."""
    user = cast("User", request.user)
    record = _seen(user, pk)
    appointments.restore_appointment(actor=Actor(user=user), appointment=record)
    messages.success(request, _("%(name)s is back.") % {"name": record})
    return redirect("planning:appointment", pk=pk)


@login_required
def people_options(request: HttpRequest) -> HttpResponse:
    """R6: whom the last line of a form's people may mean."""
    lines = request.GET.get("people", "").replace("\x00", "").splitlines()
    names = suggestions(cast("User", request.user), lines[-1] if lines else "")
    return render(request, "planning/_people_options.html", {"names": names})


def _seen(user: User, pk: int) -> Appointment:
    seen = visible_appointments(user) | visible_appointments(user, deleted=True)
    return get_object_or_404(seen, pk=pk)
