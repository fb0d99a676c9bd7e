"""What people and programs put into Outlook that nobody would make up: each gets a reason, the rest goes on."""

from typing import Any

import pytest

from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact
from crmcorner.outlook.models import OutlookLink, Retry, RunLine
from tests.mailbox.graph_world import GraphWorld, graph_world
from tests.outlook.world import World, contact

pytestmark = pytest.mark.django_db


class Odd(World):
    """Michael's coupling with a sandbox mailbox."""

    def __init__(self, graph: GraphWorld) -> None:
        super().__init__()
        self.graph = graph
        self.outlook = graph.mailbox  # type: ignore[assignment]

    def takes(self, **properties: Any) -> Contact:
        """Add a tagged contact to Outlook, run, and return what the CRM made of it; the rest must have gone on."""
        item = self.graph.add(**({"categories": [CATEGORY]} | properties))
        run = self.run()
        assert run.state == "done", (run.problem, run.problem_detail)
        return contact(OutlookLink.objects.get(item_id=item).crm_id)


@pytest.fixture
def odd(request: pytest.FixtureRequest) -> Any:
    """The coupling, with one ordinary contact that has to come through beside each odd one."""
    with graph_world() as graph:
        world = Odd(graph)
        graph.add(givenName="Gewoon", surname="Iemand", categories=[CATEGORY])
        yield world
    assert RunLine.objects.filter(label="Gewoon Iemand", outcome="created").count() == 1


def test_extension_alone_is_no_phone_number(odd: Odd) -> None:
    """R46: "ext. 12" is refused with its reason; name and mobile number are taken."""
    found = odd.takes(givenName="Jan", businessPhones=["ext. 12"], mobilePhone="06-12345678")
    assert (found.work_phones, found.mobile_phones) == ((), ("+31612345678",))
    retry = Retry.objects.get()
    assert (retry.field, retry.reason, retry.facts["text"]) == ("work_phones", "phone-refused", "ext. 12")


def test_address_in_japan_is_taken(odd: Odd) -> None:
    """R45: where house numbers stand differently, an address is valid without one of its own."""
    boxes = {
        "street": "1-7-1 Konan, Minato-ku",
        "city": "Tokyo",
        "postalCode": "108-0075",
        "countryOrRegion": "Japan",
    }
    found = odd.takes(givenName="Akira", businessAddress=boxes)
    assert found.work_address == PostalAddress(
        street="1-7-1 Konan, Minato-ku", city="Tokyo", postal_code="108-0075", country="JP"
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zoë 😀", "Zoë 😀"),
        ("دانيال", "دانيال"),
        ("  Jan \t Piet ", "Jan Piet"),
    ],
)
def test_names_keep_what_is_a_letter_and_lose_what_is_none(odd: Odd, typed: str, kept: str) -> None:
    """R47: emoji and right-to-left names stay, control characters go; a second run changes nothing."""
    assert odd.takes(givenName=typed, surname="Test").given_name == kept
    assert odd.figures().changed == 0


def test_contact_without_any_name_is_skipped_with_its_reason(odd: Odd) -> None:
    """R13: nothing to call it by: it stays in Outlook, and the list says why."""
    odd.graph.add(personalNotes="?", categories=[CATEGORY])
    assert odd.run().state == "done"
    assert RunLine.objects.get(reason="no-name").outcome == "skipped"


def test_forty_categories_stay_forty(odd: Odd) -> None:
    """R20: the user's other categories survive our writes."""
    names = [f"Groep {number}" for number in range(39)]
    odd.takes(givenName="Veel", surname="Groepen", categories=[*names, CATEGORY])
    link = next(each for each in OutlookLink.objects.all() if len(each.categories) > 30)
    odd.changes(link.crm_id, job_title="chef")
    assert odd.figures().changed == 1
    assert odd.graph.stored(link.item_id)["categories"] == [*names, CATEGORY]


def test_value_that_is_too_long_is_named_and_the_rest_is_taken(odd: Odd) -> None:
    """R45: what the CRM has no room for is refused with its reason."""
    assert odd.takes(givenName="Lang", jobTitle="x" * 300).job_title == ""
    assert Retry.objects.get().field == "job_title"
