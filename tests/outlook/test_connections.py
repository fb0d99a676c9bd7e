"""Who has which mailbox, and what is kept of its secret (R17, R91)."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection as database
from pytest_django import Settings

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.history.models import HistoryLine
from crmcorner.mailbox.catalogue import UnknownConnector, opener
from crmcorner.mailbox.graph import open_graph_mailbox
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.outlook import secrets
from crmcorner.outlook.models import Connection, OutlookLink, Position
from crmcorner.outlook.services import connections, performing
from tests.outlook.world import JAN, PIET, SECRETS, World, a_user


def coupling(**values: object) -> connections.Coupling:
    """Return what an administrator enters."""
    given: dict[str, object] = {"address": "m@firm.example", "credentials": SECRETS}
    return connections.Coupling(**(given | values))  # type: ignore[arg-type]


def test_secrets_are_not_readable_in_the_database(world: World) -> None:
    """R91: what is stored is encrypted, and nothing of it stands in the history."""
    with database.cursor() as cursor:
        cursor.execute("SELECT credentials FROM outlook_connection")
        (stored,) = cursor.fetchone()
    assert SECRETS["client_secret"] not in stored
    assert secrets.unseal(stored) == SECRETS
    assert SECRETS["client_secret"] not in str(list(HistoryLine.objects.values()))


def test_keys_are_rotated_and_lost_ones_noticed(world: World, settings: Settings) -> None:
    """R91: a new key goes in front and the old ones still open; without them the run ends in a clear state."""
    old, new = settings.ENCRYPTION_KEYS, Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, *old]
    connection = world.reread()
    assert secrets.unseal(connection.credentials) == SECRETS
    settings.ENCRYPTION_KEYS = [new]
    run = world.start()
    performing.perform_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("failed", "secret-lost")


def test_an_empty_secret_keeps_the_present_one(world: World) -> None:
    """R91: the form need not show a secret to keep it; a consent that was missing may be there now."""
    Connection.objects.update(state="consent-needed")
    given = coupling(address="new@firm.example", credentials={"client_id": "other"})
    connections.change_connection(actor=COMMAND, connection=world.reread(), coupling=given)
    changed = world.reread()
    assert secrets.unseal(changed.credentials) == SECRETS | {"client_id": "other"}
    assert (changed.address, changed.state) == ("new@firm.example", "ready")


@pytest.mark.parametrize(
    "values",
    [
        {"address": "nobody"},
        {"connector": "carrier-pigeon"},
        {"credentials": {"tenant": "t", "client_id": "c"}},
        {"credentials": {"client_id": "c", "client_secret": "s"}},
    ],
)
def test_what_cannot_work_is_refused(world: World, values: dict[str, object]) -> None:
    """R91: an address or a sign-in that is not whole is refused by field."""
    with pytest.raises(ValidationError) as refused:
        connections.create_connection(actor=COMMAND, user=a_user("anna"), coupling=coupling(**values))
    assert refused.value.message_dict


def test_one_mailbox_a_user_by_an_administrator(world: World) -> None:
    """R1, R91: only administrators connect mailboxes, and a user has one."""
    stranger = Actor(user=a_user("stranger"))
    with pytest.raises(PermissionDenied):
        connections.create_connection(actor=stranger, user=a_user("anna"), coupling=coupling())
    with pytest.raises(PermissionDenied):
        connections.change_connection(actor=stranger, connection=world.connection, coupling=coupling())
    with pytest.raises(PermissionDenied):
        connections.start_afresh(actor=stranger, connection=world.connection)
    with pytest.raises(ValidationError):
        connections.create_connection(actor=COMMAND, user=world.user, coupling=coupling())


def test_a_recreated_mailbox_is_matched_afresh(world: World) -> None:
    """R17: once an administrator says so, both sides are matched anew: nothing is lost and nothing doubled."""
    jan, piet = world.adds(JAN, PIET)
    world.run()
    again = MemoryMailbox(identity="mailbox-2")
    kept = again.user_adds(world.in_outlook(jan), categories=("CRMcorner",))
    world.outlook = again
    world.run()
    assert world.reread().state == "replaced"
    run_links = OutlookLink.objects.count()
    connections.start_afresh(actor=COMMAND, connection=world.connection)
    assert (run_links, OutlookLink.objects.count(), Position.objects.count()) == (2, 0, 0)
    world.run()
    assert world.link(jan).item_id == kept
    assert len(again.items) == 2
    assert world.in_outlook(piet) == PIET
    assert world.figures().changed == 0


def test_a_graph_mailbox_opens_through_the_catalogue(world: World) -> None:
    """R90: connectors are known by name and loaded at first use."""
    assert opener("graph") is open_graph_mailbox
    mailbox = connections.open_mailbox(world.reread())
    assert isinstance(mailbox, GraphMailbox)
    mailbox.close()
    with pytest.raises(UnknownConnector):
        opener("carrier-pigeon")


def test_a_new_refresh_token_is_kept_encrypted(world: World) -> None:
    """R91: a token that Microsoft renews is stored in the place of the old one, the rest stays."""
    connections.keep_refresh_token(world.connection.pk, "renewed")
    assert secrets.unseal(world.reread().credentials) == SECRETS | {"refresh_token": "renewed"}
