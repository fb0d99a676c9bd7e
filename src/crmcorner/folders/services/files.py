"""Files of customer folders: kept, renamed, deleted, restored; the sole writer of their tables (R36, R38, R71).

Nothing is overwritten: a taken name becomes ``name (2).pdf``. Equal bytes lie in one folder once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.folders.file_names import free_name, name_key, safe_name
from crmcorner.folders.models import CustomerFolder, FileViewer, StoredFile
from crmcorner.folders.permissions import require_change_file
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id, split_ids
from crmcorner.people.models import Organisation, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to be listed; its bytes are in `crmcorner.folders.file_store` already. ``name`` may be anything."""

    name: str
    content_type: str
    sha256: str
    size: int


def customers_of(crm_ids: Collection[CrmId]) -> list[CrmId]:
    """Return whose folders files of these records go to: the organisations, a person's too, and private persons."""
    persons, organisations = split_ids(crm_ids)
    found = set(Organisation.objects.filter(pk__in=organisations).values_list("pk", flat=True))
    private: list[int] = []
    for pk, organisation in Person.objects.filter(pk__in=persons).values_list("pk", "organisation_id"):
        if organisation is None:
            private.append(pk)
        else:
            found.add(organisation)
    return [*map(organisation_id, sorted(found)), *map(person_id, sorted(private))]


@transaction.atomic
def keep_attachments(
    *,
    actor: Actor,
    crm_ids: Collection[CrmId],
    files: Sequence[NewFile],
    viewers: Collection[int] | None = None,
) -> list[list[StoredFile]]:
    """List files that came with a mail in the folders of the customers of these records.

    Args:
        actor: for whom it is done.
        crm_ids: persons and organisations; see `customers_of`.
        files: what is to be listed.
        viewers: ids of the only users who see them (R38); None: everyone.

    Returns:
        For each file its rows, one for each customer; where equal bytes lay there already, that row.
    """
    kept: list[list[StoredFile]] = [[] for _each in files]
    for customer in customers_of(crm_ids) if files else ():
        rows = keep_files(actor=actor, folder=folder_of(customer), files=files, viewers=viewers, follow=True)
        for found, row in zip(kept, rows, strict=True):
            found.append(row)
    return kept


@transaction.atomic
def keep_files(
    *,
    actor: Actor,
    folder: CustomerFolder,
    files: Sequence[NewFile],
    viewers: Collection[int] | None = None,
    follow: bool = False,
) -> list[StoredFile]:
    """List files in one folder; row *n* belongs to file *n*. ``follow``: they came with a mail. See `keep_attachments`."""
    # Who else files into this folder waits, so that two never take one name.
    CustomerFolder.objects.select_for_update().get(pk=folder.pk)
    present = list(folder.files.filter(deleted_at__isnull=True))
    taken = {row.name_key for row in present}
    known = {(row.sha256, row.private): row for row in reversed(present)}
    private = viewers is not None
    kept = []
    for file in files:
        row = known.get((file.sha256, private))
        if row is None:
            row = _made(actor, folder, file, taken, private=private, follow=follow)
            known[row.sha256, private] = row
            taken.add(row.name_key)
        if row.follows_mail and not follow:
            save_seen(row, {"follows_mail": False}, expected_version=None)
        if viewers is not None:
            _show_to(row, viewers)
        kept.append(row)
    return kept


def folder_of(crm_id: CrmId) -> CustomerFolder:
    """Return a customer's folder, made if need be.

    Raises:
        Organisation.DoesNotExist, Person.DoesNotExist: there is no such customer.
    """
    persons, organisations = split_ids([crm_id])
    if persons:
        person = Person.objects.get(pk=persons[0])
        return CustomerFolder.objects.get_or_create(person=person)[0]
    organisation = Organisation.objects.get(pk=organisations[0] if organisations else 0)
    return CustomerFolder.objects.get_or_create(organisation=organisation)[0]


@transaction.atomic
def set_viewers(*, files: Iterable[StoredFile], viewers: Collection[int] | None) -> None:
    """R38: show files to these users only, or (None) to everyone."""
    for row in files:
        if row.private != (viewers is not None):
            save_seen(row, {"private": viewers is not None}, expected_version=None)
        row.viewers.exclude(user_id__in=viewers or ()).delete()
        _show_to(row, viewers or ())


@transaction.atomic
def rename_file(*, actor: Actor, file: StoredFile, name: str, expected_version: int | None = None) -> None:
    """Give a file another name, made safe.

    Raises:
        PermissionDenied: he may not. ValidationError: no name, or it is taken. ChangedMeanwhile: see there.
    """
    require_change_file(actor, file)
    if not name.strip():
        raise ValidationError({"name": _("Give a name.")})
    old, new = file.name, safe_name(name)
    if new == old:
        return
    CustomerFolder.objects.select_for_update().get(pk=file.folder_id)
    others = StoredFile.objects.filter(folder=file.folder_id, deleted_at__isnull=True).exclude(pk=file.pk)
    if others.filter(name_key=name_key(new)).exists():
        raise ValidationError({"name": _("Another file in this folder has this name.")})
    save_seen(file, {"name": new, "name_key": name_key(new)}, expected_version=expected_version)
    _history(actor, file, HistoryAction.CHANGED, {"name": [old, new]})


@transaction.atomic
def delete_file(*, actor: Actor, file: StoredFile) -> None:
    """Put a file in the bin; its bytes stay, and mails that had it attached keep it.

    Raises:
        PermissionDenied: he may not.
    """
    require_change_file(actor, file)
    withdraw(actor=actor, files=[file])


@transaction.atomic
def restore_file(*, actor: Actor, file: StoredFile) -> None:
    """Take a file out of the bin, under a free name if its own was given away.

    Raises:
        PermissionDenied: he may not.
    """
    require_change_file(actor, file)
    put_back(actor=actor, files=[file])


@transaction.atomic
def withdraw(*, actor: Actor, files: Iterable[StoredFile]) -> None:
    """Put files in the bin, as they follow a mail that is taken out (R36a); who may is the caller's to ask."""
    for file in files:
        if file.deleted_at is None:
            save_seen(file, {"deleted_at": timezone.now()}, expected_version=None)
            _history(actor, file, HistoryAction.DELETED, {})


@transaction.atomic
def put_back(*, actor: Actor, files: Iterable[StoredFile]) -> None:
    """Take files out of the bin; the reverse of `withdraw`."""
    for file in files:
        if file.deleted_at is None:
            continue
        CustomerFolder.objects.select_for_update().get(pk=file.folder_id)
        present = StoredFile.objects.filter(folder=file.folder_id, deleted_at__isnull=True)
        name = free_name(file.name, set(present.values_list("name_key", flat=True)))
        values: dict[str, object] = {"deleted_at": None, "name": name, "name_key": name_key(name)}
        save_seen(file, values, expected_version=None)
        _history(actor, file, HistoryAction.RESTORED, {})


def _made(
    actor: Actor,
    folder: CustomerFolder,
    file: NewFile,
    taken: Collection[str],
    *,
    private: bool,
    follow: bool,
) -> StoredFile:
    name = free_name(safe_name(file.name), taken)
    row = StoredFile(
        folder=folder,
        name=name,
        name_key=name_key(name),
        sha256=file.sha256,
        size=file.size,
        content_type=file.content_type[:127],
        private=private,
        follows_mail=follow,
        owner=actor.user,
    )
    row.save(force_insert=True)
    _history(actor, row, HistoryAction.CREATED, {"name": ["", name]})
    return row


def _show_to(row: StoredFile, viewers: Collection[int]) -> None:
    FileViewer.objects.bulk_create(
        [FileViewer(file=row, user_id=pk) for pk in viewers], ignore_conflicts=True
    )


def _history(
    actor: Actor, file: StoredFile, action: HistoryAction, changes: Mapping[str, Sequence[object]]
) -> None:
    # Under the file, not under the customer: there everyone would read names that only some may know (R38).
    journal.record(actor, subject=f"file:{file.pk}", label=file.name, action=action, changes=changes)
