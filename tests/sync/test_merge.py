"""R18, R19, R45: what becomes of one pair, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import Unread, Upserted
from crmcorner.items.records import (
    CATEGORY,
    CONTACT_FIELDS,
    PERSONAL_FIELDS,
    Contact,
    Content,
    FieldName,
    of_type,
)
from crmcorner.sync.actions import Conflict, Direction, Reconcile
from crmcorner.sync.merge import merge
from crmcorner.sync.plan import label_of
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.state import Base, CrmRecord, Link, LinkStatus, Origin

CAN = Capabilities(
    list_limits={"emails": 3, "mobile_phones": 1}, missing=frozenset({"work_faxes"}), note_length=10
)
EVERYTHING = frozenset(CONTACT_FIELDS)
FIRM = EVERYTHING - PERSONAL_FIELDS
JAN = Contact(given_name="Jan", surname="Berg")


def title(value: str) -> Contact:
    """Jan with this job title."""
    return replace(JAN, job_title=value)


def note(value: str) -> Contact:
    """Jan with this note."""
    return replace(JAN, note=value)


def emails(letters: str) -> Contact:
    """Jan with these e-mail addresses, a letter each."""
    return replace(JAN, emails=tuple(f"{letter}@x.example" for letter in letters))


def as_contact(content: Content) -> Contact:
    """Return the contact that it is."""
    return of_type(content, Contact)


def images(action: Reconcile) -> tuple[Contact, Contact]:
    """Return both images of an action's base."""
    return as_contact(action.base.crm), as_contact(action.base.outlook)


def merged(
    base: Contact | tuple[Contact, Contact] | None,
    crm: Contact,
    outlook: Contact,
    *,
    winner: Winner = Winner.CRM,
    unread: Mapping[FieldName, Unread] | None = None,
    known: Mapping[FieldName, Unread] | None = None,
    holds: frozenset[FieldName] = EVERYTHING,
    verdicts: Mapping[tuple[str, FieldName], Winner] | None = None,
) -> Reconcile:
    """Merge a pair; ``base`` is what both sides agreed on, or each side's image of it."""
    record = CrmRecord(
        crm_id="person:1",
        version=3,
        content=crm,
        in_scope=True,
        deleted=False,
        holds=holds,
        label=label_of(crm),
    )
    item = Upserted(
        item_id="item", version="2", content=outlook, categories=(CATEGORY,), unread=dict(unread or {})
    )
    link = None
    if base is not None:
        ours, theirs = base if isinstance(base, tuple) else (base, base)
        link = Link(
            crm_id="person:1",
            item_id="item",
            origin=Origin.CRM,
            status=LinkStatus.ACTIVE,
            scoped=True,
            version="1",
            categories=(CATEGORY,),
            base=Base(crm=ours, outlook=theirs, unread=dict(known or {})),
            crm_version=2,
        )
    return merge(record, item, link, Policy(winner=winner, can=CAN), verdicts or {})


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table: what was agreed, what both sides say now, and what both are to say."""

    id: str
    base: Contact | tuple[Contact, Contact] | None
    crm: Contact
    outlook: Contact
    crm_after: Contact
    outlook_after: Contact
    conflicts: tuple[tuple[FieldName, Any, Any], ...] = ()


TABLE = [
    Case(id="nothing changed", base=JAN, crm=JAN, outlook=JAN, crm_after=JAN, outlook_after=JAN),
    Case(
        id="changed in the CRM",
        base=title("a"),
        crm=title("b"),
        outlook=title("a"),
        crm_after=title("b"),
        outlook_after=title("b"),
    ),
    Case(
        id="changed in Outlook",
        base=title("a"),
        crm=title("a"),
        outlook=title("b"),
        crm_after=title("b"),
        outlook_after=title("b"),
    ),
    Case(
        id="emptied in Outlook",
        base=title("a"),
        crm=title("a"),
        outlook=title(""),
        crm_after=title(""),
        outlook_after=title(""),
    ),
    Case(
        id="changed on both to the same",
        base=title("a"),
        crm=title("b"),
        outlook=title("b"),
        crm_after=title("b"),
        outlook_after=title("b"),
    ),
    Case(
        id="changed on both to different values",
        base=title("a"),
        crm=title("b"),
        outlook=title("c"),
        crm_after=title("b"),
        outlook_after=title("b"),
        conflicts=(("job_title", "b", "c"),),
    ),
    Case(
        id="different fields changed",
        base=JAN,
        crm=title("b"),
        outlook=note("n"),
        crm_after=replace(JAN, job_title="b", note="n"),
        outlook_after=replace(JAN, job_title="b", note="n"),
    ),
    Case(
        id="edited back to what was agreed",
        base=title("a"),
        crm=title("a"),
        outlook=title("a"),
        crm_after=title("a"),
        outlook_after=title("a"),
    ),
    Case(
        id="the server tidied, nobody changed",
        base=(note(" n "), note("n")),
        crm=note(" n "),
        outlook=note("n"),
        crm_after=note(" n "),
        outlook_after=note("n"),
    ),
    Case(
        id="a fourth address stays in the CRM",
        base=emails("abc"),
        crm=emails("abcd"),
        outlook=emails("xbc"),
        crm_after=emails("xbcd"),
        outlook_after=emails("xbc"),
    ),
    Case(
        id="room came free for the fourth",
        base=emails("abc"),
        crm=emails("abcd"),
        outlook=emails("ac"),
        crm_after=emails("acd"),
        outlook_after=emails("acd"),
    ),
    Case(
        id="the fourth was typed in Outlook as well",
        base=emails("abc"),
        crm=emails("abcd"),
        outlook=emails("abd"),
        crm_after=emails("abd"),
        outlook_after=emails("abd"),
    ),
    Case(
        id="the rest of a long note stays",
        base=note("0123456789"),
        crm=note("0123456789rest"),
        outlook=note("x123456789"),
        crm_after=note("x123456789rest"),
        outlook_after=note("x123456789"),
    ),
    Case(
        id="a note that is longer in Outlook than we write stays there",
        base=note("a"),
        crm=note("a"),
        outlook=note("0123456789long"),
        crm_after=note("0123456789long"),
        outlook_after=note("0123456789long"),
    ),
    Case(
        id="a field that Outlook has no room for",
        base=JAN,
        crm=replace(JAN, work_faxes=("+31201",)),
        outlook=JAN,
        crm_after=replace(JAN, work_faxes=("+31201",)),
        outlook_after=JAN,
    ),
    Case(
        id="first meeting, filled in on one side each",
        base=None,
        crm=title("a"),
        outlook=note("n"),
        crm_after=replace(JAN, job_title="a", note="n"),
        outlook_after=replace(JAN, job_title="a", note="n"),
    ),
    Case(
        id="first meeting, different values",
        base=None,
        crm=title("a"),
        outlook=title("b"),
        crm_after=title("a"),
        outlook_after=title("a"),
        conflicts=(("job_title", "a", "b"),),
    ),
    Case(
        id="first meeting, lists are united",
        base=None,
        crm=emails("ab"),
        outlook=emails("bc"),
        crm_after=emails("abc"),
        outlook_after=emails("abc"),
    ),
    Case(
        id="first meeting, nothing of Outlook's falls out",
        base=None,
        crm=emails("abc"),
        outlook=emails("xc"),
        crm_after=emails("acxb"),
        outlook_after=emails("acx"),
    ),
    Case(
        id="first meeting, one mobile each",
        base=None,
        crm=replace(JAN, mobile_phones=("+316",)),
        outlook=replace(JAN, mobile_phones=("+317",)),
        crm_after=replace(JAN, mobile_phones=("+317", "+316")),
        outlook_after=replace(JAN, mobile_phones=("+317",)),
    ),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.id)
def test_what_both_sides_are_to_say(case: Case) -> None:
    """R18, R19: the table of decisions; only what differs is written, and doing it leaves nothing to do."""
    action = merged(case.base, case.crm, case.outlook)
    assert action.crm_content == case.crm_after
    assert action.outlook_content == case.outlook_after
    assert tuple((each.field, each.crm, each.outlook) for each in action.conflicts) == case.conflicts
    assert all(getattr(action.outlook_content, n) != getattr(case.outlook, n) for n in action.to_outlook)
    assert all(getattr(action.crm_content, n) != getattr(case.crm, n) for n in action.to_crm)
    again = merged(images(action), case.crm_after, case.outlook_after)
    assert not again.to_outlook | again.to_crm
    assert not again.conflicts


@pytest.mark.parametrize("case", [case for case in TABLE if case.base is not None], ids=lambda case: case.id)
def test_a_later_edit_on_either_side_is_not_lost(case: Case) -> None:
    """R18: after agreeing, whatever is changed next on one side alone goes to the other."""
    action = merged(case.base, case.crm, case.outlook)
    base = images(action)
    theirs = merged(base, case.crm_after, replace(case.outlook_after, job_title="later"))
    ours = merged(base, replace(case.crm_after, job_title="later"), case.outlook_after)
    assert (as_contact(theirs.crm_content).job_title, theirs.conflicts) == ("later", ())
    assert (as_contact(ours.outlook_content).job_title, ours.conflicts) == ("later", ())


def both_have_room(case: Case) -> bool:
    """Whether nothing in a case is more than Outlook has room for."""
    return all(
        len(each.emails) <= 3 and len(each.note) <= CAN.note_length and not each.work_faxes
        for each in (case.crm, case.outlook)
    )


SYMMETRIC = [case for case in TABLE if isinstance(case.base, Contact) and both_have_room(case)]


@pytest.mark.parametrize("case", SYMMETRIC, ids=lambda case: case.id)
def test_the_sides_are_treated_alike(case: Case) -> None:
    """R18: with the sides swapped, and the winner, both end up with the same as before."""
    action = merged(case.base, case.outlook, case.crm, winner=Winner.OUTLOOK)
    assert action.crm_content == case.outlook_after
    assert action.outlook_content == case.crm_after


@pytest.mark.parametrize(
    ("winner", "after"), [(Winner.CRM, ("b", "b")), (Winner.OUTLOOK, ("c", "c")), (Winner.ASK, ("b", "c"))]
)
def test_the_policy_decides_a_conflict(winner: Winner, after: tuple[str, str]) -> None:
    """R18: content decides, by the setting; both values are kept; `ask` leaves both as they are."""
    action = merged(title("a"), title("b"), title("c"), winner=winner)
    assert (as_contact(action.crm_content).job_title, as_contact(action.outlook_content).job_title) == after
    assert action.conflicts == (Conflict(field="job_title", crm="b", outlook="c", winner=winner),)


def test_an_open_conflict_does_not_move_the_base() -> None:
    """R18: what is undecided is still undecided next time, and the other fields go on."""
    action = merged(title("a"), title("b"), replace(title("c"), note="n"), winner=Winner.ASK)
    assert as_contact(action.base.crm).job_title == as_contact(action.base.outlook).job_title == "a"
    assert action.base.crm.note == action.base.outlook.note == "n"
    assert action.to_crm == {"note"}


@pytest.mark.parametrize(("verdict", "after"), [(Winner.CRM, "b"), (Winner.OUTLOOK, "c")])
def test_a_verdict_decides_an_open_conflict(verdict: Winner, after: str) -> None:
    """R18: what the user decided is done, whatever the setting says."""
    verdicts = {("person:1", "job_title"): verdict}
    action = merged(title("a"), title("b"), title("c"), winner=Winner.ASK, verdicts=verdicts)
    assert as_contact(action.crm_content).job_title == as_contact(action.outlook_content).job_title == after


def test_changes_name_field_direction_and_both_values() -> None:
    """R13: the line says what changed from what to what, and which way it went."""
    action = merged(JAN, title("b"), note("n"))
    found = {(each.field, each.direction, each.old, each.new) for each in action.changes}
    assert found == {
        ("job_title", Direction.TO_OUTLOOK, "", "b"),
        ("note", Direction.TO_CRM, "", "n"),
    }


def test_a_field_that_the_record_does_not_hold_stays_in_outlook() -> None:
    """R19: a firm has no birthday; what stands there in Outlook is neither taken nor wiped."""
    firm = Contact(company="Smit")
    action = merged(firm, firm, replace(firm, nickname="S", note="n"), holds=FIRM)
    assert action.to_crm == {"note"}
    assert as_contact(action.outlook_content).nickname == "S"
    assert not action.to_outlook


TEXT = Unread(text="naast de kerk", reason="address-refused", detail="house-number-missing")
ADDRESS: Any = "an address"


def mended(address: Any) -> Contact:
    """Jan with a home address."""
    return replace(JAN, home_address=address)


def test_a_text_that_is_not_understood_is_left_alone_and_told_of() -> None:
    """R45: neither taken nor written over, with its reason and text; all other fields go on."""
    action = merged(mended(ADDRESS), mended(ADDRESS), title("b"), unread={"home_address": TEXT})
    assert action.crm_content == replace(mended(ADDRESS), job_title="b")
    assert not action.to_outlook
    (problem,) = action.problems
    assert (problem.field, problem.reason.code) == ("home_address", ReasonCode.ADDRESS_REFUSED)
    assert problem.reason.facts == {"text": "naast de kerk", "detail": "house-number-missing"}
    assert action.base.unread == {"home_address": TEXT}


def test_an_address_that_is_mended_in_the_crm_goes_to_outlook() -> None:
    """R45: the mend form's result replaces the text that it was made from."""
    action = merged(JAN, mended(ADDRESS), JAN, unread={"home_address": TEXT}, known={"home_address": TEXT})
    assert as_contact(action.outlook_content).home_address == ADDRESS
    assert not action.problems
    assert not action.conflicts
    assert not action.base.unread


@pytest.mark.parametrize("known", [{}, {"home_address": replace(TEXT, text="elders")}])
def test_a_text_that_changed_while_it_was_mended_is_kept(known: dict[FieldName, Unread]) -> None:
    """R18, R45: the CRM's address wins, and the text that the user wrote since is in the list of conflicts."""
    action = merged(JAN, mended(ADDRESS), JAN, unread={"home_address": TEXT}, known=known)
    assert as_contact(action.outlook_content).home_address == ADDRESS
    assert [(each.crm, each.outlook) for each in action.conflicts] == [(ADDRESS, "naast de kerk")]


def test_a_text_that_is_understood_at_last_is_taken_over() -> None:
    """R45: once mended in Outlook it comes to the CRM, and the problem is gone."""
    action = merged(JAN, JAN, mended(ADDRESS), known={"home_address": TEXT})
    assert as_contact(action.crm_content).home_address == ADDRESS
    assert not action.problems
    assert not action.base.unread
