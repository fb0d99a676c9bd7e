"""Contact groups and main groups: who sees, who changes, who enters and leaves (R40, R71, R73)."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.services import journal
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.lookup import members_of, whole_scope
from crmcorner.people.models import ContactGroup, MainGroup, Membership
from crmcorner.people.permissions import may_change_group, visible_groups
from crmcorner.people.services import groups, main_groups, persons
from crmcorner.people.services.groups import GroupValues
from tests.builders import a_group, a_person, a_user, an_organisation, by

pytestmark = pytest.mark.django_db


def values_of(group: ContactGroup) -> GroupValues:
    """Return what a group's form shows."""
    return GroupValues(
        name=group.name, main_group=group.main_group, owner=group.owner, public=group.public, memo=group.memo
    )


@pytest.fixture
def people() -> tuple[User, User, User]:
    """Return an owner, a colleague and an administrator."""
    return a_user("owner"), a_user("colleague"), a_user("boss", administrator=True)


def test_a_group_that_is_not_public_shows_to_its_owner_only(people: tuple[User, User, User]) -> None:
    """R73: not to a colleague, and not to an administrator either."""
    owner, colleague, boss = people
    public, private = a_group(owner, "Open"), a_group(owner, "Dicht", public=False)
    assert set(visible_groups(owner)) == {public, private}
    assert set(visible_groups(colleague)) == {public}
    assert set(visible_groups(boss)) == {public}
    groups.delete_group(actor=by(owner), group=private)
    assert set(visible_groups(owner)) == {public}
    assert set(visible_groups(owner, deleted=True)) == {private}
    assert not visible_groups(boss, deleted=True).exists()


def test_owners_and_for_public_ones_administrators_change_groups(people: tuple[User, User, User]) -> None:
    """R73: public groups are changed by owner and administrator, others by their owner alone."""
    owner, colleague, boss = people
    public, private = a_group(owner, "Open"), a_group(owner, "Dicht", public=False)
    assert [may_change_group(by(each), public) for each in people] == [True, False, True]
    assert [may_change_group(by(each), private) for each in people] == [True, False, False]
    person = a_person(owner)
    for actor, group in ((by(colleague), public), (by(boss), private)):
        with pytest.raises(PermissionDenied):
            groups.change_group(actor=actor, group=group, values=replace(values_of(group), name="X"))
        with pytest.raises(PermissionDenied):
            groups.add_members(actor=actor, group=group, crm_ids=[crm_id_of(person)])
        with pytest.raises(PermissionDenied):
            groups.remove_members(actor=actor, group=group, crm_ids=[crm_id_of(person)])
        with pytest.raises(PermissionDenied):
            groups.delete_group(actor=actor, group=group)
        with pytest.raises(PermissionDenied):
            groups.restore_group(actor=actor, group=group)
    groups.change_group(actor=by(boss), group=public, values=replace(values_of(public), name="Nieuw"))
    assert ContactGroup.objects.get(pk=public.pk).name == "Nieuw"
    assert not Membership.objects.exists()


def test_members_enter_and_leave_with_a_line_on_both(people: tuple[User, User, User]) -> None:
    """R75: the group's history names the members, each member's history the group; so the coupling finds them."""
    owner, *_ = people
    group = a_group(owner, "Kerstkaart")
    person, firm = a_person(owner), an_organisation(owner)
    ids = [crm_id_of(person), crm_id_of(firm)]
    assert groups.add_members(actor=by(owner), group=group, crm_ids=[*ids, "person:999", "what"]) == 2
    assert groups.add_members(actor=by(owner), group=group, crm_ids=ids) == 0
    assert members_of([group.pk]) == set(ids)
    assert groups.remove_members(actor=by(owner), group=group, crm_ids=ids[:1]) == 1
    assert groups.remove_members(actor=by(owner), group=group, crm_ids=ids[:1]) == 0
    assert members_of([group.pk]) == {ids[1]}
    left, entered, _created = journal.history_of(ids[0])
    assert (entered.changes, left.changes) == (
        {f"group:{group.pk}": ["", "Kerstkaart"]},
        {f"group:{group.pk}": ["Kerstkaart", ""]},
    )
    removed, added, _made = journal.history_of(f"group:{group.pk}")
    assert added.changes == {"members": ["", "Bakkerij Smit B.V., Jan Jansen"]}
    assert removed.changes == {"members": ["Jan Jansen", ""]}


def test_scope_follows_main_group_owner_and_bin(people: tuple[User, User, User]) -> None:
    """R40: main group Outlook and the owner decide; each change leaves a line on the group."""
    owner, colleague, _boss = people
    nobodys = a_person(None)
    group = a_group(owner, "Relaties", syncs=True)
    groups.add_members(actor=by(owner), group=group, crm_ids=[crm_id_of(nobodys)])
    assert whole_scope(owner) == {crm_id_of(nobodys)}
    mark = journal.history_of(f"group:{group.pk}").count()
    groups.change_group(actor=by(owner), group=group, values=replace(values_of(group), owner=colleague))
    assert (whole_scope(owner), whole_scope(colleague)) == (set(), {crm_id_of(nobodys)})
    groups.delete_group(actor=by(colleague), group=group)
    assert whole_scope(colleague) == set()
    groups.restore_group(actor=by(colleague), group=group)
    assert whole_scope(colleague) == {crm_id_of(nobodys)}
    groups.change_group(actor=by(colleague), group=group, values=replace(values_of(group), main_group=None))
    assert whole_scope(colleague) == set()
    actions = [line.action for line in journal.history_of(f"group:{group.pk}")][:-mark]
    assert actions == ["changed", "restored", "deleted", "changed"]
    persons.delete_person(actor=by(owner), person=nobodys)
    assert whole_scope(colleague) == set()


def test_a_stale_or_nameless_form_is_refused(people: tuple[User, User, User]) -> None:
    """R71: a group has a name and an owner; someone else's change is not overwritten; no change, no line."""
    owner, *_ = people
    group = a_group(owner)
    for wrong in ({"name": "\x00 "}, {"name": "n" * 256}, {"owner": None}):
        with pytest.raises(ValidationError):
            groups.create_group(actor=by(owner), values=replace(values_of(group), **wrong))
    groups.change_group(actor=by(owner), group=group, values=values_of(group), expected_version=1)
    groups.change_group(
        actor=by(owner), group=group, values=replace(values_of(group), memo="x"), expected_version=1
    )
    with pytest.raises(ChangedMeanwhile):
        groups.change_group(
            actor=by(owner), group=group, values=replace(values_of(group), memo="y"), expected_version=1
        )
    assert ContactGroup.objects.get().memo == "x"


def test_the_main_group_outlook_stays(people: tuple[User, User, User]) -> None:
    """R72: the entry that makes groups sync is there from the start, can be renamed and not deleted."""
    owner, _colleague, boss = people
    outlook = MainGroup.objects.get(syncs=True)
    assert outlook.name == "Outlook"
    with pytest.raises(ValidationError):
        main_groups.delete_main_group(actor=by(boss), main_group=outlook)
    main_groups.change_main_group(actor=by(boss), main_group=outlook, name="Naar Outlook", position=1)
    assert MainGroup.objects.get(syncs=True).name == "Naar Outlook"
    with pytest.raises(PermissionDenied):
        main_groups.change_main_group(actor=by(owner), main_group=outlook, name="X", position=1)
    with pytest.raises(PermissionDenied):
        main_groups.create_main_group(actor=by(owner), name="X")


def test_the_list_of_main_groups_is_the_administrators(people: tuple[User, User, User]) -> None:
    """R72: entries have names of their own; one that a group uses stays."""
    owner, _colleague, boss = people
    mailing = main_groups.create_main_group(actor=by(boss), name="Mailing")
    for name in ("mailing", "", "m" * 151):
        with pytest.raises(ValidationError):
            main_groups.create_main_group(actor=by(boss), name=name)
    group = a_group(owner)
    groups.change_group(actor=by(owner), group=group, values=replace(values_of(group), main_group=mailing))
    with pytest.raises(ValidationError):
        main_groups.delete_main_group(actor=by(boss), main_group=mailing)
    groups.change_group(actor=by(owner), group=group, values=replace(values_of(group), main_group=None))
    main_groups.delete_main_group(actor=by(boss), main_group=mailing)
    assert list(MainGroup.objects.values_list("syncs", flat=True)) == [True]
