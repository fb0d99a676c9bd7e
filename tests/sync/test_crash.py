"""R17: wherever a run is cut, nothing is lost and nothing is doubled.

A history of edits on both sides is replayed once for every durable step of the run that follows; there the process
"dies", before or after the step took effect. Two clean runs later both sides must agree, without a duplicate, and a
further run must change nothing.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from crmcorner.items.changes import Unread
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact, Kind
from tests.sync.bench_of_two import TAGGED, Pair
from tests.sync.cutting import CutMailbox, CutStore, Died, Fuse, set_fuse

ADDRESS = PostalAddress(
    street="Kade", house_number="1", postal_code="1011 AB", city="Amsterdam", country="NL"
)


def person(number: int, **values: Any) -> Contact:
    """Make one of the ten."""
    return Contact(given_name=f"P{number}", surname="Test", emails=(f"p{number}@x.example",), **values)


def history(*, tidy: bool) -> Pair:
    """Ten contacts: made, changed, deleted, untagged, matched and mended on either side, none of it synchronised."""
    clean = (lambda c: dataclasses.replace(c, note=c.note.strip())) if tidy else (lambda c: c)
    pair = Pair(mailbox=CutMailbox(page_size=3, tidy=clean))
    pair.crm = CutStore()
    people = [pair.crm.user_adds(person(n, note=" note ")) for n in range(6)]
    unread = {"home_address": Unread(text="naast de kerk", reason="address-refused")}
    own = pair.outlook.user_adds(person(6), categories=("Golf", CATEGORY), unread=unread)
    pair.outlook.user_adds(person(7), categories=TAGGED)
    pair.run()
    mended = next(crm_id for crm_id, link in pair.crm.data.links.items() if link.item_id == own)
    pair.crm.user_changes(mended, home_address=ADDRESS)
    pair.crm.user_changes(people[0], emails=tuple(f"{letter}@x.example" for letter in "abcd"))
    pair.crm.user_changes(people[1], job_title="crm")
    pair.outlook.user_changes(pair.linked(people[1]), {"mobile_phones": ("+31612345678",)})
    pair.outlook.user_changes(pair.linked(people[2]), {"job_title": "outlook"})
    pair.outlook.user_deletes(pair.linked(people[3]))
    pair.crm.user_deletes(people[4])
    pair.outlook.user_changes(pair.linked(people[5]), categories=())
    pair.crm.user_adds(dataclasses.replace(person(8), emails=()))
    pair.outlook.user_adds(person(9), categories=TAGGED)
    return pair


def steps_of_a_run(*, tidy: bool) -> int:
    """Count the durable steps of the run that follows the history."""
    pair = history(tidy=tidy)
    fuse = Fuse(-1, after=False)
    set_fuse(pair, fuse)
    pair.run()
    return fuse.steps


def outcome(pair: Pair) -> tuple[Any, ...]:
    """What users can see on both sides, whatever the ids."""
    rows = sorted(
        (row.contact.given_name, repr(row.contact), row.deleted) for row in pair.crm.data.rows.values()
    )
    items = sorted(
        (each.contact.given_name, repr(each.contact), tuple(sorted(each.categories)), each.folder)
        for each in pair.outlook.items.values()
    )
    return rows, items


@pytest.mark.parametrize("tidy", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_run_cut_at_every_durable_step_ends_as_if_it_had_not_been(*, tidy: bool, after: bool) -> None:
    """R17: cut at each write of a ten-contact run, then two runs: no duplicate, nothing lost, nothing left to do."""
    whole = history(tidy=tidy)
    whole.run()
    whole.run()
    steps = steps_of_a_run(tidy=tidy)
    assert steps > 10
    for at in range(steps):
        pair = history(tidy=tidy)
        set_fuse(pair, Fuse(at, after=after))
        with pytest.raises(Died):
            pair.run()
        set_fuse(pair, None)
        pair.run()
        pair.run()
        assert outcome(pair) == outcome(whole), f"cut at step {at}, after={after}"
        assert not pair.crm.data.intents
        writes = len(pair.outlook.writes)
        assert pair.figures().changed == 0
        assert len(pair.outlook.writes) == writes


@pytest.mark.parametrize("after", [False, True])
def test_outlook_edit_between_cut_and_recovery_survives(*, after: bool) -> None:
    """R17, R18: what the user changes in Outlook between the cut and the next run reaches the CRM."""
    for at in range(steps_of_a_run(tidy=False)):
        pair = history(tidy=False)
        set_fuse(pair, Fuse(at, after=after))
        with pytest.raises(Died):
            pair.run()
        set_fuse(pair, None)
        edited = next(each for each in pair.outlook.items.values() if each.contact.given_name == "P1")
        pair.outlook.user_changes(edited.item_id, {"nickname": "Pietje"})
        pair.run()
        pair.run()
        row = next(row for row in pair.crm.data.rows.values() if row.contact.given_name == "P1")
        assert row.contact.nickname == "Pietje", f"cut at step {at}"
        assert row.contact.job_title == "crm"
        assert row.contact.mobile_phones == ("+31612345678",)
        assert pair.figures().changed == 0


class Forgetful(CutMailbox):
    """A planted fault: creations cannot be found again by their stamp."""

    def created(self, kind: Kind, stamps: Sequence[str]) -> dict[str, Any]:
        return {}


def test_this_test_can_fail() -> None:
    """R17: without the look-up by stamp, a cut after a creation is not recognised as ours; the cut test sees that."""
    strayed = False
    for at in range(steps_of_a_run(tidy=False)):
        pair = history(tidy=False)
        assert isinstance(pair.outlook, CutMailbox)
        pair.outlook.__class__ = Forgetful
        set_fuse(pair, Fuse(at, after=True))
        with pytest.raises(Died):
            pair.run()
        set_fuse(pair, None)
        pair.run()
        strayed |= bool(pair.crm.data.questions)
    assert strayed
