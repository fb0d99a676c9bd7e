"""What every connector promises of tasks: one suite, and the world that it is run in.

As in `tests.mailbox.contract`, a connector joins by a subclass of `TaskContract` whose fixture ``world`` returns its own
`TaskWorld`. Differences between services are flags of the world.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crmcorner.items.changes import Create, Delete, Refusal, Refused, Removed, Stored, Update, Upserted, Write
from crmcorner.items.records import Kind, Priority, Task, TaskStatus, of_type
from crmcorner.items.recurrence import LAST, Pattern, Recurrence
from crmcorner.mailbox.errors import CursorExpired, MailboxError
from crmcorner.mailbox.protocol import Cursor, Mailbox

TENTH = date(2026, 11, 10)
CALL = Task(subject="Bel Jan", due=TENTH)
REMINDER = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)

RECURRENCES = [
    Recurrence(pattern=Pattern.DAILY, interval=3, first=TENTH),
    Recurrence(pattern=Pattern.WEEKLY, interval=2, weekdays=(1, 4), first_weekday=6, first=TENTH),
    Recurrence(pattern=Pattern.MONTHLY, day=10, first=TENTH, last=date(2027, 12, 31)),
    Recurrence(pattern=Pattern.MONTHLY_WEEKDAY, weekdays=(1,), nth=2, first=TENTH, count=12),
    Recurrence(pattern=Pattern.YEARLY, day=10, month=11, first=TENTH),
    Recurrence(pattern=Pattern.YEARLY_WEEKDAY, weekdays=(0,), nth=LAST, month=11, first=date(2026, 11, 30)),
]

FULL = Task(
    subject="Offerte sturen",
    note="een\ntwee",
    start=date(2026, 11, 3),
    due=TENTH,
    status=TaskStatus.IN_PROGRESS,
    priority=Priority.HIGH,
    reminder=REMINDER,
)


class TaskWorld(ABC):
    """One mailbox, the connector to it, and what its user does in Outlook behind the connector's back.

    ``checks_versions``: whether a write with an old version is refused. ``bad_task``: one that the service refuses.
    """

    mailbox: Mailbox
    checks_versions: bool = True
    bad_task: Task = Task(subject="N\x00L")

    @abstractmethod
    def user_adds(self, task: Task) -> str:
        """Make a task (subject, note, days, status) in the default list; its id."""

    @abstractmethod
    def user_renames(self, item_id: str, subject: str) -> None:
        """Change a task's subject."""

    @abstractmethod
    def user_deletes(self, item_id: str) -> None:
        """Delete a task."""

    @abstractmethod
    def user_adds_extras(self, item_id: str) -> None:
        """Give a task what the CRM does not know (R20): steps, another program's link, categories."""

    @abstractmethod
    def extras(self, item_id: str) -> Any:
        """Return all of these as they now are."""

    @abstractmethod
    def cut_pages(self, size: int) -> None:
        """Have pages of changes hold so many items at most from now on."""

    @abstractmethod
    def expire_cursors(self) -> None:
        """Have the service forget every cursor that it gave."""

    @abstractmethod
    def lose_next_answer(self) -> None:
        """Let the next write take effect and its answer get lost."""

    # --- short ways, through the connector --------------------------------------------------------------------

    stamps: int = 0

    def stamp(self) -> str:
        """Return a fresh mark."""
        self.stamps += 1
        return f"contract-{self.stamps}"

    def create(self, task: Task) -> Create:
        """Return an order to create."""
        return Create(content=task, categories=(), stamp=self.stamp())

    def update(self, seen: Upserted, **fields: Any) -> Update:
        """Return an order to change these fields of an item as it was seen."""
        return Update(
            item_id=seen.item_id,
            version=seen.version,
            fields=frozenset(fields),
            content=replace(task_of(seen), **fields),
            categories=None,
            stamp=self.stamp(),
        )

    def apply(self, *writes: Write) -> list[Any]:
        """Carry out writes."""
        return list(self.mailbox.apply(Kind.TASKS, writes))

    def make(self, task: Task = CALL) -> Upserted:
        """Create a task; return it as stored."""
        (result,) = self.apply(self.create(task))
        assert isinstance(result, Stored), result
        assert result.item is not None
        return result.item

    def change(self, seen: Upserted, **fields: Any) -> Upserted:
        """Change these fields of an item; return it as stored."""
        (result,) = self.apply(self.update(seen, **fields))
        assert isinstance(result, Stored), result
        assert result.item is not None
        return result.item

    def seen(self, item_id: str) -> Upserted:
        """Return an item as it now is."""
        return self.mailbox.fetch(Kind.TASKS, [item_id])[item_id]

    def is_gone(self, item_id: str) -> bool:
        """Whether the mailbox says that an item is gone."""
        return item_id not in self.mailbox.fetch(Kind.TASKS, [item_id])

    def news(self, since: Cursor | None = None) -> tuple[dict[str, Upserted | Removed], Cursor]:
        """Return the last word on every item of a round, and the cursor after it."""
        pages = list(self.mailbox.changes(Kind.TASKS, since))
        assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
        return {each.item_id: each for page in pages for each in page.changes}, pages[-1].cursor


def task_of(item: Any) -> Task:
    """Return the task in an item that is there."""
    assert isinstance(item, Upserted), item
    assert item.unread == {}
    return of_type(item.content, Task)


class TaskContract:
    """Subclasses override the fixture ``world``."""

    @pytest.fixture
    def world(self) -> Any:
        raise NotImplementedError

    # --- reading ----------------------------------------------------------------------------------------------

    def test_an_empty_mailbox_gives_a_cursor(self, world: TaskWorld) -> None:
        """R17: a round ends with a place to go on from, also when there is nothing."""
        news, cursor = world.news()
        assert news == {}
        assert cursor
        assert world.news(cursor)[0] == {}

    def test_tasks_of_the_user_come_and_take_part(self, world: TaskWorld) -> None:
        """R50: every task of the default list, with or without a category; the categories are not our affair."""
        item_id = world.user_adds(CALL)
        world.user_adds_extras(item_id)
        item = world.news()[0][item_id]
        assert isinstance(item, Upserted)
        assert item.takes_part
        assert task_of(item) == CALL

    def test_only_what_changed_comes_after_a_cursor(self, world: TaskWorld) -> None:
        """R50: an addition and an edit in Outlook are reported once, and nothing else."""
        kept, edited = world.user_adds(CALL), world.user_adds(Task(subject="Mail Piet"))
        _, cursor = world.news()
        world.user_renames(edited, "Mail Els")
        added = world.user_adds(Task(subject="Post"))
        news, cursor = world.news(cursor)
        assert news.keys() == {edited, added}
        assert kept not in news
        assert task_of(news[edited]).subject == "Mail Els"
        assert world.news(cursor)[0] == {}

    def test_the_same_cursor_twice_gives_the_same(self, world: TaskWorld) -> None:
        """R17: a run that was cut reads again what it had read."""
        world.user_adds(CALL)
        _, cursor = world.news()
        world.user_adds(Task(subject="Post"))
        assert world.news(cursor)[0] == world.news(cursor)[0] != {}

    def test_going_on_from_any_page_misses_nothing(self, world: TaskWorld) -> None:
        """R17: pages may be cut anywhere."""
        ids = {world.user_adds(Task(subject=f"N{n}")) for n in range(7)}
        world.cut_pages(2)
        pages = list(world.mailbox.changes(Kind.TASKS, None))
        assert len(pages) >= 4
        before: set[str] = set()
        for page in pages:
            before |= {each.item_id for each in page.changes}
            assert before | world.news(page.cursor)[0].keys() == ids

    def test_an_expired_cursor_says_so_and_everything_can_be_read_again(self, world: TaskWorld) -> None:
        """R17: an expired cursor raises; None reads everything."""
        item_id = world.user_adds(CALL)
        _, cursor = world.news()
        world.expire_cursors()
        with pytest.raises(CursorExpired):
            world.news(cursor)
        assert world.news()[0].keys() == {item_id}

    def test_deleted_is_reported_and_gone_for_certain(self, world: TaskWorld) -> None:
        """R51, R84: a deletion is reported, and asking for the item confirms it."""
        item_id, other = world.user_adds(CALL), world.user_adds(Task(subject="Post"))
        _, cursor = world.news()
        world.user_deletes(item_id)
        assert world.news(cursor)[0] == {item_id: Removed(item_id=item_id)}
        assert world.mailbox.fetch(Kind.TASKS, [item_id, other]).keys() == {other}

    def test_asking_for_nothing_gives_nothing(self, world: TaskWorld) -> None:
        """R16: empty orders are no trouble."""
        assert world.mailbox.fetch(Kind.TASKS, []) == {}
        assert list(world.mailbox.apply(Kind.TASKS, [])) == []
        assert world.mailbox.created(Kind.TASKS, []) == {}

    # --- writing ----------------------------------------------------------------------------------------------

    def test_what_i_create_comes_back_once_and_equal(self, world: TaskWorld) -> None:
        """R11: our own write is recognised by its version in the next changes, so that no run answers itself."""
        _, cursor = world.news()
        item = world.make(FULL)
        assert task_of(item) == FULL
        news, cursor = world.news(cursor)
        assert news.keys() == {item.item_id}
        echo = news[item.item_id]
        assert isinstance(echo, Upserted)
        assert (echo.version, echo.content, echo.categories) == (item.version, FULL, ())
        assert world.news(cursor)[0] == {}

    def test_my_update_comes_back_once_and_equal(self, world: TaskWorld) -> None:
        """R11: the same for a change."""
        item = world.make()
        _, cursor = world.news()
        stored = world.change(item, subject="Bel Els", note="n")
        assert task_of(stored) == replace(CALL, subject="Bel Els", note="n")
        assert stored.version != item.version
        news, cursor = world.news(cursor)
        echo = news[item.item_id]
        assert isinstance(echo, Upserted)
        assert (echo.version, echo.content) == (stored.version, stored.content)
        assert world.news(cursor)[0] == {}

    @pytest.mark.parametrize(
        "fields",
        [
            *({"status": each} for each in TaskStatus if each is not TaskStatus.COMPLETED),
            {"status": TaskStatus.COMPLETED, "completed_on": date(2026, 11, 20)},
            *({"priority": each} for each in Priority),
            *({"due": TENTH, "recurrence": each} for each in RECURRENCES),
            {"start": date(2026, 2, 28), "due": date(2028, 2, 29)},
            {"due": date(1, 1, 1)},
            {"due": date(9999, 12, 31)},
            {"reminder": REMINDER},
        ],
        ids=lambda fields: "-".join(str(getattr(each, "pattern", each)) for each in fields.values()),
    )
    def test_every_value_makes_the_round_trip(self, world: TaskWorld, fields: dict[str, Any]) -> None:
        """R52: made with it, or given it later, or rid of it again."""
        with_it, without = replace(Task(subject="x"), **fields), Task(subject="x")
        made = world.make(with_it)
        assert task_of(made) == task_of(world.seen(made.item_id)) == with_it
        rid = world.change(made, **{name: getattr(without, name) for name in fields})
        assert task_of(rid) == task_of(world.seen(made.item_id)) == without
        again = world.change(rid, **fields)
        assert task_of(again) == task_of(world.seen(made.item_id)) == with_it

    def test_an_update_changes_the_named_fields_only(self, world: TaskWorld) -> None:
        """R18: a field that is not named stays, whatever the order says of it."""
        item = world.make(FULL)
        order = replace(world.update(item, subject="Anders"), content=Task(subject="Anders", note="weg"))
        world.apply(order)
        assert task_of(world.seen(item.item_id)) == replace(FULL, subject="Anders")

    def test_completed_on_our_side_and_taken_up_again(self, world: TaskWorld) -> None:
        """R51: ticking off travels with its day; taking it up again forgets the day."""
        item = world.make()
        done = world.change(item, status=TaskStatus.COMPLETED, completed_on=date(2026, 11, 20))
        assert task_of(done).completed_on == date(2026, 11, 20)
        again = world.change(done, status=TaskStatus.NOT_STARTED, completed_on=None)
        assert task_of(again) == task_of(world.seen(item.item_id)) == CALL

    def test_the_day_of_completion_can_be_put_right(self, world: TaskWorld) -> None:
        """R52: the completion date is a field like any other."""
        item = world.make(replace(CALL, status=TaskStatus.COMPLETED, completed_on=date(2026, 11, 20)))
        stored = world.change(item, completed_on=date(2026, 11, 19))
        assert task_of(world.seen(item.item_id)) == task_of(stored)
        assert task_of(stored).completed_on == date(2026, 11, 19)

    def test_what_the_crm_does_not_know_survives_an_update(self, world: TaskWorld) -> None:
        """R20: steps, other programs' links and the user's categories are left untouched by our writes."""
        item_id = world.user_adds(CALL)
        world.user_adds_extras(item_id)
        before = world.extras(item_id)
        assert before
        world.change(world.seen(item_id), subject="x", note="n", status=TaskStatus.DEFERRED, due=None)
        assert world.extras(item_id) == before

    def test_an_old_version_is_refused_and_changes_nothing(self, world: TaskWorld) -> None:
        """R18: an edit that we have not seen is not written over, nor deleted."""
        item = world.make()
        world.user_renames(item.item_id, "outlook")
        if not world.checks_versions:
            pytest.skip("this service does not check versions")
        update, delete = world.apply(
            world.update(item, subject="crm", note="n"), Delete(item_id=item.item_id, version=item.version)
        )
        assert (update.why, delete.why) == (Refusal.CHANGED_MEANWHILE, Refusal.CHANGED_MEANWHILE)
        assert task_of(world.seen(item.item_id)) == replace(CALL, subject="outlook")

    @pytest.mark.parametrize("version", ["", None], ids=["no version", "the version seen"])
    def test_what_is_gone_cannot_be_updated(self, world: TaskWorld, version: str | None) -> None:
        """R16: the answer for an item that is gone is that, and no more."""
        item = world.make()
        world.user_deletes(item.item_id)
        order = world.update(item, subject="x")
        (result,) = world.apply(order if version is None else replace(order, version=version))
        assert isinstance(result, Refused)
        assert result.why is Refusal.GONE

    def test_deleting_twice_is_done_once(self, world: TaskWorld) -> None:
        """R17: gone is done, however often it is ordered."""
        item = world.make()
        _, cursor = world.news()
        order = Delete(item_id=item.item_id, version=item.version)
        assert world.apply(order) == [Stored(item_id=item.item_id, item=None)]
        assert world.apply(order) == [Stored(item_id=item.item_id, item=None)]
        assert world.is_gone(item.item_id)
        assert world.news(cursor)[0] == {item.item_id: Removed(item_id=item.item_id)}

    # --- many at once, trouble --------------------------------------------------------------------------------

    def test_one_bad_write_of_twenty_leaves_nineteen(self, world: TaskWorld) -> None:
        """R16: one item's trouble is its own, and every answer stands at its order's place."""
        orders = [world.create(Task(subject=f"N{n}")) for n in range(20)]
        orders[7] = world.create(world.bad_task)
        results = world.apply(*orders)
        assert isinstance(results[7], Refused)
        assert results[7].why in {Refusal.INVALID, Refusal.TOO_LARGE}
        subjects = [task_of(each.item).subject for each in results if isinstance(each, Stored)]
        assert subjects == [f"N{n}" for n in range(20) if n != 7]

    def test_more_than_a_batch_at_once(self, world: TaskWorld) -> None:
        """R16: splitting is the connector's affair; kinds of orders may be mixed."""
        first, second = world.make(), world.make(Task(subject="Post"))
        count = world.mailbox.can.batch_size + 5
        orders: list[Write] = [world.create(Task(subject=f"N{n}")) for n in range(count)]
        orders.insert(3, world.update(first, subject="Anders"))
        orders.insert(30, Delete(item_id=second.item_id, version=second.version))
        results = world.apply(*orders)
        assert [type(each) for each in results] == [Stored] * (count + 2)
        assert task_of(results[3].item).subject == "Anders"
        assert results[30].item is None
        assert len({each.item_id for each in results}) == count + 2

    def test_a_creation_is_found_by_its_stamp(self, world: TaskWorld) -> None:
        """R17: by its mark a new item can be looked up, also after a change; one that never arrived finds nothing."""
        order, other = world.create(CALL), world.create(Task(subject="Post"))
        (stored,) = world.apply(order)
        world.apply(other)
        found = world.mailbox.created(Kind.TASKS, [order.stamp, "never-sent"])
        assert found.keys() == {order.stamp}
        assert found[order.stamp].item_id == stored.item_id
        world.user_renames(stored.item_id, "outlook")
        found = world.mailbox.created(Kind.TASKS, [order.stamp, other.stamp])
        assert found.keys() == {order.stamp, other.stamp}
        assert found[order.stamp].item == world.seen(stored.item_id)

    def test_a_creation_whose_answer_was_lost_is_found(self, world: TaskWorld) -> None:
        """R17: after a lost answer the item is there once, under its mark."""
        world.news()
        world.lose_next_answer()
        order = world.create(CALL)
        try:
            (result,) = world.apply(order)
            assert isinstance(result, Refused)
            assert result.why is Refusal.UNKNOWN
        except MailboxError:
            pass  # lost for the whole call: as good
        found = world.mailbox.created(Kind.TASKS, [order.stamp])
        assert task_of(world.seen(found[order.stamp].item_id)) == CALL
        assert world.news()[0].keys() == {found[order.stamp].item_id}

    @pytest.mark.parametrize(
        "text",
        ["Jürgen Ångström", "👩‍🚀 vuur 🔥", "مرحبا", "een\ntwee\n\n  vier", "x" * 10_000, "<b>&amp;\"'\\"],
        ids=["accents", "emoji", "right-to-left", "lines", "10,000", "markup"],
    )
    def test_text_stays_as_it_is(self, world: TaskWorld, text: str) -> None:
        """R18: no letter changes on the way, neither of a new note nor of a changed one."""
        item = world.make(replace(CALL, note=text))
        assert task_of(item).note == task_of(world.seen(item.item_id)).note == text
        other = world.make()
        assert task_of(world.change(other, note=text)).note == text
        assert task_of(world.seen(other.item_id)).note == text
        assert task_of(world.change(world.seen(other.item_id), note="")).note == ""
        subject = text[:255].split("\n", maxsplit=1)[0]
        assert task_of(world.change(world.seen(other.item_id), subject=subject)).subject == subject

    def test_notes_with_other_line_ends_are_read_as_ours(self, world: TaskWorld) -> None:
        """R18: CR LF in Outlook is no difference."""
        item_id = world.user_adds(replace(CALL, note="een\r\ntwee"))
        assert task_of(world.seen(item_id)).note == "een\ntwee"
