"""Contact groups and their members (R40, R71, R73).

A change of membership is written in the history of the group and of each member, and a change of the group itself in
the group's: by that the coupling finds who entered or left a user's Outlook.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.history.versioned import save_seen
from crmcorner.items.text import tidy_line, tidy_text
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id, split_ids
from crmcorner.people.lookup import labels_of
from crmcorner.people.models import ContactGroup, MainGroup, Membership
from crmcorner.people.permissions import require_change_group


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupValues:
    """What a group's form holds."""

    name: str
    main_group: MainGroup | None
    owner: User | None
    public: bool
    memo: str = ""


@transaction.atomic
def create_group(*, actor: Actor, values: GroupValues) -> ContactGroup:
    """Make a group.

    Raises:
        ValidationError: by field.
    """
    group = ContactGroup(**_checked(values))
    group.save(force_insert=True)
    changes = {"name": ["", group.name], "owner": ["", str(group.owner or "")]}
    _history(actor, group, HistoryAction.CREATED, changes)
    return group


@transaction.atomic
def change_group(
    *, actor: Actor, group: ContactGroup, values: GroupValues, expected_version: int | None = None
) -> None:
    """Change a group.

    Raises:
        PermissionDenied: he may not. ValidationError: by field. ChangedMeanwhile: see there.
    """
    require_change_group(actor, group)
    given = _checked(values)
    changes = {
        name: [_plain(getattr(group, name)), _plain(value)]
        for name, value in given.items()
        if getattr(group, name) != value
    }
    if changes:
        save_seen(group, given, expected_version=expected_version)
        _history(actor, group, HistoryAction.CHANGED, changes)


@transaction.atomic
def delete_group(*, actor: Actor, group: ContactGroup) -> None:
    """Put a group in the bin; its members stay in the CRM.

    Raises:
        PermissionDenied: he may not.
    """
    require_change_group(actor, group)
    save_seen(group, {"deleted_at": timezone.now()}, expected_version=None)
    _history(actor, group, HistoryAction.DELETED, {})


@transaction.atomic
def restore_group(*, actor: Actor, group: ContactGroup) -> None:
    """Take a group out of the bin.

    Raises:
        PermissionDenied: he may not.
    """
    require_change_group(actor, group)
    save_seen(group, {"deleted_at": None}, expected_version=None)
    _history(actor, group, HistoryAction.RESTORED, {})


@transaction.atomic
def add_members(*, actor: Actor, group: ContactGroup, crm_ids: Collection[CrmId]) -> int:
    """Add persons and organisations; those that are members already are passed over. Returns how many were added.

    Raises:
        PermissionDenied: he may not.
    """
    require_change_group(actor, group)
    present = set(_member_ids(group))
    names = {crm_id: label for crm_id, label in labels_of(crm_ids).items() if crm_id not in present}
    persons, organisations = split_ids(names)
    Membership.objects.bulk_create(
        [
            *(Membership(group=group, person_id=pk) for pk in persons),
            *(Membership(group=group, organisation_id=pk) for pk in organisations),
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    _note_members(actor, group, names, added=True)
    return len(names)


@transaction.atomic
def remove_members(*, actor: Actor, group: ContactGroup, crm_ids: Collection[CrmId]) -> int:
    """Take members out of a group. Returns how many were taken out.

    Raises:
        PermissionDenied: he may not.
    """
    require_change_group(actor, group)
    present = set(_member_ids(group))
    names = {crm_id: label for crm_id, label in labels_of(crm_ids).items() if crm_id in present}
    persons, organisations = split_ids(names)
    group.memberships.filter(Q(person_id__in=persons) | Q(organisation_id__in=organisations)).delete()
    _note_members(actor, group, names, added=False)
    return len(names)


def _member_ids(group: ContactGroup) -> Sequence[CrmId]:
    rows = group.memberships.values_list("person_id", "organisation_id")
    return [
        person_id(person) if person is not None else organisation_id(other or 0) for person, other in rows
    ]


def _note_members(actor: Actor, group: ContactGroup, names: dict[CrmId, str], *, added: bool) -> None:
    # The members' lines are keyed by the group, so that its name is shown to those only who see it (R73).
    if not names:
        return
    listed = ", ".join(sorted(names.values()))
    _history(actor, group, HistoryAction.CHANGED, {"members": ["", listed] if added else [listed, ""]})
    journal.record_many(
        actor,
        [
            journal.Entry(
                subject=crm_id,
                label=label,
                action=HistoryAction.CHANGED,
                changes={f"group:{group.pk}": ["", group.name] if added else [group.name, ""]},
            )
            for crm_id, label in names.items()
        ],
    )


def _checked(values: GroupValues) -> dict[str, object]:
    name = tidy_line(values.name)
    if not name:
        raise ValidationError({"name": _("Give a name.")})
    if len(name) > 255:
        raise ValidationError({"name": _("At most 255 characters fit here.")})
    if values.owner is None:
        raise ValidationError({"owner": _("Choose an owner.")})
    return {
        "name": name,
        "main_group": values.main_group,
        "owner": values.owner,
        "public": values.public,
        "memo": tidy_text(values.memo),
    }


def _plain(value: object) -> object:
    return value if isinstance(value, bool) else str(value or "")


def _history(actor: Actor, group: ContactGroup, action: str, changes: journal.Changes) -> None:
    journal.record(actor, subject=f"group:{group.pk}", label=group.name, action=action, changes=changes)
