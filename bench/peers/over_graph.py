"""vdirsyncer-graph: a folder of vCards in step with Outlook over Graph, against the same sandbox."""

from pathlib import Path

from bench.peers import vcards
from bench.peers.contender import KIND, in_mailbox
from bench.peers.installing import install, version_of
from bench.peers.process import Cost, Spent, spend
from bench.place import Place
from crmcorner.demo.surroundings import SANDBOX_APPLICATION

PACKAGE = "vdirsyncer-graph"
RIGHTS = ("User.Read", "Contacts.ReadWrite", "Calendars.ReadWrite", "Tasks.ReadWrite")
A_DAY = 86_400

_PROGRAM = """
import sys, vdirsyncer_graph.client as client
client.GRAPH = sys.argv.pop(1)
from vdirsyncer_graph.cli import main
main()
"""

_CONFIGURATION = """
[general]
status_path = "{folder}/status/"

[pair both]
a = "outlook"
b = "files"
collections = ["contacts"]
conflict_resolution = "a wins"

[storage outlook]
type = "graph_contacts"
client_id = "{client}"
token_file = "{folder}/token.json"
cache_dir = "{folder}/cache"

[storage files]
type = "filesystem"
path = "{folder}/files"
fileext = ".vcf"
"""


class OverGraph:
    """The peer; where it talks to is the only thing about it that is changed."""

    name = PACKAGE

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.programs = install(folder / "environment", [PACKAGE])
        self.versions = f"{version_of(self.programs, PACKAGE)}, {version_of(self.programs, 'vdirsyncer')}"
        self.tokens: dict[str, str] = {}

    def begin(self, case: str) -> None:
        """See `Contender`."""
        self.place.fill_mailbox(self._name(case), KIND, 0)
        self.tokens[case] = self._token(case)
        folder = self._folder(case)
        self._files(case).mkdir(parents=True)
        configuration = _CONFIGURATION.format(folder=folder, client=SANDBOX_APPLICATION["client_id"])
        (folder / "configuration").write_text(configuration)
        with self.place.served():
            self._run(case, "discover")
        self.sync(case)

    def fill_far(self, case: str, count: int) -> None:
        """See `Contender`."""
        self.place.fill_mailbox(self._name(case), KIND, count)

    def fill_near(self, case: str, count: int) -> None:
        """See `Contender`."""
        vcards.write(self._files(case), range(count), self._name(case))

    def change_far(self, case: str, count: int) -> None:
        """See `Contender`."""
        self.place.change_mailbox(self._name(case), KIND, count)

    def change_near(self, case: str, count: int) -> None:
        """See `Contender`."""
        vcards.change(self._files(case), count)

    def sync(self, case: str) -> Cost:
        """See `Contender`."""
        with self.place.served():
            spent = self._run(case, "sync")
            counts = self.place.door.counts()
        return Cost(spent, counts["http"], counts["counted"], counts["refused"])

    def start(self, case: str) -> Spent:
        """See `Contender`."""
        return self._run(case, "sync", "--help")

    def held(self, case: str) -> tuple[int, int]:
        """See `Contender`."""
        return vcards.how_many(self._files(case)), in_mailbox(self.place, f"{self._name(case)}@bench.example")

    def _run(self, case: str, *what: str) -> Spent:
        root = f"http://127.0.0.1:{self.place.port}/v1.0"
        configuration = self._folder(case) / "configuration"
        command: list[str | Path] = [
            self.programs / "python",
            "-c",
            _PROGRAM,
            root,
            "-c",
            configuration,
            *what,
        ]
        environment = {"GRAPH_ACCESS_TOKEN": self.tokens[case]}
        return spend(command, environment, self._folder(case) / "said")

    def _token(self, case: str) -> str:
        from m365_sandbox.state import State

        state = State(self.place.sandbox_folder)
        try:
            mailbox = state.directory.get(f"{self._name(case)}@bench.example")
            client = SANDBOX_APPLICATION["client_id"]
            state.directory.give_consent(client, mailbox.n)
            issued = state.directory.issue("access", client, scope=RIGHTS, seconds=A_DAY, mailbox=mailbox.n)
            return issued.token
        finally:
            state.close()

    def _name(self, case: str) -> str:
        return f"graph-{case}"

    def _folder(self, case: str) -> Path:
        return self.folder / case

    def _files(self, case: str) -> Path:
        return self._folder(case) / "files" / "contacts"
