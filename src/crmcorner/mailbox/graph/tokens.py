"""Access tokens from Entra's token endpoint: the application's own, or a user's by his refresh token.

Sources: Microsoft identity platform: OAuth 2.0 client credentials flow; OAuth 2.0 authorization code flow (refresh
the access token). Tokens and secrets are never logged.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import httpx2
import msgspec

from crmcorner.mailbox.errors import NotUnderstood
from crmcorner.mailbox.graph import faults
from crmcorner.mailbox.graph.wire import Answer, segment

EARLY = timedelta(minutes=5)
"""So long before its end a token is replaced."""


class TokenSource(Protocol):
    """Where access tokens come from. May be asked from several threads."""

    def token(self) -> str:
        """Return a token that is still good as far as is known."""
        ...

    def renewed(self, refused: str) -> str:
        """Return another token than this one, which the service has refused."""
        ...


class TokenEndpoint:
    """Entra's token endpoint for one tenant and one application.

    Args:
        http: the connection.
        login_url: ``https://login.microsoftonline.com``, or that of a national cloud or sandbox.
        tenant: the directory's id or a domain of it.
        client_id: the application's id.
        secret: its secret.
    """

    def __init__(
        self, http: httpx2.Client, *, login_url: str, tenant: str, client_id: str, secret: str
    ) -> None:
        self._http = http
        self._url = f"{login_url.rstrip('/')}/{segment(tenant)}/oauth2/v2.0/token"
        self._form = {"client_id": client_id, "client_secret": secret}

    def ask(self, form: dict[str, str]) -> "Granted":
        """Return what is granted for this form.

        Raises:
            ConsentRequired: the user or the administrator must act.
            MailboxError: there is no usable answer.
        """
        try:
            response = self._http.post(self._url, data={**self._form, **form})
        except faults.HTTP_ERRORS as error:
            raise faults.broken_connection(error) from error
        if response.status_code != 200:
            headers = {name.lower(): value for name, value in response.headers.items()}
            answer = Answer(response.status_code, headers, response.content)
            raise faults.sign_in_trouble(answer, on_behalf_of_user=form["grant_type"] == "refresh_token")
        try:
            return msgspec.json.decode(response.content, type=Granted)
        except msgspec.DecodeError as error:
            raise NotUnderstood("answer of the token endpoint") from error


class Granted(msgspec.Struct):
    """What the token endpoint grants; ``expires_in`` in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str = ""


class Tokens:
    """Keeps a token until shortly before its end; one thread at a time asks for the next.

    Args:
        ask: asks the token endpoint (`by_application`, `by_user`).
        clock: tells the present as an aware datetime.
    """

    def __init__(self, ask: Callable[[], Granted], clock: Callable[[], datetime]) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._good_until: datetime | None = None

    def token(self) -> str:
        """Return the token, or the next one if it ends within `EARLY`."""
        with self._lock:
            if self._good_until is None or self._clock() >= self._good_until:
                self._take(self._ask())
            return self._token

    def renewed(self, refused: str) -> str:
        """Return another token; if another thread has fetched one meanwhile, that one."""
        with self._lock:
            if self._token == refused:
                self._take(self._ask())
            return self._token

    def _take(self, granted: Granted) -> None:
        lifetime = timedelta(seconds=granted.expires_in)
        self._token = granted.access_token
        self._good_until = self._clock() + max(lifetime - EARLY, lifetime / 2)


def by_application(endpoint: TokenEndpoint, *, scope: str) -> Callable[[], Granted]:
    """Return a way to ask for the application's own tokens: the administrator has granted it the mailboxes.

    ``scope`` is Graph's address followed by ``/.default``.
    """
    return lambda: endpoint.ask({"grant_type": "client_credentials", "scope": scope})


def by_user(
    endpoint: TokenEndpoint, *, refresh_token: str, save: Callable[[str], None]
) -> Callable[[], Granted]:
    """Return a way to ask for a user's tokens by his refresh token, which is replaced at each use.

    ``save`` is handed each new refresh token before anything is done with the access token that came with it.
    """
    held = refresh_token

    def ask() -> Granted:
        nonlocal held
        granted = endpoint.ask({"grant_type": "refresh_token", "refresh_token": held})
        if granted.refresh_token and granted.refresh_token != held:
            held = granted.refresh_token
            save(held)
        return granted

    return ask
