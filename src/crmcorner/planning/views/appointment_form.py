"""The form of an appointment between its pages and the services: what it begins with, what it says, where it leads."""

from datetime import UTC, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime

from crmcorner.accounts.models import User
from crmcorner.items import records
from crmcorner.planning.appointment_mapping import LoadedAppointment
from crmcorner.planning.forms import AppointmentForm
from crmcorner.planning.models import Appointment, LinkedBy
from crmcorner.planning.permissions import sees_whole
from crmcorner.planning.recurrence_form import initial_rule
from crmcorner.planning.services.appointments import AppointmentValues


def bound(
    request: HttpRequest, user: User, loaded: LoadedAppointment, content: records.Appointment
) -> AppointmentForm:
    """Return the form of an appointment that begins with some content of it: all of a series, or the rest of one."""
    posted = request.POST if request.method == "POST" else None
    by_hand = [link for link in loaded.links if link.by == LinkedBy.CONTACTS]
    people = [link.person or link.organisation for link in by_hand]
    initial = _initial(content) | {
        "version": loaded.row.version,
        "owner": loaded.row.owner_id,
        "people": people,
    }
    return AppointmentForm(posted, initial=initial, user=user)


def values(form: AppointmentForm, before: records.Appointment) -> AppointmentValues:
    """Return what the form says, for the services."""
    return AppointmentValues(
        content=form.content(before), owner=form.cleaned_data["owner"], people=form.people()
    )


def page_of(user: User, record: Appointment) -> str:
    """Return where to go after saving: to it, unless it has been given to someone who alone sees it."""
    if sees_whole(user, record):
        return reverse("planning:appointment", args=[record.pk])
    return reverse("planning:calendar")


def _initial(content: records.Appointment) -> dict[str, Any]:
    assert content.start is not None  # noqa: S101 - the CRM holds no appointment without its times
    assert content.end is not None  # noqa: S101
    start, end = localtime(content.start), localtime(content.end)
    if content.all_day:
        start, end = content.start.astimezone(UTC), content.end.astimezone(UTC) - timedelta(days=1)
    names = ("subject", "location", "all_day", "reminder", "private")
    return {name: getattr(content, name) for name in names} | {
        "show_as": content.show_as.value,
        "memo": content.note,
        "first_day": start.date(),
        "last_day": end.date(),
        "begins": None if content.all_day else start.time(),
        "ends": None if content.all_day else end.time(),
        **initial_rule(content.recurrence),
    }
