"""The decision as a value: what a plan says for every way in which a record, a link and an item can stand."""

from dataclasses import dataclass, field, replace

import pytest

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import Unread, Upserted
from crmcorner.items.records import CATEGORY, CONTACT_FIELDS, Contact
from crmcorner.sync.actions import NEW, Action, Ask, CreateInCrm, Reconcile, Rest, Skip, Withdraw
from crmcorner.sync.plan import Situation, is_idle, plan
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.state import Base, Candidate, CrmRecord, Link, LinkStatus, Origin

POLICY = Policy(winner=Winner.CRM, can=Capabilities(list_limits={"emails": 3}))
JAN = Contact(given_name="Jan", surname="Berg", emails=("jan@berg.example",))
RECORD = CrmRecord(
    crm_id="person:1",
    version=1,
    content=JAN,
    in_scope=True,
    deleted=False,
    holds=frozenset(CONTACT_FIELDS),
    label="Jan Berg",
)
ITEM = Upserted(item_id="item", version="2", content=JAN, categories=("Golf", CATEGORY))
LINK = Link(
    crm_id="person:1",
    item_id="item",
    origin=Origin.CRM,
    status=LinkStatus.ACTIVE,
    scoped=True,
    version="2",
    categories=("Golf", CATEGORY),
    base=Base(crm=JAN, outlook=JAN),
    crm_version=1,
)
OWN = replace(LINK, origin=Origin.OUTLOOK)
OUT = replace(RECORD, in_scope=False)
DELETED = replace(RECORD, in_scope=False, deleted=True)
UNTAGGED = replace(ITEM, categories=("Golf",))
EDITED = replace(ITEM, content=replace(JAN, job_title="chef"), version="3")


def resting(status: LinkStatus, link: Link = LINK) -> Link:
    """The link in this state."""
    return replace(link, status=status)


@dataclass(frozen=True, kw_only=True)
class Case:
    """How a pair stands, and what is to be said about it."""

    id: str
    link: Link | None = LINK
    record: CrmRecord | None = RECORD
    item: Upserted | None = None
    gone: bool = False
    asked: bool = False
    expected: tuple[str, ...] = field(default=())


REMOVED, TAKEN_OFF = LinkStatus.REMOVED, LinkStatus.UNTAGGED
WITHDRAWN, PUT_BACK = LinkStatus.WITHDRAWN, LinkStatus.PUT_BACK

TABLE = [
    Case(id="in step", expected=("idle",)),
    Case(id="in step, reported", item=ITEM, expected=("idle",)),
    Case(id="edited in Outlook", item=EDITED, expected=("reconcile to crm",)),
    Case(
        id="edited in the CRM",
        record=replace(RECORD, content=replace(JAN, note="n"), version=2),
        expected=("reconcile to outlook",),
    ),
    Case(id="R42: gone in Outlook", gone=True, expected=("rest removed",)),
    Case(id="R42: gone and deleted", gone=True, record=DELETED, expected=("rest removed",)),
    Case(id="R43: category taken off", item=UNTAGGED, expected=("rest untagged",)),
    Case(id="R42: deleted in the CRM, our copy", record=DELETED, expected=("delete",)),
    Case(id="R42: deleted in the CRM, the user's own", link=OWN, record=DELETED, expected=("untag Golf",)),
    Case(id="R43: left the scope, our copy", record=OUT, expected=("delete",)),
    Case(id="R43: left the scope, the user's own", link=OWN, record=OUT, expected=("untag Golf",)),
    Case(
        id="R43: left the scope, just edited in Outlook",
        record=OUT,
        item=EDITED,
        expected=("reconcile to crm",),
    ),
    Case(id="never in scope, tagged", link=replace(OWN, scoped=False), record=OUT, expected=("idle",)),
    Case(id="R74: erased for good", record=None, expected=("delete",)),
    Case(id="R42: removed rests", link=resting(REMOVED), expected=("skip removed-in-outlook",)),
    Case(id="R43: untagged rests", link=resting(TAKEN_OFF), expected=("skip category-removed",)),
    Case(
        id="withdrawn rests: its line was that of the run that withdrew it",
        link=resting(WITHDRAWN),
        record=OUT,
        expected=(),
    ),
    Case(
        id="R42: removed, restored in Outlook",
        link=resting(REMOVED),
        item=EDITED,
        expected=("reconcile to crm",),
    ),
    Case(id="R43: tagged again", link=resting(TAKEN_OFF), item=ITEM, expected=("reconcile",)),
    Case(
        id="tagged again, deleted in the CRM",
        link=resting(TAKEN_OFF),
        record=DELETED,
        item=ITEM,
        expected=("rest withdrawn",),
    ),
    Case(id="R42: put back, item gone", link=resting(PUT_BACK), gone=True, expected=("create in outlook",)),
    Case(
        id="R42: put back, item there",
        link=resting(PUT_BACK),
        item=UNTAGGED,
        expected=("reconcile tags Golf CRMcorner",),
    ),
    Case(
        id="put back, deleted meanwhile",
        link=resting(PUT_BACK),
        record=DELETED,
        gone=True,
        expected=("skip deleted-in-crm",),
    ),
    Case(
        id="R43: back in scope, item gone",
        link=resting(WITHDRAWN),
        gone=True,
        expected=("create in outlook",),
    ),
    Case(
        id="R43: back in scope, the user's own",
        link=resting(WITHDRAWN, OWN),
        item=UNTAGGED,
        expected=("reconcile tags Golf CRMcorner",),
    ),
    Case(id="R40: new in scope", link=None, expected=("create in outlook",)),
    Case(id="not in scope", link=None, record=OUT, expected=()),
    Case(id="deleted", link=None, record=DELETED, expected=()),
    Case(id="R44: a candidate waits", link=None, asked=True, expected=("skip waits-for-choice",)),
    Case(id="R41: new and tagged", link=None, record=None, item=ITEM, expected=("create in crm",)),
    Case(id="R41: new and private", link=None, record=None, item=UNTAGGED, expected=()),
    Case(
        id="nameless",
        link=None,
        record=None,
        item=replace(ITEM, content=Contact(note="?")),
        expected=("skip no-name",),
    ),
]


def word(action: Action) -> str:
    """One action in words."""
    match action:
        case Reconcile():
            return "idle" if is_idle(action) else reconciled(action)
        case Withdraw():
            return "delete" if action.delete else "untag " + " ".join(action.categories)
        case Rest():
            return f"rest {action.status.value}"
        case Skip():
            return f"skip {action.reason.code.value}"
        case Ask():
            return "ask " + " ".join(action.candidates)
    return "create in crm" if isinstance(action, CreateInCrm) else "create in outlook"


def reconciled(action: Reconcile) -> str:
    """Which ways a pair is brought in step."""
    said = "reconcile" + (" to crm" if action.to_crm else "") + (" to outlook" if action.to_outlook else "")
    return said + (" tags " + " ".join(action.categories) if action.categories else "")


def situation(case: Case) -> Situation:
    """The case as the plan sees it."""
    return Situation(
        links=[case.link] if case.link else [],
        records={case.record.crm_id: case.record} if case.record else {},
        items={case.item.item_id: case.item} if case.item else {},
        gone=frozenset({"item"} if case.gone else ()),
        asked=frozenset({"person:1"} if case.asked else ()),
    )


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.id)
def test_what_is_said_about_a_pair(case: Case) -> None:
    """R13, R40-R43: the table of decisions; everything that concerns us is said in exactly one action."""
    assert tuple(word(action) for action in plan(situation(case), POLICY).actions) == case.expected


def test_the_plan_does_not_depend_on_the_order_of_what_it_is_told() -> None:
    """R17: the same situation gives the same plan."""
    records = {f"person:{n}": replace(RECORD, crm_id=f"person:{n}") for n in range(5)}
    items = {f"i{n}": replace(ITEM, item_id=f"i{n}", content=Contact(surname=f"N{n}")) for n in range(5)}
    links = [replace(LINK, crm_id=f"person:{n}", item_id=f"l{n}") for n in range(3)]
    one = Situation(links=links, records=records, items=items)
    other = Situation(
        links=links[::-1], records=dict(reversed(records.items())), items=dict(reversed(items.items()))
    )
    assert plan(one, POLICY) == plan(other, POLICY)
    assert len(plan(one, POLICY).actions) == 3 + 5 + 2


def test_an_edit_is_taken_over_before_the_record_leaves() -> None:
    """R43: the record is looked at once more after that, and the base does not promise what was not sent."""
    record = replace(OUT, content=replace(JAN, note="crm"))
    decided = plan(Situation(links=[LINK], records={"person:1": record}, items={"item": EDITED}), POLICY)
    assert decided.again == {"person:1"}
    (action,) = decided.actions
    assert isinstance(action, Reconcile)
    assert not action.to_outlook
    assert action.to_crm == {"job_title"}
    assert (action.base.crm.note, action.base.outlook.note) == ("", "")


def newcomers(*items: Upserted, known: dict[str, list[Candidate]] | None = None, **choices: str) -> list[str]:
    """The plan for new items, in words, with those that are to be judged again."""
    decided = plan(
        Situation(items={each.item_id: each for each in items}, candidates=known or {}, choices=choices),
        POLICY,
    )
    return [word(action) for action in decided.actions] + [
        f"later {each.item_id}" for each in decided.deferred
    ]


def named(item_id: str, contact: Contact = JAN) -> Upserted:
    """A new contact."""
    return replace(ITEM, item_id=item_id, content=contact)


MATCH = Candidate(record=RECORD)
LINKED = Candidate(record=RECORD, linked_item="another")
NAMESAKE = Candidate(record=replace(RECORD, crm_id="person:2"))


def test_new_contacts_are_linked_asked_about_or_made() -> None:
    """R44: one match links, several are asked about, none makes a record."""
    assert newcomers(named("a"), known={"a": [MATCH]}) == ["reconcile"]
    assert newcomers(named("a"), known={"a": [MATCH, NAMESAKE]}) == ["ask person:1 person:2"]
    assert newcomers(named("a"), known={"a": [LINKED]}) == ["ask person:1"]
    assert newcomers(named("a")) == ["create in crm"]


def test_new_contacts_that_may_be_the_same_are_not_made_together() -> None:
    """R44: of two alike, the second is judged again once the first is in the CRM."""
    assert newcomers(named("a"), named("b")) == ["create in crm", "later b"]
    assert newcomers(named("a"), named("b"), known={"a": [MATCH], "b": [MATCH]}) == ["reconcile", "later b"]
    other = named("b", Contact(given_name="Piet", surname="Smit", emails=("p@x.example",)))
    assert newcomers(named("a"), other) == ["create in crm", "create in crm"]


def test_what_the_user_chose_is_done() -> None:
    """R44: the choice decides, unless the record has been linked with another contact meanwhile."""
    both = {"a": [MATCH, NAMESAKE]}
    assert newcomers(named("a"), known=both, a="person:2") == ["reconcile"]
    assert newcomers(named("a"), known=both, a=NEW) == ["create in crm"]
    assert newcomers(named("a"), known={"a": [LINKED]}, a="person:1") == ["ask person:1"]


def test_a_refused_field_is_told_of_with_the_rest() -> None:
    """R45: a new contact comes without the field that cannot be understood, and says so."""
    why = Unread(text="naast de kerk", reason="address-refused", detail="house-number-missing")
    decided = plan(Situation(items={"item": replace(ITEM, unread={"home_address": why})}), POLICY)
    (action,) = decided.actions
    assert isinstance(action, CreateInCrm)
    (problem,) = action.problems
    assert (problem.field, problem.reason.code) == ("home_address", ReasonCode.ADDRESS_REFUSED)
