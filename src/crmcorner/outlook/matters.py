"""What waits for a person or for another try, kept up to date while a run settles (R16, R18, R44, R45).

Read once at a run's start: there are few of them, whatever the number of links. What has to be stored is worked out
in memory and written in one statement each.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from crmcorner.items.changes import ItemId
from crmcorner.items.records import Kind
from crmcorner.outlook import stored
from crmcorner.outlook.models import ConflictRow, Question, Retry
from crmcorner.sync.actions import Conflict
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Line
from crmcorner.sync.state import CrmId
from crmcorner.sync.store import Due, Settlement

PAUSES = (timedelta(0), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""R16: how long the same error rests before the next try; the last one goes on."""

LABEL_LENGTH = 255


class Retries:
    """Failed items and fields that could not be taken over, of one mailbox and kind."""

    def __init__(self, connection_id: int, kind: Kind) -> None:
        self.connection_id, self.kind = connection_id, kind
        rows = Retry.objects.filter(connection_id=connection_id, kind=kind.value)
        self.rows: dict[int, Retry] = {row.pk: row for row in rows}
        self.by_crm: dict[CrmId, set[int]] = {}
        self.by_item: dict[ItemId, set[int]] = {}
        for row in self.rows.values():
            self._index(row)
        self.handed_out: set[int] = set()

    def due(self, now: datetime) -> tuple[frozenset[CrmId], frozenset[ItemId]]:
        """Return the records and items whose pause is over."""
        ready = [
            row
            for row in self.rows.values()
            if row.not_before is not None and row.not_before <= now and row.dismissed_at is None
        ]
        self.handed_out = {row.pk for row in ready}
        return (
            frozenset(row.crm_id for row in ready if row.crm_id),
            frozenset(row.item_id for row in ready if row.item_id),
        )

    def at_the_brake(self) -> tuple[frozenset[CrmId], frozenset[CrmId]]:
        """R84: return the records that may be taken out of step, and those of which nobody has said so."""
        held = [row for row in self.rows.values() if row.reason == ReasonCode.HELD_BACK.value]
        return (
            frozenset(row.crm_id for row in self.rows.values() if row.approved),
            frozenset(row.crm_id for row in held if not row.approved),
        )

    def unsettled_pairs(self, crm_ids: frozenset[CrmId]) -> frozenset[CrmId]:
        """Return those of these records that failed together with an item, and so must not get another one."""
        tied = {row.crm_id for row in self.rows.values() if row.item_id and not row.field}
        return crm_ids & tied

    def settle(self, done: Sequence[Settlement], now: datetime) -> None:
        """Store what these settlements mean: tried and refused again, done at last, a field that reads well now."""
        gone: set[int] = set()
        fresh: list[Retry] = []
        for settlement in done:
            known = self._of(settlement.line) - gone
            wanted = self._wanted(settlement, known, now)
            if wanted is None:
                continue
            kept = {row.pk for row in wanted if row.pk}
            gone |= known - kept
            fresh += wanted
        if gone:
            Retry.objects.filter(pk__in=gone).delete()
        old = [row for row in fresh if row.pk]
        new = [row for row in fresh if not row.pk]
        if old:
            columns = [
                "crm_id",
                "item_id",
                "label",
                "reason",
                "facts",
                "attempts",
                "not_before",
                "dismissed_at",
                "approved",
            ]
            Retry.objects.bulk_create(old, update_conflicts=True, unique_fields=["id"], update_fields=columns)
        if new:
            Retry.objects.bulk_create(new)
        self._remember(gone, old, new)

    def forget_idle(self) -> None:
        """Delete what was due and of which nothing came: it is in step, or no longer there."""
        if self.handed_out:
            Retry.objects.filter(pk__in=self.handed_out).delete()
            self._remember(set(self.handed_out), [], [])

    def _wanted(self, settlement: Settlement, known: set[int], now: datetime) -> list[Retry] | None:
        """Return the rows that are to be there for a line, existing ones with their pk; None: leave all alone."""
        line = settlement.line
        if settlement.retry:
            fields = [self.rows[pk] for pk in known if self.rows[pk].field]
            return [self._failed(line, known, now), *fields]
        return [self._field(line, name, reason, facts, known) for name, reason, facts in _problems(line)]

    def _failed(self, line: Line, known: set[int], now: datetime) -> Retry:
        reason = line.reason.code if line.reason else ReasonCode.FAILED
        old = next((self.rows[pk] for pk in sorted(known) if not self.rows[pk].field), None)
        attempts = old.attempts + 1 if old and old.reason == reason.value else 1
        row = self._row(line, old)
        row.reason, row.attempts, row.dismissed_at = reason.value, attempts, None
        row.facts = stored.plain(dict(line.reason.facts)) if line.reason else {}
        # Being asked to wait is no fault of the item: the run itself waits as long as it is asked to.
        pause = PAUSES[0] if reason is ReasonCode.BUSY else PAUSES[min(attempts, len(PAUSES)) - 1]
        row.not_before = None if reason is ReasonCode.HELD_BACK else now + pause
        return row

    def _field(self, line: Line, name: str, reason: str, facts: dict[str, str], known: set[int]) -> Retry:
        old = next((self.rows[pk] for pk in sorted(known) if self.rows[pk].field == name), None)
        same = old is not None and old.reason == reason and old.facts == facts
        row = self._row(line, old)
        row.field, row.reason, row.facts, row.not_before = name, reason, facts, None
        row.dismissed_at = old.dismissed_at if old and same else None
        return row

    def _row(self, line: Line, old: Retry | None) -> Retry:
        row = Retry(connection_id=self.connection_id, kind=self.kind.value)
        if old is not None:
            row.pk, row.since, row.attempts, row.approved = old.pk, old.since, old.attempts, old.approved
        row.crm_id = line.crm_id or (old.crm_id if old else "")
        row.item_id = line.item_id or (old.item_id if old else "")
        row.label = stored.plain(line.label)[:LABEL_LENGTH]
        return row

    def _of(self, line: Line) -> set[int]:
        found = self.by_crm.get(line.crm_id, set()) if line.crm_id else set()
        return found | (self.by_item.get(line.item_id, set()) if line.item_id else set())

    def _remember(self, gone: set[int], old: list[Retry], new: list[Retry]) -> None:
        for pk in gone:
            row = self.rows.pop(pk)
            self.by_crm.get(row.crm_id, set()).discard(pk)
            self.by_item.get(row.item_id, set()).discard(pk)
        for row in (*old, *new):
            self.rows[row.pk] = row
            self._index(row)
        self.handed_out -= gone | {row.pk for row in old}

    def _index(self, row: Retry) -> None:
        if row.crm_id:
            self.by_crm.setdefault(row.crm_id, set()).add(row.pk)
        if row.item_id:
            self.by_item.setdefault(row.item_id, set()).add(row.pk)


class Questions:
    """Outlook contacts that several CRM records match (R44), of one mailbox and kind."""

    def __init__(self, connection_id: int, kind: Kind) -> None:
        self.connection_id, self.kind = connection_id, kind
        rows = Question.objects.filter(connection_id=connection_id, kind=kind.value)
        self.candidates: dict[ItemId, list[CrmId]] = {}
        self.chosen: dict[ItemId, CrmId] = {}
        for row in rows:
            self.candidates[row.item_id] = row.candidates
            if row.chosen:
                self.chosen[row.item_id] = row.chosen

    def asked_about(self, crm_ids: frozenset[CrmId]) -> frozenset[CrmId]:
        """Return which of these records are candidates of an open question."""
        return crm_ids & {crm_id for candidates in self.candidates.values() for crm_id in candidates}

    def settle(self, done: Sequence[Settlement]) -> None:
        """Ask; and close the question of every other item that was settled."""
        asked = [settlement for settlement in done if settlement.candidates and settlement.item]
        open_still = {each.line.item_id for each in asked} | {
            each.line.item_id for each in done if each.retry
        }
        settled = {each.line.item_id for each in done} - open_still
        self._close(settled & self.candidates.keys())
        if not asked:
            return
        rows = {each.line.item_id: self._row(each) for each in asked}
        Question.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["connection", "kind", "item_id"],
            update_fields=["label", "reason", "candidates"],
        )
        # A choice that was looked at and could not be carried out is asked for again; a newer one stays.
        stale = rows.keys() & self.chosen.keys()
        if stale:
            Question.objects.filter(
                connection_id=self.connection_id, kind=self.kind.value, item_id__in=stale
            ).update(chosen="")
        for item_id, row in rows.items():
            self.candidates[item_id] = row.candidates
            self.chosen.pop(item_id, None)

    def _close(self, item_ids: Iterable[ItemId]) -> None:
        closed = set(item_ids)
        if closed:
            Question.objects.filter(
                connection_id=self.connection_id, kind=self.kind.value, item_id__in=closed
            ).delete()
        for item_id in closed:
            self.candidates.pop(item_id, None)
            self.chosen.pop(item_id, None)

    def _row(self, settlement: Settlement) -> Question:
        reason = settlement.line.reason
        return Question(
            connection_id=self.connection_id,
            kind=self.kind.value,
            item_id=settlement.line.item_id,
            label=stored.plain(settlement.line.label)[:LABEL_LENGTH],
            reason=reason.code.value if reason else ReasonCode.SEVERAL_MATCH.value,
            candidates=list(settlement.candidates),
        )


class Conflicts:
    """Fields changed on both sides whose other value is still on offer (R18), of one mailbox and kind."""

    def __init__(self, connection_id: int, kind: Kind) -> None:
        self.connection_id, self.kind = connection_id, kind
        rows = ConflictRow.objects.filter(
            connection_id=connection_id, kind=kind.value, closed_at__isnull=True
        )
        self.rows: dict[CrmId, dict[str, ConflictRow]] = {}
        for row in rows:
            self.rows.setdefault(row.crm_id, {})[row.field] = row

    def verdicts(self) -> dict[tuple[CrmId, str], Winner]:
        """Return what users decided about conflicts that were left open."""
        return {
            (crm_id, name): Winner(row.verdict)
            for crm_id, rows in self.rows.items()
            for name, row in rows.items()
            if row.verdict
        }

    def settle(self, done: Sequence[Settlement], now: datetime) -> None:
        """Keep what lost or is undecided; close what was decided, agreed on or changed again since."""
        old: dict[int, ConflictRow] = {}
        new: list[ConflictRow] = []
        for settlement in done:
            line = settlement.line
            if settlement.link is None or not line.crm_id:
                continue
            known = (
                self.rows.setdefault(line.crm_id, {}) if line.conflicts else self.rows.get(line.crm_id, {})
            )
            found = {conflict.field: conflict for conflict in line.conflicts}
            changed = {change.field for change in line.changes}
            for name in list(known):
                row = known[name]
                if name in found and not row.verdict:
                    _state(row, found.pop(name))
                elif row.verdict or row.winner == Winner.ASK.value or name in changed:
                    found.pop(name, None)
                    row.closed_at = now
                    del known[name]
                else:
                    continue
                old[row.pk] = row
            for name, conflict in found.items():
                known[name] = self._row(line, conflict)
                new.append(known[name])
        if old:
            columns = ["crm_value", "outlook_value", "winner", "closed_at"]
            ConflictRow.objects.bulk_create(
                old.values(), update_conflicts=True, unique_fields=["id"], update_fields=columns
            )
        if new:
            ConflictRow.objects.bulk_create(new)

    def _row(self, line: Line, conflict: Conflict) -> ConflictRow:
        row = ConflictRow(
            connection_id=self.connection_id,
            kind=self.kind.value,
            crm_id=line.crm_id,
            label=stored.plain(line.label)[:LABEL_LENGTH],
            field=conflict.field,
        )
        _state(row, conflict)
        return row


@dataclasses.dataclass(slots=True)
class Matters:
    """All three, of one mailbox and kind."""

    retries: Retries
    questions: Questions
    conflicts: Conflicts

    @classmethod
    def of(cls, connection_id: int, kind: Kind) -> "Matters":
        """Read them."""
        return cls(
            retries=Retries(connection_id, kind),
            questions=Questions(connection_id, kind),
            conflicts=Conflicts(connection_id, kind),
        )

    def due(self, now: datetime) -> Due:
        """Return what has to be looked at again: tries whose pause is over, what users chose and decided."""
        crm_ids, item_ids = self.retries.due(now)
        verdicts = self.conflicts.verdicts()
        allowed, held = self.retries.at_the_brake()
        return Due(
            crm_ids=crm_ids | {crm_id for crm_id, _field in verdicts},
            item_ids=item_ids | self.questions.chosen.keys(),
            choices=dict(self.questions.chosen),
            verdicts=verdicts,
            allowed=allowed,
            held=held,
        )

    def settle(self, done: Sequence[Settlement], now: datetime) -> None:
        """Store what these settlements mean; in the transaction that stores the rest of them."""
        self.retries.settle(done, now)
        self.questions.settle(done)
        self.conflicts.settle(done, now)


def _problems(line: Line) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (each.field, each.reason.code.value, stored.plain(dict(each.reason.facts))) for each in line.problems
    ]


def _state(row: ConflictRow, conflict: Conflict) -> None:
    row.crm_value = stored.plain(conflict.crm)
    row.outlook_value = stored.plain(conflict.outlook)
    row.winner = conflict.winner.value
