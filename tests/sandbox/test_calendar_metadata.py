"""Every answer of the calendar, name by name and type by type, against Microsoft's own metadata."""

from datetime import date

import httpx2
import pytest

from m365_sandbox.event_type import PROPERTIES
from m365_sandbox.graph import calendars
from m365_sandbox.state import State
from tests.sandbox.conftest import ADDRESS, STAMP
from tests.sandbox.test_calendar import CONTACTS, DAILY, NEW, WEEK
from tests.sandbox.test_metadata import metadata, problems

_NAVIGATION = {
    "attachments", "calendar", "exceptionOccurrences", "extensions", "instances", "multiValueExtendedProperties",
    "singleValueExtendedProperties",
}  # fmt: skip
_BESIDE = (
    "/events/{series}?$expand=extensions,singleValueExtendedProperties($filter=id eq 'STAMP'),"
    "multiValueExtendedProperties($filter=id eq 'CONTACTS')"
)


@pytest.fixture
def series(anna: httpx2.Client, state: State) -> str:
    """The id of a series that has every property, with one day changed and one cancelled."""
    place = {
        "displayName": "Zaal",
        "locationType": "conferenceRoom",
        "locationUri": "https://x.nl",
        "locationEmailAddress": "zaal@x.nl",
        "address": {"city": "Haarlem", "street": "Weg 1"},
        "coordinates": {"latitude": 52.1, "longitude": 4},
    }
    made = anna.post(
        "/events",
        json={
            **NEW,
            "body": {"contentType": "text", "content": "Tekst"},
            "location": place,
            "attendees": [{"type": "optional", "emailAddress": {"address": "jan@x.nl"}}],
            "categories": ["A"],
            "isOnlineMeeting": True,
            "transactionId": "t",
            "recurrence": DAILY,
            "singleValueExtendedProperties": [{"id": STAMP, "value": "1"}],
            "multiValueExtendedProperties": [{"id": CONTACTS, "value": ["Jan"]}],
            "extensions": [{"extensionName": "org.example", "n": 1}],
        },
    ).json()
    event = state.events.get(state.directory.get(ADDRESS).n, made["id"])
    state.update_event(ADDRESS, state.occurrence(ADDRESS, event, date(2026, 11, 25)), {"subject": "Anders"})
    state.remove_event(ADDRESS, event, date(2026, 11, 26))
    return str(made["id"])


def test_the_event_and_calendar_types_are_those_of_the_metadata() -> None:
    """Every property of Graph's event and calendar is modelled, and no other."""
    assert set(PROPERTIES) == set(metadata().properties["event"]) - _NAVIGATION
    beside = {"calendarPermissions", "calendarView", "events"} | _NAVIGATION
    assert set(calendars.PROPERTIES) == set(metadata().properties["calendar"]) - beside


@pytest.mark.parametrize(
    ("address", "type_name"),
    [
        ("/events", "Collection(graph.event)"),
        ("/events/{series}", "graph.event"),
        ("/events/{series}?$select=id,cancelledOccurrences&$expand=exceptionOccurrences", "graph.event"),
        (_BESIDE, "graph.event"),
        (f"/events/{{series}}/instances?{WEEK}", "Collection(graph.event)"),
        (f"/calendarView?{WEEK}", "Collection(graph.event)"),
        (f"/calendarView/delta?{WEEK}", "Collection(graph.event)"),
        ("/events/{series}/extensions", "Collection(graph.extension)"),
        ("/calendars", "Collection(graph.calendar)"),
        ("/calendar", "graph.calendar"),
    ],
)
def test_answers_are_as_the_metadata_say(
    anna: httpx2.Client, series: str, *, address: str, type_name: str
) -> None:
    """Graph v1.0 metadata: every name is declared, every value is of its type."""
    asked = address.format(series=series).replace("STAMP", STAMP).replace("CONTACTS", CONTACTS)
    answer = anna.get(asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    value = body["value"] if type_name.startswith("Collection") else body
    assert value
    assert list(problems(value, type_name, "")) == []


def test_a_batch_reaches_the_calendar(graph: httpx2.Client, series: str) -> None:
    """§14.1: events in $batch as on their own, with headers of each request."""
    place = f"/users/{ADDRESS}/events"
    requests = [
        {
            "id": "1",
            "method": "GET",
            "url": f"{place}/{series}",
            "headers": {"Prefer": 'outlook.timezone="Europe/Paris"'},
        },
        {
            "id": "2",
            "method": "POST",
            "url": place,
            "headers": {"Content-Type": "application/json"},
            "body": NEW,
        },
        {"id": "3", "method": "GET", "url": f"/users/{ADDRESS}/calendarView?{WEEK}"},
    ]
    answers = {
        each["id"]: each for each in graph.post("/$batch", json={"requests": requests}).json()["responses"]
    }
    assert [answers[each]["status"] for each in "123"] == [200, 201, 200]
    assert answers["1"]["body"]["start"] == {
        "dateTime": "2026-11-24T10:00:00.0000000",
        "timeZone": "Europe/Paris",
    }
