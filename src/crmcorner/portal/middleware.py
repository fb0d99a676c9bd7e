"""What holds for every answer: its language, that browsers do not keep it, and what a lost session does to a page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django_htmx.http import HttpResponseClientRefresh

from crmcorner.portal.language import language_of


class LanguageMiddleware:
    """Switches on the signed-in user's language (R100), or the browser's for those who have not signed in yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in its language."""
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class KeepNothingMiddleware:
    """Tells browsers not to keep pages of signed-in users, so that nobody finds them there after sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if signed_in:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class LostSessionMiddleware:
    """Where a part of a page is asked for after the session ended, lets the browser load the whole page afresh.

    That leads to the sign-in page and back; without it the sign-in form would appear inside the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        asks_to_sign_in = response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))
        return (
            HttpResponseClientRefresh() if asks_to_sign_in and "HX-Request" in request.headers else response
        )
