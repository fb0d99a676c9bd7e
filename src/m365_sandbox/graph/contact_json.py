"""A contact as Graph writes it."""

from functools import cache

from m365_sandbox.contact_type import ADDRESSES, NUMBERED, PROPERTIES, TEXT_LISTS, TEXTS
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.odata import NOTHING, Expansion
from m365_sandbox.store.contacts import etag_key
from m365_sandbox.store.records import Contact, JsonObject

EXTENSION_TYPE = "microsoft.graph.openTypeExtension"


def contact_json(
    call: Call,
    contact: Contact,
    select: tuple[str, ...] | None = None,
    expansion: Expansion = NOTHING,
) -> JsonObject:
    """The contact with all its properties, or those selected; `id` and the ETag are always there."""
    key = etag_key(call.mailbox, contact)
    readings = call.readings
    whole = _without_values(readings.empty_text) | contact.properties
    whole["id"] = call.shown_id(contact)
    whole["changeKey"] = key
    whole["createdDateTime"] = contact.created
    whole["lastModifiedDateTime"] = contact.modified
    whole["parentFolderId"] = contact.folder_id
    if readings.numbered_email_addresses == "mirror":
        whole |= zip(NUMBERED, contact.properties.get("emailAddresses", ()), strict=False)
    else:
        for name in NUMBERED:
            whole.pop(name, None)
    body: JsonObject = {"@odata.etag": f'W/"{key}"'} if call.request.wants_metadata else {}
    if select is None:
        body |= whole
    else:
        body |= {name: whole[name] for name in ("id", *select) if name in whole}
    return body | _expanded(call, contact, expansion)


@cache
def _without_values(empty_text: str) -> JsonObject:
    """What a contact answers where it has no value."""
    body: JsonObject = dict.fromkeys(PROPERTIES)
    body |= dict.fromkeys(TEXTS, "" if empty_text == "empty" else None)
    body |= {name: [] for name in ("emailAddresses", *TEXT_LISTS)}
    return body | {name: {} for name in ADDRESSES}


def _expanded(call: Call, contact: Contact, expansion: Expansion) -> JsonObject:
    body: JsonObject = {}
    for name, wanted in (
        ("singleValueExtendedProperties", expansion.single),
        ("multiValueExtendedProperties", expansion.multi),
    ):
        if wanted:
            found = call.state.attached.extended(contact, list(wanted), multi=name.startswith("multi"))
            # An item without any of them has no such member at all (Graph: Get extended property, samples).
            if found:
                body[name] = [{"id": wanted[key], "value": value} for key, value in sorted(found.items())]
    if expansion.extensions is not None:
        names = {bare_name(name) for name in expansion.extensions}
        body["extensions"] = [
            extension_json(name, stored)
            for name, stored in call.state.attached.extensions(contact).items()
            if not names or name in names
        ]
    return body


def extension_json(name: str, stored: JsonObject) -> JsonObject:
    """An open extension as Graph writes it."""
    return {
        "@odata.type": f"#{EXTENSION_TYPE}",
        "id": f"{EXTENSION_TYPE}.{name}",
        "extensionName": name,
        **stored,
    }


def bare_name(identifier: str) -> str:
    """The extension's name, whichever of its three forms was given (Graph: Get open extension)."""
    for prefix in (f"{EXTENSION_TYPE}.", "Microsoft.OutlookServices.OpenTypeExtension."):
        if identifier.lower().startswith(prefix.lower()):
            return identifier[len(prefix) :]
    return identifier
