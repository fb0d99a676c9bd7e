"""Three-way, field by field (R18): each side is compared with its own image of what was last agreed.

| CRM changed | Outlook changed   | result                                             |
| ----------- | ----------------- | -------------------------------------------------- |
| no          | no                | nothing                                            |
| yes         | no                | to Outlook                                         |
| no          | yes               | to the CRM, through the lens (R19)                 |
| yes         | yes, same value   | agree: the base moves on                           |
| yes         | yes, different    | conflict: the policy's winner; both values are kept |

A pair without a base (R44) takes what is filled in on one side only; lists are united. The occurrences of a series that
were moved or cancelled are compared one by one (`sync.occurrences`).
"""

from dataclasses import dataclass, field
from typing import Any

from crmcorner.items.changes import Unread, Upserted
from crmcorner.items.records import (
    LIST_FIELDS,
    MEETING_FIELDS,
    OCCURRENCE_FIELDS,
    OUTLOOK_ONLY_FIELDS,
    SERIES_FIELDS,
    Appointment,
    Content,
    FieldName,
    empty_of,
    with_fields,
)
from crmcorner.sync import lens
from crmcorner.sync.actions import Conflict, Direction, FieldChange, Problem, Reconcile, Verdicts
from crmcorner.sync.occurrences import Merged, merge_occurrences, occurrences_of, states_of
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.reasons import Reason, ReasonCode
from crmcorner.sync.state import Base, CrmRecord, Link, LinkStatus


@dataclass(slots=True)
class _Draft:
    """What is found while going through the fields."""

    to_outlook: dict[FieldName, Any] = field(default_factory=dict)
    to_crm: dict[FieldName, Any] = field(default_factory=dict)
    base_crm: dict[FieldName, Any] = field(default_factory=dict)
    base_outlook: dict[FieldName, Any] = field(default_factory=dict)
    unread: dict[FieldName, Unread] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    again: bool = False

    def agree(self, name: FieldName, value: Any) -> None:
        self.base_crm[name] = self.base_outlook[name] = value


class _Merger:
    def __init__(
        self, record: CrmRecord, item: Upserted, link: Link | None, policy: Policy, verdicts: Verdicts
    ) -> None:
        self.record, self.item = record, item
        self.base = link.base if link else None
        self.unfinished = link is not None and link.crm_version == 0
        self.policy, self.verdicts = policy, verdicts
        self.empty = empty_of(record.content)
        self.view: Content = lens.get(record.content, record.holds, policy.can)
        self.draft = _Draft()

    def run(self) -> _Draft:
        if self.nothing_new():
            return self.draft
        for name in lens.shared_fields(self.view, self.record.holds, self.policy.can):
            unread = self.item.unread.get(name)
            if unread is not None:
                self.unread_field(name, unread)
            elif name in OUTLOOK_ONLY_FIELDS:
                self.learn(name)
            elif name in OCCURRENCE_FIELDS and not OCCURRENCE_FIELDS & self.item.unread.keys():
                continue
            elif self.base is None or self.never_met(name, self.base):
                self.first_time(name)
            else:
                self.three_way(name, self.base)
        if isinstance(self.view, Appointment) and isinstance(self.item.content, Appointment):
            self.occurrences(self.view, self.item.content)
            self.take_first(self.item.content)
        return self.draft

    def nothing_new(self) -> bool:
        """Whether both sides plainly say what was last agreed, which spares going through the fields."""
        return (
            self.base is not None
            and not self.item.unread
            and not self.base.unread
            and self.view == self.base.crm
            and self.item.content == self.base.outlook
        )

    def never_met(self, name: FieldName, base: Base) -> bool:
        """Whether a pair was being linked when the run was cut, and this field was not settled yet."""
        empty = getattr(self.empty, name)
        return self.unfinished and getattr(base.crm, name) == getattr(base.outlook, name) == empty

    def unread_field(self, name: FieldName, unread: Unread) -> None:
        """R45: Outlook's text is left alone, unless someone mended the field in the CRM since."""
        ours = getattr(self.view, name)
        if self.base is not None and ours and ours != getattr(self.base.crm, name):
            known = self.base.unread.get(name)
            if known is None or known.text != unread.text:
                self.draft.conflicts.append(
                    Conflict(field=name, crm=ours, outlook=unread.text, winner=Winner.CRM)
                )
            self.draft.to_outlook[name] = ours
            self.draft.agree(name, ours)
            return
        facts = {"text": unread.text, "detail": unread.detail}
        self.draft.problems.append(
            Problem(field=name, reason=Reason(code=ReasonCode(unread.reason), facts=facts))
        )
        self.draft.unread[name] = unread
        self.draft.base_crm[name] = ours
        self.draft.base_outlook[name] = getattr(self.base.outlook if self.base else self.empty, name)

    def first_time(self, name: FieldName) -> None:
        ours, theirs = getattr(self.view, name), getattr(self.item.content, name)
        nothing = getattr(self.empty, name)
        if ours == theirs:
            self.draft.agree(name, ours)
        elif theirs == nothing and not self.writes_to_others(name):
            self.send(name, ours)
        elif ours == nothing:
            self.take(name, theirs)
        elif name in LIST_FIELDS:
            self.take(name, lens.united(ours, theirs, self.policy.can.list_limits.get(name)))
        else:
            self.conflict(name, ours, theirs, self.empty, self.empty)

    def three_way(self, name: FieldName, base: Base) -> None:
        ours, theirs = getattr(self.view, name), getattr(self.item.content, name)
        we_changed = ours != getattr(base.crm, name)
        they_changed = theirs != getattr(base.outlook, name)
        if not we_changed and not they_changed:
            return
        if ours == theirs:
            self.draft.agree(name, ours)
        elif not they_changed and not self.writes_to_others(name):
            self.send(name, ours)
        elif not we_changed:
            self.take(name, theirs)
        else:
            self.conflict(name, ours, theirs, base.crm, base.outlook)

    def occurrences(self, ours: Appointment, theirs: Appointment) -> None:
        """R63: what was moved and cancelled in a series, each occurrence by itself."""
        shared = lens.shared_fields(self.view, self.record.holds, self.policy.can)
        if not OCCURRENCE_FIELDS.issubset(shared) or OCCURRENCE_FIELDS & self.item.unread.keys():
            return
        base = self.base
        if base is not None and all(self.never_met(name, base) for name in OCCURRENCE_FIELDS):
            base = None
        known = (states_of(base.crm), states_of(base.outlook)) if base else ({}, {})
        states = (states_of(ours), states_of(theirs), *known)
        here, there = occurrences_of(ours), occurrences_of(theirs)
        merged = merge_occurrences(*states, crm_wins=True)
        mails = self.writes_to_others("moved") and merged.outlook != there
        by_outlook = merge_occurrences(*states, crm_wins=False)
        if merged != by_outlook or mails:
            winner = self.verdicts.get(
                (self.record.crm_id, "moved"), Winner.ASK if mails else self.policy.winner
            )
            shown = (merged.outlook.moved, there.moved)
            self.draft.conflicts.append(
                Conflict(field="moved", crm=shown[0], outlook=shown[1], winner=winner)
            )
            if winner is Winner.ASK:
                return
            if winner is Winner.OUTLOOK:
                merged = Merged(crm=there, outlook=there) if mails else by_outlook
        for name in OCCURRENCE_FIELDS:
            crm, outlook = getattr(merged.crm, name), getattr(merged.outlook, name)
            if crm != getattr(here, name):
                self.draft.to_crm[name] = crm
            if outlook != getattr(there, name):
                self.draft.to_outlook[name] = outlook
            self.draft.base_crm[name], self.draft.base_outlook[name] = crm, outlook

    def take_first(self, theirs: Appointment) -> None:
        """R17, R63: new times make Outlook forget its occurrences; what the CRM has to learn of them it learns before.

        Nothing is sent this time, and nothing agreed of what would have been.
        """
        draft = self.draft
        if not (SERIES_FIELDS & draft.to_outlook.keys() and OCCURRENCE_FIELDS & draft.to_crm.keys()):
            return
        unsent = draft.to_outlook.keys() - draft.to_crm.keys()
        for name in (*unsent, *OCCURRENCE_FIELDS):
            draft.base_crm.pop(name, None)
            draft.base_outlook.pop(name, None)
        for name in OCCURRENCE_FIELDS:
            draft.agree(name, getattr(occurrences_of(theirs), name))
        draft.conflicts = [each for each in draft.conflicts if each.field not in unsent]
        draft.to_outlook.clear()
        draft.again = True

    def learn(self, name: FieldName) -> None:
        """What only Outlook knows comes to the CRM as it is, whoever was last to say otherwise."""
        theirs = getattr(self.item.content, name)
        if theirs != getattr(self.view, name):
            self.take(name, theirs)
        else:
            self.draft.agree(name, theirs)

    def writes_to_others(self, name: FieldName) -> bool:
        """R85: whether sending this field makes Outlook mail the attendees of a meeting."""
        item = self.item.content
        return isinstance(item, Appointment) and bool(item.attendees) and name in MEETING_FIELDS

    def send(self, name: FieldName, value: Any) -> None:
        self.draft.to_outlook[name] = value
        self.draft.agree(name, value)

    def take(self, name: FieldName, value: Any) -> None:
        """Take a value over; what has room now on Outlook's side goes there in the same run (R11, R19).

        A note that is longer in Outlook than what we write there stays as it is on both sides.
        """
        whole = lens.put(self.record.content, self.view, name, value)
        if whole != getattr(self.record.content, name):
            self.draft.to_crm[name] = whole
        shown = lens.cut(name, whole, self.policy.can)
        theirs = getattr(self.item.content, name)
        self.draft.agree(name, shown)
        if shown != theirs and lens.fits(name, theirs, self.policy.can):
            self.draft.to_outlook[name] = shown
        else:
            self.draft.base_outlook[name] = theirs

    def conflict(
        self, name: FieldName, ours: Any, theirs: Any, base_crm: Content, base_outlook: Content
    ) -> None:
        default = Winner.ASK if self.writes_to_others(name) else self.policy.winner
        winner = self.verdicts.get((self.record.crm_id, name), default)
        self.draft.conflicts.append(Conflict(field=name, crm=ours, outlook=theirs, winner=winner))
        if winner is Winner.CRM:
            self.send(name, ours)
        elif winner is Winner.OUTLOOK:
            self.take(name, theirs)
        else:
            self.draft.base_crm[name] = getattr(base_crm, name)
            self.draft.base_outlook[name] = getattr(base_outlook, name)


def merge(
    record: CrmRecord,
    item: Upserted,
    link: Link | None,
    policy: Policy,
    verdicts: Verdicts,
    *,
    status: LinkStatus = LinkStatus.ACTIVE,
    categories: tuple[str, ...] | None = None,
) -> Reconcile:
    """Decide field by field what is to be done to bring a pair in step (R18, R19).

    Args:
        record: the CRM's side as it now is.
        item: Outlook's side as it now is, or as it was last seen if nothing was reported.
        link: the tie with its base, or None for a new pair.
        policy: who wins, what Outlook can hold.
        verdicts: what users decided about conflicts that were open.
        status: what the link becomes.
        categories: the full new list to be written, or None.
    """
    draft = _Merger(record, item, link, policy, verdicts).run()
    empty = empty_of(record.content)
    old = link.base if link else Base(crm=empty, outlook=empty)
    kept = {name: text for name, text in item.unread.items() if name not in draft.to_outlook}
    new_base = Base(
        crm=with_fields(old.crm, draft.base_crm),
        outlook=with_fields(old.outlook, draft.base_outlook),
        unread=kept,
    )
    return Reconcile(
        record=record,
        item=item,
        link=link,
        to_outlook=frozenset(draft.to_outlook),
        to_crm=frozenset(draft.to_crm),
        crm_content=with_fields(record.content, draft.to_crm),
        outlook_content=with_fields(item.content, draft.to_outlook),
        categories=categories,
        base=new_base,
        changes=_changes(record, item, draft),
        conflicts=tuple(draft.conflicts),
        problems=tuple(draft.problems),
        status=status,
        scoped=record.in_scope,
        again=draft.again,
    )


def _changes(record: CrmRecord, item: Upserted, draft: _Draft) -> tuple[FieldChange, ...]:
    found = [
        FieldChange(
            field=name,
            direction=Direction.TO_OUTLOOK,
            old=item.unread[name].text if name in item.unread else getattr(item.content, name),
            new=value,
        )
        for name, value in draft.to_outlook.items()
    ]
    found += [
        FieldChange(field=name, direction=Direction.TO_CRM, old=getattr(record.content, name), new=value)
        for name, value in draft.to_crm.items()
    ]
    return tuple(found)
