"""The agenda on the sandbox's pages: a week, an event, its form, and what can be done to it."""

import re

import pytest
from werkzeug.test import TestResponse

from m365_sandbox.pages.dutch import DUTCH
from m365_sandbox.pages.series_text import in_words
from m365_sandbox.state import State
from m365_sandbox.store.event_records import Event
from m365_sandbox.store.records import JsonObject
from tests.sandbox.conftest import ADDRESS, Clock
from tests.sandbox.pages import BOX, Browser
from tests.sandbox.test_calendar_series import at

AGENDA = f"{BOX}/calendar"


@pytest.fixture
def browser(state: State, clock: Clock) -> Browser:
    """A browser on Monday 23 November 2026."""
    return Browser(state, clock)


def add(browser: Browser, **more: object) -> Event:
    """An event on Tuesday at ten."""
    start = {"subject": "Overleg", "start": at("2026-11-24"), "end": at("2026-11-24", "11:00")}
    return browser.state.add_event(ADDRESS, {**start, **more})


def place(event: Event, *more: str) -> str:
    """The path of an event's page."""
    return "/".join([BOX, "events", event.immutable_id, *more])


def now(browser: Browser, event: Event) -> Event:
    """The event as it is now."""
    return browser.state.events.get(browser.state.directory.get(ADDRESS).n, event.immutable_id)


def form_of(answer: TestResponse) -> dict[str, str]:
    """What a browser sends back when nothing is touched."""
    values = dict(
        re.findall(r'<input type="(?:text|date|time|number)" name="(\w+)" value="([^"]*)"', answer.text)
    )
    values |= dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)" checked', answer.text), "on")
    values |= dict(re.findall(r'<textarea name="(\w+)" rows="\d">\n(.*?)</textarea>', answer.text, re.DOTALL))
    for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', answer.text, re.DOTALL):
        values[name] = re.findall(r'value="(\w*)" selected', options)[0]
    return {name: value.replace("\n", "\r\n") for name, value in values.items()}


def test_a_week_lists_its_days(browser: Browser) -> None:
    """Times in the mailbox's zone, days of all-day events as they are, series on each of their days."""
    add(browser)
    add(
        browser,
        subject="Vakantie",
        isAllDay=True,
        start=at("2026-11-28", "00:00"),
        end=at("2026-11-30", "00:00"),
    )
    daily = {"type": "daily", "interval": 1}
    range_ = {"type": "noEnd", "startDate": "2026-11-24"}
    add(browser, subject="Koffie", recurrence={"pattern": daily, "range": range_})
    page = browser.open(AGENDA).text
    assert [page.count(name) for name in ("Overleg", "Vakantie", "Koffie")] == [1, 2, 6]
    assert "<td>10:00–11:00</td>" in page
    later = browser.open(f"{AGENDA}?week=2026-12-02").text
    assert [later.count(name) for name in ("Overleg", "Koffie")] == [0, 7]
    dutch = browser.open(AGENDA, **{"Accept-Language": "nl"}).text
    assert [word for word in ("maandag 23-11-2026", "Hele dag", "Reeks") if word not in dutch] == []


def test_an_event_is_made_with_the_form(browser: Browser) -> None:
    """Every field of the form lands in the event; linked contacts in Outlook's own fields."""
    form = form_of(browser.open(f"{AGENDA}/new?day=2026-12-01"))
    assert (form["start_date"], form["start_time"], form["show_as"]) == ("2026-12-01", "09:00", "busy")
    answer = browser.send(
        f"{AGENDA}/new",
        {
            **form,
            "subject": "Bezoek",
            "end_time": "09:30",
            "private": "on",
            "show_as": "oof",
            "location": "Haarlem",
            "categories": "CRMcorner\r\nKlant",
            "reminder": "30",
            "attendees": "jan@x.nl",
            "contacts": "Jan Jansen\r\nPiet",
            "body": "Meenemen: offerte",
        },
    )
    expected = (
        "Bezoek",
        "01-12-2026 09:00 – 09:30",
        "Haarlem",
        "Jan Jansen",
        "30 minutes before",
        "Out of office",
    )
    assert [each for each in expected if each not in answer.text] == []
    (event,) = browser.state.events.listed(browser.state.calendars.default(1))
    has = event.properties
    assert (has["sensitivity"], has["showAs"], has["categories"]) == (
        "private",
        "oof",
        ["CRMcorner", "Klant"],
    )
    beside = browser.state.beside.all_extended(event.owners)
    assert sorted(map(str, beside.values())) == ["Jan Jansen; Piet", "['Jan Jansen', 'Piet']"]
    assert browser.state.outbox.all() == []


def test_only_what_the_form_changes_is_changed(browser: Browser) -> None:
    """A form sent back as it came changes nothing, not even a zone; one changed field changes that one."""
    event = add(
        browser,
        start=at("2026-11-24", "18:00", "Tokyo Standard Time"),
        end=at("2026-11-24", "19:00", "Tokyo Standard Time"),
        body={"contentType": "html", "content": "<p>een</p><p>twee</p>"},
        attendees=[{"emailAddress": {"address": "jan@x.nl"}}],
        reminderMinutesBeforeStart=45,
    )
    form = form_of(browser.open(place(event, "edit")))
    assert (form["start_time"], form["body"]) == ("10:00", "een\r\ntwee")
    browser.send(place(event, "edit"), form)
    assert now(browser, event).sequence == event.sequence
    browser.send(place(event, "edit"), {**form, "subject": "Anders"})
    assert now(browser, event).properties == {**event.properties, "subject": "Anders"}
    browser.send(place(event, "edit"), {**form, "subject": "Anders", "all_day": "on"})
    has = now(browser, event).properties
    assert (has["isAllDay"], has["start"]["dateTime"][:16], has["end"]["dateTime"][:16]) == (
        True,
        "2026-11-24T00:00",
        "2026-11-25T00:00",
    )


def test_what_cannot_be_is_said_and_kept_in_the_form(browser: Browser) -> None:
    """The form comes back as it was filled in."""
    form = {**form_of(browser.open(f"{AGENDA}/new")), "subject": "Half"}
    for wrong, text in (
        ({"start_time": ""}, "Give a day and a time"),
        ({"end_date": "2020-01-01"}, "ends before it starts"),
        ({"reminder": "soon"}, "number of minutes"),
        ({"repeat": "weekly", "times": "x"}, "in a number"),
    ):
        answer = browser.send(f"{AGENDA}/new", {**form, **wrong})
        assert (answer.status_code, text in answer.text, 'value="Half"' in answer.text) == (400, True, True)
    assert browser.state.events.listed(browser.state.calendars.default(1)) == []
    missing = add(browser)
    browser.state.remove_event(ADDRESS, missing, for_ever=True)
    assert browser.open(place(missing)).status_code == 404
    assert browser.open(f"{BOX}/events/nonsense").status_code == 404
    assert browser.open(f"{AGENDA}?calendar=nonsense").status_code == 404


def test_a_mailbox_in_an_unknown_zone_is_shown_in_utc(browser: Browser) -> None:
    """A zone that nobody knows keeps no page from opening."""
    browser.state.add_mailbox("bo@example.org", "Bo", time_zone="Mars")
    for place in ("calendar", "calendar/new"):
        assert browser.open(f"/mailboxes/bo@example.org/{place}").status_code == 200


def test_an_event_is_made_private_and_open_again(browser: Browser) -> None:
    """One button on the event's page."""
    event = add(browser)
    answer = browser.send(place(event, "private"), {"private": "on"})
    assert (now(browser, event).properties["sensitivity"], "No longer private" in answer.text) == (
        "private",
        True,
    )
    browser.send(place(event, "private"), {"private": ""})
    assert now(browser, event).properties["sensitivity"] == "normal"


def test_deleted_events_can_be_restored(browser: Browser) -> None:
    """Deleted events stand below the week; from there they come back, or go for ever."""
    event = add(browser)
    assert "Restore" not in browser.open(place(event)).text
    answer = browser.send(place(event, "delete"))
    assert (answer.request.path, "<h2>Deleted</h2>" in answer.text) == (AGENDA, True)
    browser.send(place(event, "restore"))
    assert not now(browser, event).deleted
    browser.send(place(event, "delete"))
    browser.send(place(event, "delete"))
    assert browser.open(place(event)).status_code == 404


def test_an_occurrence_or_its_series_is_changed_and_deleted(browser: Browser) -> None:
    """A series is made with the form; one day of it is moved, another deleted, then the rest."""
    form = form_of(browser.open(f"{AGENDA}/new?day=2026-11-24"))
    browser.send(f"{AGENDA}/new", {**form, "subject": "Koffie", "repeat": "daily", "times": "3"})
    series = browser.state.events.listed(browser.state.calendars.default(1))[0]
    days = re.findall(r"/events/([\w=-]+)\"", browser.open(AGENDA).text)
    second, third = (f"{BOX}/events/{each}" for each in days[1:3])
    page = browser.open(second).text
    assert ("Every day, 3 times" in page, "Delete this occurrence" in page) == (True, True)
    day = form_of(browser.open(f"{second}/edit"))
    browser.send(f"{second}/edit", {**day, "start_time": "14:00", "end_time": "15:00"})
    browser.send(f"{third}/delete")
    page = browser.open(AGENDA).text
    assert re.findall(r"<td>(\d\d:\d\d)–", page) == ["09:00", "14:00"]
    assert "changed here" in browser.open(second).text
    browser.send(f"{second}/delete", {"series": "on"})
    assert now(browser, series).deleted


@pytest.mark.parametrize(
    ("pattern", "range_", "english"),
    [
        (
            {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "friday"]},
            {},
            "Every 2 weeks on Monday, Friday",
        ),
        ({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 5}, {}, "On day 5 of every month"),
        (
            {"type": "relativeYearly", "interval": 1, "daysOfWeek": ["sunday"], "index": "last", "month": 3},
            {"type": "endDate", "endDate": "2030-03-31"},
            "On the last Sunday of March of every year, until 31-03-2030",
        ),
    ],
)
def test_series_are_said_in_words(pattern: JsonObject, range_: JsonObject, english: str) -> None:
    """A sentence in English, and in Dutch no word of it."""
    whole = {"daysOfWeek": [], "dayOfMonth": 0, "month": 0, "index": "first", **pattern}
    said = in_words({"pattern": whole, "range": {"type": "noEnd", **range_}})
    assert str(said) == english
    words = set(re.findall(r"[A-Za-z]+", said.through(lambda text: DUTCH.get(text, text))))
    assert not words & {"Every", "weeks", "Monday", "month", "last", "until", "On", "year"}
