"""Filing's near side over the ORM (`crmcorner.sync.mail_run.MailStore`)."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from crmcorner.accounts.actor import Actor
from crmcorner.items.changes import ItemId, Refusal, Stored, WriteResult
from crmcorner.items.email_address import match_key
from crmcorner.items.mail import Mail
from crmcorner.items.records import CATEGORY, Kind
from crmcorner.mail import lookup
from crmcorner.mail.models import Message, MessageState
from crmcorner.mail.services import filing
from crmcorner.outlook import settling
from crmcorner.outlook.crm_store import PROGRESS_SECONDS
from crmcorner.outlook.matters import Matters
from crmcorner.outlook.models import Connection, MailCopy, Retry, Run, RunKind, RunLine
from crmcorner.outlook.services.lease import Lease
from crmcorner.sync.actions import Direction, FieldChange
from crmcorner.sync.filing import AddressBook, Mark
from crmcorner.sync.mail_run import Fetched
from crmcorner.sync.reasons import Reason, ReasonCode
from crmcorner.sync.report import Line, Outcome
from crmcorner.sync.settlements import REASON_OF_REFUSAL
from crmcorner.sync.store import Settlement

logger = logging.getLogger(__name__)

_MARK_OF_STATE = {MessageState.FILED: Mark.PROCESSED, MessageState.NOT_FOUND: Mark.NOT_FOUND}
_KIND = Kind.MAIL


class DjangoMailStore:
    """The CRM of the mailbox that the lease is for, for the mails of one run.

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
        self.matters = Matters.of(connection.pk, _KIND)
        self.matters.due(timezone.now())
        self.lines = settling.RunLines(run, _KIND)
        self._noted_at: float | None = None

    def refile(self) -> int:
        """R35: file the waiting mails whose addresses are known by now; return how many."""
        waiting = lookup.waiting(self.connection.user)
        known = lookup.addresses_known({email for _pk, emails in waiting for email in emails})
        count = 0
        for message_pk, emails in waiting:
            found = {crm_id for email in emails for crm_id in known.get(match_key(email), ())}
            if found:
                self._refile(message_pk, frozenset(found))
                count += 1
        return count

    def unwritten(self) -> Mapping[ItemId, Mark]:
        """Return the mails whose category is not the one that follows from their state in the CRM."""
        rows = self._copies().filter(
            (Q(message__state=MessageState.FILED) & ~Q(mark=Mark.PROCESSED))
            | (Q(message__state=MessageState.NOT_FOUND) & ~Q(mark=Mark.NOT_FOUND))
        )
        states = rows.values_list("item_id", "message__state")
        return {item_id: _MARK_OF_STATE[MessageState(state)] for item_id, state in states}

    def address_book(self, mails: Sequence[Mail]) -> AddressBook:
        """R32: the firm's side are the employees' addresses and that of the mailbox itself."""
        firm = lookup.firm_addresses() | {match_key(self.connection.address)}
        emails = {email for mail in mails for email in mail.addresses}
        return AddressBook(known=lookup.addresses_known(emails), firm=firm)

    def resting(self) -> frozenset[ItemId]:
        """R16: return the mails that failed and whose pause is not over, or that were dismissed."""
        rows = Retry.objects.filter(connection=self.connection, kind=_KIND.value).exclude(item_id="")
        later = rows.filter(Q(not_before__gt=timezone.now()) | Q(dismissed_at__isnull=False))
        return frozenset(later.values_list("item_id", flat=True))

    def file(self, fetched: Sequence[Fetched]) -> None:
        """Store mails with the mark that each is to get, and their lines; each by itself (R16).

        Raises:
            LeaseLost: another worker holds the mailbox by now; nothing was stored.
        """
        for each in fetched:
            try:
                self._file(each)
            except (IntegrityError, DataError, ValidationError, OSError) as error:
                self._failed(each.filing.mail, error)

    def written(self, results: Sequence[tuple[ItemId, WriteResult]]) -> None:
        """Note which marks were written; a mail that is gone from Outlook stays filed and needs none.

        Raises:
            LeaseLost: another worker holds the mailbox by now; nothing was stored.
        """
        done = [item_id for item_id, result in results if isinstance(result, Stored)]
        refused = {item_id: result.why for item_id, result in results if not isinstance(result, Stored)}
        wanted = self.unwritten()
        with transaction.atomic(durable=True):
            self.lease.renew()
            for mark in Mark:
                of_this = [item_id for item_id in done if wanted.get(item_id) is mark]
                self._copies().filter(item_id__in=of_this).update(mark=mark, updated_at=timezone.now())
            gone = [item_id for item_id, why in refused.items() if why is Refusal.GONE]
            self._copies().filter(item_id__in=gone).delete()
            failed = {item_id: why for item_id, why in refused.items() if why is not Refusal.GONE}
            copies = self._copies().filter(item_id__in=failed).select_related("message")
            self._settle([_not_marked(copy, failed[copy.item_id]) for copy in copies])

    def progress(self, *, phase: str, done: int, total: int) -> None:
        """Note how far the run is, for the status screen (R12), and renew the lease; about once a second.

        Raises:
            LeaseLost: another worker holds the mailbox by now.
        """
        if self.on_progress is not None:
            self.on_progress(_KIND, phase, done, total)
        now = self.clock()
        if self._noted_at is not None and now - self._noted_at < PROGRESS_SECONDS:
            return
        self._noted_at = now
        self.lease.renew()
        self._part().update(phase=phase, done=done, total=total)

    def finish(self, *, waiting: int) -> None:
        """Note the end, and what waits: marked mails beyond the limit (R31), and those without an address (R35).

        Raises:
            LeaseLost: another worker holds the mailbox by now; nothing was stored.
        """
        told = RunLine.objects.filter(run=self.run, kind=_KIND.value).values_list("crm_id", flat=True)
        tray = {f"message:{pk}" for pk, _emails in lookup.waiting(self.connection.user)}
        with transaction.atomic():
            self.lease.renew()
            self.matters.retries.forget_idle()
            without_line = len(tray - set(told))
            self._part().update(left=waiting, waiting=waiting + without_line, phase="", finished=True)

    # --- inside -------------------------------------------------------------------------------------------------

    def _file(self, fetched: Fetched) -> None:
        wanted = fetched.filing
        # In a transaction of its own, since reading a large mail takes a while: filing it again changes nothing.
        filed = filing.file_mail(
            actor=self.actor,
            mail=wanted.mail,
            source=fetched.source,
            persons_and_organisations=wanted.crm_ids,
            unknown=wanted.unknown,
        )
        with transaction.atomic(durable=True):
            self.lease.renew()
            MailCopy.objects.update_or_create(
                connection=self.connection,
                item_id=wanted.mail.item_id,
                defaults={"message_id": filed.message_pk, "mark": "", "updated_at": timezone.now()},
            )
            message = Message.objects.get(pk=filed.message_pk)
            outcome = Outcome.CREATED if filed.created else Outcome.CHANGED
            line = _line(message, outcome, wanted.mail.item_id, old=CATEGORY, unknown=wanted.unknown)
            self._settle([Settlement(line=line)])

    def _refile(self, message_pk: int, crm_ids: frozenset[str]) -> None:
        with transaction.atomic(durable=True):
            self.lease.renew()
            filing.refile(actor=self.actor, message_pk=message_pk, crm_ids=crm_ids)
            message = Message.objects.get(pk=message_pk)
            item_id = self._copies().filter(message=message).values_list("item_id", flat=True).first()
            line = _line(message, Outcome.CHANGED, item_id or "", old=Mark.NOT_FOUND)
            self._settle([Settlement(line=line)])

    def _failed(self, mail: Mail, error: Exception) -> None:
        """R16: say so and try again later; the mail stays marked, and the others go on."""
        logger.error(
            "run %s: mail %s of %s could not be filed: %s",
            self.run.pk,
            mail.item_id,
            self.connection.pk,
            type(error).__name__,
        )
        code = ReasonCode.VALUE_REFUSED if isinstance(error, ValidationError) else ReasonCode.FAILED
        line = Line(
            label=mail.subject, outcome=Outcome.FAILED, item_id=mail.item_id, reason=Reason(code=code)
        )
        # What was remembered may be of the transaction that was taken back.
        self.matters = Matters.of(self.connection.pk, _KIND)
        self.lines = settling.RunLines(self.run, _KIND)
        with transaction.atomic(durable=True):
            self.lease.renew()
            self._settle([Settlement(line=line, retry=True)])

    def _settle(self, done: Sequence[Settlement]) -> None:
        if done:
            self.lines.add(done)
            self.matters.settle(done, timezone.now())

    def _copies(self) -> QuerySet[MailCopy]:
        return MailCopy.objects.filter(connection=self.connection)

    def _part(self) -> QuerySet[RunKind]:
        return RunKind.objects.filter(run=self.run, kind=_KIND.value)


def _line(
    message: Message, outcome: Outcome, item_id: ItemId, *, old: str, unknown: Sequence[str] = ()
) -> Line:
    """Return the line of a mail that was filed, or that waits in the tray for an address (R13, R35)."""
    state = MessageState(message.state)
    mark = _MARK_OF_STATE.get(state)
    changes = []
    if state is MessageState.FILED:
        names = ", ".join(
            sorted(str(each) for each in message.filings.select_related("person", "organisation"))
        )
        changes.append(FieldChange(field="filed_under", direction=Direction.TO_CRM, old="", new=names))
    if mark is not None:
        changes.append(FieldChange(field="category", direction=Direction.TO_OUTLOOK, old=old, new=mark.value))
    reason = None
    if state is MessageState.NOT_FOUND:
        reason = Reason(code=ReasonCode.ADDRESS_UNKNOWN, facts={"text": ", ".join(unknown[:10])})
    return Line(
        label=message.subject,
        outcome=outcome,
        crm_id=f"message:{message.pk}",
        item_id=item_id,
        changes=tuple(changes),
        reason=reason,
    )


def _not_marked(copy: MailCopy, why: Refusal) -> Settlement:
    """R16: the mail is filed, and its category is written by the next run."""
    line = Line(
        label=copy.message.subject,
        outcome=Outcome.WAITING if why is Refusal.BUSY else Outcome.FAILED,
        crm_id=f"message:{copy.message_id}",
        item_id=copy.item_id,
        reason=Reason(code=REASON_OF_REFUSAL[why]),
    )
    return Settlement(line=line)
