"""R83: the closing balance of a run that compared everything: of each side, what became of all that is in its scope.

Nothing is taken from the engine's own account but which items Outlook showed; the rest is looked up in what is stored.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from crmcorner.items.changes import ItemId
from crmcorner.items.records import Kind
from crmcorner.outlook.models import ConflictRow, Connection, OutlookLink, Question, Retry, Run, RunLine
from crmcorner.outlook.sides.catalogue import SIDES
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Outcome
from crmcorner.sync.state import CrmId, LinkStatus

IN_STEP, RESTING, SKIPPED, FAILED, WAITING, MISSING = (
    "in_step", "resting", "skipped", "failed", "waiting", "missing",
)  # fmt: skip
PARTS = (IN_STEP, RESTING, WAITING, SKIPPED, FAILED, MISSING)
"""What can have become of something in scope, as it is shown. Nothing should ever be missing."""

_KEPT = frozenset({LinkStatus.ACTIVE.value, LinkStatus.PUT_BACK.value})

Balance = dict[str, dict[str, int]]
"""``outlook`` and ``crm``: how many there are of each of `PARTS`."""


def balance_of(connection: Connection, run: Run, kind: Kind, shown: Collection[ItemId]) -> Balance:
    """Return the balance of one kind, as it stands when its part of the run has ended.

    Args:
        connection: the mailbox.
        run: the run that read everything.
        kind: of what.
        shown: the items that Outlook showed and that take part (R41).
    """
    books = _Books(connection, run, kind)
    outlook = Counter(books.of_item(item_id) for item_id in shown)
    crm = Counter(books.of_record(crm_id) for crm_id in SIDES[kind].touched(connection, None).crm_ids)
    crm.pop("", None)
    return {"outlook": dict(outlook), "crm": dict(crm)}


def total_of(side: Mapping[str, int]) -> int:
    """Return how many there are in scope."""
    return sum(side.values())


class _Books:
    """What is stored about the items and records of one mailbox and kind."""

    def __init__(self, connection: Connection, run: Run, kind: Kind) -> None:
        mine = {"connection": connection, "kind": kind.value}
        links = list(OutlookLink.objects.filter(**mine).values_list("crm_id", "item_id", "status"))
        self._of_item = {item_id: (crm_id, status) for crm_id, item_id, status in links}
        self._of_record = {crm_id: (crm_id, status) for crm_id, _item, status in links}
        questions = list(Question.objects.filter(**mine).values_list("item_id", "candidates"))
        self._asked = {item_id for item_id, _candidates in questions}
        self._candidates = {crm_id for _item, candidates in questions for crm_id in candidates}
        open_conflicts = ConflictRow.objects.filter(**mine, closed_at=None, winner="ask")
        self._undecided = set(open_conflicts.values_list("crm_id", flat=True))
        self._failed: set[str] = set()
        for crm_id, item_id, reason in Retry.objects.filter(**mine, field="").values_list(
            "crm_id", "item_id", "reason"
        ):
            if reason == ReasonCode.HELD_BACK.value:
                self._undecided.add(crm_id)
            else:
                self._failed |= {crm_id, item_id} - {""}
        skipped = RunLine.objects.filter(run=run, kind=kind.value, outcome=Outcome.SKIPPED.value)
        self._skipped = {each for pair in skipped.values_list("crm_id", "item_id") for each in pair if each}
        self._connection, self._kind = connection, kind
        self._outside: set[CrmId] | None = None

    def of_item(self, item_id: ItemId) -> str:
        """Say what became of an item that Outlook showed."""
        if item_id in self._of_item:
            return self._of_pair(*self._of_item[item_id], item_id)
        if item_id in self._asked:
            return WAITING
        return self._without_link(item_id)

    def of_record(self, crm_id: CrmId) -> str:
        """Say what became of a record; nothing of one that does not belong in this Outlook."""
        if crm_id in self._of_record:
            return self._of_pair(*self._of_record[crm_id], crm_id)
        if crm_id in self._candidates:
            return WAITING
        found = self._without_link(crm_id)
        return "" if found == MISSING and crm_id in self._not_wanted() else found

    def _of_pair(self, crm_id: CrmId, status: str, name: str) -> str:
        if status not in _KEPT:
            return RESTING
        if name in self._failed or crm_id in self._failed:
            return FAILED
        return WAITING if crm_id in self._undecided else IN_STEP

    def _without_link(self, name: str) -> str:
        if name in self._failed:
            return FAILED
        return SKIPPED if name in self._skipped else MISSING

    def _not_wanted(self) -> set[CrmId]:
        """The records without a link that do not belong in this Outlook, or not yet (R50, R60)."""
        if self._outside is None:
            side = SIDES[self._kind]
            loose = side.touched(self._connection, None).crm_ids - self._of_record.keys()
            found = side.records(self._connection, loose)
            wanted = {crm_id for crm_id, record in found.items() if record.in_scope and record.in_window}
            self._outside = set(loose) - wanted
        return self._outside
