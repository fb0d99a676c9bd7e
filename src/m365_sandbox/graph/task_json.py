"""Lists, tasks, steps and links as Graph writes them. What a task has no value for is not in the answer."""

import html
import re
from dataclasses import dataclass

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError, bad_request, not_modelled
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import extension_json
from m365_sandbox.store.records import JsonObject
from m365_sandbox.store.task_records import PartKind, Task, TaskList, TaskPart
from m365_sandbox.store.tasks import etag_key
from m365_sandbox.task_type import DAYS, PROPERTIES, TIMES

_SWALLOWED = re.compile(r"^ |(?<= ) ", re.MULTILINE)
PARTS: dict[str, PartKind] = {"checklistitems": "checklistItems", "linkedresources": "linkedResources"}


@dataclass(frozen=True)
class Expanded:
    """What comes along with a task: kinds of parts, and whether its extensions do."""

    parts: tuple[PartKind, ...] = ()
    extensions: bool = False


NOTHING = Expanded()


def expansion(call: Call, options: dict[str, str]) -> Expanded:
    """What `$expand` asks for.

    Raises:
        GraphError: 501 for attachments and for options inside brackets, 400 for what tasks do not have.
    """
    always: tuple[PartKind, ...] = ("linkedResources",) if call.readings.task_links == "always" else ()
    parts: list[PartKind] = list(always)
    extensions = False
    for part in odata.top_level(options.get("$expand", "")):
        name = part.strip().lower()
        if name == "extensions":
            extensions = True
        elif name in PARTS:
            parts += [PARTS[name]] if PARTS[name] not in parts else []
        elif "(" in name or name in {"attachments", "attachmentsessions"}:
            raise not_modelled(f"$expand={part.strip()} on tasks")
        else:
            raise bad_request(
                f"Could not find a property named '{part.strip()}' on type 'microsoft.graph.todoTask'.",
                "RequestBroker--ParseUri",
            )
    return Expanded(tuple(parts), extensions)


def selected(call: Call, options: dict[str, str]) -> tuple[str, ...] | None:
    """The properties that `$select` names, or None for all.

    Raises:
        GraphError: 400 for a property that tasks do not have, and for `title` where a reading says so (davmail's
            experience).
    """
    select = odata.selected(options, PROPERTIES, "todoTask")
    if select and "title" in select and call.readings.task_title_select == "refused":
        raise bad_request("The property 'title' cannot be selected.", "RequestBroker--ParseUri")
    return select


def list_json(call: Call, place: TaskList, select: tuple[str, ...] | None = None) -> JsonObject:
    """A list with all its properties, or those selected; `id` and the ETag are always there."""
    whole: JsonObject = {
        "displayName": place.name,
        "isOwner": True,
        "isShared": False,
        "wellknownListName": place.kind,
        "id": place.id,
    }
    body = _etag(call, place)
    return body | (whole if select is None else {name: whole[name] for name in ("id", *select)})


def task_json(
    call: Call, task: Task, select: tuple[str, ...] | None = None, expanded: Expanded = NOTHING
) -> JsonObject:
    """The task with all its properties, or those selected; `id` and the ETag are always there."""
    whole: JsonObject = {
        **task.properties,
        **_times(call, task),
        "body": _body(call, task.properties["body"]),
        "hasAttachments": False,
        "createdDateTime": task.created,
        "lastModifiedDateTime": task.modified,
        "bodyLastModifiedDateTime": task.body_modified,
        "id": task.id,
    }
    names = PROPERTIES if select is None else ("id", *select)
    body = _etag(call, task) | {name: whole[name] for name in names if whole[name] is not None}
    for kind in expanded.parts:
        body[kind] = [part_json(each) for each in call.state.task_parts.of(task, kind)]
    if expanded.extensions:
        found = call.state.beside.extensions((task.owner,))
        body["extensions"] = [extension_json(name, stored) for name, stored in found.items()]
    return body


def part_json(part: TaskPart) -> JsonObject:
    """A step or a link; what it has no value for is left out."""
    return {**{name: value for name, value in part.properties.items() if value is not None}, "id": part.id}


def _times(call: Call, task: Task) -> JsonObject:
    name = preferred_zone(call)
    floating = DAYS if call.readings.task_days == "floating" else ()

    def shown(member: str) -> JsonObject | None:
        entry: JsonObject | None = task.properties[member]
        if entry is None:
            return None
        if member in floating:
            return time_zones.written(time_zones.wall(entry), name)
        return time_zones.converted(entry, name)

    return {each: shown(each) for each in TIMES}


def _body(call: Call, body: JsonObject) -> JsonObject:
    if call.readings.task_bodies == "as_written" or body["contentType"] == "html":
        return body
    text = html.escape(body["content"], quote=False).replace("\r\n", "\n")
    # Blanks that HTML would swallow stay, as when Exchange makes HTML of text.
    text = _SWALLOWED.sub("&nbsp;", text).replace("\n", "<br>\r\n")
    return {"contentType": "html", "content": f"<html><body>{text}</body></html>" if text else ""}


def preferred_zone(call: Call) -> str:
    """The zone of the dates in answers: UTC, or what the request prefers where that counts.

    Raises:
        GraphError: 400 for a zone that Outlook does not know.
    """
    name = call.request.preferences.get("outlook.timezone")
    if name is None or call.readings.task_time_zone == "utc":
        return "UTC"
    if time_zones.zone(name) is None:
        raise GraphError(400, "ErrorInvalidTimeZone", f"The time zone '{name}' is not supported.")
    return name


def applied(call: Call) -> dict[str, str]:
    """The header that says which preference was followed."""
    name = call.request.preferences.get("outlook.timezone")
    if name is None or call.readings.task_time_zone == "utc":
        return {}
    return {"Preference-Applied": f'outlook.timezone="{name}"'}


def _etag(call: Call, item: Task | TaskList) -> JsonObject:
    return {"@odata.etag": f'W/"{etag_key(call.mailbox, item)}"'} if call.request.wants_metadata else {}
