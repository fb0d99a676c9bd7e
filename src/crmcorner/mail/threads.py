"""Which conversation a mail belongs to (R37): by what it answers (RFC 5322 3.6.4), else by its subject."""

from collections.abc import Iterable

from crmcorner.items.email_address import match_key
from crmcorner.items.mail import MailAddress
from crmcorner.mail.message_key import base_subject, normal_id, thread_key_of_id, thread_root
from crmcorner.mail.models import Message
from crmcorner.mail.source import ParsedMail

_SHORTEST = 4
"""Letters below which a subject such as "Hi" tells nothing."""


def subject_key_of(subject: str) -> str:
    """Return what subjects are compared by, without ``Re:`` and the like."""
    return base_subject(subject)[0]


def thread_key_of(message_id: str, subject: str, parsed: ParsedMail, message_key: str) -> str:
    """Return the key of a new mail's conversation, that of a mail which is here already if it is one of them."""
    named = [normal_id(each) for each in (*parsed.references, *parsed.in_reply_to)]
    known = dict(Message.objects.filter(message_id__in=named[-20:]).values_list("message_id", "thread_key"))
    for each in reversed(named):
        if each in known:
            return known[each]
    if named:
        return thread_key_of_id(thread_root(parsed.references, parsed.in_reply_to))
    text, is_reply = base_subject(subject)
    if is_reply and len(text) >= _SHORTEST:
        found = _of_subject(text, parsed)
        if found:
            return found
    return thread_key_of_id(message_id) if message_id else message_key


def _of_subject(text: str, parsed: ParsedMail) -> str:
    """Return the conversation of the latest mail of this subject that has a person of this one in it."""
    people = {match_key(each.email) for each in _everyone(parsed)}
    rows = Message.objects.filter(subject_key=text, addresses__key__in=list(people)[:100])
    return rows.order_by("-shown_at").values_list("thread_key", flat=True).first() or ""


def _everyone(parsed: ParsedMail) -> Iterable[MailAddress]:
    return (*((parsed.sender,) if parsed.sender else ()), *parsed.to, *parsed.cc)
