"""Organizer and attendees of a VEVENT (RFC 5545 §3.8.4.1, §3.8.4.3)."""

from typing import Any

from icalendar import Component

from m365_sandbox.store.records import JsonObject
from m365_sandbox.wording import Said

_ANSWERS = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentativelyAccepted", "NEEDS-ACTION": "notResponded",
}  # fmt: skip
_SHOWN = 60


def people_of(component: Component, notes: list[Said]) -> JsonObject:
    """`organizer` and `attendees`; who has no mail address is noted and left out."""
    found: JsonObject = {"attendees": _attendees(component, notes)}
    organizer = component.get("ORGANIZER")
    if organizer is not None:
        person = _person(organizer[0] if isinstance(organizer, list) else organizer, notes)
        if person is not None:
            found["organizer"] = {"emailAddress": person}
    return found


def _attendees(component: Component, notes: list[Said]) -> list[JsonObject]:
    entries = component.get("ATTENDEE")
    entries = entries if isinstance(entries, list) else [] if entries is None else [entries]
    attendees = []
    for entry in entries:
        person = _person(entry, notes)
        if person is None:
            continue
        answer = _ANSWERS.get(_parameter(entry, "PARTSTAT").upper(), "none")
        attendees.append({"type": _kind(entry), "emailAddress": person, "status": {"response": answer}})
    return attendees


def _kind(entry: Any) -> str:
    if _parameter(entry, "CUTYPE").upper() in {"RESOURCE", "ROOM"}:
        return "resource"
    return (
        "optional"
        if _parameter(entry, "ROLE").upper() in {"OPT-PARTICIPANT", "NON-PARTICIPANT"}
        else "required"
    )


def _person(entry: Any, notes: list[Said]) -> JsonObject | None:
    written = str(entry).strip()
    address = written[7:] if written[:7].lower() == "mailto:" else _parameter(entry, "EMAIL") or written
    if "@" not in address:
        notes.append(Said("A person without a mail address was left out: {value}", value=written[:_SHOWN]))
        return None
    return {"address": address.strip(), "name": _parameter(entry, "CN").strip('"') or address.strip()}


def _parameter(entry: Any, name: str) -> str:
    return str(getattr(entry, "params", {}).get(name, ""))
