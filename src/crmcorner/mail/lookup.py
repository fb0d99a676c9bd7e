"""What the coupling asks of mails: whose addresses these are, and which mails wait for one. In sets."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Q

from crmcorner.accounts.models import EmployeeAddress, User
from crmcorner.items.email_address import match_key
from crmcorner.items.text import tidy_line
from crmcorner.mail.models import Message, MessageAddress, MessageState
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id
from crmcorner.people.models import EmailAddress

_AT_ONCE = 5_000


def addresses_known(emails: Collection[str]) -> Mapping[str, set[CrmId]]:
    """R32, R33: return the persons and organisations that have these addresses, those in the bin excepted.

    Args:
        emails: addresses as they are written; keys will do too.

    Returns:
        By `match_key` of the address; an address that nobody has is left out.
    """
    keys = sorted({match_key(tidy_line(email)) for email in emails if email.strip()})
    found: defaultdict[str, set[CrmId]] = defaultdict(set)
    alive = Q(person__deleted_at__isnull=True, organisation__deleted_at__isnull=True)
    for start in range(0, len(keys), _AT_ONCE):
        rows = EmailAddress.objects.filter(alive, key__in=keys[start : start + _AT_ONCE])
        for key, person, organisation in rows.values_list("key", "person_id", "organisation_id"):
            found[key].add(person_id(person) if person is not None else organisation_id(organisation or 0))
    return dict(found)


def firm_addresses() -> set[str]:
    """R32, R33: return the addresses of all employees, as compared (`match_key`)."""
    rows = EmployeeAddress.objects.filter(employee__deleted_at__isnull=True)
    return set(rows.values_list("key", flat=True))


def waiting(user: User) -> list[tuple[int, tuple[str, ...]]]:
    """R35: return this user's Not Found mails, oldest first, each with its unknown addresses as compared."""
    rows = MessageAddress.objects.filter(
        message__in=Message.objects.filter(state=MessageState.NOT_FOUND, owners__user=user), unknown=True
    )
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for message, key in rows.order_by("message__received_at", "message_id", "pk").values_list(
        "message_id", "key"
    ):
        found[message][key] = None
    return [(message, tuple(keys)) for message, keys in found.items()]
