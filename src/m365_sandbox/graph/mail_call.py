"""How endpoints of mail find what a request names."""

from collections.abc import Sequence

from m365_sandbox.errors import GraphError, bad_request, not_found
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contacts import extended_of_body
from m365_sandbox.graph.extensions import parsed
from m365_sandbox.message_type import OF_DRAFTS, checked
from m365_sandbox.store import ids
from m365_sandbox.store.mail_folders import ROOT, WELL_KNOWN
from m365_sandbox.store.mail_records import MailFolder, Message, MessageChange
from m365_sandbox.store.messages import etag_key
from m365_sandbox.store.records import JsonObject, NotFoundError


def folder_named(call: Call, name: str) -> MailFolder:
    """The folder with this id or well-known name (Graph: mailFolder resource).

    Raises:
        GraphError: 400 for what cannot be an id, 404 for what is not there.
    """
    try:
        if name.lower() in {ROOT, *WELL_KNOWN}:
            return call.state.mail_folders.well_known(call.mailbox.n, name.lower())
        if not ids.is_well_formed(name):
            raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
        return call.state.mail_folders.get(call.mailbox.n, name)
    except NotFoundError:
        raise not_found() from None


def folder_of(call: Call, path: Sequence[str]) -> MailFolder:
    """The folder at the end of a path of ids or names, each the parent of the next; the root for none.

    Raises:
        GraphError: as `folder_named`.
    """
    found: MailFolder | None = None
    for name in path or (ROOT,):
        child = folder_named(call, name)
        if found is not None and child.parent != found.n:
            raise not_found()
        found = child
    assert found is not None  # noqa: S101 - there is one name at the least
    return found


def message_of(call: Call, message: str, path: Sequence[str] = ()) -> Message:
    """The message with this id, in either form; when a path of folders is given, it must lie there.

    Raises:
        GraphError: 400 for what cannot be an id, 404 for what is not there.
    """
    if not ids.is_well_formed(message):
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
    found = call.state.messages.find(call.mailbox.n, message)
    if found is None or (path and found.folder != folder_of(call, path).n):
        raise not_found()
    immutable = message == found.immutable_id
    if not call.readings.both_id_forms and immutable != call.request.wants_immutable_ids:
        raise not_found()
    return found


def refuse_other_version(call: Call, message: Message) -> None:
    """Refuse with 412 when `If-Match` names another version than the present one, if that header counts."""
    wanted = call.request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*" or call.readings.if_match == "ignored":
        return
    if wanted.strip().removeprefix("W/").strip('"') != etag_key(call.mailbox, message):
        raise GraphError(
            412,
            call.readings.conflict_code,
            "The change key passed in the request does not match the current change key for the item.",
        )


def change_of(call: Call, body: JsonObject, message: Message | None = None) -> MessageChange:
    """The change that a body means for a message (None: a new one).

    Of a mail that was sent or received, what only a draft may change is refused, passed over, or taken, by reading
    (Graph: Update message; the permission Mail-Advanced).

    Raises:
        GraphError: 400, for what Graph would refuse; 403 for what nobody may change any more.
    """
    body = dict(body)
    single = extended_of_body(body.pop("singleValueExtendedProperties", None), multi=False)
    multi = extended_of_body(body.pop("multiValueExtendedProperties", None), multi=True)
    inline = body.pop("extensions", None) or []
    if inline and message is not None:
        raise bad_request(
            "Open extensions of an existing message have addresses of their own.", "ErrorInvalidRequest"
        )
    wanted = checked(body, stored=None if message is None else {})
    if message is not None and not message.draft:
        wanted = _of_sent_mail(call, wanted)
    return MessageChange(wanted, single, multi, dict(parsed(each) for each in inline))


def _of_sent_mail(call: Call, wanted: JsonObject) -> JsonObject:
    sealed = [name for name in wanted if name in OF_DRAFTS]
    if not sealed or call.readings.sent_mail_patch == "applied":
        return wanted
    if call.readings.sent_mail_patch == "refused":
        raise GraphError(
            403, "ErrorAccessDenied", f"{sealed[0]} of a message that is no draft cannot be changed."
        )
    return {name: value for name, value in wanted.items() if name not in OF_DRAFTS}
