"""Employees, departments and user groups (R33, R72)."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crmcorner.accounts.models import Department, Employee, EmployeeAddress, User, UserGroup
from crmcorner.accounts.services import departments, employees, user_groups
from crmcorner.accounts.services.employees import EmployeeValues
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.services import journal
from tests.builders import a_user, by

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    """Return an administrator."""
    return a_user("boss", administrator=True)


def an_employee(boss: User, name: str = "Sanne", *addresses: str) -> Employee:
    """Make an employee."""
    return employees.create_employee(
        actor=by(boss), values=EmployeeValues(name=name, addresses=addresses or ("sanne@firma.test",))
    )


def test_an_employee_has_several_addresses_each_once(boss: User) -> None:
    """R33: all addresses count, compared without case and name; the order stays."""
    made = an_employee(boss, "Sanne", " Sanne@Firma.test ", "s.bakker@firma.test", "SANNE@FIRMA.TEST")
    assert list(made.addresses.values_list("address", "key")) == [
        ("Sanne@Firma.test", "sanne@firma.test"),
        ("s.bakker@firma.test", "s.bakker@firma.test"),
    ]


def test_changes_are_kept_by_field(boss: User) -> None:
    """R75: addresses, department and phone with old and new value; an unchanged save writes nothing."""
    made = an_employee(boss)
    sales = departments.create_department(actor=by(boss), name="Verkoop")
    values = EmployeeValues(
        name="Sanne", addresses=("sanne@firma.test", "s@firma.test"), department=sales, phone="023-5423445"
    )
    employees.change_employee(actor=by(boss), employee=made, values=values, expected_version=1)
    employees.change_employee(actor=by(boss), employee=made, values=values)
    changed, created = journal.history_of(f"employee:{made.pk}")
    assert changed.changes == {
        "addresses": ["sanne@firma.test", "sanne@firma.test, s@firma.test"],
        "department": ["", "Verkoop"],
        "phone": ["", "+31235423445"],
    }
    assert created.action == "created"
    assert Employee.objects.get().phone_text == "023 542 3445"
    with pytest.raises(ChangedMeanwhile):
        employees.change_employee(
            actor=by(boss),
            employee=made,
            values=EmployeeValues(name="X", addresses=()),
            expected_version=1,
        )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", EmployeeValues(name=" \x00", addresses=())),
        ("name", EmployeeValues(name="n" * 256, addresses=())),
        ("job_title", EmployeeValues(name="Jan", addresses=(), job_title="n" * 256)),
        ("addresses", EmployeeValues(name="Jan", addresses=("jan@", "jan@firma.test"))),
        ("phone", EmployeeValues(name="Jan", addresses=(), phone="ext. 12")),
    ],
)
def test_what_is_wrong_is_told_by_field(boss: User, field: str, values: EmployeeValues) -> None:
    """R72: a wrong value gives a message at its field and stores nothing."""
    with pytest.raises(ValidationError) as refused:
        employees.create_employee(actor=by(boss), values=values)
    assert set(refused.value.message_dict) == {field}
    assert not Employee.objects.exists()


def test_a_user_is_one_employee_only(boss: User) -> None:
    """R72: an employee may be a user, a user only one employee."""
    values = EmployeeValues(name="Boss", addresses=(), user=boss)
    made = employees.create_employee(actor=by(boss), values=values)
    with pytest.raises(ValidationError) as refused:
        employees.create_employee(actor=by(boss), values=values)
    assert "user" in refused.value.message_dict
    employees.change_employee(actor=by(boss), employee=made, values=values)


def test_deleted_employees_come_back(boss: User) -> None:
    """R71: delete with restore; the user is free for someone else meanwhile."""
    made = employees.create_employee(
        actor=by(boss), values=EmployeeValues(name="Boss", addresses=("b@firma.test",), user=boss)
    )
    employees.delete_employee(actor=by(boss), employee=made)
    assert Employee.objects.get().deleted_at is not None
    an_employee(boss, "Other")
    employees.restore_employee(actor=by(boss), employee=made)
    assert Employee.objects.get(pk=made.pk).deleted_at is None
    assert EmployeeAddress.objects.filter(employee=made).count() == 1


def test_departments_and_groups_have_names_of_their_own(boss: User) -> None:
    """R72: no two of one name, whatever the case; none without a name or with too long a one."""
    sales = departments.create_department(actor=by(boss), name="Verkoop")
    group = user_groups.create_user_group(actor=by(boss), name="Allen", position=1, members=[boss])
    for name in ("verkoop", "", "v" * 151):
        with pytest.raises(ValidationError):
            departments.create_department(actor=by(boss), name=name)
    for name in ("ALLEN", "\t", "a" * 151):
        with pytest.raises(ValidationError):
            user_groups.create_user_group(actor=by(boss), name=name, position=1)
    departments.change_department(actor=by(boss), department=sales, name="Inkoop")
    user_groups.change_user_group(actor=by(boss), group=group, name="Allen", position=2, members=[])
    (changed, _created) = journal.history_of(f"user_group:{group.pk}")
    assert changed.changes == {"position": [1, 2], "members": ["Boss", ""]}
    departments.delete_department(actor=by(boss), department=sales)
    assert not Department.objects.exists()


def test_employees_of_a_deleted_department_stay(boss: User) -> None:
    """R72: a department goes, its people stay."""
    sales = departments.create_department(actor=by(boss), name="Verkoop")
    values = EmployeeValues(name="Jan", addresses=(), department=sales)
    made = employees.create_employee(actor=by(boss), values=values)
    departments.delete_department(actor=by(boss), department=sales)
    assert Employee.objects.get(pk=made.pk).department is None


def test_only_administrators_change_any_of_it(boss: User) -> None:
    """R72, R73: employees, departments and user groups are for administrators."""
    michael = a_user("michael")
    employee = an_employee(boss)
    department = departments.create_department(actor=by(boss), name="Verkoop")
    group = user_groups.create_user_group(actor=by(boss), name="Allen", position=1, members=[michael])
    actor, values = by(michael), EmployeeValues(name="X", addresses=())
    attempts: list[Callable[[], object]] = [
        lambda: employees.create_employee(actor=actor, values=values),
        lambda: employees.change_employee(actor=actor, employee=employee, values=values),
        lambda: employees.delete_employee(actor=actor, employee=employee),
        lambda: employees.restore_employee(actor=actor, employee=employee),
        lambda: departments.create_department(actor=actor, name="X"),
        lambda: departments.change_department(actor=actor, department=department, name="X"),
        lambda: departments.delete_department(actor=actor, department=department),
        lambda: user_groups.create_user_group(actor=actor, name="X", position=1),
        lambda: user_groups.change_user_group(actor=actor, group=group, name="X", position=1, members=[]),
        lambda: user_groups.delete_user_group(actor=actor, group=group),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert Employee.objects.get().name == "Sanne"
    assert Department.objects.get().name == "Verkoop"
    assert UserGroup.objects.get().name == "Allen"
