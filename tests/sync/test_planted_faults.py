"""Can the random histories fail? Faults are planted in the engine; each must be found.

(That creations are looked up by their stamp is shown in `test_crash`: people with an e-mail address are matched anyway.)
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from crmcorner.items.changes import Upserted, with_category
from crmcorner.items.records import CATEGORY, CONTACT_FIELDS
from crmcorner.mailbox.errors import CursorExpired
from crmcorner.mailbox.memory import MemoryMailbox
from crmcorner.sync import brake, executor, lens, match, merge, orders, plan, recovery, settlements
from tests.sync.chance import play_many
from tests.sync.memory_store import MemoryStore

Plant = Callable[[pytest.MonkeyPatch], None]

MOST_HISTORIES = 2_000


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
    plain = executor._KindRun.take_changes

    def take_changes(self: Any, changes: Any) -> None:
        plain(self, changes)
        gone, self.removed = frozenset(self.removed), set()
        self.take_items({}, gone)

    patch.setattr(executor._KindRun, "take_changes", take_changes)


def the_cursor_moves_first(patch: pytest.MonkeyPatch) -> None:
    """The next run goes on after pages whose work is not done."""

    def pull_from(self: Any, cursor: Any) -> Any:
        for page in self.mailbox.changes(self.kind, cursor, self.window):
            cursor = self.store.data.cursor = page.cursor
            self.take_changes(page.changes)
            self.step("reading")
        return cursor

    patch.setattr(executor._KindRun, "pull_from", pull_from)


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


def the_lease_is_not_checked(patch: pytest.MonkeyPatch) -> None:
    """Who was overtaken by another worker goes on storing."""
    patch.setattr(MemoryStore, "check_lease", lambda _self: None)


def an_empty_page_ends_the_reading(patch: pytest.MonkeyPatch) -> None:
    """A page without changes is taken for the last one."""

    def pull_from(self: Any, cursor: Any) -> Any:
        for page in self.mailbox.changes(self.kind, cursor, self.window):
            if not page.changes:
                break
            self.take_changes(page.changes)
            cursor = page.cursor
            self.step("reading")
        return cursor

    patch.setattr(executor._KindRun, "pull_from", pull_from)


def removals_are_passed_over(patch: pytest.MonkeyPatch) -> None:
    """What is reported missing is not asked for."""
    plain = executor._KindRun.take_changes

    def take_changes(self: Any, changes: Any) -> None:
        plain(self, changes)
        self.removed.clear()

    patch.setattr(executor._KindRun, "take_changes", take_changes)


def what_moved_is_gone(patch: pytest.MonkeyPatch) -> None:
    """An item that is in another folder now is taken for deleted, though it was found when asked for by name."""
    plain = executor._KindRun.take_items

    def take_items(self: Any, items: Any, gone: Any = frozenset()) -> None:
        moved = frozenset(items) & self.removed
        plain(self, {i: each for i, each in items.items() if i not in moved}, gone | moved)

    patch.setattr(executor._KindRun, "take_items", take_items)


def what_was_not_sent_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What a broken chain or a throttled service left undone (424, 429) is not tried again."""
    plain = settlements.unsent
    patch.setattr(executor, "unsent", lambda *args: dataclasses.replace(plain(*args), retry=False))


def our_echo_is_taken_for_an_edit(patch: pytest.MonkeyPatch) -> None:
    """What we wrote in Outlook is not remembered as Outlook's own, and comes back as somebody's change."""
    plain = merge._Merger.send

    def send(self: Any, name: str, value: Any) -> None:
        plain(self, name, value)
        if self.base is not None:
            self.draft.base_outlook[name] = getattr(self.base.outlook, name)

    patch.setattr(merge._Merger, "send", send)
    patch.setattr(settlements, "_as_stored", lambda link, item, sent, expected: link)


def an_edit_back_is_not_seen(patch: pytest.MonkeyPatch) -> None:
    """A value that was agreed on once before counts as no change."""
    agreed: dict[tuple[str, str], set[Any]] = {}
    plain = merge._Merger.three_way

    def three_way(self: Any, name: str, base: Any) -> None:
        known = agreed.setdefault((self.record.crm_id, name), set())
        known.add(getattr(base.crm, name))
        if getattr(self.view, name) not in known or getattr(self.item.content, name) != getattr(
            base.outlook, name
        ):
            plain(self, name, base)

    patch.setattr(merge._Merger, "three_way", three_way)


def a_category_taken_off_is_not_noticed(patch: pytest.MonkeyPatch) -> None:
    """What bears the category no more is passed over, linked or not."""
    plain = executor._KindRun.matters
    patch.setattr(
        executor._KindRun, "matters", lambda self, item, link: item.takes_part and plain(self, item, link)
    )


def the_category_is_compared_with_its_case(patch: pytest.MonkeyPatch) -> None:
    """Outlook's user wrote it otherwise, and the contact is not taken."""
    patch.setattr(Upserted, "takes_part", property(lambda item: CATEGORY in item.categories))


def an_expired_cursor_is_kept(patch: pytest.MonkeyPatch) -> None:
    """When the service has forgotten it (410), nothing is read."""
    plain = executor._KindRun.pull

    def pull(self: Any, cursor: Any) -> Any:
        try:
            return (self.pull_from(cursor), False) if cursor else plain(self, cursor)
        except CursorExpired:
            return cursor, False

    patch.setattr(executor._KindRun, "pull", pull)


def a_stopped_run_ends_like_any_other(patch: pytest.MonkeyPatch) -> None:
    """A person stopped it half way, and the cursor moves as if all had been done."""
    plain = executor._KindRun.run

    def run(self: Any) -> None:
        cursor, watermark = self.store.start(self.kind)
        try:
            plain(self)
        except executor.Stopped:
            self.store.finish(self.kind, cursor, self.store.touched(self.kind, watermark).watermark, None)
            raise

    patch.setattr(executor._KindRun, "run", run)


def answers_are_mixed_up(patch: pytest.MonkeyPatch) -> None:
    """The answers of a batch are taken in another order than its writes."""
    plain = MemoryMailbox.apply
    patch.setattr(MemoryMailbox, "apply", lambda self, kind, writes: plain(self, kind, writes)[::-1])


def an_unknown_answer_counts_as_no(patch: pytest.MonkeyPatch) -> None:
    """A write whose answer was lost is forgotten, and made again."""
    plain = settlements._refused
    patch.setattr(
        settlements,
        "_refused",
        lambda action, result, intent: dataclasses.replace(plain(action, result, intent), intent=intent),
    )


def the_brake_lets_everything_through(patch: pytest.MonkeyPatch) -> None:
    """However much is to be taken away, nobody is asked."""
    patch.setattr(brake.Brake, "_is_pulled", lambda _self: False)


def what_is_held_back_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A person allows it, and nothing comes of it."""
    plain = settlements.held_back
    patch.setattr(executor, "held_back", lambda action: dataclasses.replace(plain(action), retry=False))


def a_question_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    """Of several records that a contact may mean the first is taken."""
    plain = match.judge

    def judge(item: Any, candidates: Any) -> Any:
        verdict = plain(item, candidates)
        return dataclasses.replace(verdict, match=verdict.ask[0], ask=()) if verdict.ask else verdict

    patch.setattr(plan, "judge", judge)


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
        the_lease_is_not_checked,
        an_empty_page_ends_the_reading,
        removals_are_passed_over,
        what_moved_is_gone,
        what_was_not_sent_is_forgotten,
        our_echo_is_taken_for_an_edit,
        an_edit_back_is_not_seen,
        a_category_taken_off_is_not_noticed,
        the_category_is_compared_with_its_case,
        an_expired_cursor_is_kept,
        a_stopped_run_ends_like_any_other,
        answers_are_mixed_up,
        an_unknown_answer_counts_as_no,
        the_brake_lets_everything_through,
        what_is_held_back_is_forgotten,
        a_question_is_not_asked,
    ],
    ids=lambda plant: plant.__name__,
)
def test_planted_fault_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """R17: a test that cannot fail proves nothing: the histories find every one of these faults."""
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="history"):
        play_many(MOST_HISTORIES)
