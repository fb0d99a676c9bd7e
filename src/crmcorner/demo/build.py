"""Building the demo firm in an empty CRM: users, settings, people, groups, mailboxes."""

from django.db import transaction

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.models import User
from crmcorner.accounts.models.user import Role
from crmcorner.accounts.services import departments, employees, user_groups, users
from crmcorner.demo.diary import Diary
from crmcorner.demo.firm import MEMBER_ORGANISATIONS, MEMBER_PERSONS, Firm
from crmcorner.demo.surroundings import SANDBOX_APPLICATION
from crmcorner.items.records import APPOINTMENT_FIELDS, TASK_FIELDS, Appointment, Contact, Task
from crmcorner.outlook.services.connections import Coupling, create_connection
from crmcorner.people.crm_ids import CrmId
from crmcorner.people.models import MainGroup
from crmcorner.people.services import groups, main_groups
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from crmcorner.planning.services import appointments, tasks
from crmcorner.preferences.services import settings

PASSWORD = "spiegelstraat-3"  # noqa: S105 - the known password of an invented firm on this machine alone
DOMAIN = "huisintveld.example"

PEOPLE = (
    ("michael", "Michael Huisintveld", Role.ADMINISTRATOR, "directeur"),
    ("sanne", "Sanne de Wit", Role.USER, "accountmanager"),
    ("joost", "Joost van Dijk", Role.USER, "buitendienst"),
)


def address_of(username: str) -> str:
    """Return the address of a demo user's mailbox."""
    return f"{username}@{DOMAIN}"


@transaction.atomic
def build_firm(firm: Firm, diary: Diary) -> None:
    """Fill an empty CRM with the demo firm and its diary, all or nothing."""
    staff = {name: _user(name, full_name, role, job) for name, full_name, role, job in PEOPLE}
    michael, sanne, joost = staff["michael"], staff["sanne"], staff["joost"]
    _settings(staff)
    _save(michael, firm.own_organisations)
    _save(michael, firm.own_persons)
    colleagues_firms = _save(sanne, firm.colleagues_organisations)
    colleagues_people = _save(sanne, firm.colleagues_persons[: MEMBER_PERSONS + 60])
    _save(joost, firm.colleagues_persons[MEMBER_PERSONS + 60 :])
    _groups(michael, sanne, colleagues_people[:MEMBER_PERSONS], colleagues_firms[:MEMBER_ORGANISATIONS])
    _plan(michael, diary.crm_tasks, diary.crm_appointments)
    _plan(sanne, diary.colleagues_tasks, diary.colleagues_appointments)


def _user(username: str, full_name: str, role: str, job_title: str) -> User:
    user = users.create_user(
        actor=COMMAND,
        username=username,
        full_name=full_name,
        password=PASSWORD,
        email=address_of(username),
        role=role,
    )
    initial = full_name[0].lower()
    surname = full_name.rsplit(maxsplit=1)[-1].lower()
    values = employees.EmployeeValues(
        name=full_name,
        addresses=[address_of(username), f"{initial}.{surname}@{DOMAIN}"],
        user=user,
        job_title=job_title,
    )
    employees.create_employee(actor=COMMAND, values=values)
    coupling = Coupling(address=address_of(username), credentials=SANDBOX_APPLICATION)
    create_connection(actor=COMMAND, user=user, coupling=coupling)
    return user


def _settings(staff: dict[str, User]) -> None:
    for name in ("Directie", "Verkoop", "Administratie"):
        departments.create_department(actor=COMMAND, name=name)
    user_groups.create_user_group(actor=COMMAND, name="Directie", position=1, members=[staff["michael"]])
    field = user_groups.create_user_group(
        actor=COMMAND, name="Buitendienst", position=2, members=[staff["sanne"], staff["joost"]]
    )
    settings.add_setting(actor=COMMAND, type_name="Outlook_SyncFolders", value="Contacts;Mail;Calendar;Tasks")
    settings.add_setting(actor=COMMAND, type_name="CRM_Webfoldername", value="Klanten")
    settings.add_setting(actor=COMMAND, type_name="Outlook_ConflictWinner", value="crm")
    settings.add_setting(actor=COMMAND, type_name="CRM_MeetingFutureDays", value="62", user_group=field)


def _save(owner: User, contacts: list[Contact]) -> list[CrmId]:
    actor = Actor(user=owner, source="command")
    found: list[CrmId] = []
    for start in range(0, len(contacts), 200):
        writes = [ContactWrite(contact=contact) for contact in contacts[start : start + 200]]
        found += [saved.crm_id for saved in save_contacts(actor=actor, writes=writes) if saved]
    return found


def _plan(owner: User, planned: list[Task], dated: list[Appointment]) -> None:
    actor = Actor(user=owner, source="command")
    tasks.save_tasks(
        actor=actor,
        writes=[
            tasks.TaskWrite(content=task, fields=frozenset(TASK_FIELDS), crm_id=None, version=None)
            for task in planned
        ],
    )
    appointments.save_appointments(
        actor=actor,
        writes=[
            appointments.AppointmentWrite(
                content=appointment, fields=frozenset(APPOINTMENT_FIELDS), crm_id=None, version=None
            )
            for appointment in dated
        ],
    )


def _groups(michael: User, sanne: User, persons: list[CrmId], firms: list[CrmId]) -> None:
    outlook = MainGroup.objects.get(syncs=True)
    mailing = main_groups.create_main_group(actor=COMMAND, name="Mailing", position=1)
    plans = (
        ("Kerstkaarten", outlook, michael, True, persons[:60] + firms),
        ("Relatiedag", outlook, michael, True, persons[40:]),
        ("Nieuwsbrief", mailing, sanne, True, persons[10:50]),
        ("Eigen lijst van Sanne", None, sanne, False, persons[:5]),
    )
    for name, main_group, owner, public, members in plans:
        actor = Actor(user=owner, source="command")
        values = groups.GroupValues(name=name, main_group=main_group, owner=owner, public=public)
        group = groups.create_group(actor=actor, values=values)
        groups.add_members(actor=actor, group=group, crm_ids=members)
