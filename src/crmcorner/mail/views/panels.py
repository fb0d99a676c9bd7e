"""The newest mails on other pages: home, a person's and an organisation's (R37)."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crmcorner.accounts.models import User
from crmcorner.mail.models import MessageState
from crmcorner.mail.search import NEWEST, find_mails, newest_of_threads
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id

SHOWN = 8


@login_required
def home_mails(request: HttpRequest) -> HttpResponse:
    """Return the newest mails out of the user's own mailbox, and how many wait in Not Found."""
    user = cast("User", request.user)
    mails = newest_of_threads(find_mails(user, mine=True)).order_by(*NEWEST).defer("body_text")[:SHOWN]
    waiting = find_mails(user, mine=True, state=MessageState.NOT_FOUND).count()
    return render(request, "mail/_home_mails.html", {"mails": mails, "waiting": waiting})


@login_required
def person_mails(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the newest mails that are filed under a person."""
    return _about(request, person_id(pk))


@login_required
def organisation_mails(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the newest mails that are filed under an organisation, those of its persons included."""
    return _about(request, organisation_id(pk))


def _about(request: HttpRequest, about: CrmId) -> HttpResponse:
    found = find_mails(cast("User", request.user), about=about)
    mails = newest_of_threads(found).order_by(*NEWEST).defer("body_text")[:SHOWN]
    return render(
        request, "mail/_record_mails.html", {"mails": mails, "count": found.count(), "about": about}
    )
