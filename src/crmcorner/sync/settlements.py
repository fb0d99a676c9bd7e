"""From an action of the plan, and the answer to its write if there was one, to what is to be stored. Still pure."""

import dataclasses

from crmcorner.items.changes import (
    ItemId,
    Refusal,
    Refused,
    Stored,
    Upserted,
    WriteResult,
)
from crmcorner.items.records import Appointment, Content, FieldName, fields_of, with_fields
from crmcorner.sync.actions import (
    Action,
    Ask,
    Conflict,
    CreateInCrm,
    CreateInOutlook,
    Direction,
    FieldChange,
    Reconcile,
    Rest,
    Skip,
    Withdraw,
)
from crmcorner.sync.brake import TakesAway
from crmcorner.sync.journal import IntentId
from crmcorner.sync.orders import RemoteAction, arrived, created_base, filled_in, new_link, pair_link, sent_by
from crmcorner.sync.plan import label_of, leaves
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import Reason, ReasonCode
from crmcorner.sync.report import Line, Outcome
from crmcorner.sync.state import Base, Link, LinkStatus, Origin
from crmcorner.sync.store import CrmWrite, Settlement

REASON_OF_REFUSAL = {
    Refusal.CHANGED_MEANWHILE: ReasonCode.CHANGED_MEANWHILE,
    Refusal.GONE: ReasonCode.GONE,
    Refusal.INVALID: ReasonCode.INVALID,
    Refusal.TOO_LARGE: ReasonCode.TOO_LARGE,
    Refusal.READ_ONLY: ReasonCode.READ_ONLY,
    Refusal.BUSY: ReasonCode.BUSY,
    Refusal.UNKNOWN: ReasonCode.NOT_CONFIRMED,
}
"""What people are told of a refused write."""


def settlement_of(action: RemoteAction, result: WriteResult, intent: IntentId) -> Settlement:
    """Return what is to be stored about a write once its answer is here."""
    if isinstance(result, Refused):
        return _refused(action, result, intent)
    if isinstance(action, CreateInOutlook):
        return _created(action, result, intent)
    if isinstance(action, Withdraw):
        return _withdrawn(action, result, intent)
    local = local_settlement(action)
    assert local.link is not None  # noqa: S101 - a reconciled pair always has a link
    link = _as_stored(local.link, result.item, action.to_outlook, expected=action.outlook_content)
    otherwise = None
    if local.write is not None:
        names = action.to_outlook - action.to_crm
        half = _as_stored(arrived(action), result.item, names, expected=action.outlook_content)
        otherwise = _half_done(local, half, *sent_by(action), intent=intent)
    return dataclasses.replace(local, link=link, intent=intent, otherwise=otherwise)


def local_settlement(action: Action) -> Settlement:
    """Return what is to be stored about an action that writes nothing in Outlook, or has done so."""
    if isinstance(action, Reconcile):
        return _reconciled(action)
    if isinstance(action, CreateInCrm):
        return _created_in_crm(action)
    if isinstance(action, Rest):
        return _rested(action)
    if isinstance(action, Ask):
        line = Line(
            label=label_of(action.item.content),
            outcome=Outcome.WAITING,
            item_id=action.item.item_id,
            problems=action.problems,
            reason=action.reason,
        )
        return Settlement(line=line, item=action.item, candidates=action.candidates)
    assert isinstance(action, Skip)  # noqa: S101 - the other actions write in Outlook
    return _skipped(action)


def held_back(action: TakesAway) -> Settlement:
    """R84: return what is stored of an action that waits for a person: nothing of it was done."""
    label = action.label if isinstance(action, Rest) else action.record.label
    line = Line(
        label=label,
        outcome=Outcome.WAITING,
        crm_id=action.link.crm_id,
        item_id=action.link.item_id,
        reason=Reason(code=ReasonCode.HELD_BACK, facts={"why": action.reason.code.value}),
    )
    return Settlement(line=line, retry=True)


def _half_done(
    whole: Settlement,
    link: Link | None,
    changes: tuple[FieldChange, ...] = (),
    conflicts: tuple[Conflict, ...] = (),
    *,
    intent: IntentId | None = None,
) -> Settlement:
    """Return what is stored if the CRM's record has moved on: what was done in Outlook, and that we look again."""
    line = dataclasses.replace(
        whole.line,
        outcome=Outcome.FAILED,
        reason=Reason(code=ReasonCode.CHANGED_MEANWHILE),
        changes=changes,
        conflicts=conflicts,
        problems=(),
    )
    return Settlement(line=line, link=link, item=whole.item, intent=intent, retry=True)


def _as_stored(link: Link, item: Upserted | None, sent: frozenset[FieldName], *, expected: Content) -> Link:
    """Move the base of what was sent to what the server made of it.

    If the answer shows another field than expected, someone changed the item while we wrote: then no version is
    remembered, so that its next report is compared and not taken for our echo.
    """
    if item is None:
        return link
    # Outlook cannot bring back an occurrence that was cancelled there: the CRM shall take that over, not agree to differ.
    learnt = sent - {"cancelled"}
    stored = {name: getattr(item.content, name) for name in learnt if name not in item.unread}
    others = [name for name in fields_of(expected) if name not in learnt]
    foreign = any(getattr(item.content, name) != getattr(expected, name) for name in others)
    foreign = foreign or sorted(item.categories) != sorted(link.categories)
    base = dataclasses.replace(link.base, outlook=with_fields(link.base.outlook, stored))
    known = bool(link.version) and not foreign
    return dataclasses.replace(
        link, version=item.version if known else "", categories=item.categories, base=base
    )


def _created(action: CreateInOutlook, result: Stored, intent: IntentId) -> Settlement:
    stored = Base(crm=action.content, outlook=result.item.content) if result.item else None
    link = new_link(
        action,
        item_id=result.item_id,
        version=result.item.version if result.item else "",
        base=stored or created_base(action.content),
    )
    line = Line(
        label=action.record.label,
        outcome=Outcome.CREATED,
        crm_id=action.record.crm_id,
        item_id=result.item_id,
        changes=filled_in(action.content, Direction.TO_OUTLOOK),
    )
    return Settlement(line=line, link=link, intent=intent)


def _withdrawn(action: Withdraw, result: Stored, intent: IntentId) -> Settlement:
    link = arrived(action)
    if result.item is not None:
        link = dataclasses.replace(link, version=result.item.version, categories=result.item.categories)
    line = Line(
        label=action.record.label,
        outcome=Outcome.WITHDRAWN,
        crm_id=action.record.crm_id,
        item_id=action.link.item_id,
        reason=action.reason,
    )
    return Settlement(line=line, link=link, intent=intent)


def _reconciled(action: Reconcile) -> Settlement:
    wrote = bool(action.to_outlook or action.to_crm) or action.categories is not None
    open_conflict = any(conflict.winner is Winner.ASK for conflict in action.conflicts)
    leaving = leaves(action)
    outcome = Outcome.CHANGED if wrote else (Outcome.WAITING if open_conflict else Outcome.UNCHANGED)
    reason = Reason(code=ReasonCode.OUT_OF_SCOPE) if leaving else _why_open(action) if open_conflict else None
    line = Line(
        label=action.record.label,
        outcome=outcome,
        crm_id=action.record.crm_id,
        item_id=action.item.item_id,
        changes=action.changes,
        conflicts=action.conflicts,
        problems=action.problems,
        reason=reason,
    )
    write = None
    if action.to_crm:
        write = CrmWrite(
            content=action.crm_content,
            fields=action.to_crm,
            crm_id=action.record.crm_id,
            version=action.record.version,
        )
    # A record that is to leave remains due until it has left, one of which more is to be sent until it has been.
    whole = Settlement(
        line=line, link=pair_link(action), write=write, item=action.item, retry=leaving or action.again
    )
    return dataclasses.replace(whole, otherwise=_half_done(whole, None)) if write else whole


def _why_open(action: Reconcile) -> Reason:
    meeting = action.item.content
    if isinstance(meeting, Appointment) and meeting.attendees:
        invited = ", ".join(each.email for each in meeting.attendees)
        return Reason(code=ReasonCode.WOULD_MAIL, facts={"attendees": invited})
    return Reason(code=ReasonCode.CONFLICT_OPEN)


def _created_in_crm(action: CreateInCrm) -> Settlement:
    item = action.item
    link = Link(
        crm_id="",
        item_id=item.item_id,
        origin=Origin.OUTLOOK,
        status=LinkStatus.ACTIVE,
        scoped=True,
        version=item.version,
        categories=item.categories,
        base=Base(crm=action.view, outlook=item.content, unread=item.unread),
        crm_version=0,
    )
    line = Line(
        label=label_of(item.content),
        outcome=Outcome.CREATED,
        item_id=item.item_id,
        changes=filled_in(item.content, Direction.TO_CRM),
        problems=action.problems,
    )
    return Settlement(
        line=line,
        link=link,
        write=CrmWrite(content=item.content, fields=frozenset(fields_of(item.content))),
        item=item,
    )


def _rested(action: Rest) -> Settlement:
    link = dataclasses.replace(action.link, status=action.status)
    if action.item is not None:
        link = dataclasses.replace(link, version=action.item.version, categories=action.item.categories)
    line = Line(
        label=action.label,
        outcome=Outcome.RESTED,
        crm_id=action.link.crm_id,
        item_id=action.link.item_id,
        reason=action.reason,
    )
    return Settlement(line=line, link=link)


_WAITING = {ReasonCode.WAITS_FOR_CHOICE, ReasonCode.BUSY, ReasonCode.CONFLICT_OPEN, ReasonCode.WOULD_MAIL}


def _skipped(action: Skip) -> Settlement:
    outcome = Outcome.WAITING if action.reason.code in _WAITING else Outcome.SKIPPED
    line = Line(
        label=action.label,
        outcome=outcome,
        crm_id=action.crm_id,
        item_id=action.item_id,
        reason=action.reason,
        conflicts=action.conflicts,
    )
    return Settlement(line=line, item=action.item)


def _refused(action: RemoteAction, result: Refused, intent: IntentId) -> Settlement:
    """R16: a refused write is tried again; one whose answer was lost keeps its intent open (R17)."""
    unknown = result.why is Refusal.UNKNOWN
    outcome = Outcome.WAITING if result.why is Refusal.BUSY else Outcome.FAILED
    item_id = (
        action.item.item_id if isinstance(action, Reconcile) else (action.link.item_id if action.link else "")
    )
    line = Line(
        label=action.record.label,
        outcome=outcome,
        crm_id=action.record.crm_id,
        item_id=item_id,
        reason=Reason(
            code=REASON_OF_REFUSAL[result.why], facts={"field": result.field} if result.field else {}
        ),
    )
    return Settlement(line=line, intent=None if unknown else intent, retry=True)


def unsent(action: RemoteAction, intent: IntentId) -> Settlement:
    """Settle a write that the mailbox did not send at all, because it has to wait."""
    return _refused(action, Refused(why=Refusal.BUSY), intent)


def question_closed(item_id: ItemId, code: ReasonCode | None) -> Settlement:
    """Settle a question whose Outlook contact is gone, or bears the category no more: nothing is kept of it (R41)."""
    reason = Reason(code=code or ReasonCode.CATEGORY_REMOVED)
    return Settlement(line=Line(label="", outcome=Outcome.SKIPPED, item_id=item_id, reason=reason))
