"""Our mark inside an item: a named extended property that users never see.

Source: Graph: Outlook extended properties overview; Create, and Get, singleValueLegacyExtendedProperty. It is set in
the same request as the rest, deltas never show it, and a copy of an item that a user makes in Outlook carries it too.
"""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from crmcorner.items.changes import Stamp
from crmcorner.mailbox.graph.wire import JsonObject, literal

PROPERTY = "String {a5f3b0c7-6d41-4e0a-9f6b-2c8e17d9b354} Name CRMcornerStamp"
"""One name for all: every distinct one takes up a place of the mailbox for ever."""


class ExtendedProperty(msgspec.Struct):
    """Graph: singleValueLegacyExtendedProperty; the value is always a text."""

    id: str
    value: str | None = None


def stamp_in(properties: Sequence[ExtendedProperty] | None) -> Stamp:
    """Return the mark among an item's extended properties, or ""."""
    for each in properties or ():
        if each.id.casefold() == PROPERTY.casefold():
            return each.value or ""
    return ""


def stamped(body: JsonObject, stamp: Stamp) -> JsonObject:
    """Return the body of a request with our mark in it."""
    return {**body, "singleValueExtendedProperties": [{"id": PROPERTY, "value": stamp}]}


EXPAND = "$expand=" + quote(f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')", safe="()$='")
"""Has the answer bring the mark along."""


def with_stamp(stamp: Stamp) -> str:
    """Return the filter for items that bear this mark."""
    condition = quote("singleValueExtendedProperties/Any(ep: ep/id eq ", safe="()/")
    both = quote(" and ep/value eq ", safe="/")
    return f"$filter={condition}{literal(PROPERTY)}{both}{literal(stamp)})"
