"""R84: a run that would take away much stops before it does, and waits for a person. Pure.

What takes away is a link that would rest because its item is gone or lost its mark, and an item that would be taken out
of Outlook. All of a run's are kept back until it is known how many there are; never more than the brake lets through.
"""

from collections.abc import Callable, Sequence
from typing import TypeGuard

from crmcorner.sync.actions import Action, Rest, Withdraw
from crmcorner.sync.state import CrmId, LinkStatus

MOST = 10
SHARE = 0.05
"""The brake is pulled above both: so many items, and such a share of what is in step of a kind."""

TakesAway = Rest | Withdraw


class Brake:
    """Counts what a run of one kind would take away.

    Args:
        allowed: records of which a person has said that it may be done.
        held: records of which he has not, or has said that it may not.
        linked: tells how many pairs of the kind are in step; asked when it matters.
    """

    def __init__(
        self, *, allowed: frozenset[CrmId], held: frozenset[CrmId], linked: Callable[[], int]
    ) -> None:
        self._allowed, self._held, self._linked = allowed, held, linked
        self._waiting: dict[CrmId, TakesAway] = {}
        self._limit: float | None = None
        self._pulled = False

    def sort(self, actions: Sequence[Action]) -> tuple[list[Action], list[TakesAway]]:
        """Return what may be done at once, and what is held back for good; what it still counts it keeps.

        An action about a record that a person has been asked about already is in neither.
        """
        free: list[Action] = []
        for action in actions:
            if not takes_away(action) or action.link.crm_id in self._allowed:
                free.append(action)
            elif action.link.crm_id not in self._held:
                self._waiting[action.link.crm_id] = action
        return free, self._let_go() if self._is_pulled() else []

    def rest(self) -> list[Action]:
        """Return, at the end of a run, what was kept and is few enough to be done."""
        return list(self._let_go())

    def _let_go(self) -> list[TakesAway]:
        gone = list(self._waiting.values())
        self._waiting.clear()
        return gone

    def _is_pulled(self) -> bool:
        if not self._pulled and len(self._waiting) > MOST:
            if self._limit is None:
                self._limit = SHARE * self._linked()
            self._pulled = len(self._waiting) > self._limit
        return self._pulled


def takes_away(action: Action) -> TypeGuard[TakesAway]:
    """Whether it ends a tie that is kept in step."""
    return isinstance(action, Rest | Withdraw) and action.link.status is LinkStatus.ACTIVE
