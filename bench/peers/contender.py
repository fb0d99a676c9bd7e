"""What every program that is compared has to do, and ours doing it."""

import sys
from typing import Protocol

from bench import firm
from bench.peers.process import Cost, Spent, spend
from bench.place import Place
from crmcorner.items.records import Kind

KIND = Kind.CONTACTS


class Contender(Protocol):
    """A program with a near side and a far side of its own for each case, both empty at first."""

    name: str
    versions: str

    def begin(self, case: str) -> None:
        """Prepare the two sides of a case and bring them in step while they are empty."""
        ...

    def fill_far(self, case: str, count: int) -> None:
        """Put that many contacts on the server."""
        ...

    def fill_near(self, case: str, count: int) -> None:
        """Put that many contacts on our side."""
        ...

    def change_far(self, case: str, count: int) -> None:
        """Change that many contacts on the server."""
        ...

    def change_near(self, case: str, count: int) -> None:
        """Change that many contacts on our side."""
        ...

    def sync(self, case: str) -> Cost:
        """Bring the two sides in step."""
        ...

    def start(self, case: str) -> Spent:
        """Start the program and have it do nothing."""
        ...

    def held(self, case: str) -> tuple[int, int]:
        """Return how many contacts the near side and the far side have."""
        ...


def in_mailbox(place: Place, address: str) -> int:
    """Return how many contacts a mailbox of the sandbox has, while it is not running."""
    from m365_sandbox.state import State

    state = State(place.sandbox_folder)
    try:
        return state.contacts.how_many(state.folders.default(state.directory.get(address).n))
    finally:
        state.close()


class Ours:
    """CRMcorner, by its command."""

    name = "CRMcorner"
    versions = "this version"

    def __init__(self, place: Place) -> None:
        self.place = place

    def begin(self, case: str) -> None:
        """See `Contender`."""
        firm.add_user(case, self.place, (KIND,))
        self.sync(case)

    def fill_far(self, case: str, count: int) -> None:
        """See `Contender`."""
        self.place.fill_mailbox(case, KIND, count)

    def fill_near(self, case: str, count: int) -> None:
        """See `Contender`."""
        firm.fill(case, KIND, count)

    def change_far(self, case: str, count: int) -> None:
        """See `Contender`."""
        self.place.change_mailbox(case, KIND, count)

    def change_near(self, case: str, count: int) -> None:
        """See `Contender`."""
        firm.change(case, KIND, count)

    def sync(self, case: str) -> Cost:
        """See `Contender`."""
        with self.place.served():
            spent = self._run("--user", case, "--json")
            counts = self.place.door.counts()
        return Cost(spent, counts["http"], counts["counted"], counts["refused"])

    def start(self, case: str) -> Spent:  # noqa: ARG002 - the same for every case
        """See `Contender`."""
        return self._run("--help")

    def held(self, case: str) -> tuple[int, int]:
        """See `Contender`."""
        from crmcorner.people.models import Person

        near = Person.objects.filter(owner=firm.user_of(case)).count()
        return near, in_mailbox(self.place, f"{case}@bench.example")

    def _run(self, *told: str) -> Spent:
        command = [sys.executable, "-m", "crmcorner", "sync", *told]
        return spend(command, {}, self.place.folder / "sync.log")
