"""What the layout of every page needs."""

from typing import Any

from django.http import HttpRequest

from crmcorner.accounts.models import User


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return which parts of the layout this user sees (R1: no link to what he may not open)."""
    user = getattr(request, "user", None)
    return {"shows_administration": isinstance(user, User) and user.is_administrator}
