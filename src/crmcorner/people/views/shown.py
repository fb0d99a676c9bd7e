"""How records look on pages: details, facts and history in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from crmcorner.accounts.models import User
from crmcorner.history.models import HistoryLine
from crmcorner.history.services.journal import history_of
from crmcorner.items.country import country_name
from crmcorner.items.phone import format_phone
from crmcorner.items.postal_address import PostalAddress, street_line
from crmcorner.items.records import Contact, FieldName
from crmcorner.people.contact_mapping import ADDRESS_FIELDS, PHONE_FIELDS
from crmcorner.people.models.contact_details import AddressKind, PhoneKind
from crmcorner.people.permissions import visible_groups

FIELD_LABELS: Mapping[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "initials": gettext_lazy("Initials"),
    "given_name": gettext_lazy("Given name"),
    "middle_name": gettext_lazy("Middle name"),
    "name_prefix": gettext_lazy("Prefix"),
    "surname": gettext_lazy("Surname"),
    "suffix": gettext_lazy("Suffix"),
    "nickname": gettext_lazy("Nickname"),
    "company": gettext_lazy("Organisation"),
    "department": gettext_lazy("Department"),
    "job_title": gettext_lazy("Job title"),
    "profession": gettext_lazy("Profession"),
    "emails": gettext_lazy("E-mail addresses"),
    "work_phones": gettext_lazy("Phone (work)"),
    "home_phones": gettext_lazy("Phone (home)"),
    "mobile_phones": gettext_lazy("Mobile phone"),
    "other_phones": gettext_lazy("Phone (other)"),
    "work_faxes": gettext_lazy("Fax (work)"),
    "home_faxes": gettext_lazy("Fax (home)"),
    "work_address": gettext_lazy("Visiting address"),
    "home_address": gettext_lazy("Home address"),
    "other_address": gettext_lazy("Postal or other address"),
    "website": gettext_lazy("Website"),
    "birthday": gettext_lazy("Birthday"),
    "note": gettext_lazy("Memo"),
    "owner": gettext_lazy("Owner"),
    "groups": gettext_lazy("Contact groups"),
    "members": gettext_lazy("Members"),
    "name": gettext_lazy("Name"),
    "main_group": gettext_lazy("Main group"),
    "public": gettext_lazy("Public"),
    "memo": gettext_lazy("Memo"),
}

_GROUP = "group:"
"""Before the id of the group that a record entered or left, in its history."""

_FACTS: tuple[FieldName, ...] = (
    "title", "initials", "given_name", "middle_name", "name_prefix", "surname", "suffix", "nickname", "job_title",
    "department", "profession", "birthday",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field's old and new value as text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """One line of a record's history."""

    at: Any
    who: str
    action: str
    changes: tuple[ShownChange, ...]


def label_of_field(name: str) -> str:
    """Return what a field is called."""
    return str(FIELD_LABELS.get("groups" if name.startswith(_GROUP) else name, name))


def value_text(name: str, value: Any) -> str:
    """Return a field's value as people read it; takes record values and their JSON forms."""
    if value in (None, "", [], (), {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        phones = name.endswith(("_phones", "_faxes"))
        return ", ".join(
            format_phone(str(each), country=settings.FIRM_COUNTRY) if phones else str(each) for each in value
        )
    if isinstance(value, dict):
        value = PostalAddress(**value)
    if isinstance(value, PostalAddress):
        return ", ".join(address_lines(value))
    if name == "birthday" and hasattr(value, "isoformat"):
        return str(date_format(value))
    return str(value)


def address_lines(address: PostalAddress) -> list[str]:
    """Return an address as lines; the country only where it is not the firm's."""
    if address.country in {"US", "CA", "AU", "GB"}:
        place = ", ".join(
            part for part in (address.city, f"{address.region} {address.postal_code}".strip()) if part
        )
    else:
        place = "  ".join(part for part in (address.postal_code, address.city) if part)
        place = ", ".join(part for part in (place, address.region) if part)
    country = "" if address.country == settings.FIRM_COUNTRY else country_name(address.country, _language())
    return [line for line in (address.extra, street_line(address), place, country) if line]


def details_of(contact: Contact) -> dict[str, Any]:
    """Return what the fragment ``_details.html`` wants."""
    phones = [
        {
            "kind": PhoneKind(kind).label,
            "text": format_phone(number, country=settings.FIRM_COUNTRY),
            "dial": number,
        }
        for kind, name in PHONE_FIELDS.items()
        for number in getattr(contact, name)
    ]
    addresses = [
        {"kind": AddressKind(kind).label, "lines": address_lines(getattr(contact, name))}
        for kind, name in ADDRESS_FIELDS.items()
        if getattr(contact, name)
    ]
    return {
        "emails": [{"address": address} for address in contact.emails],
        "phones": phones,
        "addresses": addresses,
        "website_url": _web_url(contact.website),
    }


def facts_of(contact: Contact) -> list[tuple[str, str]]:
    """Return label and text of the filled-in fields of a person."""
    return [
        (label_of_field(name), value_text(name, getattr(contact, name)))
        for name in _FACTS
        if getattr(contact, name)
    ]


def history_shown(user: User, subject: str) -> list[ShownHistory]:
    """Return a record's last changes as this user may see them, for the fragment ``_history.html``.

    Entering and leaving a group that he does not see (R73) is left out, and so is a line that tells nothing else.
    """
    lines = list(history_of(subject))
    groups = {name for line in lines for name in line.changes if name.startswith(_GROUP)}
    seen = visible_groups(user) | visible_groups(user, deleted=True)
    keys = [int(name.removeprefix(_GROUP)) for name in groups]
    hidden = groups - {f"{_GROUP}{pk}" for pk in seen.filter(pk__in=keys).values_list("pk", flat=True)}
    return [_history_line(line, hidden) for line in lines if not line.changes or set(line.changes) - hidden]


def first_details(rows: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """Return main e-mail address, main phone and city of records of a list page, whose details are prefetched."""
    found = {}
    for row in rows:
        emails, phones = list(row.emailaddress_rows.all()), list(row.phone_rows.all())
        addresses = list(row.postaladdress_rows.all())
        found[row.pk] = {
            "email": emails[0].address if emails else "",
            "phone": format_phone(phones[0].number, country=settings.FIRM_COUNTRY) if phones else "",
            "city": addresses[0].city if addresses else "",
        }
    return found


def _history_line(line: HistoryLine, hidden: Set[str]) -> ShownHistory:
    who = str(line.user) if line.user else _("command line")
    if line.run is not None:
        who = _("%(name)s's Outlook") % {"name": who}
    changes = tuple(
        ShownChange(label_of_field(name), value_text(name, _item(pair, 0)), value_text(name, _item(pair, 1)))
        for name, pair in line.changes.items()
        if name not in hidden
    )
    return ShownHistory(line.at, who, str(line.get_action_display()), changes)


def _item(pair: Sequence[Any], index: int) -> Any:
    return pair[index] if isinstance(pair, list) and len(pair) > index else ""


def _web_url(website: str) -> str:
    """Return an address that is safe to link to, or ""."""
    if website.startswith(("http://", "https://")):
        return website
    return (
        f"https://{website}"
        if website and ":" not in website and "." in website and " " not in website
        else ""
    )


def _language() -> str:
    return (get_language() or "nl")[:2]
