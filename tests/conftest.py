"""What holds for every test: its own data folder, no network, the same random examples each time."""

from __future__ import annotations

import atexit
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from typing import Any, NoReturn

import django
import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

from m365_sandbox.store.outbox import Outbox

# Before Django reads its settings, hence here and not in a fixture.
_DATA = tempfile.TemporaryDirectory(prefix="crmcorner-tests-")
atexit.register(_DATA.cleanup)
os.environ["CRMCORNER_DATA"] = _DATA.name
os.environ["DJANGO_SETTINGS_MODULE"] = "crmcorner.project.settings"

# The same examples in every run; how long one takes says more about the machine than about the code.
hypothesis_settings.register_profile("crmcorner", derandomize=True, deadline=None)
hypothesis_settings.load_profile("crmcorner")


def pytest_configure(config: pytest.Config) -> None:
    """Starts Django, now that its data folder is known and before tests import models. `-p no:django` does without."""
    if config.pluginmanager.hasplugin("django"):
        # Passwords of tests guard nothing; hashing them well would take most of the time.
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        django.setup()


def is_local(host: str) -> bool:
    """True for this machine's own loopback names and addresses ("" is "any address", for servers that listen)."""
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class NetworkBlockedError(AssertionError):
    """A test reached for a machine other than this one. Hand in a transport instead."""


def refuse_outsiders(host: object) -> None:
    """Raises NetworkBlockedError unless the host is this machine (None is, as in getaddrinfo)."""
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and not is_local(name):
        raise NetworkBlockedError(f"Tests run offline, yet one reached for {name!r}.")


@pytest.fixture(autouse=True)
def nobody_is_mailed(request: pytest.FixtureRequest) -> Iterator[None]:
    """R85: the outbox proof: no test of the product lets Outlook mail anyone, but those that are about a confirmation.

    Such a test is marked `confirmed`. The sandbox's own tests are about what Outlook mails and are left out; processes of
    their own are asked over their own door (`/_sandbox/outbox`).
    """
    sent: list[tuple[str, str]] = []
    add = Outbox.add

    def noted(self: Outbox, mailbox: int, kind: str, subject: str, *rest: Any) -> None:
        sent.append((kind, subject))
        add(self, mailbox, kind, subject, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Outbox, "add", noted)
        yield
    of_the_sandbox = "sandbox" in request.path.parts
    if not of_the_sandbox and request.node.get_closest_marker("confirmed") is None:
        assert sent == []


@pytest.fixture(scope="session", autouse=True)
def offline() -> Iterator[None]:
    """Lets sockets reach this machine only, by TCP on its loopback addresses or by Unix sockets."""
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            refuse_outsiders(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            refuse_outsiders(address[0])
        return connect_ex(self, address)

    def guarded_resolve(host: bytes | str | None, *rest: Any, **named: Any) -> Any:
        refuse_outsiders(host)
        return resolve(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


def missing(reason: str) -> NoReturn:
    """Skips a test for want of something outside Python, by name; in CI nothing may be missing, so there it fails."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} In CI it must be there.")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a PostgreSQL database that tests may empty; whoever asks for it is skipped where there is none."""
    url = os.environ.get("CRMCORNER_TEST_POSTGRES_URL", "")
    if not url:
        missing(
            "No PostgreSQL server: set CRMCORNER_TEST_POSTGRES_URL, or use `make test`, which looks for one."
        )
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that Playwright can drive (`executable_path`)."""
    for name in (
        os.environ.get("CRMCORNER_TEST_CHROMIUM", ""),
        "chromium",
        "chromium-browser",
        "google-chrome",
    ):
        path = shutil.which(name) if name else None
        if path:
            return path
    missing("No Chromium: install Debian's chromium, or use `make test`, which does so where it may.")
