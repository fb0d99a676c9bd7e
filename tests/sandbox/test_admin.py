"""The sandbox's own door: faults, readings, limits, latency, log and actions over HTTP."""

from collections.abc import Iterator

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.in_process import SandboxTransport
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_batch import post, send


@pytest.fixture
def door(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """A client at the sandbox's own door."""
    with httpx2.Client(
        transport=SandboxTransport(sandbox), base_url="https://graph.example/_sandbox"
    ) as client:
        yield client


def test_trouble_is_ordered_and_cleared(door: httpx2.Client, anna: httpx2.Client) -> None:
    """One fault, or several with mischief and latency."""
    assert door.post("/faults", json={"kind": "throttle", "retry_after": 3}).status_code == 200
    assert anna.get("/contacts").headers["Retry-After"] == "3"
    order = {
        "faults": [{"kind": "error", "status": 502}],
        "mischief": {"page_max": 1},
        "latency": {"http": 5},
    }
    shown = door.post("/faults", json=order).json()
    assert (shown["mischief"]["page_max"], shown["latency"]) == (1, {"http": 5, "service": 0})
    assert anna.get("/contacts").status_code == 502
    assert door.delete("/faults").json()["faults"] == []


def test_readings_and_limits_are_set(door: httpx2.Client, sandbox: Sandbox) -> None:
    """What is read otherwise holds at once; what is not named stays."""
    assert door.post("/readings", json={"if_match": "ignored"}).json()["if_match"] == "ignored"
    assert sandbox.state.readings.if_match == "ignored"
    assert door.post("/limits", json={"requests": 5}).json()["concurrent"] == 4
    assert sandbox.limits.settings.requests == 5


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("faults", {"kind": "flood"}),
        ("faults", {"noise": 1}),
        ("faults", {"mischief": {"page_max": "many"}}),
        ("faults", {"mischief": {"colour": 1}}),
        ("faults", {"latency": {"http": "long"}}),
        ("faults", {"kind": "throttle", "retry_after": "soon"}),
        ("readings", {"if_match": "maybe"}),
        ("readings", {"if_matches": "ignored"}),
        ("readings", {"moved_back_lost": 1}),
        ("limits", {"requests": -1}),
        ("limits", {"speed": 1}),
        ("actions", {"action": "explode"}),
        ("actions", {"action": "expire_cursors", "mailbox": "nobody@example.org"}),
    ],
)
def test_what_cannot_be_done_is_said(door: httpx2.Client, place: str, body: dict[str, object]) -> None:
    """400 with a message; nothing is changed."""
    before = door.get(f"/{place}").text
    answer = door.post(f"/{place}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert door.get(f"/{place}").text == before


def test_requests_are_counted(door: httpx2.Client, graph: httpx2.Client, sandbox: Sandbox) -> None:
    """HTTP requests and requests to the service are counted apart; the list says what was asked."""
    door.delete("/log")
    sandbox.faults.add("throttle", path="surname")
    send(graph, *[post(str(n), "x") for n in range(3)])
    graph.get(f"/users/{ADDRESS}/contacts?$select=surname")
    log = door.get("/log").json()
    assert log["counts"] == {
        "http": 2,
        "batches": 1,
        "counted": 4,
        "refused": 1,
        "sign_in": 0,
        "methods": {"POST": 3, "GET": 1},
        "statuses": {"201": 3, "429": 1},
        "mailboxes": {ADDRESS: 4},
    }
    assert [(each["kind"], each["method"], each["batch"]) for each in log["requests"]] == [
        *[("inner", "POST", None)] * 3,
        ("http", "POST", 3),
        ("http", "GET", None),
    ]
    assert log["requests"][-1]["target"] == f"/users/{ADDRESS}/contacts?$select=surname"
    assert door.get("/log?requests=0").json()["requests"] == []


def test_actions_are_done(door: httpx2.Client, anna: httpx2.Client, state: State) -> None:
    """Tokens and cursors expire, consent goes and comes, items move and are restored."""
    contact = state.add_contact(ADDRESS, {"surname": "A"})
    link = anna.get("/contacts/delta").json()["@odata.deltaLink"]
    box = state.directory.get(ADDRESS).n
    other = state.add_folder(ADDRESS, "Other")

    def act(action: str, **more: str) -> None:
        answer = door.post("/actions", json={"action": action, **more})
        assert answer.json() == {"done": action}

    act("move", mailbox=ADDRESS, contact=contact.immutable_id, folder=other.id)
    assert state.contacts.get(box, contact.immutable_id).folder == other.n
    state.contacts.delete(box, state.contacts.get(box, contact.immutable_id))
    act("restore", mailbox=ADDRESS, contact=contact.immutable_id)
    assert state.contacts.get(box, contact.immutable_id).folder == other.n
    act("expire_cursors")
    assert anna.get(link).status_code == 410
    act("withdraw_consent", mailbox=ADDRESS)
    assert anna.get("/contacts").status_code == 403
    act("give_consent")
    assert anna.get("/contacts").status_code == 200
    act("expire_tokens")
    assert anna.get("/contacts").status_code == 401


def test_the_door_tells_who_is_there(door: httpx2.Client) -> None:
    """App and mailboxes, without the secret; unknown places are named."""
    shown = door.get("/health")
    assert [each["address"] for each in shown.json()["mailboxes"]] == [ADDRESS]
    assert "secret" not in shown.text
    assert door.get("/nothing").status_code == 404


def test_what_outlook_would_have_mailed_is_told(door: httpx2.Client, sandbox: Sandbox) -> None:
    """R85: a test of a whole process can prove that nobody was mailed."""
    assert door.get("/outbox").json() == {"sent": []}
    sandbox.state.outbox.add(1, "meetingInvitation", "Overleg", ["jan@berg.example"], "item")
    (sent,) = door.get("/outbox").json()["sent"]
    assert (sent["kind"], sent["recipients"]) == ("meetingInvitation", ["jan@berg.example"])
