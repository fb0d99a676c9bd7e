"""The engine's values as text and back."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcorner.items.changes import Unread
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CONTACT_FIELDS, LIST_FIELDS, Contact, Kind
from crmcorner.outlook import stored
from crmcorner.sync.actions import Conflict, Direction, FieldChange
from crmcorner.sync.journal import Intent, IntentKind
from crmcorner.sync.policy import Winner
from crmcorner.sync.state import Base, Link, LinkStatus, Origin

TEXT = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=9)
_ADDRESS = st.builds(PostalAddress, street=TEXT, city=TEXT, country=st.just("NL"))
_FIELD = {
    name: st.lists(TEXT, max_size=3).map(tuple) if name in LIST_FIELDS else TEXT for name in CONTACT_FIELDS
} | {
    "birthday": st.none() | st.dates(),
    "work_address": st.none() | _ADDRESS,
    "home_address": st.none() | _ADDRESS,
    "other_address": st.none() | _ADDRESS,
}
CONTACTS = st.builds(Contact, **_FIELD)
UNREAD = st.dictionaries(
    st.sampled_from(CONTACT_FIELDS),
    st.builds(Unread, text=TEXT, reason=st.just("phone-refused")),
)


def an_intent(contact: Contact, changes: tuple[FieldChange, ...], conflicts: tuple[Conflict, ...]) -> Intent:
    """Return an intent that sets these."""
    link = Link(
        crm_id="person:1",
        item_id="",
        origin=Origin.CRM,
        status=LinkStatus.ACTIVE,
        scoped=True,
        version="",
        categories=("CRMcorner",),
        base=Base(crm=contact, outlook=contact),
        crm_version=3,
    )
    return Intent(
        stamp="s",
        what=IntentKind.UPDATE,
        crm_id="person:1",
        label="Jan",
        link=link,
        changes=changes,
        conflicts=conflicts,
    )


@given(crm=CONTACTS, outlook=CONTACTS, unread=UNREAD)
def test_a_base_comes_back_as_it_was(crm: Contact, outlook: Contact, unread: dict[str, Unread]) -> None:
    """R17: what was agreed is read back exactly, whatever characters it has."""
    base = Base(crm=crm, outlook=outlook, unread=unread)
    assert stored.base_from_text(stored.base_to_text(base), Kind.CONTACTS) == base


@given(contact=CONTACTS)
def test_an_intent_comes_back_as_it_was(contact: Contact) -> None:
    """R17: an intent is read back exactly, with the values of every field typed as they were."""
    changes = tuple(
        FieldChange(field=name, direction=Direction.TO_OUTLOOK, old=getattr(Contact(), name), new=value)
        for name in CONTACT_FIELDS
        if (value := getattr(contact, name))
    )
    conflicts = (
        Conflict(field="home_address", crm=contact.home_address, outlook="Japan", winner=Winner.CRM),
    )
    intent = an_intent(contact, changes, conflicts)
    assert stored.intent_from_text(stored.intent_to_text(intent), Kind.CONTACTS) == intent


@given(contact=CONTACTS)
def test_a_field_comes_back_from_a_line(contact: Contact) -> None:
    """R18: a value that was kept in the list can be taken again."""
    for name in CONTACT_FIELDS:
        value = getattr(contact, name)
        back = stored.field_value(Kind.CONTACTS, name, json.loads(json.dumps(stored.plain(value))))
        assert back == value


def test_lines_hold_addresses_as_mappings_and_dates_as_text() -> None:
    """R13: what a line tells can be read without this program."""
    assert stored.plain(PostalAddress(city="Haarlem", country="NL"))["city"] == "Haarlem"
    assert stored.plain(("a", "b\x00")) == ["a", "b"]
    assert stored.plain(date(2026, 11, 23)) == "2026-11-23"


@pytest.mark.parametrize(
    "text", ['{"schema":0,"value":{}}', '{"schema":2,"value":{}}', "{", "[]", '{"value":{}}']
)
def test_what_is_not_known_is_refused_and_never_guessed_at(text: str) -> None:
    """R17: a text of another version, or a damaged one, is an error."""
    with pytest.raises(stored.NotReadable):
        stored.base_from_text(text, Kind.CONTACTS)
    with pytest.raises(stored.NotReadable):
        stored.intent_from_text(text, Kind.CONTACTS)


@pytest.mark.parametrize(("name", "value"), [("no_field", ""), ("emails", "a"), ("birthday", "soon")])
def test_no_value_of_a_field_is_refused(name: str, value: str) -> None:
    """R45: a text that is no value of its field is not taken for one."""
    with pytest.raises(stored.NotReadable):
        stored.field_value(Kind.CONTACTS, name, value)
