"""What is written to Graph is what is read from it, for every contact that fits."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crmcorner.items.changes import Stored, Upserted
from crmcorner.items.person_name import from_outlook, to_outlook
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CONTACT_FIELDS, Contact
from crmcorner.items.text import tidy_line, tidy_text
from crmcorner.mailbox.graph.contact_body import MISSING
from tests.mailbox.graph_world import GraphWorld, graph_world

LETTERS = st.characters(codec="utf-8")
LINES = st.text(LETTERS, max_size=40).map(tidy_line)
NAMES = st.one_of(
    st.sampled_from(
        ["", "Jan", "Anne-Marie", "Özgür", "Ḥusnā", "van", "de", "O'Neil", "山田", "🙂", "d'", "Van"]
    ),
    LINES,
)
PREFIXES = st.sampled_from(["", "van der", "de", "van 't", "d'", "l'", "ten"])
PHONES = st.sampled_from(
    ["+31235423445", "+31612345678", "+31205551234;ext=12", "+3225551212", "+442079460958", "+12025550123"]
)
EMAILS = st.sampled_from(["jan@example.org", "info@bücher.example", "o'neil+crm@example.nl", "x@localhost"])
ADDRESSES = st.sampled_from(
    [
        PostalAddress(
            street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
        ),
        PostalAddress(
            extra="Gebouw De Linde",
            street="Laan van Meerdervoort",
            house_number="12",
            addition="bis",
            postal_code="2517 AK",
            city="'s-Gravenhage",
            country="NL",
        ),
        PostalAddress(
            street="Main Street",
            house_number="1600",
            postal_code="20500",
            city="Washington",
            region="DC",
            country="US",
        ),
        PostalAddress(
            street="Rue de la Loi", house_number="16", postal_code="1000", city="Brussel", country="BE"
        ),
    ]
)
DATES = st.dates(date(1900, 1, 1), date(2100, 1, 1)).filter(lambda day: day.year != 1604)


def _lists(values: st.SearchStrategy[str], size: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=size, unique=True).map(tuple)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    """Contacts within Graph's capabilities, normalised as records are."""
    names = from_outlook(*to_outlook(draw(NAMES), draw(NAMES), draw(PREFIXES), draw(NAMES)))
    given_name, middle, prefix, surname = names
    contact = Contact(
        title=draw(NAMES),
        initials=draw(NAMES),
        given_name=given_name,
        middle_name=middle,
        name_prefix=prefix,
        surname=surname,
        suffix=draw(NAMES),
        nickname=draw(NAMES),
        company=draw(NAMES),
        department=draw(LINES),
        job_title=draw(LINES),
        profession=draw(LINES),
        emails=draw(_lists(EMAILS, 3)),
        work_phones=draw(_lists(PHONES, 2)),
        home_phones=draw(_lists(PHONES, 2)),
        mobile_phones=draw(_lists(PHONES, 1)),
        work_address=draw(st.none() | ADDRESSES),
        home_address=draw(st.none() | ADDRESSES),
        other_address=draw(st.none() | ADDRESSES),
        website=draw(LINES),
        birthday=draw(st.none() | DATES),
        note=draw(st.text(LETTERS, max_size=200).map(tidy_text)),
    )
    assume(_can_be_told_apart(contact))
    return contact


def _can_be_told_apart(contact: Contact) -> bool:
    """Whether the prefix can be found again in Outlook's three boxes; ``d'`` before ``de`` cannot."""
    names = (contact.given_name, contact.middle_name, contact.name_prefix, contact.surname)
    return from_outlook(*to_outlook(*names)) == names


def _written(world: GraphWorld, contact: Contact) -> Upserted:
    item = world.make(contact)
    assert world.fetch(item.item_id)[item.item_id] == item
    return item


@pytest.mark.parametrize("readings", [{}, {"tidying": False, "empty_text": "empty", "birthday_time": "kept"}])
def test_a_created_contact_reads_back_equal(readings: dict[str, object]) -> None:
    """R42, R47: what is sent is what is stored, names, phones, addresses, notes and all."""
    with graph_world(**readings) as world:

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(contacts())
        def holds(contact: Contact) -> None:
            item = _written(world, contact)
            assert item.content == contact
            assert not item.unread

        holds()


@pytest.mark.parametrize("readings", [{}, {"tidying": False, "display_name_made": False}])
def test_an_update_of_any_fields_reads_back_equal(readings: dict[str, object]) -> None:
    """R18: of an update the named fields change, the others stay, values are cleared too."""
    with graph_world(**readings) as world:

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(contacts(), contacts(), st.sets(st.sampled_from(sorted(set(CONTACT_FIELDS) - MISSING))))
        def holds(before: Contact, after: Contact, fields: set[str]) -> None:
            wanted = replace(before, **{name: getattr(after, name) for name in fields})
            assume(_can_be_told_apart(wanted))
            item = world.make(before)
            write = replace(world.update(item), fields=frozenset(fields), content=wanted)
            (result,) = world.apply(write)
            assert isinstance(result, Stored), result
            assert result.item is not None
            assert result.item.content == wanted
            assert world.fetch(item.item_id)[item.item_id] == result.item

        holds()


@pytest.mark.parametrize(
    ("phone", "written"),
    [
        ("+31235423445", "023 542 3445"),
        ("+31612345678", "06 12345678"),
        ("+31205551234;ext=12", "020 555 1234 ext. 12"),
        ("+3225551212", "+32 2 555 12 12"),
    ],
)
def test_phones_are_written_in_the_firms_notation(phone: str, written: str) -> None:
    """R46: national in the firm's own country, international elsewhere."""
    with graph_world() as world:
        item = world.make(Contact(surname="Bos", work_phones=(phone,)))
        assert world.stored(item.item_id)["businessPhones"] == [written]
        assert item.contact.work_phones == (phone,)
