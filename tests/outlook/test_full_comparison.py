"""R83: everything is read afresh now and then, and on request; what deltas missed is mended, and the balance closes."""

import json
from datetime import timedelta
from io import StringIO
from unittest.mock import ANY

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from crmcorner.accounts.actor import COMMAND
from crmcorner.items.records import Contact
from crmcorner.mailbox.errors import Unreachable
from crmcorner.mailbox.memory.mailbox import DEFAULT_FOLDER
from crmcorner.outlook.models import Position, Run, RunKind
from crmcorner.outlook.models.run import Trigger
from crmcorner.outlook.services import performing, runs
from crmcorner.preferences.services import settings
from tests.outlook.world import JAN, PIET, TAGGED, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Jan is in step."""
    found = World()
    found.adds(JAN)
    found.run()
    return found


def full(world: World) -> Run:
    """Compare everything."""
    run = runs.start_run(actor=world.actor, user=world.user, trigger=Trigger.COMMAND, full=True)
    performing.perform_run(run.pk, world.outlook)
    run.refresh_from_db()
    assert run.state == "done"
    return run


def days_pass(world: World, days: int) -> None:
    """Let the last full comparison be so many days old."""
    rows = Position.objects.filter(connection=world.connection)
    rows.update(compared_at=timezone.now() - timedelta(days=days))


def reads_everything(world: World) -> bool:
    """Whether a run begins anew."""
    return bool(RunKind.objects.get(run=world.run()).balance)


def test_a_run_reads_what_changed_until_a_day_has_passed(world: World) -> None:
    """R83: by the setting; 0 is never."""
    assert not reads_everything(world)
    days_pass(world, 1)
    assert reads_everything(world)
    assert not reads_everything(world)
    settings.add_setting(actor=COMMAND, type_name="Outlook_FullDays", value="0", user=world.user)
    days_pass(world, 400)
    assert not reads_everything(world)


def test_a_comparison_that_was_cut_is_not_taken_for_one(world: World) -> None:
    """R17, R83: it is done again."""
    days_pass(world, 2)

    def gone(*_given: object) -> None:
        raise Unreachable

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.outlook, "changes", gone)
        assert world.run().state == "failed"
    assert reads_everything(world)


def test_what_the_delta_never_tells_of_is_found(world: World) -> None:
    """R83: with immutable ids an item that was moved out and back is reported removed, and then never again."""
    item = world.outlook.user_adds(PIET, categories=TAGGED)
    world.run()
    world.outlook.loses_returned = True
    world.outlook.user_moves(item, "elders")
    world.outlook.user_moves(item, DEFAULT_FOLDER)
    world.run()
    world.outlook.user_changes(item, {"job_title": "directeur"})
    world.run()
    full(world)
    assert world.in_crm(item).job_title == "directeur"


def test_it_ends_in_the_same_state(world: World) -> None:
    """R83: where nothing was missed, nothing is written on either side."""
    world.outlook.user_adds(PIET, categories=TAGGED)
    world.run()
    writes = len(world.outlook.writes)
    assert not full(world).lines.filter(is_change=True).exists()
    assert len(world.outlook.writes) == writes


def test_the_balance_closes(world: World) -> None:
    """R83: of each side, all that is in scope is in step, resting, skipped, failed or waiting."""
    world.adds(*(Contact(surname="Dubbel", company=f"Firma {n}") for n in range(2)))
    world.run()
    world.outlook.user_adds(Contact(surname="Dubbel"), categories=TAGGED)
    world.outlook.user_adds(Contact(), categories=TAGGED)
    world.outlook.user_adds(Contact(surname="Privé"))
    gone = world.outlook.user_adds(PIET, categories=TAGGED)
    world.run()
    world.outlook.user_deletes(gone)
    balance = RunKind.objects.get(run=full(world)).balance
    outlook, crm = balance["outlook"], balance["crm"]
    assert outlook.get("missing", 0) == crm.get("missing", 0) == 0
    assert (outlook["skipped"], crm["resting"]) == (1, 1)
    assert sum(outlook.values()) == sum(
        item.categories == TAGGED and item.folder == DEFAULT_FOLDER for item in world.outlook.items.values()
    )


def test_what_is_missing_is_said(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """R83: an item that nothing is known of is told loudly, on the screen and in the log."""
    item = world.outlook.user_adds(PIET, categories=TAGGED)
    run = runs.start_run(actor=world.actor, user=world.user, trigger=Trigger.COMMAND, full=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmcorner.sync.executor._KindRun.take_items", lambda *_given: None)
        performing.perform_run(run.pk, world.outlook)
    assert item in world.outlook.items
    assert RunKind.objects.get(run=run).balance["outlook"]["missing"] == 1
    assert "does not close" in caplog.text


def test_it_can_be_asked_for(world: World, client: Client) -> None:
    """R83: by a button on the status screen, and on the command line; the screen shows the balance."""
    client.force_login(world.user)
    settings.add_setting(actor=COMMAND, type_name="Language", value="EN", user=world.user)
    page = client.get("/outlook/").content.decode()
    assert 'name="full"' in page
    run = full(world)
    assert "in Outlook: 1 = 1 in step" in client.get("/outlook/").content.decode()
    assert "everything compared" in client.get("/outlook/runs/").content.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(performing, "open_mailbox", lambda _connection: world.outlook)
        out = StringIO()
        call_command("sync", "--user", "michael", "--full", "--json", stdout=out)
    assert json.loads(out.getvalue())["state"] == "done"
    assert Run.objects.latest("pk").full
    assert (run.full, json.loads(out.getvalue())["run"]) == (True, ANY)
