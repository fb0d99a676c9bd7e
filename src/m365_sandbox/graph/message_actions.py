"""What else can be done with a message: move, copy, send (Graph: message: move, copy, send; user: sendMail).

Nothing is ever sent: the outbox of the sandbox notes who would have got it.
"""

from typing import Any

from m365_sandbox.errors import bad_request, not_modelled
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.mail_call import folder_named, message_of
from m365_sandbox.graph.messages import draft, one
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.mail_records import MailFolder, Message, MessageChange
from m365_sandbox.store.records import JsonObject, stamp

_RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients")


def destination(call: Call, body: JsonObject) -> MailFolder:
    """The folder that a body names as `destinationId`, by id or well-known name.

    Raises:
        GraphError: 400 without one, 404 for what is not there.
    """
    name: Any = next((value for key, value in body.items() if key.lower() == "destinationid"), None)
    if not isinstance(name, str) or not name:
        raise bad_request("A destinationId is needed.", "ErrorInvalidRequest")
    return folder_named(call, name)


def move_message(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST messages/{id}/move: 201 with the message, which has another id there unless ids are immutable."""
    with call.state.transaction():
        found = message_of(call, message, folders)
        to = destination(call, call.request.json())
        return one(call, 201, call.state.messages.move(call.mailbox.n, found, to))


def copy_message(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST messages/{id}/copy: 201 with the copy."""
    with call.state.transaction():
        found = message_of(call, message, folders)
        return one(call, 201, call.state.messages.copy(found, destination(call, call.request.json())))


def send_message(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST messages/{id}/send: 202; the draft goes to Sent Items."""
    with call.state.transaction():
        found = message_of(call, message, folders)
        if not found.draft:
            raise bad_request("The message was sent already.", "ErrorInvalidRequest")
        _send(call, found)
        call.state.messages.move(call.mailbox.n, found, folder_named(call, "sentitems"))
    return Answer(202)


def send_mail(call: Call) -> Answer:
    """POST sendMail: 202; kept in Sent Items unless told otherwise."""
    body = call.request.json()
    told = {key.lower(): value for key, value in body.items()}
    content, keep = told.get("message"), told.get("savetosentitems", True)
    if not isinstance(content, dict) or not isinstance(keep, bool):
        raise bad_request(
            "sendMail needs a message; saveToSentItems is true or false.", "ErrorInvalidRequest"
        )
    with call.state.transaction():
        made = draft(call, content, folder_named(call, "sentitems"))
        _send(call, made)
        if not keep:
            call.state.messages.purge(call.mailbox.n, made)
    return Answer(202)


def refuse(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """Answering, forwarding and open extensions are not modelled."""
    found = message_of(call, message, folders)
    raise not_modelled(f"{call.request.path.rpartition('/')[2]} of the message {found.message_id}")


def _send(call: Call, message: Message) -> None:
    has = message.properties
    to = [each["emailAddress"]["address"] for name in _RECIPIENTS for each in has[name]]
    if not to:
        raise bad_request("At least one recipient is needed.", "ErrorInvalidRecipients")
    me = {"emailAddress": {"name": call.mailbox.display_name, "address": call.mailbox.address}}
    now = stamp(call.state.clock())
    who = {"from": has["from"] or me, "sender": has["sender"] or me}
    when = {"isDraft": False, "sentDateTime": now, "receivedDateTime": now}
    call.state.messages.update(call.mailbox.n, message, MessageChange({**who, **when}))
    call.state.outbox.add(call.mailbox.n, "message", has["subject"], to, message.id)
