"""The tests' own guard against the network."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import NetworkBlockedError, is_local

OUTSIDE = "192.0.2.1"  # RFC 5737: an address that belongs to nobody


def test_connecting_to_another_machine_is_refused() -> None:
    """A socket that reaches for another machine fails at once, by name."""
    with socket.socket() as client, pytest.raises(NetworkBlockedError, match=OUTSIDE):
        client.connect((OUTSIDE, 443))


def test_asking_for_another_machines_address_is_refused() -> None:
    """Names of the outside are not even looked up."""
    with pytest.raises(NetworkBlockedError, match=r"graph\.microsoft\.com"):
        socket.create_connection(("graph.microsoft.com", 443))


def test_this_machine_is_reached() -> None:
    """A server on the loopback address is reached as usual."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("nl", False),
    ],
)
def test_only_loopback_counts_as_this_machine(host: str, expected: bool) -> None:
    """Loopback addresses and `localhost` are this machine; private networks are not."""
    assert is_local(host) is expected
