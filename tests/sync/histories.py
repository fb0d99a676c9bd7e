"""Random histories: users edit on both sides, runs go wrong in every way, and at the end everything must be right.

What users wrote is followed by value: every value that a user writes is unique, so that at rest it must either stand
on both sides, or have been replaced by someone who saw it, or be kept in a conflict. Nothing is asked of the engine's
insides.
"""

import dataclasses
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from crmcorner.items.changes import Delete, Refusal, Refused, Stored, Unread, Update, Write, WriteResult
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact
from crmcorner.mailbox.errors import MailboxError, Unreachable
from crmcorner.mailbox.memory.mailbox import BIN, DEFAULT_FOLDER, StoredItem
from crmcorner.sync import lens
from crmcorner.sync.executor import Stopped
from crmcorner.sync.policy import Winner
from crmcorner.sync.report import figures
from crmcorner.sync.state import Link, LinkStatus
from tests.sync.bench_of_two import TOGETHER, Pair
from tests.sync.cutting import Died, Fuse, MeddledStore, TroubledMailbox, set_fuse
from tests.sync.memory_store import Row

TEXTS = ("job_title", "nickname", "note")
PEOPLE = st.integers(0, 2)
SIDES = st.sampled_from(["crm", "outlook"])
EDITS = st.lists(st.tuples(PEOPLE, SIDES, st.sampled_from(TEXTS)), max_size=3)
RESTING = (LinkStatus.REMOVED, LinkStatus.UNTAGGED)
MOST_RUNS = 3


@dataclass
class Written:
    """What users wrote, to be found again at the end."""

    texts: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    emails: dict[str, set[str]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    in_crm: set[str] = field(default_factory=set)
    instead_of: dict[str, str] = field(default_factory=dict)


class Histories(RuleBasedStateMachine):
    """A CRM and an Outlook, their users, and a network that fails."""

    def __init__(self) -> None:
        super().__init__()
        tidy = lambda contact: dataclasses.replace(contact, note=contact.note.strip())  # noqa: E731
        self.pair = Pair(mailbox=TroubledMailbox(tidy=tidy))
        self.pair.crm = MeddledStore()
        self.numbers = itertools.count(1)
        self.written = Written()
        self.tagged_once: set[str] = set()
        self.deleted_by_user: set[str] = set()
        self.deleted_by_us: set[str] = set()
        self.answer_lost = self.was_alive = False
        self.outlook.before, self.outlook.after = self.watch, self.note

    @property
    def outlook(self) -> TroubledMailbox:
        assert isinstance(self.pair.outlook, TroubledMailbox)
        return self.pair.outlook

    @property
    def crm(self) -> MeddledStore:
        assert isinstance(self.pair.crm, MeddledStore)
        return self.pair.crm

    @initialize(winner=st.sampled_from(Winner), page=st.sampled_from([1, 2, 50]), loses=st.booleans())
    def start(self, winner: Winner, page: int, loses: bool) -> None:
        """One setting, one page size; a person of the CRM with many addresses and one of Outlook, in step."""
        self.pair.winner, self.outlook.page_size, self.outlook.loses_returned = winner, page, loses
        self.pair.together = TOGETHER[page]
        self.crm_adds(0, in_scope=True)
        for _address in range(4):
            self.edits_addresses(0, "crm", drop=False)
        self.outlook_adds(1, tagged=True)
        self.pair.run()

    # --- finding ----------------------------------------------------------------------------------------------

    def row(self, name: str) -> tuple[str, Row] | None:
        """The record of a person; if there is none, the one in the CRM's bin."""
        found = [(crm_id, row) for crm_id, row in self.crm.data.rows.items() if row.contact.surname == name]
        alive = [each for each in found if not each[1].deleted]
        assert len(alive) <= 1, f"{name} is in the CRM {len(alive)} times"
        return alive[0] if alive else found[-1] if found else None

    def item(self, name: str) -> StoredItem | None:
        """The contact of a person, if it is not in Deleted Items."""
        alive = [item for item in self.outlook.items.values() if item.folder != BIN]
        found = [item for item in alive if item.contact.surname == name]
        assert len(found) <= 1, f"{name} is in Outlook {len(found)} times"
        return found[0] if found else None

    def is_linked(self, item: StoredItem) -> bool:
        """Whether a contact has a link, resting or not."""
        return any(link.item_id == item.item_id for link in self.crm.data.links.values())

    def is_tagged(self, item: StoredItem) -> bool:
        """Whether a contact bears the category."""
        return any(each.casefold() == CATEGORY.casefold() for each in item.categories)

    def fresh(self, word: str) -> str:
        """A value that nobody wrote before."""
        return f"{word}{next(self.numbers)}"

    def contact(self, name: str) -> Contact:
        """A new contact with a value of its own."""
        title = self.fresh("t")
        self.written.texts.setdefault((name, "job_title"), set()).add(title)
        return Contact(given_name="P", surname=name, emails=(f"{name.lower()}@x.example",), job_title=title)

    # --- users ------------------------------------------------------------------------------------------------

    @rule(number=PEOPLE, in_scope=st.booleans())
    def crm_adds(self, number: int, in_scope: bool) -> None:
        """A person is entered in the CRM; not one who is in Outlook untagged, where we may not see him (R41)."""
        item = self.item(f"N{number}")
        if self.row(f"N{number}") is None and (item is None or self.is_tagged(item)):
            self.crm.user_adds(self.contact(f"N{number}"), in_scope=in_scope)

    @rule(number=PEOPLE, tagged=st.booleans())
    def outlook_adds(self, number: int, tagged: bool) -> None:
        """A contact is entered in Outlook."""
        name = f"N{number}"
        row = self.row(name)
        linked = row and row[0] in self.crm.data.links
        if self.item(name) is None and not linked and not self.crm.data.intents and (tagged or row is None):
            item_id = self.outlook.user_adds(
                self.contact(name), categories=("Golf", CATEGORY) if tagged else ("Golf",)
            )
            self.outlook.user_changes(item_id, unknown={"spouse": name})
            self.tagged_once |= {name} if tagged else set()

    @rule(number=PEOPLE, side=SIDES, field_name=st.sampled_from(TEXTS), empty=st.booleans())
    def edits(self, number: int, side: str, field_name: str, empty: bool) -> None:
        """A user writes in a field."""
        name = f"N{number}"
        value, seen = "" if empty else self.fresh("v"), ""
        if side == "crm" and (row := self.row(name)):
            seen = getattr(row[1].contact, field_name).strip()
            self.crm.user_changes(row[0], **{field_name: f" {value} " if field_name == "note" else value})
            self.written.in_crm.add(value)
        elif side == "outlook" and (item := self.item(name)):
            seen = getattr(item.contact, field_name).strip()
            self.outlook.user_changes(item.item_id, {field_name: value})
        else:
            return
        self.written.replaced.add(seen)
        self.written.texts.setdefault((name, field_name), set()).add(value)
        if value:
            self.written.instead_of[value] = seen

    @rule(number=PEOPLE, side=SIDES, drop=st.booleans())
    def edits_addresses(self, number: int, side: str, drop: bool) -> None:
        """A user adds an e-mail address, or takes one away; the first is left alone."""
        name = f"N{number}"
        row, item = self.row(name), self.item(name)
        if (side == "crm" and row is None) or (side == "outlook" and item is None):
            return
        emails = row[1].contact.emails if side == "crm" and row else item.contact.emails if item else ()
        if drop and len(emails) > 1:
            self.written.dropped.add(emails[-1])
            emails = emails[:-1]
        elif not drop and (side == "crm" or len(emails) < 3):
            emails = (*emails, f"{self.fresh('e')}@x.example")
            self.written.emails.setdefault(name, set()).add(emails[-1])
        else:
            return
        if side == "crm" and row:
            self.crm.user_changes(row[0], emails=emails)
        elif item:
            self.outlook.user_changes(item.item_id, {"emails": emails})

    @rule(number=PEOPLE)
    def outlook_garbles(self, number: int) -> None:
        """An address is written in Outlook that the CRM cannot understand (R45)."""
        if item := self.item(f"N{number}"):
            why = Unread(text=self.fresh("garbled"), reason="address-refused")
            self.outlook.user_changes(item.item_id, {"home_address": None}, unread={"home_address": why})

    @rule(number=PEOPLE)
    def crm_mends(self, number: int) -> None:
        """The address is filled in by hand in the CRM."""
        if row := self.row(f"N{number}"):
            address = PostalAddress(street=self.fresh("s"), house_number="1", city="A", country="NL")
            self.crm.user_changes(row[0], home_address=address)

    @rule(number=PEOPLE, action=st.sampled_from(["tag", "untag", "delete", "restore", "move", "restore"]))
    def outlook_handles(self, number: int, action: str) -> None:
        """A contact is tagged, deleted, moved, brought back."""
        name = f"N{number}"
        item = self.item(name)
        if action == "restore" and item is None and not self.crm.data.intents:
            binned = [each for each in self.outlook.items.values() if each.contact.surname == name]
            if binned and (self.is_tagged(binned[-1]) or self.row(name) is None):
                self.outlook.user_moves(binned[-1].item_id, DEFAULT_FOLDER)
        elif item is None:
            return
        elif action == "tag":
            self.outlook.user_changes(item.item_id, categories=("Golf", "crmcorner"))
            self.tagged_once.add(name)
        elif action == "untag" and (self.row(name) is None or self.is_linked(item)):
            self.outlook.user_changes(item.item_id, categories=("Golf",))
        elif action in ("delete", "move"):
            self.outlook.user_moves(item.item_id, BIN if action == "delete" else "suppliers")
            if action == "delete":
                self.deleted_by_user.add(item.item_id)
                self.deleted_by_us.discard(item.item_id)

    @rule(number=PEOPLE, action=st.sampled_from(["delete", "undelete", "enter", "leave", "put back"]))
    def crm_handles(self, number: int, action: str) -> None:
        """A record is deleted, restored, enters or leaves the scope, is put back in Outlook."""
        found = self.row(f"N{number}")
        if found is None:
            return
        crm_id, row = found
        if action in ("delete", "undelete") and row.deleted is (action == "undelete"):
            self.crm.user_sets_deleted(crm_id, deleted=action == "delete")
        elif action in ("enter", "leave"):
            self.crm.set_scope(crm_id, in_scope=action == "enter")
        elif action == "put back" and (link := self.crm.data.links.get(crm_id)) and link.status in RESTING:
            self.crm.puts_back(crm_id)

    @precondition(lambda self: self.pair.winner is Winner.ASK)
    @rule(verdict=st.sampled_from([Winner.CRM, Winner.OUTLOOK]))
    def decides(self, verdict: Winner) -> None:
        """A user decides the latest conflict of a pair in step; that of one that rests is closed."""
        lines = [line for line in self.crm.data.lines if line.conflicts and line.crm_id]
        if lines and self.crm.data.links[lines[-1].crm_id].status is LinkStatus.ACTIVE:
            self.crm.data.verdicts[lines[-1].crm_id, lines[-1].conflicts[0].field] = verdict

    # --- runs -------------------------------------------------------------------------------------------------

    def watch(self, write: Write) -> WriteResult | None:
        """R20, R42: look at every write as it is made: nothing that is needless, nothing of the user's own deleted."""
        if isinstance(write, Update):
            item = self.outlook.items[write.item_id]
            if write.version == str(item.version):
                same = {n for n in write.fields if getattr(item.contact, n) == getattr(write.contact, n)}
                assert not same - item.unread.keys(), f"{same} were written though they are so already"
        elif isinstance(write, Delete):
            item = self.outlook.items[write.item_id]
            assert not item.unknown, "a contact that the user made was deleted"
            self.was_alive = item.folder != BIN
        return None

    def note(self, write: Write, result: WriteResult) -> WriteResult:
        """Remember what our deletions took from a person who is still in the CRM."""
        if isinstance(result, Stored) and isinstance(write, Delete) and self.was_alive:
            row = self.row(self.outlook.items[write.item_id].contact.surname)
            alive = row and not row[1].deleted
            (self.deleted_by_us.add if alive else self.deleted_by_us.discard)(write.item_id)
        return result

    def attempt(self) -> None:
        """Run; whatever goes wrong, the next run goes on from there."""
        try:
            self.pair.run()
        except (Died, MailboxError, Stopped):
            pass
        self.answer_lost |= bool(self.crm.data.intents)

    def edit_all(self, edits: list[tuple[int, str, str]]) -> None:
        """Users write, so that the run has something to do."""
        for number, side, field_name in edits:
            self.edits(number, side, field_name, empty=False)

    @rule(edits=EDITS)
    def runs(self, edits: list[tuple[int, str, str]]) -> None:
        """A run to which nothing happens."""
        self.edit_all(edits)
        self.attempt()

    @rule(edits=EDITS, at=st.integers(0, 6), after=st.booleans())
    def run_dies(self, edits: list[tuple[int, str, str]], at: int, after: bool) -> None:
        """The process is killed at a durable step."""
        self.edit_all(edits)
        set_fuse(self.pair, Fuse(at, after=after))
        self.attempt()
        set_fuse(self.pair, None)

    @rule(edits=EDITS, nth=st.integers(1, 3), meddling=EDITS)
    def run_is_meddled_with(
        self, edits: list[tuple[int, str, str]], nth: int, meddling: list[tuple[int, str, str]]
    ) -> None:
        """Users write while the run is about to store what it decided."""
        counted = itertools.count(1)

        def meddle() -> None:
            if next(counted) == nth:
                self.edit_all(meddling)

        self.edit_all(edits)
        self.crm.meddle = meddle
        self.attempt()
        self.crm.meddle = lambda: None

    @rule(
        edits=EDITS,
        nth=st.integers(1, 3),
        trouble=st.sampled_from([*Refusal, "cut", "busy", "edit", "crm edit"]),
        field_name=st.sampled_from(TEXTS),
    )
    def run_with_trouble_before_a_write(
        self, edits: list[tuple[int, str, str]], nth: int, trouble: str, field_name: str
    ) -> None:
        """A write is refused, or someone edits just before it."""
        self.edit_all(edits)

        def strike(write: Write) -> WriteResult | None:
            name = "" if isinstance(write, Delete) else write.contact.surname
            if trouble == "cut":
                raise Unreachable("before")
            if trouble == "busy":
                return Refused(why=Refusal.BUSY, retry_after=30)
            if trouble in ("edit", "crm edit"):
                self.edits(int(name[1:] or 0), "crm" if " " in trouble else "outlook", field_name, False)
                return None
            if trouble is Refusal.GONE and not isinstance(write, Update):
                return None
            return Refused(why=Refusal(trouble))

        self.run_striking(nth, strike, None)

    @rule(edits=EDITS, nth=st.integers(1, 3), cut=st.booleans())
    def run_with_a_lost_answer(self, edits: list[tuple[int, str, str]], nth: int, cut: bool) -> None:
        """A write takes effect and its answer gets lost."""
        self.edit_all(edits)

        def lose(_write: Write) -> WriteResult | None:
            if cut:
                raise Unreachable("after")
            return Refused(why=Refusal.UNKNOWN)

        self.run_striking(nth, None, lose)

    @rule()
    def run_is_throttled(self) -> None:
        """The service takes no writes at all."""
        self.outlook.throttled = True
        self.attempt()
        self.outlook.throttled = False

    @rule()
    def cursor_expires(self) -> None:
        """The service forgets its cursors."""
        self.outlook.forget_cursors()

    @rule(steps=st.integers(1, 8))
    def run_is_stopped(self, steps: int) -> None:
        """A person stops the run."""
        left = iter(range(steps))
        try:
            self.pair.run(should_stop=lambda: next(left, None) is None)
        except Stopped:
            pass

    def run_striking(
        self,
        nth: int,
        before: Callable[[Write], WriteResult | None] | None,
        after: Callable[[Write], WriteResult | None] | None,
    ) -> None:
        """Run with something that happens before or after the n-th write."""
        counted = itertools.count(1)

        def first(write: Write) -> WriteResult | None:
            self.watch(write)
            return before(write) if before and next(counted) == nth else None

        def then(write: Write, result: WriteResult) -> WriteResult:
            return (after(write) if after and next(counted) == nth else None) or self.note(write, result)

        self.outlook.before, self.outlook.after = first, then
        self.attempt()
        self.outlook.before, self.outlook.after = self.watch, self.note

    # --- what must hold ---------------------------------------------------------------------------------------

    @rule()
    def comes_to_rest(self) -> None:
        """R11, R17, R18, R19: a few runs later both sides agree, nothing is lost, and one more run does nothing."""
        self.pair.run()
        if self.outlook.loses_returned:
            self.outlook.forget_cursors()  # the full comparison of every night mends what such a service keeps back
        for _run in range(MOST_RUNS):
            self.pair.run()
        writes, rows = len(self.outlook.writes), {i: row.version for i, row in self.crm.data.rows.items()}
        assert figures(self.pair.run()).changed == 0, "a further run still changes something"
        assert len(self.outlook.writes) == writes, "a further run still writes in Outlook"
        assert {i: row.version for i, row in self.crm.data.rows.items()} == rows
        assert not self.crm.data.intents
        assert not self.crm.data.retries
        for number in range(3):
            self.check_person(f"N{number}")
        for each in (each for line in self.crm.data.lines for each in line.conflicts):
            # What a lost answer was about cannot always be told apart from an edit of the user's.
            if each.field not in TEXTS or self.answer_lost:
                continue
            ours, theirs = each.crm.strip(), each.outlook.strip()
            if ours and theirs:
                assert self.written.instead_of.get(ours) != theirs, "who wrote in the CRM saw Outlook's value"
                assert self.written.instead_of.get(theirs) != ours, "who wrote in Outlook saw the CRM's value"

    def check_person(self, name: str) -> None:
        """Both sides of one person."""
        row, item = self.row(name), self.item(name)
        if row is None:
            assert name not in self.tagged_once or item is None or CATEGORY not in item.categories
            assert name in self.tagged_once or name not in repr(self.crm.data), (
                "a private contact left a trace"
            )
            return
        link = self.crm.data.links.get(row[0])
        if link is not None:
            self.check_link(link, row[1])
        elif not row[1].deleted:
            assert not row[1].in_scope, f"{name} is in scope and not in Outlook"
        both = link is not None and link.status is LinkStatus.ACTIVE
        if item is not None and item.unknown:
            assert item.unknown == {"spouse": name}
            assert "Golf" in item.categories
        self.check_values(name, row[1].contact, item, both=both)

    def check_link(self, link: Link, row: Row) -> None:
        """R42, R43, R84: a link is what users made of it."""
        item = self.outlook.items[link.item_id]
        alive = item.folder != BIN
        tagged = self.is_tagged(item)
        if link.status is LinkStatus.ACTIVE:
            assert alive, "in step with what is gone"
            assert tagged
            assert not row.deleted
            assert row.in_scope or not link.scoped
        elif link.status is LinkStatus.REMOVED:
            assert not alive or row.deleted or not tagged, "taken for removed though it is there"
            assert link.item_id in self.deleted_by_user
        elif link.status is LinkStatus.UNTAGGED:
            assert not (alive and tagged) or row.deleted
        elif link.status is LinkStatus.WITHDRAWN:
            assert row.deleted or not row.in_scope
        else:
            assert row.deleted, "still to be put back"

    def check_values(self, name: str, ours: Contact, item: StoredItem | None, *, both: bool) -> None:
        """R18, R19: every value that a user wrote stands, was replaced by someone who saw it, or is kept."""
        kept = [
            str(value)
            for line in self.crm.data.lines
            for each in line.conflicts
            for value in (each.crm, each.outlook)
        ]
        theirs = item.contact if item else None
        binned = [
            each.contact
            for each in self.outlook.items.values()
            if each.contact.surname == name and each.item_id not in self.deleted_by_us
        ]
        binned += [each.contact for each in self.crm.data.rows.values() if each.contact.surname == name]
        for field_name in TEXTS:
            shown = {getattr(each, field_name).strip() for each in (ours, theirs) if each}
            kept += [getattr(each, field_name) for each in binned if each not in (ours, theirs)]
            for value in self.written.texts.get((name, field_name), set()) - self.written.replaced - {""}:
                held = any(value in text for text in kept)
                assert held or value in shown, f"{name}: {value} is lost"
                assert held or not both or len(shown) == 1, f"{name}: {value} stands on one side only"
                # After a lost answer the server's tidying cannot be told from an edit of the user's.
                tidied = field_name == "note" and value in self.written.in_crm and value in ours.note
                if tidied and not self.answer_lost:
                    assert ours.note == f" {value} ", "what the server tidied came back into the CRM"
        kept += [repr(each.emails) for each in binned]
        for email in self.written.emails.get(name, set()) - self.written.dropped:
            held = any(email in text for text in kept) or email in ours.emails
            assert held or (not both and theirs and email in theirs.emails), f"{name}: {email} is lost"
        if both and theirs and self.pair.winner is not Winner.ASK:
            view = lens.get(ours, frozenset(dataclasses.asdict(ours)), self.outlook.can)
            assert view.emails == theirs.emails
            assert view.home_address == theirs.home_address or item.unread if item else True

    def teardown(self) -> None:
        """Every history ends at rest."""
        self.comes_to_rest()
