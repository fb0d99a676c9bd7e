"""The pages of tasks and appointments, by their owner, a colleague and an administrator."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crmcorner.accounts.actor import COMMAND, Actor
from crmcorner.accounts.models import User
from crmcorner.items.records import Appointment, Contact, Task, TaskStatus
from crmcorner.people.models import Person
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.services import appointments, tasks
from crmcorner.preferences.services import settings

SECRET = "Functioneringsgesprek"


@pytest.fixture
def staff(db: None) -> dict[str, tuple[User, Client]]:
    """Michael, whose things they are, Sanne, and an administrator, each with a browser that speaks English."""
    settings.add_setting(actor=COMMAND, type_name="Language", value="EN")
    found = {}
    for name, role in (("michael", "user"), ("sanne", "user"), ("admin", "administrator")):
        user = User.objects.create(username=name, full_name=name.title(), role=role)
        client = Client()
        client.force_login(user)
        found[name] = (user, client)
    return found


def an_appointment(owner: User, **more: object) -> AppointmentRow:
    """Make an appointment of an hour from now."""
    start = timezone.now().replace(second=0, microsecond=0)
    values = {
        "subject": SECRET,
        "start": start,
        "end": start + timedelta(hours=1),
        "zone": "Europe/Amsterdam",
    }
    return appointments.create_appointment(
        actor=Actor(user=owner),
        values=appointments.AppointmentValues(content=Appointment(**values | more), owner=owner),  # type: ignore[arg-type]
    )


def a_task(owner: User, *, private: bool = False, about: tuple[str, ...] = (), **more: object) -> TaskRow:
    """Make a task."""
    content = Task(**{"subject": SECRET} | more)  # type: ignore[arg-type]
    values = tasks.TaskValues(content=content, owner=owner, private=private, about=about)
    return tasks.create_task(actor=Actor(user=owner), values=values)


def jan(owner: User) -> Person:
    """Make a person."""
    contact = Contact(given_name="Jan", name_prefix="van der", surname="Berg", emails=("jan@berg.example",))
    save_contacts(actor=Actor(user=owner), writes=[ContactWrite(contact=contact)])
    return Person.objects.get()


def everywhere(row: AppointmentRow) -> list[str]:
    """Return every page on which an appointment could show."""
    day = timezone.localdate(row.start).isoformat()
    return [
        *(
            reverse("planning:calendar") + f"?show=everyone&view={view}&date={day}"
            for view in ("day", "week", "month")
        ),
        reverse("planning:appointment-list"),
        reverse("planning:appointment-list") + "?show=bin",
        reverse("planning:home_appointments"),
        reverse("portal:search") + f"?q={SECRET}",
        reverse("portal:home"),
        *(reverse("planning:person_appointments", args=[person.pk]) for person in Person.objects.all()),
    ]


@pytest.mark.parametrize("name", ["sanne", "admin"])
def test_of_a_private_appointment_others_see_that_the_time_is_taken(
    staff: dict[str, tuple[User, Client]], name: str
) -> None:
    """R61: and no more, on every page and in search; administrators are not excepted."""
    michael, own = staff["michael"]
    person = jan(michael)
    row = an_appointment(michael, private=True)
    row.links.create(person=person)
    client = staff[name][1]
    for url in everywhere(row):
        page = client.get(url)
        assert page.status_code == 200
        assert SECRET not in page.content.decode().replace(f"“{SECRET}”", "").replace(f'value="{SECRET}"', "")
    assert "taken" in client.get(everywhere(row)[0]).content.decode()
    for page_name in ("appointment", "appointment-edit"):
        assert client.get(reverse(f"planning:{page_name}", args=[row.pk])).status_code == 404
    for page_name in ("appointment-delete", "appointment-restore"):
        assert client.post(reverse(f"planning:{page_name}", args=[row.pk])).status_code == 404
    assert SECRET in own.get(reverse("planning:appointment", args=[row.pk])).content.decode()


@pytest.mark.parametrize("name", ["sanne", "admin"])
def test_a_private_task_is_its_owners_alone(staff: dict[str, tuple[User, Client]], name: str) -> None:
    """R61: it does not exist for anyone else."""
    michael, own = staff["michael"]
    person = jan(michael)
    row = a_task(michael, private=True, about=(f"person:{person.pk}",), due=timezone.localdate())
    client = staff[name][1]
    pages = [
        reverse("planning:task-list") + "?show=everyone",
        reverse("planning:task-list") + "?show=bin",
        reverse("portal:search") + f"?q={SECRET}",
        reverse("planning:person_tasks", args=[person.pk]),
        reverse("planning:home_tasks"),
    ]
    for url in pages:
        text = client.get(url).content.decode()
        assert SECRET not in text.replace(f"“{SECRET}”", "").replace(f'value="{SECRET}"', "")
    for page_name in ("task", "task-edit"):
        assert client.get(reverse(f"planning:{page_name}", args=[row.pk])).status_code == 404
    for page_name in ("task-complete", "task-delete", "task-restore"):
        assert client.post(reverse(f"planning:{page_name}", args=[row.pk])).status_code == 404
    assert SECRET in own.get(pages[3]).content.decode()


def test_a_task_is_made_changed_ticked_off_deleted_and_restored(
    staff: dict[str, tuple[User, Client]],
) -> None:
    """R71, R51: with the people whom it is about; ticking off notes the day."""
    michael, client = staff["michael"]
    person = jan(michael)
    form = {
        "subject": "Bellen",
        "status": "not-started",
        "priority": "high",
        "due": "2026-12-24",
        "owner": michael.pk,
        "people": "Jan van der Berg",
        "memo": "Over de offerte",
    }
    assert client.post(reverse("planning:task-add"), form).status_code == 302
    row = TaskRow.objects.get()
    assert [link.person for link in row.links.all()] == [person]
    page = client.get(reverse("planning:task-edit", args=[row.pk])).content.decode()
    assert "Jan van der Berg" in page
    changed = form | {"subject": "Terugbellen", "version": row.version}
    assert client.post(reverse("planning:task-edit", args=[row.pk]), changed).status_code == 302
    stale = client.post(reverse("planning:task-edit", args=[row.pk]), changed)
    assert "Someone else changed this in the meantime" in stale.content.decode()
    client.post(reverse("planning:task-complete", args=[row.pk]), {"done": "1"})
    row.refresh_from_db()
    assert (row.subject, row.status, row.completed_on) == (
        "Terugbellen",
        TaskStatus.COMPLETED,
        timezone.localdate(),
    )
    client.post(reverse("planning:task-delete", args=[row.pk]))
    assert "Terugbellen" in client.get(reverse("planning:task-list") + "?show=bin").content.decode()
    client.post(reverse("planning:task-restore", args=[row.pk]))
    history = client.get(reverse("planning:task", args=[row.pk])).content.decode()
    assert "Bellen" in history
    assert "restored" in history


def test_an_appointment_is_made_and_shows_in_day_week_and_month(
    staff: dict[str, tuple[User, Client]],
) -> None:
    """R71: its times are those of the firm's clock."""
    michael, client = staff["michael"]
    form = {
        "subject": "Bezoek",
        "location": "Haarlem",
        "first_day": "2026-12-24",
        "begins": "09:30",
        "last_day": "2026-12-24",
        "ends": "11:00",
        "show_as": "busy",
        "owner": michael.pk,
        "reminder": "15",
    }
    assert client.post(reverse("planning:appointment-add"), form).status_code == 302
    row = AppointmentRow.objects.get()
    assert row.start == datetime(2026, 12, 24, 8, 30, tzinfo=UTC)
    for view in ("day", "week", "month"):
        assert (
            "Bezoek"
            in client.get(reverse("planning:calendar") + f"?view={view}&date=2026-12-24").content.decode()
        )
    whole = form | {"all_day": "on", "last_day": "2026-12-25", "version": row.version}
    assert client.post(reverse("planning:appointment-edit", args=[row.pk]), whole).status_code == 302
    row.refresh_from_db()
    assert (row.start, row.end) == (datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 26, tzinfo=UTC))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"last_day": "2026-12-23"}, "The end lies before the start."),
        ({"begins": ""}, "Fill in a time"),
        ({"first_day": "31-31-2026"}, "Enter a valid date."),
        ({"subject": ""}, "This field is required."),
        ({"subject": "x" * 256}, "at most 255"),
        ({"people": "Wie Weet"}, "This names nobody, or several"),
        ({"reminder": "-1"}, "greater than or equal to 0"),
        ({"owner": "99999"}, "Select a valid choice."),
    ],
)
def test_bad_input_is_refused_at_its_field(
    staff: dict[str, tuple[User, Client]], values: dict[str, str], says: str
) -> None:
    """R71: with a sentence that tells what to do; nothing is stored."""
    michael, client = staff["michael"]
    form = {
        "subject": "Bezoek",
        "first_day": "2026-12-24",
        "begins": "09:30",
        "last_day": "2026-12-24",
        "ends": "11:00",
        "show_as": "busy",
        "owner": str(michael.pk),
    }
    answer = client.post(reverse("planning:appointment-add"), form | values)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not AppointmentRow.objects.exists()


@pytest.mark.parametrize(
    "query", ["view=x&date=2026-13-45", "date=9999-99-99", "view=month&date=0001-01-01", "date=\x00"]
)
def test_a_calendar_address_that_makes_no_sense_shows_today(
    staff: dict[str, tuple[User, Client]], query: str
) -> None:
    """R71: no error page for a mistyped address."""
    assert staff["michael"][1].get(reverse("planning:calendar") + "?" + query).status_code == 200
