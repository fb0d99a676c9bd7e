"""Contacts: list, count, create, get, update, delete (Graph: contact resource and its methods)."""

from typing import Any

from m365_sandbox.contact_type import PROPERTIES, TEXTS
from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.graph import extensions, odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import contact_json
from m365_sandbox.graph.filters import Condition, condition
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.contacts import etag_key
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.records import Contact, ContactChange, Folder, JsonObject

_SORTABLE = (*TEXTS, "birthday")


def list_contacts(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """GET contacts: a page of one folder, ten by default, a thousand at most (Graph: List contacts)."""
    folder = call.folder(folders)
    options = odata.allow(
        call.request, "$top", "$skip", "$select", "$orderby", "$filter", "$expand", "$count"
    )
    select = odata.selected(options, PROPERTIES, "contact")
    expansion = odata.expansion(options)
    top = odata.number(options, "$top", odata.TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    if call.faults.mischief.page_max:
        top = min(top, call.faults.mischief.page_max)
    skip = odata.number(options, "$skip", 0, least=0)
    wanted = condition(call, options.get("$filter", ""))
    order = odata.ordering(options, _SORTABLE)
    found = _found(call, folder, wanted, order=order, top=top, skip=skip)
    page = found[:top]
    if call.faults.mischief.reverse_pages:
        page.reverse()
    count = None
    if options.get("$count", "").lower() == "true":
        count = _count(call, folder, wanted)
    return Answer(
        200,
        odata.collection(
            call.request,
            f"{call.owner}/contacts",
            [contact_json(call, each, select, expansion) for each in page],
            count=count,
            next_skip=skip + top if len(found) > top else None,
        ),
    )


def _found(
    call: Call, folder: Folder, wanted: Condition, *, order: tuple[str, bool] | None, top: int, skip: int
) -> list[Contact]:
    """One more than the page, to know whether there is a next one."""
    if wanted.matches is None:
        return call.state.contacts.page(
            folder, limit=top + 1, offset=skip, order=order, stamped=wanted.stamped
        )
    found: list[Contact] = []
    left_out = 0
    for contact in call.state.contacts.each(folder, order=order):
        if wanted.matches(contact):
            left_out += 1
            if left_out > skip:
                found.append(contact)
            if len(found) > top:
                break
    return found


def _count(call: Call, folder: Folder, wanted: Condition) -> int:
    if wanted.matches is not None:
        return sum(map(wanted.matches, call.state.contacts.each(folder)))
    if wanted.stamped is not None:
        return len(call.state.contacts.page(folder, limit=-1, stamped=wanted.stamped))
    return call.state.contacts.how_many(folder)


def count_contacts(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """GET contacts/$count: the number as plain text."""
    folder = call.folder(folders)
    options = odata.allow(call.request, "$filter")
    number = _count(call, folder, condition(call, options.get("$filter", "")))
    return Answer(200, str(number).encode(), content_type="text/plain")


def create_contact(call: Call, folders: tuple[str, ...] = ()) -> Answer:
    """POST contacts: 201 with the new contact (Graph: Create contact).

    Open extensions made along are in the answer, extended properties never are.
    """
    folder = call.folder(folders)
    body = dict(call.request.json())
    if "parentFolderId" in body:
        folder = _wanted_folder(call, body.pop("parentFolderId")) or folder
    change = _change(call, {}, body)
    contact = call.state.contacts.add(folder, change)
    answer = contact_json(
        call,
        contact,
        expansion=odata.Expansion({}, {}, tuple(change.extensions) if change.extensions else None),
    )
    return Answer(201, {**call.context("contacts/$entity"), **answer})


def get_contact(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """GET contacts/{id}."""
    found = call.contact(contact, folders)
    options = odata.allow(call.request, "$select", "$expand")
    select = odata.selected(options, PROPERTIES, "contact")
    body = contact_json(call, found, select, odata.expansion(options))
    return Answer(200, {**call.context("contacts/$entity"), **body})


def update_contact(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """PATCH contacts/{id}: 200 with the whole contact; what the body does not name stays (Graph: Update contact)."""
    body = dict(call.request.json())
    if "extensions" in body:
        raise bad_request(
            "Open extensions of an existing contact have addresses of their own.", "ErrorInvalidRequest"
        )
    with call.state.transaction():
        found = call.contact(contact, folders)
        check_unchanged(call, found)
        target = _wanted_folder(call, body.pop("parentFolderId")) if "parentFolderId" in body else None
        change = _change(call, found.properties, body)
        found = call.state.contacts.update(call.mailbox.n, found, change)
        if target is not None:
            found = call.state.contacts.move(call.mailbox.n, found, target)
    return Answer(200, {**call.context("contacts/$entity"), **contact_json(call, found)})


def delete_contact(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """DELETE contacts/{id}: to Deleted Items, 204."""
    with call.state.transaction():
        found = call.contact(contact, folders)
        check_unchanged(call, found)
        call.state.contacts.delete(call.mailbox.n, found)
    return Answer(204)


def delete_for_ever(call: Call, contact: str, folders: tuple[str, ...] = ()) -> Answer:
    """POST contacts/{id}/permanentDelete: 204, and nothing to restore (Graph: contact: permanentDelete)."""
    with call.state.transaction():
        call.state.contacts.purge(call.mailbox.n, call.contact(contact, folders))
    return Answer(204)


def check_unchanged(call: Call, contact: Contact) -> None:
    """Refuse with 412 when `If-Match` names another version than the present one, if that header counts."""
    wanted = call.request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*" or call.readings.if_match == "ignored":
        return
    present = etag_key(call.mailbox, contact)
    if wanted.strip().removeprefix("W/").strip('"') != present:
        raise GraphError(
            412,
            call.readings.conflict_code,
            "The change key passed in the request does not match the current change key for the item.",
        )


def _wanted_folder(call: Call, folder_id: Any) -> Folder | None:
    """The folder that `parentFolderId` names, when it counts."""
    if call.readings.parent_folder_patch == "refused":
        raise bad_request(
            "The property 'parentFolderId' is read-only and cannot be set.", "ErrorInvalidPropertySet"
        )
    if call.readings.parent_folder_patch == "ignored":
        return None
    if not isinstance(folder_id, str):
        raise bad_request("parentFolderId must be a string.", "RequestBodyRead")
    return call.folder((folder_id,))


def _change(call: Call, stored: JsonObject, body: JsonObject) -> ContactChange:
    single = extended_of_body(body.pop("singleValueExtendedProperties", None), multi=False)
    multi = extended_of_body(body.pop("multiValueExtendedProperties", None), multi=True)
    inline = body.pop("extensions", None) or []
    if not isinstance(inline, list):
        raise bad_request("extensions must be a collection.", "RequestBodyRead")
    change = call.state.change(stored, body, None)
    return ContactChange(
        properties=change.properties,
        single=single,
        multi=multi,
        extensions=dict(extensions.parsed(each) for each in inline),
    )


def extended_of_body(entries: Any, *, multi: bool) -> dict[str, tuple[str, Any]]:
    """Extended properties of a body: normalised key -> (id as written, value)."""
    if entries is None:
        return {}
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise bad_request("Extended properties must be a collection of objects.", "RequestBodyRead")
    found: dict[str, tuple[str, Any]] = {}
    for entry in entries:
        written, value = entry.get("id"), entry.get("value")
        texts = value if multi and isinstance(value, list) else [value]
        if not isinstance(written, str) or (multi and value is not None and not isinstance(value, list)):
            raise bad_request("An extended property needs an id and a value of its kind.", "RequestBodyRead")
        if not all(text is None or isinstance(text, str) for text in texts):
            raise bad_request("The value of an extended property is written as a string.", "RequestBodyRead")
        found[normalised(written)] = (written, value)
    return found
