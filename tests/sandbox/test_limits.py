"""The limits of the Outlook service: number, concurrency, size."""

from dataclasses import replace
from datetime import timedelta

import httpx2

from m365_sandbox.app import Sandbox, create_app
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS, Clock, client_for, token
from tests.sandbox.test_batch import post, send, statuses

CONTACTS = f"/users/{ADDRESS}/contacts"


def test_the_number_of_requests_is_limited(graph: httpx2.Client, sandbox: Sandbox, clock: Clock) -> None:
    """Graph: Throttling limits: so many in ten minutes per app and mailbox; refused ones count as well."""
    sandbox.limits.settings = replace(sandbox.limits.settings, requests=3)
    assert [graph.get(CONTACTS).status_code for _ in range(3)] == [200] * 3
    clock.now += timedelta(seconds=100)
    refused = graph.get(CONTACTS)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "ApplicationThrottled")
    assert refused.headers["Retry-After"] == "500"
    clock.now += timedelta(seconds=500)
    assert graph.get(CONTACTS).status_code == 200
    assert sandbox.log.counts()["refused"] == 1


def test_requests_in_a_batch_count_one_by_one(graph: httpx2.Client, sandbox: Sandbox) -> None:
    """Graph: Throttling and batching: refused ones bear their own Retry-After, the others are done."""
    sandbox.limits.settings = replace(sandbox.limits.settings, requests=3)
    answer = send(graph, *[post(str(n), "x") for n in range(5)])
    assert list(statuses(answer).values()) == [201, 201, 201, 429, 429]
    assert answer.json()["responses"][4]["headers"]["Retry-After"] == "600"


def test_other_mailboxes_are_not_touched(graph: httpx2.Client, sandbox: Sandbox, state: State) -> None:
    """Graph: Throttling limits: one throttled mailbox does not affect another."""
    state.add_mailbox("bob@example.org", "Bob")
    sandbox.limits.settings = replace(sandbox.limits.settings, requests=1)
    assert [graph.get(CONTACTS).status_code for _ in range(2)] == [200, 429]
    assert graph.get("/users/bob@example.org/contacts").status_code == 200


def test_a_fifth_request_at_the_same_time_is_refused(state: State) -> None:
    """Graph: Throttling limits: four at a time per app and mailbox: an unordered batch takes all four places."""
    assert asked_amid_a_batch(state, chained=False).status_code == 429
    assert asked_amid_a_batch(state, chained=True).status_code == 200


def asked_amid_a_batch(state: State, *, chained: bool) -> httpx2.Response:
    """The answer to a request that is asked while a batch of four is waiting for the service."""
    amid: list[httpx2.Response] = []

    def wait(_: float) -> None:
        # The first to wait is the batch; what is asked now comes while it holds its places.
        sandbox.faults.latency = replace(sandbox.faults.latency, service=0)
        amid.append(graph.get(CONTACTS))

    sandbox = create_app(state, sleep=wait)
    with client_for(sandbox, "", token(sandbox).json()["access_token"]) as graph:
        sandbox.faults.latency = replace(sandbox.faults.latency, service=1)
        batch = [post(str(n), "x", *([str(n - 1)] if chained and n else [])) for n in range(4)]
        assert statuses(send(graph, *batch)) == dict.fromkeys("0123", 201)
    return amid[0]


def test_upload_is_limited(graph: httpx2.Client, sandbox: Sandbox, clock: Clock) -> None:
    """Graph: Throttling limits: so many bytes of PATCH, POST and PUT in five minutes."""
    sandbox.limits.settings = replace(sandbox.limits.settings, upload_bytes=3000)
    note = {"personalNotes": "x" * 1400}
    assert [graph.post(CONTACTS, json=note).status_code for _ in range(3)] == [201, 201, 429]
    assert graph.get(CONTACTS).status_code == 200
    clock.now += timedelta(minutes=5)
    assert graph.post(CONTACTS, json=note).status_code == 201


def test_one_request_holds_four_megabytes_at_most(graph: httpx2.Client, sandbox: Sandbox) -> None:
    """Graph: a request is limited to 4 MB, a batch as a whole likewise."""
    large = {"personalNotes": "x" * 4 * 1024 * 1024}
    assert graph.post(CONTACTS, json=large).status_code == 413
    assert send(graph, {**post("1", "x"), "body": large}).status_code == 413


def test_limits_can_be_switched_off(graph: httpx2.Client, sandbox: Sandbox) -> None:
    """Each limit is off when it is 0."""
    sandbox.limits.settings = replace(
        sandbox.limits.settings, requests=0, concurrent=0, upload_bytes=0, body_bytes=0
    )
    large = {"personalNotes": "x" * 5 * 1024 * 1024}
    assert graph.post(CONTACTS, json=large).status_code == 201
