"""The pages of appointments: list, one appointment, form, bin."""

from datetime import UTC, timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.items import records
from crmcorner.people.views import lists
from crmcorner.planning.appointment_mapping import appointment_content
from crmcorner.planning.crm_ids import appointment_id
from crmcorner.planning.forms import AppointmentForm
from crmcorner.planning.models import Appointment, LinkedBy
from crmcorner.planning.people_field import suggestions
from crmcorner.planning.permissions import may_delete, sees_whole, visible_appointments
from crmcorner.planning.search import APPOINTMENT_ORDERS, find_appointments, ordered
from crmcorner.planning.services import appointments
from crmcorner.planning.task_mapping import recurrence_of
from crmcorner.planning.views import form_page, shown
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
    """R71: one appointment; another's private one does not exist for the reader (R61)."""
    user = cast("User", request.user)
    record = _seen(user, pk)
    links = list(record.links.select_related("person__organisation", "organisation"))
    content = appointment_content(record, links)
    context: dict[str, Any] = {
        "appointment": record,
        "crm_id": appointment_id(pk),
        "times": shown.times_text(record.start, record.end, all_day=record.all_day),
        "repeats": shown.recurrence_text(content.recurrence) if content.recurrence else "",
        "cancelled": content.cancelled,
        "moved": [(each, shown.times_text(each.start, each.end, all_day=False)) for each in content.moved],
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
    }
    form = AppointmentForm(request.POST if request.method == "POST" else None, initial=initial, user=user)

    def save() -> str:
        values = _values(form, records.Appointment())
        made = appointments.create_appointment(actor=Actor(user=user), values=values)
        return _page_of(user, made)

    back = reverse("planning:calendar")
    return form_page.answer(request, heading=_("New appointment"), form=form, back_url=back, save=save)


@login_required
def appointment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: change an appointment; of a series all but its times (R63)."""
    user = cast("User", request.user)
    record = get_object_or_404(visible_appointments(user), pk=pk)
    links = list(record.links.select_related("person__organisation", "organisation"))
    series = record.recurrence is not None
    form = AppointmentForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(record)
        | {"people": [link.person or link.organisation for link in links if link.by == LinkedBy.CONTACTS]},
        user=user,
        series=series,
    )
    back = reverse("planning:appointment", args=[pk])

    def save() -> str:
        appointments.change_appointment(
            actor=Actor(user=user),
            appointment=record,
            values=_values(form, appointment_content(record, links)),
            expected_version=form.cleaned_data["version"],
        )
        return _page_of(user, record)

    note = _series_note(record) if series else ""
    heading = _("Change %(name)s") % {"name": record}
    return form_page.answer(request, heading=heading, form=form, back_url=back, save=save, note=note)


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


def _page_of(user: User, record: Appointment) -> str:
    """Return where to go after saving: to it, unless it has been given to someone who alone sees it."""
    if sees_whole(user, record):
        return reverse("planning:appointment", args=[record.pk])
    return reverse("planning:calendar")


def _seen(user: User, pk: int) -> Appointment:
    seen = visible_appointments(user) | visible_appointments(user, deleted=True)
    return get_object_or_404(seen, pk=pk)


def _series_note(record: Appointment) -> str:
    """R63: tell when a series is and how it repeats, and where that is changed."""
    rule = recurrence_of(record.recurrence)
    when = [shown.times_text(record.start, record.end, all_day=record.all_day)]
    when += [shown.recurrence_text(rule)] if rule else []
    return f"{', '.join(when)}. {_('This is a series: its times and its pattern are changed in Outlook.')}"


def _initial(record: Appointment) -> dict[str, Any]:
    start, end = localtime(record.start), localtime(record.end)
    if record.all_day:
        start, end = record.start.astimezone(UTC), record.end.astimezone(UTC) - timedelta(days=1)
    names = ("version", "subject", "location", "all_day", "show_as", "reminder", "private")
    return {name: getattr(record, name) for name in names} | {
        "owner": record.owner_id,
        "memo": record.note,
        "first_day": start.date(),
        "last_day": end.date(),
        "begins": None if record.all_day else start.time(),
        "ends": None if record.all_day else end.time(),
    }


def _values(form: AppointmentForm, before: records.Appointment) -> appointments.AppointmentValues:
    return appointments.AppointmentValues(
        content=form.content(before), owner=form.cleaned_data["owner"], people=form.people()
    )
