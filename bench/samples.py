"""The contacts, tasks, appointments and mails that everything is measured with: filled in as most are."""

from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Appointment, Contact, Task

JsonObject = dict[str, Any]

ZONE = "Europe/Amsterdam"
NOTE = "Belt liever dan dat hij mailt."

SENDERS = 50
"""How many known people write all the mails; and with whom the appointments are."""

UNKNOWN = 10
"""Every tenth mail is from someone whom nobody in the CRM knows."""

LINKED = 5
"""Every fifth appointment is with somebody who stands in the CRM (R62)."""


def contact(number: int, family: str) -> Contact:
    """Return a contact of a family that no other mailbox has."""
    return Contact(
        given_name=f"Voornaam{number}",
        name_prefix="van der",
        surname=f"Achternaam{family}x{number}",
        job_title="inkoper",
        emails=(address_of(number, family),),
        work_phones=(f"+3123{5_000_000 + number:07d}",),
        home_address=PostalAddress(
            street="Spiegelstraat",
            house_number=str(number + 1),
            postal_code="2011 BN",
            city="Haarlem",
            country="NL",
        ),
        note=NOTE,
    )


def address_of(number: int, family: str) -> str:
    """Return the e-mail address of the person of that number."""
    return f"persoon{number}@{family}.bench.example"


def name_of(number: int, family: str) -> str:
    """Return the name of the person of that number, as Outlook writes it."""
    return f"Voornaam{number} van der Achternaam{family}x{number}"


def task(number: int, today: date) -> Task:
    """Return a task that is due these days, so that it belongs in Outlook (R50)."""
    return Task(
        subject=f"Offerte {number} nabellen", note=NOTE, due=today + timedelta(days=number % 3), start=today
    )


def appointment(number: int, family: str, today: date) -> Appointment:
    """Return an appointment of the next weeks; some are with a person of the family."""
    begin = datetime.combine(today + timedelta(days=1 + number % 28), time(7), UTC)
    begin += timedelta(minutes=15 * (number // 28 % 40))
    return Appointment(
        subject=f"Bespreking {number}",
        note=NOTE,
        location="Haarlem",
        start=begin,
        end=begin + timedelta(minutes=45),
        zone=ZONE,
        reminder=15,
        contacts=(name_of(number % SENDERS, family),) if number % LINKED == 0 else (),
    )


def contact_json(number: int, family: str) -> JsonObject:
    """Return the same contact as it stands in Outlook, marked for the CRM."""
    of = contact(number, family)
    home = of.home_address
    assert home is not None
    return {
        "givenName": of.given_name,
        "surname": f"{of.name_prefix} {of.surname}",
        "jobTitle": of.job_title,
        "emailAddresses": [{"address": address} for address in of.emails],
        "businessPhones": list(of.work_phones),
        "homeAddress": {
            "street": f"{home.street} {home.house_number}",
            "city": home.city,
            "postalCode": home.postal_code,
            "countryOrRegion": "Nederland",
        },
        "personalNotes": of.note,
        "categories": [CATEGORY],
    }


def task_json(number: int, today: date) -> JsonObject:
    """Return the same task as it stands in Microsoft To Do."""
    of = task(number, today)
    assert of.due is not None
    return {
        "title": of.subject,
        "body": {"contentType": "text", "content": of.note},
        "dueDateTime": {"dateTime": f"{of.due.isoformat()}T00:00:00", "timeZone": ZONE},
    }


def event_json(number: int, today: date) -> JsonObject:
    """Return the same appointment as it stands in Outlook's calendar."""
    of = appointment(number, "", today)
    assert of.start is not None
    assert of.end is not None
    return {
        "subject": of.subject,
        "body": {"contentType": "text", "content": of.note},
        "location": {"displayName": of.location},
        "start": {"dateTime": f"{of.start:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{of.end:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "isReminderOn": True,
        "reminderMinutesBeforeStart": of.reminder,
    }


def mail_source(number: int, family: str, to: str, today: date) -> bytes:
    """Return a mail as it came in, marked for the CRM; every tenth is from an unknown sender."""
    known = number % UNKNOWN != 0
    person = number % SENDERS if known else number
    sender = address_of(person, family) if known else _stranger(number, family)
    message = EmailMessage()
    message["From"] = f"Voornaam{person} van der Achternaam <{sender}>"
    message["To"] = to
    message["Subject"] = f"Vraag over factuur {number}"
    sent = datetime.combine(today, time(6), UTC) - timedelta(minutes=number)
    message["Date"] = format_datetime(sent)
    message["Message-ID"] = f"<{number}.{family}@bench.example>"
    message["Keywords"] = CATEGORY
    text = "Wij missen nog een regel op de factuur. Kunt u die nakijken?\n\nMet vriendelijke groet\n" * 8
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return message.as_bytes()


def strangers(count: int, family: str) -> list[Contact]:
    """Return persons who have the addresses of the unknown senders among that many mails."""
    return [
        Contact(given_name=f"Vreemd{number}", surname=f"Vreemd{family}", emails=(_stranger(number, family),))
        for number in range(0, count, UNKNOWN)
    ]


def _stranger(number: int, family: str) -> str:
    return f"persoon{number}@vreemd-{family}.example"
