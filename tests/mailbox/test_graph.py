"""The Graph connector passes the contract, under every reading of what Microsoft's pages leave open."""

from collections.abc import Iterator
from typing import Any

import pytest

from crmcorner.items.person_name import to_outlook
from crmcorner.items.records import Contact
from crmcorner.mailbox.graph.mailbox import GraphMailbox
from tests.mailbox.contract import MailboxContract, OutlookWorld
from tests.mailbox.graph_world import ADDRESS, GraphWorld, alternative_readings, graph_world


class GraphOutlook(OutlookWorld):
    """Anna's mailbox in the sandbox. Her hands reach its state directly."""

    mailbox: GraphMailbox
    bad_contact = Contact(surname="Bad", emails=tuple(f"{n}@bad.example" for n in range(4)))

    def __init__(self, graph: GraphWorld) -> None:
        self.graph = graph
        readings = graph.state.readings
        self.mailbox = graph.connect(read_before_write=readings.if_match == "ignored")
        self.reports_returned = not readings.moved_back_lost

    def user_adds(
        self, contact: Contact, *, categories: tuple[str, ...] = (), elsewhere: bool = False
    ) -> str:
        given, middle, surname = to_outlook(
            contact.given_name, contact.middle_name, contact.name_prefix, contact.surname
        )
        return self.graph.add(
            self.graph.folder("Leveranciers") if elsewhere else None,
            givenName=given,
            middleName=middle,
            surname=surname,
            companyName=contact.company,
            jobTitle=contact.job_title,
            emailAddresses=[{"address": address} for address in contact.emails],
            personalNotes=contact.note,
            categories=list(categories),
        )

    def user_renames(self, item_id: str, job_title: str) -> None:
        self.graph.edit(item_id, jobTitle=job_title)

    def user_categorises(self, item_id: str, categories: tuple[str, ...]) -> None:
        self.graph.edit(item_id, categories=list(categories))

    def user_moves(self, item_id: str) -> None:
        self.graph.move(item_id, self.graph.folder("Leveranciers"))

    def user_deletes(self, item_id: str) -> None:
        self.graph.delete(item_id)

    def user_restores(self, item_id: str) -> None:
        self.graph.restore(item_id)

    def user_sets_spouse(self, item_id: str, name: str) -> None:
        self.graph.edit(item_id, spouseName=name)

    def spouse(self, item_id: str) -> str:
        return str(self.graph.stored(item_id)["spouseName"])

    def is_in_deleted_items(self, item_id: str) -> bool:
        return self.graph.folder_of(item_id).kind == "deleted"

    def cut_pages(self, size: int) -> None:
        self.graph.sandbox.faults.mischief.page_max = size

    def expire_cursors(self) -> None:
        self.graph.state.directory.expire_cursors(self.graph.state.directory.get(ADDRESS).n)

    def lose_next_answer(self) -> None:
        for method in ("POST", "PATCH"):
            self.graph.sandbox.faults.add("drop_after", method=method, path="/contacts")


class TestGraphMailbox(MailboxContract):
    """The contract, on the Graph connector."""

    @pytest.fixture(params=[{}, *alternative_readings()], ids=str)
    def world(self, request: pytest.FixtureRequest) -> Iterator[GraphOutlook]:
        readings: dict[str, Any] = request.param
        with graph_world(**readings) as graph:
            made = GraphOutlook(graph)
            yield made
            made.mailbox.close()


class TestGraphMailboxWithOddPages(MailboxContract):
    """The contract, where pages and batches come in every legal but odd form at once."""

    @pytest.fixture
    def world(self) -> Iterator[GraphOutlook]:
        with graph_world() as graph:
            mischief = graph.sandbox.faults.mischief
            mischief.repeat_items = mischief.reverse_pages = True
            mischief.empty_pages = mischief.shuffle_batch = True
            made = GraphOutlook(graph)
            yield made
            made.mailbox.close()
