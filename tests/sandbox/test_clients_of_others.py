"""Clients that others wrote, on a real port: Microsoft's own SDK and O365."""
# ruff: noqa: PLC0415 - these packages warn about themselves when imported, which only a test can forgive

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from cheroot import wsgi

from m365_sandbox.app import Sandbox
from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import ADDRESS, SCOPE, token

# These packages warn about themselves.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def port(sandbox: Sandbox) -> Iterator[int]:
    """The port on which the sandbox listens."""
    server = wsgi.Server(("127.0.0.1", 0), sandbox, numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server.bind_addr[1]
    server.stop()
    thread.join()


@pytest.fixture
def bearer(sandbox: Sandbox) -> str:
    """An access token of Anna's."""
    refresh = sandbox.sign_in.refresh_token(CLIENT_ID, ADDRESS, SCOPE)
    answer = token(sandbox, grant_type="refresh_token", refresh_token=refresh, scope="").json()
    return str(answer["access_token"])


def test_a_broken_connection_is_broken_on_a_port_too(
    port: int, bearer: str, sandbox: Sandbox, state: State
) -> None:
    """R17: the client of a served sandbox sees an answer that breaks off, and the write took effect."""
    sandbox.faults.add("drop_after", method="POST")
    address = f"http://127.0.0.1:{port}/v1.0/me/contacts"
    with pytest.raises(httpx2.TransportError):
        httpx2.post(address, json={"surname": "A"}, headers={"Authorization": f"Bearer {bearer}"})
    assert state.contacts.how_many(state.folders.default(state.directory.get(ADDRESS).n)) == 1


def test_microsofts_sdk_creates_changes_deletes_and_follows(port: int, bearer: str, state: State) -> None:
    """msgraph-sdk lists, creates, changes and deletes contacts and follows their delta."""
    from kiota_abstractions.authentication import AnonymousAuthenticationProvider
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.contact import Contact
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
    adapter.base_url = f"http://127.0.0.1:{port}/v1.0"
    client: Any = GraphServiceClient(request_adapter=adapter)
    signed_in: RequestConfiguration[Any] = RequestConfiguration()
    signed_in.headers.add("Authorization", f"Bearer {bearer}")
    mine = client.me

    async def all_of_it() -> None:
        sent = Contact(given_name="Jan", surname="Jansen", email_addresses=[EmailAddress(address="jan@x.nl")])
        created = await mine.contacts.post(sent, request_configuration=signed_in)
        assert created is not None
        assert created.id is not None
        folder = mine.contact_folders.by_contact_folder_id(str(created.parent_folder_id))
        changes = await folder.contacts.delta.get(request_configuration=signed_in)
        assert [each.display_name for each in changes.value] == ["Jan Jansen"]
        one = mine.contacts.by_contact_id(created.id)
        changed = await one.patch(Contact(job_title="Directeur"), request_configuration=signed_in)
        assert (changed.job_title, changed.surname) == ("Directeur", "Jansen")
        listed = await mine.contacts.get(request_configuration=signed_in)
        assert [each.email_addresses[0].address for each in listed.value] == ["jan@x.nl"]
        await one.delete(request_configuration=signed_in)
        later = await folder.contacts.delta.with_url(changes.odata_delta_link).get(
            request_configuration=signed_in
        )
        assert [(each.id, "@removed" in each.additional_data) for each in later.value] == [(created.id, True)]
        await adapter._http_client._transport.transport.aclose()

    asyncio.run(all_of_it())


def test_o365_creates_changes_deletes_and_lists(port: int, bearer: str) -> None:
    """O365 lists, creates, changes and deletes contacts, makes a folder, and follows the delta."""
    from O365 import Account, MSGraphProtocol
    from O365.utils.token import MemoryTokenBackend

    class Local(MSGraphProtocol):  # type: ignore[misc]
        _protocol_url = f"http://127.0.0.1:{port}/"

    backend = MemoryTokenBackend()
    held = {"access_token": bearer, "refresh_token": "unused", "expires_in": 3599, "token_type": "Bearer"}
    backend.add(
        {
            "client_id": CLIENT_ID,
            "scope": SCOPE.split(),
            "token_endpoint": "https://login.example/tenant/token",
            "response": held,
        }
    )
    account = Account((CLIENT_ID, CLIENT_SECRET), protocol=Local(), token_backend=backend)
    book = account.address_book()
    created = book.new_contact()
    created.name, created.surname = "Jan", "Jansen"
    created.emails.add("jan@x.nl")
    created.business_phones = ["023 5423445"]
    assert created.save()
    assert [(each.full_name, each.main_email) for each in book.get_contacts()] == [("Jan Jansen", "jan@x.nl")]
    created.job_title = "Directeur"
    assert created.save()
    by_address = book.get_contacts(query="emailAddresses/any(a:a/address eq 'jan@x.nl')")
    assert [each.job_title for each in by_address] == ["Directeur"]
    assert book.create_child_folder("Klanten").name == "Klanten"
    assert [each.name for each in book.get_folders()] == ["Klanten"]
    # O365 knows no delta of contacts; its connection asks for it all the same.
    changes = book.con.get(book.build_url("/contacts/delta")).json()
    assert [each["jobTitle"] for each in changes["value"]] == ["Directeur"]
    assert created.delete()
    later = book.con.get(changes["@odata.deltaLink"]).json()
    assert [(each["id"], "@removed" in each) for each in later["value"]] == [(created.object_id, True)]
    assert list(book.get_contacts()) == []
    account.connection.session.close()
