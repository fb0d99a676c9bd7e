"""Real processes on a real database: workers killed at random moments, and answers that get lost by the thousand.

    python -m tests.soak.processes SANDBOX FIRST KILLS FAULTS

SANDBOX is the root of a sandbox with mailboxes ``m0@firm.example``, …; each of the KILLS takes one from FIRST on, and so does
each firm whose answers get lost until FAULTS were. A line of JSON tells what was found of each.
"""

import json
import os
import signal
import sys
import time
from random import Random
from typing import Any

import django
import httpx2

from tests.outlook.killed import begun, ended, in_a_process

MANY = 200
"""Records of a firm whose answers get lost: ten batches, in chains and by themselves."""

TRIES = 2
"""At most so many workers are killed, for each that is to be killed at work: some have ended by then."""

LOST = (
    {"kind": "unavailable_after", "method": "POST", "path": "/contacts", "every": 5, "times": 0},
    {"kind": "drop_after", "method": "PATCH", "path": "/contacts", "every": 5, "times": 0},
    {"kind": "missing_answer", "path": "/contacts/", "method": "PATCH", "every": 7, "times": 0},
    {"kind": "missing_answer", "path": "/contacts", "method": "POST", "every": 7, "times": 0},
    {"kind": "drop_after", "path": "/$batch", "every": 11, "times": 0},
)
"""Trouble after the effect: done, and the answer says otherwise or never comes."""


def one_run(number: int, sandbox: str) -> None:
    """Synchronise once."""
    from tests.outlook.killed_firm import plain_run  # noqa: PLC0415 - Django is set up by now

    plain_run(number, sandbox)


def told(number: int, sandbox: str, *, killed: bool) -> None:
    """Synchronise twice without trouble, and print what there is then."""
    from tests.outlook.killed_firm import tell  # noqa: PLC0415 - Django is set up by now

    tell(number, sandbox, killed=killed)


def kill_one_of_two(number: int, sandbox: str, patience: float) -> bool:
    """R15, R17: two workers begin with the same mailbox; one is killed at some moment, and another looks after them.

    Returns whether it was still at work.
    """
    from tests.outlook.killed_firm import a_firm  # noqa: PLC0415 - Django is set up by now

    chance = Random(number)  # noqa: S311 - not for secrets
    a_firm(number)
    workers = [begun(lambda: one_run(number, sandbox)) for _worker in range(2)]
    time.sleep(chance.random() * patience)
    os.kill(workers[chance.randrange(2)], signal.SIGKILL)
    endings = [ended(worker) for worker in workers]
    killed = signal.SIGKILL in endings
    in_a_process(lambda: told(number, sandbox, killed=killed))
    return killed


def lose_answers(number: int, sandbox: str) -> int:
    """R17: a firm whose writes are done and not answered; return how many answers were lost."""
    from tests.outlook.killed_firm import a_firm  # noqa: PLC0415 - Django is set up by now

    a_firm(number, MANY)
    for fault in LOST:
        httpx2.post(f"{sandbox}/_sandbox/faults", json=fault).raise_for_status()
    for title in ("", "inkoper", "verkoper"):
        if title:
            in_a_process(lambda title=title: edit_all(number, title))  # type: ignore[misc]
        for _run in range(2):
            in_a_process(lambda: one_run(number, sandbox))
    found: dict[str, Any] = httpx2.get(f"{sandbox}/_sandbox/faults").json()
    httpx2.delete(f"{sandbox}/_sandbox/faults").raise_for_status()
    in_a_process(lambda: told(number, sandbox, killed=False))
    return sum(each["struck"] for each in found["faults"])


def edit_all(number: int, title: str) -> None:
    """The firm's user changes every record of his own."""
    from crmcorner.accounts.actor import Actor  # noqa: PLC0415 - Django is set up by now
    from crmcorner.accounts.models import User  # noqa: PLC0415
    from crmcorner.items.records import Contact  # noqa: PLC0415
    from crmcorner.people.crm_ids import person_id  # noqa: PLC0415
    from crmcorner.people.models import Person  # noqa: PLC0415
    from crmcorner.people.services.contacts import ContactWrite, save_contacts  # noqa: PLC0415

    user = User.objects.get(username=f"m{number}")
    fields = frozenset({"job_title"})
    writes = [
        ContactWrite(crm_id=person_id(pk), contact=Contact(job_title=title), fields=fields)
        for pk in Person.objects.filter(owner=user).values_list("pk", flat=True)
    ]
    save_contacts(actor=Actor(user=user), writes=writes)


def main(sandbox: str, first: int, kills: int, faults: int) -> None:
    """Kill, then lose answers; what there is then is printed, firm by firm."""
    from crmcorner.outlook.services.connections import open_mailbox  # noqa: F401, PLC0415 - load it before forking
    from tests.outlook.killed_firm import a_firm  # noqa: PLC0415 - Django is set up by now

    number = first
    patience = 0.0
    if kills:
        a_firm(number)
        began = time.monotonic()
        in_a_process(lambda: one_run(number, sandbox))
        patience = 1.2 * (time.monotonic() - began)
        in_a_process(lambda: told(number, sandbox, killed=False))
    killed = 0
    while killed < kills and number < first + TRIES * kills:
        number += 1
        killed += kill_one_of_two(number, sandbox, patience)
    say({"records": MANY})
    lost = 0
    while lost < faults:
        number += 1
        lost += lose_answers(number, sandbox)
        say({"lost": lost})


def say(found: dict[str, int]) -> None:
    """Tell how far it is."""
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "crmcorner.project.settings"
    django.setup()
    main(sys.argv[1], *(int(each) for each in sys.argv[2:5]))
