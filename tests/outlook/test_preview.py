"""R80: what a run would do is shown first, item by item, and nothing is written on either side."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.test import Client

from crmcorner.accounts.actor import COMMAND
from crmcorner.history.models import HistoryLine
from crmcorner.items.records import Contact, Kind
from crmcorner.mailbox.errors import Throttled
from crmcorner.outlook.models import (
    ConflictRow,
    Connection,
    OpenIntent,
    OutlookLink,
    Position,
    Question,
    Retry,
    Run,
)
from crmcorner.outlook.models.run import Trigger
from crmcorner.outlook.services import figures, performing, runs
from crmcorner.people.models import Organisation, Person
from crmcorner.preferences.services import settings
from tests.outlook.world import JAN, PIET, TAGGED, World

pytestmark = pytest.mark.django_db

STORED = (
    Connection,
    OutlookLink,
    Position,
    OpenIntent,
    Question,
    ConflictRow,
    Retry,
    Person,
    Organisation,
    HistoryLine,
)


def stored() -> dict[str, Any]:
    """All that a run may store, but for the runs themselves and the lease."""
    rows = {
        model.__name__: json.loads(serializers.serialize("json", model.objects.order_by("pk")))
        for model in STORED
    }
    for row in rows["Connection"]:
        for name in ("lease_owner", "lease_until", "fence"):
            del row["fields"][name]
    return rows


def preview(world: World) -> Run:
    """Let a preview run to its end."""
    run = runs.start_run(actor=world.actor, user=world.user, trigger=Trigger.COMMAND, preview=True)
    performing.perform_run(run.pk, world.outlook)
    run.refresh_from_db()
    return run


def told(run: Run) -> list[tuple[Any, ...]]:
    """What the lines of a run say, without the ids that things get when they are made."""
    return sorted(
        (line.label, line.outcome, json.dumps(line.changes, sort_keys=True), line.reason, line.is_change)
        for line in run.lines.all()
    )


@pytest.fixture
def world() -> World:
    """Jan in step and changed on both sides; Piet new in Outlook, two more in the CRM, a deletion, a question."""
    found = World()
    jan, gone = found.adds(JAN, PIET)
    found.run()
    found.changes(jan, job_title="directeur")
    found.outlook.user_changes(found.link(jan).item_id, {"nickname": "Janneman"})
    found.outlook.user_deletes(found.link(gone).item_id)
    found.adds(*(kees(n) for n in range(2)))
    found.outlook.user_adds(kees(9), categories=TAGGED)
    return found


def kees(number: int) -> Contact:
    """A further person."""
    return Contact(given_name="Kees", surname=f"Nummer{number}", emails=(f"k{number}@x.example",))


def test_nothing_is_written_on_either_side(world: World) -> None:
    """R80: not a row, not an item; the second preview says the same."""
    before, writes = stored(), len(world.outlook.writes)
    first = preview(world)
    assert (first.state, figures.figures_of(first)[Kind.CONTACTS].changed > 0) == ("done", True)
    assert told(preview(world)) == told(first)
    assert (stored(), len(world.outlook.writes)) == (before, writes)


def test_it_says_what_the_run_then_does(world: World) -> None:
    """R80: item by item, field by field, with the same figures."""
    shown = preview(world)
    done = world.run()
    assert told(done) == told(shown)
    assert figures.figures_of(done) == figures.figures_of(shown)


def test_the_first_run_of_all_can_be_looked_at(db: None) -> None:
    """R80: before anything is written, the list of categories included."""
    world = World()
    world.adds(JAN)
    world.outlook.user_adds(PIET, categories=TAGGED)
    assert figures.figures_of(preview(world))[Kind.CONTACTS].changed == 2
    assert (Position.objects.count(), OutlookLink.objects.count()) == (0, 0)
    assert (world.outlook.categories, world.reread().identity) == (set(), "")
    assert world.figures().changed == 2


def test_mail_takes_no_part(db: None) -> None:
    """R80: what is marked is filed by real runs alone."""
    world = World(kinds="Contacts;Mail")
    assert list(preview(world).kinds.values_list("kind", flat=True)) == ["Contacts"]
    only_mail = World("piet", kinds="Mail")
    with pytest.raises(runs.CannotRun):
        preview(only_mail)


def test_a_preview_does_not_hide_that_a_run_waits(world: World) -> None:
    """R31: a mailbox that waited for Outlook goes on by itself, whatever was looked at in between."""

    def busy(*_given: object) -> None:
        raise Throttled(0.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.outlook, "changes", busy)
        assert world.run().state == "waiting"
    Connection.objects.update(waiting_until=None)
    assert preview(world).state == "done"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmcorner.outlook.tasks.perform_run", _Deaf())
        assert len(runs.start_due_runs()) == 1


class _Deaf:
    """A queue that loses what it is told."""

    def enqueue(self, _run_id: int) -> None:
        """Do nothing."""


def test_the_pages_say_that_it_is_one(world: World, client: Client) -> None:
    """R80: a button on the status screen; the lists behind the figures; the command line."""
    client.force_login(world.user)
    settings.add_setting(actor=COMMAND, type_name="Language", value="EN", user=world.user)
    assert 'name="preview"' in client.get("/outlook/").content.decode()
    run = preview(world)
    for address in ("/", "/outlook/"):
        assert "Nothing was written on either side" in client.get(address).content.decode()
    assert "Nummer9" in client.get(f"/outlook/runs/{run.pk}/contacts/changed/").content.decode()
    assert ">preview<" in client.get("/outlook/runs/").content.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(performing, "open_mailbox", lambda _connection: world.outlook)
        out = StringIO()
        call_command("sync", "--user", "michael", "--preview", "--json", stdout=out)
    assert json.loads(out.getvalue())["preview"] is True
