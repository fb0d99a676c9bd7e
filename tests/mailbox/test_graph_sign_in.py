"""Tokens: the application's own and a user's, renewed in time, and what their refusal means."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx2
import pytest

from crmcorner.items.records import Contact
from crmcorner.mailbox.errors import (
    ConsentKind,
    ConsentRequired,
    MailboxError,
    NotUnderstood,
    Throttled,
    Unreachable,
)
from crmcorner.mailbox.graph import open_graph_mailbox
from crmcorner.mailbox.graph.tokens import TokenEndpoint, Tokens, by_application, by_user
from m365_sandbox.store.directory import CLIENT_ID
from tests.mailbox.graph_world import ADDRESS, Clock, GraphWorld, graph_world

SCOPE = "offline_access User.Read Contacts.ReadWrite MailboxSettings.ReadWrite"


@pytest.fixture
def world() -> Iterator[GraphWorld]:
    """Anna's mailbox."""
    with graph_world() as made:
        yield made


def endpoint(handler: Callable[[httpx2.Request], httpx2.Response]) -> TokenEndpoint:
    """A token endpoint that a function answers."""
    http = httpx2.Client(transport=httpx2.MockTransport(handler))
    return TokenEndpoint(http, login_url="https://login.example/", tenant="t", client_id="c", secret="s")


def test_one_token_serves_until_shortly_before_its_end(world: GraphWorld) -> None:
    """R91: it is renewed five minutes early, not at each request."""
    for _ in range(3):
        world.mailbox.identity()
    assert world.counts()["sign_in"] == 1
    world.clock.now += timedelta(seconds=3599 - 299)
    world.mailbox.identity()
    assert world.counts()["sign_in"] == 2


def test_a_token_that_is_refused_is_renewed_once(world: GraphWorld) -> None:
    """R17: an expired token in the middle of a run is no error, for a batch neither."""
    world.mailbox.identity()
    world.state.directory.expire_tokens("access")
    assert world.make(Contact(surname="Bos")).content == Contact(surname="Bos")
    assert world.counts()["sign_in"] == 2
    assert world.how_many() == 1


def test_a_new_refresh_token_is_saved_before_it_is_needed(world: GraphWorld) -> None:
    """R91: Microsoft replaces it at each use."""
    saved: list[str] = []
    mailbox = world.connect(
        refresh_token=world.sandbox.sign_in.refresh_token(CLIENT_ID, ADDRESS, SCOPE),
        save_refresh_token=saved.append,
    )
    mailbox.identity()
    assert len(saved) == 1
    world.state.directory.expire_tokens("access")
    mailbox.identity()
    assert len(set(saved)) == 2
    assert world.connect(refresh_token=saved[-1]).identity() == mailbox.identity()


def test_a_revoked_sign_in_asks_the_user(world: GraphWorld) -> None:
    """R14: "connect again", not an error dump."""
    mailbox = world.connect(refresh_token=world.sandbox.sign_in.refresh_token(CLIENT_ID, ADDRESS, SCOPE))
    world.state.directory.expire_tokens("refresh")
    with pytest.raises(ConsentRequired) as raised:
        mailbox.identity()
    assert raised.value.kind is ConsentKind.SIGN_IN


@pytest.mark.parametrize(
    "setting", [{"secret": "wrong"}, {"client_id": "unknown"}, {"tenant": "elsewhere.example"}]
)
def test_a_wrong_registration_asks_the_administrator(world: GraphWorld, setting: dict[str, str]) -> None:
    """R14: the user can do nothing about it; the secret is in no message."""
    with pytest.raises(ConsentRequired) as raised:
        world.connect(**setting).identity()
    assert raised.value.kind is ConsentKind.ADMINISTRATOR
    assert "wrong" not in raised.value.detail


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx2.Response(503), Unreachable),
        (httpx2.Response(400, json={"error": "temporarily_unavailable"}), Unreachable),
        (httpx2.Response(429, headers={"Retry-After": "5"}), Throttled),
        (httpx2.Response(400, json={"error": "interaction_required"}), ConsentRequired),
        (httpx2.Response(400, json={"error": "unheard_of"}), NotUnderstood),
        (httpx2.Response(400, json=[1]), NotUnderstood),
        (httpx2.Response(200, json={"token_type": "Bearer"}), NotUnderstood),
        (httpx2.Response(200, text="<html>"), NotUnderstood),
    ],
)
def test_what_the_token_endpoint_may_answer(response: httpx2.Response, error: type[MailboxError]) -> None:
    """R14: refusals are graded, nonsense is told apart from them."""
    tokens = Tokens(by_user(endpoint(lambda _: response), refresh_token="r", save=_nowhere), Clock())
    with pytest.raises(error):
        tokens.token()


def test_an_unreachable_sign_in_is_told_as_such() -> None:
    """R17: no network is no refusal."""

    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    with pytest.raises(Unreachable):
        Tokens(by_application(endpoint(refuse), scope="x/.default"), Clock()).token()


def test_the_scope_is_the_host_of_the_service(world: GraphWorld) -> None:
    """R91: national clouds have hosts of their own."""
    forms: list[str] = []

    def note(request: httpx2.Request) -> httpx2.Response:
        forms.append(request.content.decode())
        return httpx2.Response(400, json={"error": "invalid_client"})

    mailbox = open_graph_mailbox(
        base_url="https://graph.microsoft.us/v1.0",
        login_url="https://login.microsoftonline.us",
        tenant="t",
        client_id="c",
        secret="s",
        mailbox_address=ADDRESS,
        country="NL",
        transport=httpx2.MockTransport(note),
    )
    with pytest.raises(ConsentRequired):
        mailbox.identity()
    mailbox.close()
    assert "scope=https%3A%2F%2Fgraph.microsoft.us%2F.default" in forms[0]


def test_neither_tokens_nor_contents_reach_the_log(
    world: GraphWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """R87: the log has codes and ids of requests alone."""
    caplog.set_level("DEBUG", logger="crmcorner")
    world.apply(world.create(Contact(surname="Geheimman", emails=tuple(f"{n}@x.example" for n in range(4)))))
    world.sandbox.faults.add("error", path="/contacts", status=500)
    world.round()
    world.sandbox.faults.add("cut", path="/contacts", times=2)
    with pytest.raises(Unreachable):
        world.round()
    assert "500" in caplog.text
    assert "Geheimman" not in caplog.text
    assert "Bearer" not in caplog.text


def _nowhere(_: str) -> None:
    """Forget it."""
