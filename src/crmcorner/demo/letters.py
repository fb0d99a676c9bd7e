"""The mails of Michael's that he has marked for the CRM, and some that he has not: an mbox as a program exports it."""

import mailbox
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from crmcorner.demo.firm import Firm
from crmcorner.items.records import CATEGORY, Contact

MARKED = 24
UNKNOWN = 5
"""Of the marked ones: whose sender nobody in the CRM knows."""

_SUBJECTS = (
    "Offerte voor de nieuwe vestiging",
    "Re: afspraak van volgende week",
    "Vraag over factuur 2026-118",
    "Getekend contract",
    "Foto's van de bouwplaats – één ontbreekt",
    "Bestelling",
)
_BODY = """Beste Michael,

{text}

Met vriendelijke groet,
{name}
"""
_TEXTS = (
    "Zoals besproken stuur ik u de stukken. Ik hoor graag of alles erbij zit.",
    "Dinsdag schikt mij niet, kan het ook woensdag om tien uur?",
    "Wij missen nog een regel op de factuur. Kunt u die nakijken?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One invented mail."""

    sender: str
    name: str
    subject: str
    marked: bool
    attached: bool


def write_mails(firm: Firm, file: Path, *, to: str, until: datetime) -> None:
    """Write Michael's mails to an mbox.

    Args:
        firm: the customers who write.
        file: is made.
        to: Michael's address.
        until: when the last one was received; the others before it.
    """
    box = mailbox.mbox(file)
    for number, letter in enumerate(_letters(firm)):
        sent = until - timedelta(hours=7 * number + 1)
        message = mailbox.mboxMessage(_message(letter, number, to=to, sent=sent))
        message.set_from("crmcorner", sent.astimezone(UTC).timetuple())
        box.add(message)
    box.flush()
    box.close()


def _letters(firm: Firm) -> list[Letter]:
    people = [person for person in firm.own_persons if person.company]
    known = [_letter(people[number * 5], number, marked=True) for number in range(MARKED - UNKNOWN)]
    strangers = [
        Letter(
            sender=f"{name}@{domain}",
            name=name.title(),
            subject=_SUBJECTS[number % len(_SUBJECTS)],
            marked=True,
            attached=number == 0,
        )
        for number, (name, domain) in enumerate(
            (
                ("verkoop", "nieuweklant.example"),
                ("h.terpstra", "nieuweklant.example"),
                ("info", people[0].emails[0].partition("@")[2].replace(".example", "-groep.example")),
                ("planning", "aannemer.example"),
                ("nieuwsbrief", "vakblad.example"),
            )
        )
    ]
    unmarked = [_letter(people[number * 11], number, marked=False) for number in range(12)]
    return [*known[::2], *strangers, *unmarked, *known[1::2]]


def _letter(person: Contact, number: int, *, marked: bool) -> Letter:
    name = " ".join(part for part in (person.given_name, person.name_prefix, person.surname) if part)
    return Letter(
        sender=person.emails[0],
        name=name,
        subject=_SUBJECTS[number % len(_SUBJECTS)],
        marked=marked,
        attached=number % 4 == 0,
    )


def _message(letter: Letter, number: int, *, to: str, sent: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f'"{letter.name}" <{letter.sender}>'
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(sent)
    message["Message-ID"] = f"<{number}.{letter.sender.replace('@', '.')}@demo.example>"
    if letter.marked:
        message["Keywords"] = CATEGORY
    text = _BODY.format(text=_TEXTS[number % len(_TEXTS)], name=letter.name)
    message.set_content(text)
    message.add_alternative("".join(f"<p>{line}</p>\n" for line in text.split("\n\n")), subtype="html")
    if letter.attached:
        message.add_attachment(
            f"Bijlage {number}\n".encode(), maintype="text", subtype="plain", filename=f"Bijlage {number}.txt"
        )
    return message
