"""The fields of a contact's form: their names, which are Graph's, and what is written in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from m365_sandbox.contact_type import ADDRESS_PARTS
from m365_sandbox.importing import extended
from m365_sandbox.store.records import JsonObject


@dataclass(frozen=True)
class Field:
    """A field of the form; `kind` is text, lines (one value a line), long, day, address or emails."""

    name: str
    label: str
    kind: str = "text"


GROUPS: tuple[tuple[str, tuple[Field, ...]], ...] = (
    (
        "Name",
        (
            Field("title", "Courtesy title"),
            Field("givenName", "Given name"),
            Field("middleName", "Middle name"),
            Field("surname", "Surname"),
            Field("generation", "Suffix"),
            Field("displayName", "Display name"),
            Field("nickName", "Nickname"),
            Field("initials", "Initials"),
            Field("fileAs", "File as"),
        ),
    ),
    (
        "Work",
        (
            Field("companyName", "Company"),
            Field("department", "Department"),
            Field("jobTitle", "Job title"),
            Field("profession", "Profession"),
            Field("officeLocation", "Office"),
            Field("manager", "Manager"),
            Field("assistantName", "Assistant"),
            Field("businessHomePage", "Web page"),
        ),
    ),
    (
        "Reach",
        (
            Field("emailAddresses", "E-mail addresses", "emails"),
            Field("businessPhones", "Work phones", "lines"),
            Field("homePhones", "Home phones", "lines"),
            Field("mobilePhone", "Mobile phone"),
            Field("imAddresses", "Chat addresses", "lines"),
        ),
    ),
    (
        "Addresses",
        (
            Field("businessAddress", "Work address", "address"),
            Field("homeAddress", "Home address", "address"),
            Field("otherAddress", "Other address", "address"),
        ),
    ),
    (
        "Personal",
        (
            Field("birthday", "Birthday", "day"),
            Field("spouseName", "Partner"),
            Field("children", "Children", "lines"),
            Field("personalNotes", "Notes", "long"),
            Field("yomiGivenName", "Phonetic given name"),
            Field("yomiSurname", "Phonetic surname"),
            Field("yomiCompanyName", "Phonetic company"),
        ),
    ),
)
FIELDS = tuple(field for _, fields in GROUPS for field in fields)
PARTS = (
    ("street", "Street"),
    ("postalCode", "Postal code"),
    ("city", "City"),
    ("state", "State or province"),
    ("countryOrRegion", "Country"),
)
# What Outlook calls the extended properties that it shows on a contact's form.
LABELS_BESIDE = {
    extended.BUSINESS_FAX: "Work fax",
    extended.HOME_FAX: "Home fax",
    extended.OTHER_FAX: "Other fax",
    extended.PAGER: "Pager",
    extended.CAR: "Car phone",
    extended.OTHER_PHONE: "Other phone",
    extended.PRIMARY_PHONE: "Primary phone",
    extended.ASSISTANT_PHONE: "Assistant's phone",
    extended.COMPANY_PHONE: "Company's main phone",
    extended.CALLBACK: "Callback",
    extended.ANNIVERSARY: "Anniversary",
    extended.HOBBY: "Hobby",
    extended.PERSONAL_HOME_PAGE: "Personal web page",
    extended.PRIVATE: "Private",
    extended.SENSITIVITY: "Sensitivity",
}
_NAMED_ADDRESS = re.compile(r"(?P<name>.*?)\s*<(?P<address>[^<>]*)>")


def written(properties: JsonObject) -> dict[str, str]:
    """What stands in the fields of the form for a contact."""
    values: dict[str, str] = {}
    for field in FIELDS:
        value = properties.get(field.name)
        if field.kind == "address":
            for part in ADDRESS_PARTS:
                values[f"{field.name}.{part}"] = _plain((value or {}).get(part))
        elif field.kind == "lines":
            values[field.name] = "\n".join(value or [])
        elif field.kind == "emails":
            values[field.name] = "\n".join(_email(entry) for entry in value or [])
        elif field.kind == "day":
            values[field.name] = _plain(value)[:10]
        else:
            values[field.name] = _plain(value)
    return values


def changes(form: Mapping[str, str], properties: JsonObject) -> JsonObject:
    """The properties that a form, filled in, changes; None or an empty list takes a value away.

    Fields that the form does not have, and those that stand as they stood, change nothing. A display name that
    stands as it stood is made anew when the name changes, as Outlook does: then it is not among the changes.
    """
    before = written(properties)
    after = {name: _plain(form[name]).strip() for name in before if name in form}
    changed = {name for name, text in after.items() if text != before[name].strip()}
    wanted: JsonObject = {}
    for field in FIELDS:
        if field.kind == "address" and any(f"{field.name}.{part}" in changed for part in ADDRESS_PARTS):
            parts = {part: after.get(f"{field.name}.{part}", "") for part in ADDRESS_PARTS}
            wanted[field.name] = parts if any(parts.values()) else None
        elif field.name not in changed:
            continue
        elif field.kind == "lines":
            wanted[field.name] = _lines(after[field.name])
        elif field.kind == "emails":
            wanted[field.name] = [_entry(line) for line in _lines(after[field.name])]
        else:
            wanted[field.name] = after[field.name] or None
    return wanted


def _plain(text: str | None) -> str:
    return re.sub(r"\r\n|\r", "\n", text or "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _email(entry: JsonObject) -> str:
    name, address = entry.get("name", ""), entry.get("address", "")
    return address if name in {"", address} else f"{name} <{address}>"


def _entry(line: str) -> JsonObject:
    match = _NAMED_ADDRESS.fullmatch(line)
    if match is None:
        return {"name": line, "address": line}
    return {"name": match["name"] or match["address"], "address": match["address"]}
