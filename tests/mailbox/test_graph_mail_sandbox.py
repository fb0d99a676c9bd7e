"""The Graph connector passes the contract of mail on the sandbox, under every reading that concerns mail."""

from collections.abc import Iterator
from typing import Any

import pytest

from crmcorner.items.mail import Mail
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from m365_sandbox.store.mail_records import MailFolder, Message
from tests.mailbox.graph_world import ADDRESS, GraphWorld, alternative_readings, graph_world
from tests.mailbox.mail_contract import MailContract, MailWorld
from tests.mailbox.test_graph_mail_contract import properties_of

Json = dict[str, Any]
_WELL_KNOWN = {
    "deleted-items": "deleteditems",
    "junk": "junkemail",
    "drafts": "drafts",
    "inbox": "inbox",
    "sent": "sentitems",
    "archive": "archive",
    "root": "msgfolderroot",
}
_NESTED = {"Oud": "deleted-items", "Ouder": "Oud", "Erger": "junk", "Klanten": "inbox", "Berg": "Klanten"}


class SandboxMails(MailWorld):
    """Anna's mail in the sandbox, and what she does with it in Outlook."""

    mailbox: GraphMailbox
    left_out = ("deleted-items", "junk", "drafts", "Oud", "Ouder", "Erger")
    others = ("inbox", "sent", "archive", "Klanten", "Berg", "root")

    def __init__(self, graph: GraphWorld) -> None:
        super().__init__()
        self.graph = graph
        self.mailbox = graph.connect(read_before_write=graph.state.readings.if_match == "ignored")
        self.folders: dict[str, MailFolder] = {
            name: graph.state.mail_folder(ADDRESS, known) for name, known in _WELL_KNOWN.items()
        }
        for name, above in _NESTED.items():
            self.folders[name] = graph.state.add_mail_folder(ADDRESS, name, self.folders[above])

    def message(self, item_id: str) -> Message:
        """What the server keeps of a mail."""
        return self.graph.state.messages.get(self.graph.state.directory.get(ADDRESS).n, item_id)

    def user_receives(self, mail: Mail, source: bytes = b"", folder: str = "inbox") -> str:
        properties = properties_of(mail)
        level = properties.pop("sensitivity")
        if folder == "drafts":
            properties["isDraft"] = True
        made = self.graph.state.add_message(
            ADDRESS, properties, folder=self.folders[folder], source=source, sensitivity=level
        )
        return made.immutable_id

    def user_categorises(self, item_id: str, *categories: str) -> None:
        self.graph.state.update_message(ADDRESS, self.message(item_id), {"categories": list(categories)})

    def user_deletes(self, item_id: str) -> None:
        self.graph.state.remove_message(ADDRESS, self.message(item_id), for_ever=True)

    def user_names(self, category: str) -> None:
        state = self.graph.state
        state.categories.add(state.directory.get(ADDRESS).n, category, "none", case_matters=True)

    def lose_next_answer(self) -> None:
        self.graph.sandbox.faults.add("drop_after", method="PATCH", path="/messages")


def of_mail() -> list[Json]:
    """The readings that concern mail, each alone, and those that only matter together."""
    shared = {"if_match", "conflict_code", "both_id_forms", "category_case"}
    alone = [
        each
        for each in alternative_readings()
        if any(name in shared or "mail_" in name or name == "folder_category_filter" for name in each)
    ]
    refused: Json = {"mail_category_filter": "refused"}
    return [
        *alone,
        {**refused, "folder_category_filter": "refused"},
        {**refused, "folder_category_filter": "ignored"},
        {**refused, "category_case": "sensitive"},
        {"mail_category_order": "refused", "mail_filter_refusal": "ErrorInvalidUrlQueryFilter"},
        {"mail_category_order": "refused", "category_case": "sensitive", "if_match": "ignored"},
    ]


class TestGraphMailOnTheSandbox(MailContract):
    """The contract, with the sandbox's own choice of readings."""

    @pytest.fixture
    def world(self) -> Iterator[SandboxMails]:
        with graph_world() as graph:
            made = SandboxMails(graph)
            yield made
            made.mailbox.close()


class TestGraphMailUnderEveryReading(MailContract):
    """The contract, under each other reading."""

    @pytest.fixture(params=of_mail(), ids=str)
    def world(self, request: pytest.FixtureRequest) -> Iterator[SandboxMails]:
        with graph_world() as graph:
            graph.read(**request.param)
            made = SandboxMails(graph)
            yield made
            made.mailbox.close()


class TestGraphMailInShortPages(MailContract):
    """The contract, where no page has more than three messages."""

    @pytest.fixture
    def world(self) -> Iterator[SandboxMails]:
        with graph_world() as graph:
            graph.sandbox.faults.mischief.page_max = 3
            made = SandboxMails(graph)
            yield made
            made.mailbox.close()
