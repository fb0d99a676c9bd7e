"""One kind of one mailbox brought in step: recover, pull, plan, apply, record (design: pull–plan–apply–record).

The only module of the engine that touches a `Mailbox`. What is decided, `plan` decides; what is stored, the store
stores in one transaction per page. The network is never inside a transaction, and the cursor moves last of all, so
that a run can be cut anywhere (R17).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar, cast

from crmcorner.items.changes import Change, ItemId, Refusal, Refused, Removed, Stamp, Upserted, Version
from crmcorner.items.records import Kind
from crmcorner.mailbox.errors import CursorExpired, Throttled
from crmcorner.mailbox.protocol import Cursor, Mailbox, Window
from crmcorner.sync.actions import NEW, Action, Plan, Reconcile
from crmcorner.sync.brake import Brake
from crmcorner.sync.journal import Journal
from crmcorner.sync.orders import RemoteAction, intent_of, is_remote, write_of
from crmcorner.sync.plan import Situation, is_idle, plan
from crmcorner.sync.policy import Policy
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.recovery import recover
from crmcorner.sync.settlements import held_back, local_settlement, question_closed, settlement_of, unsent
from crmcorner.sync.state import Candidate, CrmId, CrmRecord, Link, LinkStatus, Origin
from crmcorner.sync.store import CrmStore, Due, Touched

T = TypeVar("T")

CHUNK = 800
"""Four pages of Graph's contact delta: looking at more together would save little and hold much."""

ROUNDS = 3
"""How often new contacts that may be the same are judged again together, before they are taken one by one."""

_KEPT = (LinkStatus.ACTIVE, LinkStatus.PUT_BACK)


class Stopped(Exception):
    """A person asked to stop (R12): what is settled stays, the next run goes on from there."""


class Executor:
    """Carries out runs.

    Args:
        mailbox: the far side. store, journal: the near side.
        policy: who wins conflicts, what the mailbox can hold.
        new_stamp: makes a fresh, unguessable mark for each write.
        should_stop: asked between any two steps.
        make_sure: called before anything is concluded from a mailbox that does not know our cursor (any more): raises
            `MailboxReplaced` if it is not the one that our links belong to. A cursor that is known proves it is.
        window: R60: the days whose appointments are kept in step. together: how many items are looked at at once.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        store: CrmStore,
        journal: Journal,
        policy: Policy,
        *,
        new_stamp: Callable[[], Stamp],
        should_stop: Callable[[], bool],
        make_sure: Callable[[], None] = lambda: None,
        window: Window | None = None,
        together: int = CHUNK,
    ) -> None:
        self.mailbox, self.store, self.journal, self.policy = mailbox, store, journal, policy
        self.new_stamp, self.should_stop, self.make_sure = new_stamp, should_stop, make_sure
        self.window, self.together = window, together

    def run(self, kind: Kind) -> None:
        """Bring one kind in step.

        Raises:
            Stopped: a person asked for it. LeaseLost: another worker took over.
            MailboxError: the mailbox as a whole cannot be used now. In every case what was settled stays valid.
        """
        _KindRun(self, kind).run()


class _KindRun:
    """The state of one kind's run: what has been looked at, what is still to be looked at."""

    def __init__(self, executor: Executor, kind: Kind) -> None:
        self.mailbox, self.store, self.journal = executor.mailbox, executor.store, executor.journal
        self.policy, self.new_stamp = executor.policy, executor.new_stamp
        self.should_stop, self.make_sure = executor.should_stop, executor.make_sure
        self.kind, self.together = kind, executor.together
        self.window = executor.window if kind is Kind.CALENDAR else None
        self.due = Due()
        self.brake = Brake(allowed=frozenset(), held=frozenset(), linked=lambda: 0)
        self.again_records: set[CrmId] = set()
        self.again_items: set[ItemId] = set()
        self.seen: dict[ItemId, Version] = {}
        self.shown: set[ItemId] = set()
        self.taken_items: set[ItemId] = set()
        self.removed: set[ItemId] = set()
        self.unsettled: set[ItemId] = set()
        self.done_records: set[CrmId] = set()
        self.done = self.total = 0

    def run(self) -> None:
        cursor, watermark = self.store.start(self.kind)
        recovered = recover(self.mailbox, self.store, self.journal, self.kind, make_sure=self.make_sure)
        self.again_records |= recovered.crm_ids
        self.again_items |= recovered.item_ids
        self.due = self.store.due(self.kind)
        self.brake = Brake(
            allowed=self.due.allowed, held=self.due.held, linked=partial(self.store.linked, self.kind)
        )
        touched = self.store.touched(self.kind, watermark if cursor else None)
        cursor, everything = self.pull(cursor)
        if everything:
            # Records are read after this, but what changed while Outlook was read must come again next time.
            whole = self.store.touched(self.kind, None)
            touched = Touched(crm_ids=whole.crm_ids | touched.crm_ids, watermark=touched.watermark)
        self.look_again()
        self.push_all(touched.crm_ids | self.due.crm_ids, confirm=everything)
        self.perform(self.brake.rest())
        shown = frozenset(self.shown - self.removed) if everything else None
        self.store.finish(self.kind, cursor, touched.watermark, shown)

    # --- from Outlook -----------------------------------------------------------------------------------------

    def pull(self, cursor: Cursor | None) -> tuple[Cursor | None, bool]:
        """Read what changed and settle it page by page; return the new cursor, and whether everything was read."""
        if cursor is None:
            self.make_sure()
        try:
            return self.pull_from(cursor), cursor is None
        except CursorExpired:
            self.make_sure()
            # Everything is read and compared afresh; what is missing then is asked for by name (R84).
            self.shown.clear()
            return self.pull_from(None), True

    def pull_from(self, cursor: Cursor | None) -> Cursor | None:
        self.progress("reading")
        waiting: list[Change] = []
        for page in self.mailbox.changes(self.kind, cursor, self.window):
            waiting += page.changes
            cursor = page.cursor
            if page.complete or len(waiting) >= self.together:
                self.take_changes(waiting)
                waiting = []
            self.step("reading")
        if waiting:
            self.take_changes(waiting)
        return cursor

    def take_changes(self, changes: Sequence[Change]) -> None:
        """Take what was not seen in this very state before; what went missing is asked for after the last page."""
        items: dict[ItemId, Upserted] = {}
        for change in changes:
            if isinstance(change, Removed):
                self.removed.add(change.item_id)
                before = items.pop(change.item_id, None)
                if before is not None and before.takes_part:
                    self.again_items.add(change.item_id)
            else:
                self.removed.discard(change.item_id)
                if self.seen.get(change.item_id) != change.version:
                    items[change.item_id] = change
        self.seen.update((item_id, item.version) for item_id, item in items.items())
        for item_id, item in items.items():
            (self.shown.add if item.takes_part else self.shown.discard)(item_id)
        self.take_items(items)

    def take_items(self, items: dict[ItemId, Upserted], gone: frozenset[ItemId] = frozenset()) -> None:
        """Plan and carry out what became of these items, until none is left that may be the same as another."""
        deferred = self.take_once(items, gone)
        for _round in range(ROUNDS):
            if deferred:
                deferred = self.take_once({item.item_id: item for item in deferred})
        for item in deferred:
            self.take_once({item.item_id: item})

    def take_once(
        self, items: dict[ItemId, Upserted], gone: frozenset[ItemId] = frozenset()
    ) -> tuple[Upserted, ...]:
        """Plan and carry out what became of these items; return those that have to be judged again.

        An item whose last write is not known to have arrived is left to the next run, which begins by finding out.
        """
        items = {item_id: item for item_id, item in items.items() if item_id not in self.unsettled}
        gone -= self.unsettled
        links = self.store.links_by_item(self.kind, frozenset(items) | gone)
        self.answer_questions(items, gone - links.keys(), links.keys())
        items = {item_id: item for item_id, item in items.items() if self.matters(item, links.get(item_id))}
        if not items and not gone:
            return ()
        tied = {item_id: link for item_id, link in links.items() if item_id in items or item_id in gone}
        fresh = [item for item_id, item in items.items() if item_id not in tied]
        situation = Situation(
            links=list(tied.values()),
            records=self.store.records(self.kind, frozenset(link.crm_id for link in tied.values())),
            items=items,
            gone=gone,
            candidates=self.candidates(fresh) if fresh else {},
            choices=self.due.choices,
            verdicts=self.due.verdicts,
        )
        decided = plan(situation, self.policy)
        self.carry_out(decided)
        finished = {item_id: link for item_id, link in tied.items() if link.crm_id not in decided.again}
        self.taken_items |= {item_id for item_id in items if item_id not in tied or item_id in finished}
        self.done_records.update(link.crm_id for link in finished.values())
        # Also those that are being linked: should that fail, they must not get a second item meanwhile.
        paired = (
            each.record for each in decided.actions if isinstance(each, Reconcile) and each.link is None
        )
        self.done_records.update(record.crm_id for record in paired)
        return decided.deferred

    def matters(self, item: Upserted, link: Link | None) -> bool:
        """Whether an item has to be looked at: not our own echo, and not a contact that is none of ours (R41)."""
        if link is None:
            return item.takes_part
        if item.item_id in self.again_items or link.crm_id in self.again_records:
            return True
        if link.version == item.version and item.item_id not in self.due.item_ids:
            return False
        return item.takes_part or link.status in _KEPT

    def candidates(self, fresh: Sequence[Upserted]) -> dict[ItemId, Sequence[Candidate]]:
        """Return whom new items may mean; the one that the user chose is always among them (R44)."""
        found = dict(self.store.candidates(self.kind, fresh))
        for item in fresh:
            chosen = self.due.choices.get(item.item_id, NEW)
            known = {each.record.crm_id for each in found.get(item.item_id, ())}
            if chosen == NEW or chosen in known:
                continue
            link = self.store.links_by_crm(self.kind, frozenset({chosen})).get(chosen)
            linked = link.item_id if link and link.status in _KEPT else ""
            for record in self.store.records(self.kind, frozenset({chosen})).values():
                if not record.deleted:
                    another = Candidate(record=record, linked_item=linked)
                    found[item.item_id] = [*found.get(item.item_id, ()), another]
        return found

    def answer_questions(
        self, items: dict[ItemId, Upserted], gone: Collection[ItemId], linked: Collection[ItemId]
    ) -> None:
        """Look again at the candidates of questions that are decided now; close those whose item is not ours now."""
        fresh = items.keys() - linked
        asked = self.store.questions(self.kind, frozenset(fresh) | frozenset(gone))
        if not asked:
            return
        for candidates in asked.values():
            self.again_records.update(candidates)
        if closed := [
            question_closed(item_id, ReasonCode.REMOVED_IN_OUTLOOK if item_id in gone else None)
            for item_id in asked
            if item_id in gone or not items[item_id].takes_part
        ]:
            self.store.settle(self.kind, closed)

    def look_again(self) -> None:
        """Ask for items by name: those that went missing (R84), those that were undecided or failed (R16)."""
        missing = frozenset(self.removed)
        links = self.store.links_by_item(self.kind, missing)
        wanted = {item_id for item_id, link in links.items() if link.status in _KEPT}
        # A resting one may have been tagged again, or restored; what we deleted ourselves is not asked for.
        left = {item_id for item_id, link in links.items() if not _deleted_by_us(link)} - wanted
        wanted |= left
        wanted |= self.store.questions(self.kind, missing - links.keys()).keys()
        seen = self.seen.keys() - self.removed
        wanted |= (self.due.item_ids | self.due.choices.keys() | self.again_items) - seen
        for ids in _chunks(sorted(wanted), self.together):
            self.step("checking")
            found = dict(self.mailbox.fetch(self.kind, ids))
            self.seen.update((item_id, item.version) for item_id, item in found.items())
            gone = frozenset(ids) - found.keys() - left
            found = {
                item_id: item for item_id, item in found.items() if item_id not in left or item.takes_part
            }
            self.again_items.update(found)
            self.take_items(found, gone)

    # --- from the CRM -----------------------------------------------------------------------------------------

    def push_all(self, crm_ids: frozenset[CrmId], *, confirm: bool) -> None:
        """Plan and carry out what the CRM changed, and what has to be looked at again because of that."""
        self.push((crm_ids | self.again_records) - self.done_records, confirm=confirm)
        for _round in range(ROUNDS):
            left = self.again_records - self.done_records
            if left:
                self.push(left, confirm=False)

    def push(self, crm_ids: Iterable[CrmId], *, confirm: bool) -> None:
        """Plan and carry out records; ``confirm``: linked items that were not read are asked for by name (R84).

        So are those held back: that they are gone may have been told long ago.
        """
        todo = sorted(crm_ids)
        self.total = self.done + len(todo)
        for ids in _chunks(todo, self.together):
            self.step("comparing")
            before = self.done
            wanted = frozenset(ids) - self.done_records
            tied = self.store.links_by_crm(self.kind, wanted)
            links = {crm_id: link for crm_id, link in tied.items() if link.item_id not in self.taken_items}
            wanted -= tied.keys() - links.keys()
            records = self.store.records(self.kind, wanted)
            doubtful = sorted(
                link.item_id
                for crm_id, link in links.items()
                if link.status is LinkStatus.PUT_BACK
                or (link.status is LinkStatus.WITHDRAWN and crm_id in records and records[crm_id].in_scope)
                or (link.status is LinkStatus.ACTIVE and (not link.version or crm_id in self.due.held))
                or (
                    confirm
                    and link.status is LinkStatus.ACTIVE
                    and link.item_id not in self.seen
                    and _expected(records.get(crm_id))
                )
            )
            items = self.mailbox.fetch(self.kind, doubtful) if doubtful else {}
            situation = Situation(
                links=list(links.values()),
                records=records,
                items=items,
                gone=frozenset(item_id for item_id in doubtful if item_id not in items),
                asked=self.store.asked_about(self.kind, wanted - links.keys()),
                choices=self.due.choices,
                verdicts=self.due.verdicts,
            )
            decided = plan(situation, self.policy)
            self.carry_out(decided)
            self.done_records |= frozenset(ids) - decided.again
            self.done = before + len(ids)

    # --- carrying out -----------------------------------------------------------------------------------------

    def carry_out(self, decided: Plan) -> None:
        """Do what was decided, but for what the brake keeps (R84)."""
        self.again_records |= decided.again
        actions, held = self.brake.sort([action for action in decided.actions if not is_idle(action)])
        if held:
            self.store.settle(self.kind, [held_back(action) for action in held])
        self.perform(actions)

    def perform(self, actions: Sequence[Action]) -> None:
        """Store what concerns the CRM alone at once; write the rest in Outlook, batch by batch."""
        if here := [local_settlement(action) for action in actions if not is_remote(action)]:
            self.store.settle(self.kind, here)
            self.done += len(here)
        there = [cast("RemoteAction", action) for action in actions if is_remote(action)]
        for batch in _chunks(there, self.policy.can.batch_size):
            self.step("writing")
            self.write(batch)

    def write(self, batch: Sequence[RemoteAction]) -> None:
        """Intent, write, settlement (style: say it before you do it, mark what you make, remember it last)."""
        stamps = [self.new_stamp() for _action in batch]
        intended = [intent_of(action, stamp) for action, stamp in zip(batch, stamps, strict=True)]
        intents = self.journal.open(self.kind, intended)
        writes = [write_of(action, stamp) for action, stamp in zip(batch, stamps, strict=True)]
        try:
            results = self.mailbox.apply(self.kind, writes)
        except Throttled:
            self.store.settle(self.kind, [unsent(*pair) for pair in zip(batch, intents, strict=True)])
            raise
        settled = [settlement_of(*each) for each in zip(batch, results, intents, strict=True)]
        self.store.settle(self.kind, settled)
        self.done += len(settled)
        for intent, result in zip(intended, results, strict=True):
            if isinstance(result, Refused) and result.why is Refusal.UNKNOWN:
                self.unsettled.add(intent.item_id)
                self.done_records.add(intent.crm_id)
        pauses = [result.retry_after for result in results if isinstance(result, Refused)]
        if max(pauses, default=0.0) > 0:
            raise Throttled(max(pauses))

    def step(self, phase: str) -> None:
        """Show how far we are, and stop here if a person asked for it (R12)."""
        self.progress(phase)
        if self.should_stop():
            raise Stopped

    def progress(self, phase: str) -> None:
        """Show how far we are; how much there is in all is known once Outlook has been read."""
        total = max(self.total, self.done) if self.total else 0
        self.store.progress(self.kind, phase=phase, done=self.done, total=total)


def _expected(record: CrmRecord | None) -> bool:
    """Whether everything that was read would have shown its item: not if it lies outside the window (R60)."""
    return record is None or record.expected


def _deleted_by_us(link: Link) -> bool:
    return link.status is LinkStatus.WITHDRAWN and link.origin is Origin.CRM


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
