"""What was moved and cancelled in a series, merged one occurrence at a time (R18, R63).

An occurrence is addressed by the day on which it would have begun. What one side did to one of them does not touch
what the other did to another. Of one that both treated differently the winner's word holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crmcorner.items.records import Appointment, Content
from crmcorner.items.recurrence import Moved

_AS_PLANNED = object()

States = Mapping[date, Moved | None]
"""By original day: how an occurrence differs, None for one that is cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """What a side says of the occurrences of its series, as the two fields of `Appointment`."""

    cancelled: tuple[date, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What each side is to hold afterwards. Where nobody changed anything, the two may differ as they did before."""

    crm: Occurrences
    outlook: Occurrences


def states_of(series: Content | None) -> States:
    """Return what a series, or the image of one, says of its occurrences; nothing is said by None."""
    if not isinstance(series, Appointment):
        return {}
    return {each.original: each for each in series.moved} | dict.fromkeys(series.cancelled)


def occurrences_of(series: Appointment) -> Occurrences:
    """Return what a series says of its occurrences, in their order; one that is cancelled is not moved as well."""
    return _fields(dict(sorted(states_of(series).items())))


def merge_occurrences(
    ours: States, theirs: States, base_crm: States, base_outlook: States, *, crm_wins: bool
) -> Merged:
    """Decide about every occurrence by itself, three-way.

    Args:
        ours: the CRM's.
        theirs: Outlook's.
        base_crm: what the CRM's side said when they were last in step; empty for a pair that never was.
        base_outlook: what Outlook's side said then.
        crm_wins: whose word holds for an occurrence that both sides changed differently.
    """
    crm: dict[date, object] = {}
    outlook: dict[date, object] = {}
    for day in sorted({*ours, *theirs, *base_crm, *base_outlook}):
        one, other = ours.get(day, _AS_PLANNED), theirs.get(day, _AS_PLANNED)
        we_changed = one != base_crm.get(day, _AS_PLANNED)
        they_changed = other != base_outlook.get(day, _AS_PLANNED)
        if we_changed and (crm_wins or not they_changed):
            other = one
        elif they_changed:
            one = other
        crm[day], outlook[day] = one, other
    return Merged(crm=_fields(crm), outlook=_fields(outlook))


def _fields(states: Mapping[date, object]) -> Occurrences:
    return Occurrences(
        cancelled=tuple(day for day, state in states.items() if state is None),
        moved=tuple(state for state in states.values() if isinstance(state, Moved)),
    )
