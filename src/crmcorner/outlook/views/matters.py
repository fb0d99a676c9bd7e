"""What waits for the user: who is meant, whose value holds, what is held back, what failed (R16, R18, R44, R45, R84)."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.records import Kind
from crmcorner.outlook import wording
from crmcorner.outlook.models import ConflictRow, Connection, Question, Retry
from crmcorner.outlook.services import decisions, figures
from crmcorner.outlook.views import shown
from crmcorner.people.contact_mapping import Loaded, load
from crmcorner.sync.actions import NEW
from crmcorner.sync.policy import Winner

HELD_SHOWN = 25
"""How many of the items that the brake holds back are shown by name."""


@login_required
def matters(request: HttpRequest) -> HttpResponse:
    """Show what waits for this user."""
    connection = Connection.objects.filter(user=cast("User", request.user)).first()
    context: dict[str, Any] = {
        "questions": [],
        "held": [],
        "confirmations": [],
        "conflicts": [],
        "retries": [],
    }
    if connection is not None:
        questions = list(figures.open_questions(connection))
        known = load({crm_id for question in questions for crm_id in question.candidates})
        conflicts = [shown.conflict_shown(row) for row in figures.open_conflicts(connection)]
        context = {
            "questions": [_question(question, known) for question in questions],
            "held": _held(connection),
            "confirmations": [each for each in conflicts if each["invited"]],
            "conflicts": [each for each in conflicts if not each["invited"]],
            "retries": [_retry(row) for row in figures.open_retries(connection)],
        }
    return render(request, "outlook/matters.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """R44: say who is meant."""
    question = get_object_or_404(Question, pk=pk, connection__user=request.user)
    chosen = request.POST.get("chosen", "")
    return _decide(
        request, lambda actor: decisions.answer_question(actor=actor, question=question, chosen=chosen)
    )


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """R18: take a value, or leave it as it stands."""
    conflict = get_object_or_404(ConflictRow, pk=pk, connection__user=request.user)
    taken = request.POST.get("take", "")
    take = Winner(taken) if taken in {Winner.CRM.value, Winner.OUTLOOK.value} else None
    return _decide(
        request, lambda actor: decisions.decide_conflict(actor=actor, conflict=conflict, take=take)
    )


@login_required
@require_POST
def decide_held(request: HttpRequest, kind: str) -> HttpResponse:
    """R84: let the next run take away what the brake holds back of a kind, or leave it all as it is."""
    connection = get_object_or_404(Connection, user=request.user)
    chosen = next((each for each in Kind if each.value.lower() == kind), None)
    if chosen is None:
        raise Http404
    do = request.POST.get("do") == "yes"
    return _decide(
        request,
        lambda actor: decisions.decide_held(actor=actor, connection=connection, kind=chosen, do=do),
    )


@login_required
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """R16: no longer show a failed item."""
    retry = get_object_or_404(Retry, pk=pk, connection__user=request.user)
    return _decide(request, lambda actor: decisions.dismiss_retry(actor=actor, retry=retry))


def _decide(request: HttpRequest, do: Callable[[Actor], object]) -> HttpResponse:
    try:
        do(Actor(user=cast("User", request.user)))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ChangedMeanwhile:
        messages.error(request, _("Someone else is changing this record; try again."))
    else:
        messages.success(request, _("Noted. The next synchronisation carries it out."))
    return redirect("outlook:matters")


def _question(question: Question, known: dict[str, Loaded]) -> dict[str, Any]:
    taken = decisions.taken_candidates(question)
    candidates = [
        {
            "crm_id": crm_id,
            "label": str(known[crm_id].row),
            "more": _more(known[crm_id]),
            "url": shown.record_url(crm_id),
            "taken": crm_id in taken,
        }
        for crm_id in question.candidates
        if crm_id in known
    ]
    chosen = known.get(question.chosen)
    return {
        "pk": question.pk,
        "label": question.label,
        "sentence": wording.reason_text(question.reason, {}),
        "candidates": candidates,
        "chosen_label": _("a new one") if question.chosen == NEW else (str(chosen.row) if chosen else ""),
    }


def _held(connection: Connection) -> list[dict[str, Any]]:
    """R84: what the brake holds back, by kind: how much, why, and the first of it."""
    found: dict[str, list[Retry]] = {}
    for row in figures.held_back(connection):
        found.setdefault(row.kind, []).append(row)
    return [
        {
            "kind": kind.lower(),
            "label": str(wording.KINDS[Kind(kind)]),
            "count": len(rows),
            "rows": [
                {
                    "label": row.label or _("(no name)"),
                    "url": shown.record_url(row.crm_id),
                    "why": wording.reason_text(row.facts.get("why", ""), {}),
                }
                for row in rows[:HELD_SHOWN]
            ],
            "more": max(0, len(rows) - HELD_SHOWN),
        }
        for kind, rows in found.items()
    ]


def _more(found: Loaded) -> str:
    contact = found.contact
    parts = (contact.company if contact.has_personal_name else "", contact.job_title, *contact.emails[:2])
    return ", ".join(part for part in parts if part)


def _retry(row: Retry) -> dict[str, Any]:
    mend_url, _label = shown.mend_of(row.reason, row.crm_id)
    again = ""
    if row.not_before is not None:
        again = _("Tried %(n)s times; tried again with the next synchronisation.") % {"n": row.attempts}
        if row.not_before > timezone.now():
            when = timezone.localtime(row.not_before).strftime("%H:%M")
            again = _("Tried %(n)s times; tried again after %(time)s.") % {"n": row.attempts, "time": when}
    return {
        "pk": row.pk,
        "label": row.label or _("(no name)"),
        "url": shown.record_url(row.crm_id),
        "field": str(wording.FIELDS.get(row.field, row.field)) if row.field else "",
        "sentence": wording.reason_text(row.reason, row.facts),
        "again": again,
        "since": row.since,
        "mend_url": mend_url,
    }
