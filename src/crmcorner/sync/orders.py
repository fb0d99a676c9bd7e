"""From an action of the plan to the write and the intent that belong to it: what is said before it is done."""

import dataclasses
from typing import Any

from crmcorner.items.changes import Create, Delete, Stamp, Update, Write
from crmcorner.items.records import (
    CATEGORY,
    OCCURRENCE_FIELDS,
    SERIES_FIELDS,
    Appointment,
    Contact,
    Content,
    FieldName,
    empty_of,
    fields_of,
    with_fields,
)
from crmcorner.sync.actions import (
    Action,
    Conflict,
    CreateInOutlook,
    Direction,
    FieldChange,
    Reconcile,
    Withdraw,
)
from crmcorner.sync.journal import Intent, IntentKind
from crmcorner.sync.policy import Winner
from crmcorner.sync.state import Base, Link, LinkStatus, Origin

RemoteAction = CreateInOutlook | Reconcile | Withdraw


def is_remote(action: Action) -> bool:
    """Whether something is to be written in Outlook."""
    if isinstance(action, Reconcile):
        return bool(action.to_outlook) or action.categories is not None
    return isinstance(action, CreateInOutlook | Withdraw)


def write_of(action: RemoteAction, stamp: Stamp) -> Write:
    """Return the order to the mailbox; it carries our stamp (`Mailbox.apply`)."""
    if isinstance(action, CreateInOutlook):
        return Create(content=action.content, categories=own_categories(action.content), stamp=stamp)
    if isinstance(action, Withdraw):
        if action.delete:
            return Delete(item_id=action.link.item_id, version=action.version)
        return Update(
            item_id=action.link.item_id,
            version=action.version,
            fields=frozenset(),
            content=action.link.base.outlook,
            categories=action.categories,
            stamp=stamp,
        )
    return Update(
        item_id=action.item.item_id,
        version=action.item.version,
        fields=action.to_outlook,
        content=action.outlook_content,
        categories=action.categories,
        stamp=stamp,
    )


def intent_of(action: RemoteAction, stamp: Stamp) -> Intent:
    """Return what is stored before the write is sent, enough to settle it if the answer is lost."""
    what = IntentKind.UPDATE
    if isinstance(action, CreateInOutlook):
        what = IntentKind.CREATE
    elif isinstance(action, Withdraw) and action.delete:
        what = IntentKind.DELETE
    link = arrived(action)
    changes, conflicts = sent_by(action) if isinstance(action, Reconcile) else ((), ())
    return Intent(
        stamp=stamp,
        what=what,
        crm_id=action.record.crm_id,
        label=action.record.label,
        link=link,
        item_id=link.item_id,
        changes=changes,
        conflicts=conflicts,
    )


def arrived(action: RemoteAction) -> Link:
    """Return the link as it is if the write took effect and nothing else was settled or seen."""
    if isinstance(action, CreateInOutlook):
        return new_link(action, item_id="", version="", base=created_base(action.content))
    if isinstance(action, Withdraw):
        return dataclasses.replace(
            action.link,
            status=LinkStatus.WITHDRAWN,
            scoped=False,
            version="",
            categories=action.categories,
            crm_version=action.record.version,
        )
    sent = {name: getattr(action.outlook_content, name) for name in action.to_outlook - action.to_crm}
    if isinstance(action.outlook_content, Appointment):
        sent = _vouched_for(sent, action.to_outlook)
    empty = empty_of(action.outlook_content)
    old = action.link.base if action.link else Base(crm=empty, outlook=empty)
    unread = {name: why for name, why in old.unread.items() if name not in sent}
    base = Base(crm=with_fields(old.crm, sent), outlook=with_fields(old.outlook, sent), unread=unread)
    crm_version = action.record.version if action.link else 0
    return dataclasses.replace(pair_link(action), base=base, version="", crm_version=crm_version)


def _vouched_for(sent: dict[FieldName, Any], to_outlook: frozenset[FieldName]) -> dict[FieldName, Any]:
    """Return what the stamp in an item vouches for: the series itself, not yet its occurrences, which come after it.

    Outlook forgets what was moved and cancelled when the times or the rule change (R63): then nothing is agreed about
    occurrences until they have been looked at, and what the CRM holds of them is sent again.
    """
    rest = {name: value for name, value in sent.items() if name not in OCCURRENCE_FIELDS}
    return rest | dict.fromkeys(OCCURRENCE_FIELDS, ()) if SERIES_FIELDS & to_outlook else rest


def sent_by(action: Reconcile) -> tuple[tuple[FieldChange, ...], tuple[Conflict, ...]]:
    """Return the changes and conflicts that the write in Outlook settles by itself."""
    names = action.to_outlook - action.to_crm
    return (
        tuple(each for each in action.changes if each.direction is Direction.TO_OUTLOOK),
        tuple(each for each in action.conflicts if each.field in names),
    )


def pair_link(action: Reconcile) -> Link:
    """Return the link of a pair; while a conflict is open Outlook's side is not what the base says: no version."""
    record, item = action.record, action.item
    open_conflict = any(conflict.winner is Winner.ASK for conflict in action.conflicts)
    return Link(
        crm_id=record.crm_id,
        item_id=item.item_id,
        origin=action.link.origin if action.link else Origin.OUTLOOK,
        status=action.status,
        scoped=action.scoped,
        version="" if open_conflict else item.version,
        categories=item.categories if action.categories is None else action.categories,
        base=action.base,
        crm_version=record.version,
    )


def new_link(action: CreateInOutlook, *, item_id: str, version: str, base: Base) -> Link:
    """Return the link of an item that we make in Outlook."""
    return Link(
        crm_id=action.record.crm_id,
        item_id=item_id,
        origin=Origin.CRM,
        status=LinkStatus.ACTIVE,
        scoped=action.record.in_scope,
        version=version,
        categories=own_categories(action.content),
        base=base,
        crm_version=action.record.version,
    )


def created_base(content: Content) -> Base:
    """Return both images of an item that we make, before it is seen how the server stored it.

    A series is made before its occurrences are cancelled or moved: what of that is missing is sent again (R63).
    """
    made = (
        with_fields(content, dict.fromkeys(OCCURRENCE_FIELDS, ()))
        if isinstance(content, Appointment)
        else content
    )
    return Base(crm=made, outlook=made)


def own_categories(content: Content) -> tuple[str, ...]:
    """Return the categories that an item of ours is made with: the mark of a contact (R40), else none."""
    return (CATEGORY,) if isinstance(content, Contact) else ()


def filled_in(content: Content, direction: Direction) -> tuple[FieldChange, ...]:
    """Return every filled-in field as a change from nothing."""
    empty = empty_of(content)
    return tuple(
        FieldChange(field=name, direction=direction, old=getattr(empty, name), new=getattr(content, name))
        for name in fields_of(content)
        if getattr(content, name) != getattr(empty, name)
    )
