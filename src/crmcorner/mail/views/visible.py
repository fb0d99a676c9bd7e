"""Finding the mail that a page is about."""

from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from crmcorner.accounts.models import User
from crmcorner.mail.models import Message
from crmcorner.mail.permissions import all_visible_mails


def mail_or_404(request: HttpRequest, pk: int) -> Message:
    """Return a mail of any state, or 404 where he may not know that it exists (R38)."""
    return get_object_or_404(all_visible_mails(cast("User", request.user)), pk=pk)
