"""The MIME of a message that was written here and never had one (Graph: Get MIME content of a message; RFC 5322)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email import encoders
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP, Policy
from email.utils import format_datetime

from m365_sandbox.message_type import FILE
from m365_sandbox.store.mail_records import NewAttachment
from m365_sandbox.store.records import JsonObject

_PEOPLE = (
    ("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients"), ("Reply-To", "replyTo"),
)  # fmt: skip
_LEVELS = ("", "Personal", "Private", "Company-Confidential")
_POLICY: Policy = SMTP.clone(refold_source="none")


def mime_of(
    properties: JsonObject,
    attachments: Sequence[NewAttachment],
    *,
    sent: datetime,
    message_id: str,
    sensitivity: int = 0,
) -> bytes:
    """The source of a message, the same every time.

    Args:
        properties: Graph's properties, `body` among them.
        attachments: what hangs on it; an item that came as JSON has no source and is left out, as is a reference.
        sent: when it was sent, or begun; aware.
        message_id: its Message-ID with angle brackets.
        sensitivity: 0 normal, 1 personal, 2 private, 3 confidential.
    """
    body = properties["body"]
    text = MIMEText(body["content"], "html" if body["contentType"] == "html" else "plain", "utf-8")
    files = [each for each in attachments if each.content is not None]
    root: MIMEMultipart | MIMEText = text
    if files:
        boundary = hashlib.sha256(message_id.encode()).hexdigest()[:40]
        root = MIMEMultipart("mixed", boundary=f"=_{boundary}")
        root.attach(text)
        for each in files:
            root.attach(_part(each))
    for name, people in (("From", "from"), ("Sender", "sender")):
        if properties.get(people):
            root[name] = _person(properties[people])
    for name, people in _PEOPLE:
        if properties.get(people):
            root[name] = ", ".join(_person(each) for each in properties[people])
    root["Subject"] = _encoded(_line(properties["subject"]))
    root["Date"], root["Message-ID"] = format_datetime(sent), message_id
    if properties["importance"] != "normal":
        root["Importance"] = properties["importance"]
    if 0 < sensitivity < len(_LEVELS):
        root["Sensitivity"] = _LEVELS[sensitivity]
    return root.as_bytes(policy=_POLICY.clone(max_line_length=None))


def _person(recipient: JsonObject) -> str:
    entry = recipient["emailAddress"]
    name, address = _line(entry["name"]), _line(entry["address"])
    if name in {"", address}:
        return address
    if name.isascii():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_encoded(name)} <{address}>"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def _line(text: str) -> str:
    return " ".join(text.split())


def _part(attachment: NewAttachment) -> MIMEBase:
    has = attachment.properties
    kind = has["contentType"] if has["@odata.type"] == FILE and "/" in (has["contentType"] or "") else ""
    major, _, minor = (kind or "application/octet-stream").partition("/")
    if major in {"multipart", "message"}:
        major, minor = "application", "octet-stream"
    part = MIMEBase(major, minor)
    part.set_payload(attachment.content or b"")
    encoders.encode_base64(part)
    shown = "inline" if has["isInline"] else "attachment"
    part.add_header("Content-Disposition", shown, filename=("utf-8", "", _line(has["name"])))
    if has.get("contentId"):
        part["Content-ID"] = f"<{_line(has['contentId'])}>"
    return part
