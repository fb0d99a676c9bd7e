"""Setting rows: who may, for whom they hold, why, and their history (R1-R3, R8)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django import DjangoAssertNumQueries

from crmcorner.accounts.models import User, UserGroup
from crmcorner.accounts.services import user_groups
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.services import journal
from crmcorner.preferences.models import Setting
from crmcorner.preferences.services.settings import (
    add_setting,
    change_setting,
    delete_setting,
    resolve,
    resolve_all,
    value_of,
)
from crmcorner.preferences.types import TYPES
from tests.builders import a_user, by

pytestmark = pytest.mark.django_db

WINNER = "Outlook_ConflictWinner"


@pytest.fixture
def boss() -> User:
    """Return an administrator."""
    return a_user("boss", administrator=True)


def a_user_group(boss: User, name: str, position: int, *members: User) -> UserGroup:
    """Make a user group."""
    return user_groups.create_user_group(actor=by(boss), name=name, position=position, members=members)


def test_only_administrators_change_settings(boss: User) -> None:
    """R1: an ordinary user adds, changes and deletes nothing, not even for himself."""
    michael = a_user("michael")
    row = add_setting(actor=by(boss), type_name="Language", value="EN", user=michael)
    with pytest.raises(PermissionDenied):
        add_setting(actor=by(michael), type_name=WINNER, value="ask", user=michael)
    with pytest.raises(PermissionDenied):
        change_setting(actor=by(michael), setting=row, value="NL")
    with pytest.raises(PermissionDenied):
        delete_setting(actor=by(michael), setting=row)
    assert Setting.objects.get().value == "EN"


def test_the_narrowest_scope_wins(boss: User) -> None:
    """R3: user over group over organisation over the default; and each tells why."""
    michael, colleague, stranger = a_user("michael"), a_user("colleague"), a_user("stranger")
    group = a_user_group(boss, "Verkoop", 1, michael, colleague)
    assert (resolve(michael, WINNER).value, resolve(michael, WINNER).decided_by) == ("crm", None)
    firm = add_setting(actor=by(boss), type_name=WINNER, value="ask")
    of_group = add_setting(actor=by(boss), type_name=WINNER, value="outlook", user_group=group)
    own = add_setting(actor=by(boss), type_name=WINNER, value="crm", user=michael)
    his, hers, other = (resolve(each, WINNER) for each in (michael, colleague, stranger))
    assert (his.value, his.decided_by, his.passed_over) == ("crm", own, (of_group, firm))
    assert (hers.value, hers.decided_by, hers.passed_over) == ("outlook", of_group, (firm,))
    assert (other.value, other.decided_by, other.passed_over) == ("ask", firm, ())
    assert not his.groups_disagree


def test_of_two_groups_the_first_wins_and_it_is_said(boss: User) -> None:
    """R3: two groups that disagree: the first in the administrator's order wins, and the page says so."""
    michael = a_user("michael")
    second, first = a_user_group(boss, "A", 2, michael), a_user_group(boss, "B", 1, michael)
    add_setting(actor=by(boss), type_name=WINNER, value="outlook", user_group=second)
    row = add_setting(actor=by(boss), type_name=WINNER, value="ask", user_group=first)
    found = resolve(michael, WINNER)
    assert (found.value, found.decided_by, found.groups_disagree) == ("ask", row, True)
    change_setting(actor=by(boss), setting=row, value="outlook")
    assert not resolve(michael, WINNER).groups_disagree


def test_what_holds_for_a_user_is_found_at_once(
    boss: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """R3: all settings of a user with their reasons take one statement."""
    michael = a_user("michael")
    add_setting(actor=by(boss), type_name="Language", value="EN", user=michael)
    add_setting(actor=by(boss), type_name="Language", value="NL", user=boss)
    with django_assert_max_num_queries(1):
        found = {each.type.name: each for each in resolve_all(michael)}
    assert found.keys() == TYPES.keys()
    assert found["Language"].value == "EN"
    assert found["Language"].passed_over == ()
    assert found[WINNER].decided_by is None
    assert value_of(michael, "Outlook_MailLimit") == "150"


def test_one_row_per_scope(boss: User) -> None:
    """R2: the same type twice for the whole organisation, a group or a user is refused."""
    michael = a_user("michael")
    group = a_user_group(boss, "A", 1)
    for scope in ({}, {"user": michael}, {"user_group": group}):
        add_setting(actor=by(boss), type_name=WINNER, value="ask", **scope)
        with pytest.raises(ValidationError):
            add_setting(actor=by(boss), type_name=WINNER, value="crm", **scope)
    assert Setting.objects.count() == 3


def test_wrong_type_value_and_scope_are_refused_by_field(boss: User) -> None:
    """R7: the form gets each error at its field."""
    michael, actor = a_user("michael"), by(boss)
    group = a_user_group(boss, "A", 1)
    with pytest.raises(ValidationError) as wrong:
        add_setting(actor=actor, type_name="Outlook_SyncFolder", value="Contacts")
    assert "type" in wrong.value.message_dict
    with pytest.raises(ValidationError) as wrong:
        add_setting(actor=actor, type_name="Outlook_SyncFolders", value="Contacts;Notes")
    assert "Notes" in wrong.value.message_dict["value"][0]
    with pytest.raises(ValidationError) as wrong:
        add_setting(actor=actor, type_name=WINNER, value="ask", user=michael, user_group=group)
    assert "user_group" in wrong.value.message_dict
    with pytest.raises(ValidationError) as wrong:
        add_setting(actor=actor, type_name="SMS_Mobilenumber", value="0612345678", user_group=group)
    assert "user" in wrong.value.message_dict
    assert not Setting.objects.exists()


def test_every_change_is_kept_in_history(boss: User) -> None:
    """R8: who, when, old and new value."""
    row = add_setting(actor=by(boss), type_name="Outlook_SyncFolders", value="contacts;;")
    subject = f"setting:{row.pk}"
    change_setting(actor=by(boss), setting=row, value="Contacts;Mail")
    change_setting(actor=by(boss), setting=row, value=" contacts; MAIL ")
    delete_setting(actor=by(boss), setting=row)
    lines = list(journal.history_of(subject))
    assert [(line.action, line.changes["value"]) for line in reversed(lines)] == [
        ("created", ["", "Contacts"]),
        ("changed", ["Contacts", "Contacts;Mail"]),
        ("deleted", ["Contacts;Mail", ""]),
    ]
    assert {line.user for line in lines} == {boss}
    assert all(line.at for line in lines)


def test_a_group_with_settings_is_not_deleted_by_the_way(boss: User) -> None:
    """R8: settings never disappear without a line of their own."""
    group = a_user_group(boss, "A", 1)
    row = add_setting(actor=by(boss), type_name=WINNER, value="ask", user_group=group)
    with pytest.raises(ValidationError):
        user_groups.delete_user_group(actor=by(boss), group=group)
    assert Setting.objects.get() == row
    delete_setting(actor=by(boss), setting=row)
    user_groups.delete_user_group(actor=by(boss), group=group)
    assert not UserGroup.objects.exists()


def test_someone_elses_change_is_not_overwritten(boss: User) -> None:
    """R2: two administrators in the same row: the second is told."""
    row = add_setting(actor=by(boss), type_name=WINNER, value="ask")
    change_setting(actor=by(boss), setting=Setting.objects.get(), value="crm", expected_version=1)
    with pytest.raises(ChangedMeanwhile):
        change_setting(actor=by(boss), setting=row, value="outlook", expected_version=1)
    assert Setting.objects.get().value == "crm"
