"""Pages of tasks and appointments: lists, ticking off, panels, odd addresses, what a form may not do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.items.records import Attendee, Priority, Task, TaskStatus
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.people.crm_ids import split_ids
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.services import tasks
from crmcorner.planning.services.tasks import TaskValues
from crmcorner.preferences.services import settings
from tests.planning.diary import a_visit, contact, made, save

TASK_FORM = {"subject": "Bellen", "status": "not-started", "priority": "normal"}
VISIT_FORM = {
    "subject": "Bezoek",
    "first_day": "2026-12-24",
    "begins": "09:30",
    "last_day": "2026-12-24",
    "ends": "11:00",
    "show_as": "busy",
}


@pytest.fixture
def english(db: None) -> None:
    """Let pages speak English."""
    settings.add_setting(actor=COMMAND, type_name="Language", value="EN")


def browser_of(actor: Actor) -> Client:
    """Return the browser of a user who is signed in."""
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def a_task(actor: Actor, subject: str, *, about: tuple[str, ...] = (), **more: Any) -> TaskRow:
    """Make a task as the pages do."""
    content = Task(subject=subject, **more)
    values = TaskValues(content=content, owner=actor.user, about=about)
    return tasks.create_task(actor=actor, values=values)


def text_of(client: Client, name: str, *arguments: Any, query: str = "") -> str:
    """Return a page."""
    page = client.get(reverse(f"planning:{name}", args=arguments) + query)
    assert page.status_code == 200
    return page.content.decode()


def in_order(text: str, *words: str) -> bool:
    """Whether links with these words stand on a page in this order."""
    places = [text.find(f">{word}<") for word in words]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ("Vroeg", "Laat", "Ooit")),
        ("?sort=due", ("Vroeg", "Laat", "Ooit")),
        ("?sort=-due", ("Ooit", "Laat", "Vroeg")),
        ("?sort=priority", ("Ooit", "Vroeg", "Laat")),
        ("?sort=-priority", ("Laat", "Vroeg", "Ooit")),
        ("?sort=subject", ("Laat", "Ooit", "Vroeg")),
        ("?sort=nonsense", ("Vroeg", "Laat", "Ooit")),
    ],
)
def test_a_list_is_sorted_as_people_mean_it(
    english: None, michael: Actor, query: str, order: tuple[str, ...]
) -> None:
    """R71: by importance and not by its word; what has no due date comes last."""
    a_task(michael, "Laat", due=date(2026, 12, 2), priority=Priority.LOW)
    a_task(michael, "Ooit", priority=Priority.HIGH)
    a_task(michael, "Vroeg", due=date(2026, 12, 1))
    assert in_order(text_of(browser_of(michael), "task-list", query=query), *order)


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", {"Open"}),
        ("done", {"Klaar"}),
        ("all", {"Open", "Klaar"}),
        ("everyone", {"Open", "Van Sanne"}),
        ("every", {"Open", "Klaar", "Van Sanne", "Van Sanne, klaar"}),
        ("bin", {"Weg"}),
    ],
)
def test_a_list_is_filtered(
    english: None, michael: Actor, sanne: Actor, show: str, expected: set[str]
) -> None:
    """R71: one's own or everybody's, open, completed, deleted."""
    done: dict[str, Any] = {"status": TaskStatus.COMPLETED, "completed_on": date(2026, 11, 1)}
    a_task(michael, "Open")
    a_task(michael, "Klaar", **done)
    a_task(sanne, "Van Sanne")
    a_task(sanne, "Van Sanne, klaar", **done)
    tasks.delete_task(actor=michael, task=a_task(michael, "Weg"))
    text = text_of(browser_of(michael), "task-list", query=f"?show={show}")
    subjects = {"Open", "Klaar", "Van Sanne", "Van Sanne, klaar", "Weg"}
    assert {subject for subject in subjects if f">{subject}</a>" in text} == expected


def test_a_list_has_pages_and_is_searched(english: None, michael: Actor) -> None:
    """R71: by subject and memo; every word must fit."""
    for number in range(51):
        a_task(michael, f"Taak {number:02}", note="over de haven" if number == 7 else "")
    client = browser_of(michael)
    assert "Taak 50" not in text_of(client, "task-list")
    assert "Taak 50" in text_of(client, "task-list", query="?page=2")
    found = text_of(client, "task-list", query="?q=taak+HAVEN")
    assert "Taak 07" in found
    assert "Taak 08" not in found


def test_one_click_ticks_a_task_off(english: None, michael: Actor) -> None:
    """R71, R51: the list gets the row back as it now is; a second click takes the tick off."""
    row = a_task(michael, "Bellen")
    client = browser_of(michael)
    url = reverse("planning:task-complete", args=[row.pk])
    answer = client.post(url, {"done": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert answer.lstrip().startswith(f'<tr id="task-{row.pk}"')
    assert "completed" in answer
    row.refresh_from_db()
    assert (row.status, row.completed_on) == (TaskStatus.COMPLETED, timezone.localdate())
    client.post(url, {"done": "0"}, headers={"HX-Request": "true"})
    row.refresh_from_db()
    assert (row.status, row.completed_on) == (TaskStatus.NOT_STARTED, None)
    assert client.get(url).status_code == 405


def test_the_search_of_every_page_leads_to_all_that_it_found(english: None, michael: Actor) -> None:
    """R71: completed tasks too."""
    for number in range(17):
        a_task(michael, f"Haven {number}", status=TaskStatus.COMPLETED)
    client = browser_of(michael)
    page = client.get(reverse("portal:search") + "?q=Haven").content.decode()
    link = reverse("planning:task-list") + "?show=every&amp;q=Haven"
    assert link in page
    assert "Haven 16" in client.get(link.replace("&amp;", "&")).content.decode()


@pytest.mark.parametrize("given", [{"first_day": "0001-01-01"}, {"last_day": "9999-12-31"}])
@pytest.mark.parametrize("all_day", [{}, {"all_day": "on"}])
def test_days_that_no_calendar_knows_are_refused(
    english: None, michael: Actor, given: dict[str, str], all_day: dict[str, str]
) -> None:
    """R71: at their field, and no error page."""
    form = VISIT_FORM | given | all_day
    answer = browser_of(michael).post(reverse("planning:appointment-add"), form)
    assert answer.status_code == 422
    assert "The calendar knows the days from" in answer.content.decode()
    assert not AppointmentRow.objects.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"due": "0001-01-01"}, "The calendar knows the days from"),
        ({"due": "9999-12-31"}, "The calendar knows the days from"),
        ({"reminder": "0001-01-01T00:00"}, "The calendar knows the days from"),
        ({"start": "2026-12-02", "due": "2026-12-01"}, "The due date lies before the start."),
        ({"private": "on", "owner": ""}, "What only its owner may see needs an owner."),
        ({"status": "half"}, "Select a valid choice."),
    ],
)
def test_bad_input_for_a_task_is_refused_at_its_field(
    english: None, michael: Actor, given: dict[str, str], says: str
) -> None:
    """R71, R61: with a sentence that tells what to do; nothing is stored."""
    answer = browser_of(michael).post(reverse("planning:task-add"), TASK_FORM | given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not TaskRow.objects.exists()


@pytest.mark.parametrize("noun", ["task", "appointment"])
def test_a_colleague_hides_nothing_and_ones_own_may_be_given_away(
    english: None, michael: Actor, sanne: Actor, noun: str
) -> None:
    """R61: what is given away as private is out of sight, and that is no error page."""
    row = a_task(michael, "Bellen") if noun == "task" else made(michael)
    assert michael.user is not None
    assert sanne.user is not None
    form = (TASK_FORM if noun == "task" else VISIT_FORM) | {"private": "on", "owner": str(michael.user.pk)}
    url = reverse(f"planning:{noun}-edit", args=[row.pk])
    refused = browser_of(sanne).post(url, form)
    assert refused.status_code == 422
    assert "Only its owner can hide this from the others." in refused.content.decode()
    given = browser_of(michael).post(url, form | {"owner": str(sanne.user.pk)}, follow=True)
    assert given.status_code == 200
    assert browser_of(michael).get(url).status_code == 404
    assert browser_of(sanne).get(url).status_code == 200


@pytest.mark.parametrize("noun", ["task", "appointment"])
def test_history_keeps_what_was_private_to_its_owner(
    english: None, michael: Actor, sanne: Actor, administrator: Actor, noun: str
) -> None:
    """R61: also once it is visible to all; what came after is told to everyone."""
    row = a_task(michael, "Ontslag") if noun == "task" else made(michael, a_visit(subject="Ontslag"))
    assert michael.user is not None
    form = (TASK_FORM if noun == "task" else VISIT_FORM) | {"owner": str(michael.user.pk)}
    url = reverse(f"planning:{noun}-edit", args=[row.pk])
    own = browser_of(michael)
    for changes in ({"private": "on", "subject": "Ontslag"}, {"subject": "Gesprek"}, {"subject": "Koffie"}):
        assert own.post(url, form | changes).status_code == 302
    assert "Ontslag" in text_of(own, noun, row.pk)
    for other in (sanne, administrator):
        page = text_of(browser_of(other), noun, row.pk)
        assert "Ontslag" not in page
        assert "Gesprek" in page
        assert "Koffie" in page


def test_whoever_is_not_signed_in_sees_nothing(michael: Actor) -> None:
    """R73: every address leads to signing in, also those of fragments."""
    task, visit, jan = (
        a_task(michael, "Bellen"),
        made(michael),
        contact(michael, given_name="Jan", surname="Berg"),
    )
    person = split_ids([jan])[0][0]
    names: dict[str, tuple[int, ...]] = dict.fromkeys(
        ("task-list", "task-add", "calendar", "appointment-list", "appointment-add", "people-options"), ()
    )
    names |= dict.fromkeys(("home_tasks", "home_appointments"), ())
    names |= dict.fromkeys(("person_tasks", "person_appointments"), (person,))
    names |= {"task": (task.pk,), "task-edit": (task.pk,)}
    names |= {"appointment": (visit.pk,), "appointment-edit": (visit.pk,)}
    for name, arguments in names.items():
        answer = Client().get(reverse(f"planning:{name}", args=arguments))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
    for name in ("task-complete", "task-delete", "task-restore"):
        assert Client().post(reverse(f"planning:{name}", args=[task.pk])).status_code == 302
    task.refresh_from_db()
    assert (task.deleted_at, task.status) == (None, TaskStatus.NOT_STARTED)


@pytest.mark.parametrize(
    "query", ["?date=2026-13-45", "?date=x", "?person=999999&organisation=²", "?date=9999-12-31"]
)
def test_an_odd_address_still_gives_a_form(english: None, michael: Actor, query: str) -> None:
    """R71: no error page for a mistyped address."""
    assert 'name="first_day"' in text_of(browser_of(michael), "appointment-add", query=query)


def test_the_page_of_a_series_tells_how_it_repeats_and_what_was_changed(
    english: None, michael: Actor
) -> None:
    """R63: in words; the month shows each where it really is."""
    start = datetime(2026, 11, 2, 8, tzinfo=UTC)
    moved = Moved(
        original=date(2026, 11, 9),
        subject="Verzet",
        location="Thuis",
        start=datetime(2026, 11, 11, 10, tzinfo=UTC),
        end=datetime(2026, 11, 11, 11, tzinfo=UTC),
    )
    series = a_visit(
        subject="Weekstart",
        start=start,
        end=start + timedelta(hours=1),
        recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(0,), first=start.date(), count=4),
        cancelled=(date(2026, 11, 16),),
        moved=(moved,),
        attendees=(Attendee(email="jan@berg.example", name="Jan"),),
    )
    save(michael, series)
    client = browser_of(michael)
    page = text_of(client, "appointment", AppointmentRow.objects.get().pk)
    for words in ("every week on Monday, 4 times", "Verzet", "cancelled", "jan@berg.example"):
        assert words in page
    form = text_of(client, "appointment-edit", AppointmentRow.objects.get().pk)
    assert "put the changed and cancelled occurrences of this series back" in form
    month = text_of(client, "calendar", query="?view=month&date=2026-11-01")
    assert (month.count(">Weekstart<"), month.count(">Verzet<")) == (2, 1)
    assert text_of(client, "calendar", query="?view=day&date=2026-11-16").count("Weekstart") == 0


def test_the_panels_of_a_person_and_of_his_firm(english: None, michael: Actor) -> None:
    """R71: the firm's page shows what is about its people as well; completed ones are counted."""
    jan = contact(michael, given_name="Jan", surname="Berg", company="Bakkerij Smit")
    (person,) = split_ids([jan])[0]
    done: dict[str, Any] = {"status": TaskStatus.COMPLETED}
    a_task(michael, "Bellen", about=(jan,))
    a_task(michael, "Gebeld", about=(jan,), **done)
    made(michael, people=[jan])
    row = TaskRow.objects.get(subject="Bellen").links.get()
    assert row.person is not None
    firm = row.person.organisation_id
    client = browser_of(michael)
    for word, key in (("person", person), ("organisation", firm)):
        panel = text_of(client, f"{word}_tasks", key)
        assert "Bellen" in panel
        assert "Gebeld" not in panel
        assert "1 completed" in panel
        assert f"?{word}={key}" in panel
        assert "Bezoek" in text_of(client, f"{word}_appointments", key)
    assert "Jan Berg" in text_of(client, "task-add", query=f"?person={person}")
    assert "Bakkerij Smit" in text_of(client, "appointment-add", query=f"?organisation={firm}")


def test_home_shows_today_and_what_is_overdue(english: None, michael: Actor, sanne: Actor) -> None:
    """R70: one's own; nothing of tomorrow, nothing completed, nobody else's."""
    today = timezone.localdate()
    noon = timezone.make_aware(datetime(today.year, today.month, today.day, 12))
    made(michael, a_visit(subject="Vandaag", start=noon, end=noon + timedelta(hours=1)))
    morrow = noon + timedelta(days=1)
    made(michael, a_visit(subject="Morgen", start=morrow, end=morrow + timedelta(hours=1)))
    made(sanne, a_visit(subject="Van Sanne", start=noon, end=noon + timedelta(hours=1)))
    a_task(michael, "Te laat", due=today - timedelta(days=9))
    a_task(michael, "Nu", due=today)
    a_task(michael, "Straks", due=today + timedelta(days=1))
    a_task(michael, "Klaar", due=today, status=TaskStatus.COMPLETED)
    client = browser_of(michael)
    appointments, due = text_of(client, "home_appointments"), text_of(client, "home_tasks")
    assert [name in appointments for name in ("Vandaag", "Morgen", "Van Sanne")] == [True, False, False]
    assert in_order(due, "Te laat", "Nu")
    assert [name in due for name in ("Straks", "Klaar")] == [False, False]
    ticked = client.post(
        reverse("planning:task-complete", args=[TaskRow.objects.get(subject="Te laat").pk]),
        {"done": "1", "panel": "home"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert ">Nu<" in ticked
    assert ">Te laat<" not in ticked


def test_a_page_tells_whom_it_is_about(english: None, michael: Actor) -> None:
    """R62: who is linked, and names that could not be; nobody only where there is neither."""
    client = browser_of(michael)
    contact(michael, given_name="Jan", surname="Berg")
    pages = {
        names: text_of(client, "appointment", save(michael, a_visit(contacts=names)).row.pk)
        for names in ((), ("Jan Berg",), ("Wie Weet",))
    }
    told = {
        names: [words in page for words in (">Jan Berg</a>", "Wie Weet <span", "<dd>nobody")]
        for names, page in pages.items()
    }
    assert told == {
        (): [False, False, True],
        ("Jan Berg",): [True, False, False],
        ("Wie Weet",): [False, True, False],
    }


@pytest.mark.parametrize("typed", ["", "x", "%", "\x00", "Jan Be\nnobody", "a" * 5000])
def test_whatever_is_typed_for_people_gives_an_answer(english: None, michael: Actor, typed: str) -> None:
    """R6: the last line counts; nothing found is no error."""
    contact(michael, given_name="Jan", surname="Berg")
    client = browser_of(michael)
    assert client.get(reverse("planning:people-options"), {"people": typed}).status_code == 200
    asked = client.get(reverse("planning:people-options"), {"people": "Wie\nJan Be"}).content.decode()
    assert "Jan Berg" in asked
