"""Finding mails by what users type, under whom they are filed, and by conversation; only those that a user sees (R37, R38)."""

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from crmcorner.accounts.models import User
from crmcorner.items.text import tidy_line
from crmcorner.mail.models import Attachment, Filing, Message, MessageAddress, MessageState
from crmcorner.mail.permissions import all_visible_mails, visible_mails
from crmcorner.people.crm_ids import CrmId, split_ids

NEWEST = ("-shown_at", "-pk")


def find_mails(
    user: User, text: str = "", *, about: CrmId = "", mine: bool = False, state: str = MessageState.FILED
) -> QuerySet[Message]:
    """Return the mails that a user sees and that every word of the text fits.

    Args:
        user: who looks.
        text: words of subject, text, people or names of attachments.
        about: only those filed under this person or organisation.
        mine: only those out of his own mailbox.
        state: filed, not found or taken out.
    """
    mails = visible_mails(user, state=state)
    for word in tidy_line(text)[:200].split()[:8]:
        mails = mails.filter(_word(word))
    if about:
        persons, organisations = split_ids([about])
        filings = Filing.objects.filter(Q(person_id__in=persons) | Q(organisation_id__in=organisations))
        mails = mails.filter(pk__in=filings.values("message_id"))
    if mine:
        mails = mails.filter(owners__user=user)
    return mails


def newest_of_threads(mails: QuerySet[Message]) -> QuerySet[Message]:
    """Return the newest of these mails of each conversation, with ``thread_count``: how many of these are in it."""
    same = mails.filter(thread_key=OuterRef("thread_key"))
    newest = same.order_by(*NEWEST).values("pk")[:1]
    count = same.order_by().values("thread_key").annotate(n=Count("pk", distinct=True)).values("n")
    return mails.filter(pk=Subquery(newest)).annotate(
        thread_count=Coalesce(Subquery(count, output_field=IntegerField()), 1)
    )


def thread_of(user: User, message: Message) -> QuerySet[Message]:
    """Return the mails of a mail's conversation that a user sees, oldest first."""
    mails = all_visible_mails(user).filter(state__in={MessageState.FILED, message.state})
    return mails.filter(thread_key=message.thread_key).order_by("shown_at", "pk")


def _word(word: str) -> Q:
    people = MessageAddress.objects.filter(Q(email__icontains=word) | Q(name__icontains=word))
    files = Attachment.objects.filter(inline=False, name__icontains=word)
    return (
        Q(subject__icontains=word)
        | Q(body_text__icontains=word)
        | Q(pk__in=people.values("message_id"))
        | Q(pk__in=files.values("message_id"))
    )
