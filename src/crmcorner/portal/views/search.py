"""The search field at the top of every page."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crmcorner.accounts.models import User
from crmcorner.mail.search import NEWEST, find_mails
from crmcorner.people.search import find_groups, find_organisations, find_persons
from crmcorner.planning.search import find_appointments, find_tasks

SHOWN = 15


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Find what the user sees of persons, organisations, groups, tasks, appointments and mails; the first of each."""
    user, text = cast("User", request.user), request.GET.get("q", "").replace("\x00", "").strip()
    context: dict[str, object] = {"search_text": text}
    if text:
        context |= {
            "persons": find_persons(user, text).order_by("sort_key", "pk")[: SHOWN + 1],
            "organisations": find_organisations(user, text).order_by("name_key", "pk")[: SHOWN + 1],
            "groups": find_groups(user, text).order_by("name", "pk")[: SHOWN + 1],
            "tasks": find_tasks(user, text)[: SHOWN + 1],
            "appointments": find_appointments(user, text).order_by("-start", "pk")[: SHOWN + 1],
            "mails": find_mails(user, text).order_by(*NEWEST).defer("body_text")[: SHOWN + 1],
            "shown": SHOWN,
        }
    return render(request, "portal/search.html", context)
