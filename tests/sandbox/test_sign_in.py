"""Tokens: how they are had, how long they live, what they open, and how they are taken away."""

import base64
import hashlib
from datetime import timedelta

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import ADDRESS, SCOPE, Clock, client_for, token


def test_an_app_signs_in_with_its_secret(sandbox: Sandbox, clock: Clock) -> None:
    """Entra: client credentials: a bearer token without a refresh token, which ends after about an hour."""
    answer = token(sandbox)
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3599)
    assert "refresh_token" not in body
    with client_for(sandbox, f"/users/{ADDRESS}", body["access_token"]) as client:
        assert client.get("/contacts").status_code == 200
        clock.now += timedelta(seconds=3599)
        refused = client.get("/contacts")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert "Bearer" in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("form", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "11111111-1111-1111-1111-111111111111"}, 400, "unauthorized_client", 700016),
        ({"client_id": ""}, 400, "invalid_request", 900144),
        ({"grant_type": ""}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "Contacts.Read"}, 400, "invalid_scope", 1002012),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant", 700082),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant", 70008),
    ],
)
def test_refusals_have_the_form_of_entras(
    sandbox: Sandbox, form: dict[str, str], status: int, error: str, number: int
) -> None:
    """Entra: AADSTS error codes: `error` to branch on, `error_codes` and a description for the log."""
    answer = token(sandbox, **form)
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= set(body)
    assert CLIENT_SECRET not in answer.text


def test_a_refresh_token_gives_a_new_one_and_stays_good(sandbox: Sandbox) -> None:
    """Entra: authorization code flow: each refresh gives another refresh token, the old one is not revoked."""
    first = sandbox.sign_in.refresh_token(CLIENT_ID, ADDRESS, SCOPE)
    for refresh in (first, first):
        body = token(
            sandbox, grant_type="refresh_token", refresh_token=refresh, scope="Contacts.ReadWrite"
        ).json()
        assert body["refresh_token"] != first
        assert body["scope"] == "Contacts.ReadWrite"
    with client_for(sandbox, "/me", body["access_token"]) as client:
        assert client.get("/contacts").status_code == 200
        assert client.get("/mailboxSettings").status_code == 403, "that was not asked for"


def test_a_code_is_good_once_and_with_its_verifier(sandbox: Sandbox) -> None:
    """RFC 7636: the verifier must fit the challenge; a code that was used is refused."""
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    address = "http://localhost/back"

    def redeem(code: str, code_verifier: str) -> httpx2.Response:
        return token(
            sandbox,
            grant_type="authorization_code",
            code=code,
            redirect_uri=address,
            code_verifier=code_verifier,
            scope="",
        )

    def code() -> str:
        return sandbox.sign_in.authorization_code(
            CLIENT_ID, ADDRESS, scope=SCOPE, redirect_uri=address, code_challenge=challenge
        )

    good = code()
    assert redeem(good, verifier).json()["refresh_token"]
    assert redeem(good, verifier).json()["error"] == "invalid_grant"
    assert redeem(code(), "wrong").json()["error"] == "invalid_grant"


def test_the_token_endpoint_can_be_in_trouble(sandbox: Sandbox) -> None:
    """Entra: temporarily_unavailable; only a fault that names the endpoint befalls it."""
    sandbox.faults.add("throttle", times=0)
    sandbox.faults.add("unavailable", path="/oauth2/", retry_after=7)
    answer = token(sandbox)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "7"
    assert token(sandbox).status_code == 200
    sandbox.faults.add("cut", path="/oauth2/")
    with pytest.raises(httpx2.TransportError):
        token(sandbox)


def test_withdrawn_consent_closes_the_mailbox(sandbox: Sandbox, state: State, anna: httpx2.Client) -> None:
    """R14: refresh tokens are dead, Graph answers 403, until consent is given again."""
    refresh = sandbox.sign_in.refresh_token(CLIENT_ID, ADDRESS, SCOPE)
    box = state.directory.get(ADDRESS).n
    state.directory.withdraw_consent(CLIENT_ID, box)
    answer = token(sandbox, grant_type="refresh_token", refresh_token=refresh, scope="")
    assert answer.json()["error"] == "invalid_grant"
    refused = anna.get("/contacts")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "ErrorAccessDenied")
    state.directory.give_consent(CLIENT_ID, box)
    assert anna.get("/contacts").status_code == 200


def test_tokens_open_what_they_name_only(sandbox: Sandbox, state: State) -> None:
    """Graph: permissions reference: reading needs Read or ReadWrite, writing needs ReadWrite."""
    state.directory.add_app(permissions=("Contacts.Read",))
    with client_for(sandbox, f"/users/{ADDRESS}", token(sandbox).json()["access_token"]) as client:
        assert client.get("/contacts").status_code == 200
        assert client.post("/contacts", json={"surname": "A"}).status_code == 403
        assert client.get("/outlook/masterCategories").status_code == 403


def test_requests_without_a_token_are_refused(sandbox: Sandbox) -> None:
    """Graph: 401 InvalidAuthenticationToken, alike for a batch."""
    with client_for(sandbox, "", "nonsense") as client:
        for answer in (client.get("/me"), client.post("/$batch", json={"requests": []})):
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        del client.headers["Authorization"]
        assert client.get("/me").status_code == 401
