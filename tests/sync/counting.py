"""Counts what came of the items of a history: a generator that never makes a case proves nothing about it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from crmcorner.items.records import FieldName
from crmcorner.sync.actions import Direction
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.store import Settlement
from tests.sync.nemesis import CAN_BEFALL, Fault, NemesisStore, Operation

Told = Counter[tuple[str, ...]]
"""``("strike", fault, operation)``, ``("reason", code)``, ``("merge", field, outcome)``: how often."""


class CountingStore(NemesisStore):
    """Counts the reasons and the merge outcomes that are stored; of ``names`` also when both sides agreed."""

    def __init__(self, told: Told, names: Sequence[FieldName]) -> None:
        super().__init__()
        self.told, self.names = told, names

    def _settle(self, done: Settlement) -> None:
        self._count(done)
        super()._settle(done)

    def _count(self, done: Settlement) -> None:
        line = done.line
        if line.reason is not None:
            self.told["reason", line.reason.code.value] += 1
        for problem in line.problems:
            self.told["reason", problem.reason.code.value] += 1
        for conflict in line.conflicts:
            self.told["merge", conflict.field, f"conflict, {conflict.winner.value}"] += 1
        plain = {change.field for change in line.changes} - {each.field for each in line.conflicts}
        for change in line.changes:
            if change.field in plain:
                self.told["merge", change.field, change.direction.value] += 1
        before = self.data.links.get(line.crm_id)
        if before is None or done.link is None or done.intent is not None:
            return
        told = {each.field for each in line.changes} | {each.field for each in line.conflicts}
        for name in self.names:
            moved = getattr(before.base.crm, name) != getattr(done.link.base.crm, name)
            if moved and name not in told:
                self.told["merge", name, "agree"] += 1


WHO_WINS = tuple(f"conflict, {winner.value}" for winner in Winner)
OUTCOMES = (*(direction.value for direction in Direction), *WHO_WINS, "agree")
"""What can become of a field that changed."""

_ELSEWHERE = {
    ReasonCode.UNCHANGED: "an item without a change has no line; it is said where one asks about it",
    ReasonCode.ADDRESS_UNKNOWN: "of mails alone",
    ReasonCode.NOT_ALLOWED: "who may write what the database's store knows",
    ReasonCode.FAILED: "the database's store says it of what it cannot hold",
}
_OF_CONTACTS = {
    ReasonCode.SEVERAL_MATCH,
    ReasonCode.DUPLICATE,
    ReasonCode.WAITS_FOR_CHOICE,
    ReasonCode.NO_NAME,
    ReasonCode.ADDRESS_REFUSED,
    ReasonCode.PHONE_REFUSED,
    ReasonCode.VALUE_REFUSED,
    ReasonCode.CATEGORY_REMOVED,
    ReasonCode.HELD_BACK,
}


def strikes(table: Mapping[Operation, Collection[Fault]]) -> list[tuple[str, ...]]:
    """Return every kind of trouble at every kind of call as it is counted, in a fixed order."""
    return [("strike", fault, operation) for operation, faults in table.items() for fault in sorted(faults)]


def never_made(
    told: Told, names: Sequence[FieldName], *, contacts: bool = False, guests: bool = False
) -> list[tuple[str, ...]]:
    """Return what could have happened in these histories and did not: trouble, reasons, outcomes of each field."""
    reasons = set(ReasonCode) - _ELSEWHERE.keys()
    reasons -= set() if contacts else _OF_CONTACTS
    reasons -= set() if guests else {ReasonCode.WOULD_MAIL}
    wanted = strikes(CAN_BEFALL)
    wanted += [("reason", code.value) for code in sorted(reasons)]
    # Of two values only, both sides can change to the same one alone.
    wanted += [
        ("merge", name, outcome)
        for name in names
        for outcome in OUTCOMES
        if name != "private" or outcome not in WHO_WINS
    ]
    return [each for each in wanted if not told[each]]
