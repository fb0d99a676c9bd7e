"""What belongs in a user's Outlook (R40): what he owns, and the members of his groups of main group *Outlook*."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """What counts of a group that a record is a member of."""

    group_id: int
    owner_id: int | None
    syncs: bool
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Why a record belongs in the mailbox: its owner is the user, or these groups of his have it."""

    owned: bool
    groups: tuple[int, ...]


def wanted(
    *, user_id: int, owner_id: int | None, deleted: bool, groups: Iterable[GroupFacts]
) -> Wanted | None:
    """R40: say why a record belongs in this user's Outlook, or None if it does not."""
    if deleted:
        return None
    his = tuple(
        group.group_id for group in groups if group.syncs and not group.deleted and group.owner_id == user_id
    )
    owned = owner_id == user_id
    return Wanted(owned=owned, groups=his) if owned or his else None
