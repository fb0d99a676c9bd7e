"""Chance let loose on tasks and appointments, with every kind of trouble at every call; and whether it can fail."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from crmcorner.items.records import Appointment, Kind, with_fields
from crmcorner.sync import merge, plan
from crmcorner.sync.reasons import Reason, ReasonCode
from crmcorner.sync.state import Origin
from tests.sync.counting import Told, never_made
from tests.sync.planned_histories import OTHERS, UNIQUE, play, play_many
from tests.sync.size import FIRST, HISTORIES

KINDS = pytest.mark.parametrize("kind", [Kind.TASKS, Kind.CALENDAR], ids=lambda kind: kind.value)


@KINDS
def test_they_come_to_rest_with_nothing_lost_and_nothing_doubled(kind: Kind) -> None:
    """R11, R17, R42, R51, R64, R85: whatever users do and whatever fails; and nothing that can happen was missing."""
    told: Told = Counter()
    play_many(kind, HISTORIES, FIRST, told)
    assert never_made(told, [*UNIQUE[kind], *OTHERS[kind]], guests=kind is Kind.CALENDAR) == []


@KINDS
def test_a_history_always_goes_the_same_way(kind: Kind) -> None:
    """R17: two hundred, each played twice: the same is asked of the service, and the same is told."""
    for seed in range(200):
        assert play(kind, seed, steps=15) == play(kind, seed, steps=15)


def attendees_are_mailed(patch: pytest.MonkeyPatch) -> None:
    """What Outlook would mail is written like anything else."""
    patch.setattr(merge._Merger, "writes_to_others", lambda _self, _name: False)


def own_meetings_are_deleted_unasked(patch: pytest.MonkeyPatch) -> None:
    """That a deletion would be mailed is not looked at."""
    plain = plan._leave

    def leave(link: Any, record: Any, item: Any, situation: Any) -> Any:
        if link.origin is Origin.CRM or isinstance(link.base.outlook, Appointment):
            return plan._withdraw(link, record, item, Reason(code=ReasonCode.OUT_OF_SCOPE))
        return plain(link, record, item, situation)

    patch.setattr(plan, "_leave", leave)


def days_shift_by_a_zone(patch: pytest.MonkeyPatch) -> None:
    """Outlook's moments are compared as the clock shows them there, an hour later."""
    plain = merge._Merger.three_way

    def three_way(self: Any, name: str, base: Any) -> None:
        if name == "reminder" and hasattr(self.item.content.reminder, "hour"):
            moved = self.item.content.reminder.replace(hour=(self.item.content.reminder.hour + 1) % 24)
            item = with_fields(self.item.content, {"reminder": moved})
            object.__setattr__(self.item, "content", item)
        plain(self, name, base)

    patch.setattr(merge._Merger, "three_way", three_way)


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (attendees_are_mailed, Kind.CALENDAR),
        (own_meetings_are_deleted_unasked, Kind.CALENDAR),
        (days_shift_by_a_zone, Kind.TASKS),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R52, R85: these histories can fail."""
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="history"):
        play_many(kind, 2_000)
