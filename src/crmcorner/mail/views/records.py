"""How the records that a mail is filed under look on its page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from crmcorner.accounts.models import User
from crmcorner.history.services.journal import history_of
from crmcorner.mail.models import Message
from crmcorner.people.crm_ids import CrmId, crm_id_of
from crmcorner.people.models import Organisation, Person
from crmcorner.people.search import find_organisations, find_persons
from crmcorner.people.views.shown import ShownChange, ShownHistory

FOUND_AT_ONCE = 15


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A person or an organisation, with what tells it from others of its name."""

    crm_id: CrmId
    label: str
    url: str
    more: str


def shown_record(record: Person | Organisation) -> ShownRecord:
    """Return how a record looks."""
    person = isinstance(record, Person)
    url = reverse("people:person" if person else "people:organisation", args=[record.pk])
    more = (
        str(record.organisation or _("private person")) if isinstance(record, Person) else _("organisation")
    )
    return ShownRecord(crm_id_of(record), str(record), url, more)


def shown_records(message: Message) -> list[ShownRecord]:
    """Return the records that a mail is filed under, organisations first."""
    rows = message.filings.select_related("person__organisation", "organisation").order_by("person_id", "pk")
    records = [row.organisation or row.person for row in rows]
    return sorted(
        (shown_record(each) for each in records if each is not None),
        key=lambda each: each.crm_id.startswith("person"),
    )


def choices(user: User, text: str) -> list[ShownRecord]:
    """Return the persons and organisations that a text finds, the first of each."""
    persons = find_persons(user, text).order_by("sort_key", "pk")[:FOUND_AT_ONCE]
    firms = find_organisations(user, text).order_by("name_key", "pk")[:FOUND_AT_ONCE]
    return [*map(shown_record, persons), *map(shown_record, firms)]


def history_shown(message: Message) -> list[ShownHistory]:
    """R36a: return where a mail was filed and by whom, newest first, for the fragment ``people/_history.html``."""
    found = []
    for line in history_of(f"mail:{message.pk}"):
        who = str(line.user) if line.user else _("command line")
        if line.run is not None:
            who = _("%(name)s's Outlook") % {"name": who}
        changes = tuple(
            ShownChange(_("Filed under"), ", ".join(map(str, old)), ", ".join(map(str, new)))
            for old, new in line.changes.values()
        )
        actions = {"created": _("filed"), "deleted": _("taken out"), "restored": _("put back")}
        found.append(ShownHistory(line.at, who, actions.get(line.action, line.get_action_display()), changes))
    return found
