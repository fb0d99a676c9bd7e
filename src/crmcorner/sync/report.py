"""What happened, item by item. Figures are computed from the lines, so a number and its list cannot differ (R13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from crmcorner.items.changes import ItemId
from crmcorner.sync.actions import Conflict, FieldChange, Problem
from crmcorner.sync.reasons import Reason
from crmcorner.sync.state import CrmId


class Outcome(StrEnum):
    """What became of one item in one run."""

    UNCHANGED = "unchanged"
    CREATED = "created"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    """Taken out of Outlook (R42, R43)."""
    RESTED = "rested"
    """The user had removed it; nothing was written on either side."""
    WAITING = "waiting"
    """A person has to decide, or Outlook asked us to wait."""
    SKIPPED = "skipped"
    FAILED = "failed"
    """Tried and refused; will be tried again (R16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of one run: direction and fields are in ``changes``, refused fields in ``problems``."""

    label: str
    outcome: Outcome
    crm_id: CrmId = ""
    item_id: ItemId = ""
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    reason: Reason | None = None

    @property
    def is_change(self) -> bool:
        """R11: whether it counts under Changed (created or changed, on either side)."""
        return self.outcome in {Outcome.CREATED, Outcome.CHANGED, Outcome.WITHDRAWN}

    @property
    def is_error(self) -> bool:
        """R11: whether it counts under Error: failed, or taken over but for a field."""
        return self.outcome is Outcome.FAILED or bool(self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """R11's three columns for one kind."""

    looked_at: int
    changed: int
    errors: int


def figures(lines: Iterable[Line]) -> Figures:
    """Compute R11's figures from the lines."""
    looked_at = changed = errors = 0
    for line in lines:
        looked_at += 1
        changed += line.is_change
        errors += line.is_error
    return Figures(looked_at=looked_at, changed=changed, errors=errors)
