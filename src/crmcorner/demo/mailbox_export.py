"""What Michael's Outlook holds before the first synchronisation, as Outlook itself would export it (CSV).

Column names are those that Outlook for Windows writes. The sandbox imports the file as it would import a real one.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from crmcorner.demo.firm import KNOWN_ELSEWHERE, MEMBER_PERSONS, NAMESAKES, Firm
from crmcorner.items.person_name import to_outlook as name_to_outlook
from crmcorner.items.phone import format_phone
from crmcorner.items.postal_address import to_outlook as address_to_outlook
from crmcorner.items.records import CATEGORY, Contact

COLUMNS = (
    "First Name", "Middle Name", "Last Name", "Company", "Job Title", "Business Street", "Business City",
    "Business Postal Code", "Business Country/Region", "Home Street", "Home City", "Home Postal Code",
    "Home Country/Region", "Business Phone", "Home Phone", "Mobile Phone", "E-mail Address", "Web Page", "Notes",
    "Categories",
)  # fmt: skip

MATCHES = 150
REFUSED_ADDRESSES = (
    ("naast de kerk", "Haarlem", "2011 BN"),
    ("Spiegelstraat", "Haarlem", "2011 BN"),
    ("Industrieweg 12", "Alkmaar", "18111 AB"),
    ("Dorpsstraat 8", "", "2061 CV"),
    ("(adres navragen)", "", ""),
    ("Postbus", "Utrecht", "3500 AA"),
)


def colleagues_contacts(firm: Firm, known: slice) -> str:
    """Return the CSV of a colleague's mailbox: some of the firm's customers, every other one private to him."""
    persons = firm.colleagues_persons[known]
    return _csv(
        _row(person, category=CATEGORY if number % 2 else "") for number, person in enumerate(persons)
    )


def michaels_contacts(firm: Firm) -> str:
    """Return the CSV of Michael's mailbox: matches, namesakes, people that the CRM lacks, and private ones."""
    rows = [
        *_matches(firm),
        *_namesakes(firm),
        *(_row(person, category=CATEGORY) for person in _known_elsewhere(firm)),
        *_new(firm),
        *(_row(person) for person in firm.private),
    ]
    return _csv(rows)


def _matches(firm: Firm) -> Iterator[dict[str, str]]:
    """People of the CRM whom Michael also has in Outlook, as such contacts are: older, shorter, or with one more fact."""
    known = firm.own_persons[100 : 100 + MATCHES]
    for number, person in enumerate(known):
        row = _row(person, category=f"{CATEGORY};Klant" if number % 4 == 0 else CATEGORY)
        if number % 5 == 0:
            row["E-mail Address"] = row["E-mail Address"].upper()
        if number % 7 == 0:
            row["Mobile Phone"] = ""
        if number % 9 == 0:
            row["Home Phone"] = "023 - 542 34 45"
        if number % 11 == 0 and person.work_address:
            row["Business Street"], row["Business City"], row["Business Postal Code"] = (
                _in_one_field(row),
                "",
                "",
            )
        yield row


def _in_one_field(row: dict[str, str]) -> str:
    return f"{row['Business Street']} {row['Business Postal Code']} {row['Business City']}".strip()


def _namesakes(firm: Firm) -> Iterator[dict[str, str]]:
    for person in firm.own_persons[-NAMESAKES:]:
        row = _row(person, category=CATEGORY)
        row["E-mail Address"] = row["Job Title"] = ""
        yield row


def _known_elsewhere(firm: Firm) -> list[Contact]:
    return firm.colleagues_persons[MEMBER_PERSONS : MEMBER_PERSONS + KNOWN_ELSEWHERE]


def _new(firm: Firm) -> Iterator[dict[str, str]]:
    for number, contact in enumerate(firm.new_in_outlook):
        row = _row(contact, category=CATEGORY)
        if number < len(REFUSED_ADDRESSES):
            row["Home Street"], row["Home City"], row["Home Postal Code"] = REFUSED_ADDRESSES[number]
            row["Home Country/Region"] = "Nederland"
        yield row


def _row(contact: Contact, *, category: str = "") -> dict[str, str]:
    given, middle, surname = name_to_outlook(
        contact.given_name, contact.middle_name, contact.name_prefix, contact.surname
    )
    row = {
        "First Name": given,
        "Middle Name": middle,
        "Last Name": surname,
        "Company": contact.company,
        "Job Title": contact.job_title,
        "Business Phone": _phone(contact.work_phones),
        "Home Phone": _phone(contact.home_phones),
        "Mobile Phone": _phone(contact.mobile_phones),
        "E-mail Address": contact.emails[0] if contact.emails else "",
        "Web Page": contact.website,
        "Notes": contact.note,
        "Categories": category,
    }
    for kind, address in (("Business", contact.work_address), ("Home", contact.home_address)):
        if address:
            written = address_to_outlook(address)
            row |= {
                f"{kind} Street": written.street,
                f"{kind} City": written.city,
                f"{kind} Postal Code": written.postal_code,
                f"{kind} Country/Region": written.country,
            }
    return row


def _phone(numbers: tuple[str, ...]) -> str:
    return format_phone(numbers[0], country="NL") if numbers else ""


def _csv(rows: Iterable[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
