"""Messages: list, count, create, get, update, delete, their source (Graph: message resource and its methods)."""

import base64
import binascii

from m365_sandbox.errors import bad_request, not_modelled
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.mail_call import change_of, folder_named, folder_of, message_of, refuse_other_version
from m365_sandbox.graph.message_filters import query
from m365_sandbox.graph.message_json import message_json
from m365_sandbox.graph.request import Answer
from m365_sandbox.importing.mail_file import read_mail
from m365_sandbox.message_type import PROPERTIES, checked_attachment
from m365_sandbox.store.mail_records import MailFolder, Message
from m365_sandbox.store.records import JsonObject


def list_messages(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """GET messages: a page of one folder or of the whole mailbox, Deleted Items included (Graph: List messages).

    Without `$orderby` the newest come first, as seen in practice.
    """
    folder = folder_of(call, folders) if folders else None
    options = odata.allow(
        call.request, "$top", "$skip", "$select", "$orderby", "$filter", "$expand", "$count"
    )
    select = odata.selected(options, PROPERTIES, "message")
    expansion, attachments = expansion_of(options)
    top = odata.number(options, "$top", odata.TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    if call.faults.mischief.page_max:
        top = min(top, call.faults.mischief.page_max)
    skip = odata.number(options, "$skip", 0, least=0)
    found = query(call, options, wide=folder is None).found(call, folder)
    page = found[skip : skip + top]
    if call.faults.mischief.reverse_pages:
        page.reverse()
    body = odata.collection(
        call.request,
        f"{call.owner}/messages",
        [message_json(call, each, select, expansion, attachments=attachments) for each in page],
        count=len(found) if options.get("$count", "").lower() == "true" else None,
        next_skip=skip + top if len(found) > skip + top else None,
    )
    return Answer(200, body, applied(call))


def expansion_of(options: dict[str, str]) -> tuple[odata.Expansion, bool]:
    """What `$expand` asks for, and whether attachments are among it.

    Raises:
        GraphError: 400 or 501, as `odata.expansion`.
    """
    parts = odata.top_level(options.get("$expand", ""))
    rest = [each for each in parts if each.strip().lower() != "attachments"]
    return odata.expansion({"$expand": ",".join(rest)}), len(rest) < len(parts)


def applied(call: Call) -> dict[str, str]:
    """The header that says which preference was followed (Graph: Get message)."""
    name = "outlook.body-content-type"
    if name not in call.request.preferences:
        return {}
    return {"Preference-Applied": f'{name}="{call.request.preferences[name]}"'}


def count_messages(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """GET messages/$count: the number as plain text."""
    folder = folder_of(call, folders) if folders else None
    found = query(call, odata.allow(call.request, "$filter"), wide=folder is None).found(call, folder)
    return Answer(200, str(len(found)).encode(), content_type="text/plain")


def create_message(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """POST messages: 201 with a new draft, from JSON or from MIME in Base64 (Graph: Create message)."""
    folder = folder_of(call, folders) if folders else folder_named(call, "drafts")
    if call.request.headers.get("content-type", "").lower().startswith("text/plain"):
        return one(call, 201, _from_mime(call, folder))
    with call.state.transaction():
        return one(call, 201, draft(call, call.request.json(), folder))


def draft(call: Call, body: JsonObject, folder: MailFolder) -> Message:
    """A new draft as a body of JSON describes it, with its attachments.

    Raises:
        GraphError: 400 and 413, for what Graph would refuse.
    """
    body = dict(body)
    attached = body.pop("attachments", None) or []
    if not isinstance(attached, list) or not all(isinstance(each, dict) for each in attached):
        raise bad_request("attachments must be a collection of objects.", "RequestBodyRead")
    files = [checked_attachment(each) for each in attached]
    made = call.state.messages.add(folder, change_of(call, body))
    for each in files:
        call.state.attachments.add(made, each)
    return made


def _from_mime(call: Call, folder: MailFolder) -> Message:
    try:
        source = base64.b64decode(call.request.body or b"", validate=True)
    except (binascii.Error, TypeError):
        raise bad_request("The MIME content is no Base64.", "ErrorMimeContentInvalidBase64String") from None
    mail = read_mail(source)
    if mail is None:
        raise bad_request("The MIME content is no message.", "ErrorMimeContentInvalid")
    return call.state.add_message(
        call.mailbox.id,
        {**mail.properties, "isDraft": True},
        folder=folder,
        attachments=mail.attachments,
        source=source,
        sensitivity=mail.sensitivity,
    )


def get_message(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET messages/{id}."""
    found = message_of(call, message, folders)
    options = odata.allow(call.request, "$select", "$expand")
    select = odata.selected(options, PROPERTIES, "message")
    expansion, attachments = expansion_of(options)
    body = message_json(call, found, select, expansion, attachments=attachments)
    return Answer(200, {**call.context("messages/$entity"), **body}, applied(call))


def get_source(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET messages/{id}/$value: its MIME, as it came in or as it is made of what was written here."""
    found = message_of(call, message, folders)
    return Answer(200, call.state.source_of(found), content_type="text/plain")


def update_message(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """PATCH messages/{id}: 200 with the whole message; what the body does not name stays (Graph: Update message)."""
    body = call.request.json()
    with call.state.transaction():
        found = message_of(call, message, folders)
        refuse_other_version(call, found)
        after = call.state.messages.update(call.mailbox.n, found, change_of(call, body, found))
    return one(call, 200, after)


def delete_message(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """DELETE messages/{id}: to Deleted Items, drafts too; 204."""
    with call.state.transaction():
        found = message_of(call, message, folders)
        refuse_other_version(call, found)
        call.state.messages.delete(call.mailbox.n, found)
    return Answer(204)


def delete_for_ever(call: Call, message: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST messages/{id}/permanentDelete: 204, and nothing to restore (Graph: message: permanentDelete)."""
    with call.state.transaction():
        call.state.messages.purge(call.mailbox.n, message_of(call, message, folders))
    return Answer(204)


def refuse_delta(call: Call) -> Answer:
    """GET messages/delta: Microsoft's pages know the delta of one folder alone."""
    raise not_modelled(f"a delta over all folders of {call.mailbox.address}; each folder has its own")


def one(call: Call, status: int, message: Message) -> Answer:
    """The answer that is one message."""
    return Answer(status, {**call.context("messages/$entity"), **message_json(call, message)}, applied(call))
