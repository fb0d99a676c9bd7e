"""Trouble on order: what is refused, what is lost, and whether it was done."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.faults import Fault, Kind
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_batch import post, send, statuses

CONTACTS = f"/users/{ADDRESS}/contacts"


def stored(state: State) -> list[str]:
    """The surnames in Anna's default folder."""
    folder = state.folders.default(state.directory.get(ADDRESS).n)
    return [each.properties["surname"] for each in state.contacts.page(folder, limit=99)]


@pytest.mark.parametrize(
    ("kind", "status", "done"),
    [
        ("throttle", 429, False),
        ("unavailable", 503, False),
        ("unavailable_after", 503, True),
        ("error", 500, False),
    ],
)
def test_a_refusal_comes_before_or_after_the_effect(
    graph: httpx2.Client, sandbox: Sandbox, state: State, *, kind: Kind, status: int, done: bool
) -> None:
    """Each fault says whether the write took effect; it strikes as often as ordered and then no more."""
    sandbox.faults.add(kind, method="POST", retry_after=2.5)
    answer = graph.post(CONTACTS, json={"surname": "A"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "2.5")
    assert stored(state) == (["A"] if done else [])
    assert graph.post(CONTACTS, json={"surname": "B"}).status_code == 201


@pytest.mark.parametrize(("kind", "expected"), [("cut", []), ("drop_after", ["A"])])
def test_a_lost_answer_looks_like_a_broken_connection(
    graph: httpx2.Client, sandbox: Sandbox, state: State, kind: Kind, expected: list[str]
) -> None:
    """R17: the client cannot tell whether the write took effect."""
    sandbox.faults.add(kind, path="/contacts")
    with pytest.raises(httpx2.TransportError):
        graph.post(CONTACTS, json={"surname": "A"})
    assert stored(state) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("cut", ["N0", "N1", "N2", "N3"]), ("drop_after", ["N0", "N1", "N2", "N3", "N4", "N5"])],
)
def test_a_batch_can_be_cut_in_its_midst(
    graph: httpx2.Client, sandbox: Sandbox, state: State, kind: Kind, expected: list[str]
) -> None:
    """R17: what stood before the cut is done, what stood behind it is not; no answer comes either way."""
    sandbox.faults.add(kind, path="/contacts", skip=4)
    steps = [post(str(n), f"N{n}", *([str(n - 1)] if n else [])) for n in range(6)]
    with pytest.raises(httpx2.TransportError):
        send(graph, *steps)
    assert stored(state) == expected


def test_one_answer_of_a_batch_can_be_missing(graph: httpx2.Client, sandbox: Sandbox, state: State) -> None:
    """A batch may come back without one of its answers although that request was done."""
    sandbox.faults.add("missing_answer", method="POST", path="contacts", skip=1)
    assert list(statuses(send(graph, *[post(str(n), f"N{n}") for n in range(3)]))) == ["0", "2"]
    assert stored(state) == ["N0", "N1", "N2"]


@pytest.mark.parametrize(
    ("kind", "done"),
    [("throttle", 0), ("unavailable", 0), ("unavailable_after", 2), ("cut", 0), ("drop_after", 2)],
)
def test_the_envelope_can_be_struck_itself(
    graph: httpx2.Client, sandbox: Sandbox, state: State, kind: Kind, done: int
) -> None:
    """A fault whose path is `/$batch` befalls the whole HTTP request."""
    sandbox.faults.add(kind, path="/$batch")
    try:
        status = send(graph, post("1", "A"), post("2", "B")).status_code
    except httpx2.TransportError:
        status = 0
    assert status == {"throttle": 429, "unavailable": 503, "unavailable_after": 503}.get(kind, 0)
    assert len(stored(state)) == done


def test_a_fault_waits_and_repeats_as_ordered() -> None:
    """Counters decide: skip so many, then strike each so-manieth, so often."""
    fault = Fault("throttle", method="GET", skip=2, every=3, times=2)
    struck = [n for n in range(1, 15) if fault.strikes("GET", "/me/contacts")]
    assert struck == [5, 8]
    assert not fault.strikes("POST", "/me/contacts")


@pytest.mark.parametrize(
    "settings", [{"kind": "flood"}, {"kind": "cut", "colour": "red"}, {"kind": "cut", "every": 0}]
)
def test_unknown_faults_are_refused(sandbox: Sandbox, settings: dict[str, Any]) -> None:
    """What cannot be ordered is said so."""
    with pytest.raises(ValueError, match=r"There is no fault|A fault has no|every must be"):
        sandbox.faults.add(**settings)


def test_clearing_ends_all_trouble(graph: httpx2.Client, sandbox: Sandbox) -> None:
    """Faults and mischief go, latency stays."""
    sandbox.faults.add("throttle", times=0)
    sandbox.faults.mischief = replace(sandbox.faults.mischief, page_max=1)
    sandbox.faults.latency = replace(sandbox.faults.latency, http=10)
    assert graph.get(CONTACTS).status_code == 429
    sandbox.faults.clear()
    assert graph.get(CONTACTS).status_code == 200
    assert (sandbox.faults.mischief.page_max, sandbox.faults.latency.http) == (0, 10)
