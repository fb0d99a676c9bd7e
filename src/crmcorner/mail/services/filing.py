"""Mails filed, filed elsewhere, taken out and put back: the sole writer of their tables (R32-R38, R36a)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.many_rows import insert_rows
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.versioned import save_seen
from crmcorner.items.email_address import match_key
from crmcorner.items.mail import Mail, MailAddress
from crmcorner.items.text import tidy_line
from crmcorner.mail.content import Content, keep_content
from crmcorner.mail.lookup import addresses_known, waiting
from crmcorner.mail.message_key import message_key, normal_id
from crmcorner.mail.models import Attachment, Message, MessageAddress, MessageOwner, MessageState
from crmcorner.mail.models.filing import FiledBy
from crmcorner.mail.models.message import AddressRole
from crmcorner.mail.permissions import require_refile
from crmcorner.mail.services.placing import add_filings, filed_under, note, owners_only, place_attachments
from crmcorner.mail.source import ParsedMail
from crmcorner.mail.threads import subject_key_of, thread_key_of
from crmcorner.people.crm_ids import CrmId

_AT_ONCE = 5_000
_SAME_MOMENT = timedelta(seconds=2)
_NOT_BEFORE = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a mail: its row, its state (`MessageState`), and whether the row is new."""

    message_pk: int
    state: str
    created: bool


def file_mail(
    *,
    actor: Actor,
    mail: Mail,
    source: bytes | None,
    persons_and_organisations: Collection[CrmId],
    unknown: Sequence[str],
) -> Filed:
    """File a mail that a user marked; doing it again changes nothing (R32, R34, R38).

    The same mail from another mailbox gets a second owner and its filings are united. A mail that was taken out and is
    marked again comes back. Bytes are stored before the database is written to, so that nobody waits for them.

    Args:
        actor: a run of the user's mailbox, or the user.
        mail: what the mailbox tells of it.
        source: the original MIME; None where it was more than `crmcorner.items.mail.MAIL_SOURCE_LIMIT` or is gone.
        persons_and_organisations: who has one of its addresses; a person's organisation is added here.
        unknown: its addresses that are neither the firm's nor known (R35).
    """
    key = _key_for(actor.user, mail)
    message = Message.objects.filter(message_key=key).first()
    content = keep_content(source) if message is None else None
    with transaction.atomic():
        if content is not None:
            message = _make(key, mail, content)
        created = message is not None and content is not None
        if message is None:
            # Another run filed it between the look and the write.
            message = Message.objects.get(message_key=key)
        message = Message.objects.select_for_update().get(pk=message.pk)
        before, state = filed_under(message), message.state
        owner_is_new = _own(actor.user, message, private=mail.private)
        added = add_filings(message, persons_and_organisations, FiledBy.ADDRESS)
        if unknown or not created:
            _mark_unknown(message, unknown)
        if (
            created
            or added
            or owner_is_new
            or (state == MessageState.TAKEN_OUT and persons_and_organisations)
        ):
            _settle(actor, message, restore=state == MessageState.TAKEN_OUT)
            action = HistoryAction.CREATED if created else HistoryAction.CHANGED
            if created or added or message.state != state:
                note(actor, message, action, before if not created else (), filed_under(message))
    return Filed(message.pk, message.state, created)


@transaction.atomic
def refile(*, actor: Actor, message_pk: int, crm_ids: Collection[CrmId]) -> Filed:
    """R35: file a waiting mail whose address became known; one that does not wait any more stays as it is.

    Raises:
        Message.DoesNotExist: there is no such mail. PermissionDenied: it is not his.
    """
    message = Message.objects.select_for_update().get(pk=message_pk)
    require_refile(actor, message)
    if message.state == MessageState.NOT_FOUND and add_filings(message, crm_ids, FiledBy.ADDRESS):
        known = set(addresses_known(_keys(message, unknown=True)))
        message.addresses.filter(unknown=True, key__in=known).update(unknown=False)
        _settle(actor, message)
        note(actor, message, HistoryAction.CHANGED, (), filed_under(message))
    return Filed(message.pk, message.state, created=False)


def refile_waiting(*, actor: Actor) -> int:
    """R35: file the user's waiting mails whose addresses are known by now; returns how many."""
    if actor.user is None:
        return 0
    mails = waiting(actor.user)
    known = addresses_known([key for _pk, keys in mails for key in keys])
    count = 0
    for pk, keys in mails:
        crm_ids = set().union(*(known.get(key, set()) for key in keys))
        if crm_ids:
            count += refile(actor=actor, message_pk=pk, crm_ids=crm_ids).state == MessageState.FILED
    return count


@transaction.atomic
def file_elsewhere(
    *, actor: Actor, message: Message, crm_ids: Collection[CrmId], expected_version: int | None = None
) -> None:
    """R36a: file a mail under these records instead, with its attachments.

    Raises:
        PermissionDenied: neither his nor an administrator. ValidationError: nobody named. ChangedMeanwhile: see there.
    """
    require_refile(actor, message)
    before, was_out = filed_under(message), message.state == MessageState.TAKEN_OUT
    save_seen(message, {}, expected_version=expected_version)
    message.filings.all().delete()
    add_filings(message, crm_ids, FiledBy.USER)
    if not message.filings.exists():
        raise ValidationError(_("Choose a person or an organisation."))
    _settle(actor, message, restore=was_out)
    note(actor, message, HistoryAction.CHANGED, before, filed_under(message))


@transaction.atomic
def take_out(*, actor: Actor, message: Message) -> None:
    """R36a: take a filed mail out of the CRM's pages, with its attachments; it can be put back.

    Raises:
        PermissionDenied: neither his nor an administrator.
    """
    require_refile(actor, message)
    if message.state == MessageState.TAKEN_OUT:
        return
    save_seen(message, {"state": MessageState.TAKEN_OUT}, expected_version=None)
    place_attachments(actor=actor, message=message)
    note(actor, message, HistoryAction.DELETED, (), ())


@transaction.atomic
def put_back(*, actor: Actor, message: Message) -> None:
    """R36a: put back a mail that was taken out, where it was filed.

    Raises:
        PermissionDenied: neither his nor an administrator.
    """
    require_refile(actor, message)
    if message.state != MessageState.TAKEN_OUT:
        return
    _settle(actor, message, restore=True)
    note(actor, message, HistoryAction.RESTORED, (), ())


def _key_for(user: User | None, mail: Mail) -> str:
    """Return the mail's key; one of its own where a private mail of others only claims to be the same.

    Anyone who got an answer to a private mail knows its Message-ID, and could make a mail that bears it.
    """
    key = message_key(mail)
    other = Message.objects.filter(message_key=key, owners_only=True).first()
    if other is None or user is None or other.owners.filter(user=user).exists():
        return key
    same = other.subject == _subject(mail.subject) and _same_moment(other.sent_at, mail.sent)
    people = set(other.addresses.exclude(role=AddressRole.BCC).values_list("key", flat=True))
    mine = {match_key(tidy_line(each.email)) for _role, each in _people(mail, bcc=False)}
    return key if same and people == mine else f"{key}:{user.pk}"


def _make(key: str, mail: Mail, content: Content) -> Message | None:
    """Make the rows of a new mail; None where another run made them in the meantime."""
    parsed, sent = content.parsed, mail.sent or content.parsed.date
    sender = mail.sender or parsed.sender
    subject, people = _subject(mail.subject or parsed.subject), _everyone(mail, parsed)
    message = Message(
        message_key=key,
        message_id=normal_id(mail.message_id or parsed.message_id)[:500],
        thread_key=thread_key_of(
            message_id=mail.message_id or parsed.message_id,
            subject=subject,
            people=[each for _role, each in people],
            parsed=parsed,
            message_key=key,
        ),
        subject=subject,
        subject_key=subject_key_of(subject),
        sender_name=tidy_line(sender.name)[:255] if sender else "",
        sender_email=tidy_line(sender.email)[:320] if sender else "",
        sent_at=sent,
        received_at=mail.received,
        shown_at=_shown_at(sent, mail.received),
        preview=content.preview,
        body_text=parsed.text,
        html_sha256=content.html_sha256,
        source_sha256=content.source_sha256,
        size=content.size,
        state=MessageState.NOT_FOUND,
        attachment_count=sum(not part.inline for part in content.parts),
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return None
    _add_addresses(message, people)
    _add_attachments(message, content)
    return message


def _settle(actor: Actor, message: Message, *, restore: bool = False) -> None:
    """Set state and visibility by where the mail is filed, and let its attachments follow."""
    message.private = message.owners.filter(private=True).exists()
    filed = message.filings.exists()
    values: dict[str, object] = {
        "state": MessageState.FILED if filed else MessageState.NOT_FOUND,
        "private": message.private,
        "owners_only": owners_only(message),
    }
    save_seen(message, values, expected_version=None)
    place_attachments(actor=actor, message=message, restore=restore)


def _own(user: User | None, message: Message, *, private: bool) -> bool:
    """Make a user an owner; returns whether that, or his private mark, is new."""
    if user is None:
        return False
    row, created = MessageOwner.objects.get_or_create(
        message=message, user=user, defaults={"private": private}
    )
    changed = row.private != private
    if changed:
        MessageOwner.objects.filter(pk=row.pk).update(private=private)
    return created or changed


def _mark_unknown(message: Message, unknown: Sequence[str]) -> None:
    keys = {match_key(tidy_line(each)) for each in unknown}
    marked = set(message.addresses.filter(unknown=True).values_list("key", flat=True))
    for changed, is_unknown in ((sorted(marked - keys), False), (sorted(keys - marked), True)):
        for start in range(0, len(changed), _AT_ONCE):
            rows = message.addresses.filter(key__in=changed[start : start + _AT_ONCE])
            rows.update(unknown=is_unknown)


def _keys(message: Message, *, unknown: bool) -> list[str]:
    return list(message.addresses.filter(unknown=unknown).values_list("key", flat=True))


def _people(mail: Mail, *, bcc: bool = True) -> list[tuple[AddressRole, MailAddress]]:
    sides = ((AddressRole.TO, mail.to), (AddressRole.CC, mail.cc), (AddressRole.BCC, mail.bcc if bcc else ()))
    sender = [(AddressRole.SENDER, mail.sender)] if mail.sender else []
    return [*sender, *((role, each) for role, side in sides for each in side)]


def _everyone(mail: Mail, parsed: ParsedMail) -> list[tuple[AddressRole, MailAddress]]:
    """Return the people that the mailbox tells of, the sender first; what it does not tell, the source says."""
    people = _people(mail)
    if not people:
        sides = ((AddressRole.TO, parsed.to), (AddressRole.CC, parsed.cc), (AddressRole.BCC, parsed.bcc))
        people = [(role, each) for role, side in sides for each in side]
    if mail.sender is None and parsed.sender is not None:
        people.insert(0, (AddressRole.SENDER, parsed.sender))
    return people


def _add_addresses(message: Message, people: Sequence[tuple[AddressRole, MailAddress]]) -> None:
    insert_rows(
        MessageAddress,
        ("message_id", "role", "email", "name", "key", "unknown"),
        (
            (
                message.pk,
                str(role),
                tidy_line(each.email)[:320],
                tidy_line(each.name)[:255],
                match_key(tidy_line(each.email))[:320],
                False,
            )
            for role, each in people
        ),
    )


def _add_attachments(message: Message, content: Content) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            position=position,
            name=part.name,
            content_type=part.content_type,
            size=part.size,
            sha256=part.sha256,
            inline=part.inline,
            content_id=part.content_id,
        )
        for position, part in enumerate(content.parts)
    )


def _subject(text: str) -> str:
    return tidy_line(text)[:500]


def _shown_at(sent: datetime | None, received: datetime) -> datetime:
    """Return the time that lists go by; dates that senders make up do not count."""
    if sent is None or not _NOT_BEFORE <= sent <= received + timedelta(days=1):
        return received
    return sent


def _same_moment(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= _SAME_MOMENT
