"""The CRM's side of what is measured: users, their records, and changes to them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from bench import samples
from bench.place import Place, mailbox_address
from crmcorner.demo import surroundings
from crmcorner.items.records import APPOINTMENT_FIELDS, TASK_FIELDS, Appointment, Contact, Kind, Task

if TYPE_CHECKING:
    from crmcorner.accounts.actor import Actor
    from crmcorner.accounts.models import User

T = TypeVar("T")

TOGETHER = 500

MOST_MAILS = 10_000
"""R31: as many mails as one run may take by the setting."""


def add_user(name: str, place: Place, kinds: Sequence[Kind], *, mailbox: bool = True) -> None:
    """Make a user with these kinds switched on, whose mailbox is empty; ``mailbox``: it is made as well."""
    from crmcorner.accounts.actor import COMMAND
    from crmcorner.accounts.services import users
    from crmcorner.outlook.services.connections import Coupling, create_connection
    from crmcorner.preferences.services import settings

    user = users.create_user(actor=COMMAND, username=name, full_name=name, password="een-lang-wachtwoord")
    wanted = {"Outlook_SyncFolders": ";".join(kinds), "Outlook_MailLimit": str(MOST_MAILS)}
    for type_name, value in wanted.items():
        settings.add_setting(actor=COMMAND, type_name=type_name, value=value, user=user)
    coupling = Coupling(address=mailbox_address(name), credentials=surroundings.SANDBOX_APPLICATION)
    create_connection(actor=COMMAND, user=user, coupling=coupling)
    if mailbox:
        place.fill_mailbox(name, Kind.CONTACTS, 0)


def user_of(name: str) -> "User":
    """Return a user."""
    from crmcorner.accounts.models import User

    return User.objects.get(username=name)


def add_acquaintances(name: str) -> None:
    """Give a user the persons who write his mails and with whom his appointments are."""
    add_contacts(name, contacts_of(name, 0, samples.SENDERS))


def fill(name: str, kind: Kind, count: int) -> None:
    """Give a user that many records of his own, which all belong in his Outlook."""
    today = _today()
    if kind is Kind.CONTACTS:
        add_contacts(name, contacts_of(name, 0, count))
    elif kind is Kind.TASKS:
        _add_tasks(name, (samples.task(number, today) for number in range(count)))
    else:
        _add_appointments(name, (samples.appointment(number, name, today) for number in range(count)))


def change(name: str, kind: Kind, count: int) -> None:
    """Let a user change one field of that many of his records; of mails: know that many more senders."""
    if kind is Kind.CONTACTS:
        _change_contacts(name, count)
    elif kind is Kind.TASKS:
        _change_tasks(name, count)
    elif kind is Kind.CALENDAR:
        _change_appointments(name, count)
    else:
        add_contacts(name, samples.strangers(count * samples.UNKNOWN, name))


def contacts_of(name: str, first: int, end: int) -> Iterator[Contact]:
    """Yield a user's persons of these numbers."""
    return (samples.contact(number, name) for number in range(first, end))


def add_contacts(name: str, contacts: Iterable[Contact]) -> None:
    """Give a user these persons."""
    from crmcorner.people.services.contacts import ContactWrite, save_contacts

    for some in _pieces(contacts):
        save_contacts(actor=_actor(name), writes=[ContactWrite(contact=each) for each in some])


def _add_tasks(name: str, tasks: Iterable[Task]) -> None:
    from crmcorner.planning.services.tasks import TaskWrite, save_tasks

    for some in _pieces(tasks):
        writes = [TaskWrite(content=each, fields=TASK_FIELDS, crm_id=None, version=None) for each in some]
        save_tasks(actor=_actor(name), writes=writes)


def _add_appointments(name: str, appointments: Iterable[Appointment]) -> None:
    from crmcorner.planning.services.appointments import AppointmentWrite, save_appointments

    for some in _pieces(appointments):
        writes = [
            AppointmentWrite(content=each, fields=APPOINTMENT_FIELDS, crm_id=None, version=None)
            for each in some
        ]
        save_appointments(actor=_actor(name), writes=writes)


def _change_contacts(name: str, count: int) -> None:
    from crmcorner.people.models import Person
    from crmcorner.people.services.contacts import ContactWrite, save_contacts

    new, fields = Contact(job_title="directrice"), frozenset({"job_title"})
    for some in _pieces(Person.objects.filter(owner=user_of(name)).values_list("pk", flat=True)[:count]):
        writes = [ContactWrite(crm_id=f"person:{pk}", contact=new, fields=fields) for pk in some]
        save_contacts(actor=_actor(name), writes=writes)


def _change_tasks(name: str, count: int) -> None:
    from crmcorner.planning.models import Task as Row
    from crmcorner.planning.services.tasks import TaskWrite, save_tasks

    new = Task(note="Belt liever niet.")
    for some in _pieces(Row.objects.filter(owner=user_of(name)).values_list("pk", flat=True)[:count]):
        writes = [TaskWrite(content=new, fields=("note",), crm_id=f"task:{pk}", version=None) for pk in some]
        save_tasks(actor=_actor(name), writes=writes)


def _change_appointments(name: str, count: int) -> None:
    from crmcorner.planning.models import Appointment as Row
    from crmcorner.planning.services.appointments import AppointmentWrite, save_appointments

    new = Appointment(note="Neem de tekening mee.")
    for some in _pieces(Row.objects.filter(owner=user_of(name)).values_list("pk", flat=True)[:count]):
        writes = [
            AppointmentWrite(content=new, fields=("note",), crm_id=f"appointment:{pk}", version=None)
            for pk in some
        ]
        save_appointments(actor=_actor(name), writes=writes)


def _actor(name: str) -> "Actor":
    from crmcorner.accounts.actor import Actor

    return Actor(user=user_of(name))


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def _pieces(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while piece := list(islice(rest, TOGETHER)):
        yield piece
