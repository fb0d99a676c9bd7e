"""The records that travel between the CRM and Outlook, in the neutral form in which both sides are compared.

They are frozen, hashable and complete in themselves: nothing here knows an account, a folder or a database.
Values are normalised when a record is made (phones canonical, addresses taken apart, notes with ``\\n``), so
that comparing two records is ``==``. Fields mirror what is synchronised and nothing else: a field of Outlook
that is not named here is safe (R20), because updates send single fields and never whole items.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.recurrence import Moved, Recurrence


class Kind(StrEnum):
    """What can be kept in step; the values are the words of the setting ``Outlook_SyncFolders`` (R4)."""

    CONTACTS = "Contacts"
    MAIL = "Mail"
    CALENDAR = "Calendar"
    TASKS = "Tasks"


CATEGORY = "CRMcorner"
"""The Outlook category that marks a contact or mail for the CRM; compared without case (glossary)."""

PROCESSED = "Processed"
NOT_FOUND = "Not Found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or an organisation as both sides can tell of it.

    A contact with a ``company`` and no personal name is an organisation; one without a company is a private
    person (R44). ``emails`` and the phone fields are ordered, first is most important. Phones are canonical
    (``crmcorner.items.phone``), e-mail addresses are trimmed and in lower case.
    """

    title: str = ""
    initials: str = ""
    given_name: str = ""
    middle_name: str = ""
    name_prefix: str = ""
    surname: str = ""
    suffix: str = ""
    nickname: str = ""
    company: str = ""
    department: str = ""
    job_title: str = ""
    profession: str = ""
    emails: tuple[str, ...] = ()
    work_phones: tuple[str, ...] = ()
    home_phones: tuple[str, ...] = ()
    mobile_phones: tuple[str, ...] = ()
    other_phones: tuple[str, ...] = ()
    work_faxes: tuple[str, ...] = ()
    home_faxes: tuple[str, ...] = ()
    work_address: PostalAddress | None = None
    home_address: PostalAddress | None = None
    other_address: PostalAddress | None = None
    website: str = ""
    birthday: date | None = None
    note: str = ""

    @property
    def has_personal_name(self) -> bool:
        """Whether anything in it names a human being."""
        return bool(self.given_name or self.middle_name or self.surname or self.nickname or self.initials)

    @property
    def is_organisation(self) -> bool:
        """R44: with a company and without a personal name it is an organisation."""
        return bool(self.company) and not self.has_personal_name


class TaskStatus(StrEnum):
    """How far a task is (R52)."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    WAITING = "waiting"
    DEFERRED = "deferred"
    COMPLETED = "completed"


class Priority(StrEnum):
    """How much a task matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to be done (R52).

    ``start``, ``due`` and ``completed_on`` are dates and know no zone. ``reminder`` is aware, in UTC, whole minutes.
    ``note`` is plain text with ``\\n``.
    """

    subject: str = ""
    note: str = ""
    start: date | None = None
    due: date | None = None
    status: TaskStatus = TaskStatus.NOT_STARTED
    completed_on: date | None = None
    priority: Priority = Priority.NORMAL
    reminder: datetime | None = None
    recurrence: Recurrence | None = None


class ShowAs(StrEnum):
    """How the time of an appointment shows to others."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "out-of-office"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Who is invited; Outlook's to know, never written by us (R85). ``email`` is trimmed and in lower case."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A single appointment or a whole series (R63).

    ``start`` and ``end`` are aware, in UTC, the end is exclusive; of an all-day item they are midnight UTC of the days
    themselves, which then know no zone. Of a series they are those of its first occurrence. ``zone`` is the IANA name of
    the zone in which it was made and in which a series repeats. ``reminder``: minutes before the start, None for none.
    ``contacts``: the names in Outlook's field *Contacts...* (R62), sorted. ``categories``: the user's own, sorted.
    ``attendees`` and ``uid`` (R65: iCalUId) are Outlook's and travel to the CRM only. ``cancelled``: the original dates of
    the occurrences of a series that were taken out, ``moved``: those that differ.
    """

    subject: str = ""
    note: str = ""
    location: str = ""
    start: datetime | None = None
    end: datetime | None = None
    all_day: bool = False
    zone: str = ""
    private: bool = False
    show_as: ShowAs = ShowAs.BUSY
    reminder: int | None = None
    categories: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    recurrence: Recurrence | None = None
    cancelled: tuple[date, ...] = ()
    moved: tuple[Moved, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    organised: bool = True
    """Whether this mailbox's user is the organiser."""
    uid: str = ""


Content = Contact | Task | Appointment
"""What an item is about."""

C = TypeVar("C", bound=Content)

FieldName = str
"""The name of a field of a record; merging, conflicts and lines speak of fields by it."""

CONTACT_FIELDS: tuple[FieldName, ...] = tuple(field.name for field in dataclasses.fields(Contact))
TASK_FIELDS: tuple[FieldName, ...] = tuple(field.name for field in dataclasses.fields(Task))
APPOINTMENT_FIELDS: tuple[FieldName, ...] = tuple(field.name for field in dataclasses.fields(Appointment))

_FIELDS: Mapping[type, tuple[FieldName, ...]] = {
    Contact: CONTACT_FIELDS,
    Task: TASK_FIELDS,
    Appointment: APPOINTMENT_FIELDS,
}
_EMPTY: Mapping[type, Content] = {each: each() for each in (Contact, Task, Appointment)}

CONTENT_OF: Mapping[Kind, type[Content]] = {
    Kind.CONTACTS: Contact,
    Kind.TASKS: Task,
    Kind.CALENDAR: Appointment,
}

NAME_FIELDS: frozenset[FieldName] = frozenset(
    {"title", "initials", "given_name", "middle_name", "name_prefix", "surname", "suffix", "nickname"}
)

LIST_FIELDS: frozenset[FieldName] = frozenset(
    {"emails", "work_phones", "home_phones", "mobile_phones", "other_phones", "work_faxes", "home_faxes"}
)

PERSONAL_FIELDS: frozenset[FieldName] = NAME_FIELDS | {
    "department",
    "job_title",
    "profession",
    "birthday",
    "home_phones",
    "home_faxes",
    "home_address",
}
"""What only a human being has; an organisation of the CRM does not hold these (R19)."""


MEETING_FIELDS: frozenset[FieldName] = frozenset(
    {"subject", "note", "location", "start", "end", "all_day", "zone", "recurrence", "cancelled", "moved"}
)
"""R85: a change of one of these makes Outlook write to the attendees of a meeting."""

OCCURRENCE_FIELDS: frozenset[FieldName] = frozenset({"cancelled", "moved"})
"""What differs within a series (R63)."""

SERIES_FIELDS: frozenset[FieldName] = frozenset({"start", "end", "all_day", "zone", "recurrence"})
"""When a series happens. Outlook forgets what was moved and cancelled in it when one of these changes."""

OUTLOOK_ONLY_FIELDS: frozenset[FieldName] = frozenset({"attendees", "organised", "uid"})
"""What the CRM learns and never writes."""


def of_type(content: Content, wanted: type[C]) -> C:
    """Return the record, which is known to be of this kind.

    Raises:
        TypeError: it is of another.
    """
    if not isinstance(content, wanted):
        raise TypeError(f"a {wanted.__name__} was expected, not a {type(content).__name__}")
    return content


def fields_of(content: Content) -> tuple[FieldName, ...]:
    """Return the names of the fields of such a record, in its order."""
    return _FIELDS[type(content)]


def empty_of(content: C) -> C:
    """Return a record of the same kind that says nothing."""
    return cast("C", _EMPTY[type(content)])


def changed_fields(one: Content, other: Content) -> tuple[FieldName, ...]:
    """Return the names of the fields in which two records of one kind differ, in the order of the record."""
    if one == other:
        return ()
    return tuple(name for name in fields_of(one) if getattr(one, name) != getattr(other, name))


def with_fields(content: C, values: Mapping[FieldName, Any]) -> C:
    """Return the record with these fields set; an unknown name raises `TypeError`."""
    return dataclasses.replace(content, **values) if values else content
