"""Answers to meetings (Graph: event: cancel, accept, decline, tentativelyAccept, forward)."""

from typing import Any

from m365_sandbox.errors import bad_request
from m365_sandbox.graph import meeting_mail
from m365_sandbox.graph.call import Call
from m365_sandbox.graph.event_call import event_of
from m365_sandbox.graph.request import Answer
from m365_sandbox.store.event_records import Event, EventChange
from m365_sandbox.store.records import JsonObject, stamp


def cancel(call: Call, event: str, calendar: str = "") -> Answer:
    """POST events/{id}/cancel: 202; attendees are told, and the meeting goes to Deleted Items."""
    _body(call)
    with call.state.transaction():
        found = event_of(call, event, calendar)
        if not found.properties["isOrganizer"]:
            raise bad_request(
                "Your request can't be completed. You need to be an organizer to cancel a meeting.",
                "ErrorAccessDenied",
            )
        meeting_mail.called_off(call, found)
        call.state.events.delete(call.mailbox.n, found)
    return Answer(202)


def accept(call: Call, event: str, calendar: str = "") -> Answer:
    """POST events/{id}/accept: 202; the organizer is told unless `sendResponse` is false."""
    return _respond(call, event, calendar, "accepted")


def accept_tentatively(call: Call, event: str, calendar: str = "") -> Answer:
    """POST events/{id}/tentativelyAccept: 202."""
    return _respond(call, event, calendar, "tentativelyAccepted")


def decline(call: Call, event: str, calendar: str = "") -> Answer:
    """POST events/{id}/decline: 202; the event leaves the calendar."""
    return _respond(call, event, calendar, "declined")


def forward(call: Call, event: str, calendar: str = "") -> Answer:
    """POST events/{id}/forward: 202; the meeting request goes to `toRecipients`."""
    body = _body(call)
    wanted: Any = body.get("torecipients")
    found = event_of(call, event, calendar)
    try:
        to = [str(each["emailAddress"]["address"]) for each in wanted]
    except (KeyError, TypeError):
        to = []
    if not to:
        raise bad_request("toRecipients must name at least one recipient.", "ErrorInvalidRecipients")
    meeting_mail.forwarded(call, found, to)
    return Answer(202)


def _respond(call: Call, event: str, calendar: str, response: str) -> Answer:
    body = _body(call)
    send = body.get("sendresponse", True)
    if not isinstance(send, bool):
        raise bad_request("sendResponse must be true or false.", "RequestBodyRead")
    if body.get("proposednewtime") is not None and not send:
        raise bad_request("A new time is proposed to nobody: sendResponse is false.", "ErrorInvalidRequest")
    with call.state.transaction():
        found = event_of(call, event, calendar)
        if found.properties["isOrganizer"]:
            raise bad_request(
                "Your request can't be completed. You can't respond to this meeting because you're the meeting "
                "organizer.",
                "ErrorInvalidRequest",
            )
        if send and found.properties["responseRequested"]:
            meeting_mail.answered(call, found, response)
        if response == "declined":
            call.state.events.delete(call.mailbox.n, found)
        else:
            call.state.events.update(call.mailbox.n, found, _answer(call, found, response))
    return Answer(202)


def _answer(call: Call, event: Event, response: str) -> EventChange:
    now = {"response": response, "time": stamp(call.state.clock())}
    busy = "tentative" if response == "tentativelyAccepted" else "busy"
    shown = {} if event.properties["showAs"] == "free" else {"showAs": busy}
    return EventChange({"responseStatus": now, **shown})


def _body(call: Call) -> JsonObject:
    """The parameters by their name in lower case; Graph takes an empty body too."""
    return {name.lower(): value for name, value in call.request.json().items()} if call.request.body else {}
