"""Query options and the envelope of collections (Graph: Use query parameters; Paging)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from m365_sandbox.errors import bad_request, not_modelled
from m365_sandbox.graph.request import GraphRequest
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.records import JsonObject

TOP_DEFAULT, TOP_MAX = 10, 1000
_EXPANSION = re.compile(r"(?P<name>\w+)\s*(?:\((?P<inside>.*)\))?", re.DOTALL)
_ID_EQ = re.compile(r"\s*(?:\w+/)?id\s+eq\s+'(?P<id>(?:[^']|'')*)'\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Expansion:
    """What `$expand` asks for: extended properties as normalised key -> id as written, and open extensions.

    `extensions` is None when they are not asked for, else the names asked for (empty: all of them).
    """

    single: dict[str, str]
    multi: dict[str, str]
    extensions: tuple[str, ...] | None


NOTHING = Expansion({}, {}, None)


def allow(request: GraphRequest, *names: str) -> dict[str, str]:
    """The query options, when all of them are among `names` or need no answer.

    Raises:
        GraphError: 501 for an option of OData's that is not modelled here, 400 for one that does not exist.
    """
    options = request.options
    for name in options:
        if name in names or not name.startswith("$"):
            continue
        if name in {"$search", "$filter", "$orderby", "$expand", "$skip", "$top", "$count", "$select"}:
            raise not_modelled(f"the query option {name} on {request.path}")
        raise bad_request(f"Unrecognized query option '{name}'.")
    return options


def selected(options: dict[str, str], known: Collection[str], type_name: str) -> tuple[str, ...] | None:
    """The properties that `$select` names, or None for all.

    Raises:
        GraphError: 400 for a property that the type does not have.
    """
    text = options.get("$select", "").strip()
    if not text or text == "*":
        return None
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise bad_request(
                f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'.",
                "RequestBroker--ParseUri",
            )
    return names


def number(options: dict[str, str], name: str, default: int, *, least: int, most: int | None = None) -> int:
    """A whole number among the options.

    Raises:
        GraphError: 400 when it is none, or out of bounds.
    """
    text = options.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < least or (most is not None and int(text) > most):
        bounds = f"between {least} and {most}" if most is not None else f"{least} or more"
        raise bad_request(f"Invalid value '{text}' for {name} query option found. It must be {bounds}.")
    return int(text)


def ordering(options: dict[str, str], sortable: Collection[str]) -> tuple[str, bool] | None:
    """The property to sort by and whether downwards; one property is modelled."""
    text = options.get("$orderby", "").strip()
    if not text:
        return None
    match = re.fullmatch(r"(\w+)(?:\s+(asc|desc))?", text)
    if match is None:
        raise not_modelled(f"$orderby={text}")
    if match[1] not in sortable:
        raise not_modelled(f"sorting by {match[1]}")
    return match[1], match[2] == "desc"


def expansion(options: dict[str, str]) -> Expansion:
    """What `$expand` asks for.

    Raises:
        GraphError: 400 for what Graph's pages exclude, 501 for what is not modelled.
    """
    single: dict[str, str] = {}
    multi: dict[str, str] = {}
    extensions: tuple[str, ...] | None = None
    for part in top_level(options.get("$expand", "")):
        match = _EXPANSION.fullmatch(part.strip())
        if match is None:
            raise bad_request(f"Parsing $expand failed at '{part}'.", "RequestBroker--ParseUri")
        name, ids = match["name"].lower(), _ids(match["inside"])
        if name == "extensions":
            extensions = tuple(ids)
        elif name in {"singlevalueextendedproperties", "multivalueextendedproperties"}:
            if not ids:
                raise bad_request(
                    f"$expand={match['name']} needs a $filter that names the ids.", "ErrorInvalidRequest"
                )
            (single if name.startswith("single") else multi).update({normalised(each): each for each in ids})
        else:
            raise not_modelled(f"$expand={match['name']}")
    return Expansion(single, multi, extensions)


def top_level(text: str) -> list[str]:
    """Parts of a list between commas that stand neither in brackets nor in a literal."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if letter == "," and depth == 0:
                parts.append(text[start:at])
                start = at + 1
    return [part for part in [*parts, text[start:]] if part.strip()]


def _ids(inside: str | None) -> list[str]:
    if not inside or not inside.strip():
        return []
    name, _, condition = inside.partition("=")
    if name.strip() != "$filter":
        raise not_modelled(f"$expand with {name.strip()}")
    ids = []
    rest = condition
    while rest:
        match = _ID_EQ.match(rest)
        if match is None:
            raise bad_request(f"Invalid $filter in $expand: {condition}", "RequestBroker--ParseUri")
        ids.append(match["id"].replace("''", "'"))
        rest = rest[match.end() :]
        if rest and not rest.lower().startswith("or "):
            raise bad_request(f"Invalid $filter in $expand: {condition}", "RequestBroker--ParseUri")
        rest = rest[3:]
    return ids


def path_address(request: GraphRequest) -> str:
    """The request's own address without its query."""
    return request.root + quote(request.path, safe="/()$'=@-_.~")


def collection(
    request: GraphRequest,
    context: str,
    value: Sequence[JsonObject],
    *,
    count: int | None = None,
    next_skip: int | None = None,
) -> JsonObject:
    """The envelope of a page; `next_skip` gives it a nextLink that goes on there."""
    body: JsonObject = {}
    if request.wants_metadata:
        body["@odata.context"] = f"{request.root}/$metadata#{context}"
    if count is not None:
        body["@odata.count"] = count
    body["value"] = list(value)
    if next_skip is not None:
        options = {**request.options, "$skip": str(next_skip)}
        body["@odata.nextLink"] = f"{path_address(request)}?{urlencode(options, quote_via=quote, safe='$')}"
    return body
