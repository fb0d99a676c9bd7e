"""Which conversation a mail belongs to (R37): by what it answers (RFC 5322 3.6.4), else by its subject."""

from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef

from crmcorner.items.email_address import match_key
from crmcorner.items.mail import MailAddress
from crmcorner.items.text import tidy_line
from crmcorner.mail.message_key import base_subject, normal_id, thread_key_of_id, thread_root
from crmcorner.mail.models import Message, MessageAddress
from crmcorner.mail.models.message import AddressRole
from crmcorner.mail.source import ParsedMail

_SHORTEST = 4
"""Letters below which a subject such as "Hi" tells nothing."""

_MOST_PEOPLE = 100


def subject_key_of(subject: str) -> str:
    """Return what subjects are compared by, without ``Re:`` and the like."""
    return base_subject(subject)[0]


def thread_key_of(
    *, message_id: str, subject: str, people: Sequence[MailAddress], parsed: ParsedMail, message_key: str
) -> str:
    """Return the key of a new mail's conversation, that of a mail which is here already if it is one of them.

    ``people`` are sender and recipients, the sender first.
    """
    named = [normal_id(each) for each in (*parsed.references, *parsed.in_reply_to)]
    known = dict(Message.objects.filter(message_id__in=named[-20:]).values_list("message_id", "thread_key"))
    for each in reversed(named):
        if each in known:
            return known[each]
    if named:
        return thread_key_of_id(thread_root(parsed.references, parsed.in_reply_to))
    text, is_reply = base_subject(subject)
    if is_reply and len(text) >= _SHORTEST:
        found = _of_subject(text, people)
        if found:
            return found
    return thread_key_of_id(message_id) if message_id else message_key


def _of_subject(text: str, people: Sequence[MailAddress]) -> str:
    """Return the conversation of the latest mail of this subject between the same people.

    The user himself is in all his mails: so two must be the same, and each mail's sender must be in the other one.
    """
    keys = [match_key(tidy_line(each.email)) for each in people][:_MOST_PEOPLE]
    theirs = MessageAddress.objects.filter(message=OuterRef("pk"))
    rows = Message.objects.filter(
        Exists(theirs.filter(role=AddressRole.SENDER, key__in=keys)),
        Exists(theirs.filter(key__in=keys[:1])),
        subject_key=text,
        addresses__key__in=keys,
    ).annotate(shared=Count("addresses__key", distinct=True))
    latest = rows.filter(shared__gte=2).order_by("-shown_at")
    return latest.values_list("thread_key", flat=True).first() or ""
