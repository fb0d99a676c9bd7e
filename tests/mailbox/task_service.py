"""A small To Do: one user's task lists behind Graph's addresses, as far as the connector uses them.

What Microsoft's pages leave open is a reading (`TaskReadings`), as in the sandbox. Source: Graph: todoTaskList, todoTask
and linkedResource resource types and their methods; todoTask: delta; Combine requests using JSON batching.
"""

import html
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import httpx2
import msgspec

from tests.mailbox.graph_world import BASE_URL

Json = dict[str, Any]
DEFAULT, OTHER, FLAGGED = "AQMkDefault=", "AQMk/Other+", "AQMkFlags"
_DAYS = ("startDateTime", "dueDateTime", "completedDateTime")
_NO_PATTERN: Json = {
    "month": 0,
    "dayOfMonth": 0,
    "daysOfWeek": [],
    "firstDayOfWeek": "sunday",
    "index": "first",
}


@dataclass(frozen=True)
class TaskReadings:
    """How the service behaves where the documentation does not say.

    Attributes:
        if_match: whether `If-Match` on PATCH and DELETE counts.
        days: whether a day is midnight of the zone it was written in (`anchored`), or the day alone (`floating`).
        answered_in: the zone in which times are answered.
        update_body: what a PATCH of a plain text body does: kept, or refused as the page says.
        bodies: whether plain text is answered as such or always as HTML.
        expand_on_lists: whether `$expand=linkedResources` on a list of tasks counts.
        gone: the status where a task, or its list, is not there.
    """

    if_match: Literal["honoured", "ignored"] = "honoured"
    days: Literal["anchored", "floating"] = "anchored"
    answered_in: str = "UTC"
    update_body: Literal["text", "html"] = "html"
    bodies: Literal["as_written", "html"] = "as_written"
    expand_on_lists: bool = True
    gone: Literal[404, 400] = 404


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.answer = status, {"error": {"code": code, "message": f"The {code} message."}}


@dataclass
class Stored:
    """A task, the number of its last change, and whether it is there no longer."""

    list_id: str
    properties: Json
    changed: int
    removed: bool = False
    links: list[Json] = field(default_factory=list)
    steps: list[Json] = field(default_factory=list)


class TaskService:
    """One mailbox with a default list, another one, and that of flagged mails, which nobody may read."""

    def __init__(self, readings: TaskReadings | None = None, zone: str = "Europe/Amsterdam") -> None:
        self.readings, self.zone = readings or TaskReadings(), zone
        self.lists = {DEFAULT: "defaultList", OTHER: "none", FLAGGED: "flaggedEmails"}
        self.tasks: dict[str, Stored] = {}
        self.page_size, self.odd_pages, self.epoch = 1000, False, 0
        self.lose_answers = 0
        self.http = self.counted = 0
        self._numbers = itertools.count(1)

    # --- the user's hands -------------------------------------------------------------------------------------

    def add(self, properties: Json, list_id: str = DEFAULT) -> str:
        """Make a task; days are given in the user's zone. Returns its id."""
        task_id = f"T/{next(self._numbers)}+="
        # The doc's sample shows a new task of low importance: nobody may rely on a default.
        made = {
            "title": "",
            "status": "notStarted",
            "importance": "low",
            "isReminderOn": False,
            "categories": [],
        }
        made["createdDateTime"] = f"2026-11-23T09:00:00.{next(self._numbers):07}Z"
        self.tasks[task_id] = Stored(list_id, made, 0)
        self.edit(task_id, properties)
        return task_id

    def edit(self, task_id: str, properties: Json) -> None:
        """Change a task."""
        task = self.tasks[task_id]
        given = {name: self._kept(name, value) for name, value in properties.items()}
        if given.get("status", "completed") != "completed":
            given["completedDateTime"] = None
        elif "status" in given and not given.get("completedDateTime"):
            given["completedDateTime"] = {"dateTime": "2026-11-23T00:00:00", "timeZone": "UTC"}
        task.links += given.pop("linkedResources", [])
        task.properties.update(given)
        task.changed = next(self._numbers)

    def remove(self, task_id: str) -> None:
        """Delete a task: there is no bin."""
        self.tasks[task_id].removed = True
        self.tasks[task_id].changed = next(self._numbers)

    # --- over the wire ----------------------------------------------------------------------------------------

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request, which may be a batch."""
        self.http += 1
        path = str(request.url).removeprefix(BASE_URL)
        body = msgspec.json.decode(request.content) if request.content else {}
        if path == "/$batch":
            answers = [self._in_batch(each) for each in body["requests"]]
            if self.odd_pages:
                answers.reverse()
            if self.lose_answers:
                self.lose_answers -= 1
                raise httpx2.ReadTimeout("lost", request=request)
            return httpx2.Response(200, json={"responses": answers})
        status, answer = self._one(request.method, path, body, dict(request.headers))
        return httpx2.Response(status, json=answer)

    def _in_batch(self, asked: Json) -> Json:
        headers = {name.lower(): value for name, value in asked.get("headers", {}).items()}
        status, body = self._one(asked["method"], asked["url"], asked.get("body") or {}, headers)
        # A chain that breaks would hide the others; it is for the sandbox to break them.
        return {"id": asked["id"], "status": status, "body": body}

    def _one(self, method: str, path: str, body: Json, headers: dict[str, str]) -> tuple[int, Any]:
        self.counted += 1
        address, _mark, query = path.partition("?")
        parts = [unquote(part) for part in address.strip("/").split("/")]
        try:
            assert parts[:1] == ["users"], path
            assert parts[2:4] == ["todo", "lists"], path
            return self._routed(method, parts[4:], unquote(query), body, headers)
        except Refused as refusal:
            return refusal.answer

    def _routed(
        self, method: str, parts: list[str], query: str, body: Json, headers: dict[str, str]
    ) -> tuple[int, Any]:
        if not parts:
            value = [{"id": each, "wellknownListName": name} for each, name in self.lists.items()]
            return 200, {"value": value[::-1]}
        if parts[0] not in self.lists:
            raise self._gone()
        assert parts[0] != FLAGGED, "flagged mails are no tasks (R50)"
        if parts[2:] == ["delta"]:
            return 200, self._delta(parts[0], query)
        if method == "POST":
            return self._create(parts[0], body)
        if len(parts) == 2:
            told = "linkedResources" in query and self.readings.expand_on_lists
            found = [key for key, task in self.tasks.items() if task.list_id == parts[0] and not task.removed]
            return 200, {"value": [self._told(key, links=told) for key in found]}
        return self._of_task(method, parts, query, body, headers)

    def _gone(self) -> Refused:
        malformed = self.readings.gone == 400
        return Refused(self.readings.gone, "ErrorInvalidIdMalformed" if malformed else "ErrorItemNotFound")

    def _create(self, list_id: str, body: Json) -> tuple[int, Any]:
        self._checked(body)
        return 201, self._told(self.add(body, list_id), links=True)

    def _of_task(
        self, method: str, parts: list[str], query: str, body: Json, headers: dict[str, str]
    ) -> tuple[int, Any]:
        task = self.tasks.get(parts[2])
        if task is None or task.removed or task.list_id != parts[0]:
            raise self._gone()
        wanted = headers.get("if-match")
        if method != "GET" and wanted and self.readings.if_match == "honoured" and wanted != _etag(task):
            raise Refused(412, "ErrorIrresolvableConflict")
        if method == "DELETE":
            self.remove(parts[2])
            return 204, {}
        if method == "PATCH":
            self._checked(body)
            text = body.get("body", {}).get("contentType", "html") != "html"
            if "linkedResources" in body or (text and self.readings.update_body == "html"):
                raise Refused(400, "invalidRequest")
            self.edit(parts[2], body)
        return 200, self._told(parts[2], links="linkedResources" in query)

    def _delta(self, list_id: str, query: str) -> Json:
        epoch, since, skipped = (int(part) for part in (query or f"{self.epoch},0,0").split(","))
        if epoch != self.epoch:
            raise Refused(410, "SyncStateNotFound")
        changed = [
            key
            for key, task in sorted(self.tasks.items(), key=lambda each: each[1].changed)
            if task.list_id == list_id and task.changed > since and not (task.removed and not since)
        ]
        page = changed[skipped : skipped + self.page_size]
        value = [self._removed(key) if self.tasks[key].removed else self._told(key) for key in page]
        if self.odd_pages:
            value = value[::-1] + value[:1]
        link = f"{BASE_URL}/users/anna%40example.org/todo/lists/{_escaped(list_id)}/tasks/delta"
        if skipped + self.page_size < len(changed):
            return {"value": value, "@odata.nextLink": f"{link}?{epoch},{since},{skipped + self.page_size}"}
        last = max([since, *(task.changed for task in self.tasks.values())])
        return {"value": value, "@odata.deltaLink": f"{link}?{epoch},{last or 1},0"}

    def _removed(self, key: str) -> Json:
        return {"id": key, "@removed": {"reason": "deleted"}}

    def _told(self, key: str, *, links: bool = False) -> Json:
        task = self.tasks[key]
        told: Json = {"@odata.etag": _etag(task), "id": key}
        told |= {
            name: self._answered(name, value) for name, value in task.properties.items() if value is not None
        }
        return {**told, "linkedResources": task.links} if links else told

    def _answered(self, name: str, value: Any) -> Any:
        if name.endswith("DateTime") and isinstance(value, dict):
            zone = self.readings.answered_in
            if zone == "UTC" or (name in _DAYS and self.readings.days == "floating"):
                return {**value, "timeZone": zone}
            try:
                moment = (
                    datetime.fromisoformat(value["dateTime"]).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
                )
            except OverflowError:
                return value
            return {"dateTime": f"{moment.replace(tzinfo=None).isoformat()}.0000000", "timeZone": zone}
        if name == "body" and self.readings.bodies == "html" and value["contentType"] == "text":
            lines = html.escape(value["content"]).splitlines()
            whole = "".join(f"<div>{line.replace('  ', '&nbsp; ') or '<br>'}</div>\r\n" for line in lines)
            return {"content": f"<html><body>{whole}</body></html>", "contentType": "html"}
        return value

    def _kept(self, name: str, value: Any) -> Any:
        """What is stored of a property: days without their time of the day, times in UTC."""
        if value is None:
            return None
        if name in _DAYS:
            day = value["dateTime"][:10]
            if self.readings.days == "floating" or name == "completedDateTime":
                return {"dateTime": f"{day}T00:00:00.0000000", "timeZone": "UTC"}
            return _in_utc(f"{day}T00:00:00", value["timeZone"])
        if name == "reminderDateTime":
            return _in_utc(value["dateTime"], value["timeZone"])
        if name == "recurrence":
            span = {"endDate": "0001-01-01", "numberOfOccurrences": 0, "recurrenceTimeZone": "UTC"}
            return {"pattern": {**_NO_PATTERN, **value["pattern"]}, "range": {**span, **value["range"]}}
        return value

    def _checked(self, body: Json) -> None:
        if "\x00" in msgspec.json.encode(body).decode() or "\\u0000" in msgspec.json.encode(body).decode():
            raise Refused(400, "invalidRequest")


def _etag(task: Stored) -> str:
    return f'W/"{task.changed}=="'


def _in_utc(clock: str, zone: str) -> Json:
    moment = datetime.fromisoformat(clock).replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        pass  # the edges of the calendar stay as they are
    return {"dateTime": f"{moment.replace(tzinfo=None).isoformat()}.0000000", "timeZone": "UTC"}


def _escaped(text: str) -> str:
    return httpx2.URL("http://x", params={"x": text}).query.decode().removeprefix("x=").replace("+", "%20")
