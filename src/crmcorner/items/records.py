"""The records that travel between the CRM and Outlook, in the neutral form in which both sides are compared.

They are frozen, hashable and complete in themselves: nothing here knows an account, a folder or a database.
Values are normalised when a record is made (phones canonical, addresses taken apart, notes with ``\\n``), so
that comparing two records is ``==``. Fields mirror what is synchronised and nothing else: a field of Outlook
that is not named here is safe (R20), because updates send single fields and never whole items.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from crmcorner.items.postal_address import PostalAddress


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


FieldName = str
"""The name of a field of `Contact`; merging, conflicts and lines speak of fields by it."""

CONTACT_FIELDS: tuple[FieldName, ...] = tuple(field.name for field in dataclasses.fields(Contact))

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


def changed_fields(one: Contact, other: Contact) -> tuple[FieldName, ...]:
    """Return the names of the fields in which two contacts differ, in the order of the record."""
    if one == other:
        return ()
    return tuple(name for name in CONTACT_FIELDS if getattr(one, name) != getattr(other, name))


def with_fields(contact: Contact, values: Mapping[FieldName, Any]) -> Contact:
    """Return the contact with these fields set; an unknown name raises `TypeError`."""
    return dataclasses.replace(contact, **values) if values else contact
