"""The list of filed mails (R37, R71)."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crmcorner.accounts.models import User
from crmcorner.mail.models import MessageState
from crmcorner.mail.search import NEWEST, find_mails, newest_of_threads
from crmcorner.people.lookup import labels_of
from crmcorner.people.views.lists import page_of


@login_required
def mail_list(request: HttpRequest) -> HttpResponse:
    """R37: mails newest first, one line for each conversation; search, filter by person or organisation, bin."""
    user = cast("User", request.user)
    text = request.GET.get("q", "").replace("\x00", "")
    show = request.GET.get("show", "")
    about = request.GET.get("about", "").replace("\x00", "")
    label = labels_of([about]).get(about, "") if about else ""
    state = MessageState.TAKEN_OUT if show == "out" else MessageState.FILED
    found = find_mails(user, text, about=about, mine=show == "mine", state=state)
    page = page_of(request, newest_of_threads(found).order_by(*NEWEST).defer("body_text"))
    context = {
        "page": page,
        "search_text": text,
        "show": show,
        "about": about if label else "",
        "about_label": label,
    }
    return render(request, "mail/mail_list.html", context)
