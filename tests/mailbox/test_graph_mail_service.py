"""A small Exchange: one user's mail behind Graph's addresses, as far as the connector uses them, and proof of it.

What Microsoft's pages leave open is a reading (`MailReadings`), as in the sandbox. Source: Graph: message and mailFolder
resource types; List messages; List childFolders; Get MIME content; Combine requests using JSON batching.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode

import httpx2
import msgspec
import pytest

from tests.mailbox.graph_world import BASE_URL

Json = dict[str, Any]
ROOT = "/users/anna%40example.org"
TREE = {
    "msgfolderroot": "",
    "inbox": "msgfolderroot",
    "sent": "msgfolderroot",
    "archive": "msgfolderroot",
    "customers": "inbox",
    "berg": "customers",
    "deleteditems": "msgfolderroot",
    "old": "deleteditems",
    "older": "old",
    "junkemail": "msgfolderroot",
    "worse": "junkemail",
    "drafts": "msgfolderroot",
    "found": "msgfolderroot",
}
"""Name -> name of the folder above it; ``found`` is a search folder, which shows every message."""

_WELL_KNOWN = ("msgfolderroot", "inbox", "archive", "deleteditems", "junkemail", "drafts")
_CATEGORY = re.compile(r"(receivedDateTime ge \S+ and )?categories/any\(c:c eq '((?:[^']|'')*)'\)")


@dataclass(frozen=True)
class MailReadings:
    """How the service behaves where the documentation does not say.

    Attributes:
        if_match: whether `If-Match` on PATCH counts.
        conflict_code: the code of the 412 that follows a mismatch.
        mailbox_filter: what the filter on categories does over the whole mailbox.
        folder_filter: what it does within one folder.
        order: what `$orderby` does with that filter.
        category_case: whether that filter tells upper from lower case.
        refusal: the code of a refused filter or order.
        master_list: whether the list of categories may be read.
        property_ids: how an answer writes the id of an extended property.
        no_date: how a time is answered that was never set.
        gone: the status where a message is not there.
        page_limit: no page has more messages than this, whatever was asked.
    """

    if_match: Literal["honoured", "ignored"] = "honoured"
    conflict_code: Literal["ErrorIrresolvableConflict", "resourceModified"] = "ErrorIrresolvableConflict"
    mailbox_filter: Literal["works", "refused", "ignored"] = "works"
    folder_filter: Literal["works", "refused", "ignored"] = "works"
    order: Literal["works", "refused", "ignored"] = "works"
    category_case: Literal["insensitive", "sensitive"] = "insensitive"
    refusal: Literal["ErrorInvalidUrlQueryFilter", "InefficientFilter"] = "ErrorInvalidUrlQueryFilter"
    master_list: Literal["readable", "forbidden"] = "readable"
    property_ids: Literal["Integer 0x36", "Integer 0x0036"] = "Integer 0x36"
    no_date: Literal["null", "year 1"] = "null"
    gone: Literal[404, 400] = 404
    page_limit: Literal[1000, 40] = 1000


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.headers = status, headers
        self.body = {"error": {"code": code, "message": f"The {code} message."}}


@dataclass
class Stored:
    """A message, where it lies, its source, and the number of its last change."""

    folder: str
    properties: Json
    source: bytes
    changed: int


@dataclass
class MailService:
    """One mailbox. ``trouble`` sees each request (method, path) and may raise `Refused` or a broken connection."""

    readings: MailReadings = field(default_factory=MailReadings)
    messages: dict[str, Stored] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    tree: dict[str, str] = field(default_factory=lambda: dict(TREE))
    trouble: Callable[[str, str], None] = lambda _method, _path: None
    lose_answers: int = 0
    http: int = 0
    asked: list[str] = field(default_factory=list)
    changes: int = 0

    # --- the user's hands -------------------------------------------------------------------------------------

    def add(self, properties: Json, folder: str = "inbox", source: bytes = b"") -> str:
        """Put a message into a folder; its id."""
        self.changes += 1
        message_id = f"M/{self.changes}+="
        self.messages[message_id] = Stored(folder, properties, source, self.changes)
        return message_id

    def edit(self, message_id: str, properties: Json) -> None:
        """Change a message."""
        self.changes += 1
        message = self.messages[message_id]
        message.properties, message.changed = message.properties | properties, self.changes

    # --- over the wire ----------------------------------------------------------------------------------------

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request, which may be a batch."""
        self.http += 1
        path = request.url.raw_path.decode().removeprefix("/v1.0")
        body = msgspec.json.decode(request.content) if request.content else {}
        if path != "/$batch":
            status, headers, answer = self._one(request.method, path, body, dict(request.headers))
            if isinstance(answer, bytes):
                return httpx2.Response(status, headers=headers, content=answer)
            return httpx2.Response(status, headers=headers, json=answer)
        answers = [self._in_batch(each) for each in body["requests"]][::-1]
        if self.lose_answers and any(each["method"] == "PATCH" for each in body["requests"]):
            self.lose_answers -= 1
            raise httpx2.ReadTimeout("lost", request=request)
        return httpx2.Response(200, json={"responses": answers})

    def _in_batch(self, asked: Json) -> Json:
        headers = {name.lower(): value for name, value in asked.get("headers", {}).items()}
        status, told, body = self._one(asked["method"], asked["url"], asked.get("body") or {}, headers)
        if isinstance(body, bytes):
            body = base64.b64encode(body).decode()
        return {"id": asked["id"], "status": status, "headers": told, "body": body}

    def _one(
        self, method: str, path: str, body: Json, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        self.asked.append(f"{method} {path}")
        address, _mark, query = path.removeprefix(ROOT).partition("?")
        options = dict(parse_qsl(query, keep_blank_values=True))
        parts = [unquote(part) for part in address.strip("/").split("/")]
        try:
            self.trouble(method, path)
            return 200, {}, self._routed(method, parts, options, body, headers)
        except Refused as refusal:
            return refusal.status, refusal.headers, refusal.body

    def _routed(
        self, method: str, parts: list[str], options: dict[str, str], body: Json, headers: dict[str, str]
    ) -> Any:
        if parts == ["outlook", "masterCategories"]:
            if self.readings.master_list == "forbidden":
                raise Refused(403, "ErrorAccessDenied")
            return {"value": [{"displayName": name} for name in self.names]}
        if parts[0] == "mailFolders":
            return self._of_folder(parts[1:], options)
        assert parts[0] == "messages", parts
        if len(parts) == 1:
            return self._list(self.readings.mailbox_filter, None, "/messages", options)
        if parts[1] not in self.messages:
            malformed = self.readings.gone == 400
            raise Refused(self.readings.gone, "ErrorInvalidIdMalformed" if malformed else "ErrorItemNotFound")
        if parts[2:] == ["$value"]:
            return self.messages[parts[1]].source
        if method == "PATCH":
            wanted = headers.get("if-match")
            now = _etag(self.messages[parts[1]])
            if wanted and self.readings.if_match == "honoured" and wanted != now:
                raise Refused(412, self.readings.conflict_code)
            self.edit(parts[1], body)
        return self._told(parts[1], options)

    def _of_folder(self, parts: list[str], options: dict[str, str]) -> Json:
        name = next((name for name in self.tree if parts[0] == folder_id(name)), "")
        if parts[0] in _WELL_KNOWN and parts[0] in self.tree:
            name = parts[0]
        if not name:
            raise Refused(404, "ErrorItemNotFound")
        path = f"/mailFolders/{quote(parts[0], safe='')}/{'/'.join(parts[1:])}"
        if parts[1:] == ["messages"]:
            return self._list(self.readings.folder_filter, None if name == "found" else name, path, options)
        children = [self._told_folder(child) for child, above in self.tree.items() if above == name]
        if parts[1:] == ["childFolders"]:
            return self._paged(children, 2, path, options)
        return self._told_folder(name)

    def _told_folder(self, name: str) -> Json:
        children = sum(above == name for above in self.tree.values())
        told: Json = {"id": folder_id(name), "childFolderCount": children}
        return {**told, "@odata.type": "#microsoft.graph.mailSearchFolder"} if name == "found" else told

    def _list(self, filtering: str, folder: str | None, path: str, options: dict[str, str]) -> Json:
        found = [each for each, message in self.messages.items() if folder in {None, message.folder}]
        found.sort(key=lambda each: (self.messages[each].changed * 7919) % 1009)
        if condition := options.get("$filter"):
            match = _CATEGORY.fullmatch(condition)
            assert match, condition
            ordered = "$orderby" in options
            if filtering == "refused" or (ordered and (self.readings.order == "refused" or not match[1])):
                raise Refused(400, self.readings.refusal)
            if filtering == "works":
                found = [each for each in found if self._bears(each, match[2].replace("''", "'"))]
            if ordered and self.readings.order == "works":
                assert options["$orderby"] == "receivedDateTime asc"
                found.sort(key=lambda each: str(self.messages[each].properties["receivedDateTime"]))
        size = min(int(options.get("$top", "10")), self.readings.page_limit)
        return self._paged([self._told(each, options) for each in found], size, path, options)

    def _paged(self, items: list[Json], size: int, path: str, options: dict[str, str]) -> Json:
        """A page; a full last page has a nextLink too, to an empty one."""
        start = int(options.get("$skip", "0"))
        page: Json = {"value": items[start : start + size]}
        if len(page["value"]) == size:
            query = urlencode({**options, "$skip": start + size})
            page["@odata.nextLink"] = f"{BASE_URL}{ROOT}{path}?{query}"
        return page

    def _bears(self, message_id: str, name: str) -> bool:
        names = self.messages[message_id].properties.get("categories", [])
        if self.readings.category_case == "sensitive":
            return name in names
        return name.casefold() in [each.casefold() for each in names]

    def _told(self, message_id: str, options: dict[str, str]) -> Json:
        message = self.messages[message_id]
        whole = {
            **message.properties,
            "parentFolderId": folder_id(message.folder),
            "isDraft": message.folder == "drafts",
            "changeKey": f"{message.changed}==",
        }
        if self.readings.no_date == "year 1" and whole.get("sentDateTime", "") is None:
            whole["sentDateTime"] = "0001-01-01T00:00:00Z"
        asked = options.get("$select", ",".join(whole)).split(",")
        told: Json = {"@odata.etag": _etag(message), "id": message_id}
        told |= {name: whole[name] for name in asked if name in whole}
        sensitivity = message.properties.get("sensitivity")
        if "Integer 0x0036" in options.get("$expand", "") and sensitivity is not None:
            told["singleValueExtendedProperties"] = [
                {"id": self.readings.property_ids, "value": str(sensitivity)}
            ]
        return told


def folder_id(name: str) -> str:
    """The id of a folder."""
    return f"F/{name}="


def _etag(message: Stored) -> str:
    return f'W/"{message.changed}=="'


# --- that it is one -----------------------------------------------------------------------------------------------


def _get(service: MailService, path: str) -> tuple[int, Any]:
    response = service(httpx2.Request("GET", f"{BASE_URL}{ROOT}{path}"))
    return response.status_code, response.json()


def test_what_is_ordered_by_must_stand_in_the_filter() -> None:
    """R31: Graph, List messages: otherwise it is refused."""
    service = MailService()
    marked = "$select=id&$filter=categories/any(c:c%20eq%20'x')&$orderby=receivedDateTime%20asc"
    assert _get(service, f"/messages?{marked}")[0] == 400


def test_pages_lead_to_the_next_until_none_is_left() -> None:
    """R31: a full page has a nextLink, if only to an empty one."""
    service = MailService()
    ids = {service.add({"receivedDateTime": "2026-11-02T12:00:00Z"}) for _ in range(20)}
    found, path = set[str](), "/messages?$select=id"
    sizes = []
    while path:
        _status, page = _get(service, path)
        sizes.append(len(page["value"]))
        found |= {each["id"] for each in page["value"]}
        path = page.get("@odata.nextLink", "").removeprefix(BASE_URL + ROOT)
    assert (found, sizes) == (ids, [10, 10, 0])


@pytest.mark.parametrize("name", _WELL_KNOWN)
def test_well_known_folders_have_two_names(name: str) -> None:
    """R30: their ids are not their well-known names."""
    service = MailService()
    _status, folder = _get(service, f"/mailFolders/{name}?$select=id")
    assert folder["id"] != name
    assert _get(service, f"/mailFolders/{quote(folder['id'], safe='')}?$select=id") == (200, folder)
