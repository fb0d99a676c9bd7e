"""The mails for which no address matched, and what can be done about them (R35)."""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.mail.lookup import addresses_known, waiting
from crmcorner.mail.models import Message, MessageAddress, MessageState
from crmcorner.mail.search import NEWEST, find_mails
from crmcorner.mail.services import filing
from crmcorner.mail.services.unknown_addresses import (
    NameGuess,
    Suggestions,
    suggest,
)
from crmcorner.mail.services.unknown_addresses import (
    add_address as add_to_record,
)
from crmcorner.mail.views.records import ShownRecord, choices, shown_record
from crmcorner.people.views.lists import page_of

PAGE_SIZE = 20
ON_LIST = 3
"""Addresses and suggestions of one mail on the list; its own page has the rest."""

ON_PAGE = 30


@login_required
def not_found_list(request: HttpRequest) -> HttpResponse:
    """R35: the user's own mails that wait for an address, newest first, each with its unknown addresses."""
    user = cast("User", request.user)
    text = request.GET.get("q", "").replace("\x00", "")
    found = find_mails(user, text, mine=True, state=MessageState.NOT_FOUND).order_by(*NEWEST)
    page = page_of(request, found.defer("body_text"), PAGE_SIZE)
    unknown = _unknown_of([mail.pk for mail in page.object_list])
    rows = [
        {
            "mail": mail,
            "addresses": [_offered(user, row, ON_LIST) for row in unknown.get(mail.pk, [])[:ON_LIST]],
            "more": max(0, len(unknown.get(mail.pk, [])) - ON_LIST),
        }
        for mail in page.object_list
    ]
    context = {"page": page, "rows": rows, "search_text": text, "known": _known_now(user)}
    return render(request, "mail/not_found_list.html", context)


@login_required
def whose(request: HttpRequest, pk: int) -> HttpResponse:
    """R35: the unknown addresses of one mail, with a search for the person that one belongs to."""
    user, message = cast("User", request.user), _waiting(request, pk)
    find = request.GET.get("find", "").replace("\x00", "").strip()
    context = {
        "mail": message,
        "addresses": [_offered(user, row, ON_PAGE) for row in _unknown_of([pk]).get(pk, [])[:ON_PAGE]],
        "find": find,
        "found": choices(user, find) if find else [],
    }
    return render(request, "mail/whose.html", context)


@login_required
@require_POST
def add_address(request: HttpRequest, pk: int) -> HttpResponse:
    """R35: add an unknown address to an existing record, and file the mails that waited for it."""
    message, actor = _waiting(request, pk), Actor(user=cast("User", request.user))
    row = message.addresses.filter(
        unknown=True, email=request.POST.get("email", "").replace("\x00", "")
    ).first()
    if row is None:
        messages.error(request, _("Choose an address of this mail."))
        return redirect("mail:whose", pk=pk)
    try:
        add_to_record(actor=actor, crm_id=request.POST.get("to", ""), email=row.email)
        _tell(request, filing.refile_waiting(actor=actor))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("mail:whose", pk=pk)
    except ChangedMeanwhile:
        messages.error(
            request,
            _("Someone else changed this in the meantime. Look at the page afresh, then change it again."),
        )
    return redirect("mail:not-found-list")


@login_required
@require_POST
def file_known(request: HttpRequest) -> HttpResponse:
    """R35: file the waiting mails whose addresses are known by now, without waiting for the next run."""
    _tell(request, filing.refile_waiting(actor=Actor(user=cast("User", request.user))))
    return redirect("mail:not-found-list")


def _waiting(request: HttpRequest, pk: int) -> Message:
    """Return a waiting mail of his own, or 404."""
    user = cast("User", request.user)
    return get_object_or_404(find_mails(user, mine=True, state=MessageState.NOT_FOUND), pk=pk)


def _unknown_of(keys: Sequence[int]) -> dict[int, list[MessageAddress]]:
    """Return the unknown addresses of mails, each address once."""
    found: dict[int, dict[str, MessageAddress]] = {}
    for row in MessageAddress.objects.filter(message_id__in=keys, unknown=True).order_by("pk"):
        found.setdefault(row.message_id, {}).setdefault(row.key, row)
    return {message: list(rows.values()) for message, rows in found.items()}


def _offered(user: User, row: MessageAddress, most: int) -> dict[str, Any]:
    """Return an unknown address with the records that it may belong to and the form of a new person filled in."""
    suggestions = suggest(user, email=row.email, name=row.name)
    return {
        "row": row,
        "suggestions": _records(suggestions)[:most],
        "new_person": f"{reverse('people:person-add')}?{_query(row.email, suggestions)}",
    }


def _records(suggestions: Suggestions) -> list[ShownRecord]:
    return [*map(shown_record, suggestions.persons), *map(shown_record, suggestions.organisations)]


def _query(email: str, suggestions: Suggestions) -> str:
    name: NameGuess = suggestions.name
    values = {
        "email": email,
        "given_name": name.given_name,
        "name_prefix": name.name_prefix,
        "surname": name.surname,
    }
    if len(suggestions.organisations) == 1:
        values["organisation"] = str(suggestions.organisations[0].pk)
    return urlencode({key: value for key, value in values.items() if value}, errors="replace")


def _known_now(user: User) -> int:
    """Return how many of the waiting mails have an address by now that someone has."""
    mails = waiting(user)
    known = addresses_known([key for _pk, keys in mails for key in keys])
    return sum(any(key in known for key in keys) for _pk, keys in mails)


def _tell(request: HttpRequest, count: int) -> None:
    messages.success(
        request, ngettext("%(n)s mail was filed.", "%(n)s mails were filed.", count) % {"n": count}
    )
