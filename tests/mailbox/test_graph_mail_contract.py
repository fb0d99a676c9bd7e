"""Both connectors pass the contract of mail: that in memory, and Graph under every reading of what is left open."""

from collections.abc import Iterator
from dataclasses import fields
from typing import get_args, get_type_hints

import pytest

from crmcorner.items.changes import Refusal, Refused, WriteResult
from crmcorner.items.mail import Mail, MailAddress, Recategorise
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.mailbox.protocol import MailMailbox
from tests.mailbox.graph_world import ADDRESS, client_with
from tests.mailbox.mail_contract import MailContract, MailWorld
from tests.mailbox.test_graph_mail_service import Json, MailReadings, MailService

_FOLDERS = {"deleted-items": "deleteditems", "junk": "junkemail"}


class MemoryMails(MailWorld):
    """A mailbox over dictionaries and its user."""

    mailbox: MemoryMailbox

    def __init__(self) -> None:
        super().__init__()
        self.mailbox = MemoryMailbox()

    def user_receives(self, mail: Mail, source: bytes = b"", folder: str = "inbox") -> str:
        item_id = f"mail-{len(self.mailbox.messages)}"
        values = {each.name: getattr(mail, each.name) for each in fields(mail)}
        return self.mailbox.user_receives(
            Mail(**{**values, "item_id": item_id, "version": "1"}), source, folder
        )

    def user_categorises(self, item_id: str, *categories: str) -> None:
        self.mailbox.user_categorises(item_id, *categories)

    def user_deletes(self, item_id: str) -> None:
        del self.mailbox.messages[item_id]

    def user_names(self, category: str) -> None:
        """It compares names as we do."""

    def lose_next_answer(self) -> None:
        def lost(_write: Recategorise, _result: WriteResult) -> WriteResult:
            self.mailbox.after_recategorising = lambda _write, result: result
            return Refused(why=Refusal.UNKNOWN)

        self.mailbox.after_recategorising = lost


class GraphMails(MailWorld):
    """Anna's mail. Her hands reach the service's state directly."""

    mailbox: GraphMailbox
    left_out = ("deleted-items", "junk", "drafts", "old", "older", "worse")
    others = ("inbox", "sent", "archive", "customers", "berg", "msgfolderroot")

    def __init__(self, readings: MailReadings | None = None) -> None:
        super().__init__()
        self.service = MailService(readings or MailReadings())
        self.client = client_with(self.service)
        self.mailbox = self.connect()

    def connect(self) -> GraphMailbox:
        """A new connector to the same mailbox."""
        ignored = self.service.readings.if_match == "ignored"
        return GraphMailbox(self.client, user=ADDRESS, country="NL", language="nl", read_before_write=ignored)

    def user_receives(self, mail: Mail, source: bytes = b"", folder: str = "inbox") -> str:
        return self.service.add(properties_of(mail), _FOLDERS.get(folder, folder), source)

    def user_categorises(self, item_id: str, *categories: str) -> None:
        self.service.edit(item_id, {"categories": list(categories)})

    def user_deletes(self, item_id: str) -> None:
        del self.service.messages[item_id]

    def user_names(self, category: str) -> None:
        self.service.names.append(category)

    def lose_next_answer(self) -> None:
        self.service.lose_answers = 1


def properties_of(mail: Mail) -> Json:
    """A mail as Graph keeps it."""
    sender = recipient(mail.sender) if mail.sender else None
    return {
        "internetMessageId": mail.message_id or None,
        "subject": mail.subject or None,
        "from": sender,
        "sender": sender,
        "toRecipients": [recipient(each) for each in mail.to],
        "ccRecipients": [recipient(each) for each in mail.cc],
        "bccRecipients": [recipient(each) for each in mail.bcc],
        "sentDateTime": mail.sent.isoformat() if mail.sent else None,
        "receivedDateTime": mail.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "categories": list(mail.categories),
        "sensitivity": 2 if mail.private else 0,
    }


def recipient(address: MailAddress) -> Json:
    """An address as Graph keeps it."""
    return {"emailAddress": {"name": address.name, "address": address.email}}


def alternatives() -> list[Json]:
    """Each reading that is not the service's own choice, one at a time, and those that only matter together."""
    plain, hints = MailReadings(), get_type_hints(MailReadings)
    found = [
        {each.name: value}
        for each in fields(MailReadings)
        for value in get_args(hints[each.name])
        if value != getattr(plain, each.name)
    ]
    sensitive: Json = {"category_case": "sensitive"}
    by_folder: Json = {"mailbox_filter": "refused"}
    return [
        *found,
        {**by_folder, "folder_filter": "refused"},
        {**by_folder, "folder_filter": "ignored"},
        {**by_folder, "page_limit": 40},
        {**by_folder, "folder_filter": "refused", "page_limit": 40, "if_match": "ignored"},
        {**sensitive, "order": "refused"},
        {**sensitive, **by_folder},
        {"order": "refused", "page_limit": 40, "refusal": "InefficientFilter"},
    ]


class TestMemoryMail(MailContract):
    """The contract, on the memory connector."""

    @pytest.fixture
    def world(self) -> MemoryMails:
        return MemoryMails()


class TestGraphMail(MailContract):
    """The contract, on the Graph connector."""

    @pytest.fixture(params=[{}, *alternatives()], ids=str)
    def world(self, request: pytest.FixtureRequest) -> Iterator[GraphMails]:
        world = GraphMails(MailReadings(**request.param))
        yield world
        world.client.close()


@pytest.mark.parametrize("make", [MemoryMails, GraphMails])
def test_both_carry_mail(make: type[MailWorld]) -> None:
    """R30: a run that finds a `MailMailbox` asks it for mail."""
    assert isinstance(make().mailbox, MailMailbox)
