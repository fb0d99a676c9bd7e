"""The reference connector passes the contract of tasks."""

from typing import Any

import pytest

from crmcorner.items.changes import Refusal, Refused, Write, WriteResult
from crmcorner.items.records import Task
from crmcorner.mailbox.memory import MemoryMailbox
from tests.mailbox.task_contract import TaskContract, TaskWorld


class MemoryTasks(TaskWorld):
    """A mailbox over dictionaries and its user."""

    mailbox: MemoryMailbox

    def __init__(self) -> None:
        self.mailbox = MemoryMailbox()

    def user_adds(self, task: Task) -> str:
        return self.mailbox.user_adds(task)

    def user_renames(self, item_id: str, subject: str) -> None:
        self.mailbox.user_changes(item_id, {"subject": subject})

    def user_deletes(self, item_id: str) -> None:
        self.mailbox.user_deletes(item_id)

    def user_adds_extras(self, item_id: str) -> None:
        self.mailbox.user_changes(item_id, categories=("Golf",), unknown={"steps": "een, twee"})

    def extras(self, item_id: str) -> Any:
        item = self.mailbox.items[item_id]
        return item.categories, dict(item.unknown)

    def cut_pages(self, size: int) -> None:
        self.mailbox.page_size = size

    def expire_cursors(self) -> None:
        self.mailbox.forget_cursors()

    def lose_next_answer(self) -> None:
        def lost(_write: Write, _result: WriteResult) -> WriteResult:
            self.mailbox.after = lambda _write, result: result
            return Refused(why=Refusal.UNKNOWN)

        self.mailbox.after = lost


class TestMemoryTasks(TaskContract):
    """The contract, on the memory connector."""

    @pytest.fixture
    def world(self) -> MemoryTasks:
        return MemoryTasks()
