"""R40: what belongs in a user's Outlook."""

import pytest

from crmcorner.sync.scope import GroupFacts, Wanted, wanted

ME, OTHER = 1, 2
MINE = GroupFacts(group_id=7, owner_id=ME, syncs=True, deleted=False)
HIS = GroupFacts(group_id=8, owner_id=OTHER, syncs=True, deleted=False)
PLAIN = GroupFacts(group_id=9, owner_id=ME, syncs=False, deleted=False)
GONE = GroupFacts(group_id=10, owner_id=ME, syncs=True, deleted=True)
NOBODYS = GroupFacts(group_id=11, owner_id=None, syncs=True, deleted=False)


@pytest.mark.parametrize(
    ("owner_id", "groups", "expected"),
    [
        (ME, (), Wanted(owned=True, groups=())),
        (OTHER, (), None),
        (None, (), None),
        (OTHER, (MINE,), Wanted(owned=False, groups=(7,))),
        (ME, (MINE, HIS), Wanted(owned=True, groups=(7,))),
        (OTHER, (HIS, PLAIN, GONE, NOBODYS), None),
    ],
    ids=["owned", "another's", "nobody's", "in my group", "both", "groups that do not count"],
)
def test_owned_records_and_members_of_own_outlook_groups_are_wanted(
    owner_id: int | None, groups: tuple[GroupFacts, ...], expected: Wanted | None
) -> None:
    """R40: by owner, or by a group with main group Outlook whose owner is the user; the answer says by which."""
    assert wanted(user_id=ME, owner_id=owner_id, deleted=False, groups=groups) == expected


def test_a_deleted_record_is_not_wanted() -> None:
    """R42: what is deleted in the CRM belongs in nobody's Outlook."""
    assert wanted(user_id=ME, owner_id=ME, deleted=True, groups=(MINE,)) is None
