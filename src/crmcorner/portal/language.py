"""Which language a request is answered in."""

from django.http import HttpRequest
from django.utils import translation

from crmcorner.accounts.models import User
from crmcorner.preferences.services.settings import value_of


def language_of(request: HttpRequest) -> str:
    """Return ``nl`` or ``en``: by the user's setting ``Language`` (R6), else by what the browser asks for."""
    if isinstance(request.user, User):
        return str(value_of(request.user, "Language")).lower()
    return translation.get_language_from_request(request)
