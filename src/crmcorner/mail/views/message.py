"""The page of one mail: who, what, its text made safe, what came with it, where it is filed (R36a, R37)."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.folders.file_store import FileMissing, read_kept
from crmcorner.mail.models import Message
from crmcorner.mail.permissions import may_refile
from crmcorner.mail.safe_html import SafeHtml, safe_html
from crmcorner.mail.search import thread_of
from crmcorner.mail.views.records import choices, history_shown, shown_records
from crmcorner.mail.views.visible import mail_or_404

ADDRESSES = 25
"""Recipients that are listed; a mail can have ten thousand."""

THREAD = 50


@login_required
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """R37: one mail, with its conversation."""
    user, message = cast("User", request.user), mail_or_404(request, pk)
    find = request.GET.get("find", "").replace("\x00", "").strip()
    html = _html(message, outside=False) if message.html_sha256 else None
    listed = message.attachments.filter(inline=False)
    may_move = may_refile(Actor(user=user), message)
    context: dict[str, Any] = {
        "mail": message,
        "people": _people(message),
        "html": html,
        "outside": request.GET.get("pictures") == "1",
        "attachments": listed,
        "limit": settings.FILE_LIMIT,
        "thread": list(thread_of(user, message).defer("body_text")[:THREAD]),
        "filed_under": shown_records(message),
        "owners": [row.user for row in message.owners.select_related("user")],
        "may_move": may_move,
        "find": find,
        "found": choices(user, find) if may_move and find else [],
        "history": history_shown(message),
    }
    return render(request, "mail/mail.html", context)


@login_required
@xframe_options_sameorigin
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """R37: a mail's HTML as a document of its own, for the frame on its page.

    Nothing in it runs. Pictures from outside are fetched only with ``pictures=1``, which is what the page's button asks.
    """
    message, outside = mail_or_404(request, pk), request.GET.get("pictures") == "1"
    html = _html(message, outside=outside)
    answer = render(request, "mail/body.html", {"html": html.html if html else "", "text": message.body_text})
    pictures = "'self' https: http:" if outside else "'self'"
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _html(message: Message, *, outside: bool) -> SafeHtml | None:
    """Return a mail's safe HTML; None where it has none, or the file store lost it."""
    if not message.html_sha256:
        return None
    try:
        html = read_kept(message.html_sha256).decode("utf-8", "replace")
    except FileMissing:
        return None
    inline = message.attachments.filter(inline=True).exclude(content_id="").exclude(sha256="")
    pictures = {
        content_id: reverse("mail:picture", args=[pk])
        for content_id, pk in inline.values_list("content_id", "pk")
    }
    return safe_html(html, pictures=pictures, outside=outside)


def _people(message: Message) -> list[dict[str, Any]]:
    """Return the lines of addresses, each with how many are not shown."""
    found = []
    for role in ("from", "to", "cc", "bcc"):
        rows = message.addresses.filter(role=role)
        count = rows.count()
        if count:
            shown = list(rows[:ADDRESSES])
            found.append({"role": shown[0].get_role_display(), "rows": shown, "more": count - len(shown)})
    return found
