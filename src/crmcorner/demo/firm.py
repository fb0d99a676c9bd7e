"""The demo firm's customers, made the same way every time.

Everything follows from a fixed seed, so that the figures of the first synchronisation are known beforehand: it
looks at `LOOKED_AT` contacts, those that CRMcorner wants in Michael's Outlook and those that are there already.
"""

import random
from dataclasses import dataclass, field

from crmcorner.demo import words
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import Contact

SEED = 20_261_123

OWN_ORGANISATIONS = 180
OWN_PERSONS = 620
COLLEAGUES_ORGANISATIONS = 60
COLLEAGUES_PERSONS = 240
MEMBER_PERSONS = 90
MEMBER_ORGANISATIONS = 20
NAMESAKES = 12
"""Pairs of the same name in the same firm among Michael's own persons: which one is meant, only he can say."""

IN_SCOPE = OWN_ORGANISATIONS + OWN_PERSONS + MEMBER_PERSONS + MEMBER_ORGANISATIONS
KNOWN_ELSEWHERE = 20
"""Colleagues' persons, outside Michael's scope, whom he has in his Outlook with the category."""

LOOKED_AT = 1_180
NEW_IN_OUTLOOK = LOOKED_AT - IN_SCOPE - KNOWN_ELSEWHERE - NAMESAKES


@dataclass(slots=True)
class Firm:
    """What the CRM holds before the first synchronisation; persons are named with their firm in ``company``."""

    own_organisations: list[Contact] = field(default_factory=list)
    own_persons: list[Contact] = field(default_factory=list)
    colleagues_organisations: list[Contact] = field(default_factory=list)
    colleagues_persons: list[Contact] = field(default_factory=list)
    new_in_outlook: list[Contact] = field(default_factory=list)
    private: list[Contact] = field(default_factory=list)


class Inventor:
    """Invents firms and people that are all different; the same seed gives the same ones."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented data, nothing secret
        self._taken: set[str] = set()
        self._phones = 0

    def organisation(self) -> Contact:
        """Invent a firm with its visiting address, phone and website."""
        while True:
            prefix, surname = self._random.choice(words.SURNAMES)
            name = self._random.choice(words.TRADES).format(name=_capital(f"{prefix} {surname}".strip()))
            full = f"{name} {self._random.choice(words.LEGAL_FORMS)}".strip()
            if self._free(name):
                break
        domain = f"{_slug(name)}.example"
        return Contact(
            company=full,
            emails=(f"info@{domain}",),
            work_phones=(self._landline(),),
            work_address=self._address(),
            website=f"https://www.{domain}",
            note=self._memo(),
        )

    def person(self, organisation: Contact | None, *, company: str = "") -> Contact:
        """Invent someone of that firm, or of a firm that only has a name, or a private person."""
        while True:
            given = self._random.choice(words.GIVEN_NAMES)
            prefix, surname = self._random.choice(words.SURNAMES)
            if self._free(f"{given} {prefix} {surname}"):
                break
        works_at = organisation.company if organisation else company
        domain = organisation.emails[0].partition("@")[2] if organisation else _domain(works_at)
        address = None if works_at else self._address()
        return Contact(
            given_name=given,
            name_prefix=prefix,
            surname=surname,
            company=works_at,
            job_title=self._random.choice(words.JOB_TITLES) if works_at else "",
            emails=(f"{_slug(given)}.{_slug(prefix + surname)}@{domain}",),
            work_phones=(self._landline(),) if works_at else (),
            home_phones=() if works_at else (self._landline(),),
            mobile_phones=(self._mobile(),) if self._random.random() < 0.8 else (),
            work_address=organisation.work_address if organisation else None,
            home_address=address,
            note=self._memo(),
        )

    def _free(self, name: str) -> bool:
        key = _slug(name)
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def _memo(self) -> str:
        return self._random.choice(words.MEMOS) if self._random.random() < 0.15 else ""

    def _address(self) -> PostalAddress:
        city, lowest, span = self._random.choice(words.PLACES)
        letters = self._random.choice("ABCDEGHJKLMNPRTVWXZ") + self._random.choice("ABCDEGHJKLMNPRTVWXZ")
        return PostalAddress(
            street=self._random.choice(words.STREETS),
            house_number=str(self._random.randint(1, 240)),
            addition=self._random.choice(("", "", "", "A", "B", "bis", "2")),
            postal_code=f"{lowest + self._random.randrange(span)} {letters}",
            city=city,
            country="NL",
        )

    def _landline(self) -> str:
        self._phones += 1
        return f"+3123{5_400_000 + self._phones * 7:07d}"

    def _mobile(self) -> str:
        self._phones += 1
        return f"+316{20_000_000 + self._phones * 37:08d}"


def invent_firm(seed: int = SEED) -> Firm:
    """Invent the whole firm."""
    inventor = Inventor(seed)
    chance = random.Random(seed + 1)  # noqa: S311 - invented data, nothing secret
    firm = Firm()
    firm.own_organisations = [inventor.organisation() for _ in range(OWN_ORGANISATIONS)]
    firm.colleagues_organisations = [inventor.organisation() for _ in range(COLLEAGUES_ORGANISATIONS)]
    for number in range(OWN_PERSONS - NAMESAKES):
        private = number % 12 == 0
        firm.own_persons.append(inventor.person(None if private else chance.choice(firm.own_organisations)))
    firm.own_persons += [_namesake(person) for person in _namesakes(firm)]
    for _ in range(COLLEAGUES_PERSONS):
        firm.colleagues_persons.append(inventor.person(chance.choice(firm.colleagues_organisations)))
    for number in range(NEW_IN_OUTLOOK):
        firm.new_in_outlook.append(_new_in_outlook(inventor, chance, firm, number))
    firm.private = [inventor.person(None) for _ in range(45)]
    return firm


def _namesakes(firm: Firm) -> list[Contact]:
    return [person for person in firm.own_persons if person.company][:NAMESAKES]


def _namesake(person: Contact) -> Contact:
    return Contact(
        given_name=person.given_name,
        name_prefix=person.name_prefix,
        surname=person.surname,
        company=person.company,
        job_title="stagiair",
        emails=(person.emails[0].replace("@", ".jr@"),),
    )


def _new_in_outlook(inventor: Inventor, chance: random.Random, firm: Firm, number: int) -> Contact:
    if number % 10 == 0:
        return inventor.organisation()
    if number % 3 == 0:
        return inventor.person(None)
    return inventor.person(chance.choice(firm.own_organisations))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _slug(text: str) -> str:
    letters = text.casefold().translate(
        str.maketrans("ıéëïüöäáàèøšžğşćčłñíóúýễỹ", "ieeiuoaaaeosz" + "gsccl" + "niouyey")
    )
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _domain(company: str) -> str:
    return f"{_slug(company)}.example" if company else "thuis.example"
