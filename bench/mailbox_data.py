"""Fills a pretend mailbox, and changes what is in it. A process of its own: what it holds is not to be measured.

``python -m bench.mailbox_data FOLDER ADDRESS KIND fill|change COUNT``; the sandbox must not be running on that folder.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench import samples
from crmcorner.items.records import CATEGORY, PROCESSED, Kind
from m365_sandbox.importing.files import import_file
from m365_sandbox.state import State
from m365_sandbox.store.records import Mailbox

TOGETHER = 500
"""Items that are written in one transaction."""


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    folder, address, kind, action, count = arguments
    state = State(Path(folder))
    try:
        mailbox = state.directory.find(address) or state.add_mailbox(address, address.partition("@")[0])
        what = fill if action == "fill" else change
        what(state, mailbox, Kind(kind), int(count))
    finally:
        state.close()
    return 0


def fill(state: State, mailbox: Mailbox, kind: Kind, count: int) -> None:
    """Put that many items in a mailbox that has none."""
    address, family, today = mailbox.address, mailbox.address.partition("@")[0], datetime.now(UTC).date()
    for numbers in _pieces(range(count)):
        with state.transaction():
            for number in numbers:
                if kind is Kind.CONTACTS:
                    state.add_contact(address, samples.contact_json(number, family))
                elif kind is Kind.TASKS:
                    state.add_task(address, samples.task_json(number, today))
                elif kind is Kind.CALENDAR:
                    state.add_event(address, samples.event_json(number, today))
                else:
                    source = samples.mail_source(number, family, address, today)
                    import_file(state, mailbox, io.BytesIO(source))


def change(state: State, mailbox: Mailbox, kind: Kind, count: int) -> None:
    """Change that many of the items, as their owner would; mails are marked for the CRM once more."""
    address, n = mailbox.address, mailbox.n
    with state.transaction():
        if kind is Kind.CONTACTS:
            for contact in state.contacts.page(state.folders.default(n), limit=count):
                state.update_contact(address, contact, {"jobTitle": "directeur"})
        elif kind is Kind.TASKS:
            for task in islice(state.tasks.listed(state.task_lists.default(n)), count):
                state.update_task(address, task, {"importance": "high"})
        elif kind is Kind.CALENDAR:
            for event in islice(state.events.listed(state.calendars.default(n)), count):
                state.update_event(address, event, {"location": {"displayName": "Leiden"}})
        else:
            filed = (each for each in state.messages.each(n) if PROCESSED in each.categories)
            for message in list(islice(filed, count)):
                state.update_message(address, message, {"categories": [CATEGORY]})


def _pieces(numbers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while piece := list(islice(rest, TOGETHER)):
        yield piece


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
