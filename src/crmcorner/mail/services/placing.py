"""Under whom a mail is filed, who sees it, and where its attachments lie: set together, so that they agree (R32-R38)."""

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.folders.models import CustomerFolder, StoredFile
from crmcorner.folders.root import root_name
from crmcorner.folders.services import files
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.mail.models import Attachment, AttachmentFile, Filing, Message, MessageState
from crmcorner.mail.models.filing import FiledBy
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id, split_ids
from crmcorner.people.lookup import labels_of
from crmcorner.people.models import Organisation, Person


def filed_under(message: Message) -> list[CrmId]:
    """Return the records that a mail is filed under."""
    rows = message.filings.values_list("person_id", "organisation_id").order_by("pk")
    return [person_id(one) if one is not None else organisation_id(other or 0) for one, other in rows]


def add_filings(message: Message, crm_ids: Collection[CrmId], by: FiledBy) -> bool:
    """R32: file a mail under these persons and organisations, and under the persons' organisations.

    Records that are gone or in the bin are passed over. Returns whether anything was added.
    """
    persons, organisations = split_ids(crm_ids)
    present = set(filed_under(message))
    firms = set(organisations)
    new = []
    found = Person.objects.filter(pk__in=persons, deleted_at__isnull=True)
    for pk, firm in found.values_list("pk", "organisation_id"):
        firms |= {firm} if firm is not None else set()
        if person_id(pk) not in present:
            new.append(Filing(message=message, person_id=pk, by=by, of_private_person=firm is None))
    alive = Organisation.objects.filter(pk__in=firms, deleted_at__isnull=True).values_list("pk", flat=True)
    new += [
        Filing(message=message, organisation_id=pk, by=by)
        for pk in alive
        if organisation_id(pk) not in present
    ]
    Filing.objects.bulk_create(new, ignore_conflicts=True)
    return bool(new)


def owners_only(message: Message) -> bool:
    """R38: whether nobody but its owners sees a mail."""
    return (
        message.private
        or not message.filings.exists()
        or message.filings.filter(of_private_person=True).exists()
    )


def place_attachments(*, actor: Actor, message: Message, restore: bool = False) -> None:
    """R36, R36a: bring the customer folders in step with where a mail is filed and who sees it.

    Attachments go into the folders of all its customers, if the one for whom this is done uses customer folders, and out
    of those of others, unless another mail or a user put the same file there. A file that users deleted stays so;
    ``restore`` takes those out of the bin that went there with the mail.
    """
    if not message.attachment_count:
        return
    filed = message.state == MessageState.FILED
    customers = set(files.customers_of(filed_under(message))) if filed else set()
    links = list(
        AttachmentFile.objects.filter(attachment__message=message).select_related(
            "file__folder", "attachment"
        )
    )
    leaving = [link for link in links if _customer(link.file.folder) not in customers]
    _let_go(actor, message, leaving, forget=filed)
    staying = [link for link in links if _customer(link.file.folder) in customers]
    if restore:
        files.put_back(actor=actor, files=[link.file for link in staying if link.file.follows_mail])
    made = _add_missing(actor, message, customers, staying) if root_name(actor.user) else []
    _show_as_mails_are([link.file for link in staying] + made)


def note(
    actor: Actor, message: Message, action: HistoryAction, before: Sequence[CrmId], after: Sequence[CrmId]
) -> None:
    """Write a mail's history line: under whom it was filed, and is now (R36a)."""
    labels = labels_of([*before, *after])
    old, new = ([labels[each] for each in ids if each in labels] for ids in (before, after))
    journal.record(
        actor,
        subject=f"mail:{message.pk}",
        label=message.subject or _("(no subject)"),
        action=action,
        changes={"filed_under": [old, new]} if old != new else {},
    )


def _customer(folder: CustomerFolder) -> CrmId:
    if folder.organisation_id is not None:
        return organisation_id(folder.organisation_id)
    return person_id(folder.person_id or 0)


def _let_go(actor: Actor, message: Message, links: Iterable[AttachmentFile], *, forget: bool) -> None:
    """Take files out of folders that no other filed mail has there; ``forget`` that they were there at all."""
    for link in links:
        others = AttachmentFile.objects.filter(file=link.file, attachment__message__state=MessageState.FILED)
        if link.file.follows_mail and not others.exclude(attachment__message=message).exists():
            files.withdraw(actor=actor, files=[link.file])
        if forget:
            link.delete()


def _add_missing(
    actor: Actor, message: Message, customers: Collection[CrmId], links: Iterable[AttachmentFile]
) -> list[StoredFile]:
    placed = {(link.attachment_id, _customer(link.file.folder)) for link in links}
    attachments = list(message.attachments.filter(inline=False).exclude(sha256="").order_by("position"))
    viewers = _owners(message) if message.owners_only else None
    made: list[StoredFile] = []
    for customer in sorted(customers):
        missing = [each for each in attachments if (each.pk, customer) not in placed]
        kept = files.keep_attachments(
            actor=actor, crm_ids=[customer], files=[_as_file(each) for each in missing], viewers=viewers
        )
        rows = [
            AttachmentFile(attachment=each, file=file)
            for each, found in zip(missing, kept, strict=True)
            for file in found
        ]
        AttachmentFile.objects.bulk_create(rows, ignore_conflicts=True)
        made += [row.file for row in rows]
    return made


def _as_file(attachment: Attachment) -> files.NewFile:
    return files.NewFile(
        name=attachment.name,
        content_type=attachment.content_type,
        sha256=attachment.sha256,
        size=attachment.size,
    )


def _owners(message: Message) -> set[int]:
    return set(message.owners.values_list("user_id", flat=True))


def _show_as_mails_are(shown: Iterable[StoredFile]) -> None:
    """R38: let the files that came with mails be seen by those who see one of these mails."""
    for file in {each.pk: each for each in shown if each.follows_mail}.values():
        mails = Message.objects.filter(attachments__files__file=file, state=MessageState.FILED).distinct()
        viewers: set[int] | None = set()
        for mail in mails:
            viewers = None if viewers is None or not mail.owners_only else viewers | _owners(mail)
        files.set_viewers(files=[file], viewers=viewers)
