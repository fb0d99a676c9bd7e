"""Triples by chance: what was last agreed, and two sides that came from it; the plan alone brings them together.

One state is made and perturbed twice, as independent ones would never meet a change on both sides. What the plan says is
done as if everything succeeded, in any order, until nothing is left to do.
"""

import dataclasses
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, cast

from crmcorner.items.capabilities import Capabilities
from crmcorner.items.changes import Create, Delete, Stored, Update, Upserted
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import (
    CATEGORY,
    Appointment,
    Contact,
    Content,
    Priority,
    ShowAs,
    Task,
    TaskStatus,
    fields_of,
    with_fields,
)
from crmcorner.items.recurrence import Moved, Pattern, Recurrence
from crmcorner.sync import lens
from crmcorner.sync.actions import Action, CreateInOutlook, Reconcile
from crmcorner.sync.orders import RemoteAction, is_remote, write_of
from crmcorner.sync.plan import Situation, is_idle, plan
from crmcorner.sync.policy import Policy, Winner
from crmcorner.sync.settlements import local_settlement, settlement_of
from crmcorner.sync.state import Base, CrmRecord, Link, LinkStatus, Origin

ROUNDS = 10
"""In so many rounds everything has come to rest."""

CAN = Capabilities(
    list_limits={"emails": 2, "work_phones": 1}, missing=frozenset({"work_faxes"}), note_length=12
)
_WORDS = ("", "a", "b", "Jansen", "één")
_DAYS = (None, date(2026, 3, 29), date(2026, 10, 25))
_MOMENTS = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
_NOTES = ("", "kort", "veel langer dan Outlook kan houden")
_SERIES = (None, Recurrence(pattern=Pattern.WEEKLY, first=date(2026, 3, 29), weekdays=(6,)))
_SUNDAYS = tuple(date(2026, 4, 5) + timedelta(weeks=number) for number in range(3))
_LATER = tuple(
    Moved(original=day, subject="Later", location="", start=_MOMENTS[1] + by, end=_MOMENTS[1] + 2 * by)
    for day in _SUNDAYS[1:]
    for by in (timedelta(hours=1), timedelta(hours=2))
)
_ADDRESS = PostalAddress(street="Weg", house_number="1", postal_code="2011 BN", city="Haarlem", country="NL")

VALUES: dict[type[Content], dict[str, tuple[Any, ...]]] = {
    Contact: {
        "surname": ("Berg", "Smit"),
        "job_title": _WORDS,
        "company": _WORDS,
        "emails": ((), ("a@x.nl",), ("a@x.nl", "b@x.nl"), ("a@x.nl", "b@x.nl", "c@x.nl")),
        "work_phones": ((), ("+31235",), ("+31235", "+31236")),
        "work_faxes": ((), ("+31237",)),
        "home_address": (None, _ADDRESS, replace(_ADDRESS, house_number="2")),
        "birthday": _DAYS,
        "note": _NOTES,
    },
    Task: {
        "subject": ("Bellen", "Mailen"),
        "note": _NOTES,
        "start": _DAYS,
        "due": _DAYS,
        "status": tuple(TaskStatus),
        "priority": tuple(Priority),
        "reminder": (None, *_MOMENTS),
    },
    Appointment: {
        "subject": ("Bezoek", "Overleg"),
        "note": _NOTES,
        "location": _WORDS,
        "start": _MOMENTS,
        "private": (False, True),
        "show_as": tuple(ShowAs),
        "reminder": (None, 0, 15),
        "categories": ((), ("Golf",)),
        "contacts": ((), ("Jan",)),
        "recurrence": _SERIES,
        "cancelled": ((), _SUNDAYS[:1]),
        "moved": ((), (_LATER[0],), (_LATER[1],), (_LATER[0], _LATER[2]), (_LATER[3],)),
    },
}  # fmt: skip


@dataclass
class Side:
    """A record or an item as it now is."""

    content: Content
    version: int = 1
    there: bool = True
    in_scope: bool = True
    categories: tuple[str, ...] = ()


@dataclass
class Triple:
    """A record, an item and what was last agreed between them."""

    crm: Side
    outlook: Side
    link: Link
    policy: Policy


def some(kind: type[Content], chance: Random) -> Content:
    """A state of a record."""
    return with_fields(kind(), {name: chance.choice(values) for name, values in VALUES[kind].items()})


def perturbed(content: Content, chance: Random) -> Content:
    """The same with up to three fields otherwise; often with none."""
    values = VALUES[type(content)]
    names = chance.sample(sorted(values), chance.choice((0, 0, 1, 1, 2, 3)))
    return with_fields(content, {name: chance.choice(values[name]) for name in names})


def triple(seed: int) -> Triple:
    """The triple of a number."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    kind = chance.choice((Contact, Task, Appointment))
    policy = Policy(winner=chance.choice((Winner.CRM, Winner.OUTLOOK)), can=CAN)
    agreed = some(kind, chance)
    view = lens.get(agreed, frozenset(fields_of(agreed)), CAN)
    tagged = (CATEGORY,) if kind is Contact else ()
    crm = Side(perturbed(agreed, chance), version=1 + chance.randrange(2), there=chance.random() > 0.08)
    crm.in_scope = crm.there and chance.random() > 0.08
    held = lens.get(perturbed(view, chance), frozenset(fields_of(view)), CAN)
    outlook = Side(held, version=5, there=chance.random() > 0.08, categories=tagged)
    if outlook.there and chance.random() < 0.08:
        outlook.categories = ("Golf",)
    link = Link(
        crm_id="person:1",
        item_id="item-1",
        origin=chance.choice(list(Origin)),
        status=LinkStatus.ACTIVE,
        scoped=True,
        version="4" if held != view else chance.choice(("4", "5")),
        categories=tagged,
        base=Base(crm=view, outlook=view),
        crm_version=1,
    )
    return Triple(crm, outlook, link, policy)


def record_of(pair: Triple) -> CrmRecord:
    """The CRM's side as the plan sees it."""
    side = pair.crm
    return CrmRecord(
        crm_id=pair.link.crm_id,
        version=side.version,
        content=side.content,
        in_scope=side.in_scope,
        deleted=not side.there,
        holds=frozenset(fields_of(side.content)),
        label="een",
    )


def item_of(pair: Triple) -> Upserted:
    """Outlook's side as the plan sees it."""
    side = pair.outlook
    return Upserted(
        item_id=pair.link.item_id,
        version=str(side.version),
        content=side.content,
        categories=side.categories,
    )


def decide(pair: Triple) -> tuple[Action, ...]:
    """What the plan says of the two sides as they are."""
    there = pair.outlook.there
    situation = Situation(
        links=[pair.link],
        records={pair.link.crm_id: record_of(pair)},
        items={pair.link.item_id: item_of(pair)} if there else {},
        gone=frozenset() if there else frozenset({pair.link.item_id}),
    )
    return plan(situation, pair.policy).actions


def carry_out(pair: Triple, action: Action) -> None:
    """Do what an action says, as if everything succeeded, and settle it."""
    if is_remote(action):
        there = cast("RemoteAction", action)
        write = write_of(there, "stamp")
        if isinstance(write, Delete):
            pair.outlook.there = False
            result = Stored(item_id=write.item_id, item=None)
        else:
            _write(pair, write)
            result = Stored(item_id=pair.link.item_id, item=item_of(pair))
        settled = settlement_of(there, result, 1)
    else:
        settled = local_settlement(action)
    link = settled.link
    if settled.write is not None:
        assert settled.write.version == pair.crm.version, "what is written is what was looked at"
        values = {name: getattr(settled.write.content, name) for name in settled.write.fields}
        pair.crm.content = with_fields(pair.crm.content, values)
        pair.crm.version += 1
        link = dataclasses.replace(link, crm_version=pair.crm.version) if link else None
    if link is not None:
        pair.link = link


def _write(pair: Triple, write: Create | Update) -> None:
    side = pair.outlook
    names = write.fields if isinstance(write, Update) else frozenset(fields_of(write.content))
    if isinstance(write, Update):
        assert write.version in {"", str(side.version)}, "what is written is what was looked at"
    changed = {name for name in names if getattr(side.content, name) != getattr(write.content, name)}
    assert changed == names or isinstance(write, Create), "only what differs is written"
    side.content = with_fields(side.content, {name: getattr(write.content, name) for name in names})
    side.categories = side.categories if write.categories is None else write.categories
    side.version, side.there = side.version + 1, True


def come_to_rest(pair: Triple, told: Counter[str]) -> int:
    """Plan and do until nothing is left; return in how many rounds. ``told`` counts what was done."""
    for done in range(ROUNDS + 1):
        actions = [action for action in decide(pair) if not is_idle(action)]
        for action in actions:
            told[type(action).__name__] += 1
            if isinstance(action, Reconcile):
                told["to both" if action.to_crm and action.to_outlook else "to one"] += 1
                told["conflict"] += bool(action.conflicts)
            if isinstance(action, CreateInOutlook):
                told["made anew"] += 1
        if not [each for each in actions if not _is_rest(each, pair)]:
            return done
        for action in actions:
            carry_out(pair, action)
    raise AssertionError("it does not come to rest")


def _is_rest(action: Action, pair: Triple) -> bool:
    """Whether it only tells that a tie has ended."""
    return pair.link.status not in {LinkStatus.ACTIVE, LinkStatus.PUT_BACK} and not is_remote(action)
