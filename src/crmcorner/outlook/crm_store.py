"""The near side over the ORM (`crmcorner.sync.store.CrmStore`): set-based, a constant number of statements a page."""

import dataclasses
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.items.changes import ItemId, Upserted
from crmcorner.items.records import Kind
from crmcorner.mailbox.protocol import Cursor
from crmcorner.outlook import settling
from crmcorner.outlook.matters import Matters
from crmcorner.outlook.models import Connection, OpenIntent, OutlookLink, Position, Run, RunKind, RunLine
from crmcorner.outlook.services.balance import MISSING, balance_of
from crmcorner.outlook.services.lease import Lease
from crmcorner.outlook.sides.catalogue import SIDES
from crmcorner.preferences.services.settings import value_of
from crmcorner.sync.reasons import Reason, ReasonCode
from crmcorner.sync.report import Outcome
from crmcorner.sync.state import Candidate, CrmId, CrmRecord, Link, LinkStatus
from crmcorner.sync.store import Due, Settlement, Touched, Watermark

logger = logging.getLogger(__name__)

PROGRESS_SECONDS = 1.0
"""R12: how often progress is written down at most."""

_KEPT = (LinkStatus.ACTIVE.value, LinkStatus.PUT_BACK.value)


class DjangoCrmStore:
    """The CRM of the mailbox that the lease is for, for one run.

    Args:
        connection: the mailbox; its user is who acts.
        run: the run that is going on.
        lease: checked in every transaction that stores something.
        clock: seconds that only go forward, for pacing what progress writes.
        on_progress: is told about every step, however often.
    """

    def __init__(
        self,
        connection: Connection,
        run: Run,
        lease: Lease,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_progress: Callable[[Kind, str, int, int], None] | None = None,
    ) -> None:
        self.connection, self.run, self.lease = connection, run, lease
        self.clock, self.on_progress = clock, on_progress
        self.actor = Actor(user=connection.user, source="sync", connection=connection.pk, run=run.pk)
        self._noted_at: float | None = None
        self._whole: set[Kind] = set()
        self._matters: dict[Kind, Matters] = {}
        self._lines: dict[Kind, settling.RunLines] = {}

    # --- reading ------------------------------------------------------------------------------------------------

    def start(self, kind: Kind) -> tuple[Cursor | None, Watermark | None]:
        """Return where Outlook's delta and the CRM's history were left; None means from the beginning.

        R83: what deltas missed is found by beginning anew now and then, or when somebody asks for it.
        """
        position = Position.objects.filter(connection=self.connection, kind=kind.value).first()
        if position is None or self.run.full or self._is_due(position):
            self._whole.add(kind)
            return None, None
        return position.cursor or None, position.watermark or None

    def touched(self, kind: Kind, since: Watermark | None) -> Touched:
        """Return the records to look at; None means every record in scope and every linked one."""
        return SIDES[kind].touched(self.connection, since)

    def due(self, kind: Kind) -> Due:
        """Return what has to be looked at again."""
        self._matters[kind] = matters = Matters.of(self.connection.pk, kind)
        due = matters.due(timezone.now())
        back = self._links(kind).filter(status=LinkStatus.PUT_BACK.value).values_list("crm_id", flat=True)
        return dataclasses.replace(due, crm_ids=due.crm_ids | set(back))

    def records(self, kind: Kind, crm_ids: frozenset[CrmId]) -> Mapping[CrmId, CrmRecord]:
        """Return these records, deleted ones included; one that does not exist at all is missing."""
        return SIDES[kind].records(self.connection, crm_ids)

    def links_by_crm(self, kind: Kind, crm_ids: frozenset[CrmId]) -> Mapping[CrmId, Link]:
        """Return the links of these records in this mailbox, resting ones included."""
        if not crm_ids:
            return {}
        rows = self._links(kind).filter(crm_id__in=crm_ids)
        return {row.crm_id: settling.link_of(row) for row in rows}

    def links_by_item(self, kind: Kind, item_ids: frozenset[ItemId]) -> Mapping[ItemId, Link]:
        """Return the links of these items, resting ones included."""
        if not item_ids:
            return {}
        rows = self._links(kind).filter(item_id__in=item_ids)
        return {row.item_id: settling.link_of(row) for row in rows}

    def candidates(self, kind: Kind, items: Sequence[Upserted]) -> Mapping[ItemId, Sequence[Candidate]]:
        """Return for each new item the records that it may mean, and whether they are linked already (R44)."""
        found = SIDES[kind].candidates(self.connection, {item.item_id: item.content for item in items})
        crm_ids = {record.crm_id for records in found.values() for record in records}
        rows = self._links(kind).filter(crm_id__in=crm_ids, status__in=_KEPT) if crm_ids else ()
        linked = {row.crm_id: row.item_id for row in rows}
        return {
            item_id: [Candidate(record=each, linked_item=linked.get(each.crm_id, "")) for each in records]
            for item_id, records in found.items()
        }

    def asked_about(self, kind: Kind, crm_ids: frozenset[CrmId]) -> frozenset[CrmId]:
        """Return which of these records an Outlook item waits for: by an open question, or by a link that failed."""
        matters = self._of(kind)
        return matters.questions.asked_about(crm_ids) | matters.retries.unsettled_pairs(crm_ids)

    def questions(self, kind: Kind, item_ids: frozenset[ItemId]) -> Mapping[ItemId, Sequence[CrmId]]:
        """Return which of these items are asked about, answered or not, with the candidates (R44)."""
        asked = self._of(kind).questions.candidates
        return {item_id: asked[item_id] for item_id in item_ids if item_id in asked}

    def linked(self, kind: Kind) -> int:
        """Return how many pairs are kept in step (R84)."""
        return self._links(kind).filter(status=LinkStatus.ACTIVE.value).count()

    # --- writing ------------------------------------------------------------------------------------------------

    def settle(self, kind: Kind, done: Sequence[Settlement]) -> None:
        """Store records, links, lines, questions, conflicts, retries and closed intents in one transaction.

        If the database refuses something, each settlement is tried by itself, so that one cannot stop the others
        (R16); what is refused then becomes a failed line.

        Raises:
            LeaseLost: another worker holds the mailbox by now; nothing was stored.
        """
        try:
            self._settle(kind, done)
        except (IntegrityError, DataError, ValidationError) as error:
            self._read_again(kind)
            if len(done) > 1:
                for each in done:
                    self.settle(kind, [each])
            else:
                self._settle_as_failed(kind, done[0], error)

    def progress(self, kind: Kind, *, phase: str, done: int, total: int) -> None:
        """Note how far the run is, for the status screen (R12), and renew the lease; about once a second.

        Raises:
            LeaseLost: another worker holds the mailbox by now.
        """
        if self.on_progress is not None:
            self.on_progress(kind, phase, done, total)
        now = self.clock()
        if self._noted_at is not None and now - self._noted_at < PROGRESS_SECONDS:
            return
        self._noted_at = now
        self.lease.renew()
        RunKind.objects.filter(run=self.run, kind=kind.value).update(phase=phase, done=done, total=total)

    def finish(
        self,
        kind: Kind,
        cursor: Cursor | None,
        watermark: Watermark | None,
        shown: frozenset[ItemId] | None = None,
    ) -> None:
        """Store, last of all, from where the next run goes on, what was looked at without a line, and the balance.

        Raises:
            LeaseLost: another worker holds the mailbox by now; nothing was stored.
        """
        with transaction.atomic():
            self.lease.renew()
            matters = self._of(kind)
            matters.retries.forget_idle()
            values: dict[str, object] = {"cursor": cursor or "", "watermark": watermark or ""}
            if kind in self._whole:
                values["compared_at"] = timezone.now()
            Position.objects.update_or_create(connection=self.connection, kind=kind.value, defaults=values)
            balance = {} if shown is None else balance_of(self.connection, self.run, kind, shown)
            if any(side.get(MISSING) for side in balance.values()):
                logger.error("run %s: the balance of %s does not close: %s", self.run.pk, kind.value, balance)
            RunKind.objects.filter(run=self.run, kind=kind.value).update(
                balance=balance,
                unchanged=self._without_line(kind),
                waiting=self._waiting_without_line(kind),
                phase="",
                finished=True,
            )

    # --- inside -------------------------------------------------------------------------------------------------

    def _is_due(self, position: Position) -> bool:
        """Whether everything is to be compared again."""
        last = position.compared_at
        return self._days > 0 and (last is None or last + timedelta(days=self._days) <= timezone.now())

    @cached_property
    def _days(self) -> int:
        return int(value_of(self.connection.user, "Outlook_FullDays"))

    def _settle(self, kind: Kind, done: Sequence[Settlement]) -> None:
        now = timezone.now()
        with transaction.atomic(durable=True):
            self.lease.renew()
            settled = self._write_records(kind, done)
            links = {each.link.crm_id: each.link for each in settled if each.link}
            settling.save_links(self.connection.pk, kind, list(links.values()), now)
            self._lines_of(kind).add(settled)
            self._of(kind).settle(settled, now)
            intents = [each.intent for each in settled if each.intent is not None]
            if intents:
                OpenIntent.objects.filter(pk__in=intents).delete()

    def _write_records(self, kind: Kind, done: Sequence[Settlement]) -> list[Settlement]:
        """Store what the CRM is to hold; of a record that has moved on since, what is to be stored otherwise."""
        writes = [each.write for each in done if each.write]
        results = iter(SIDES[kind].save(self.actor, writes)) if writes else iter(())
        settled = []
        for each in done:
            if each.write is None:
                settled.append(each)
                continue
            saved = next(results)
            if saved is None:
                settled.append(each.otherwise or dataclasses.replace(each, write=None, link=None, retry=True))
            else:
                settled.append(settling.with_record(each, saved))
        return settled

    def _settle_as_failed(self, kind: Kind, settlement: Settlement, error: Exception) -> None:
        logger.error(
            "run %s: item %s of %s could not be stored: %s",
            self.run.pk,
            settlement.line.item_id or settlement.line.crm_id,
            self.connection.pk,
            type(error).__name__,
        )
        code = ReasonCode.VALUE_REFUSED if isinstance(error, ValidationError) else ReasonCode.FAILED
        line = dataclasses.replace(
            settlement.line, outcome=Outcome.FAILED, reason=Reason(code=code), changes=()
        )
        # The intent, if any, stays open: the next run finds out what came of it.
        self._settle(kind, [Settlement(line=line, retry=True)])

    def _without_line(self, kind: Kind) -> int:
        """Count the links in step that have no line in this run."""
        active = self._links(kind).filter(status=LinkStatus.ACTIVE.value)
        # From the lines to their links: a run that has done nothing must not go through all that is linked.
        lines = RunLine.objects.filter(run=self.run, kind=kind.value).exclude(crm_id="")
        told = (
            lines.filter(Exists(active.filter(crm_id=OuterRef("crm_id"))))
            if self._lines_of(kind).keys
            else None
        )
        return active.count() - (told.values("crm_id").distinct().count() if told is not None else 0)

    def _waiting_without_line(self, kind: Kind) -> int:
        """Count what open questions hold back and this run did not touch: the contacts, and who could be meant."""
        told = self._lines_of(kind).keys
        questions = self._of(kind).questions.candidates
        candidates = frozenset(crm_id for ids in questions.values() for crm_id in ids if crm_id not in told)
        linked = set(self._links(kind).filter(crm_id__in=candidates).values_list("crm_id", flat=True))
        held_back = self.records(kind, candidates - linked).values()
        return len(questions.keys() - told.keys()) + sum(record.in_scope for record in held_back)

    def _links(self, kind: Kind) -> QuerySet[OutlookLink]:
        return OutlookLink.objects.filter(connection=self.connection, kind=kind.value)

    def _of(self, kind: Kind) -> Matters:
        if kind not in self._matters:
            self._matters[kind] = Matters.of(self.connection.pk, kind)
        return self._matters[kind]

    def _lines_of(self, kind: Kind) -> settling.RunLines:
        if kind not in self._lines:
            self._lines[kind] = settling.RunLines(self.run, kind)
        return self._lines[kind]

    def _read_again(self, kind: Kind) -> None:
        """Forget what was remembered in a transaction that was taken back."""
        self._matters.pop(kind, None)
        self._lines.pop(kind, None)
