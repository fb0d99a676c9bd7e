"""The decision as a value: the last agreed state, both sides as they are and the policy go in; a `Plan` comes out.

Pure, total and deterministic: no clock, no ids of its own, no text for people. Everything that is looked at gets
exactly one action, so that every item has a line (R13); what ended in an earlier run is not looked at again.
"""

import dataclasses
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from crmcorner.items.changes import ItemId, Upserted, with_category, without_category
from crmcorner.items.records import Appointment, Contact, Content, FieldName, empty_of, fields_of, with_fields
from crmcorner.sync import lens
from crmcorner.sync.actions import (
    NEW,
    Action,
    Ask,
    Choices,
    Conflict,
    CreateInCrm,
    CreateInOutlook,
    Direction,
    Plan,
    Problem,
    Reconcile,
    Rest,
    Skip,
    Verdicts,
    Withdraw,
)
from crmcorner.sync.match import alike_keys, judge
from crmcorner.sync.merge import merge
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.reasons import Reason, ReasonCode
from crmcorner.sync.state import Candidate, CrmId, CrmRecord, Link, LinkStatus, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is to be decided about, as both sides stand.

    ``links``: the ties concerned. ``records``: CRM records, those of the links and unlinked ones that may belong in
    Outlook. ``items``: what Outlook reported. ``gone``: items that the server positively said are gone (R84).
    ``candidates``: for items without a link. ``asked``: records that an open question is about.
    """

    links: Sequence[Link] = ()
    records: Mapping[CrmId, CrmRecord] = field(default_factory=dict)
    items: Mapping[ItemId, Upserted] = field(default_factory=dict)
    gone: Set[ItemId] = frozenset()
    candidates: Mapping[ItemId, Sequence[Candidate]] = field(default_factory=dict)
    asked: Set[CrmId] = frozenset()
    choices: Choices = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=dict)


def plan(situation: Situation, policy: Policy) -> Plan:
    """Decide what is to be done about everything in the situation, in a stable order."""
    actions: list[Action] = []
    linked_items: set[ItemId] = set()
    linked_records: set[CrmId] = set()
    for link in sorted(situation.links, key=lambda each: each.crm_id):
        linked_items.add(link.item_id)
        linked_records.add(link.crm_id)
        if not _is_past(link, situation):
            actions.append(_pair(link, situation, policy))
    again = frozenset(each.record.crm_id for each in actions if isinstance(each, Reconcile) and leaves(each))
    newcomers = _Newcomers(situation, policy)
    for item_id in sorted(situation.items.keys() - linked_items):
        newcomers.take(situation.items[item_id])
    actions += newcomers.actions
    for crm_id in sorted(situation.records.keys() - linked_records - newcomers.matched):
        actions += _unlinked(situation.records[crm_id], situation, policy)
    return Plan(actions=tuple(actions), deferred=tuple(newcomers.deferred), again=again)


def problems_of(item: Upserted) -> tuple[Problem, ...]:
    """Return the fields of an item that the CRM could not understand (R45, R46)."""
    return tuple(
        Problem(
            field=name,
            reason=Reason(code=ReasonCode(why.reason), facts={"text": why.text, "detail": why.detail}),
        )
        for name, why in item.unread.items()
    )


def label_of(content: Content) -> str:
    """Return what a record is called in lists."""
    return _name_of(content) if isinstance(content, Contact) else content.subject


def _name_of(contact: Contact) -> str:
    personal = (contact.given_name, contact.middle_name, contact.name_prefix, contact.surname)
    name = " ".join(part for part in personal if part) or contact.nickname
    return name or contact.company or (contact.emails[0] if contact.emails else "")


def _is_past(link: Link, situation: Situation) -> bool:
    """Whether the tie has ended with a line of its own, and neither side gives cause to look at it again.

    History may show the same change twice (PostgreSQL's oldest open transaction holds the watermark back): what was
    withdrawn for it is no item of the next run.
    """
    record = situation.records.get(link.crm_id)
    stays_out = record is None or record.deleted or not record.in_scope
    return link.status is LinkStatus.WITHDRAWN and stays_out and link.item_id not in situation.items


def _pair(link: Link, situation: Situation, policy: Policy) -> Action:
    record = situation.records.get(link.crm_id) or _vanished(link)
    item = situation.items.get(link.item_id)
    gone = link.item_id in situation.gone
    if link.status is LinkStatus.ACTIVE:
        return _active(link, record, item, situation, policy, gone=gone)
    if link.status is LinkStatus.PUT_BACK or (link.status is LinkStatus.WITHDRAWN and record.in_scope):
        return _put_back(link, record, item, situation, policy, gone=gone)
    if item is not None and item.takes_part:
        if not record.deleted:
            return merge(record, item, link, policy, situation.verdicts)
        if link.status is not LinkStatus.WITHDRAWN:
            # The user wants it again, and the CRM has deleted it: should it be restored there, they meet again.
            reason = Reason(code=ReasonCode.DELETED_IN_CRM)
            label = record.label
            return Rest(link=link, label=label, status=LinkStatus.WITHDRAWN, reason=reason, item=item)
    return _skip(link, record, Reason(code=_RESTING[link.status]), item)


_RESTING = {
    LinkStatus.REMOVED: ReasonCode.REMOVED_IN_OUTLOOK,
    LinkStatus.UNTAGGED: ReasonCode.CATEGORY_REMOVED,
    LinkStatus.WITHDRAWN: ReasonCode.OUT_OF_SCOPE,
    LinkStatus.PUT_BACK: ReasonCode.DELETED_IN_CRM,
}


def _active(
    link: Link, record: CrmRecord, item: Upserted | None, situation: Situation, policy: Policy, *, gone: bool
) -> Action:
    if gone:
        return Rest(
            link=link,
            label=record.label,
            status=LinkStatus.REMOVED,
            reason=Reason(code=ReasonCode.REMOVED_IN_OUTLOOK),
        )
    if item is not None and not item.takes_part:
        return Rest(
            link=link,
            label=record.label,
            status=LinkStatus.UNTAGGED,
            reason=Reason(code=ReasonCode.CATEGORY_REMOVED),
            item=item,
        )
    if record.deleted or (link.scoped and not record.in_scope):
        return _take_over(link, record, item, situation, policy) or _leave(link, record, item, situation)
    return merge(record, item or last_seen(link), link, policy, situation.verdicts)


def _take_over(
    link: Link, record: CrmRecord, item: Upserted | None, situation: Situation, policy: Policy
) -> Reconcile | None:
    """R43: an edit that the user just made in Outlook reaches the CRM before the record leaves his Outlook.

    So does one that lost against the CRM: it is kept in the list of conflicts (R18). What only waits because Outlook
    would mail it (R85) is no edit of the user's, and keeps nothing from leaving.
    """
    if item is None or record.deleted:
        return None
    both = merge(record, item, link, policy, situation.verdicts)
    was = link.base.outlook
    edited = {name for name in fields_of(was) if getattr(item.content, name) != getattr(was, name)}
    if not both.to_crm and not any(each.field in edited | item.unread.keys() for each in both.conflicts):
        return None
    # Both images are what Outlook has: what found room there meanwhile is not sent now, but should it come back.
    taken = {name: getattr(item.content, name) for name in both.to_crm}
    seen = {each.field: getattr(item.content, each.field) for each in both.conflicts}
    return dataclasses.replace(
        both,
        to_outlook=frozenset(),
        outlook_content=item.content,
        base=dataclasses.replace(
            link.base,
            crm=with_fields(link.base.crm, taken),
            outlook=with_fields(link.base.outlook, taken | seen),
        ),
        changes=tuple(each for each in both.changes if each.direction is Direction.TO_CRM),
        scoped=True,
    )


def leaves(action: Reconcile) -> bool:
    """Whether the record is to leave Outlook once this is done."""
    return action.scoped and not action.record.in_scope


DELETION: FieldName = "deleted"
"""R85: by this name a deletion that would be mailed to others stands among the conflicts, until it is decided."""


def _leave(link: Link, record: CrmRecord, item: Upserted | None, situation: Situation) -> Action:
    """R42, R64: our own copy goes; the user's own stays: a contact loses its category, anything else just rests."""
    reason = Reason(code=ReasonCode.DELETED_IN_CRM if record.deleted else ReasonCode.OUT_OF_SCOPE)
    content = item.content if item else link.base.outlook
    ours = link.origin is Origin.CRM
    if not ours and not isinstance(content, Contact):
        return Rest(link=link, label=record.label, status=LinkStatus.WITHDRAWN, reason=reason, item=item)
    if isinstance(content, Appointment) and content.attendees:
        verdict = situation.verdicts.get((link.crm_id, DELETION), Winner.ASK)
        if verdict is Winner.OUTLOOK:
            return Rest(link=link, label=record.label, status=LinkStatus.WITHDRAWN, reason=reason, item=item)
        if verdict is Winner.ASK:
            return _ask_before_deleting(link, record, content, item)
    return _withdraw(link, record, item, reason)


def _ask_before_deleting(link: Link, record: CrmRecord, meeting: Appointment, item: Upserted | None) -> Skip:
    """R85: the attendees would be told; the meeting stays until its owner has said so."""
    invited = ", ".join(each.email for each in meeting.attendees)
    conflict = Conflict(field=DELETION, crm="", outlook=meeting.subject, winner=Winner.ASK)
    return Skip(
        label=record.label,
        reason=Reason(code=ReasonCode.WOULD_MAIL, facts={"attendees": invited}),
        crm_id=link.crm_id,
        item_id=link.item_id,
        link=link,
        item=item,
        conflicts=(conflict,),
    )


def _withdraw(link: Link, record: CrmRecord, item: Upserted | None, reason: Reason) -> Withdraw:
    return Withdraw(
        link=link,
        record=record,
        delete=link.origin is Origin.CRM,
        version=item.version if item else link.version,
        categories=without_category(item.categories if item else link.categories),
        reason=reason,
    )


def _put_back(
    link: Link, record: CrmRecord, item: Upserted | None, situation: Situation, policy: Policy, *, gone: bool
) -> Action:
    """R42's button, or a record that came back into the scope: mark the item again, or make a new one."""
    if record.deleted:
        return _skip(link, record, Reason(code=ReasonCode.DELETED_IN_CRM), item)
    if gone or item is None:
        contact = lens.get(record.content, record.holds, policy.can)
        return CreateInOutlook(record=record, content=contact, link=link)
    categories = None if item.takes_part else with_category(item.categories)
    return merge(record, item, link, policy, situation.verdicts, categories=categories)


def last_seen(link: Link) -> Upserted:
    """Return the item as it was when last settled: what it still is, if Outlook reports no change."""
    empty = empty_of(link.base.outlook)
    blank = {name: getattr(empty, name) for name in link.base.unread}
    return Upserted(
        item_id=link.item_id,
        version=link.version,
        content=with_fields(link.base.outlook, blank),
        categories=link.categories,
        unread=link.base.unread,
    )


def _vanished(link: Link) -> CrmRecord:
    """Stand in for a record that was erased for good: as deleted."""
    return CrmRecord(
        crm_id=link.crm_id,
        version=link.crm_version,
        content=link.base.crm,
        in_scope=False,
        deleted=True,
        holds=frozenset(),
        label=label_of(link.base.crm),
    )


def _skip(link: Link, record: CrmRecord, reason: Reason, item: Upserted | None) -> Skip:
    return Skip(
        label=record.label, reason=reason, crm_id=link.crm_id, item_id=link.item_id, link=link, item=item
    )


class _Newcomers:
    """Items without a link (R41, R44). One that may be the same as an earlier one of this plan is deferred."""

    def __init__(self, situation: Situation, policy: Policy) -> None:
        self.situation, self.policy = situation, policy
        self.actions: list[Action] = []
        self.deferred: list[Upserted] = []
        self.matched: set[CrmId] = set()
        self._made: set[str] = set()

    def take(self, item: Upserted) -> None:
        if not item.takes_part:
            return  # R41: not ours; not even a line
        reason = _unusable(item)
        if reason is not None:
            self.actions.append(
                Skip(label=label_of(item.content), reason=reason, item_id=item.item_id, item=item)
            )
            return
        chosen = self.situation.choices.get(item.item_id)
        found = self.situation.candidates.get(item.item_id, ())
        if chosen == NEW:
            self.create(item)
            return
        match = next((each for each in found if each.record.crm_id == chosen), None) if chosen else None
        if match is not None and not match.linked_item:
            self.link(item, match)
            return
        self.judged(item, found)

    def judged(self, item: Upserted, found: Sequence[Candidate]) -> None:
        judgement = judge(item, found)
        if judgement.match is not None:
            self.link(item, judgement.match)
        elif judgement.ask:
            code = ReasonCode.DUPLICATE if judgement.duplicate else ReasonCode.SEVERAL_MATCH
            ids = tuple(sorted(each.record.crm_id for each in judgement.ask))
            self.matched.update(ids)
            reason = Reason(code=code, facts={"candidates": str(len(ids))})
            self.actions.append(Ask(item=item, candidates=ids, reason=reason, problems=problems_of(item)))
        elif alike_keys(item) & self._made:
            self.deferred.append(item)
        else:
            self.create(item)

    def create(self, item: Upserted) -> None:
        self._made |= alike_keys(item)
        view = lens.get(item.content, frozenset(fields_of(item.content)), self.policy.can)
        self.actions.append(CreateInCrm(item=item, view=view, problems=problems_of(item)))

    def link(self, item: Upserted, match: Candidate) -> None:
        if match.record.crm_id in self.matched:
            self.deferred.append(item)
            return
        self.matched.add(match.record.crm_id)
        self.actions.append(merge(match.record, item, None, self.policy, self.situation.verdicts))


def _unusable(item: Upserted) -> Reason | None:
    """Return why the CRM cannot make a record of a new item at all, if that is so."""
    content = item.content
    if isinstance(content, Contact):
        named = content.has_personal_name or content.company or content.emails
        return None if named else Reason(code=ReasonCode.NO_NAME)
    if isinstance(content, Appointment) and (content.start is None or content.end is None):
        why = item.unread.get("start") or item.unread.get("end")
        facts = {"text": why.text, "detail": why.detail} if why else {}
        return Reason(code=ReasonCode.VALUE_REFUSED, facts=facts)
    return None


def _unlinked(record: CrmRecord, situation: Situation, policy: Policy) -> list[Action]:
    """R40: what is in scope and not in Outlook yet goes there; what is not in scope is none of our business."""
    if record.deleted or not (record.in_scope and record.in_window):
        return []
    if record.crm_id in situation.asked:
        reason = Reason(code=ReasonCode.WAITS_FOR_CHOICE)
        return [Skip(label=record.label, reason=reason, crm_id=record.crm_id)]
    return [CreateInOutlook(record=record, content=lens.get(record.content, record.holds, policy.can))]


def is_idle(action: Action) -> bool:
    """Whether nothing at all came of a pair that has a link, not even a moved base: its link can stay as it is."""
    return (
        isinstance(action, Reconcile)
        and action.link is not None
        and not (action.to_outlook or action.to_crm or action.conflicts or action.problems)
        and action.categories is None
        and action.base == action.link.base
        and action.item.version == action.link.version
        and action.status is action.link.status
        and action.scoped == action.link.scoped
        and action.record.version == action.link.crm_version
    )
