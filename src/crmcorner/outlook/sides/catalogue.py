"""Which kinds are kept in step item by item, and their side of the CRM. Mail is filed instead (`outlook.filing`)."""

from collections.abc import Mapping

from crmcorner.items.records import Kind
from crmcorner.outlook.sides.appointments import AppointmentSide
from crmcorner.outlook.sides.contacts import ContactSide
from crmcorner.outlook.sides.side import CrmSide
from crmcorner.outlook.sides.tasks import TaskSide

SIDES: Mapping[Kind, CrmSide] = {
    Kind.CONTACTS: ContactSide(),
    Kind.TASKS: TaskSide(),
    Kind.CALENDAR: AppointmentSide(),
}

KIND_OF_WORD: Mapping[str, Kind] = {
    "person": Kind.CONTACTS,
    "organisation": Kind.CONTACTS,
    "task": Kind.TASKS,
    "appointment": Kind.CALENDAR,
}
"""The word before the colon of a record's id tells what it is."""
