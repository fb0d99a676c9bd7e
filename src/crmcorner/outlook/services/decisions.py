"""What users decide about their mailbox: who is meant, whose value holds, what is put back, what is let go.

Nothing here touches Outlook: the next run carries it out (`runs.press_button` starts one at once).
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.records import Content, FieldName, Kind, with_fields
from crmcorner.outlook import stored
from crmcorner.outlook.models import ConflictRow, Connection, OutlookLink, Question, Retry
from crmcorner.outlook.services import figures
from crmcorner.outlook.sides.catalogue import SIDES
from crmcorner.sync import lens
from crmcorner.sync.actions import NEW
from crmcorner.sync.policy import Winner
from crmcorner.sync.state import CrmId, LinkStatus
from crmcorner.sync.store import CrmWrite

_LINKED = (LinkStatus.ACTIVE.value, LinkStatus.PUT_BACK.value)
_PUT_BACK_FROM = (LinkStatus.REMOVED.value, LinkStatus.UNTAGGED.value)


def answer_question(*, actor: Actor, question: Question, chosen: CrmId) -> None:
    """R44: say who is meant by an Outlook contact: one of the candidates, or `NEW`.

    Raises:
        PermissionDenied: another's mailbox. ValidationError: none of the candidates, or one that is in this
            Outlook already.
    """
    _require_own(actor, question.connection)
    if chosen != NEW and chosen not in question.candidates:
        raise ValidationError({"chosen": _("Choose one of those shown.")})
    if chosen in taken_candidates(question):
        raise ValidationError(
            {"chosen": _("That one is in your Outlook already; delete one of the two contacts there.")}
        )
    Question.objects.filter(pk=question.pk).update(chosen=chosen)


def taken_candidates(question: Question) -> frozenset[CrmId]:
    """Return the candidates that are in step with another item of the same mailbox, and so cannot be chosen."""
    links = OutlookLink.objects.filter(
        connection=question.connection_id,
        kind=question.kind,
        crm_id__in=question.candidates,
        status__in=_LINKED,
    )
    return frozenset(links.exclude(item_id=question.item_id).values_list("crm_id", flat=True))


def decide_conflict(*, actor: Actor, conflict: ConflictRow, take: Winner | None) -> None:
    """R18: take the CRM's or Outlook's value, or leave it as it stands (None).

    Of an undecided one the next run carries it out on both sides. Of one that the setting decided the value that lost
    is put in the CRM, from where the next run takes it to Outlook.

    Raises:
        PermissionDenied: another's mailbox. ValidationError: closed already, an undecided one cannot be left, or the
            value that lost is not one that the CRM can hold.
        ChangedMeanwhile: the record is being changed by someone else.
    """
    _require_own(actor, conflict.connection)
    if conflict.closed_at is not None:
        raise ValidationError(_("This has been decided already."))
    if conflict.winner == Winner.ASK.value:
        if take not in {Winner.CRM, Winner.OUTLOOK}:
            raise ValidationError(_("Choose one of the two values."))
        ConflictRow.objects.filter(pk=conflict.pk).update(verdict=take.value)
        return
    if take is not None and take.value != conflict.winner:
        value = conflict.outlook_value if take is Winner.OUTLOOK else conflict.crm_value
        _store(actor, conflict, value)
    ConflictRow.objects.filter(pk=conflict.pk).update(
        closed_at=timezone.now(), verdict=take.value if take else ""
    )


def put_back(*, actor: Actor, link: OutlookLink) -> None:
    """R42: have a record in Outlook again that was removed there; the next run does it.

    Raises:
        PermissionDenied: another's mailbox. ValidationError: it is not one that was removed in Outlook.
    """
    _require_own(actor, link.connection)
    rows = OutlookLink.objects.filter(pk=link.pk, status__in=_PUT_BACK_FROM)
    if not rows.update(status=LinkStatus.PUT_BACK.value, updated_at=timezone.now()):
        raise ValidationError(_("It was not removed from your Outlook."))


def dismiss_retry(*, actor: Actor, retry: Retry) -> None:
    """R16: no longer show nor try a failed item, until it is changed on one of the sides.

    Raises:
        PermissionDenied: another's mailbox.
    """
    _require_own(actor, retry.connection)
    Retry.objects.filter(pk=retry.pk).update(dismissed_at=timezone.now())


def decide_held(*, actor: Actor, connection: Connection, kind: Kind, do: bool) -> int:
    """R84: let the next run do what the brake holds back of a kind, or leave it all as it is; return how many.

    Raises:
        PermissionDenied: another's mailbox.
    """
    _require_own(actor, connection)
    rows = figures.held_back(connection).filter(kind=kind.value)
    now = timezone.now()
    return rows.update(approved=True, not_before=now) if do else rows.update(dismissed_at=now)


def _require_own(actor: Actor, connection: Connection) -> None:
    if actor.user_id != connection.user_id and not actor.may_administer:
        raise PermissionDenied(_("This is another user's mailbox."))


def _store(actor: Actor, conflict: ConflictRow, value: object) -> None:
    name, kind = conflict.field, Kind(conflict.kind)
    record = SIDES[kind].records(conflict.connection, [conflict.crm_id]).get(conflict.crm_id)
    if record is None or record.deleted:
        raise ValidationError(_("This record was deleted in the CRM."))
    try:
        taken = stored.field_value(kind, name, value)
    except stored.NotReadable as error:
        raise ValidationError(
            _("Outlook's text is not one that the CRM can hold; enter it in the form of the record.")
        ) from error
    whole = lens.put(record.content, _as_outlook_has_it(conflict, record.content, name), name, taken)
    write = CrmWrite(
        crm_id=conflict.crm_id,
        content=with_fields(record.content, {name: whole}),
        fields=frozenset({name}),
        version=record.version,
    )
    if SIDES[kind].save(actor, [write]) == [None]:
        raise ChangedMeanwhile


def _as_outlook_has_it(conflict: ConflictRow, content: Content, name: FieldName) -> Content:
    """Return the record as Outlook could hold it when last settled, so that what it has no room for stays (R19)."""
    link = OutlookLink.objects.filter(
        connection=conflict.connection_id, kind=conflict.kind, crm_id=conflict.crm_id
    ).first()
    if link is None:
        return content
    base = stored.base_from_text(link.base, Kind(link.kind))
    return with_fields(content, {name: getattr(base.crm, name)})
