"""Every code has its sentence (R13)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from crmcorner.items.postal_address import AddressProblem, PostalAddress
from crmcorner.items.records import APPOINTMENT_FIELDS, CONTACT_FIELDS, TASK_FIELDS, Kind
from crmcorner.outlook import stored, wording
from crmcorner.outlook.models.run import RunProblem
from crmcorner.outlook.services.runs import Hindrance
from crmcorner.outlook.services.standing import State
from crmcorner.people.validation import ADDRESS_SENTENCES
from crmcorner.sync.plan import DELETION
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Outcome

TABLES: list[tuple[type[StrEnum], Mapping[Any, Any]]] = [
    (ReasonCode, wording.REASONS),
    (Outcome, wording.OUTCOMES),
    (RunProblem, wording.PROBLEMS),
    (Hindrance, wording.HINDRANCES),
    (State, wording.STATES),
    (Kind, wording.KINDS),
    (AddressProblem, ADDRESS_SENTENCES),
]


@pytest.mark.parametrize(("codes", "table"), TABLES, ids=lambda each: getattr(each, "__name__", ""))
def test_every_code_has_a_sentence(codes: type[StrEnum], table: Mapping[Any, Any]) -> None:
    """R13: no code is ever shown bare."""
    assert set(table) == set(codes)
    assert all(str(text) for text in table.values())


@pytest.mark.parametrize("mend", wording.Mend)
def test_every_way_out_is_a_page(mend: wording.Mend) -> None:
    """R13: the button that mends something leads somewhere."""
    of_a_record = mend in {wording.Mend.FIELDS, wording.Mend.PUT_BACK}
    assert reverse(mend.value, args=["person:1"] if of_a_record else [])


MAIL_FIELDS = ("category", "filed_under")


def test_every_field_has_a_name() -> None:
    """R13: no field is called by its column."""
    assert set(wording.FIELDS) == {*CONTACT_FIELDS, *TASK_FIELDS, *APPOINTMENT_FIELDS, *MAIL_FIELDS, DELETION}


def test_a_refused_address_tells_the_text_and_what_is_wrong() -> None:
    """R45: the Error column says why, and what stands in Outlook."""
    with translation.override("en"):
        text = wording.reason_text("address-refused", {"text": "Japan 1", "detail": "city-missing"})
    assert text == "Outlook's address is not one that the CRM can hold. The city is missing. “Japan 1”"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("surname", "Berg", "Berg"),
        ("surname", "", ""),
        ("emails", ("a@b.example", "c@d.example"), "a@b.example, c@d.example"),
        ("mobile_phones", ("+31612345678",), "06 12345678"),
        (
            "work_address",
            PostalAddress(
                street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
            ),
            "Spiegelstraat 3, 2011 BN Haarlem, NL",
        ),
        ("work_address", None, ""),
    ],
)
def test_values_are_written_as_people_read_them(name: str, value: object, text: str) -> None:
    """R13, R46: phones in national notation, addresses in one line."""
    assert wording.value_text(Kind.CONTACTS, name, stored.plain(value)) == text


def test_a_text_that_is_no_value_is_shown_as_it_is() -> None:
    """R45: Outlook's text that could not be understood is shown all the same; dates as the reader writes them."""
    assert wording.value_text(Kind.CONTACTS, "work_address", "Japan 1") == "Japan 1"
    with translation.override("nl"):
        assert wording.value_text(Kind.CONTACTS, "birthday", "1980-02-01") == "1-2-1980"
