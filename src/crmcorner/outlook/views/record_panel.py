"""The panel on a record's page: how it stands in the reader's Outlook, with the button of R42."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.outlook import wording
from crmcorner.outlook.models import OutlookLink
from crmcorner.outlook.services import decisions
from crmcorner.outlook.services.standing import Standing, State, standing_of
from crmcorner.outlook.views import shown
from crmcorner.people.lookup import group_names

CHIPS = {
    State.IN_STEP: "chip-good",
    State.FAILED: "chip-bad",
    State.TO_COME: "chip-info",
    State.TO_RETURN: "chip-info",
    State.ASKED: "chip-warn",
    State.REMOVED: "chip-warn",
    State.UNTAGGED: "chip-warn",
    State.WITHDRAWN: "",
    State.NOT_YET: "",
    State.NOT_MEANT: "",
}


@login_required
def record_panel(request: HttpRequest, crm_id: str) -> HttpResponse:
    """R42, R45: how a record stands in this user's Outlook; empty for users without a mailbox."""
    standing = standing_of(cast("User", request.user), crm_id)
    context = {"crm_id": crm_id, "standing": _shown(standing) if standing else None}
    return render(request, "outlook/_record_panel.html", context)


@login_required
@require_POST
def put_back(request: HttpRequest, crm_id: str) -> HttpResponse:
    """R42: have it in Outlook again; the next run does it."""
    link = get_object_or_404(OutlookLink, crm_id=crm_id, connection__user=request.user)
    try:
        decisions.put_back(actor=Actor(user=cast("User", request.user)), link=link)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The next synchronisation puts it back in your Outlook."))
    return redirect(shown.record_url(crm_id) or "portal:home")


def _shown(standing: Standing) -> dict[str, object]:
    chip, sentence = wording.STATES[standing.state]
    return {
        "state": str(chip),
        "sentence": " ".join(part for part in (str(sentence), _why(standing)) if part),
        "chip": CHIPS[standing.state],
        "may_put_back": standing.may_put_back,
        "problems": [
            *shown.problems_shown(standing.problems),
            *(
                {"field": _("failed"), "sentence": wording.reason_text(row.reason, row.facts), "mend_url": ""}
                for row in standing.failures
            ),
        ],
        "conflicts": [shown.conflict_shown(row) for row in standing.conflicts],
    }


def _why(standing: Standing) -> str:
    """R82's beginnings: which rule wants it there."""
    if standing.wanted is None:
        return ""
    if standing.wanted.owned:
        return _("You own it.")
    names = ", ".join(sorted(group_names(standing.wanted.groups).values()))
    return _("It is in your group %(names)s.") % {"names": names}
