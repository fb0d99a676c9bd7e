"""Calendars of a mailbox (Graph: calendar resource and its methods)."""

from typing import Any

from m365_sandbox.errors import GraphError, bad_request
from m365_sandbox.graph import odata
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.event_call import calendar_of
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.calendars import COLORS
from m365_sandbox.store.event_records import Calendar
from m365_sandbox.store.folders import FolderExistsError
from m365_sandbox.store.ids import change_key
from m365_sandbox.store.records import JsonObject

PROPERTIES = (
    "id", "name", "color", "hexColor", "isDefaultCalendar", "changeKey", "canShare", "canViewPrivateItems", "canEdit",
    "allowedOnlineMeetingProviders", "defaultOnlineMeetingProvider", "isTallyingResponses", "isRemovable", "owner",
)  # fmt: skip


def calendar_json(call: Call, calendar: Calendar, select: tuple[str, ...] | None = None) -> JsonObject:
    """A calendar with all its properties, or those selected; `id` is always there."""
    whole: JsonObject = {
        "id": calendar.id,
        "name": calendar.name,
        "color": calendar.color,
        "hexColor": "",
        "isDefaultCalendar": calendar.is_default,
        "changeKey": change_key(call.mailbox.id, calendar.sequence),
        "canShare": True,
        "canViewPrivateItems": True,
        "canEdit": True,
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "isTallyingResponses": calendar.is_default,
        "isRemovable": not calendar.is_default,
        "owner": {"name": call.mailbox.display_name, "address": call.mailbox.address},
    }
    return whole if select is None else {name: whole[name] for name in ("id", *select)}


def list_calendars(call: Call) -> Answer:
    """GET calendars: the default one first (Graph: List calendars)."""
    options = odata.allow(call.request, "$top", "$skip", "$select", "$count")
    select = odata.selected(options, PROPERTIES, "calendar")
    top = odata.number(options, "$top", odata.TOP_DEFAULT, least=1, most=odata.TOP_MAX)
    skip = odata.number(options, "$skip", 0, least=0)
    found = call.state.calendars.all(call.mailbox.n)
    body = odata.collection(
        call.request,
        f"{call.owner}/calendars",
        [calendar_json(call, each, select) for each in found[skip : skip + top]],
        count=len(found) if options.get("$count", "").lower() == "true" else None,
        next_skip=skip + top if len(found) > skip + top else None,
    )
    return Answer(200, body)


def get_calendar(call: Call, calendar: str = "") -> Answer:
    """GET calendars/{id}, GET calendar: one of them, the default one."""
    found = calendar_of(call, calendar)
    select = odata.selected(odata.allow(call.request, "$select"), PROPERTIES, "calendar")
    return Answer(200, {**call.context("calendars/$entity"), **calendar_json(call, found, select)})


def create_calendar(call: Call) -> Answer:
    """POST calendars: 201 (Graph: Create calendar)."""
    name, color = _wanted(call.request.json())
    if name is None:
        raise bad_request("A calendar needs a name.", "ErrorInvalidRequest")
    try:
        made = call.state.calendars.add(call.mailbox.n, name, color or "auto")
    except FolderExistsError as error:
        raise GraphError(409, "ErrorFolderExists", str(error)) from error
    return Answer(201, {**call.context("calendars/$entity"), **calendar_json(call, made)})


def update_calendar(call: Call, calendar: str = "") -> Answer:
    """PATCH calendars/{id}, PATCH calendar: name and colour; 200 (Graph: Update calendar)."""
    name, color = _wanted(call.request.json())
    found = calendar_of(call, calendar)
    try:
        changed = call.state.calendars.update(found, name=name, color=color)
    except FolderExistsError as error:
        raise GraphError(409, "ErrorFolderExists", str(error)) from error
    return Answer(200, {**call.context("calendars/$entity"), **calendar_json(call, changed)})


def delete_calendar(call: Call, calendar: str) -> Answer:
    """DELETE calendars/{id}, POST …/permanentDelete: with all its events; 204 (Graph: Delete calendar)."""
    with call.state.transaction():
        found = calendar_of(call, calendar)
        if found.is_default:
            raise bad_request("Distinguished folders cannot be deleted.", "ErrorDeleteDistinguishedFolder")
        call.state.events.purge_all(found)
        call.state.calendars.remove(found)
    return Answer(204)


def _wanted(body: JsonObject) -> tuple[str | None, str | None]:
    given: dict[str, Any] = {name: value for name, value in body.items() if "@" not in name}
    if unknown := set(given) - set(PROPERTIES):
        raise bad_request(
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.calendar'.",
            "RequestBodyRead",
        )
    if read_only := set(given) - {"name", "color"}:
        raise bad_request(f"The property '{min(read_only)}' is read-only.", "ErrorInvalidPropertySet")
    name, color = given.get("name"), given.get("color")
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise bad_request("The name of a calendar must be a text.", "RequestBodyRead")
    if color is not None and color not in COLORS:
        raise bad_request(f"'{color}' is not a member of calendarColor.", "RequestBodyRead")
    return name.strip() if name else None, color
