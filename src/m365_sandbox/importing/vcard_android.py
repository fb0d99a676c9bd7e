"""What Android's phones write in a property of their own, as the properties that others use for the same.

Source: Android's ContactsContract.CommonDataKinds: the columns and type numbers of Nickname, Event and Relation.
"""

import re
from dataclasses import replace

from m365_sandbox.importing.vcard_lines import Line

_EVENTS = {"1": "ANNIVERSARY", "3": "BDAY"}
_RELATIONS = {
    "1": "assistant", "2": "brother", "3": "child", "4": "partner", "5": "father", "6": "friend", "7": "manager",
    "8": "mother", "9": "parent", "10": "partner", "11": "referred by", "12": "relative", "13": "sister",
    "14": "spouse",
}  # fmt: skip


def plain_line(line: Line) -> Line:
    """A line `X-ANDROID-CUSTOM:vnd.android.cursor.item/KIND;VALUE;TYPE;LABEL;...` as a property that others know.

    Any other line, and one of a kind that no property stands for, stays as it is.
    """
    if line.name != "X-ANDROID-CUSTOM":
        return line
    kind, value, number, *_ = [*re.split(r"(?<!\\);", line.raw), "", "", ""]
    if not value:
        return line
    kind = line.decoded(kind).rpartition("/")[2]
    if kind == "nickname":
        return replace(line, name="NICKNAME", raw=value)
    if kind == "contact_event" and number in _EVENTS:
        return replace(line, name=_EVENTS[number], raw=value)
    if kind == "relation" and number in _RELATIONS:
        parameters = {**line.parameters, "TYPE": [_RELATIONS[number]]}
        return replace(line, name="RELATED", raw=value, parameters=parameters)
    return line
