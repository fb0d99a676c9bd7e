"""How one record stands in a user's Outlook, for its page (R13, R42, R45)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crmcorner.accounts.models import User
from crmcorner.items.records import Kind
from crmcorner.outlook.models import ConflictRow, Connection, OutlookLink, Question, Retry
from crmcorner.outlook.sides.catalogue import KIND_OF_WORD, SIDES
from crmcorner.people import lookup
from crmcorner.people.contact_mapping import load
from crmcorner.sync.scope import Wanted
from crmcorner.sync.state import CrmId, CrmRecord, LinkStatus


class State(StrEnum):
    """How a record stands; the sentence is made in ``crmcorner.outlook.wording``."""

    IN_STEP = "in-step"
    FAILED = "failed"
    """In step but for what `Standing.failures` tells, or not there yet because of it."""
    TO_COME = "to-come"
    """In scope and not in Outlook yet: the next run brings it."""
    TO_RETURN = "to-return"
    """The user asked to have it back; the next run does it."""
    ASKED = "asked"
    """An open question is about it (R44)."""
    REMOVED = "removed"
    UNTAGGED = "untagged"
    WITHDRAWN = "withdrawn"
    NOT_YET = "not-yet"
    """Its dates lie outside the days that go to Outlook (R50, R60)."""
    NOT_MEANT = "not-meant"
    """Not in this user's scope (R40), and not from his Outlook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a record stands in one user's Outlook.

    ``since``: when its link was last settled. ``wanted``: why it belongs there (R40), if it does. ``failures``: what
    failed and is tried again, ``problems``: fields that could not be taken over (R45).
    """

    state: State
    link: OutlookLink | None
    since: datetime | None
    wanted: Wanted | None
    failures: tuple[Retry, ...] = ()
    problems: tuple[Retry, ...] = ()
    conflicts: tuple[ConflictRow, ...] = ()

    @property
    def may_put_back(self) -> bool:
        """R42: whether the button to put it back is offered."""
        return self.state in {State.REMOVED, State.UNTAGGED}


_OF_STATUS = {
    LinkStatus.ACTIVE: State.IN_STEP,
    LinkStatus.PUT_BACK: State.TO_RETURN,
    LinkStatus.REMOVED: State.REMOVED,
    LinkStatus.UNTAGGED: State.UNTAGGED,
    LinkStatus.WITHDRAWN: State.WITHDRAWN,
}


def standing_of(user: User, crm_id: CrmId) -> Standing | None:
    """Return how a record stands in this user's Outlook; None if he has no mailbox or there is no such record."""
    connection = Connection.objects.filter(user=user).first()
    kind = KIND_OF_WORD.get(crm_id.partition(":")[0])
    if connection is None or kind is None:
        return None
    record = SIDES[kind].records(connection, [crm_id]).get(crm_id)
    if record is None:
        return None
    mine = {"connection": connection, "kind": kind.value, "crm_id": crm_id}
    link = OutlookLink.objects.filter(**mine).first()
    wanted = _wanted(user, kind, record)
    retries = Retry.objects.filter(**mine, dismissed_at__isnull=True).order_by("pk")
    failures = tuple(row for row in retries if not row.field)
    return Standing(
        state=_state(connection, kind, record, link, failures),
        link=link,
        since=link.updated_at if link else None,
        wanted=wanted,
        failures=failures,
        problems=tuple(row for row in retries if row.field),
        conflicts=tuple(ConflictRow.objects.filter(**mine, closed_at__isnull=True).order_by("pk")),
    )


def _state(
    connection: Connection,
    kind: Kind,
    record: CrmRecord,
    link: OutlookLink | None,
    failures: tuple[Retry, ...],
) -> State:
    wanted = record.in_scope and not record.deleted
    if link is not None:
        state = _OF_STATUS[LinkStatus(link.status)]
        if state is State.WITHDRAWN and wanted:
            return State.TO_COME
        return State.FAILED if state is State.IN_STEP and failures else state
    if failures:
        return State.FAILED
    questions = Question.objects.filter(connection=connection, kind=kind.value)
    if any(record.crm_id in candidates for candidates in questions.values_list("candidates", flat=True)):
        return State.ASKED
    if wanted and not record.in_window:
        return State.NOT_YET
    return State.TO_COME if wanted else State.NOT_MEANT


def _wanted(user: User, kind: Kind, record: CrmRecord) -> Wanted | None:
    """Return why a record belongs in this user's Outlook (R40); a task or appointment because it is his."""
    if kind is Kind.CONTACTS:
        return lookup.scope_of(user, load([record.crm_id]).values()).get(record.crm_id)
    return Wanted(owned=True, groups=()) if record.in_scope else None
