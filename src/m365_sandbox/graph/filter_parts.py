"""What the forms of `$filter` have in common: conditions joined by `and`, literals, comparisons, the refusal."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from m365_sandbox.errors import GraphError

TEXT = r"'((?:[^']|'')*)'"
COMPARE: dict[str, Callable[[Any, Any], bool]] = {"eq": eq, "ne": ne, "ge": ge, "gt": gt, "le": le, "lt": lt}


def joined(text: str) -> list[str]:
    """The parts between `and`s that stand neither in brackets nor in a literal."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth == 0 and text[at : at + 5].lower() == " and ":
                parts.append(text[start:at])
                start = at + 5
    return [*parts, text[start:]]


def plain(literal: str) -> str:
    """What stands in a literal between its quotes."""
    return literal.replace("''", "'")


def holding(name: str) -> Callable[[str, str], bool]:
    """What `contains` or `startswith` asks, without regard to case."""
    if name.lower() == "contains":
        return lambda text, wanted: wanted.casefold() in text.casefold()
    return lambda text, wanted: text.casefold().startswith(wanted.casefold())


def moment(text: str) -> datetime:
    """A time in a filter; without an offset it is in UTC.

    Raises:
        GraphError: 400 for what is no time.
    """
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        raise refused() from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def refused(code: str = "ErrorInvalidUrlQueryFilter") -> GraphError:
    """400: a filter that is not offered."""
    if code == "InefficientFilter":
        return GraphError(400, code, "The restriction or sort order is too complex for this operation.")
    return GraphError(400, code, "The query filter contains one or more invalid nodes.")
