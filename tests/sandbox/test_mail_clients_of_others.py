"""Clients that others wrote drive mail on a real port: Microsoft's own SDK and O365."""
# ruff: noqa: PLC0415 - these packages warn about themselves when imported, which only a test can forgive

import asyncio
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import ADDRESS, SCOPE
from tests.sandbox.test_clients_of_others import bearer, port

# The fixtures of the sibling for contacts serve here too.
__all__ = ["bearer", "port"]

# These packages warn about themselves.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_microsofts_sdk_lists_marks_moves_deletes_and_follows(port: int, bearer: str, state: State) -> None:
    """R30, R34: msgraph-sdk finds marked mail, reads its MIME and attachments, and changes its categories."""
    from kiota_abstractions.authentication import AnonymousAuthenticationProvider
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.file_attachment import FileAttachment
    from msgraph.generated.models.mail_folder import MailFolder
    from msgraph.generated.models.message import Message
    from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody
    from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
    adapter.base_url = f"http://127.0.0.1:{port}/v1.0"
    client: Any = GraphServiceClient(request_adapter=adapter)
    signed_in: RequestConfiguration[Any] = RequestConfiguration()
    signed_in.headers.add("Authorization", f"Bearer {bearer}")
    marked: RequestConfiguration[Any] = RequestConfiguration(
        query_parameters=MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
            filter="receivedDateTime ge 1900-01-01T00:00:00Z and categories/any(c:c eq 'CRMcorner')",
            orderby=["receivedDateTime asc"],
            top=5,
        )
    )
    marked.headers.add("Authorization", f"Bearer {bearer}")

    async def all_of_it() -> None:
        messages, folders = client.me.messages, client.me.mail_folders
        place = await folders.post(MailFolder(display_name="Klanten"), request_configuration=signed_in)
        inbox = folders.by_mail_folder_id("inbox")
        changes = await inbox.messages.delta.get(request_configuration=signed_in)
        assert changes.value == []
        draft = await messages.post(_draft(), request_configuration=signed_in)
        assert (draft.is_draft, draft.subject, draft.importance.value) == (True, "Offerte", "high")
        one = messages.by_message_id(draft.id)
        file = FileAttachment(
            name="a.bin", content_bytes=bytes(range(256)), odata_type="#microsoft.graph.fileAttachment"
        )
        await one.attachments.post(file, request_configuration=signed_in)
        attached = await one.attachments.get(request_configuration=signed_in)
        assert [(each.name, each.content_bytes) for each in attached.value] == [("a.bin", bytes(range(256)))]
        assert b"Subject: Offerte" in await one.content.get(request_configuration=signed_in)
        await one.patch(Message(categories=["CRMcorner", "Golf"]), request_configuration=signed_in)
        moved = await one.move.post(
            MovePostRequestBody(destination_id="inbox"), request_configuration=signed_in
        )
        found = await messages.get(request_configuration=marked)
        assert [(each.id, each.categories) for each in found.value] == [(moved.id, ["CRMcorner", "Golf"])]
        later = await inbox.messages.delta.with_url(changes.odata_delta_link).get(
            request_configuration=signed_in
        )
        assert [each.id for each in later.value] == [moved.id]
        again = await messages.by_message_id(moved.id).move.post(
            MovePostRequestBody(destination_id=place.id), request_configuration=signed_in
        )
        last = await inbox.messages.delta.with_url(later.odata_delta_link).get(
            request_configuration=signed_in
        )
        assert [(each.id, "@removed" in each.additional_data) for each in last.value] == [(moved.id, True)]
        await messages.by_message_id(again.id).send.post(request_configuration=signed_in)
        sent = await folders.by_mail_folder_id("sentitems").messages.get(request_configuration=signed_in)
        assert [each.subject for each in sent.value] == ["Offerte"]
        await messages.by_message_id(sent.value[0].id).delete(request_configuration=signed_in)
        of_folders = await folders.delta.get(request_configuration=signed_in)
        assert "Klanten" in [each.display_name for each in of_folders.value]
        await adapter._http_client._transport.transport.aclose()

    asyncio.run(all_of_it())
    assert [(each.kind, each.recipients) for each in state.outbox.all()] == [
        ("message", ("jan@berg.example",))
    ]
    assert state.messages.how_many(state.mail_folder(ADDRESS, "deleteditems")) == 1


def _draft() -> Any:
    """A draft to Jan."""
    from msgraph.generated.models.body_type import BodyType
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.importance import Importance
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.message import Message
    from msgraph.generated.models.recipient import Recipient

    return Message(
        subject="Offerte",
        importance=Importance.High,
        body=ItemBody(content_type=BodyType.Text, content="Beste Jan"),
        to_recipients=[Recipient(email_address=EmailAddress(address="jan@berg.example", name="Jan"))],
    )


def test_o365_writes_marks_moves_and_finds(port: int, bearer: str, state: State, tmp_path: Path) -> None:
    """R30, R34: O365 drives folders, drafts, attachments, categories, moves, and reads the MIME."""
    from O365 import Account, MSGraphProtocol
    from O365.utils.token import MemoryTokenBackend

    class Local(MSGraphProtocol):  # type: ignore[misc]
        _protocol_url = f"http://127.0.0.1:{port}/"

    backend = MemoryTokenBackend()
    held = {"access_token": bearer, "refresh_token": "unused", "expires_in": 3599, "token_type": "Bearer"}
    endpoint = "https://login.example/tenant/token"
    backend.add(
        {"client_id": CLIENT_ID, "scope": SCOPE.split(), "token_endpoint": endpoint, "response": held}
    )
    zone = ZoneInfo("Europe/Amsterdam")
    account = Account((CLIENT_ID, CLIENT_SECRET), protocol=Local(timezone=zone), token_backend=backend)
    box = account.mailbox()
    place = box.create_child_folder("Klanten")
    assert place.update_folder_name("Prospects")
    assert "Prospects" in [each.name for each in box.get_folders()]
    message = box.new_message()
    message.to.add("jan@berg.example")
    message.subject, message.body = "Offerte", "<p>Beste Jan</p>"
    file = tmp_path / "a.txt"
    file.write_bytes(b"inhoud")
    message.attachments.add(str(file))
    assert message.save_draft()
    (draft,) = box.drafts_folder().get_messages(download_attachments=True)
    assert [each.name for each in draft.attachments] == ["a.txt"]
    draft.categories = ["CRMcorner"]
    assert draft.save_message()
    assert draft.move(place)
    (found,) = box.get_messages(query="categories/any(c:c eq 'CRMcorner')")
    assert (found.subject, found.categories, found.folder_id) == ("Offerte", ["CRMcorner"], place.folder_id)
    assert b"Subject: Offerte" in found.get_mime_content()
    assert found.delete()
    assert [each.subject for each in box.deleted_folder().get_messages()] == ["Offerte"]
    other = box.new_message()
    other.to.add("jan@berg.example")
    other.subject, other.body = "Herinnering", "Beste Jan"
    assert other.send()
    assert [each.subject for each in box.sent_folder().get_messages()] == ["Herinnering"]
    assert [each.recipients for each in state.outbox.all()] == [("jan@berg.example",)]
    account.connection.session.close()
