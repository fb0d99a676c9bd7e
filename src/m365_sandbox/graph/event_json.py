"""An event as Graph writes it, in the zone and form that the request prefers."""

import html
import re
from datetime import UTC
from html.parser import HTMLParser

from m365_sandbox import time_zones
from m365_sandbox.errors import GraphError
from m365_sandbox.event_type import PROPERTIES
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.contact_json import bare_name, extension_json
from m365_sandbox.graph.odata import NOTHING, Expansion
from m365_sandbox.store import event_times
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.events import etag_key
from m365_sandbox.store.extended_ids import normalised
from m365_sandbox.store.records import JsonObject

_COMMON = "{00062008-0000-0000-C000-000000000046}"
PRIVATE = normalised(f"Boolean {_COMMON} Id 0x8506")
SENSITIVITY = normalised("Integer 0x0036")
LINKS = tuple(
    normalised(f"{kind} {_COMMON} Id {number}")
    for kind, number in (
        ("StringArray", "0x853A"),
        ("Binary", "0x8585"),
        ("String", "0x8586"),
        ("Binary", "0x8584"),
    )
)
LEVELS = ("normal", "personal", "private", "confidential")
_PREVIEW = 255


def shown_id(call: Call, event: Event) -> str:
    """The event's id in the form that the request asked for."""
    return event.immutable_id if call.request.wants_immutable_ids else event.id


def preferred_zone(call: Call) -> str:
    """The zone of start and end in answers: `Prefer: outlook.timezone`, UTC without.

    Raises:
        GraphError: 400 for a zone that Outlook does not know.
    """
    name = call.request.preferences.get("outlook.timezone")
    if name is None:
        return "UTC"
    if time_zones.zone(name) is None:
        raise GraphError(400, "ErrorInvalidTimeZone", f"The time zone '{name}' is not supported.")
    return name


def applied(call: Call) -> dict[str, str]:
    """The header that says which preferences were followed (Graph: List events)."""
    names = ("outlook.timezone", "outlook.body-content-type")
    given = [
        f'{name}="{call.request.preferences[name]}"' for name in names if name in call.request.preferences
    ]
    return {"Preference-Applied": ", ".join(given)} if given else {}


def event_json(
    call: Call, event: Event, select: tuple[str, ...] | None = None, expansion: Expansion = NOTHING
) -> JsonObject:
    """The event with all its properties, or those selected; `id`, ETag, `start` and `end` follow the request."""
    whole = _whole(call, event)
    body: JsonObject = {"@odata.etag": f'W/"{whole["changeKey"]}"'} if call.request.wants_metadata else {}
    if select is None:
        whole.pop("cancelledOccurrences", None)
        body |= whole
    else:
        body |= {name: whole[name] for name in ("id", *select) if name in whole}
        if "cancelledOccurrences" in select and event.kind == "seriesMaster":
            body["cancelledOccurrences"] = _cancelled(call, event)
    return body | expanded(call, event, expansion)


def skeleton_json(call: Call, event: Event) -> JsonObject:
    """An occurrence in a delta: when it is, and of which series (threads 7632 and 22197 of Microsoft's pages)."""
    body: JsonObject = {}
    if call.request.wants_metadata:
        body["@odata.etag"] = f'W/"{etag_key(call.mailbox, event)}"'
    master = event.series or event
    return body | {
        "seriesMasterId": shown_id(call, master),
        "type": "occurrence",
        "id": shown_id(call, event),
        **_times(call, event),
    }


def expanded(call: Call, event: Event, expansion: Expansion) -> JsonObject:
    """The extended properties and open extensions that were asked for."""
    body: JsonObject = {}
    for name, wanted in (
        ("singleValueExtendedProperties", expansion.single),
        ("multiValueExtendedProperties", expansion.multi),
    ):
        if not wanted:
            continue
        found = call.state.beside.extended(event.owners, list(wanted), multi=name.startswith("multi"))
        if name.startswith("single") and call.readings.private_mark == "in_step":
            found |= {key: value for key, value in private_marks(event).items() if key in wanted}
        if found:
            body[name] = [{"id": wanted[key], "value": value} for key, value in sorted(found.items())]
    if expansion.extensions is not None:
        names = {bare_name(name) for name in expansion.extensions}
        body["extensions"] = [
            extension_json(name, stored)
            for name, stored in call.state.beside.extensions(event.owners).items()
            if not names or name in names
        ]
    return body


def private_marks(event: Event) -> dict[str, str]:
    """PidLidPrivate and PidTagSensitivity as they follow from `sensitivity` (MS-OXCMSG)."""
    level = event.properties["sensitivity"]
    return {PRIVATE: str(level == "private").lower(), SENSITIVITY: str(LEVELS.index(level))}


def _whole(call: Call, event: Event) -> JsonObject:
    has = event.properties
    key = etag_key(call.mailbox, event)
    body = body_json(call, has["body"])
    whole: JsonObject = dict.fromkeys(PROPERTIES)
    whole |= {name: value for name, value in has.items() if name in whole}
    whole |= {
        "id": shown_id(call, event),
        "changeKey": key,
        "createdDateTime": event.created,
        "lastModifiedDateTime": event.modified,
        "iCalUId": event.uid,
        "type": event.kind,
        "seriesMasterId": shown_id(call, event.series) if event.series else None,
        "originalStartTimeZone": has["start"]["timeZone"],
        "originalEndTimeZone": has["end"]["timeZone"],
        "body": body,
        "bodyPreview": plain(has["body"])[:_PREVIEW],
        "hasAttachments": False,
        "webLink": f"https://outlook.office365.com/owa/?itemid={shown_id(call, event)}&exvsurl=1&path=/calendar/item",
        **_times(call, event),
    }
    if event.series is not None and event.day is not None:
        original = time_zones.moment(event_times.times_of(event.series.properties, event.day)["start"])
        whole["originalStart"] = f"{original.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    else:
        del whole["originalStart"]
    if not whole["transactionId"]:
        del whole["transactionId"]
    return whole


def _times(call: Call, event: Event) -> JsonObject:
    name = preferred_zone(call)
    has = event.properties
    if has["isAllDay"] and call.readings.all_day_in_other_zone == "stays":
        return {
            each: {**time_zones.converted(has[each], has[each]["timeZone"]), "timeZone": name}
            for each in _BOTH
        }
    return {each: time_zones.converted(has[each], name) for each in _BOTH}


_BOTH = ("start", "end")


def _cancelled(call: Call, master: Event) -> list[str]:
    return [
        f"OID.{shown_id(call, master)}.{day.isoformat()}" for day in call.state.events.cancelled_days(master)
    ]


def body_json(call: Call, body: JsonObject) -> JsonObject:
    """Always HTML in its frame, unless text is preferred."""
    if call.request.preferences.get("outlook.body-content-type", "").lower() == "text":
        return {"contentType": "text", "content": plain(body)}
    content: str = body["content"]
    if body["contentType"] == "text":
        lines = html.escape(content, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
        content = f'<div class="PlainText">{lines}</div>' if lines else ""
    if content and not re.search(r"<html[\s>]", content, re.IGNORECASE):
        head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        content = f"<html>\r\n<head>\r\n{head}\r\n</head>\r\n<body>\r\n{content}\r\n</body>\r\n</html>\r\n"
    return {"contentType": "html", "content": content}


def plain(body: JsonObject) -> str:
    """The text of a body without its marks."""
    if body["contentType"] == "text":
        return str(body["content"])
    reader = _Plain()
    reader.feed(body["content"])
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.pieces)).strip()


class _Plain(HTMLParser):
    """Collects the text of a page; what is only for browsers is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its shape
        """A mark begins."""
        if tag in {"style", "script", "title"}:
            self._hidden += 1
        elif tag in {"br", "p", "div", "tr", "li"} and self.pieces:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A mark ends."""
        if tag in {"style", "script", "title"}:
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._hidden:
            self.pieces.append(data.replace("\r\n", " ").replace("\n", " "))
