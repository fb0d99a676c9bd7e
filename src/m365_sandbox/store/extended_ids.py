"""The ids of extended properties: three written forms, compared as Exchange does.

Source: Graph: Outlook extended properties overview. Type and GUID are compared without regard to case, the name
with it.
"""

import re

from m365_sandbox.errors import bad_request, not_modelled

_TYPES = (
    "Binary",
    "Boolean",
    "CLSID",
    "Currency",
    "Double",
    "Float",
    "Integer",
    "Long",
    "Short",
    "String",
    "SystemTime",
)
_TYPE = f"(?P<type>{'|'.join(_TYPES)})(?P<array>Array)?"
_GUID = r"\{(?P<guid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}"
_FORMS = (
    re.compile(rf"{_TYPE} {_GUID} name (?P<name>.+)", re.IGNORECASE),
    re.compile(rf"{_TYPE} {_GUID} id (?P<id>0x[0-9a-f]{{1,8}})", re.IGNORECASE),
    re.compile(rf"{_TYPE} (?P<tag>0x[0-9a-f]{{1,8}})", re.IGNORECASE),
)
# Tags under which Exchange keeps a property of the contact itself: names, phones, company and the like. The sandbox
# keeps them apart, so it must not pretend.
_TAGS_OF_PROPERTIES = {
    0x3001, 0x3A05, 0x3A06, 0x3A08, 0x3A09, 0x3A0A, 0x3A11, 0x3A16, 0x3A17, 0x3A18, 0x3A19, 0x3A1B, 0x3A1C,
    0x3A2F, 0x3A30, 0x3A42, 0x3A44, 0x3A45, 0x3A46, 0x3A48, 0x3A4E, 0x3A4F, 0x3A51, 0x3A58,
}  # fmt: skip


def normalised(written: str) -> str:
    """The form under which two ways of writing one id are equal.

    Raises:
        GraphError: 400 when it is no id of an extended property; 501 for a tag that belongs to a property of the
            contact, which the sandbox does not keep in step.
    """
    for form in _FORMS:
        match = form.fullmatch(written)
        if match is None:
            continue
        found = match.groupdict()
        kind = f"{found['type']}{found.get('array') or ''}".lower()
        if found.get("name"):
            return f"{kind} {found['guid'].lower()} name {found['name']}"
        if found.get("id"):
            return f"{kind} {found['guid'].lower()} id {int(found['id'], 16):#x}"
        tag = int(found["tag"], 16)
        tag = tag >> 16 if tag > 0xFFFF else tag
        if tag in _TAGS_OF_PROPERTIES:
            raise not_modelled(f"the extended property {written}, which stands for a property of the contact")
        return f"{kind} {tag:#x}"
    raise bad_request(
        f"'{written}' is not the id of an extended property. It must be written as 'Type {{guid}} Name name', "
        "'Type {guid} Id 0x0000' or 'Type 0x0000'.",
        "ErrorInvalidArgument",
    )
