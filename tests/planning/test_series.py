"""R63: series made and changed in the CRM: one occurrence, this and those that follow, or all of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.models import User
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.items.records import Appointment, Attendee
from crmcorner.items.recurrence import LAST, Moved, Pattern, Recurrence
from crmcorner.items.series import as_planned, dates
from crmcorner.planning import series as rules
from crmcorner.planning.appointment_mapping import load_appointments
from crmcorner.planning.crm_ids import appointment_id
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.occurrences import occurrences
from crmcorner.planning.services import appointments, series
from crmcorner.preferences.services import settings
from tests.planning.diary import a_visit, made, save, says

FIRST = date(2026, 11, 25)
NINE = datetime(2026, 11, 25, 8, tzinfo=UTC)
"""Nine o'clock in Amsterdam."""

RULE = Recurrence(pattern=Pattern.WEEKLY, weekdays=(2,), first=FIRST)
WEEKLY = a_visit(subject="Weekstart", start=NINE, end=NINE + timedelta(hours=1), recurrence=RULE)
DAYS = tuple(FIRST + timedelta(weeks=number) for number in range(8))


def later(day: date, content: Appointment = WEEKLY, **values: Any) -> Moved:
    """Return an occurrence an hour later, or otherwise than it was."""
    planned = as_planned(content, day)
    hour = timedelta(hours=1)
    return replace(planned, **{"start": planned.start + hour, "end": planned.end + hour} | values)


def told(row: AppointmentRow) -> Appointment:
    """Return what a series says now."""
    crm_id = appointment_id(row.pk)
    return load_appointments([crm_id])[crm_id].content


def happens(content: Appointment, until: date = date(2027, 2, 1)) -> list[str]:
    """Return when it happens, as days and times in Amsterdam."""
    begin, end = datetime(2026, 11, 1, tzinfo=UTC), datetime.combine(until, datetime.min.time(), UTC)
    found = occurrences(content, begin, end)
    return [f"{each.start.astimezone(ZoneInfo('Europe/Amsterdam')):%d-%m %H:%M}" for each in found]


def test_one_occurrence_is_moved(michael: Actor) -> None:
    """R63: this one; and as planned again it is no exception."""
    row = made(michael, WEEKLY)
    series.change_occurrence(actor=michael, appointment=row, wanted=later(DAYS[1]))
    assert happens(told(row), date(2026, 12, 15)) == ["25-11 09:00", "02-12 10:00", "09-12 09:00"]
    series.change_occurrence(actor=michael, appointment=row, wanted=as_planned(WEEKLY, DAYS[1]))
    assert told(row).moved == ()


def test_one_occurrence_is_cancelled(michael: Actor) -> None:
    """R63: a moved one as well; then there is none on that day."""
    row = made(michael, WEEKLY)
    series.change_occurrence(actor=michael, appointment=row, wanted=later(DAYS[1]))
    series.cancel_occurrence(actor=michael, appointment=row, day=DAYS[1])
    assert (told(row).cancelled, told(row).moved) == ((DAYS[1],), ())
    with pytest.raises(rules.NoSuchOccurrence):
        series.cancel_occurrence(actor=michael, appointment=row, day=DAYS[1])
    with pytest.raises(rules.NoSuchOccurrence):
        series.change_occurrence(actor=michael, appointment=row, wanted=later(date(2026, 11, 26)))


@pytest.mark.parametrize("days", [7, -7, 30], ids=str)
def test_an_occurrence_stays_between_its_neighbours(michael: Actor, days: int) -> None:
    """R63 (Graph: ErrorOccurrenceCrossingBoundary): the message names the day that it may not reach."""
    row = made(michael, WEEKLY)
    by = timedelta(days=days)
    planned = as_planned(WEEKLY, DAYS[2])
    with pytest.raises(ValidationError, match="Outlook"):
        series.change_occurrence(
            actor=michael,
            appointment=row,
            wanted=later(DAYS[2], start=planned.start + by, end=planned.end + by),
        )
    assert told(row).moved == ()


def test_this_and_following_become_a_series_of_their_own(michael: Actor) -> None:
    """R63: what came before stays; exceptions go with the part that they are in."""
    row = made(michael, WEEKLY)
    for day in (DAYS[1], DAYS[4]):
        series.change_occurrence(actor=michael, appointment=row, wanted=later(day))
    series.cancel_occurrence(actor=michael, appointment=row, day=DAYS[5])
    rest = rules.from_day(told(row), DAYS[3])
    new = series.change_following(
        actor=michael,
        appointment=row,
        day=DAYS[3],
        values=says(michael, replace(rest, subject="Nieuwe naam")),
    )
    assert happens(told(row)) == ["25-11 09:00", "02-12 10:00", "09-12 09:00"]
    assert happens(told(new), date(2027, 1, 7)) == ["16-12 09:00", "23-12 10:00", "06-01 09:00"]
    assert {told(new).subject, *(each.subject for each in told(new).moved)} == {"Nieuwe naam"}
    assert (told(row).subject, new.owner, new.pk != row.pk) == ("Weekstart", michael.user, True)


def test_following_at_another_time_has_no_exceptions(michael: Actor) -> None:
    """R63: as in Outlook."""
    row = made(michael, WEEKLY)
    series.cancel_occurrence(actor=michael, appointment=row, day=DAYS[5])
    rest = rules.from_day(told(row), DAYS[3])
    assert rest.start is not None
    assert rest.end is not None
    wanted = replace(rest, start=rest.start + timedelta(hours=2), end=rest.end + timedelta(hours=2))
    new = series.change_following(actor=michael, appointment=row, day=DAYS[3], values=says(michael, wanted))
    assert happens(told(new), date(2027, 1, 7)) == [
        "16-12 11:00",
        "23-12 11:00",
        "30-12 11:00",
        "06-01 11:00",
    ]


def test_a_counted_series_counts_on(michael: Actor) -> None:
    """R63: three of eight are gone, five are left."""
    row = made(michael, replace(WEEKLY, recurrence=replace(RULE, count=8)))
    rest = rules.from_day(told(row), DAYS[3])
    new = series.change_following(actor=michael, appointment=row, day=DAYS[3], values=says(michael, rest))
    assert (len(happens(told(row))), len(happens(told(new)))) == (3, 5)


def test_from_the_first_on_it_is_the_series_itself(michael: Actor) -> None:
    """R63: no second series is made, and ending it there bins it whole."""
    row = made(michael, WEEKLY)
    values = says(michael, replace(WEEKLY, subject="Anders"))
    assert series.change_following(actor=michael, appointment=row, day=DAYS[0], values=values) is row
    assert [each.subject for each in AppointmentRow.objects.all()] == ["Anders"]
    series.delete_following(actor=michael, appointment=row, day=DAYS[0])
    row.refresh_from_db()
    assert row.deleted_at is not None


def test_a_series_is_ended(michael: Actor) -> None:
    """R63: before an occurrence; what lay after it is gone, exceptions as well."""
    row = made(michael, WEEKLY)
    series.change_occurrence(actor=michael, appointment=row, wanted=later(DAYS[4]))
    series.delete_following(actor=michael, appointment=row, day=DAYS[3])
    assert (happens(told(row)), told(row).moved) == (["25-11 09:00", "02-12 09:00", "09-12 09:00"], ())
    assert row.ends_on is not None


def test_a_meeting_is_not_split(michael: Actor) -> None:
    """R85: its guests would not be invited to the second part."""
    save(michael, replace(WEEKLY, attendees=(Attendee(email="jan@berg.example"),)))
    row = AppointmentRow.objects.get()
    rest = rules.from_day(told(row), DAYS[3])
    with pytest.raises(ValidationError):
        series.change_following(actor=michael, appointment=row, day=DAYS[3], values=says(michael, rest))
    assert AppointmentRow.objects.count() == 1
    assert told(row).recurrence == RULE


def test_whoever_was_not_first_changes_nothing(michael: Actor) -> None:
    """R18."""
    row = made(michael, WEEKLY)
    seen = row.version
    series.cancel_occurrence(actor=michael, appointment=row, day=DAYS[1])
    with pytest.raises(ChangedMeanwhile):
        series.change_occurrence(actor=michael, appointment=row, wanted=later(DAYS[2]), expected_version=seen)
    with pytest.raises(ChangedMeanwhile):
        series.delete_following(actor=michael, appointment=row, day=DAYS[2], expected_version=seen)


def test_a_colleague_cancels_nothing(michael: Actor, sanne: Actor) -> None:
    """R73: deleting is the owner's; of a private series nothing may be changed."""
    row = made(michael, WEEKLY)
    for refused in (series.cancel_occurrence, series.delete_following):
        with pytest.raises(PermissionDenied):
            refused(actor=sanne, appointment=row, day=DAYS[1])
    private = made(michael, replace(WEEKLY, private=True))
    with pytest.raises(PermissionDenied):
        series.change_occurrence(actor=sanne, appointment=private, wanted=later(DAYS[1]))


def test_a_new_name_reaches_what_was_moved_unless_it_has_its_own(michael: Actor) -> None:
    """R63: nothing else of it changes, so the exceptions stay."""
    row = made(michael, WEEKLY)
    series.change_occurrence(actor=michael, appointment=row, wanted=later(DAYS[1]))
    series.change_occurrence(actor=michael, appointment=row, wanted=later(DAYS[2], subject="Eigen naam"))
    wanted = replace(WEEKLY, subject="Anders", recurrence=replace(RULE, last=DAYS[2]))
    appointments.change_appointment(actor=michael, appointment=row, values=says(michael, wanted))
    assert [each.subject for each in told(row).moved] == ["Anders", "Eigen naam"]
    assert happens(told(row)) == ["25-11 09:00", "02-12 10:00", "09-12 10:00"]


def test_a_rule_begins_with_its_first_occurrence(michael: Actor) -> None:
    """R63: a series of Fridays that is made on a Wednesday begins on Friday, at the same time."""
    row = made(michael, replace(WEEKLY, recurrence=replace(RULE, weekdays=(4,))))
    content = told(row)
    assert happens(content, date(2026, 12, 5)) == ["27-11 09:00", "04-12 09:00"]
    assert content.recurrence is not None
    assert content.recurrence.first == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (replace(WEEKLY, recurrence=replace(RULE, last=date(2026, 11, 20))), "until"),
        (replace(WEEKLY, end=NINE + timedelta(days=8)), "end"),
        (replace(WEEKLY, recurrence=replace(RULE, weekdays=(2, 3)), end=NINE + timedelta(days=2)), "end"),
    ],
    ids=["over before it begins", "longer than a week", "two days, day after day"],
)
def test_an_impossible_series_is_refused(michael: Actor, content: Appointment, field: str) -> None:
    """R63: by field, and nothing is stored."""
    with pytest.raises(ValidationError) as refused:
        made(michael, content)
    assert list(refused.value.message_dict) == [field]
    assert not AppointmentRow.objects.exists()


# -- the pages


@pytest.fixture
def browser(michael: Actor) -> Client:
    """Return Michael's browser, in English."""
    settings.add_setting(actor=COMMAND, type_name="Language", value="EN")
    client = Client()
    assert michael.user is not None
    client.force_login(michael.user)
    return client


RULES = {
    "every third day": Recurrence(pattern=Pattern.DAILY, interval=3, first=FIRST),
    "every other week": Recurrence(
        pattern=Pattern.WEEKLY, interval=2, weekdays=(0, 2), first_weekday=6, first=FIRST, count=9
    ),
    "on the 25th": Recurrence(pattern=Pattern.MONTHLY, day=25, first=FIRST, last=date(2027, 12, 31)),
    "last Wednesday": Recurrence(pattern=Pattern.MONTHLY_WEEKDAY, nth=LAST, weekdays=(2,), first=FIRST),
    "25 November": Recurrence(pattern=Pattern.YEARLY, day=25, month=11, first=FIRST),
    "fourth Wednesday of November": Recurrence(
        pattern=Pattern.YEARLY_WEEKDAY, nth=4, weekdays=(2,), month=11, first=FIRST
    ),
}


def sent(client: Client, address: str) -> dict[str, Any]:
    """Return what a browser sends of a form as it was shown."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    shown = {
        name: form.fields[name].widget.format_value(value)
        for name, value in values.items()
        if hasattr(form.fields[name].widget, "format_value") and not isinstance(value, list | tuple)
    }
    found = values | shown
    return {name: value for name, value in found.items() if value not in (None, "", False, [])}


@pytest.mark.parametrize("name", RULES)
def test_a_form_that_is_saved_as_it_is_changes_nothing(michael: Actor, browser: Client, name: str) -> None:
    """R20: of no pattern; what was moved and cancelled stays."""
    content = replace(WEEKLY, recurrence=RULES[name])
    _first, second, third = islice(dates(RULES[name]), 3)
    content = replace(content, cancelled=(second,), moved=(later(third, content),))
    save(michael, content)
    row = AppointmentRow.objects.get()
    address = reverse("planning:appointment-edit", args=[row.pk])
    assert browser.post(address, sent(browser, address)).status_code == 302
    assert told(row) == content


@pytest.mark.parametrize("name", RULES)
def test_every_pattern_is_made_by_its_form(michael: Actor, browser: Client, name: str) -> None:
    """R63: what the page of one shows, sent as a new one, is that one; the weeks of a new one begin on Monday."""
    row = made(michael, replace(WEEKLY, recurrence=RULES[name]))
    shown = sent(browser, reverse("planning:appointment-edit", args=[row.pk]))
    assert browser.post(reverse("planning:appointment-add"), shown).status_code == 302
    assert told(AppointmentRow.objects.latest("pk")).recurrence == replace(RULES[name], first_weekday=0)


def test_one_occurrence_is_changed_on_its_page(michael: Actor, browser: Client) -> None:
    """R63: from the calendar to the occurrence, its form, and back to it."""
    row = made(michael, WEEKLY)
    month = browser.get(reverse("planning:calendar") + "?view=month&date=2026-12-01").content.decode()
    page = reverse("planning:appointment", args=[row.pk]) + "?on=2026-12-02"
    assert page in month
    assert "Change this one" in browser.get(page).content.decode()
    address = reverse("planning:occurrence-edit", args=[row.pk, "2026-12-02"])
    form = sent(browser, address) | {"begins": "11:00", "ends": "12:00", "location": "Thuis"}
    answer = browser.post(address, form)
    assert answer.headers["Location"] == page
    assert happens(told(row), date(2026, 12, 15)) == ["25-11 09:00", "02-12 11:00", "09-12 09:00"]
    past = browser.post(
        address, sent(browser, address) | {"first_day": "2026-12-20", "last_day": "2026-12-20"}
    )
    assert past.status_code == 422
    assert "Choose a day before Dec. 9, 2026" in past.content.decode()


def test_following_and_cancelling_on_its_page(michael: Actor, browser: Client) -> None:
    """R63: two series; one without an occurrence, the other ended."""
    row = made(michael, WEEKLY)
    address = reverse("planning:following-edit", args=[row.pk, "2026-12-16"])
    assert browser.post(address, sent(browser, address) | {"subject": "Nieuw"}).status_code == 302
    new = AppointmentRow.objects.latest("pk")
    assert (new.subject, new.pk != row.pk) == ("Nieuw", True)
    browser.post(reverse("planning:occurrence-cancel", args=[row.pk, "2026-12-02"]))
    browser.post(reverse("planning:series-end", args=[new.pk, "2026-12-30"]))
    assert happens(told(row)) + happens(told(new)) == [
        "25-11 09:00",
        "09-12 09:00",
        "16-12 09:00",
        "23-12 09:00",
    ]


@pytest.mark.parametrize("day", ["2026-11-26", "2026-13-45", "klets", "9999-99-99"])
def test_a_day_on_which_nothing_happens_is_no_page(michael: Actor, browser: Client, day: str) -> None:
    """R63, R71: nor an error."""
    row = made(michael, WEEKLY)
    for name in ("occurrence-edit", "following-edit"):
        assert browser.get(reverse(f"planning:{name}", args=[row.pk, day])).status_code == 404
    assert browser.get(reverse("planning:appointment", args=[row.pk]) + f"?on={day}").status_code == 200


def test_a_rule_without_its_end_is_asked_for_it(michael: Actor, browser: Client) -> None:
    """R63: at the field, and what was typed is kept."""
    row = made(michael, WEEKLY)
    address = reverse("planning:appointment-edit", args=[row.pk])
    page = browser.post(
        address, sent(browser, address) | {"ending": "times", "times": "", "subject": "Getypt"}
    )
    assert page.status_code == 422
    assert "Fill in how many times it happens." in page.content.decode()
    assert 'value="Getypt"' in page.content.decode()


def test_another_s_private_series_does_not_exist(michael: Actor, browser: Client) -> None:
    """R61: none of its pages."""
    sanne = User.objects.create(username="sanne2", full_name="Sanne Twee")
    row = made(Actor(user=sanne), replace(WEEKLY, private=True))
    for name in ("occurrence-edit", "following-edit"):
        assert browser.get(reverse(f"planning:{name}", args=[row.pk, "2026-12-02"])).status_code == 404
    for name in ("occurrence-cancel", "series-end"):
        assert browser.post(reverse(f"planning:{name}", args=[row.pk, "2026-12-02"])).status_code == 404
