"""What Outlook would have mailed stands in the outbox; R85: nothing else does."""

from dataclasses import replace

import httpx2
import pytest

from m365_sandbox.app import Sandbox
from m365_sandbox.in_process import SandboxTransport
from m365_sandbox.state import State
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject
from tests.sandbox.conftest import ADDRESS
from tests.sandbox.test_calendar import DAILY, NEW, WEEK, create

JAN, PIET = ({"emailAddress": {"address": f"{name}@x.nl", "name": name}} for name in ("jan", "piet"))


def sent(state: State) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and recipients of every mail."""
    return [(each.kind, each.recipients) for each in state.outbox.all()]


def invited(state: State, **more: object) -> Event:
    """A meeting of somebody else's to which Anna is invited."""
    return state.add_event(
        ADDRESS,
        {
            **NEW,
            "attendees": [{"emailAddress": {"address": ADDRESS}}],
            "organizer": {"emailAddress": {"address": "chef@x.nl"}},
            **more,
        },
        uid="uid-1",
    )


def test_a_meeting_mails_its_attendees(anna: httpx2.Client, state: State) -> None:
    """Graph: Create event, Update event: invitation, update, who is new, who is gone, cancellation."""
    meeting = create(anna, attendees=[JAN])
    address = f"/events/{meeting['id']}"
    anna.patch(address, json={"subject": "Nieuw"})
    anna.patch(address, json={"attendees": [JAN, PIET]})
    anna.patch(address, json={"attendees": [PIET], "location": {"displayName": "Zaal 2"}})
    anna.delete(address)
    assert sent(state) == [
        ("meetingInvitation", ("jan@x.nl",)),
        ("meetingUpdate", ("jan@x.nl",)),
        ("meetingInvitation", ("piet@x.nl",)),
        ("meetingCancellation", ("jan@x.nl",)),
        ("meetingUpdate", ("piet@x.nl",)),
        ("meetingCancellation", ("piet@x.nl",)),
    ]
    last = state.outbox.all(state.directory.get(ADDRESS).n)[-1]
    assert (last.subject, last.item_id) == ("Canceled: Nieuw", meeting["id"])


@pytest.mark.parametrize(
    "change",
    [
        {"categories": ["A"]},
        {"isReminderOn": False},
        {"reminderMinutesBeforeStart": 5},
        {"showAs": "free"},
        {"sensitivity": "private"},
        {"singleValueExtendedProperties": [{"id": "String 0x5000", "value": "1"}]},
    ],
)
def test_own_fields_are_silent_or_not(anna: httpx2.Client, state: State, change: JsonObject) -> None:
    """§16.8: which changes are silent is a reading."""
    address = f"/events/{create(anna, attendees=[JAN])['id']}"
    assert anna.patch(address, json=change).status_code == 200
    assert len(sent(state)) == 1
    state.readings = replace(state.readings, silent_event_changes="none")
    anna.patch(address, json=change)
    assert sent(state)[1:] == [("meetingUpdate", ("jan@x.nl",))]


def test_appointments_without_attendees_mail_nobody(anna: httpx2.Client, state: State) -> None:
    """R85: an appointment of one's own, and the Python door, send nothing."""
    address = f"/events/{create(anna)['id']}"
    anna.patch(address, json={"subject": "Nieuw"})
    anna.delete(address)
    meeting = state.add_event(ADDRESS, {**NEW, "attendees": [JAN]})
    state.update_event(ADDRESS, meeting, {"subject": "Nieuw"})
    state.remove_event(ADDRESS, meeting)
    assert sent(state) == []


def test_an_occurrence_of_a_meeting_is_called_off(anna: httpx2.Client, state: State) -> None:
    """Deleting one occurrence tells the attendees too."""
    series = create(anna, recurrence=DAILY, attendees=[JAN])
    second = anna.get(f"/events/{series['id']}/instances?{WEEK}").json()["value"][1]
    assert anna.delete(f"/events/{second['id']}").status_code == 204
    assert sent(state)[1:] == [("meetingCancellation", ("jan@x.nl",))]


def test_cancelling_is_for_organizers_answering_for_the_others(anna: httpx2.Client, state: State) -> None:
    """Graph: event: cancel, accept: 400 for the wrong one, 202 for the right one."""
    own, other = create(anna, attendees=[JAN])["id"], invited(state).id
    assert [anna.post(f"/events/{own}/{verb}").status_code for verb in ("accept", "decline")] == [400, 400]
    assert anna.post(f"/events/{other}/cancel").status_code == 400
    assert anna.post(f"/events/{own}/cancel", json={"comment": "Helaas"}).status_code == 202
    assert anna.get(f"/events/{own}").status_code == 404
    assert sent(state)[1:] == [("meetingCancellation", ("jan@x.nl",))]


@pytest.mark.parametrize(
    ("verb", "body", "expected", "answer"),
    [
        ("accept", {}, 1, "accepted"),
        ("accept", {"sendResponse": False}, 0, "accepted"),
        ("tentativelyAccept", {"comment": "?"}, 1, "tentativelyAccepted"),
        ("decline", {"sendResponse": False}, 0, None),
        ("decline", {}, 1, None),
    ],
)
def test_answers_go_to_the_organizer(
    anna: httpx2.Client, state: State, *, verb: str, body: JsonObject, expected: int, answer: str | None
) -> None:
    """Graph: event: accept, tentativelyAccept, decline: `sendResponse`; a declined event leaves the calendar."""
    event = invited(state)
    assert anna.post(f"/events/{event.id}/{verb}", json=body).status_code == 202
    assert sent(state) == [("meetingResponse", ("chef@x.nl",))] * expected
    found = anna.get(f"/events/{event.id}")
    assert (found.json()["responseStatus"]["response"] if found.status_code == 200 else None) == answer


def test_deleting_an_invitation_is_silent_or_declines(anna: httpx2.Client, state: State) -> None:
    """§4.6: DELETE of an attendee's copy sends no decline; a reading."""
    anna.delete(f"/events/{invited(state).id}")
    assert sent(state) == []
    state.readings = replace(state.readings, delete_declines=True)
    anna.delete(f"/events/{invited(state).id}")
    assert sent(state) == [("meetingResponse", ("chef@x.nl",))]


def test_changes_of_an_invitation_stay_here(anna: httpx2.Client, state: State) -> None:
    """§4.6: an attendee's edits are local; forwarding names its recipients."""
    event = invited(state)
    assert anna.patch(f"/events/{event.id}", json={"subject": "Voor mij"}).status_code == 200
    assert sent(state) == []
    assert anna.post(f"/events/{event.id}/forward", json={}).status_code == 400
    assert anna.post(f"/events/{event.id}/forward", json={"toRecipients": [PIET]}).status_code == 202
    assert sent(state) == [("meetingForward", ("piet@x.nl",))]


def test_a_lost_blob_ends_the_online_meeting(anna: httpx2.Client) -> None:
    """Graph: Update event: removing the meeting's part of the body disables the online meeting."""
    created = create(anna, isOnlineMeeting=True)
    address = f"/events/{created['id']}"
    assert created["onlineMeeting"]["joinUrl"] in created["body"]["content"]
    assert anna.patch(address, json={"isOnlineMeeting": False}).status_code == 400
    kept = anna.patch(address, json={"body": created["body"]}).json()
    assert (kept["isOnlineMeeting"], kept["onlineMeetingProvider"]) == (True, "teamsForBusiness")
    lost = anna.patch(address, json={"body": {"contentType": "text", "content": "x"}}).json()
    assert (lost["isOnlineMeeting"], lost["onlineMeeting"]) == (False, None)


def test_the_outbox_is_told_to_tests_of_others(anna: httpx2.Client, sandbox: Sandbox) -> None:
    """`GET /_sandbox/outbox`: a demo or browser test can prove what was mailed."""
    create(anna, attendees=[JAN])
    with httpx2.Client(transport=SandboxTransport(sandbox), base_url="https://sandbox.example") as client:
        (mail,) = client.get("/_sandbox/outbox").json()["sent"]
        assert (mail["kind"], mail["recipients"]) == ("meetingInvitation", ["jan@x.nl"])


def test_answers_are_the_attendees_own(anna: httpx2.Client, state: State) -> None:
    """§4.6: a request cannot say that an attendee accepted, nor does a change forget that he did."""
    accepted = {"response": "accepted", "time": "2026-11-20T09:00:00Z"}
    created = create(anna, attendees=[{**JAN, "status": accepted}])
    assert created["attendees"][0]["status"]["response"] == "none"
    event = state.events.get(state.directory.get(ADDRESS).n, created["id"])
    state.update_event(ADDRESS, event, {"attendees": [{**PIET, "status": accepted}]})
    changed = anna.patch(f"/events/{created['id']}", json={"attendees": [PIET, JAN]}).json()
    assert [each["status"]["response"] for each in changed["attendees"]] == ["accepted", "none"]


def test_a_lost_answer_makes_no_second_meeting(anna: httpx2.Client, state: State, sandbox: Sandbox) -> None:
    """§9.3: after a 503 that did its work, the same transactionId finds the first event and mails nobody again."""
    sandbox.faults.add("unavailable_after", method="POST", path="/events")
    body = {**NEW, "attendees": [JAN], "transactionId": "t-1"}
    assert [anna.post("/events", json=body).status_code for _ in range(2)] == [503, 201]
    assert (anna.get("/events/$count").text, len(sent(state))) == ("1", 1)
