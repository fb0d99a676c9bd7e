"""What a user sees of the engine: runs between a CRM and an Outlook."""

import dataclasses

import pytest

from crmcorner.items.changes import Unread
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact
from crmcorner.sync.executor import Stopped
from crmcorner.sync.policy import Winner
from crmcorner.sync.reasons import ReasonCode
from crmcorner.sync.report import Figures, Outcome
from crmcorner.sync.state import LinkStatus
from tests.sync.bench_of_two import TAGGED, Pair

JAN = Contact(given_name="Jan", name_prefix="van der", surname="Berg", emails=("jan@berg.example",))
PIET = Contact(given_name="Piet", surname="Smit", company="Smit B.V.", emails=("piet@smit.example",))
ADDRESS = PostalAddress(
    street="Spiegelstraat", house_number="3", postal_code="2011 BN", city="Haarlem", country="NL"
)


def quiet(pair: Pair) -> None:
    """R11: a second run at once changes nothing, on either side."""
    writes = len(pair.outlook.writes)
    assert pair.figures().changed == 0
    assert len(pair.outlook.writes) == writes


def test_what_is_in_scope_goes_to_outlook_with_the_category() -> None:
    """R40: an owned person goes to Outlook and gets the category."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    assert pair.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert pair.in_outlook(jan) == JAN
    assert pair.outlook.items[pair.linked(jan)].categories == (CATEGORY,)
    quiet(pair)


def test_what_is_tagged_comes_from_outlook_and_nothing_else() -> None:
    """R41: contacts with the category come, whatever its case; others leave no trace."""
    pair = Pair()
    tagged = pair.outlook.user_adds(JAN, categories=("crmCORNER", "Golf"))
    pair.outlook.user_adds(PIET)
    assert pair.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert pair.in_crm(tagged) == JAN
    assert len(pair.crm.data.rows) == 1
    quiet(pair)


def test_different_fields_changed_on_both_sides_meet() -> None:
    """R18: a field changed on one side travels to the other, both ways in one run."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.crm.user_changes(jan, job_title="directeur")
    pair.outlook.user_changes(pair.linked(jan), {"mobile_phones": ("+31612345678",)})
    assert pair.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert pair.in_outlook(jan) == pair.crm.data.rows[jan].contact
    assert pair.in_outlook(jan).job_title == "directeur"
    assert pair.in_outlook(jan).mobile_phones == ("+31612345678",)
    quiet(pair)


@pytest.mark.parametrize(("winner", "wins"), [(Winner.CRM, "crm"), (Winner.OUTLOOK, "outlook")])
def test_same_field_changed_on_both_sides_is_decided_by_the_setting(winner: Winner, wins: str) -> None:
    """R18: the setting decides a conflict and the other value is kept in the line."""
    pair = Pair(winner=winner)
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.crm.user_changes(jan, job_title="crm")
    pair.outlook.user_changes(pair.linked(jan), {"job_title": "outlook"})
    (line,) = pair.run()
    assert [(each.crm, each.outlook, each.winner) for each in line.conflicts] == [("crm", "outlook", winner)]
    assert pair.in_outlook(jan).job_title == wins
    assert pair.crm.data.rows[jan].contact.job_title == wins
    quiet(pair)


def test_asked_conflict_leaves_both_sides_until_the_user_decides() -> None:
    """R18: with `ask` both values stand; the verdict is carried out by the next run."""
    pair = Pair(winner=Winner.ASK)
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.crm.user_changes(jan, job_title="crm")
    pair.outlook.user_changes(pair.linked(jan), {"job_title": "outlook", "nickname": "Jantje"})
    (line,) = pair.run()
    assert line.reason is not None
    assert line.reason.code is ReasonCode.CONFLICT_OPEN
    assert pair.in_outlook(jan).job_title == "outlook"
    assert pair.crm.data.rows[jan].contact.job_title == "crm"
    assert pair.crm.data.rows[jan].contact.nickname == "Jantje"
    pair.crm.data.verdicts[jan, "job_title"] = Winner.OUTLOOK
    pair.run()
    assert pair.crm.data.rows[jan].contact.job_title == "outlook"
    quiet(pair)


def test_same_value_on_both_sides_is_no_conflict_and_moves_the_base() -> None:
    """R18: agreeing moves the base, so that a later edit is not lost."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.crm.user_changes(jan, job_title="chef")
    pair.outlook.user_changes(pair.linked(jan), {"job_title": "chef"})
    (line,) = pair.run()
    assert not line.conflicts
    pair.outlook.user_changes(pair.linked(jan), {"job_title": ""})
    pair.run()
    assert pair.crm.data.rows[jan].contact.job_title == ""


def test_what_outlook_cannot_hold_stays_in_the_crm() -> None:
    """R19: a fourth e-mail address survives Outlook's edit of the others, and moves up when room comes free."""
    pair = Pair()
    four = tuple(f"{letter}@jan.example" for letter in "abcd")
    jan = pair.crm.user_adds(dataclasses.replace(JAN, emails=four))
    pair.run()
    assert pair.in_outlook(jan).emails == four[:3]
    pair.outlook.user_changes(pair.linked(jan), {"emails": (four[0], four[2])})
    pair.run()
    assert pair.crm.data.rows[jan].contact.emails == (four[0], four[2], four[3])
    assert pair.in_outlook(jan).emails == (four[0], four[2], four[3])
    quiet(pair)


def test_deleted_in_outlook_rests_and_returns_on_the_button() -> None:
    """R42: a contact deleted in Outlook stays in the CRM, is not forced back, and returns on the button."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.outlook.user_deletes(pair.linked(jan))
    (line,) = pair.run()
    assert (line.outcome, line.is_change) == (Outcome.RESTED, False)
    pair.crm.user_changes(jan, job_title="chef")
    pair.run()
    assert pair.crm.data.links[jan].status is LinkStatus.REMOVED
    assert not pair.crm.data.rows[jan].deleted
    quiet(pair)
    pair.crm.puts_back(jan)
    pair.run()
    assert pair.in_outlook(jan).job_title == "chef"
    assert pair.crm.data.links[jan].status is LinkStatus.ACTIVE
    quiet(pair)


def test_deleted_in_the_crm_takes_our_copy_away_and_only_untags_the_users_own() -> None:
    """R42: our copy goes to Deleted Items; a contact that the user made stays and loses the category only."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    own = pair.outlook.user_adds(PIET, categories=("Golf", CATEGORY))
    pair.run()
    ours = pair.linked(jan)
    piet = next(link.crm_id for link in pair.crm.data.links.values() if link.item_id == own)
    pair.crm.user_deletes(jan)
    pair.crm.user_deletes(piet)
    assert {line.outcome for line in pair.run()} == {Outcome.WITHDRAWN}
    assert pair.outlook.items[ours].folder == "deleted-items"
    assert pair.outlook.items[own].folder == "contacts"
    assert pair.outlook.items[own].categories == ("Golf",)
    quiet(pair)


def test_leaving_and_entering_the_scope() -> None:
    """R43: a record that leaves the scope leaves Outlook; when it returns, so does the contact."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.crm.set_scope(jan, in_scope=False)
    pair.run()
    assert pair.crm.data.links[jan].status is LinkStatus.WITHDRAWN
    quiet(pair)
    pair.crm.set_scope(jan, in_scope=True)
    pair.run()
    assert pair.crm.data.links[jan].status is LinkStatus.ACTIVE
    assert pair.in_outlook(jan) == JAN
    quiet(pair)


def test_category_taken_off_rests_and_put_on_again_goes_on() -> None:
    """R43: taking the category off in Outlook rests the link; putting it back wakes it."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    item = pair.linked(jan)
    pair.outlook.user_changes(item, categories=("Golf",))
    pair.run()
    assert pair.crm.data.links[jan].status is LinkStatus.UNTAGGED
    pair.outlook.user_changes(item, {"job_title": "chef"})
    assert pair.run() == []
    pair.outlook.user_changes(item, categories=("Golf", CATEGORY))
    pair.run()
    assert pair.crm.data.rows[jan].contact.job_title == "chef"
    quiet(pair)


def test_moved_to_another_folder_is_not_deleted() -> None:
    """R84: a contact moved between folders goes on; absence is no deletion."""
    pair = Pair()
    jan = pair.crm.user_adds(JAN)
    pair.run()
    pair.outlook.user_moves(pair.linked(jan), "private folder")
    pair.run()
    assert pair.crm.data.links[jan].status is LinkStatus.ACTIVE


def test_match_by_address_links_and_merges() -> None:
    """R44: a new Outlook contact with a known e-mail address is linked and merged by field."""
    pair = Pair()
    jan = pair.crm.user_adds(dataclasses.replace(JAN, job_title="chef"), in_scope=False)
    item = pair.outlook.user_adds(
        dataclasses.replace(JAN, mobile_phones=("+31612345678",)), categories=TAGGED
    )
    pair.run()
    assert pair.linked(jan) == item
    assert pair.in_outlook(jan) == pair.crm.data.rows[jan].contact
    assert len(pair.crm.data.rows) == 1
    quiet(pair)


def test_several_matches_ask_and_hold_back_the_candidates() -> None:
    """R44: several matches are shown as a choice; the candidates are not pushed beside it meanwhile."""
    pair = Pair()
    elder = pair.crm.user_adds(dataclasses.replace(PIET, emails=("p1@smit.example",)))
    younger = pair.crm.user_adds(dataclasses.replace(PIET, emails=("p2@smit.example",)))
    item = pair.outlook.user_adds(dataclasses.replace(PIET, emails=()), categories=TAGGED)
    lines = pair.run()
    assert {line.outcome for line in lines} == {Outcome.WAITING}
    assert len(pair.outlook.items) == 1
    pair.crm.chooses(item, younger)
    pair.run()
    assert pair.linked(younger) == item
    pair.crm.user_changes(elder, job_title="chef")
    pair.run()
    assert pair.linked(elder) != item
    quiet(pair)


def test_two_outlook_contacts_for_one_person_make_no_second_record() -> None:
    """R44, R17: the same person twice in Outlook is asked about, not doubled in the CRM."""
    pair = Pair()
    pair.outlook.user_adds(JAN, categories=TAGGED)
    pair.outlook.user_adds(dataclasses.replace(JAN, job_title="x"), categories=TAGGED)
    lines = pair.run()
    assert sorted(line.outcome for line in lines) == [Outcome.CREATED, Outcome.WAITING]
    assert len(pair.crm.data.rows) == 1
    quiet(pair)


def test_refused_address_is_listed_and_the_rest_goes_on() -> None:
    """R45: the address is refused with its reason, all else syncs, the text stays until it is mended in the CRM."""
    pair = Pair()
    text = Unread(text="naast de kerk", reason="address-refused", detail="house-number-missing")
    item = pair.outlook.user_adds(JAN, categories=TAGGED, unread={"home_address": text})
    (line,) = pair.run()
    assert line.is_error
    assert line.problems[0].reason.code is ReasonCode.ADDRESS_REFUSED
    crm_id = line.crm_id
    pair.outlook.user_changes(item, {"job_title": "chef"})
    assert pair.figures() == Figures(looked_at=1, changed=1, errors=1)
    assert pair.outlook.items[item].unread == {"home_address": text}
    pair.crm.user_changes(crm_id, home_address=ADDRESS)
    assert pair.figures() == Figures(looked_at=1, changed=1, errors=0)
    assert pair.outlook.items[item].contact.home_address == ADDRESS
    assert not pair.outlook.items[item].unread
    quiet(pair)


def test_expired_cursor_reads_everything_and_deletes_nothing() -> None:
    """R84: after an expired cursor everything is compared; what was deleted meanwhile rests on the server's word."""
    pair = Pair()
    jan, piet = pair.crm.user_adds(JAN), pair.crm.user_adds(PIET)
    pair.run()
    pair.outlook.user_deletes(pair.linked(piet))
    pair.outlook.user_changes(pair.linked(jan), {"job_title": "chef"})
    pair.outlook.forget_cursors()
    pair.run()
    assert pair.crm.data.rows[jan].contact.job_title == "chef"
    assert pair.crm.data.links[piet].status is LinkStatus.REMOVED
    quiet(pair)


def test_stopped_run_goes_on_where_it_was() -> None:
    """R12: a stopped run leaves everything valid; the next one goes on from there."""
    pair = Pair()
    for number in range(250):
        pair.crm.user_adds(Contact(given_name=f"P{number}", surname="X", emails=(f"p{number}@x.example",)))
    with pytest.raises(Stopped):
        pair.run(should_stop=lambda: bool(pair.outlook.items))
    assert 0 < len(pair.outlook.items) < 250
    pair.run()
    assert len(pair.outlook.items) == 250
    quiet(pair)


def test_nameless_contact_is_skipped_with_its_reason() -> None:
    """R13: a tagged contact without name, company and address is skipped and says why."""
    pair = Pair()
    pair.outlook.user_adds(Contact(note="?"), categories=TAGGED)
    (line,) = pair.run()
    assert line.outcome is Outcome.SKIPPED
    assert line.reason is not None
    assert line.reason.code is ReasonCode.NO_NAME
