"""The few forms of `$filter` that Microsoft's pages show for contacts; anything else is refused.

Source: Graph: List contacts (emailAddresses/any); Get singleValueLegacyExtendedProperty; Get open extension.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from m365_sandbox.errors import GraphError, not_modelled
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import bare_name
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.records import Contact

_LITERAL = r"'(?P<{}>(?:[^']|'')*)'"
_ANY = r"(?P<v>\w+)\s*:\s*"
_ADDRESS = re.compile(
    rf"emailAddresses/any\(\s*{_ANY}(?P=v)/address\s+eq\s+{_LITERAL.format('address')}\s*\)", re.IGNORECASE
)
_NAME = re.compile(rf"displayName\s+eq\s+{_LITERAL.format('name')}", re.IGNORECASE)
_CATEGORY = re.compile(
    rf"categories/any\(\s*{_ANY}(?P=v)\s+eq\s+{_LITERAL.format('category')}\s*\)", re.IGNORECASE
)
_EXTENSION = re.compile(
    rf"extensions/any\(\s*{_ANY}(?P=v)/id\s+eq\s+{_LITERAL.format('extension')}\s*\)", re.IGNORECASE
)
_STAMP = re.compile(
    rf"singleValueExtendedProperties/any\(\s*{_ANY}(?P=v)/id\s+eq\s+{_LITERAL.format('stamp')}"
    rf"\s+and\s+(?:(?P=v)/value\s+eq\s+{_LITERAL.format('value')}|(?P<set>(?P=v)/value\s+ne\s+null))\s*\)",
    re.IGNORECASE,
)
_CAST = re.compile(r"singleValueExtendedProperties/any\(.*\bcast\(", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """What a contact must fulfil: by an index (`stamped`, see `Contacts.page`), or by looking at it."""

    stamped: tuple[str, str | None] | None = None
    matches: Callable[[Contact], bool] | None = None


def condition(call: Call, text: str) -> Condition:
    """The condition that `$filter` states; an empty text states none.

    Raises:
        GraphError: 400 ErrorInvalidUrlQueryFilter for what Graph's pages do not show; 501 for a cast.
    """
    text = text.strip()
    if not text:
        return Condition()
    if match := _STAMP.fullmatch(text):
        return _stamped(call, _unquoted(match["stamp"]), match["value"])
    if match := _ADDRESS.fullmatch(text):
        address = _unquoted(match["address"]).casefold()
        return Condition(
            matches=lambda contact: any(
                entry["address"].casefold() == address
                for entry in contact.properties.get("emailAddresses", [])
            )
        )
    if match := _NAME.fullmatch(text):
        name = _unquoted(match["name"]).casefold()
        return Condition(matches=lambda contact: contact.properties.get("displayName", "").casefold() == name)
    if match := _CATEGORY.fullmatch(text):
        return _in_category(call, _unquoted(match["category"]))
    if match := _EXTENSION.fullmatch(text):
        extension = bare_name(_unquoted(match["extension"]))
        return Condition(matches=lambda contact: extension in call.state.attached.extensions(contact))
    if _CAST.match(text):
        raise not_modelled("filters on extended properties that are no strings")
    raise _refused()


def _stamped(call: Call, stamp: str, value: str | None) -> Condition:
    if value is None and not call.readings.stamp_null_filter:
        raise _refused()
    return Condition(stamped=(normalised(stamp), None if value is None else _unquoted(value)))


def _in_category(call: Call, category: str) -> Condition:
    if call.readings.category_filter == "refused":
        raise _refused()
    if call.readings.category_filter == "ignored":
        return Condition()
    if call.readings.category_case == "sensitive":
        return Condition(matches=lambda contact: category in contact.properties.get("categories", []))
    folded = category.casefold()
    return Condition(
        matches=lambda contact: any(
            each.casefold() == folded for each in contact.properties.get("categories", [])
        )
    )


def _unquoted(literal: str) -> str:
    return literal.replace("''", "'")


def _refused() -> GraphError:
    return GraphError(
        400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."
    )
