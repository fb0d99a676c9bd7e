"""Calendars and events as Graph answers them: create, read, change, delete, views, and what is refused."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from m365_sandbox.state import State
from m365_sandbox.store.records import JsonObject
from tests.sandbox.conftest import ADDRESS, STAMP
from tests.sandbox.test_calendar_series import at

NEW = {"subject": "Overleg", "start": at("2026-11-24"), "end": at("2026-11-24", "11:00")}
WEEK = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-30T00:00:00Z"
CONTACTS = "StringArray {00062008-0000-0000-C000-000000000046} Id 0x853A"
NAMES = "String {00062008-0000-0000-C000-000000000046} Id 0x8586"
PRIVATE = "Boolean {00062008-0000-0000-C000-000000000046} Id 0x8506"
DAILY = {
    "pattern": {"type": "daily", "interval": 1},
    "range": {"type": "numbered", "startDate": "2026-11-24", "numberOfOccurrences": 3},
}


def create(anna: httpx2.Client, place: str = "/events", **properties: Any) -> JsonObject:
    """An event of Anna's, an hour on Tuesday 24 November at ten in Amsterdam unless told otherwise."""
    answer = anna.post(place, json={**NEW, **properties})
    assert answer.status_code == 201, answer.text
    created: JsonObject = answer.json()
    return created


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and error code."""
    return answer.status_code, answer.json()["error"]["code"]


def subjects(answer: httpx2.Response) -> list[str]:
    """What a list holds."""
    assert answer.status_code == 200, answer.text
    return [each["subject"] for each in answer.json()["value"]]


def test_a_created_event_is_read_back_whole(anna: httpx2.Client) -> None:
    """Graph: Create event: 201 with the event, in UTC; what was not given has Outlook's defaults."""
    created = create(
        anna, location={"displayName": "Zaal 1"}, categories=["CRMcorner"], sensitivity="private"
    )
    assert anna.get(f"/events/{created['id']}").json() == created
    assert created["start"] == {"dateTime": "2026-11-24T09:00:00.0000000", "timeZone": "UTC"}
    assert created["originalStartTimeZone"] == "W. Europe Standard Time"
    assert (created["showAs"], created["isReminderOn"], created["reminderMinutesBeforeStart"]) == (
        "busy",
        True,
        15,
    )
    assert [each["displayName"] for each in created["locations"]] == ["Zaal 1"]
    assert (created["type"], created["isOrganizer"], created["sensitivity"]) == (
        "singleInstance",
        True,
        "private",
    )
    assert created["organizer"]["emailAddress"]["address"] == ADDRESS
    assert created["@odata.etag"] == f'W/"{created["changeKey"]}"'


def test_times_come_in_the_zone_that_is_preferred(anna: httpx2.Client) -> None:
    """Graph: List events: `Prefer: outlook.timezone` with Windows and IANA names, confirmed in the answer."""
    created = create(anna)
    for name in ("W. Europe Standard Time", "Europe/Amsterdam"):
        answer = anna.get(f"/events/{created['id']}", headers={"Prefer": f'outlook.timezone="{name}"'})
        assert answer.json()["start"] == {"dateTime": "2026-11-24T10:00:00.0000000", "timeZone": name}
        assert answer.headers["Preference-Applied"] == f'outlook.timezone="{name}"'
    assert code(anna.get("/events", headers={"Prefer": 'outlook.timezone="Mars"'})) == (
        400,
        "ErrorInvalidTimeZone",
    )


def test_the_body_comes_as_html_or_as_text(anna: httpx2.Client) -> None:
    """Graph: event: the body is HTML whatever was sent, text when preferred."""
    created = create(anna, body={"contentType": "text", "content": "Eén <twee>\ndrie"})
    assert created["body"]["contentType"] == "html"
    assert "Eén &lt;twee&gt;<br>" in created["body"]["content"]
    assert created["bodyPreview"] == "Eén <twee>\ndrie"
    preferred = anna.get(
        f"/events/{created['id']}", headers={"Prefer": 'outlook.body-content-type="text"'}
    ).json()
    assert preferred["body"] == {"contentType": "text", "content": "Eén <twee>\ndrie"}
    html = create(anna, body={"contentType": "html", "content": "<p>A</p><script>x</script><p>B &amp; C</p>"})
    assert html["bodyPreview"] == "A\nB & C"


def test_a_patch_leaves_what_it_does_not_name(anna: httpx2.Client) -> None:
    """Graph: Update event; If-Match as for contacts."""
    created = create(anna, categories=["A"], location={"displayName": "Zaal 1"})
    address = f"/events/{created['id']}"
    changed = anna.patch(address, json={"subject": "Nieuw", "locations": []}).json()
    assert (changed["subject"], changed["categories"], changed["location"]["displayName"]) == (
        "Nieuw",
        ["A"],
        "",
    )
    old = {"If-Match": created["@odata.etag"]}
    assert code(anna.patch(address, json={"subject": "X"}, headers=old)) == (412, "ErrorIrresolvableConflict")
    assert code(anna.delete(address, headers=old)) == (412, "ErrorIrresolvableConflict")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"subject": 7}, "RequestBodyRead"),
        ({"Subject": "x"}, "RequestBodyRead"),
        ({"subject": "\x00"}, "ErrorInvalidRequest"),
        ({"organizer": {"emailAddress": {"address": "a@x.nl"}}}, "ErrorInvalidPropertySet"),
        ({"start": None}, "RequestBodyRead"),
        ({"end": at("2026-11-23")}, "ErrorCalendarEndDateIsEarlierThanStartDate"),
        ({"end": at("2046-11-23")}, "ErrorCalendarDurationIsTooLong"),
        ({"start": at("2026-11-24", zone="Mars")}, "ErrorInvalidTimeZone"),
        ({"start": at("2026-13-24")}, "ErrorInvalidRequest"),
        ({"start": at("0001-01-01")}, "ErrorCalendarOutOfRange"),
        ({"end": at("9999-12-31")}, "ErrorCalendarOutOfRange"),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"showAs": "away"}, "RequestBodyRead"),
        ({"reminderMinutesBeforeStart": "5"}, "RequestBodyRead"),
        ({"attendees": [{"emailAddress": {"name": "X"}}]}, "ErrorInvalidRecipients"),
        (
            {"attendees": [{"emailAddress": {"address": f"{n}@x.nl"}} for n in range(501)]},
            "ErrorPropertyValidationFailure",
        ),
        (
            {"recurrence": {"pattern": {"type": "hourly"}, "range": DAILY["range"]}},
            "RequestBodyRead",
        ),
        (
            {"recurrence": {**DAILY, "pattern": {"type": "daily", "interval": 1, "month": 13}}},
            "ErrorPropertyValidationFailure",
        ),
        (
            {"recurrence": {**DAILY, "range": {"type": "noEnd", "startDate": "2026-11-25"}}},
            "ErrorPropertyValidationFailure",
        ),
    ],
)
def test_what_outlook_cannot_hold_is_refused(anna: httpx2.Client, body: JsonObject, expected: str) -> None:
    """Graph answers 400 for wrong types and times, and stores nothing."""
    assert code(anna.post("/events", json={**NEW, **body})) == (400, expected)
    assert subjects(anna.get("/events")) == []


def test_an_all_day_event_lasts_from_midnight_to_midnight(anna: httpx2.Client, state: State) -> None:
    """Graph: event: `isAllDay`; in another zone it is moved off midnight, or stays on its days (a reading)."""
    days: JsonObject = {
        "start": at("2026-11-24", "00:00"),
        "end": at("2026-11-25", "00:00"),
        "isAllDay": True,
    }
    created = create(anna, **days)
    assert created["start"]["dateTime"].startswith("2026-11-23T23:00")
    zone = {"Prefer": 'outlook.timezone="W. Europe Standard Time"'}
    assert (
        anna.get(f"/events/{created['id']}", headers=zone)
        .json()["start"]["dateTime"]
        .startswith("2026-11-24T00")
    )
    state.readings = replace(state.readings, all_day_in_other_zone="stays")
    assert anna.get(f"/events/{created['id']}").json()["start"]["dateTime"].startswith("2026-11-24T00:00")
    zones = {**days, "end": at("2026-11-25", "00:00", "UTC")}
    assert code(anna.post("/events", json={**NEW, **zones})) == (400, "ErrorPropertyValidationFailure")


def test_lists_hold_single_events_and_series_views_what_they_expand_to(anna: httpx2.Client) -> None:
    """Graph: List events, List calendarView, List instances; occurrences have ids and iCalUIds of their own."""
    create(anna, subject="Een", start=at("2026-11-23"), end=at("2026-11-23", "11:00"))
    series = create(anna, subject="Reeks", recurrence=DAILY)
    assert subjects(anna.get("/events")) == ["Een", "Reeks"]
    view = anna.get(f"/calendarView?{WEEK}")
    assert subjects(view) == ["Een", "Reeks", "Reeks", "Reeks"]
    second = view.json()["value"][2]
    assert (second["type"], second["seriesMasterId"], second["recurrence"]) == (
        "occurrence",
        series["id"],
        None,
    )
    assert second["originalStart"] == "2026-11-25T09:00:00Z"
    assert anna.get(f"/events/{second['id']}").json()["start"]["dateTime"] == "2026-11-25T09:00:00.0000000"
    assert len({each["iCalUId"] for each in view.json()["value"]} | {series["iCalUId"]}) == 5
    assert subjects(anna.get(f"/events/{series['id']}/instances?{WEEK}")) == ["Reeks"] * 3
    assert code(anna.get("/calendarView")) == (400, "ErrorInvalidParameter")
    long = "startDateTime=2020-01-01&endDateTime=2026-01-01"
    assert code(anna.get(f"/calendarView?{long}")) == (400, "ErrorInvalidRequest")
    assert code(anna.get(f"/calendarView?{WEEK}&$select=createdDateTime")) == (400, "ErrorInvalidProperty")


def test_windows_are_read_by_their_own_offset(anna: httpx2.Client) -> None:
    """Graph: List calendarView: an offset in the value counts, none is UTC, the preferred zone never does."""
    create(anna)
    zone = {"Prefer": 'outlook.timezone="Tokyo Standard Time"'}
    for least, most, expected in (
        ("2026-11-24T10:59:00%2B01:00", "2026-11-24T12:00:00%2B01:00", 1),
        ("2026-11-24T10:00:00", "2026-11-24T12:00:00.0000000", 0),
        ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z", 0),
        ("2026-11-24T08:00:00Z", "2026-11-24T09:00:01Z", 1),
    ):
        found = anna.get(f"/calendarView?startDateTime={least}&endDateTime={most}", headers=zone)
        assert len(found.json()["value"]) == expected


def test_pages_follow_each_other(anna: httpx2.Client) -> None:
    """Graph: ten a page by default; `$top`, `$skip`, `$orderby`, `$count`, `$select`."""
    for hour in range(12):
        create(
            anna,
            subject=f"{hour:02}",
            start=at("2026-11-24", f"{hour:02}:00"),
            end=at("2026-11-24", f"{hour:02}:30"),
        )
    for place in ("/events?", f"/calendarView?{WEEK}&"):
        first = anna.get(f"{place}$orderby=start/dateTime desc&$count=true&$select=subject").json()
        assert [each["subject"] for each in first["value"]] == [f"{n:02}" for n in range(11, 1, -1)]
        assert (first["@odata.count"], set(first["value"][0])) == (12, {"@odata.etag", "id", "subject"})
        rest = anna.get(first["@odata.nextLink"]).json()
        assert ([each["subject"] for each in rest["value"]], "@odata.nextLink" in rest) == (
            ["01", "00"],
            False,
        )
    assert anna.get("/events/$count").text == "12"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("start/dateTime ge '2026-11-25T00:00'", ["B", "C"]),
        ("start/dateTime ge '2026-11-25T00:00' and end/dateTime lt '2026-11-26T00:00:00Z'", ["B"]),
        ("subject eq 'b'", ["B"]),
        ("startswith(subject,'c') and isAllDay eq false", ["C"]),
        ("iCalUId eq 'UID-B'", ["B"]),
        ("categories/any(c:c eq 'blauw')", ["A"]),
        ("lastModifiedDateTime ge 2026-11-23T09:00:00Z", ["A", "B", "C"]),
        ("lastModifiedDateTime gt 2026-11-23T09:00:00Z", []),
        (f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq '7F')", ["A"]),
        (f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and startswith(ep/value,'7'))", ["A"]),
        ("sensitivity eq 'private'", ["B"]),
        ("transactionId eq 'x'", "ErrorInvalidUrlQueryFilter"),
        ("bodyPreview eq 'x'", "ErrorInvalidUrlQueryFilter"),
        (
            f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and cast(ep/value, Edm.Int32) eq 7)",
            "NotImplemented",
        ),
    ],
)
def test_filters(anna: httpx2.Client, state: State, condition: str, expected: list[str] | str) -> None:
    """The forms that Microsoft's pages and practice show work; others are refused, never passed over."""
    for name, more in (("A", {"categories": ["Blauw"]}), ("B", {"sensitivity": "private"}), ("C", {})):
        day = f"2026-11-2{4 + 'ABC'.index(name)}"
        state.add_event(
            ADDRESS,
            {"subject": name, "start": at(day), "end": at(day, "11:00"), **more},
            extended={STAMP: "7f"} if name == "A" else None,
            uid=f"uid-{name.lower()}",
        )
    answer = anna.get("/events", params={"$filter": condition})
    assert (code(answer)[1] if isinstance(expected, str) else subjects(answer)) == expected


def test_a_repeated_transaction_makes_one_event(anna: httpx2.Client, state: State) -> None:
    """Graph: event: transactionId; a repeat is answered with the first event, or 409 (a reading)."""
    first = create(anna, transactionId="t-1")
    again = create(anna, transactionId="t-1", subject="Anders")
    assert (again["id"], again["subject"], again["transactionId"]) == (first["id"], "Overleg", "t-1")
    state.readings = replace(state.readings, repeated_transaction="conflict")
    assert code(anna.post("/events", json={**NEW, "transactionId": "t-1"}))[0] == 409
    assert anna.get("/events/$count").text == "1"
    refused = anna.patch(f"/events/{first['id']}", json={"transactionId": "t-2"})
    assert code(refused) == (400, "ErrorInvalidPropertySet")


def test_link_fields_and_extensions_hang_on_events(anna: httpx2.Client, state: State) -> None:
    """§8: the Contacts field is a list, its names a text; occurrences share those of their series."""
    beside: JsonObject = {
        "multiValueExtendedProperties": [{"id": CONTACTS, "value": ["Jan Jansen", "Piet"]}],
        "singleValueExtendedProperties": [
            {"id": NAMES, "value": "Jan Jansen; Piet"},
            {"id": STAMP, "value": "7"},
        ],
        "extensions": [{"extensionName": "org.example", "n": 1}],
    }
    created = create(anna, recurrence=DAILY, **beside)
    assert [each["id"] for each in created["extensions"]] == ["microsoft.graph.openTypeExtension.org.example"]
    ask = (
        f"$expand=multiValueExtendedProperties($filter=id eq '{CONTACTS}'),"
        f"singleValueExtendedProperties($filter=id eq '{NAMES}' or id eq '{STAMP}'),extensions"
    )
    for found in (
        anna.get(f"/events/{created['id']}?{ask}").json(),
        anna.get(f"/calendarView?{WEEK}&{ask}").json()["value"][1],
    ):
        assert found["multiValueExtendedProperties"] == [{"id": CONTACTS, "value": ["Jan Jansen", "Piet"]}]
        assert len(found["singleValueExtendedProperties"]) == 2
        assert [each["n"] for each in found["extensions"]] == [1]
    state.readings = replace(state.readings, view_expand="refused", link_fields="dropped")
    assert anna.get(f"/calendarView?{WEEK}&{ask}").status_code == 400
    other = create(anna, **beside)
    assert "multiValueExtendedProperties" not in anna.get(f"/events/{other['id']}?{ask}").json()
    place = f"/events/{created['id']}/extensions"
    assert anna.post(place, json={"extensionName": "b", "x": 1}).status_code == 201
    assert anna.patch(f"{place}/b", json={"y": 2}).json()["y"] == 2
    assert anna.delete(f"{place}/b").status_code == 204
    assert [each["extensionName"] for each in anna.get(place).json()["value"]] == ["org.example"]


def test_private_is_one_thing_under_two_names(anna: httpx2.Client, state: State) -> None:
    """§8.3: sensitivity and PidLidPrivate say the same, or do not (a reading)."""
    created = create(anna)
    address = f"/events/{created['id']}"
    mark = {"singleValueExtendedProperties": [{"id": PRIVATE, "value": "true"}]}
    assert anna.patch(address, json=mark).json()["sensitivity"] == "private"
    ask = f"{address}?$expand=singleValueExtendedProperties($filter=id eq '{PRIVATE}')"
    anna.patch(address, json={"sensitivity": "normal"})
    assert anna.get(ask).json()["singleValueExtendedProperties"] == [{"id": PRIVATE, "value": "false"}]
    state.readings = replace(state.readings, private_mark="apart")
    assert anna.patch(address, json=mark).json()["sensitivity"] == "normal"


def test_occurrences_are_changed_and_deleted_one_by_one(anna: httpx2.Client) -> None:
    """§4.4: PATCH makes an exception, DELETE a cancelled occurrence; the series names both."""
    series = create(anna, subject="Reeks", recurrence=DAILY)
    _, second, third = anna.get(f"/events/{series['id']}/instances?{WEEK}").json()["value"]
    changed = anna.patch(f"/events/{second['id']}", json={"subject": "Anders"}).json()
    assert (changed["type"], changed["id"]) == ("exception", second["id"])
    assert anna.delete(f"/events/{third['id']}").status_code == 204
    assert anna.get(f"/events/{third['id']}").status_code == 404
    ask = f"/events/{series['id']}?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences"
    whole = anna.get(ask).json()
    assert [each.rpartition(".")[2] for each in whole["cancelledOccurrences"]] == ["2026-11-26"]
    assert [each["subject"] for each in whole["exceptionOccurrences"]] == ["Anders"]
    later = {"start": at("2026-11-24"), "end": at("2026-11-24", "11:00")}
    assert code(anna.patch(f"/events/{second['id']}", json=later)) == (400, "ErrorOccurrenceCrossingBoundary")
    assert anna.delete(f"/events/{series['id']}").status_code == 204
    assert subjects(anna.get(f"/calendarView?{WEEK}")) == []


def test_calendars_are_made_renamed_and_removed(anna: httpx2.Client, graph: httpx2.Client) -> None:
    """Graph: calendar: a default one in every mailbox, others with events of their own; groups are not modelled."""
    (default,) = anna.get("/calendars").json()["value"]
    assert (default["name"], default["isDefaultCalendar"], default["canEdit"]) == ("Agenda", True, True)
    assert anna.get("/calendar").json()["id"] == default["id"]
    made = anna.post("/calendars", json={"name": "Team", "color": "lightBlue"}).json()
    assert code(anna.post("/calendars", json={"name": "team"})) == (409, "ErrorFolderExists")
    create(anna, f"/calendars/{made['id']}/events", subject="Van het team")
    create(anna, "/calendar/events", subject="Van Anna")
    assert subjects(anna.get("/events")) == ["Van Anna"]
    assert subjects(anna.get(f"/calendars/{made['id']}/calendarView?{WEEK}")) == ["Van het team"]
    assert subjects(graph.get(f"/users/{ADDRESS}/calendars/{made['id']}/events")) == ["Van het team"]
    assert anna.patch(f"/calendars/{made['id']}", json={"name": "Groep"}).json()["name"] == "Groep"
    assert code(anna.delete(f"/calendars/{default['id']}")) == (400, "ErrorDeleteDistinguishedFolder")
    assert anna.delete(f"/calendars/{made['id']}").status_code == 204
    assert anna.get(f"/calendars/{made['id']}/events").status_code == 404
    assert anna.get("/calendarGroups").status_code == 501


def test_deleted_events_are_not_found_any_more(anna: httpx2.Client, state: State) -> None:
    """As for contacts: Deleted Items is another place; permanentDelete leaves nothing."""
    created = create(anna)
    immutable = anna.get("/events", headers={"Prefer": 'IdType="ImmutableId"'}).json()["value"][0]["id"]
    asked = {"inputIds": [created["id"]], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"}
    translated = anna.post("/translateExchangeIds", json=asked).json()["value"]
    assert translated == [{"sourceId": created["id"], "targetId": immutable}]
    assert anna.delete(f"/events/{created['id']}").status_code == 204
    assert anna.get(f"/events/{immutable}").status_code == 404
    state.readings = replace(state.readings, deleted_still_found=True)
    assert anna.get(f"/events/{immutable}").status_code == 200
    assert anna.post(f"/events/{immutable}/permanentDelete").status_code == 204
    assert anna.get(f"/events/{immutable}").status_code == 404
    assert code(anna.get("/events/nonsense")) == (400, "ErrorInvalidIdMalformed")
