"""What Outlook mails when a meeting is made, changed or called off: noted in the outbox, never sent.

Source: Graph: Update event (notes on attendees); event: cancel, accept, decline, tentativelyAccept, forward. Nothing
in Graph suppresses these mails.
"""

from collections.abc import Iterable

from m365_sandbox.graph.call import Call
from m365_sandbox.graph.event_json import shown_id
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject

# One's own fields on one's own copy: whether changing them mails is open (`Readings.silent_event_changes`).
OWN_FIELDS = frozenset(("categories", "isReminderOn", "reminderMinutesBeforeStart", "showAs", "sensitivity"))
_RESPONSES = {"accepted": "Accepted", "tentativelyAccepted": "Tentative", "declined": "Declined"}


def addresses(properties: JsonObject) -> list[str]:
    """The attendees' addresses, the organizer's own left out."""
    own = (properties.get("organizer") or {}).get("emailAddress", {}).get("address", "").casefold()
    found = [each["emailAddress"]["address"] for each in properties.get("attendees", [])]
    return [each for each in found if each.casefold() != own]


def made(call: Call, event: Event) -> None:
    """A meeting was made: everybody is invited."""
    if _is_own_meeting(event.properties):
        _note(call, "meetingInvitation", event, addresses(event.properties))


def changed(call: Call, before: Event, after: Event, named: Iterable[str], *, extended: bool) -> None:
    """An event was changed: who is new is invited, who is gone is told so, the others get the update.

    Args:
        call: the request.
        before: what it was.
        after: what it is.
        named: the properties that the request named, changed or not.
        extended: whether it named extended properties too.
    """
    if not (_is_own_meeting(before.properties) or _is_own_meeting(after.properties)):
        return
    fields = set(named)
    were, are = addresses(before.properties), addresses(after.properties)
    known = {each.casefold() for each in were}
    now = {each.casefold() for each in are}
    _note(call, "meetingInvitation", after, [each for each in are if each.casefold() not in known])
    _note(call, "meetingCancellation", after, [each for each in were if each.casefold() not in now])
    silent = OWN_FIELDS if call.readings.silent_event_changes == "own_fields" else frozenset()
    loud = fields - silent - {"attendees"}
    if loud or (extended and not silent):
        _note(call, "meetingUpdate", after, [each for each in are if each.casefold() in known])


def called_off(call: Call, event: Event) -> None:
    """A meeting or an occurrence of it was deleted or cancelled by its organizer."""
    if _is_own_meeting(event.properties):
        _note(call, "meetingCancellation", event, addresses(event.properties), before="Canceled: ")
    elif call.readings.delete_declines and not event.properties["isOrganizer"]:
        answered(call, event, "declined")


def answered(call: Call, event: Event, response: str) -> None:
    """An attendee answered the organizer."""
    to = event.properties["organizer"]["emailAddress"]["address"]
    _note(call, "meetingResponse", event, [to], before=f"{_RESPONSES[response]}: ")


def forwarded(call: Call, event: Event, to: list[str]) -> None:
    """The meeting was sent on to others."""
    _note(call, "meetingForward", event, to, before="FW: ")


def _is_own_meeting(properties: JsonObject) -> bool:
    return bool(
        addresses(properties)
        and properties["isOrganizer"]
        and not properties["isDraft"]
        and not properties["isCancelled"]
    )


def _note(call: Call, kind: str, event: Event, to: list[str], *, before: str = "") -> None:
    if to:
        subject = before + event.properties["subject"]
        call.state.outbox.add(call.mailbox.n, kind, subject, to, shown_id(call, event))
