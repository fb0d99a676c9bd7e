"""The contact type of Graph v1.0: its properties, what they may hold, and how the server tidies them.

Source: Graph: contact resource; Update contact; the v1.0 metadata (CSDL).
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from m365_sandbox.errors import bad_request
from m365_sandbox.readings import Readings
from m365_sandbox.store.records import JsonObject

TEXTS = (
    "assistantName", "businessHomePage", "companyName", "department", "displayName", "fileAs", "generation",
    "givenName", "initials", "jobTitle", "manager", "middleName", "mobilePhone", "nickName", "officeLocation",
    "personalNotes", "profession", "spouseName", "surname", "title", "yomiCompanyName", "yomiGivenName",
    "yomiSurname",
)  # fmt: skip
TEXT_LISTS = ("businessPhones", "categories", "children", "homePhones", "imAddresses")
ADDRESSES = ("businessAddress", "homeAddress", "otherAddress")
ADDRESS_PARTS = ("city", "countryOrRegion", "postalCode", "state", "street")
NUMBERED = ("primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress")
READ_ONLY = ("id", "changeKey", "createdDateTime", "lastModifiedDateTime")
PROPERTIES = (
    *READ_ONLY, "parentFolderId", "birthday", "emailAddresses", *TEXTS, *TEXT_LISTS, *ADDRESSES, *NUMBERED,
)  # fmt: skip

EMAIL_ADDRESSES_MAX = 3
BUSINESS_PHONES_MAX = 2
# What XML cannot hold: Exchange's own protocols are XML.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAME_PARTS = ("givenName", "middleName", "surname", "title", "generation")


def checked(body: JsonObject, readings: Readings) -> JsonObject:
    """The properties in `body`, checked by name, type and limit, and tidied as the server would.

    Args:
        body: property names and JSON values; annotations (`@odata.type`) are passed over.
        readings: how the open points are read.

    Returns:
        Names and values to store; None or an empty list for a value to take away.

    Raises:
        GraphError: 400 with Graph's code, for the first property that cannot be.
    """
    properties: JsonObject = {}
    for name, value in body.items():
        if "@" in name:
            continue
        if name in READ_ONLY:
            raise bad_request(
                f"The property '{name}' is read-only and cannot be set.", "ErrorInvalidPropertySet"
            )
        check = _CHECKS.get(name)
        if check is None or (name in NUMBERED and readings.numbered_email_addresses == "absent"):
            raise bad_request(
                f"The property '{name}' does not exist on type 'microsoft.graph.contact'. Make sure to only use "
                "property names that are defined by the type.",
                "RequestBodyRead",
            )
        properties[name] = check(name, value, readings)
    return properties


def with_numbered(properties: JsonObject, stored: JsonObject) -> JsonObject:
    """Primary-, secondary- and tertiaryEmailAddress turned into places of `emailAddresses`."""
    if not any(name in properties for name in NUMBERED):
        return properties
    entries: list[Any] = list(properties.get("emailAddresses") or stored.get("emailAddresses") or [])
    entries += [None] * (len(NUMBERED) - len(entries))
    for place, name in enumerate(NUMBERED):
        if name in properties:
            entries[place] = properties[name]
    rest = {name: value for name, value in properties.items() if name not in NUMBERED}
    return {**rest, "emailAddresses": [entry for entry in entries if entry]}


def with_made_names(properties: JsonObject, stored: JsonObject, readings: Readings) -> JsonObject:
    """With the display name that the server makes when name parts come without one.

    Graph: Update contact: "later updates to other properties may cause an automatically generated value to
    overwrite the displayName value". On creation an absent name is always made.
    """
    if "displayName" in properties or (stored and not readings.display_name_made):
        return properties
    if stored and not any(name in properties for name in _NAME_PARTS):
        return properties
    now = {**stored, **properties}
    parts = [now.get(name) for name in ("givenName", "middleName", "surname", "generation")]
    made = " ".join(part for part in parts if part)
    return {**properties, "displayName": made} if made else properties


def _text(name: str, value: Any, readings: Readings) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong_type(name, "Edm.String")
    value = _clean(name, value, readings)
    if readings.string_max and name != "personalNotes" and len(value) > readings.string_max:
        raise bad_request(
            f"The value of {name} has {len(value)} characters, the maximum is {readings.string_max}.",
            "ErrorPropertyValidationFailure",
        )
    return value or None


def _clean(name: str, value: str, readings: Readings) -> str:
    if _CONTROL.search(value) and readings.control_characters != "kept":
        if readings.control_characters == "refused":
            raise bad_request(
                f"The value of {name} holds a character that is not allowed.", "ErrorInvalidRequest"
            )
        value = _CONTROL.sub("", value)
    if not readings.tidying:
        return value
    if name == "personalNotes":
        return re.sub(r"\r\n|\r|\n", "\r\n", value)
    if name == "street":
        return re.sub(r"\r\n|\r|\n", "\r\n", value).strip()
    return value.strip()


def _text_list(name: str, value: Any, readings: Readings) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong_type(name, "Collection(Edm.String)")
    maximum = {"businessPhones": BUSINESS_PHONES_MAX, "homePhones": readings.home_phones_max}.get(name, 0)
    _refuse_too_many(name, value, maximum)
    cleaned = [_clean(name, each, readings) for each in value]
    if name == "categories":
        return list(dict.fromkeys(each for each in cleaned if each))
    return [each for each in cleaned if each]


def _email_addresses(name: str, value: Any, readings: Readings) -> list[JsonObject]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong_type(name, "Collection(microsoft.graph.emailAddress)")
    _refuse_too_many(name, value, EMAIL_ADDRESSES_MAX)
    entries = [_email_address(name, each, readings) for each in value]
    return [entry for entry in entries if entry]


def _email_address(name: str, value: Any, readings: Readings) -> JsonObject | None:
    if value is None:
        return None
    entry = _complex(name, value, ("address", "name"), "microsoft.graph.emailAddress", readings)
    address = entry.get("address")
    if not address or (readings.tidying and address.endswith(",")):
        return None
    return {"name": entry.get("name") or address, "address": address}


def _address(name: str, value: Any, readings: Readings) -> JsonObject | None:
    if value is None:
        return None
    return _complex(name, value, ADDRESS_PARTS, "microsoft.graph.physicalAddress", readings) or None


def _complex(name: str, value: Any, parts: tuple[str, ...], type_name: str, readings: Readings) -> JsonObject:
    if not isinstance(value, dict):
        raise _wrong_type(name, type_name)
    entry: JsonObject = {}
    for part, content in value.items():
        if "@" in part:
            continue
        if part not in parts:
            raise bad_request(
                f"The property '{part}' does not exist on type '{type_name}'.", "RequestBodyRead"
            )
        text = _text(part, content, readings)
        if text:
            entry[part] = text
    return entry


def _birthday(name: str, value: Any, readings: Readings) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong_type(name, "Edm.DateTimeOffset")
    try:
        if "T" in value:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise _wrong_type(name, "Edm.DateTimeOffset")
            day, time = value[:10], moment.strftime("%H:%M:%S")
        else:
            day, time = date.fromisoformat(value).isoformat(), "00:00:00"
    except ValueError:
        raise _wrong_type(name, "Edm.DateTimeOffset") from None
    return f"{day}T{time if readings.birthday_time == 'kept' else readings.birthday_time}Z"


def _folder_id(name: str, value: Any, _: Readings) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong_type(name, "Edm.String")
    return value


def _refuse_too_many(name: str, value: list[Any], maximum: int) -> None:
    if maximum and len(value) > maximum:
        label = name[0].upper() + name[1:]
        raise bad_request(
            f"The multi value property {label} has {len(value)} entries, that exceeds the max allowed value of "
            f"{maximum}.",
            "ErrorPropertyValidationFailure",
        )


def _wrong_type(name: str, type_name: str) -> Exception:
    return bad_request(
        f"The value of the property '{name}' cannot be read as the expected type '{type_name}'.",
        "RequestBodyRead",
    )


_CHECKS: dict[str, Callable[[str, Any, Readings], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(TEXT_LISTS, _text_list),
    **dict.fromkeys(ADDRESSES, _address),
    **dict.fromkeys(NUMBERED, _email_address),
    "emailAddresses": _email_addresses,
    "birthday": _birthday,
    "parentFolderId": _folder_id,
}
