"""Mails for tests: as the mailbox tells of them, and as they come off the wire."""

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from crmcorner.accounts.models import User
from crmcorner.items.mail import Mail, MailAddress
from crmcorner.mail.models import Message
from crmcorner.mail.services.filing import Filed, file_mail
from crmcorner.preferences.models import Setting
from tests.builders import by

WHEN = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.4 offerte"


def a_mail(**values: Any) -> Mail:
    """Return a mail from Jan to Michael; ``sender``, ``to`` and ``cc`` may be plain addresses."""
    given: dict[str, Any] = {
        "item_id": "AAA1",
        "version": "1",
        "message_id": "<offerte-1@smit.example>",
        "subject": "Offerte",
        "sender": "jan@smit.example",
        "to": ("michael@firma.example",),
        "sent": WHEN,
        "received": WHEN,
    } | values
    for side in ("to", "cc", "bcc"):
        given[side] = tuple(_address(each) for each in given.get(side, ()))
    given["sender"] = _address(given["sender"]) if given["sender"] else None
    return Mail(**given)


def a_source(
    *,
    text: str = "Beste Michael,\n\nZie bijlage.",
    attach: dict[str, bytes] | None = None,
    heads: dict[str, str] | None = None,
) -> bytes:
    """Return MIME with these attachments and header fields."""
    message = EmailMessage()
    for name, value in (heads or {}).items():
        message[name] = value
    message.set_content(text)
    for name, content in (attach or {}).items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


def filed(
    user: User, mail: Mail, *crm_ids: str, source: bytes | None = None, unknown: tuple[str, ...] = ()
) -> Filed:
    """File a mail out of a user's mailbox."""
    return file_mail(
        actor=by(user),
        mail=mail,
        source=a_source() if source is None else source,
        persons_and_organisations=frozenset(crm_ids),
        unknown=unknown,
    )


def a_filed_mail(user: User, *crm_ids: str, **values: Any) -> Message:
    """File a mail and return its row; ``source`` apart, ``values`` are those of `a_mail`."""
    source = values.pop("source", None)
    return Message.objects.get(pk=filed(user, a_mail(**values), *crm_ids, source=source).message_pk)


def webfolders_on(root: str = "Klanten") -> None:
    """Switch customer folders on for everyone."""
    Setting.objects.create(type="CRM_Webfoldername", value=root)


def _address(given: str | MailAddress) -> MailAddress:
    return given if isinstance(given, MailAddress) else MailAddress(email=given)
