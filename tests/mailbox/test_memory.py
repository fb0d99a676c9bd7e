"""The reference connector passes the contract; so do its ways of making trouble."""

import pytest

from crmcorner.items.changes import Refusal, Refused, Stored, Upserted, Write, WriteResult
from crmcorner.items.records import CATEGORY, Contact, of_type
from crmcorner.mailbox.errors import Unreachable
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.mailbox.memory.mailbox import BIN, DEFAULT_FOLDER
from tests.mailbox.contract import JAN, MailboxContract, OutlookWorld


class MemoryWorld(OutlookWorld):
    """A mailbox over dictionaries and its user."""

    mailbox: MemoryMailbox

    def __init__(self) -> None:
        self.mailbox = MemoryMailbox()

    def user_adds(
        self, contact: Contact, *, categories: tuple[str, ...] = (), elsewhere: bool = False
    ) -> str:
        folder = "suppliers" if elsewhere else DEFAULT_FOLDER
        return self.mailbox.user_adds(contact, categories=categories, folder=folder)

    def user_renames(self, item_id: str, job_title: str) -> None:
        self.mailbox.user_changes(item_id, {"job_title": job_title})

    def user_categorises(self, item_id: str, categories: tuple[str, ...]) -> None:
        self.mailbox.user_changes(item_id, categories=categories)

    def user_moves(self, item_id: str) -> None:
        self.mailbox.user_moves(item_id, "suppliers")

    def user_deletes(self, item_id: str) -> None:
        self.mailbox.user_deletes(item_id)

    def user_restores(self, item_id: str) -> None:
        self.mailbox.user_moves(item_id, DEFAULT_FOLDER)

    def user_sets_spouse(self, item_id: str, name: str) -> None:
        self.mailbox.user_changes(item_id, unknown={"spouse": name})

    def spouse(self, item_id: str) -> str:
        return self.mailbox.items[item_id].unknown["spouse"]

    def is_in_deleted_items(self, item_id: str) -> bool:
        return self.mailbox.items[item_id].folder == BIN

    def cut_pages(self, size: int) -> None:
        self.mailbox.page_size = size

    def expire_cursors(self) -> None:
        self.mailbox.forget_cursors()

    def lose_next_answer(self) -> None:
        def lost(_write: Write, _result: WriteResult) -> WriteResult:
            self.mailbox.after = lambda _write, result: result
            return Refused(why=Refusal.UNKNOWN)

        self.mailbox.after = lost


class TestMemoryMailbox(MailboxContract):
    """The contract, on the memory connector."""

    @pytest.fixture
    def world(self) -> MemoryWorld:
        return MemoryWorld()


def test_the_server_may_tidy_what_it_is_sent() -> None:
    """R11: what comes back is what the server made of it, as real servers do."""
    mailbox = MemoryMailbox(tidy=lambda sent: Contact(surname=of_type(sent, Contact).surname.strip()))
    world = MemoryWorld()
    world.mailbox = mailbox
    assert world.make(Contact(surname=" Bos ")).content == Contact(surname="Bos")


def test_trouble_can_be_made_before_and_after_a_write() -> None:
    """R17: a write may fail before it takes effect, or after."""
    world = MemoryWorld()

    def cut(_write: Write) -> WriteResult | None:
        raise Unreachable("cut")

    world.mailbox.before = cut
    with pytest.raises(Unreachable):
        world.make()
    assert not world.mailbox.items
    world.mailbox.before = lambda _write: None

    def lost(_write: Write, _result: WriteResult) -> WriteResult:
        raise Unreachable("lost")

    world.mailbox.after = lost
    with pytest.raises(Unreachable):
        world.make()
    assert len(world.mailbox.items) == 1


def test_the_service_may_answer_for_itself() -> None:
    """R16: a refusal that the hook gives is passed on and nothing is written."""
    world = MemoryWorld()
    world.mailbox.before = lambda write: Refused(why=Refusal.BUSY) if write is second else None
    first, second = world.create(JAN), world.create(JAN)
    results = world.apply(first, second)
    assert isinstance(results[0], Stored)
    assert results[1] == Refused(why=Refusal.BUSY)
    assert len(world.mailbox.items) == 1


def test_contact_in_the_bin_from_the_beginning_is_no_news() -> None:
    """R41: what was deleted before we ever looked is not reported as a contact."""
    world = MemoryWorld()
    item_id = world.user_adds(JAN, categories=(CATEGORY,))
    world.user_deletes(item_id)
    news, _ = world.news()
    assert not any(isinstance(each, Upserted) for each in news.values())
    assert world.is_gone(item_id)
