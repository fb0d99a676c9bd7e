"""What Outlook can hold of a record, and how its change comes back without loss (R19)."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.records import (
    CONTACT_FIELDS,
    LIST_FIELDS,
    PERSONAL_FIELDS,
    Contact,
    changed_fields,
    with_fields,
)
from crmcorner.sync.lens import fits, get, put, shared_fields, united

ALL = frozenset(CONTACT_FIELDS)
OUTLOOK = Capabilities(
    list_limits={"emails": 3, "work_phones": 2, "home_phones": 2, "mobile_phones": 1},
    missing=frozenset({"other_address", "work_faxes"}),
    note_length=10,
)
_ENTRIES = st.lists(st.sampled_from("abcdefg"), max_size=6, unique=True).map(tuple)
_NOTES = st.text("xyz\n", max_size=25)
_CONTACTS = st.builds(
    Contact,
    given_name=st.sampled_from(["", "Jan", "Piet"]),
    company=st.sampled_from(["", "Smit"]),
    emails=_ENTRIES,
    work_phones=_ENTRIES,
    mobile_phones=_ENTRIES,
    other_phones=_ENTRIES,
    work_faxes=_ENTRIES,
    note=_NOTES,
)
_HOLDS = st.sampled_from([ALL, ALL - PERSONAL_FIELDS, ALL - {"note", "emails"}])


def put_all(contact: Contact, old: Contact, new: Contact, holds: frozenset[str]) -> Contact:
    """Put a whole changed view back, field by field as the merge does."""
    values: dict[str, Any] = {
        name: put(contact, old, name, getattr(new, name)) for name in shared_fields(Contact(), holds, OUTLOOK)
    }
    return with_fields(contact, values)


@given(_CONTACTS, _HOLDS)
def test_putting_back_what_was_got_changes_nothing(contact: Contact, holds: frozenset[str]) -> None:
    """R19: get-put: a contact that Outlook did not change stays whole in the CRM, with all that has no room there."""
    view = get(contact, holds, OUTLOOK)
    assert put_all(contact, view, view, holds) == contact


@given(_CONTACTS, _CONTACTS, _HOLDS)
def test_what_was_put_is_got_again(contact: Contact, other: Contact, holds: frozenset[str]) -> None:
    """R19: put-get: what Outlook changed is what Outlook then has; room that falls free is taken by what was cut."""
    old, new = get(contact, holds, OUTLOOK), get(other, holds, OUTLOOK)
    seen = get(put_all(contact, old, new, holds), holds, OUTLOOK)
    for name in CONTACT_FIELDS:
        got, wanted = getattr(seen, name), getattr(new, name)
        whole, cut = getattr(contact, name), getattr(old, name)
        if whole == cut or name not in LIST_FIELDS | {"note"}:
            assert got == wanted
        else:
            assert got[: len(wanted)] == wanted


@given(_CONTACTS, _CONTACTS, _HOLDS)
def test_nothing_that_was_cut_off_is_lost(contact: Contact, other: Contact, holds: frozenset[str]) -> None:
    """R19: the fourth e-mail address and the fields that Outlook lacks outlive every change in Outlook."""
    old, new = get(contact, holds, OUTLOOK), get(other, holds, OUTLOOK)
    after = put_all(contact, old, new, holds)
    for name in CONTACT_FIELDS:
        if name not in shared_fields(Contact(), holds, OUTLOOK):
            assert getattr(after, name) == getattr(contact, name)
        elif name in LIST_FIELDS:
            assert set(getattr(contact, name)) - set(getattr(old, name)) <= set(getattr(after, name))


@given(_CONTACTS, _CONTACTS, _CONTACTS)
def test_the_last_of_two_changes_counts(contact: Contact, one: Contact, two: Contact) -> None:
    """R19: put-put: for fields that have room, putting one view and then another is putting the other."""
    old, first, second = (get(each, ALL, OUTLOOK) for each in (contact, one, two))
    between = put_all(contact, old, first, ALL)
    for name in shared_fields(Contact(), ALL, OUTLOOK):
        if fits(name, getattr(contact, name), OUTLOOK):
            once = put(contact, old, name, getattr(second, name))
            assert put(between, get(between, ALL, OUTLOOK), name, getattr(second, name)) == once


@given(_CONTACTS, _HOLDS)
def test_getting_twice_is_getting_once(contact: Contact, holds: frozenset[str]) -> None:
    """R19: what fits stays as it is, and everything that was got fits."""
    view = get(contact, holds, OUTLOOK)
    assert get(view, holds, OUTLOOK) == view
    assert all(fits(name, getattr(view, name), OUTLOOK) for name in CONTACT_FIELDS)


@given(_ENTRIES, _ENTRIES, st.one_of(st.none(), st.integers(0, 6)))
def test_uniting_lists_leaves_nothing_of_outlook_without_room(
    ours: tuple[str, ...], theirs: tuple[str, ...], limit: int | None
) -> None:
    """R19: of two united lists, the entries that Outlook has come before those that have no room there."""
    both = united(ours, theirs, limit)
    assert set(both) == {*ours, *theirs}
    assert len(both) == len(set(both))
    if limit is not None and len(theirs) <= limit:
        assert set(theirs) <= set(both[:limit])


def test_an_example_with_four_addresses() -> None:
    """R19: the fourth e-mail address is not shown in Outlook; it moves up when one of the three is deleted there."""
    contact = Contact(given_name="Jan", emails=("a", "b", "c", "d"), note="0123456789 and the rest")
    view = get(contact, ALL, OUTLOOK)
    assert view == Contact(given_name="Jan", emails=("a", "b", "c"), note="0123456789")
    assert put(contact, view, "emails", ("a", "c")) == ("a", "c", "d")
    assert put(contact, view, "emails", ("x", "a", "b", "c")) == ("x", "a", "b", "c", "d")
    assert put(contact, view, "note", "new") == "new and the rest"
    assert put(contact, view, "given_name", "Piet") == "Piet"


def test_fields_are_shared_when_both_sides_hold_them() -> None:
    """R19: a field that one side lacks is no shared field; the order is the record's."""
    shared = shared_fields(Contact(), ALL - PERSONAL_FIELDS, OUTLOOK)
    assert "company" in shared
    assert not {"given_name", "birthday", "work_faxes"} & set(shared)
    assert list(shared) == [name for name in CONTACT_FIELDS if name in shared]


@pytest.mark.parametrize("name", CONTACT_FIELDS)
def test_every_field_can_be_missing_in_outlook(name: str) -> None:
    """R19: a field that Outlook lacks is empty in the view, whatever it is."""
    contact = dataclasses.replace(Contact(given_name="Jan", company="Smit", emails=("a",), note="x"))
    view = get(contact, ALL, Capabilities(missing=frozenset({name})))
    assert getattr(view, name) == getattr(Contact(), name)
    assert changed_fields(contact, view) == ((name,) if getattr(contact, name) else ())
