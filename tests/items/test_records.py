"""The neutral records, and the words between engine and connector."""

import dataclasses
from datetime import date

import pytest

from crmcorner.items.changes import Upserted, has_category, with_category, without_category
from crmcorner.items.records import (
    CONTACT_FIELDS,
    LIST_FIELDS,
    NAME_FIELDS,
    PERSONAL_FIELDS,
    Contact,
    changed_fields,
    with_fields,
)


@pytest.mark.parametrize(
    ("contact", "personal", "organisation"),
    [
        (Contact(company="Smit"), False, True),
        (Contact(company="Smit", job_title="Inkoop"), False, True),
        (Contact(company="Smit", given_name="Jan"), True, False),
        (Contact(company="Smit", nickname="Jantje"), True, False),
        (Contact(company="Smit", initials="J."), True, False),
        (Contact(surname="Jansen"), True, False),
        (Contact(middle_name="P."), True, False),
        (Contact(), False, False),
        (Contact(emails=("jan@example.test",)), False, False),
    ],
)
def test_a_company_without_a_personal_name_is_an_organisation(
    contact: Contact, personal: bool, organisation: bool
) -> None:
    """R44: with company and no personal name: an organisation; without company: a private person."""
    assert contact.has_personal_name is personal
    assert contact.is_organisation is organisation


def test_changed_fields_are_named_in_the_order_of_the_record() -> None:
    """R16: a difference is told by field, so that different fields of both sides can be merged."""
    one = Contact(given_name="Jan", note="a", birthday=date(1980, 2, 29))
    other = with_fields(one, {"note": "b", "given_name": "Piet", "emails": ("a@b.test",)})
    assert changed_fields(one, other) == ("given_name", "emails", "note")
    assert changed_fields(other, one) == ("given_name", "emails", "note")
    assert changed_fields(one, dataclasses.replace(one)) == ()


def test_only_fields_of_a_record_can_be_set() -> None:
    """A field that no record has is a mistake in the program and is not passed over."""
    assert with_fields(Contact(), {}) == Contact()
    with pytest.raises(TypeError):
        with_fields(Contact(), {"shoe_size": 43})


def test_records_cannot_be_changed_in_place() -> None:
    """Records are complete in themselves: hashable, and never changed behind anyone's back."""
    contact = Contact(given_name="Jan", emails=("a@b.test",))
    assert len({contact, Contact(given_name="Jan", emails=("a@b.test",))}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        contact.given_name = "Piet"  # type: ignore[misc]


def test_groups_of_fields_name_fields_that_exist() -> None:
    """Every field that is spoken of by name is a field of the record, and lists are lists."""
    assert set(CONTACT_FIELDS) >= NAME_FIELDS | LIST_FIELDS | PERSONAL_FIELDS
    assert {name for name in CONTACT_FIELDS if getattr(Contact(), name) == ()} >= LIST_FIELDS


@pytest.mark.parametrize("category", ["CRMcorner", "crmcorner", "CRMCORNER"])
def test_the_category_is_found_whatever_its_case(category: str) -> None:
    """R41: the category marks a contact whatever its case."""
    item = Upserted(item_id="1", version="1", content=Contact(), categories=("Red", category))
    assert item.takes_part
    assert has_category(item.categories)
    assert with_category(item.categories) == item.categories
    assert without_category(item.categories) == ("Red",)


def test_other_categories_are_left_alone() -> None:
    """R20: adding or taking away our category keeps the other forty, in their order."""
    forty = tuple(f"Category {number}" for number in range(40))
    assert not has_category(forty)
    assert with_category(forty) == (*forty, "CRMcorner")
    assert without_category(with_category(forty)) == forty
    assert without_category(forty) == forty
    assert not has_category(("CRMcorner 2", " CRMcorner"))
    assert with_category(forty, "Processed")[-1] == "Processed"
