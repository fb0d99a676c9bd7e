"""A message as a mail of ours, and as a line of a list that is only looked through.

Source: Graph: message resource type; List messages; Outlook extended properties overview. A message has no property of
its own for privacy; PidTagSensitivity tells it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from crmcorner.items.changes import ItemId, Version, has_category
from crmcorner.items.email_address import is_plausible
from crmcorner.items.mail import Mail, MailAddress
from crmcorner.mailbox.errors import NotUnderstood
from crmcorner.mailbox.graph.stamp import ExtendedProperty

SENSITIVITY = "Integer 0x0036"
"""PidTagSensitivity: 0 normal, 1 personal, 2 private, 3 confidential."""

_SENSITIVITY_TAG = 0x0036
_PRIVATE = frozenset({"2", "3"})

_WHOLE = (
    "id,changeKey,internetMessageId,subject,from,sender,toRecipients,ccRecipients,bccRecipients,sentDateTime,"
    "receivedDateTime,createdDateTime,categories,parentFolderId,isDraft"
)
_EXPAND = quote(f"singleValueExtendedProperties($filter=id eq '{SENSITIVITY}')", safe="()$='")

WHOLE = f"$select={_WHOLE}&$expand={_EXPAND}"
"""Has an answer bring along what `mail_of` needs, and no more: bodies stay where they are."""

LINE = "$select=id,receivedDateTime,createdDateTime,categories,parentFolderId,isDraft"
"""Has an answer bring along what tells whether a message counts, and how old it is."""

_NO_DATE_BEFORE = 1602
"""Exchange shows a time that was never set as the beginning of its own calendar (1601), Graph as the year 1."""


class _EmailAddress(msgspec.Struct):
    name: str | None = None
    address: str | None = None


class _Recipient(msgspec.Struct, rename="camel"):
    email_address: _EmailAddress | None = None


class GraphMail(msgspec.Struct, rename="camel"):
    """Graph: message, as far as it is read here."""

    id: ItemId
    etag: str = msgspec.field(name="@odata.etag", default="")
    change_key: str | None = None
    internet_message_id: str | None = None
    subject: str | None = None
    from_: _Recipient | None = msgspec.field(name="from", default=None)
    sender: _Recipient | None = None
    to_recipients: list[_Recipient] | None = None
    cc_recipients: list[_Recipient] | None = None
    bcc_recipients: list[_Recipient] | None = None
    sent_date_time: str | None = None
    received_date_time: str | None = None
    created_date_time: str | None = None
    categories: list[str] | None = None
    parent_folder_id: str | None = None
    is_draft: bool | None = None
    single_value_extended_properties: list[ExtendedProperty] | None = None

    @property
    def version(self) -> Version:
        """The mark of its state: the ETag, which for Outlook's items holds the changeKey."""
        return self.etag or f'W/"{self.change_key or ""}"'

    @property
    def received(self) -> datetime:
        """When it was received, in UTC; what nobody received counts from when it came into the mailbox."""
        return (
            read_time(self.received_date_time)
            or read_time(self.created_date_time)
            or datetime.min.replace(tzinfo=UTC)
        )

    def bears(self, category: str) -> bool:
        """Whether it has a category, compared without case."""
        return has_category(tuple(self.categories or ()), category)


def mail_of(message: GraphMail) -> Mail:
    """Return what a message says, in the terms of the CRM. What is no address that mail can go to is left out."""
    return Mail(
        item_id=message.id,
        version=message.version,
        message_id=(message.internet_message_id or "").strip(),
        subject=message.subject or "",
        sender=_address(message.from_) or _address(message.sender),
        to=_addresses(message.to_recipients),
        cc=_addresses(message.cc_recipients),
        bcc=_addresses(message.bcc_recipients),
        sent=read_time(message.sent_date_time),
        received=message.received,
        private=_is_private(message.single_value_extended_properties),
        categories=tuple(message.categories or ()),
    )


def read_time(text: str | None) -> datetime | None:
    """Return a time (DateTimeOffset) in UTC; None where there is none, or one that was never set.

    Raises:
        NotUnderstood: it is no time.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotUnderstood("a time of a message") from error
    if moment.year < _NO_DATE_BEFORE:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _address(recipient: _Recipient | None) -> MailAddress | None:
    if recipient is None or recipient.email_address is None:
        return None
    email = (recipient.email_address.address or "").strip()
    if not is_plausible(email):
        return None
    name = (recipient.email_address.name or "").strip()
    # Where nobody wrote a name, Exchange repeats the address.
    return MailAddress(email=email, name="" if name.casefold() == email.casefold() else name)


def _addresses(recipients: Sequence[_Recipient] | None) -> tuple[MailAddress, ...]:
    found = (_address(each) for each in recipients or ())
    return tuple(each for each in found if each is not None)


def _is_private(properties: Sequence[ExtendedProperty] | None) -> bool:
    return any(_is_sensitivity(each.id) and each.value in _PRIVATE for each in properties or ())


def _is_sensitivity(name: str) -> bool:
    """Whether an answer names the property; it may write the number otherwise than it was asked (``0x36``)."""
    kind, _blank, tag = name.partition(" ")
    try:
        return kind.casefold() == "integer" and int(tag, 16) == _SENSITIVITY_TAG
    except ValueError:
        return False
