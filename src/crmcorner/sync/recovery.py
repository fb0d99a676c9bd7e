"""What a run that was cut left open: did its writes take effect? (R17)."""

import dataclasses
from collections.abc import Callable

from crmcorner.items.changes import ItemId
from crmcorner.items.records import Kind
from crmcorner.mailbox.protocol import Mailbox
from crmcorner.sync.actions import Direction
from crmcorner.sync.journal import Intent, IntentId, IntentKind, Journal
from crmcorner.sync.orders import filled_in
from crmcorner.sync.reasons import Reason, ReasonCode
from crmcorner.sync.report import Line, Outcome
from crmcorner.sync.state import CrmId, LinkStatus
from crmcorner.sync.store import CrmStore, Settlement


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What has to be looked at in this run, though neither side may report a change."""

    crm_ids: frozenset[CrmId] = frozenset()
    item_ids: frozenset[ItemId] = frozenset()


def recover(
    mailbox: Mailbox, store: CrmStore, journal: Journal, kind: Kind, *, make_sure: Callable[[], None]
) -> Recovered:
    """Settle the open intents: what arrived is adopted, what did not is forgotten and planned anew.

    A creation is looked up by its stamp; a change has arrived if the item bears its stamp, a deletion if the item is
    gone. Every pair remains due until it has been looked at again, so that this may be cut as well. ``make_sure`` is
    called before anything is concluded: raises if this is not the mailbox that the intents are about.

    Raises:
        MailboxError: the mailbox cannot be asked; the intents stay open.
    """
    intents = journal.unsettled(kind)
    if not intents:
        return Recovered()
    make_sure()
    store.progress(kind, phase="recovering", done=0, total=len(intents))
    stamps = [intent.stamp for _number, intent in intents if intent.what is IntentKind.CREATE]
    created = mailbox.created(kind, stamps) if stamps else {}
    ids = sorted({intent.item_id for _number, intent in intents if intent.item_id})
    items = mailbox.fetch(kind, ids) if ids else {}
    settled, again = [], set(ids)
    for number, intent in intents:
        item_id: ItemId | None = intent.item_id
        if intent.what is IntentKind.CREATE:
            found = created.get(intent.stamp)
            item_id = found.item_id if found else None
        elif intent.what is IntentKind.DELETE:
            item_id = None if intent.item_id in items else intent.item_id
        elif intent.item_id not in items or items[intent.item_id].stamp != intent.stamp:
            item_id = None
        if item_id is not None:
            again.add(item_id)
        if item_id is not None:
            settled.append(_arrived(number, intent, item_id))
        else:
            settled.append(_not_arrived(number, intent, gone=intent.item_id not in items))
    store.settle(kind, settled)
    crm_ids = frozenset(intent.crm_id for _number, intent in intents)
    return Recovered(crm_ids=crm_ids, item_ids=frozenset(again))


def _arrived(number: IntentId, intent: Intent, item_id: ItemId) -> Settlement:
    """Adopt a write. Its link gets no version: what the server made of it has not been seen."""
    link = dataclasses.replace(intent.link, item_id=item_id, version="")
    outcome = Outcome.CHANGED
    if intent.what is IntentKind.CREATE:
        outcome = Outcome.CREATED
    elif link.status is LinkStatus.WITHDRAWN:
        outcome = Outcome.WITHDRAWN
    made = filled_in(link.base.outlook, Direction.TO_OUTLOOK) if outcome is Outcome.CREATED else ()
    line = Line(
        label=intent.label,
        outcome=outcome,
        crm_id=intent.crm_id,
        item_id=item_id,
        changes=intent.changes or made,
        conflicts=intent.conflicts,
    )
    return Settlement(line=line, link=link, intent=number, retry=True)


def _not_arrived(number: IntentId, intent: Intent, *, gone: bool) -> Settlement:
    """Forget a write. If its item is gone by now it may have arrived before: then a value that lost is told of."""
    line = Line(
        label=intent.label,
        outcome=Outcome.UNCHANGED,
        crm_id=intent.crm_id,
        item_id=intent.item_id,
        conflicts=intent.conflicts if gone else (),
        reason=Reason(code=ReasonCode.NOT_CONFIRMED),
    )
    return Settlement(line=line, intent=number, retry=True)
