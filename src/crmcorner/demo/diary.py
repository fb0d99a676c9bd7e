"""The demo firm's tasks and appointments around a day, made the same way every time but for the dates.

The first synchronisation looks at `TASKS` tasks and `APPOINTMENTS` appointments: those of Michael's that the CRM wants
in his Outlook, and those that are there already; what is on both sides counts once.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crmcorner.demo.firm import SEED, Firm
from crmcorner.items.records import Appointment, Attendee, Contact, Priority, ShowAs, Task, TaskStatus
from crmcorner.items.recurrence import Moved, Pattern, Recurrence

ZONE = "Europe/Amsterdam"

TASKS = 113
OPEN_IN_CRM = 66
ON_BOTH_SIDES = 9
NEW_IN_OUTLOOK = TASKS - OPEN_IN_CRM
LATER_IN_CRM, DONE_IN_CRM, COLLEAGUES = 25, 14, 20

APPOINTMENTS = 11

_WORK = (
    ("Offerte sturen aan {name}", Priority.HIGH),
    ("{name} terugbellen", Priority.NORMAL),
    ("Factuur navragen bij {name}", Priority.NORMAL),
    ("Contract van {name} nakijken", Priority.HIGH),
    ("Proefzending klaarzetten voor {name}", Priority.LOW),
    ("Adres van {name} controleren", Priority.LOW),
    ("Demonstratie voorbereiden voor {name}", Priority.NORMAL),
)
_OPEN = (TaskStatus.NOT_STARTED, TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS, TaskStatus.WAITING)


@dataclass(slots=True)
class Diary:
    """What each side holds before the first synchronisation.

    ``crm_tasks``: Michael's, in and out of scope; ``outlook_tasks``: in his Outlook; the same for appointments.
    """

    crm_tasks: list[Task] = field(default_factory=list)
    colleagues_tasks: list[Task] = field(default_factory=list)
    outlook_tasks: list[Task] = field(default_factory=list)
    crm_appointments: list[Appointment] = field(default_factory=list)
    colleagues_appointments: list[Appointment] = field(default_factory=list)
    outlook_appointments: list[Appointment] = field(default_factory=list)


def invent_diary(firm: Firm, today: date, seed: int = SEED) -> Diary:
    """Invent both sides' tasks and appointments around a day."""
    chance = random.Random(seed + 2)  # noqa: S311 - invented data, nothing secret
    people = [person for person in firm.own_persons if person.company]
    diary = Diary()
    soon = [_task(chance, people, number, _soon(chance, number, today)) for number in range(OPEN_IN_CRM)]
    later = [
        _task(chance, people, 200 + number, today + timedelta(days=5 + number))
        for number in range(LATER_IN_CRM)
    ]
    done = [
        replace(
            _task(chance, people, 300 + number, today - timedelta(days=number)),
            status=TaskStatus.COMPLETED,
            completed_on=today - timedelta(days=number),
        )
        for number in range(DONE_IN_CRM)
    ]
    diary.crm_tasks = [*soon, *later, *done]
    diary.colleagues_tasks = [_task(chance, people, 400 + n, today) for n in range(COLLEAGUES)]
    new = [_task(chance, people, 500 + n, _soon(chance, n, today)) for n in range(NEW_IN_OUTLOOK)]
    diary.outlook_tasks = [*(replace(task, note="") for task in soon[:ON_BOTH_SIDES]), *new]
    _appointments(diary, people, today)
    return diary


def _task(chance: random.Random, people: list[Contact], number: int, due: date | None) -> Task:
    subject, priority = _WORK[number % len(_WORK)]
    person = people[(number * 7) % len(people)]
    name = " ".join(part for part in (person.given_name, person.name_prefix, person.surname) if part)
    return Task(
        subject=f"{subject.format(name=name)} ({person.company})",
        note=chance.choice(("", "", "Zie de laatste mail.", "Belt liever 's ochtends.")),
        due=due,
        start=due - timedelta(days=2) if due and number % 5 == 0 else None,
        status=_OPEN[number % len(_OPEN)],
        priority=priority,
        reminder=_at(due, 9) if due and number % 6 == 0 else None,
    )


def _soon(chance: random.Random, number: int, today: date) -> date | None:
    """Overdue, due within three days, or without a date (R50)."""
    return None if number % 8 == 0 else today + timedelta(days=chance.randint(-12, 3))


def _appointments(diary: Diary, people: list[Contact], today: date) -> None:
    monday = today - timedelta(days=today.weekday())
    visit = Appointment(
        subject=f"Bezoek aan {people[3].company}",
        location=people[3].work_address.city if people[3].work_address else "",
        start=_at(today, 14),
        end=_at(today, 15, 30),
        zone=ZONE,
        reminder=30,
        contacts=(_full_name(people[3]),),
    )
    in_crm = [
        visit,
        Appointment(subject="Kwartaalcijfers", start=_at(today, 16), end=_at(today, 17), zone=ZONE),
        Appointment(
            subject="Beurs Utrecht", start=_day(today, 6), end=_day(today, 8), all_day=True, show_as=ShowAs.ELSEWHERE
        ),
        Appointment(
            subject="Functioneringsgesprek", start=_at(today, 10, days=3), end=_at(today, 11, days=3), zone=ZONE,
            private=True,
        ),
        Appointment(
            subject=f"Demonstratie bij {people[9].company}", start=_at(today, 13, days=9), end=_at(today, 15, days=9),
            zone=ZONE, contacts=(_full_name(people[9]),),
        ),
    ]  # fmt: skip
    diary.crm_appointments = [
        *in_crm,
        Appointment(
            subject="Jaarvergadering", start=_at(today, 10, days=90), end=_at(today, 12, days=90), zone=ZONE
        ),
    ]
    diary.colleagues_appointments = [
        Appointment(
            subject="Rondje klanten Noord-Holland", start=_at(today, 9), end=_at(today, 16), zone=ZONE
        ),
        Appointment(
            subject="Tandarts",
            start=_at(today, 11, days=1),
            end=_at(today, 12, days=1),
            zone=ZONE,
            private=True,
        ),
    ]
    diary.outlook_appointments = [
        replace(visit, contacts=(), reminder=15),
        *_in_outlook(people, today, monday),
    ]
    assert len(in_crm) + len(diary.outlook_appointments) - 1 == APPOINTMENTS  # noqa: S101 - the one on both sides


def _in_outlook(people: list[Contact], today: date, monday: date) -> list[Appointment]:
    second, third = monday + timedelta(days=7), monday + timedelta(days=14)
    guest = people[12]
    return [
        Appointment(
            subject="Weekstart",
            location="Vergaderkamer 1",
            start=_at(monday, 9),
            end=_at(monday, 9, 30),
            zone=ZONE,
            recurrence=Recurrence(pattern=Pattern.WEEKLY, weekdays=(0,), first=monday),
            cancelled=(third,),
            moved=(
                Moved(
                    original=second,
                    subject="Weekstart (op dinsdag)",
                    location="Vergaderkamer 2",
                    start=_at(second, 11, days=1),
                    end=_at(second, 11, 30, days=1),
                ),
            ),
        ),
        Appointment(
            subject="Ouderavond", start=_at(today, 19, days=2), end=_at(today, 21, days=2), zone=ZONE, private=True
        ),
        Appointment(
            subject=f"Overleg met {guest.company}",
            start=_at(today, 10, days=4),
            end=_at(today, 11, days=4),
            zone=ZONE,
            attendees=(
                Attendee(email=guest.emails[0], name=_full_name(guest)),
                Attendee(email="inkoop@buitenland.example", name="Inkoop"),
            ),
        ),
        Appointment(subject="Vrij", start=_day(today, 11), end=_day(today, 14), all_day=True, show_as=ShowAs.OUT_OF_OFFICE),
        Appointment(
            subject="Lunch", start=_at(today, 12, days=-2), end=_at(today, 13, days=-2), zone=ZONE,
            show_as=ShowAs.TENTATIVE, categories=("Golf",),
        ),
        Appointment(subject="Sporten", start=_at(today, 18, days=1), end=_at(today, 19, days=1), zone=ZONE),
    ]  # fmt: skip


def _at(day: date, hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """Return a moment of the firm's own clock, in UTC."""
    local = datetime.combine(day + timedelta(days=days), time(hour, minute), ZoneInfo(ZONE))
    return local.astimezone(UTC)


def _day(day: date, days: int) -> datetime:
    """Return the beginning of an all-day appointment's day, which knows no zone."""
    return datetime.combine(day + timedelta(days=days), time(), UTC)


def _full_name(person: Contact) -> str:
    return " ".join(part for part in (person.given_name, person.name_prefix, person.surname) if part)
