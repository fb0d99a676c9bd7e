"""R17: a run of tasks, or of appointments, cut at every durable step, then two runs: nothing lost, nothing doubled."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from crmcorner.items.records import Attendee, Content, Kind, TaskStatus, with_fields
from crmcorner.mailbox.memory.mailbox import BIN
from crmcorner.outlook.models import OpenIntent, OutlookLink
from crmcorner.planning.models import Appointment as AppointmentRow
from crmcorner.planning.models import Task as TaskRow
from crmcorner.planning.services import appointments, tasks
from tests.outlook.test_crash import its_lease_runs_out, run_until
from tests.outlook.test_planning_runs import CALL, a_visit, add, change, in_crm, today
from tests.outlook.world import World
from tests.sync.cutting import CutMailbox, Died, Fuse


@dataclass(frozen=True)
class Scene:
    """What a kind's own test is about: the kind, how many steps its run has, a record, and a change of it."""

    kind: Kind
    steps: int
    content: Content
    done: dict[str, Any]


SCENES = (
    Scene(Kind.TASKS, 13, CALL, {"status": TaskStatus.COMPLETED, "completed_on": today()}),
    Scene(Kind.CALENDAR, 13, a_visit(), {"private": True, "location": "Haarlem"}),
)
CUTS = [
    pytest.param(scene, step, after, id=f"{scene.kind}-{step}-{'after' if after else 'before'}")
    for scene in SCENES
    for step in range(scene.steps)
    for after in (False, True)
]


def named(scene: Scene, subject: str) -> Content:
    """Return the scene's record under another name."""
    return with_fields(scene.content, {"subject": subject})


def a_world(scene: Scene) -> World:
    """Something to be done about each, on either side."""
    mailbox = CutMailbox(page_size=2)
    mailbox.can = replace(mailbox.can, batch_size=2)  # more transactions, more places to cut
    world = World(mailbox=mailbox, kinds="Tasks;Calendar")
    changed, gone, deleted = (add(world, named(scene, name)) for name in ("Changed", "Gone", "Deleted"))
    edited = world.outlook.user_adds(named(scene, "Edited"))
    world.run()
    change(world, changed, **scene.done)
    world.outlook.user_changes(edited, scene.done)
    world.outlook.user_deletes(world.link(gone).item_id)
    number = int(deleted.partition(":")[2])
    if scene.kind is Kind.TASKS:
        tasks.delete_task(actor=world.actor, task=TaskRow.objects.get(pk=number))
    else:
        row = AppointmentRow.objects.get(pk=number)
        appointments.delete_appointment(actor=world.actor, appointment=row)
    add(world, named(scene, "Fresh"))
    world.outlook.user_adds(named(scene, "Novel"))
    return world


def facts(scene: Scene, content: Content) -> tuple[str, bool]:
    """Return a record's name, and whether the change is in it."""
    return content.subject if hasattr(content, "subject") else "", all(
        getattr(content, name) == value for name, value in scene.done.items()
    )


def crm_side(scene: Scene) -> list[tuple[str, bool]]:
    """Return what the CRM holds."""
    model, word = (TaskRow, "task") if scene.kind is Kind.TASKS else (AppointmentRow, "appointment")
    keys = model.objects.filter(deleted_at=None).values_list("pk", flat=True)
    return sorted(facts(scene, in_crm(f"{word}:{pk}")) for pk in keys)


def outlook_side(scene: Scene, world: World) -> list[tuple[str, bool]]:
    """Return what Outlook holds."""
    return sorted(facts(scene, item.content) for item in world.outlook.items.values() if item.folder != BIN)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.kind.value)
def test_every_step_is_cut(real_commits: None, scene: Scene) -> None:
    """The steps that the test below goes through are all that there are."""
    fuse = Fuse(-1, after=False)
    run_until(a_world(scene), fuse, scene.kind)
    assert fuse.steps == scene.steps


@pytest.mark.parametrize(("scene", "step", "after"), CUTS)
def test_cut_at_any_step_ends_as_if_it_had_not_been(
    real_commits: None,
    scene: Scene,
    step: int,
    after: bool,
) -> None:
    """R17: killed before or after any write, the next run leads to the same as an uncut one, and the second is idle."""
    world = a_world(scene)
    with pytest.raises(Died):
        run_until(world, Fuse(step, after=after), scene.kind)
    its_lease_runs_out()
    assert world.run().state == "done"
    assert world.figures(scene.kind).changed == 0
    assert not OpenIntent.objects.exists()
    both = [("Changed", True), ("Edited", True), ("Fresh", False), ("Novel", False)]
    assert crm_side(scene) == sorted([*both, ("Gone", False)])
    assert outlook_side(scene, world) == both
    statuses = OutlookLink.objects.filter(kind=scene.kind.value).values_list("status", flat=True)
    assert sorted(statuses) == ["active"] * 4 + ["removed", "withdrawn"]


def test_a_meeting_that_waits_for_its_owner_waits_after_a_cut_too(real_commits: None) -> None:
    """R85, R17: however the run was cut, nothing is written to a meeting with attendees before he has said so."""
    scene = SCENES[1]
    guests = (Attendee(email="jan@berg.example"),)
    for step in range(4):
        for after in (False, True):
            OutlookLink.objects.all().delete()
            AppointmentRow.objects.all().delete()
            world = World(f"u{step}{after}", mailbox=CutMailbox(), kinds="Calendar")
            item = world.outlook.user_adds(replace(a_visit(), attendees=guests))
            world.run()
            record = OutlookLink.objects.get(item_id=item, connection=world.connection).crm_id
            change(world, record, subject="Anders")
            try:
                run_until(world, Fuse(step, after=after), scene.kind)
            except Died:
                its_lease_runs_out()
            world.run()
            assert world.outlook.writes == []
