"""The home screen (R10, R70)."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crmcorner.accounts.models import User
from crmcorner.history.models import HistoryLine
from crmcorner.outlook.views.board import board_of, coupling_of
from crmcorner.people.crm_ids import split_ids
from crmcorner.people.models import Organisation, Person
from crmcorner.people.permissions import visible_organisations, visible_persons
from crmcorner.people.search import find_groups

RECENT = 10


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the sync button with the last run's figures, what changed lately, and how much there is."""
    user = cast("User", request.user)
    coupling = coupling_of(user)
    context = {
        "coupling": coupling,
        "board": board_of(user) if coupling.on else None,
        "recent": _recent(user),
        "own_persons": visible_persons(user).filter(owner=user).count(),
        "own_organisations": visible_organisations(user).filter(owner=user).count(),
        "own_groups": find_groups(user, mine=True).count(),
    }
    return render(request, "portal/home.html", context)


def _recent(user: User) -> list[Person | Organisation]:
    """Return the records that the user himself worked on last, newest first."""
    lines = HistoryLine.objects.filter(user=user, run__isnull=True).exclude(action="deleted")
    subjects = (
        lines.values("subject").annotate(last=Max("id")).order_by("-last").values_list("subject", flat=True)
    )
    order = [
        subject for subject in subjects[: RECENT * 5] if subject.startswith(("person:", "organisation:"))
    ][:RECENT]
    persons, organisations = split_ids(order)
    found: dict[str, Person | Organisation] = {}
    for person in visible_persons(user).filter(pk__in=persons).select_related("organisation"):
        found[f"person:{person.pk}"] = person
    for organisation in visible_organisations(user).filter(pk__in=organisations):
        found[f"organisation:{organisation.pk}"] = organisation
    return [found[subject] for subject in order if subject in found]
