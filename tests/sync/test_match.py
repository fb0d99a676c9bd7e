"""R44: whom does a new Outlook contact mean?"""

from dataclasses import replace

import pytest

from crmcorner.items.changes import Upserted
from crmcorner.items.records import CATEGORY, CONTACT_FIELDS, Contact
from crmcorner.sync.match import alike_keys, judge
from crmcorner.sync.plan import label_of
from crmcorner.sync.state import Candidate, CrmRecord

JAN = Contact(given_name="Jan", surname="Jansen", emails=("jan@smit.example",), company="Smit B.V.")
BARE = replace(JAN, emails=(), company="")
FIRM = Contact(company="Smit B.V.", emails=("info@smit.example",))


def item(contact: Contact) -> Upserted:
    """A tagged contact in Outlook."""
    return Upserted(item_id="item", version="1", content=contact, categories=(CATEGORY,))


def candidates(*contacts: Contact, linked: str = "") -> list[Candidate]:
    """Records of the CRM, numbered from 1."""
    return [
        Candidate(
            record=CrmRecord(
                crm_id=str(number),
                version=1,
                content=contact,
                in_scope=True,
                deleted=False,
                holds=frozenset(CONTACT_FIELDS),
                label=label_of(contact),
            ),
            linked_item=linked,
        )
        for number, contact in enumerate(contacts, 1)
    ]


def verdict(contact: Contact, *known: Contact, linked: str = "") -> str:
    """The judgement in one word: the record, what is asked, or new."""
    judgement = judge(item(contact), candidates(*known, linked=linked))
    if judgement.match is not None:
        return judgement.match.record.crm_id
    asked = "?" + "".join(each.record.crm_id for each in judgement.ask)
    return ("double" + asked if judgement.duplicate else asked) if judgement.ask else "new"


PEOPLE: list[tuple[str, Contact, tuple[Contact, ...], str]] = [
    ("nobody is known", JAN, (), "new"),
    ("same address", JAN, (replace(JAN, company="", job_title="x"),), "1"),
    ("same address in other letters", JAN, (replace(BARE, emails=("JAN@Smit.Example",)),), "1"),
    ("same address, no name", Contact(emails=JAN.emails), (JAN,), "1"),
    ("same address, initial for given name", JAN, (replace(JAN, given_name="J."),), "1"),
    ("same address, married name", JAN, (replace(JAN, surname="Bos"),), "1"),
    ("same address, plainly someone else", JAN, (replace(JAN, given_name="Els", surname="Bos"),), "?1"),
    ("shared by two, one bears the name", JAN, (replace(JAN, given_name="Els", surname="Bos"), JAN), "2"),
    ("shared by two of one name", JAN, (JAN, JAN), "?12"),
    ("name and firm", replace(JAN, emails=()), (JAN,), "1"),
    ("name and firm written otherwise", replace(JAN, company="SMIT bv", emails=()), (JAN,), "1"),
    ("name and firm, other address", replace(JAN, emails=("j@thuis.example",)), (JAN,), "1"),
    (
        "name and phone",
        replace(BARE, mobile_phones=("+31612345678",)),
        (replace(BARE, emails=("j@x.example",), mobile_phones=("+31612345678",)),),
        "1",
    ),
    ("name and firm, twice", replace(JAN, emails=()), (JAN, JAN), "?12"),
    ("name alone, both with addresses", replace(BARE, emails=("j@x.example",)), (JAN,), "new"),
    ("name alone, one without address", BARE, (JAN,), "?1"),
    ("name alone, two firms", replace(JAN, emails=(), company="Bos B.V."), (JAN,), "new"),
    ("same phone, another name", replace(BARE, given_name="Els", mobile_phones=("+316",)), (JAN,), "new"),
    ("accents and case", replace(BARE, given_name="JÁN", company="Smit"), (JAN,), "1"),
    ("a person is not his firm", replace(JAN, emails=("info@smit.example",)), (FIRM,), "new"),
]

FIRMS: list[tuple[str, Contact, tuple[Contact, ...], str]] = [
    ("same name without legal form", Contact(company="smit"), (FIRM,), "1"),
    ("same address", Contact(company="Smit Groep", emails=("info@smit.example",)), (FIRM,), "1"),
    ("same domain", Contact(company="Groep", emails=("a@smit.example",)), (FIRM,), "1"),
    (
        "same domain of a provider",
        Contact(company="Bos", emails=("bos@gmail.com",)),
        (Contact(company="Smit", emails=("smit@gmail.com",)),),
        "new",
    ),
    ("several", Contact(company="Smit"), (FIRM, FIRM), "?12"),
    ("a firm is not its people", Contact(company="Smit B.V."), (JAN,), "new"),
    ("another firm", Contact(company="Bos B.V."), (FIRM,), "new"),
]


@pytest.mark.parametrize(
    ("contact", "known", "expected"), [pytest.param(*each[1:], id=each[0]) for each in (*PEOPLE, *FIRMS)]
)
def test_whom_a_new_contact_means(contact: Contact, known: tuple[Contact, ...], expected: str) -> None:
    """R44: one is linked, several are asked about, none makes a new one; a name alone never links."""
    assert verdict(contact, *known) == expected


def test_the_order_of_candidates_does_not_matter() -> None:
    """R44: the same question gets the same answer."""
    for _name, contact, known, _expected in PEOPLE:
        one = judge(item(contact), candidates(*known))
        other = judge(item(contact), candidates(*known)[::-1])
        assert one.match == other.match
        assert {each.record.crm_id for each in one.ask} == {each.record.crm_id for each in other.ask}


def test_a_match_that_is_in_step_with_another_contact_is_asked_about() -> None:
    """R44: a second contact for one person is shown, and makes no second record."""
    assert verdict(JAN, JAN, linked="another") == "double?1"
    assert verdict(JAN, JAN, linked="item") == "1"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (JAN, replace(BARE, emails=("JAN@smit.example",), given_name="J"), True),
        (JAN, replace(BARE, emails=("other@x.example",)), True),
        (FIRM, Contact(company="Smit"), True),
        (FIRM, Contact(company="Groep", emails=("b@smit.example",)), True),
        (Contact(emails=("a@x.example",)), Contact(emails=("b@x.example",)), False),
        (JAN, Contact(given_name="Piet", surname="Bos", company="Smit B.V."), False),
    ],
)
def test_new_contacts_that_may_be_the_same_are_recognised(one: Contact, other: Contact, alike: bool) -> None:
    """R44: those of one page that may be the same are not made twice."""
    assert bool(alike_keys(item(one)) & alike_keys(item(other))) is alike
