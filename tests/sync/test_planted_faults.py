"""Can the random histories fail? Faults are planted in the engine; each must be found.

(That creations are looked up by their stamp is shown in `test_crash`: people with an e-mail address are matched anyway.)
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from crmcorner.items.changes import Upserted, with_category
from crmcorner.items.records import CATEGORY, CONTACT_FIELDS
from crmcorner.sync import executor, lens, merge, orders, plan, recovery, settlements
from tests.sync.chance import play_many
from tests.sync.memory_store import MemoryStore

Plant = Callable[[pytest.MonkeyPatch], None]

MOST_HISTORIES = 500


def intents_are_not_kept(patch: pytest.MonkeyPatch) -> None:
    """No intent before writing."""
    patch.setattr(MemoryStore, "unsettled", lambda _self, _kind: [])


def updates_count_as_arrived(patch: pytest.MonkeyPatch) -> None:
    """Recovery does not look for the stamp in the item."""

    class Credulous(str):
        __slots__ = ()

        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = str.__hash__

    plain = recovery.recover

    def recover(mailbox: Any, *args: Any, **settings: Any) -> Any:
        fetch = mailbox.fetch

        def stamped(kind: Any, ids: Sequence[str]) -> Mapping[str, Upserted]:
            found = fetch(kind, ids)
            return {i: dataclasses.replace(each, stamp=Credulous(each.stamp)) for i, each in found.items()}

        mailbox.fetch = stamped
        try:
            return plain(mailbox, *args, **settings)
        finally:
            del mailbox.fetch

    patch.setattr(executor, "recover", recover)


def the_base_is_one_common_image(patch: pytest.MonkeyPatch) -> None:
    """What the server made of our values is not remembered."""
    patch.setattr(settlements, "_as_stored", lambda link, item, sent, expected: link)


def what_was_taken_over_keeps_its_old_base(patch: pytest.MonkeyPatch) -> None:
    """A field that Outlook changed is compared with what it was before that."""
    plain = merge._Merger.take

    def take(self: Any, name: str, value: Any) -> None:
        plain(self, name, value)
        if self.base is not None:
            del self.draft.base_crm[name], self.draft.base_outlook[name]

    patch.setattr(merge._Merger, "take", take)


def an_open_conflict_moves_the_base(patch: pytest.MonkeyPatch) -> None:
    """A field that is not settled counts as agreed."""
    plain = merge._Merger.conflict

    def conflict(self: Any, name: str, ours: Any, theirs: Any, *bases: Any) -> None:
        plain(self, name, ours, theirs, *bases)
        if name not in self.draft.to_crm and name not in self.draft.to_outlook:
            self.draft.base_crm[name], self.draft.base_outlook[name] = ours, theirs
            self.draft.conflicts.clear()

    patch.setattr(merge._Merger, "conflict", conflict)


def agreement_is_not_noticed(patch: pytest.MonkeyPatch) -> None:
    """Both sides come to say the same, and the base stays behind."""
    patch.setattr(merge._Draft, "agree", lambda _draft, _name, _value: None)


def a_conflict_is_not_written_down(patch: pytest.MonkeyPatch) -> None:
    """The value that lost is kept nowhere."""
    patch.setattr(merge, "Conflict", lambda **_facts: None)
    plain = merge.merge
    drop = lambda *a, **k: dataclasses.replace(plain(*a, **k), conflicts=())  # noqa: E731
    patch.setattr(plan, "merge", drop)


def what_does_not_fit_is_dropped(patch: pytest.MonkeyPatch) -> None:
    """Outlook's list replaces the CRM's."""
    patch.setattr(lens, "put", lambda contact, old_view, name, new: new)


def absence_is_deletion(patch: pytest.MonkeyPatch) -> None:
    """What is reported missing from its folder is taken for gone, without asking."""
    plain = executor._KindRun.take_page

    def take_page(self: Any, page: Any) -> None:
        plain(self, page)
        gone, self.removed = frozenset(self.removed), set()
        self.take_items({}, gone)

    patch.setattr(executor._KindRun, "take_page", take_page)


def the_cursor_moves_first(patch: pytest.MonkeyPatch) -> None:
    """The next run goes on after pages whose work is not done."""
    plain = executor._KindRun.take_page

    def take_page(self: Any, page: Any) -> None:
        self.store.data.cursor = page.cursor
        plain(self, page)

    patch.setattr(executor._KindRun, "take_page", take_page)


def the_watermark_is_taken_last(patch: pytest.MonkeyPatch) -> None:
    """What the CRM's users change while a run goes on is passed over."""
    plain = MemoryStore.finish

    def finish(self: MemoryStore, kind: Any, cursor: Any, _watermark: Any, _shown: Any) -> None:
        plain(self, kind, cursor, str(self.data.number))

    patch.setattr(MemoryStore, "finish", finish)


def versions_are_not_sent(patch: pytest.MonkeyPatch) -> None:
    """An edit that was made just before our write is written over."""
    plain = orders.write_of

    def write_of(action: Any, stamp: str) -> Any:
        write: Any = plain(action, stamp)
        return dataclasses.replace(write, version="") if hasattr(write, "version") else write

    patch.setattr(executor, "write_of", write_of)


def whole_items_are_sent(patch: pytest.MonkeyPatch) -> None:
    """Every field goes to Outlook, changed or not."""
    plain = orders.write_of

    def write_of(action: Any, stamp: str) -> Any:
        write: Any = plain(action, stamp)
        every = frozenset(CONTACT_FIELDS)
        return dataclasses.replace(write, fields=every) if getattr(write, "fields", None) else write

    patch.setattr(executor, "write_of", write_of)


def other_categories_are_lost(patch: pytest.MonkeyPatch) -> None:
    """Taking our category off takes all off."""
    patch.setattr(plan, "without_category", lambda _categories: ())


def the_users_own_contact_is_deleted(patch: pytest.MonkeyPatch) -> None:
    """It is forgotten who made the item."""
    plain = plan._withdraw

    def withdraw(*args: Any) -> Any:
        return dataclasses.replace(plain(*args), delete=True)

    patch.setattr(plan, "_withdraw", withdraw)


def a_deletion_in_outlook_is_forced_back(patch: pytest.MonkeyPatch) -> None:
    """What the user deleted is made again."""
    plain = plan._active

    def active(link: Any, record: Any, item: Any, situation: Any, policy: Any, *, gone: bool) -> Any:
        if gone:
            return plan._put_back(link, record, item, situation, policy, gone=gone)
        return plain(link, record, item, situation, policy, gone=gone)

    patch.setattr(plan, "_active", active)


def private_contacts_are_taken(patch: pytest.MonkeyPatch) -> None:
    """The category is not asked for."""
    plain = executor._KindRun.take_once

    def take_once(self: Any, items: Any, gone: Any = frozenset()) -> Any:
        every = {
            i: dataclasses.replace(each, categories=with_category(each.categories, CATEGORY))
            for i, each in items.items()
        }
        return plain(self, every, gone)

    patch.setattr(executor._KindRun, "take_once", take_once)


def failures_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A refused write is not tried again."""
    plain = settlements._refused

    def refused(*args: Any) -> Any:
        return dataclasses.replace(plain(*args), retry=False)

    patch.setattr(settlements, "_refused", refused)


def an_edit_goes_with_what_is_withdrawn(patch: pytest.MonkeyPatch) -> None:
    """What the user changed last in Outlook is not taken over when the record leaves it."""
    patch.setattr(plan, "_take_over", lambda *_args: None)


def a_record_that_moved_on_is_written_over(patch: pytest.MonkeyPatch) -> None:
    """The CRM's version is not asked for."""
    plain = MemoryStore._write

    def write(self: MemoryStore, order: Any) -> Any:
        version = self.data.rows[order.crm_id].version if order.crm_id else 0
        return plain(self, dataclasses.replace(order, version=version))

    patch.setattr(MemoryStore, "_write", write)


@pytest.mark.parametrize(
    "plant",
    [
        intents_are_not_kept,
        updates_count_as_arrived,
        the_base_is_one_common_image,
        what_was_taken_over_keeps_its_old_base,
        an_open_conflict_moves_the_base,
        agreement_is_not_noticed,
        a_conflict_is_not_written_down,
        what_does_not_fit_is_dropped,
        absence_is_deletion,
        the_cursor_moves_first,
        the_watermark_is_taken_last,
        versions_are_not_sent,
        whole_items_are_sent,
        other_categories_are_lost,
        the_users_own_contact_is_deleted,
        a_deletion_in_outlook_is_forced_back,
        private_contacts_are_taken,
        failures_are_forgotten,
        an_edit_goes_with_what_is_withdrawn,
        a_record_that_moved_on_is_written_over,
    ],
    ids=lambda plant: plant.__name__,
)
def test_planted_fault_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """R17: a test that cannot fail proves nothing: the histories find every one of these faults."""
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="history"):
        play_many(MOST_HISTORIES)
