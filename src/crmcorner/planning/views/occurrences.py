"""The pages of a series' occurrences: change or cancel one, change or end it from one on (R63)."""

from datetime import UTC, date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.recurrence import Moved
from crmcorner.planning import series as rules
from crmcorner.planning.appointment_mapping import LoadedAppointment, load_appointments
from crmcorner.planning.crm_ids import appointment_id
from crmcorner.planning.forms import OccurrenceForm
from crmcorner.planning.permissions import visible_appointments
from crmcorner.planning.services import series
from crmcorner.planning.views import appointment_form, form_page


@login_required
def occurrence_edit(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """R63: change one occurrence of a series."""
    user = cast("User", request.user)
    loaded, each = _asked(user, pk, day)
    posted = request.POST if request.method == "POST" else None
    whole_days = loaded.row.all_day
    form = OccurrenceForm(posted, initial=_initial(loaded, each), whole_days=whole_days)

    def save() -> str:
        series.change_occurrence(
            actor=Actor(user=user),
            appointment=loaded.row,
            wanted=form.occurrence(each.original),
            expected_version=form.cleaned_data["version"],
        )
        return _page(pk, each.original)

    heading = _("Change %(name)s on %(day)s") % {"name": loaded.row, "day": date_format(each.original)}
    note = _("Only this occurrence changes; the rest of the series stays as it is.")
    back = _page(pk, each.original)
    return form_page.answer(request, heading=heading, form=form, back_url=back, save=save, note=note)


@login_required
def following_edit(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """R63: change an occurrence and those that follow."""
    user = cast("User", request.user)
    loaded, each = _asked(user, pk, day)
    rest = rules.from_day(loaded.content, each.original)
    form = appointment_form.bound(request, user, loaded, rest)

    def save() -> str:
        made = series.change_following(
            actor=Actor(user=user),
            appointment=loaded.row,
            day=each.original,
            values=appointment_form.values(form, rest),
            expected_version=form.cleaned_data["version"],
        )
        return appointment_form.page_of(user, made)

    heading = _("Change %(name)s from %(day)s on") % {"name": loaded.row, "day": date_format(each.original)}
    note = _("What came before stays as it is. From this day on it is a series of its own.")
    back = _page(pk, each.original)
    return form_page.answer(request, heading=heading, form=form, back_url=back, save=save, note=note)


@login_required
@require_POST
def occurrence_cancel(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """R63: take one occurrence out of its series."""
    user = cast("User", request.user)
    loaded, each = _asked(user, pk, day)
    try:
        series.cancel_occurrence(actor=Actor(user=user), appointment=loaded.row, day=each.original)
    except ChangedMeanwhile:
        messages.error(request, form_page.changed_meanwhile())
    else:
        text = _("%(name)s on %(day)s was cancelled.")
        messages.success(request, text % {"name": loaded.row, "day": date_format(each.original)})
    return redirect("planning:appointment", pk=pk)


@login_required
@require_POST
def series_end(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """R63: end a series before one of its occurrences."""
    user = cast("User", request.user)
    loaded, each = _asked(user, pk, day)
    try:
        series.delete_following(actor=Actor(user=user), appointment=loaded.row, day=each.original)
    except ChangedMeanwhile:
        messages.error(request, form_page.changed_meanwhile())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("%(name)s ends before %(day)s.")
        messages.success(request, text % {"name": loaded.row, "day": date_format(each.original)})
    return redirect(
        "planning:calendar" if loaded.row.deleted_at else reverse("planning:appointment", args=[pk])
    )


def _asked(user: User, pk: int, day: str) -> tuple[LoadedAppointment, Moved]:
    """Return the series and the occurrence that an address names; another's private one does not exist (R61)."""
    row = get_object_or_404(visible_appointments(user), pk=pk, recurrence__isnull=False)
    crm_id = appointment_id(row.pk)
    loaded = load_appointments([crm_id])[crm_id]
    try:
        found = parse_date(day)
        if found is None:
            raise Http404
        return loaded, rules.occurrence_on(loaded.content, found)
    except (ValueError, rules.NoSuchOccurrence) as error:
        raise Http404 from error


def _page(pk: int, day: date) -> str:
    return f"{reverse('planning:appointment', args=[pk])}?on={day.isoformat()}"


def _initial(loaded: LoadedAppointment, each: Moved) -> dict[str, Any]:
    start, end = localtime(each.start), localtime(each.end)
    if loaded.row.all_day:
        start, end = each.start.astimezone(UTC), each.end.astimezone(UTC) - timedelta(days=1)
    return {
        "version": loaded.row.version,
        "subject": each.subject,
        "location": each.location,
        "first_day": start.date(),
        "last_day": end.date(),
        "begins": start.time(),
        "ends": end.time(),
    }
