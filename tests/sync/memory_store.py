"""The CRM's side in memory, as faithful as the engine needs: settling is all or nothing, histories have watermarks."""

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmcorner.items.changes import ItemId, Upserted
from crmcorner.items.records import (
    LIST_FIELDS,
    PERSONAL_FIELDS,
    Contact,
    Content,
    Kind,
    fields_of,
    of_type,
    with_fields,
)
from crmcorner.sync.actions import NEW, Choices
from crmcorner.sync.journal import Intent, IntentId
from crmcorner.sync.plan import label_of
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Line
from crmcorner.sync.state import Candidate, CrmId, CrmRecord, Link, LinkStatus
from crmcorner.sync.store import CrmWrite, Due, LeaseLost, Settlement, Touched

_RESTING = (LinkStatus.REMOVED, LinkStatus.UNTAGGED, LinkStatus.WITHDRAWN)


@dataclass
class Row:
    """A record of the CRM."""

    content: Content
    version: int = 1
    in_scope: bool = True
    deleted: bool = False

    @property
    def contact(self) -> Contact:
        """The content of a person or an organisation; raises `TypeError` for anything else."""
        return of_type(self.content, Contact)


@dataclass
class Durable:
    """What survives a crash."""

    rows: dict[CrmId, Row] = field(default_factory=dict)
    links: dict[CrmId, Link] = field(default_factory=dict)
    history: list[tuple[int, CrmId, bool]] = field(default_factory=list)
    intents: dict[IntentId, Intent] = field(default_factory=dict)
    questions: dict[ItemId, tuple[CrmId, ...]] = field(default_factory=dict)
    chosen: dict[ItemId, CrmId] = field(default_factory=dict)
    verdicts: dict[tuple[CrmId, str], Winner] = field(default_factory=dict)
    retries: set[tuple[CrmId, ItemId]] = field(default_factory=set)
    held: set[CrmId] = field(default_factory=set)
    allowed: set[CrmId] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    cursor: str | None = None
    watermark: str | None = None
    fence: int = 0
    number: int = 0

    def copy(self) -> "Durable":
        """Return one that can be changed without changing this one."""
        other = Durable(
            **{each.name: copy.copy(getattr(self, each.name)) for each in dataclasses.fields(self)}
        )
        other.rows = {crm_id: copy.copy(row) for crm_id, row in self.rows.items()}
        return other


class MemoryStore:
    """`CrmStore` and `Journal` over dictionaries, with the hands of the CRM's users.

    ``keeps``: what the CRM makes of a record that a run hands it, as a real one tidies.
    """

    def __init__(self, keeps: Callable[[Any], Any] = lambda content: content) -> None:
        self.data = Durable()
        self.held = 0
        self.keeps = keeps
        self._handed_out: set[tuple[CrmId, ItemId]] = set()

    # --- CRM users --------------------------------------------------------------------------------------------

    def user_adds(self, content: Content, *, in_scope: bool = True) -> CrmId:
        crm_id = self._new(content, in_scope=in_scope)
        self._note(crm_id, by_run=False)
        return crm_id

    def user_changes(self, crm_id: CrmId, **values: object) -> None:
        row = self.data.rows[crm_id]
        row.content = with_fields(row.content, values)
        row.version += 1
        self._note(crm_id, by_run=False)

    def user_deletes(self, crm_id: CrmId) -> None:
        self.user_sets_deleted(crm_id, deleted=True)

    def user_sets_deleted(self, crm_id: CrmId, *, deleted: bool) -> None:
        self.data.rows[crm_id].deleted = deleted
        self.data.rows[crm_id].version += 1
        self._note(crm_id, by_run=False)

    def set_scope(self, crm_id: CrmId, *, in_scope: bool) -> None:
        self.data.rows[crm_id].in_scope = in_scope
        self._note(crm_id, by_run=False)

    def puts_back(self, crm_id: CrmId) -> None:
        self.data.links[crm_id] = dataclasses.replace(self.data.links[crm_id], status=LinkStatus.PUT_BACK)

    def allows(self) -> None:
        """R84: what is held back may be done."""
        self.data.allowed |= self.data.held

    def chooses(self, item_id: ItemId, crm_id: CrmId = NEW) -> None:
        self.data.chosen[item_id] = crm_id

    # --- the lease --------------------------------------------------------------------------------------------

    def claim(self) -> None:
        """R15: a worker takes the mailbox; whoever held it before is shut out."""
        self.data.fence += 1
        self.held = self.data.fence

    def check_lease(self) -> None:
        """R17: who was overtaken stores nothing any more."""
        if self.held != self.data.fence:
            raise LeaseLost

    # --- CrmStore ---------------------------------------------------------------------------------------------

    def start(self, kind: Kind) -> tuple[str | None, str | None]:
        return self.data.cursor, self.data.watermark

    def touched(self, kind: Kind, since: str | None) -> Touched:
        watermark = str(self.data.number)
        if since is None:
            scope = {crm_id for crm_id, row in self.data.rows.items() if row.in_scope}
            return Touched(crm_ids=frozenset(scope | self.data.links.keys()), watermark=watermark)
        ids = {crm_id for number, crm_id, by_run in self.data.history if number > int(since) and not by_run}
        return Touched(crm_ids=frozenset(ids), watermark=watermark)

    def due(self, kind: Kind) -> Due:
        back = {crm_id for crm_id, link in self.data.links.items() if link.status is LinkStatus.PUT_BACK}
        decided = {crm_id for crm_id, _field in self.data.verdicts}
        choices: Choices = {i: chosen for i, chosen in self.data.chosen.items() if i in self.data.questions}
        held = self.data.held - self.data.allowed
        tried = {each for each in self.data.retries if each[0] not in held}
        self._handed_out = set(tried)
        return Due(
            crm_ids=frozenset({crm_id for crm_id, _item in tried if crm_id} | back | decided),
            item_ids=frozenset({item_id for _crm, item_id in tried if item_id} | choices.keys()),
            choices=choices,
            verdicts=dict(self.data.verdicts),
            allowed=frozenset(self.data.allowed),
            held=frozenset(held),
        )

    def records(self, kind: Kind, crm_ids: frozenset[CrmId]) -> Mapping[CrmId, CrmRecord]:
        return {crm_id: self._record(crm_id) for crm_id in crm_ids if crm_id in self.data.rows}

    def links_by_crm(self, kind: Kind, crm_ids: frozenset[CrmId]) -> Mapping[CrmId, Link]:
        return {crm_id: link for crm_id, link in self.data.links.items() if crm_id in crm_ids}

    def links_by_item(self, kind: Kind, item_ids: frozenset[ItemId]) -> Mapping[ItemId, Link]:
        return {link.item_id: link for link in self.data.links.values() if link.item_id in item_ids}

    def candidates(self, kind: Kind, items: Sequence[Upserted]) -> Mapping[ItemId, Sequence[Candidate]]:
        everybody = [
            Candidate(record=self._record(crm_id), linked_item=self._linked(crm_id))
            for crm_id, row in sorted(self.data.rows.items())
            if not row.deleted
        ]
        return {item.item_id: [each for each in everybody if _may_mean(each, item)] for item in items}

    def asked_about(self, kind: Kind, crm_ids: frozenset[CrmId]) -> frozenset[CrmId]:
        asked = {crm_id for ids in self.data.questions.values() for crm_id in ids}
        return crm_ids & (asked | {crm_id for crm_id, item_id in self.data.retries if item_id})

    def questions(self, kind: Kind, item_ids: frozenset[ItemId]) -> Mapping[ItemId, Sequence[CrmId]]:
        return {item_id: ids for item_id, ids in self.data.questions.items() if item_id in item_ids}

    def linked(self, kind: Kind) -> int:
        return sum(link.status is LinkStatus.ACTIVE for link in self.data.links.values())

    def settle(self, kind: Kind, done: Sequence[Settlement]) -> None:
        self.check_lease()
        saved, self.data = self.data, self.data.copy()
        try:
            for settlement in done:
                self._settle(settlement)
        except BaseException:
            self.data = saved
            raise

    def progress(self, kind: Kind, *, phase: str, done: int, total: int) -> None:
        assert phase
        assert done >= 0
        self.check_lease()

    def finish(
        self, kind: Kind, cursor: str | None, watermark: str | None, shown: frozenset[ItemId] | None = None
    ) -> None:
        self.check_lease()
        self.data.retries -= self._handed_out
        self.data.cursor, self.data.watermark = cursor, watermark

    # --- Journal ----------------------------------------------------------------------------------------------

    def open(self, kind: Kind, intents: Sequence[Intent]) -> Sequence[IntentId]:
        self.check_lease()
        numbers = [self._next() for _intent in intents]
        self.data.intents.update(zip(numbers, intents, strict=True))
        return numbers

    def unsettled(self, kind: Kind) -> Sequence[tuple[IntentId, Intent]]:
        return sorted(self.data.intents.items())

    # --- inside -----------------------------------------------------------------------------------------------

    def _settle(self, done: Settlement) -> None:
        line, link = done.line, done.link
        if done.write is not None:
            row = self._write(done.write)
            if row is None:
                assert done.otherwise is not None, "the engine says what holds if the record has moved on"
                self._settle(done.otherwise)
                return
            crm_id, kept = row
            line = dataclasses.replace(line, crm_id=crm_id)
            link = self._as_kept(link, done.write, crm_id, kept) if link else None
        self.data.intents.pop(done.intent or 0, None)
        if link is not None:
            other = next((each for each in self.data.links.values() if each.item_id == link.item_id), None)
            assert other is None or other.crm_id == link.crm_id, "one link per item"
            self.data.links[link.crm_id] = link
            for key in [key for key in self.data.verdicts if key[0] == link.crm_id]:
                del self.data.verdicts[key]
        self._ask(done, line)
        self.data.retries -= {
            (crm_id, item_id)
            for crm_id, item_id in self.data.retries
            if crm_id == line.crm_id != "" or item_id == line.item_id != ""
        }
        if line.reason is not None and line.reason.code is ReasonCode.HELD_BACK:
            self.data.held.add(line.crm_id)
        else:
            self.data.held.discard(line.crm_id)
        if not done.retry:
            self.data.allowed.discard(line.crm_id)
        if done.retry:
            self.data.retries.add((line.crm_id, line.item_id))
            self._handed_out.discard((line.crm_id, line.item_id))
        self.data.lines.append(line)

    def _write(self, write: CrmWrite) -> tuple[CrmId, Row] | None:
        if write.crm_id is None:
            crm_id = self._new(self.keeps(write.content), in_scope=True)
        else:
            crm_id, row = write.crm_id, self.data.rows[write.crm_id]
            if row.version != write.version:
                return None
            values = {name: getattr(write.content, name) for name in write.fields}
            row.content = self.keeps(with_fields(row.content, values))
            row.version += 1
        self._note(crm_id, by_run=True)
        return crm_id, self.data.rows[crm_id]

    def _as_kept(self, link: Link, write: CrmWrite, crm_id: CrmId, row: Row) -> Link:
        """Where the CRM tidied what it was given, its own image in the base is what it holds."""
        tidied = {
            name: getattr(row.content, name)
            for name in write.fields - LIST_FIELDS
            if getattr(row.content, name) != getattr(write.content, name)
        }
        base = dataclasses.replace(link.base, crm=with_fields(link.base.crm, tidied))
        return dataclasses.replace(link, crm_id=crm_id, crm_version=row.version, base=base)

    def _ask(self, done: Settlement, line: Line) -> None:
        if done.candidates:
            self.data.questions[line.item_id] = done.candidates
        elif not done.retry:
            self.data.questions.pop(line.item_id, None)
            self.data.chosen.pop(line.item_id, None)

    def _record(self, crm_id: CrmId) -> CrmRecord:
        row = self.data.rows[crm_id]
        holds = frozenset(fields_of(row.content))
        if crm_id.startswith("organisation"):
            holds -= PERSONAL_FIELDS
        return CrmRecord(
            crm_id=crm_id,
            version=row.version,
            content=row.content,
            in_scope=row.in_scope and not row.deleted,
            deleted=row.deleted,
            holds=holds,
            label=label_of(row.content),
        )

    def _linked(self, crm_id: CrmId) -> ItemId:
        link = self.data.links.get(crm_id)
        return link.item_id if link and link.status not in _RESTING else ""

    def _new(self, content: Content, *, in_scope: bool) -> CrmId:
        word = type(content).__name__.lower()
        if isinstance(content, Contact):
            word = "organisation" if content.is_organisation else "person"
        crm_id = f"{word}:{self._next()}"
        self.data.rows[crm_id] = Row(content, in_scope=in_scope)
        return crm_id

    def _note(self, crm_id: CrmId, *, by_run: bool) -> None:
        self.data.history.append((self._next(), crm_id, by_run))

    def _next(self) -> int:
        self.data.number += 1
        return self.data.number


def _may_mean(candidate: Candidate, item: Upserted) -> bool:
    """Whether a store would offer a record for a new item: any contact for a contact, else those of the same subject."""
    ours, theirs = candidate.record.content, item.content
    if type(ours) is not type(theirs):
        return False
    return isinstance(ours, Contact) or label_of(ours) == label_of(theirs)
