"""What Outlook can hold of a CRM record, and how Outlook's change comes back without loss (R19).

`get` cuts a record down to what both sides have room for; `put` brings a changed view back into the record and
keeps what was cut off: a fourth e-mail address, a second home phone, the rest of a long note. What holds:

- get-put: ``put(record, view, view) == record`` where ``view = get(record)``.
- put-get: ``get(put(record, view, new))`` is ``new`` for every field that was not cut off; where it was, it is
  ``new`` followed by what now has room.
- put-put: putting one view and then another is putting the other, for every field that was not cut off.
"""

from typing import Any

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.records import LIST_FIELDS, C, Content, FieldName, empty_of, fields_of, with_fields


def shared_fields(content: Content, holds: frozenset[FieldName], can: Capabilities) -> tuple[FieldName, ...]:
    """Return the fields of such a record that both sides have room for, in the order of the record."""
    return tuple(name for name in fields_of(content) if name in holds and name not in can.missing)


def get(content: C, holds: frozenset[FieldName], can: Capabilities) -> C:
    """Return what Outlook can hold of a CRM record: fields without room are empty, long ones are cut."""
    empty = empty_of(content)
    shorter: dict[FieldName, Any] = {
        name: getattr(empty, name)
        for name in fields_of(content)
        if (name not in holds or name in can.missing) and getattr(content, name)
    }
    for name in (*can.list_limits, "note"):
        value = getattr(content, name, "")
        if name not in shorter and not fits(name, value, can):
            shorter[name] = cut(name, value, can)
    return with_fields(content, shorter)


def cut(name: FieldName, value: Any, can: Capabilities) -> Any:
    """Return as much of one shared field's value as Outlook has room for."""
    if name == "note":
        return value[: can.note_length]
    return value[: can.list_limits[name]] if name in can.list_limits else value


def fits(name: FieldName, value: Any, can: Capabilities) -> bool:
    """Whether a value is no longer than what we write to Outlook; its own user may have written more."""
    return bool(cut(name, value, can) == value)


def united(ours: tuple[str, ...], theirs: tuple[str, ...], limit: int | None) -> tuple[str, ...]:
    """Unite two lists in the CRM's order, but so that nothing that Outlook has falls outside its room (R19)."""
    union = (*ours, *(value for value in theirs if value not in ours))
    if limit is None or len(union) <= limit:
        return union
    free = limit - len(theirs)
    first, last = [], []
    for value in union:
        if value in theirs:
            first.append(value)
        elif free > 0:
            first.append(value)
            free -= 1
        else:
            last.append(value)
    return (*first, *last)


def put(content: Content, old_view: Content, name: FieldName, new: Any) -> Any:
    """Return the record's new value of one field, after Outlook changed it from the old view to ``new``."""
    whole, seen = getattr(content, name), getattr(old_view, name)
    if name in LIST_FIELDS:
        kept = tuple(value for value in whole if value not in seen and value not in new)
        return (*new, *kept)
    if name == "note" and len(whole) > len(seen) and whole.startswith(seen):
        return new + whole[len(seen) :]
    return new
