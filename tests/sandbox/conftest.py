"""A sandbox with one mailbox, and clients that are signed in to it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from m365_sandbox.app import Sandbox, create_app
from m365_sandbox.in_process import SandboxTransport
from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET, TENANT_ID

ADDRESS = "anna@example.org"
STAMP = "String {c3f0c5a0-8c1e-4a6d-9d2e-2f6b2c1a7e10} Name Stamp"
SCOPE = (
    "offline_access User.Read Contacts.ReadWrite MailboxSettings.ReadWrite Calendars.ReadWrite Tasks.ReadWrite "
    "Mail.ReadWrite Mail.Send"
)


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Time goes by without anybody waiting."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def token(sandbox: Sandbox, **form: str) -> httpx2.Response:
    """The answer of the token endpoint to a form; the app's own credentials unless told otherwise."""
    asked = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "grant_type": "client_credentials",
        "scope": "https://graph.microsoft.com/.default",
        **form,
    }
    with httpx2.Client(transport=SandboxTransport(sandbox), base_url="https://login.example") as login:
        return login.post(f"/{TENANT_ID}/oauth2/v2.0/token", data=asked)


def client_for(sandbox: Sandbox, base: str, access_token: str) -> httpx2.Client:
    """A client whose addresses begin at `base`, below the version."""
    return httpx2.Client(
        transport=SandboxTransport(sandbox),
        base_url=f"https://graph.example/v1.0{base}",
        headers={"Authorization": f"Bearer {access_token}"},
    )


@pytest.fixture
def clock() -> Clock:
    """The clock of the sandbox."""
    return Clock()


@pytest.fixture
def state(clock: Clock) -> Iterator[State]:
    """A tenant with Anna's empty mailbox; its ids are the same in every run."""
    state = State.in_memory(clock=clock, seed=1)
    state.add_mailbox(ADDRESS, "Anna de Vries")
    yield state
    state.close()


@pytest.fixture
def sandbox(state: State, clock: Clock) -> Sandbox:
    """The application over that tenant."""
    return create_app(state, sleep=clock.sleep)


@pytest.fixture
def graph(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """The app itself, signed in with its secret; addresses begin at the version."""
    with client_for(sandbox, "", token(sandbox).json()["access_token"]) as client:
        yield client


@pytest.fixture
def anna(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """The app on Anna's behalf; addresses begin at /me."""
    refresh = sandbox.sign_in.refresh_token(CLIENT_ID, ADDRESS, SCOPE)
    answer = token(sandbox, grant_type="refresh_token", refresh_token=refresh, scope="")
    with client_for(sandbox, "/me", answer.json()["access_token"]) as client:
        yield client


@pytest.fixture
def default_folder(state: State) -> str:
    """The id of Anna's default contact folder."""
    return state.folders.default(state.directory.get(ADDRESS).n).id
