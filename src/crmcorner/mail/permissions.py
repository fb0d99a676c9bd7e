"""Who may see and do what with mails: one place for web, API and sync (R38, R73).

A mail filed under a private person, marked private, or filed under nobody yet is seen by its owners only: those out of
whose mailboxes it came, administrators not excepted. All other mails are the firm's memory and seen by every user. Filing
elsewhere and taking out is for the owners, and for administrators as far as they see the mail.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.mail.models import Message, MessageOwner, MessageState


def visible_mails(user: User, *, state: str = MessageState.FILED) -> QuerySet[Message]:
    """R38: return the mails of one state that a user sees."""
    return all_visible_mails(user).filter(state=state)


def all_visible_mails(user: User) -> QuerySet[Message]:
    """R38: return the mails that a user sees, whatever their state."""
    mine = Q(pk__in=MessageOwner.objects.filter(user=user).values("message_id"))
    return Message.objects.filter(Q(owners_only=False) | mine)


def may_refile(actor: Actor, message: Message) -> bool:
    """Whether he may file this mail elsewhere, take it out or put it back."""
    if actor.user is None:
        return True
    if message.owners.filter(user=actor.user).exists():
        return True
    return actor.may_administer and not message.owners_only


def require_refile(actor: Actor, message: Message) -> None:
    """Raise `PermissionDenied` unless he may file this mail elsewhere, take it out or put it back."""
    if not may_refile(actor, message):
        raise PermissionDenied(
            _("Only who filed this mail or an administrator may file it elsewhere or take it out.")
        )
