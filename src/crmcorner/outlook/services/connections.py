"""Mailboxes: who has which, with what secret, and opening them (R14, R91)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.history.models.history_line import HistoryAction
from crmcorner.history.services import journal
from crmcorner.mailbox.catalogue import opener
from crmcorner.mailbox.protocol import Mailbox
from crmcorner.outlook import secrets
from crmcorner.outlook.models import (
    ConflictRow,
    Connection,
    OpenIntent,
    OutlookLink,
    Position,
    Question,
    Retry,
    Run,
)
from crmcorner.outlook.models.connection import ConnectionState, Connector
from crmcorner.outlook.models.run import RunState
from crmcorner.preferences.services.settings import values_of

SECRET_FIELDS = ("tenant", "client_id", "client_secret", "refresh_token")
"""What a Microsoft sign-in needs: an application's own (tenant, id, secret), or a user's (refresh token besides)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """What a mailbox's owner, or an administrator, wants it to be."""

    address: str
    credentials: Mapping[str, str]
    """`SECRET_FIELDS`; one that is empty keeps its present value."""
    connector: str = Connector.GRAPH.value


@transaction.atomic
def create_connection(*, actor: Actor, user: User, coupling: Coupling) -> Connection:
    """Tie a user to a mailbox.

    Raises:
        PermissionDenied: not an administrator. ValidationError: address or secrets wrong, or he has one already.
    """
    _administrator(actor)
    connection = Connection(user=user, connector=coupling.connector, address=_address(coupling))
    connection.credentials = secrets.seal(_complete(coupling.credentials, {}))
    try:
        with transaction.atomic():
            connection.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"user": _("This user has a mailbox already; change that one.")}) from error
    _history(actor, connection, HistoryAction.CREATED, {"address": ["", connection.address]})
    return connection


@transaction.atomic
def change_connection(*, actor: Actor, connection: Connection, coupling: Coupling) -> Connection:
    """Change address or secrets, and take a mailbox that asked for consent into use again.

    Another address is another mailbox only if it turns out to be so: the next run compares identities.

    Raises:
        PermissionDenied: not an administrator. ValidationError: address or secrets wrong.
    """
    _administrator(actor)
    old_address = connection.address
    connection.connector, connection.address = coupling.connector, _address(coupling)
    connection.credentials = secrets.seal(_complete(coupling.credentials, _known_secrets(connection)))
    if connection.state == ConnectionState.CONSENT_NEEDED:
        connection.state = ConnectionState.READY
    connection.save(update_fields=["connector", "address", "credentials", "state"])
    if old_address != connection.address:
        # Read afresh, so that the next run compares identities before it concludes anything (R17).
        Position.objects.filter(connection=connection).update(cursor="")
    changes = {} if old_address == connection.address else {"address": [old_address, connection.address]}
    _history(actor, connection, HistoryAction.CHANGED, changes)
    return connection


@transaction.atomic
def start_afresh(*, actor: Actor, connection: Connection) -> None:
    """Take the mailbox that is there now for this user's, after it was re-created: forget every link (R17).

    Nothing is deleted in the CRM or in Outlook; the next run matches both sides anew (R44).

    Raises:
        PermissionDenied: not an administrator. ValidationError: a run is going on.
    """
    _administrator(actor)
    if Run.objects.filter(connection=connection, state__in=[RunState.QUEUED, RunState.RUNNING]).exists():
        raise ValidationError(_("This mailbox is being synchronised; stop that first."))
    for model in (OutlookLink, Position, OpenIntent, Question, ConflictRow, Retry):
        model._default_manager.filter(connection=connection).delete()  # noqa: SLF001 - Django's documented way
    Connection.objects.filter(pk=connection.pk).update(
        identity="", state=ConnectionState.READY, categories_ensured=False
    )
    _history(actor, connection, HistoryAction.CHANGED, {"links": ["", ""]})


def open_mailbox(connection: Connection) -> Mailbox:
    """Return the mailbox, through its connector; nothing is sent before the first use. The caller closes it.

    Raises:
        crmcorner.outlook.secrets.SecretLost: its secret cannot be read with our keys.
        crmcorner.mailbox.catalogue.UnknownConnector: this installation does not have its connector.
    """
    known = secrets.unseal(connection.credentials)
    values = values_of(connection.user)
    language = "en" if values["OutlookLanguage"] == "US" else "nl"
    return opener(connection.connector)(
        base_url=settings.GRAPH_URL,
        login_url=settings.ENTRA_URL,
        tenant=known.get("tenant", ""),
        client_id=known.get("client_id", ""),
        secret=known.get("client_secret", ""),
        refresh_token=known.get("refresh_token", ""),
        save_refresh_token=lambda token: keep_refresh_token(connection.pk, token),
        mailbox_address=connection.address,
        country=settings.FIRM_COUNTRY,
        language=language,
        zone=timezone.get_current_timezone_name(),
        all_task_lists=values["Outlook_TaskLists"] == "all",
    )


def keep_refresh_token(connection_id: int, token: str) -> None:
    """Store a user's new refresh token. Called under the mailbox's lease, so no other worker does the same."""
    row = Connection.objects.get(pk=connection_id)
    sealed = secrets.seal(secrets.unseal(row.credentials) | {"refresh_token": token})
    Connection.objects.filter(pk=connection_id).update(credentials=sealed)


def _administrator(actor: Actor) -> None:
    if not actor.may_administer:
        raise PermissionDenied(_("Only an administrator connects mailboxes."))


def _address(coupling: Coupling) -> str:
    if coupling.connector not in Connector.values:
        raise ValidationError({"connector": _("This connector does not exist.")})
    address = coupling.address.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"address": _("Give the mailbox's e-mail address.")}) from error
    return address


def _known_secrets(connection: Connection) -> dict[str, str]:
    try:
        return secrets.unseal(connection.credentials)
    except secrets.SecretLost:
        return {}  # they have to be given anew, which is what this call may be for


def _complete(given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    kept = {name: given.get(name, "").strip() or known.get(name, "") for name in SECRET_FIELDS}
    for name in ("tenant", "client_id"):
        if not kept[name]:
            raise ValidationError({name: _("This is needed to sign in at Microsoft.")})
    if not (kept["client_secret"] or kept["refresh_token"]):
        raise ValidationError({"client_secret": _("This is needed to sign in at Microsoft.")})
    return {name: value for name, value in kept.items() if value}


def _history(actor: Actor, connection: Connection, action: str, changes: journal.Changes) -> None:
    journal.record(
        actor,
        subject=f"connection:{connection.pk}",
        label=connection.address,
        action=action,
        changes=changes,
    )
