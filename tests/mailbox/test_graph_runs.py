"""Whole runs of the engine over Graph: under every reading of the open points, cut everywhere, with every fault."""

import dataclasses
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import CATEGORY, Contact, Kind
from crmcorner.mailbox.errors import MailboxError
from crmcorner.sync.executor import Executor
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.report import Figures, figures
from m365_sandbox.faults import Kind as FaultKind
from m365_sandbox.in_process import SandboxTransport
from tests.mailbox.graph_world import ADDRESS, GraphWorld, alternative_readings, graph_world
from tests.sync.memory_store import MemoryStore

HAARLEM = PostalAddress(
    street="Kade", house_number="1", postal_code="1011 AB", city="Amsterdam", country="NL"
)


class Died(BaseException):
    """The process is gone."""


class CutTransport(httpx2.BaseTransport):
    """The network of a process that dies at one of its requests, before or after it took effect."""

    def __init__(self, inner: httpx2.BaseTransport, at: int, *, after: bool) -> None:
        self.inner, self.at, self.after, self.requests = inner, at, after, 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        number, self.requests = self.requests, self.requests + 1
        if number == self.at and not self.after:
            raise Died
        response = self.inner.handle_request(request)
        if number == self.at:
            raise Died
        return response


class Firm:
    """A CRM in memory and Anna's Outlook."""

    def __init__(self, world: GraphWorld) -> None:
        self.world, self.crm, self.stamps = world, MemoryStore(), itertools.count(1)

    def run(self, **settings: Any) -> Figures:
        """Run once, as a new process would."""
        before = len(self.crm.data.lines)
        mailbox = self.world.connect(**settings)
        policy = Policy(winner=Winner.CRM, can=mailbox.can)
        try:
            Executor(
                mailbox,
                self.crm,
                self.crm,
                policy,
                new_stamp=lambda: f"run-stamp-{next(self.stamps)}",
                should_stop=lambda: False,
            ).run(Kind.CONTACTS)
        finally:
            mailbox.close()
        return figures(self.crm.data.lines[before:])

    def item(self, crm_id: str) -> str:
        """The item that a record is linked with."""
        return self.crm.data.links[crm_id].item_id

    def outcome(self) -> tuple[Any, ...]:
        """What users see on both sides, whatever the ids."""
        rows = sorted(repr((row.contact, row.deleted)) for row in self.crm.data.rows.values())
        changes, _ = self.world.round()
        items = sorted(repr((each.contact, sorted(each.categories))) for each in changes)  # type: ignore[union-attr]
        return rows, items


def person(number: int, **values: Any) -> Contact:
    """One of the ten."""
    return Contact(
        given_name=f"P{number}",
        name_prefix="van der",
        surname="Test",
        emails=(f"p{number}@x.example",),
        **values,
    )


@contextmanager
def firm(**readings: Any) -> Iterator[tuple[Firm, list[str]]]:
    """Ten contacts, made, changed, deleted and untagged on either side, none of it synchronised yet."""
    with graph_world(**readings) as world:
        made = Firm(world)
        people = [made.crm.user_adds(person(n, note="note")) for n in range(6)]
        folder = world.state.add_folder(ADDRESS, "Leveranciers")
        world.add(
            folder, givenName="P7", surname="van der Test", categories=[CATEGORY], businessPhones=["ext. 12"]
        )
        world.add(surname="Private")
        made.run()
        made.crm.user_changes(people[0], home_address=HAARLEM)
        made.crm.user_changes(people[1], job_title="crm")
        world.edit(made.item(people[1]), mobilePhone="06 12345678")
        world.edit(made.item(people[2]), jobTitle="outlook", categories=[CATEGORY, "Golf"])
        world.delete(made.item(people[3]))
        made.crm.user_deletes(people[4])
        world.edit(made.item(people[5]), categories=[])
        made.crm.user_adds(person(8))
        world.add(givenName="P9", surname="van der Test", categories=["crmcorner"])
        yield made, people


def _in_step(made: Firm) -> None:
    """Nothing is left to do, nothing is there twice, and looking costs the least."""
    assert not made.crm.data.intents
    assert made.run().changed == 0
    made.world.reset()
    assert made.run().changed == 0
    assert made.world.counts()["counted"] == 3
    items = [link.item_id for link in made.crm.data.links.values()]
    assert len(items) == len(set(items))


@pytest.mark.parametrize("readings", [{}, *alternative_readings()], ids=str)
def test_both_sides_end_equal_under_every_reading(readings: dict[str, Any]) -> None:
    """R17, R18, R42: whatever Microsoft's pages leave open, runs end the same."""
    with firm() as (plain, _):
        plain.run()
        plain.run()
        expected = plain.outcome()
    with firm(**readings) as (made, people):
        made.run()
        made.run()
        assert made.outcome() == expected
        _in_step(made)
        kept = made.world.stored(made.item(people[2]))
        assert (kept["jobTitle"], sorted(kept["categories"])) == ("outlook", [CATEGORY, "Golf"])


@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_dies_at_any_request_loses_and_doubles_nothing(*, after: bool) -> None:
    """R17: killed before or after each request of a run, two runs later all is as if it had not been."""
    with firm() as (whole, _):
        counting = CutTransport(SandboxTransport(whole.world.sandbox), -1, after=after)
        whole.run(transport=counting)
        whole.run()
        expected, requests = whole.outcome(), counting.requests
    assert requests >= 5
    for at in range(requests):
        with firm() as (made, _):
            with pytest.raises(Died):
                made.run(transport=CutTransport(SandboxTransport(made.world.sandbox), at, after=after))
            made.run()
            made.run()
            assert made.outcome() == expected, f"cut at request {at}, after={after}"
            _in_step(made)


KINDS: tuple[FaultKind, ...] = (
    "throttle",
    "unavailable",
    "unavailable_after",
    "drop_after",
    "cut",
    "missing_answer",
)


@pytest.mark.parametrize("kind", KINDS)
def test_trouble_at_any_request_loses_and_doubles_nothing(kind: FaultKind) -> None:
    """R17: refused, unanswered or cut at each request of a run, inside batches too; three runs later all is well."""
    with firm() as (whole, _):
        whole.run()
        whole.run()
        expected = whole.outcome()
    for skip in range(14):
        with firm() as (made, _):
            fault = made.world.sandbox.faults.add(kind, skip=skip, retry_after=60 if skip % 2 else 1)
            for _run in range(3):
                try:
                    made.run()
                except MailboxError:
                    made.world.clock.sleep(600)
            assert made.outcome() == expected, f"{kind} at {skip}"
            _in_step(made)
            struck = fault.struck
        assert struck or skip > 5


def test_a_cursor_that_expires_changes_nothing() -> None:
    """R17: everything is read again and compared."""
    with firm() as (made, _):
        made.run()
        made.run()
        expected = made.outcome()
        world = made.world
        world.state.directory.expire_cursors(world.state.directory.get(ADDRESS).n)
        assert made.run().changed == 0
        assert made.outcome() == expected


def test_writes_are_as_small_as_they_can_be() -> None:
    """R20: a run after one edit in the CRM writes once, one property and what hangs together with it."""
    with firm() as (made, people):
        made.run()
        made.run()
        before = made.world.stored(made.item(people[1]))
        made.crm.user_changes(people[1], job_title="again")
        made.world.reset()
        assert made.run().changed == 1
        assert made.world.counts()["methods"] == {"GET": 3, "PATCH": 1}
        after = made.world.stored(made.item(people[1]))
        assert {name for name in after if after[name] != before.get(name)} == {"jobTitle"}
        assert dataclasses.replace(made.crm.data.rows[people[1]].contact).job_title == "again"
