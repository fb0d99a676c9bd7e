"""Which address of the calendar means what."""

from collections.abc import Callable, Iterator

from m365_sandbox.graph import calendars, event_actions, event_delta, event_extensions, events
from m365_sandbox.graph.request import Answer

Endpoint = Callable[..., Answer]


def _of_a_calendar(place: str) -> Iterator[tuple[str, str, Endpoint]]:
    one = f"{place}/events/<event>"
    yield from (
        ("GET", f"{place}/events", events.list_events),
        ("POST", f"{place}/events", events.create_event),
        ("GET", f"{place}/events/$count", events.count_events),
        ("GET", f"{place}/events/delta", events.refuse_delta),
        ("GET", f"{place}/calendarview", events.calendar_view),
        ("GET", f"{place}/calendarview/delta", event_delta.event_delta),
        ("GET", one, events.get_event),
        ("PATCH", one, events.update_event),
        ("DELETE", one, events.delete_event),
        ("GET", f"{one}/instances", events.list_instances),
        ("GET", f"{one}/attachments", events.refuse_attachments),
        ("POST", f"{one}/attachments", events.refuse_attachments),
        ("POST", f"{one}/permanentdelete", events.delete_for_ever),
        ("POST", f"{one}/cancel", event_actions.cancel),
        ("POST", f"{one}/accept", event_actions.accept),
        ("POST", f"{one}/tentativelyaccept", event_actions.accept_tentatively),
        ("POST", f"{one}/decline", event_actions.decline),
        ("POST", f"{one}/forward", event_actions.forward),
        ("GET", f"{one}/extensions", event_extensions.list_extensions),
        ("POST", f"{one}/extensions", event_extensions.create_extension),
        ("GET", f"{one}/extensions/<extension>", event_extensions.get_extension),
        ("PATCH", f"{one}/extensions/<extension>", event_extensions.update_extension),
        ("DELETE", f"{one}/extensions/<extension>", event_extensions.delete_extension),
    )


OF_CALENDARS: tuple[tuple[str, str, Endpoint], ...] = (
    *_of_a_calendar(""),
    *_of_a_calendar("/calendar"),
    *_of_a_calendar("/calendars/<calendar>"),
    ("GET", "/calendar", calendars.get_calendar),
    ("PATCH", "/calendar", calendars.update_calendar),
    ("GET", "/calendars", calendars.list_calendars),
    ("POST", "/calendars", calendars.create_calendar),
    ("GET", "/calendars/<calendar>", calendars.get_calendar),
    ("PATCH", "/calendars/<calendar>", calendars.update_calendar),
    ("DELETE", "/calendars/<calendar>", calendars.delete_calendar),
    ("POST", "/calendars/<calendar>/permanentdelete", calendars.delete_calendar),
)
