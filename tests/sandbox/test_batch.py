"""$batch: order, dependence, failures, sizes and what is counted."""

import base64
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS, Clock

JSON = {"Content-Type": "application/json"}


def post(step: str, surname: str, *needs: str) -> dict[str, Any]:
    """A request of a batch that creates a contact."""
    return {
        "id": step,
        "method": "POST",
        "url": f"/users/{ADDRESS}/contacts",
        "headers": JSON,
        "body": {"surname": surname},
        **({"dependsOn": list(needs)} if needs else {}),
    }


def send(graph: httpx2.Client, *requests: dict[str, Any]) -> httpx2.Response:
    """The answer to a batch."""
    return graph.post("/$batch", json={"requests": list(requests)})


def statuses(answer: httpx2.Response) -> dict[str, int]:
    """Status by id, in the order of the answers."""
    return {each["id"]: each["status"] for each in answer.json()["responses"]}


def test_each_request_has_its_own_answer(graph: httpx2.Client, state: State, sandbox: Sandbox) -> None:
    """Graph: JSON batching: 200 for the envelope; nineteen good requests and a bad one are nineteen contacts."""
    requests = [post(str(n), f"N{n}") for n in range(20)]
    requests[7]["body"] = {"shoeSize": 43}
    answer = send(graph, *requests)
    assert answer.status_code == 200
    assert statuses(answer) == {str(n): 400 if n == 7 else 201 for n in range(20)}
    assert answer.json()["responses"][0]["body"]["surname"] == "N0"
    assert sandbox.log.counts()["http"] == 1
    assert sandbox.log.counts()["counted"] == 20


def test_a_chain_runs_one_by_one_in_its_own_order(graph: httpx2.Client, state: State) -> None:
    """Graph: JSON batching: dependsOn sets the order, whatever the order in the body."""
    answer = send(graph, post("3", "third", "2"), post("1", "first"), post("2", "second", "1"))
    assert set(statuses(answer).values()) == {201}
    listed = state.contacts.page(state.folders.default(state.directory.get(ADDRESS).n), limit=9)
    assert [each.properties["surname"] for each in listed] == ["first", "second", "third"]


def test_what_depends_on_a_failure_is_not_done(graph: httpx2.Client, state: State) -> None:
    """Graph: JSON batching: 424 for dependents, and for theirs."""
    bad = {**post("1", "x"), "body": {"shoeSize": 43}}
    assert statuses(send(graph, bad, post("2", "y", "1"), post("3", "z", "2"))) == {
        "1": 400,
        "2": 424,
        "3": 424,
    }
    assert statuses(send(graph, bad, post("2", "y", "1"), post("3", "z", "1"))) == {
        "1": 400,
        "2": 424,
        "3": 424,
    }
    assert state.contacts.how_many(state.folders.default(state.directory.get(ADDRESS).n)) == 0


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [post(str(n), "x") for n in range(21)],
        [post("a", "x"), post("A", "y")],
        [post("1", "x", "9")],
        [post("1", "x", "2"), post("2", "y", "1")],
        [post("1", "x"), post("2", "y", "1"), post("3", "z"), post("4", "z", "3")],
        [{"method": "GET", "url": "/me"}],
        [{"id": "1", "method": "LIST", "url": "/me"}],
        [{"id": "1", "method": "GET"}],
        [{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/me"}],
        [{"id": "1", "method": "POST", "url": "/me/contacts", "body": {}}],
        [{"id": "1", "method": "POST", "url": "/$batch", "headers": JSON, "body": {}}],
    ],
)
def test_a_malformed_batch_is_refused_whole(
    graph: httpx2.Client, sandbox: Sandbox, requests: list[dict[str, Any]]
) -> None:
    """Graph: JSON batching: 400 for the envelope, and nothing in it is done."""
    answer = send(graph, *requests)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")
    assert sandbox.log.counts()["counted"] == 0


def test_headers_count_for_their_own_request(graph: httpx2.Client, state: State) -> None:
    """Headers of a request inside a batch are its own; urls may stand with or without a slash."""
    contact = state.add_contact(ADDRESS, {"surname": "A"})
    url = f"users/{ADDRESS}/contacts/{contact.id}?$select=id"
    immutable = {"Prefer": 'IdType="ImmutableId"'}
    answer = send(
        graph,
        {"id": "1", "method": "GET", "url": url, "headers": immutable},
        {"id": "2", "method": "GET", "url": f"/{url}"},
    )
    assert [each["body"]["id"] for each in answer.json()["responses"]] == [contact.immutable_id, contact.id]


def test_bytes_travel_in_base64(graph: httpx2.Client, state: State) -> None:
    """Graph: JSON batching: a body that is no JSON is base64 in both directions."""
    contact = state.add_contact(ADDRESS, {"surname": "A"})
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (4).to_bytes(4, "big") + (3).to_bytes(4, "big")
    url = f"/users/{ADDRESS}/contacts/{contact.id}/photo/$value"
    answer = send(
        graph,
        {
            "id": "1",
            "method": "PUT",
            "url": url,
            "headers": {"Content-Type": "image/png"},
            "body": base64.b64encode(png).decode(),
        },
        {"id": "2", "method": "GET", "url": url, "dependsOn": ["1"]},
    )
    first, second = answer.json()["responses"]
    assert (first["status"], second["headers"]["Content-Type"]) == (200, "image/png")
    assert base64.b64decode(second["body"]) == png


def test_answers_may_come_in_another_order(graph: httpx2.Client, sandbox: Sandbox) -> None:
    """Graph: JSON batching: answers are matched by id; the order asked for here is the same every time."""
    sandbox.faults.mischief = replace(sandbox.faults.mischief, shuffle_batch=True)
    orders = [list(statuses(send(graph, *[post(str(n), "x") for n in range(6)]))) for _ in range(2)]
    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0]) == [str(n) for n in range(6)]


@pytest.mark.parametrize(("chained", "waits"), [(False, 2), (True, 8)])
def test_four_at_once_unless_chained(
    graph: httpx2.Client, sandbox: Sandbox, clock: Clock, chained: bool, waits: int
) -> None:
    """Graph: Throttling limits: the Outlook service gets four requests of a batch at a time, of a chain one."""
    sandbox.faults.latency = replace(sandbox.faults.latency, http=20, service=30)
    steps = [post(str(n), "x", *([str(n - 1)] if chained and n else [])) for n in range(8)]
    send(graph, *steps)
    assert clock.slept == [0.02] + [0.03] * waits
