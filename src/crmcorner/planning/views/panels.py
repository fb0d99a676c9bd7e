"""Fragments that other pages ask for: on a person's or organisation's page, and on the home screen (R70, R71)."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from crmcorner.accounts.models import User
from crmcorner.people.models import Organisation, Person
from crmcorner.planning.search import find_appointments, find_tasks, of_record
from crmcorner.planning.views import shown
from crmcorner.planning.views.calendar import days_between

SHOWN = 8


@login_required
def person_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: the tasks about a person, open ones first."""
    person = get_object_or_404(Person, pk=pk)
    return _tasks(request, {"person": person.pk}, f"person={person.pk}")


@login_required
def organisation_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: the tasks about an organisation and its persons, open ones first."""
    organisation = get_object_or_404(Organisation, pk=pk)
    return _tasks(request, {"organisation": organisation.pk}, f"organisation={organisation.pk}")


@login_required
def person_appointments(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: the appointments with a person, newest first."""
    person = get_object_or_404(Person, pk=pk)
    return _appointments(request, {"person": person.pk}, f"person={person.pk}")


@login_required
def organisation_appointments(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: the appointments with an organisation and its persons, newest first."""
    organisation = get_object_or_404(Organisation, pk=pk)
    return _appointments(request, {"organisation": organisation.pk}, f"organisation={organisation.pk}")


@login_required
def home_tasks(request: HttpRequest) -> HttpResponse:
    """R70: the user's own open tasks that are due today or before."""
    user, today = cast("User", request.user), localdate()
    due = find_tasks(user, mine=True, still_open=True).filter(due__lte=today)
    context = {"tasks": due[:SHOWN], "count": due.count(), "today": today}
    return render(request, "planning/_home_tasks.html", context)


@login_required
def home_appointments(request: HttpRequest) -> HttpResponse:
    """R70: the user's own appointments of today."""
    today = localdate()
    (day,) = days_between(cast("User", request.user), today, today)
    return render(request, "planning/_home_appointments.html", {"day": day})


def _tasks(request: HttpRequest, about: dict[str, int], query: str) -> HttpResponse:
    found = of_record(find_tasks(cast("User", request.user)), **about)
    still_open = found.exclude(status="completed")
    context = {
        "tasks": [*still_open[:SHOWN]],
        "done": found.filter(status="completed").count(),
        "today": localdate(),
        "query": query,
    }
    return render(request, "planning/_record_tasks.html", context)


def _appointments(request: HttpRequest, about: dict[str, int], query: str) -> HttpResponse:
    found = of_record(find_appointments(cast("User", request.user)), **about).order_by("-start", "pk")
    rows = [(row, shown.times_text(row.start, row.end, all_day=row.all_day)) for row in found[:SHOWN]]
    context = {"rows": rows, "count": found.count(), "query": query}
    return render(request, "planning/_record_appointments.html", context)
