"""Entra's token endpoint: client credentials, refresh tokens and authorization codes; and the check of a token.

Source: Microsoft identity platform: OAuth 2.0 client credentials flow, authorization code flow; AADSTS error codes.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from m365_sandbox.errors import GraphError
from m365_sandbox.graph.request import Answer, Caller
from m365_sandbox.state import State
from m365_sandbox.store.records import App, Token

ACCESS_SECONDS = 3599
REFRESH_SECONDS = 90 * 24 * 3600
CODE_SECONDS = 600
_NO_TENANT = {"common", "organizations", "consumers"}


class _SignInError(Exception):
    def __init__(self, error: str, number: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.error = error
        self.number = number
        self.message = message
        self.status = status


@dataclass(frozen=True)
class SignIn:
    """Hands out and checks tokens; `access_seconds` is how long an access token lives."""

    state: State
    access_seconds: float = ACCESS_SECONDS

    def answer(self, tenant: str, form: Mapping[str, str], authorization: str | None = None) -> Answer:
        """The answer of `/{tenant}/oauth2/v2.0/token` to a form."""
        try:
            app = self._app(tenant, form, authorization)
            grant = form.get("grant_type", "")
            if grant == "client_credentials":
                return self._client_credentials(tenant, app, form)
            if grant == "refresh_token":
                return self._refresh(app, form)
            if grant == "authorization_code":
                return self._code(app, form)
            if not grant:
                raise _SignInError("invalid_request", 900144, "The request body must contain 'grant_type'.")  # noqa: TRY301
            raise _SignInError(  # noqa: TRY301
                "unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'."
            )
        except _SignInError as error:
            return self._refusal(error)

    def caller(self, authorization: str | None) -> Caller:
        """Who sends a request to Graph, by its Authorization header.

        Raises:
            GraphError: 401 InvalidAuthenticationToken when there is no valid token.
        """
        kind, _, value = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not value.strip():
            raise _unauthorized("Access token is empty.")
        token = self.state.directory.token(value.strip(), "access")
        if token is None:
            raise _unauthorized("Lifetime validation failed, the token is expired.")
        mailbox = None if token.mailbox is None else self.state.directory.by_number(token.mailbox)
        return Caller(token.client_id, mailbox, token.scope)

    def unavailable(self, error: GraphError) -> Answer:
        """The answer of a token endpoint in trouble, with the status and headers of `error`."""
        answer = self._refusal(
            _SignInError("temporarily_unavailable", 90033, "Try again later.", error.status)
        )
        return Answer(answer.status, answer.body, {**answer.headers, **error.headers})

    def authorization_code(
        self, client_id: str, address: str, *, scope: str, redirect_uri: str, code_challenge: str = ""
    ) -> str:
        """The code that a user's consent gives to an app (method S256 when there is a challenge).

        Raises:
            NotFoundError: when there is no such user.
        """
        mailbox = self.state.directory.get(address)
        self.state.directory.give_consent(client_id, mailbox.n)
        details = msgspec.json.encode([redirect_uri, code_challenge]).decode()
        return self.state.directory.issue(
            "code",
            client_id,
            scope=tuple(scope.split()),
            seconds=CODE_SECONDS,
            mailbox=mailbox.n,
            details=details,
        ).token

    def refresh_token(self, client_id: str, address: str, scope: str) -> str:
        """A refresh token as if the user had signed in and consented.

        Raises:
            NotFoundError: when there is no such user.
        """
        mailbox = self.state.directory.get(address)
        self.state.directory.give_consent(client_id, mailbox.n)
        return self.state.directory.issue(
            "refresh", client_id, scope=tuple(scope.split()), seconds=REFRESH_SECONDS, mailbox=mailbox.n
        ).token

    def _app(self, tenant: str, form: Mapping[str, str], authorization: str | None) -> App:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if (authorization or "").lower().startswith("basic "):
            decoded = _decoded((authorization or "")[6:])
            client_id, _, secret = decoded.partition(":")
        if "client_assertion" in form:
            raise _SignInError("invalid_client", 501, "The sandbox does not model client assertions.", 501)
        if not client_id:
            raise _SignInError("invalid_request", 900144, "The request body must contain 'client_id'.")
        app = self.state.directory.app(client_id)
        if app is None:
            raise _SignInError(
                "unauthorized_client",
                700016,
                f"Application with identifier '{client_id}' was not found in the directory '{tenant}'.",
            )
        domains = {mailbox.address.partition("@")[2].lower() for mailbox in self.state.directory.mailboxes()}
        if tenant.lower() not in {app.tenant_id.lower(), *_NO_TENANT, *domains}:
            raise _SignInError("invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if secret != app.secret:
            raise _SignInError("invalid_client", 7000215, "Invalid client secret provided.", 401)
        return app

    def _client_credentials(self, tenant: str, app: App, form: Mapping[str, str]) -> Answer:
        if tenant.lower() in _NO_TENANT:
            raise _SignInError(
                "invalid_request", 50194, f"'{tenant}' is no tenant for an app that signs in itself."
            )
        scope = form.get("scope", "")
        if not scope.endswith("/.default"):
            raise _SignInError(
                "invalid_scope",
                1002012,
                f"The provided value for scope {scope} is not valid; it ends with /.default.",
            )
        token = self.state.directory.issue(
            "access", app.client_id, scope=app.permissions, seconds=self.access_seconds
        )
        return self._tokens(token, None)

    def _refresh(self, app: App, form: Mapping[str, str]) -> Answer:
        held = self.state.directory.token(form.get("refresh_token", ""), "refresh")
        if held is None or held.client_id != app.client_id:
            raise _SignInError(
                "invalid_grant",
                700082,
                "The refresh token has expired or been revoked. The user must sign in again.",
            )
        return self._delegated(app, held, form.get("scope", ""))

    def _code(self, app: App, form: Mapping[str, str]) -> Answer:
        held = self.state.directory.token(form.get("code", ""), "code")
        if held is None or held.client_id != app.client_id:
            raise _SignInError(
                "invalid_grant", 70008, "The provided authorization code has expired or was used."
            )
        self.state.directory.take_back(held.token)
        redirect_uri, challenge = msgspec.json.decode(held.details)
        if form.get("redirect_uri", "") != redirect_uri:
            raise _SignInError("invalid_grant", 50011, "The redirect URI differs from that of the request.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if challenge and base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
            raise _SignInError(
                "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge."
            )
        return self._delegated(app, held, form.get("scope", ""))

    def _delegated(self, app: App, held: Token, wanted: str) -> Answer:
        if held.mailbox is None or not self.state.directory.has_consent(app.client_id, held.mailbox):
            raise _SignInError(
                "invalid_grant", 65001, "The user or administrator has not consented to the app."
            )
        names = tuple(name.rpartition("/")[2] for name in wanted.split()) or held.scope
        if any(
            name not in (*held.scope, ".default", "openid", "profile", "offline_access") for name in names
        ):
            raise _SignInError(
                "invalid_grant", 65001, "The user or administrator has not consented to this scope."
            )
        scope = tuple(name for name in held.scope if name in names) or held.scope
        issue = self.state.directory.issue
        access = issue(
            "access", app.client_id, scope=scope, seconds=self.access_seconds, mailbox=held.mailbox
        )
        refresh = None
        if "offline_access" in held.scope:
            refresh = issue(
                "refresh", app.client_id, scope=held.scope, seconds=REFRESH_SECONDS, mailbox=held.mailbox
            )
        return self._tokens(access, refresh)

    def _tokens(self, access: Token, refresh: Token | None) -> Answer:
        body: dict[str, object] = {
            "token_type": "Bearer",
            "expires_in": int(self.access_seconds),
            "ext_expires_in": int(self.access_seconds),
            "access_token": access.token,
        }
        if access.mailbox is not None:
            body["scope"] = " ".join(access.scope)
        if refresh is not None:
            body["refresh_token"] = refresh.token
        return Answer(200, body, {"Cache-Control": "no-store", "Pragma": "no-cache"})

    def _refusal(self, error: _SignInError) -> Answer:
        now = self.state.clock().strftime("%Y-%m-%d %H:%M:%SZ")
        trace, correlation = self.state.ids.guid(), self.state.ids.guid()
        body = {
            "error": error.error,
            "error_description": f"AADSTS{error.number}: {error.message} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {now}",
            "error_codes": [error.number],
            "timestamp": now,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={error.number}",
        }
        return Answer(error.status, body, {"Cache-Control": "no-store", "Pragma": "no-cache"})


def _decoded(basic: str) -> str:
    try:
        return base64.b64decode(basic).decode(errors="replace")
    except binascii.Error:
        raise _SignInError("invalid_client", 7000215, "Invalid client secret provided.", 401) from None


def _unauthorized(message: str) -> GraphError:
    return GraphError(
        401,
        "InvalidAuthenticationToken",
        message,
        {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'},
    )
