"""The application as a whole: its doors, headers, and many clients at once."""

import threading
from pathlib import Path

import httpx2
import pytest
from werkzeug.wrappers import Response

from m365_sandbox.app import Sandbox, create_app
from m365_sandbox.in_process import SandboxTransport
from m365_sandbox.state import State
from m365_sandbox.store.directory import TENANT_ID
from tests.sandbox.conftest import ADDRESS, client_for, token


def test_other_addresses_belong_to_the_pages(state: State) -> None:
    """The pages answer what is neither Graph, sign-in nor the sandbox's own door."""
    sandbox = create_app(state, pages=Response("pages"))
    with httpx2.Client(transport=SandboxTransport(sandbox), base_url="https://graph.example") as client:
        assert client.get("/").text == client.get("/mailboxes/1").text == "pages"
        assert client.get("/v1.0/me").status_code == 401
        assert client.get("/_sandbox/health").status_code == 200


@pytest.mark.parametrize("address", ["/", "/beta/me", "/v2.0/me"])
def test_unknown_doors_are_said_to_be_so(sandbox: Sandbox, address: str) -> None:
    """501 for what the sandbox does not model."""
    with httpx2.Client(transport=SandboxTransport(sandbox), base_url="https://graph.example") as client:
        assert client.get(address).status_code == 501
        assert client.get(f"/{TENANT_ID}/oauth2/v2.0/token").status_code == 405


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/me/contacts/AA/BB/CC", 400),
        ("PUT", "/me/contacts", 405),
        ("GET", "/me/frobnications", 400),
        ("GET", "/users", 501),
        ("GET", "/groups", 501),
        ("GET", "/$batch", 405),
    ],
)
def test_wrong_addresses_are_refused(graph: httpx2.Client, method: str, address: str, status: int) -> None:
    """400 for what Graph does not know, 405 for a wrong method, 501 for what is not modelled."""
    answer = graph.request(method, address)
    assert answer.status_code == status
    assert answer.json()["error"]["code"]


def test_requests_are_named_in_headers_and_errors(graph: httpx2.Client) -> None:
    """Graph: best practices: request-id in each answer; client-request-id comes back."""
    mine = {"client-request-id": "11111111-2222-3333-4444-555555555555"}
    answer = graph.get(f"/users/{ADDRESS}/contacts/AA", headers=mine)
    assert answer.headers["request-id"]
    assert answer.headers["client-request-id"] == mine["client-request-id"]
    inner = answer.json()["error"]["innerError"]
    assert inner["client-request-id"] == mine["client-request-id"]
    assert inner["date"] == "2026-11-23T09:00:00"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff"])
def test_bodies_that_are_no_json_objects_are_refused(anna: httpx2.Client, content: bytes) -> None:
    """Graph answers 400 for a body that it cannot read."""
    answer = anna.post("/contacts", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_many_clients_at_once_get_their_own(tmp_path: Path) -> None:
    """Threads write to one file: nothing is lost, every contact has its own ids and change number."""
    state = State(tmp_path)
    state.add_mailbox(ADDRESS, "Anna")
    sandbox = create_app(state)
    sandbox.limits.settings.concurrent = 0
    statuses: list[int] = []

    def work(number: int) -> None:
        with client_for(sandbox, f"/users/{ADDRESS}", token(sandbox).json()["access_token"]) as client:
            for each in range(10):
                answer = client.post("/contacts", json={"surname": f"{number}-{each}"})
                statuses.append(answer.status_code)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    folder = state.folders.default(state.directory.get(ADDRESS).n)
    stored = state.contacts.page(folder, limit=99)
    state.close()
    assert statuses == [201] * 40
    assert len({each.properties["surname"] for each in stored}) == 40
    assert len({each.id for each in stored} | {each.immutable_id for each in stored}) == 80
    assert len({each.sequence for each in stored}) == 40
