"""Cards that real programs wrote, through the whole: imported, tagged, synchronised, compared field by field.

What is expected was written by hand from reading the files (``tests/sandbox/data/vcard``).
"""

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact
from crmcorner.outlook.models import OutlookLink, Retry, RunLine
from m365_sandbox.importing.files import import_file
from tests.mailbox.graph_world import ADDRESS, GraphWorld, graph_world
from tests.outlook.world import World, contact

pytestmark = pytest.mark.django_db

CARDS = Path(__file__).parents[1] / "sandbox" / "data" / "vcard"


class Imported(World):
    """Michael's coupling with a sandbox mailbox that holds one file's contacts, all of them tagged."""

    def __init__(self, graph: GraphWorld, file: str) -> None:
        super().__init__()
        self.graph = graph
        self.outlook = graph.mailbox  # type: ignore[assignment]
        mailbox = graph.state.directory.get(ADDRESS)
        with (CARDS / file).open("rb") as handle:
            import_file(graph.state, mailbox, handle)
        (kept,) = graph.state.contacts.each(graph.state.folders.default(mailbox.n))
        self.item = kept.immutable_id
        categories = [*(kept.properties.get("categories") or []), "Golf", CATEGORY]
        graph.edit(self.item, categories=categories)

    def problems(self) -> dict[str, str]:
        """Return the fields in the Error list with the code of the reason."""
        return dict(Retry.objects.exclude(field="").values_list("field", "reason"))


@pytest.fixture
def graph() -> Any:
    """A sandbox mailbox and the connector to it."""
    with graph_world() as world:
        yield world


NEW_YORK = {"city": "New York", "region": "New York", "postal_code": "12345", "country": "US"}

EXPECTED: dict[str, tuple[Contact, dict[str, str]]] = {
    "John_Doe_MS_OUTLOOK.vcf": (
        Contact(
            title="Mr.",
            given_name="John",
            middle_name="Richter,James",
            surname="Doe",
            suffix="Sr.",
            nickname="Johny",
            company="IBM",
            department="Accounting",
            job_title="Money Counter",
            profession="Counting Money",
            emails=("john.doe@ibm.cm",),
            work_phones=("+19055551234",),
            home_phones=("+19056661234",),
            work_address=PostalAddress(
                street="Cresent moon drive",
                city="Albaney",
                region="New York",
                postal_code="12345",
                country="US",
            ),
            home_address=PostalAddress(street="Silicon Alley 5", **NEW_YORK),
            website="http://www.ibm.com",
            birthday=date(1980, 3, 22),
        ),
        {},
    ),
    "outlook-2003.vcf": (
        Contact(
            title="Mr.",
            given_name="John",
            surname="Doe",
            suffix="III",
            nickname="Joey",
            company="Company, The",
            department="TheDepartment",
            job_title="The Job Title",
            profession="TheProfession",
            emails=("jdoe@hotmail.com",),
            work_address=PostalAddress(
                extra="TheOffice",
                street="Main St",
                house_number="123",
                city="Austin",
                region="TX",
                postal_code="12345",
                country="US",
            ),
            website="http://web-page-address.com",
            birthday=date(1980, 3, 21),
            note="This is the note field!!\nSecond line\n\nThird line is empty",
        ),
        {"work_phones": "phone-refused", "home_phones": "phone-refused", "mobile_phones": "phone-refused"},
    ),
    "outlook-2007.vcf": (
        Contact(
            title="Mr.",
            given_name="Michael",
            surname="Angstadt",
            suffix="Jr.",
            nickname="Mike",
            company="TheCompany",
            department="TheDepartment",
            job_title="TheJobTitle",
            profession="TheProfession",
            emails=("mike.angstadt@gmail.com",),
            work_address=PostalAddress(
                extra="TheOffice",
                street="Broadway",
                house_number="222",
                city="New York",
                region="NY",
                postal_code="99999",
                country="US",
            ),
            website="http://mikeangstadt.name",
            birthday=date(1922, 3, 10),
            note=(
                "This is the NOTE field\nI assume it encodes this text inside a NOTE vCard type.\n"
                "But I'm not sure because there's text formatting going on here.\nIt does not preserve the formatting"
            ),
        ),
        # No country has an area of the number 111.
        {"work_phones": "phone-refused", "home_phones": "phone-refused", "mobile_phones": "phone-refused"},
    ),
    "gmail-single.vcf": (
        Contact(
            given_name="Greg",
            surname="Dartmouth",
            nickname="Gman",
            company="TheCompany",
            job_title="TheJobTitle",
            emails=("gdartmouth@hotmail.com",),
            other_address=PostalAddress(
                street="Custom St",
                house_number="321",
                city="Custom City",
                region="TX",
                postal_code="98765",
                country="US",
            ),
            website="http://TheProfile.com",
            birthday=date(1960, 9, 10),
            note="This is GMail's note field.\nIt should be added as a NOTE type.\nACustomField: CustomField",
        ),
        # "123 Home St / Home City, HM 12345" names no country and is no Dutch address; no area has the number 555.
        {"home_address": "address-refused", "mobile_phones": "phone-refused"},
    ),
    "rfc6350-example.vcf": (
        Contact(
            given_name="Simon",
            surname="Perreault",
            suffix="ing. jr, M.Sc.",
            company="Viagenie",
            emails=("simon.perreault@viagenie.ca",),
            work_phones=("+14186569254;ext=102",),
            mobile_phones=("+14182626501",),
            work_address=PostalAddress(
                extra="Suite D2-630",
                street="Laurier",
                house_number="2875",
                city="Quebec",
                region="QC",
                postal_code="G1V 2M2",
                country="CA",
            ),
            website="http://nomis80.org",
        ),
        {},
    ),
}


@pytest.mark.parametrize("file", EXPECTED)
def test_card_of_a_real_program_arrives_field_by_field(graph: GraphWorld, file: str) -> None:
    """R41, R44-R47: what the CRM shows is what the file says; what it cannot hold is in the Error list."""
    expected, refused = EXPECTED[file]
    world = Imported(graph, file)
    run = world.run()
    assert run.state == "done"
    found = contact(OutlookLink.objects.get().crm_id)
    if file == "John_Doe_MS_OUTLOOK.vcf":
        assert found.note.startswith("THIS SOFTWARE IS PROVIDED BY GEORGE EL-HADDAD ''AS IS''")
        found = dataclasses.replace(found, note="")
    assert found == expected
    assert world.problems() == refused
    assert RunLine.objects.get(run=run).is_error == bool(refused)


@pytest.mark.parametrize("file", EXPECTED)
def test_second_run_changes_nothing_and_what_the_crm_does_not_know_stays(
    graph: GraphWorld, file: str
) -> None:
    """R11, R20: a second run writes nothing; after a change in the CRM all else of the contact is as it was."""
    world = Imported(graph, file)
    world.run()
    before = graph.stored(world.item)
    assert world.figures().changed == 0
    assert graph.stored(world.item) == before
    world.changes(OutlookLink.objects.get().crm_id, department="Inkoop")
    assert world.figures().changed == 1
    after = graph.stored(world.item)
    assert after["department"] == "Inkoop"
    assert {name for name in before if before[name] != after.get(name)} <= {"department"}
