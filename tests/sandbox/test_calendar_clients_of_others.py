"""Clients that others wrote drive the calendar on a real port: Microsoft's own SDK and O365."""
# ruff: noqa: PLC0415 - these packages warn about themselves when imported, which only a test can forgive

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from m365_sandbox.state import State
from m365_sandbox.store.directory import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import SCOPE
from tests.sandbox.test_clients_of_others import bearer, port

# The fixtures of the sibling for contacts serve here too.
__all__ = ["bearer", "port"]

# These packages warn about themselves.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

LEAST, MOST = "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"


def test_microsofts_sdk_creates_changes_deletes_and_follows(port: int, bearer: str, state: State) -> None:
    """msgraph-sdk lists, creates, changes and deletes events, reads the view and follows its delta."""
    from kiota_abstractions.authentication import AnonymousAuthenticationProvider
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
        CalendarViewRequestBuilder,
    )
    from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
    adapter.base_url = f"http://127.0.0.1:{port}/v1.0"
    client: Any = GraphServiceClient(request_adapter=adapter)
    signed_in: RequestConfiguration[Any] = RequestConfiguration()
    signed_in.headers.add("Authorization", f"Bearer {bearer}")

    def windowed(builder: Any, parameters: Any) -> Any:
        asked = RequestConfiguration(query_parameters=parameters(start_date_time=LEAST, end_date_time=MOST))
        asked.headers.add("Authorization", f"Bearer {bearer}")
        return builder.get(request_configuration=asked)

    async def all_of_it() -> None:
        mine = client.me
        created = await mine.events.post(_series_of_the_sdk(), request_configuration=signed_in)
        assert (created.type.value, created.start.date_time[:16]) == ("seriesMaster", "2026-11-24T09:00")
        view = await windowed(
            mine.calendar_view, CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters
        )
        assert [each.start.date_time[8:10] for each in view.value] == ["24", "25", "26"]
        delta = mine.calendar_view.delta
        changes = await windowed(delta, DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters)
        assert [each.type.value for each in changes.value] == ["seriesMaster", *["occurrence"] * 3]
        one = mine.events.by_event_id(created.id)
        created.subject = "Anders"
        changed = await one.patch(_subject("Anders"), request_configuration=signed_in)
        assert (changed.subject, changed.sensitivity.value) == ("Anders", "private")
        listed = await mine.events.get(request_configuration=signed_in)
        assert [each.recurrence.pattern.type.value for each in listed.value] == ["daily"]
        second = view.value[1].id
        await mine.events.by_event_id(second).delete(request_configuration=signed_in)
        later = await delta.with_url(changes.odata_delta_link).get(request_configuration=signed_in)
        assert [each.type.value for each in later.value] == ["seriesMaster", *["occurrence"] * 2]
        await one.delete(request_configuration=signed_in)
        last = await delta.with_url(later.odata_delta_link).get(request_configuration=signed_in)
        assert [(each.id, "@removed" in each.additional_data) for each in last.value] == [(created.id, True)]
        await adapter._http_client._transport.transport.aclose()

    asyncio.run(all_of_it())
    assert state.outbox.all() == []


def _series_of_the_sdk() -> Any:
    """Three days, an hour at ten in Amsterdam, private."""
    from kiota_abstractions.serialization import Parsable
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
    from msgraph.generated.models.recurrence_pattern import RecurrencePattern
    from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
    from msgraph.generated.models.recurrence_range import RecurrenceRange
    from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
    from msgraph.generated.models.sensitivity import Sensitivity

    assert issubclass(Event, Parsable)
    day = datetime(2026, 11, 24, tzinfo=ZoneInfo("UTC")).date()
    return Event(
        subject="Overleg",
        sensitivity=Sensitivity.Private,
        start=DateTimeTimeZone(date_time="2026-11-24T10:00:00", time_zone="W. Europe Standard Time"),
        end=DateTimeTimeZone(date_time="2026-11-24T11:00:00", time_zone="W. Europe Standard Time"),
        recurrence=PatternedRecurrence(
            pattern=RecurrencePattern(type=RecurrencePatternType.Daily, interval=1),
            range=RecurrenceRange(type=RecurrenceRangeType.Numbered, start_date=day, number_of_occurrences=3),
        ),
    )


def _subject(text: str) -> Any:
    from msgraph.generated.models.event import Event

    return Event(subject=text)


def test_o365_creates_changes_deletes_and_lists(port: int, bearer: str) -> None:
    """O365 lists, creates, changes and deletes events and calendars; its connection follows the delta."""
    from O365 import Account, MSGraphProtocol
    from O365.utils.token import MemoryTokenBackend

    class Local(MSGraphProtocol):  # type: ignore[misc]
        _protocol_url = f"http://127.0.0.1:{port}/"

    backend = MemoryTokenBackend()
    held = {"access_token": bearer, "refresh_token": "unused", "expires_in": 3599, "token_type": "Bearer"}
    endpoint = "https://login.example/tenant/token"
    backend.add(
        {"client_id": CLIENT_ID, "scope": SCOPE.split(), "token_endpoint": endpoint, "response": held}
    )
    zone = ZoneInfo("Europe/Amsterdam")
    account = Account((CLIENT_ID, CLIENT_SECRET), protocol=Local(timezone=zone), token_backend=backend)
    schedule = account.schedule()
    calendar = schedule.get_default_calendar()
    assert (calendar.name, schedule.new_calendar("Team").name) == ("Agenda", "Team")
    assert [each.name for each in schedule.list_calendars()] == ["Agenda", "Team"]
    event = calendar.new_event("Overleg")
    event.start, event.end = (datetime(2026, 11, 24, hour, tzinfo=zone) for hour in (10, 11))
    event.location, event.sensitivity = "Zaal 1", "private"
    event.recurrence.set_daily(1, start=event.start.date(), end=datetime(2026, 11, 26, tzinfo=zone).date())
    assert event.save()
    (listed,) = calendar.get_events(include_recurring=False)
    assert (listed.subject, listed.location["displayName"], listed.start.hour) == ("Overleg", "Zaal 1", 10)
    least, most = (datetime(2026, month, 1, tzinfo=zone) for month in (11, 12))
    found = list(calendar.get_events(include_recurring=True, start_recurring=least, end_recurring=most))
    assert [(each.start.day, each.start.hour) for each in found] == [(24, 10), (25, 10), (26, 10)]
    listed.subject = "Anders"
    assert listed.save()
    # O365 knows no delta of the calendar; its connection asks for it all the same.
    address = calendar.build_url(f"/calendarView/delta?startDateTime={LEAST}&endDateTime={MOST}")
    changes = calendar.con.get(address.replace("/calendar/calendarView", "/calendarView")).json()
    assert [each.get("subject") for each in changes["value"]] == ["Anders", None, None, None]
    assert listed.delete()
    later = calendar.con.get(changes["@odata.deltaLink"]).json()
    assert [(each["id"], "@removed" in each) for each in later["value"]] == [(listed.object_id, True)]
    assert list(calendar.get_events(include_recurring=False)) == []
    account.connection.session.close()
