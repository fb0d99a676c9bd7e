"""What one batch of settlements means in rows: links and run lines. One statement for each table (R13, R17)."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crmcorner.history.many_rows import database_value, insert_for_ids, replace_rows
from crmcorner.items.records import LIST_FIELDS, Kind, with_fields
from crmcorner.outlook import stored
from crmcorner.outlook.matters import LABEL_LENGTH
from crmcorner.outlook.models import OutlookLink, Run, RunLine
from crmcorner.outlook.sides.side import SavedRecord
from crmcorner.sync.actions import Direction
from crmcorner.sync.report import Outcome
from crmcorner.sync.state import Link, LinkStatus, Origin
from crmcorner.sync.store import Settlement

_LINK_COLUMNS = (
    "connection_id", "kind", "crm_id", "item_id", "origin", "status", "scoped", "item_version", "categories", "base",
    "crm_version", "updated_at",
)  # fmt: skip
_LINE_COLUMNS = (
    "run_id", "kind", "label", "outcome", "crm_id", "item_id", "changes", "conflicts", "problems", "reason", "facts",
    "is_change", "is_error", "to_outlook", "to_crm",
)  # fmt: skip

LineKey = str
"""What tells the items of a run apart: the record, or the item that has none yet."""


def link_of(row: OutlookLink) -> Link:
    """Return a stored link.

    Raises:
        crmcorner.outlook.stored.NotReadable: another version wrote it in a way that this one does not know.
    """
    return Link(
        crm_id=row.crm_id,
        item_id=row.item_id,
        origin=Origin(row.origin),
        status=LinkStatus(row.status),
        scoped=row.scoped,
        version=row.item_version,
        categories=tuple(row.categories),
        base=stored.base_from_text(row.base, Kind(row.kind)),
        crm_version=row.crm_version,
    )


def save_links(connection_id: int, kind: Kind, links: Sequence[Link], now: datetime) -> None:
    """Insert or overwrite these links in one statement."""
    if not links:
        return
    at = database_value(now)
    replace_rows(
        OutlookLink,
        _LINK_COLUMNS,
        (
            (
                connection_id,
                kind.value,
                link.crm_id,
                link.item_id,
                link.origin.value,
                link.status.value,
                link.scoped,
                link.version,
                stored.json_text(stored.plain(link.categories)),
                stored.base_to_text(link.base),
                link.crm_version,
                at,
            )
            for link in links
        ),
        key=_LINK_COLUMNS[:3],
    )


@dataclass(slots=True, kw_only=True)
class _Line:
    """A row of `RunLine` before it is stored: a model's own object would cost more than all else of it."""

    run_id: int
    kind: str
    label: str
    outcome: str
    crm_id: str
    item_id: str
    changes: list[Any]
    conflicts: list[Any]
    problems: list[Any]
    reason: str
    facts: dict[str, Any]
    is_change: bool
    is_error: bool
    to_outlook: bool
    to_crm: bool


class RunLines:
    """The lines of one kind's part in a run: one for each item, whatever happened to it in turn (R11, R13)."""

    def __init__(self, run: Run, kind: Kind) -> None:
        self.run, self.kind = run, kind
        self.keys: dict[LineKey, int] = {}
        for row in RunLine.objects.filter(run=run, kind=kind.value).only("pk", "crm_id", "item_id"):
            self._remember(row, row.pk)

    def add(self, done: Sequence[Settlement]) -> None:
        """Insert a line for each; where the item has one already in this run, they become one."""
        rows = _one_each([self._row(settlement) for settlement in done])
        earlier = {pk for row in rows for pk in self._earlier(row)}
        if earlier:
            before = RunLine.objects.in_bulk(earlier)
            rows = [_folded([before[pk] for pk in self._earlier(row)], row) for row in rows]
            RunLine.objects.filter(pk__in=earlier).delete()
        ids = insert_for_ids(RunLine, _LINE_COLUMNS, (_line_values(row) for row in rows))
        for row, pk in zip(rows, ids, strict=True):
            self._remember(row, pk)

    def _earlier(self, row: _Line) -> list[int]:
        found = {self.keys.get(key) for key in (row.crm_id, row.item_id) if key}
        return sorted(pk for pk in found if pk is not None)

    def _remember(self, row: RunLine | _Line, pk: int) -> None:
        for key in (row.crm_id, row.item_id):
            if key:
                self.keys[key] = pk

    def _row(self, settlement: Settlement) -> _Line:
        line = settlement.line
        directions = {change.direction for change in line.changes}
        wrote = line.is_change and settlement.intent is not None
        return _Line(
            run_id=self.run.pk,
            kind=self.kind.value,
            label=stored.plain(line.label)[:LABEL_LENGTH],
            outcome=line.outcome.value,
            crm_id=line.crm_id,
            item_id=line.item_id,
            changes=[
                {
                    "field": change.field,
                    "direction": change.direction.value,
                    "old": stored.plain(change.old),
                    "new": stored.plain(change.new),
                }
                for change in line.changes
            ],
            conflicts=[
                {
                    "field": conflict.field,
                    "crm": stored.plain(conflict.crm),
                    "outlook": stored.plain(conflict.outlook),
                    "winner": conflict.winner.value,
                }
                for conflict in line.conflicts
            ],
            problems=[
                {
                    "field": problem.field,
                    "reason": problem.reason.code.value,
                    "facts": stored.plain(dict(problem.reason.facts)),
                }
                for problem in line.problems
            ],
            reason=line.reason.code.value if line.reason else "",
            facts=stored.plain(dict(line.reason.facts)) if line.reason else {},
            is_change=line.is_change,
            is_error=line.is_error,
            to_outlook=Direction.TO_OUTLOOK in directions or wrote,
            to_crm=Direction.TO_CRM in directions,
        )


def _line_values(row: _Line) -> list[Any]:
    values = (getattr(row, name) for name in _LINE_COLUMNS)
    return [stored.json_text(value) if isinstance(value, list | dict) else value for value in values]


def with_record(settlement: Settlement, saved: SavedRecord) -> Settlement:
    """Return a settlement whose write made or changed this record.

    Where the CRM tidied a value that it was given (a company's name is that of the organisation which it means), its
    image in the base is what it now holds, and Outlook keeps its own spelling.
    """
    link, write = settlement.link, settlement.write
    if link is not None and write is not None:
        given = write.content
        tidied = {
            name: getattr(saved.content, name)
            for name in write.fields - LIST_FIELDS
            if getattr(saved.content, name) != getattr(given, name)
            and getattr(given, name) == getattr(link.base.crm, name)
        }
        base = dataclasses.replace(link.base, crm=with_fields(link.base.crm, tidied))
        link = dataclasses.replace(link, crm_id=saved.crm_id, crm_version=saved.version, base=base)
    line = dataclasses.replace(settlement.line, crm_id=saved.crm_id)
    return dataclasses.replace(settlement, link=link, line=line)


def _one_each(rows: Sequence[_Line]) -> list[_Line]:
    kept: dict[LineKey, _Line] = {}
    for row in rows:
        key = row.crm_id or row.item_id
        kept[key] = _folded([kept[key]], row) if key in kept else row
    return list(kept.values())


def _folded(before: Sequence[RunLine | _Line], now: _Line) -> _Line:
    """Put what happened to one item in turn in one line: what was done stays done, what stands is the latest."""
    for old in before:
        now.changes = old.changes + now.changes
        now.conflicts = now.conflicts or old.conflicts
        now.crm_id, now.item_id = now.crm_id or old.crm_id, now.item_id or old.item_id
        now.label = now.label or old.label
        if old.is_change and not now.is_change and not now.is_error:
            now.outcome = old.outcome
        now.is_change = now.is_change or old.is_change
        now.to_outlook, now.to_crm = now.to_outlook or old.to_outlook, now.to_crm or old.to_crm
    if now.is_change and now.outcome == Outcome.UNCHANGED.value:
        now.outcome = Outcome.CHANGED.value
    return now
