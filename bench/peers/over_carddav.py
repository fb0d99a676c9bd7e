"""vdirsyncer with radicale: a folder of vCards in step with a CardDAV server, the mature way to do the same work."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers import vcards
from bench.peers.installing import install, version_of
from bench.peers.process import Cost, Failed, Spent, spend
from bench.place import free_port

START_SECONDS = 30.0
REQUEST = " request for "
"""What radicale writes down once for each request."""

_CONFIGURATION = """
[general]
status_path = "{folder}/status/"

[pair both]
a = "server"
b = "files"
collections = ["contacts"]
conflict_resolution = "a wins"

[storage server]
type = "carddav"
url = "http://127.0.0.1:{port}/bench/"
username = "bench"
password = "bench"

[storage files]
type = "filesystem"
path = "{folder}/files"
fileext = ".vcf"
"""


class OverCardDav:
    """The peer with its server, both as they are installed."""

    name = "vdirsyncer with radicale"

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.programs = install(folder / "environment", ["vdirsyncer", "radicale"])
        self.versions = ", ".join(version_of(self.programs, each) for each in ("vdirsyncer", "radicale"))

    def begin(self, case: str) -> None:
        """See `Contender`."""
        self._files(case).mkdir(parents=True)
        book = self._book(case)
        book.mkdir(parents=True)
        (book / ".Radicale.props").write_text(json.dumps({"tag": "VADDRESSBOOK"}))
        with self._served(case):
            self._run(case, "discover")
        self.sync(case)

    def fill_far(self, case: str, count: int) -> None:
        """See `Contender`."""
        vcards.write(self._book(case), range(count), case)

    def fill_near(self, case: str, count: int) -> None:
        """See `Contender`."""
        vcards.write(self._files(case), range(count), case)

    def change_far(self, case: str, count: int) -> None:
        """See `Contender`."""
        vcards.change(self._book(case), count)

    def change_near(self, case: str, count: int) -> None:
        """See `Contender`."""
        vcards.change(self._files(case), count)

    def sync(self, case: str) -> Cost:
        """See `Contender`."""
        with self._served(case) as log:
            before = _requests(log)
            spent = self._run(case, "sync")
            return Cost(spent, _requests(log) - before, None)

    def start(self, case: str) -> Spent:
        """See `Contender`."""
        return self._run(case, "sync", "--help")

    def held(self, case: str) -> tuple[int, int]:
        """See `Contender`."""
        return vcards.how_many(self._files(case)), vcards.how_many(self._book(case))

    def _run(self, case: str, *what: str) -> Spent:
        folder = self._folder(case)
        (folder / "configuration").write_text(_CONFIGURATION.format(folder=folder, port=self.port))
        command: list[str | Path] = [self.programs / "vdirsyncer", "-c", folder / "configuration", *what]
        return spend(command, {}, folder / "said")

    @contextmanager
    def _served(self, case: str) -> Iterator[Path]:
        """Run the server, whose requests are written down in the file that is handed out."""
        log = self._folder(case) / "server.log"
        command: list[str | Path] = [
            self.programs / "radicale",
            "--hosts",
            f"127.0.0.1:{self.port}",
            "--auth-type",
            "none",
        ]
        command += ["--storage-filesystem-folder", self._folder(case) / "server", "--logging-level", "info"]
        with log.open("wb") as said:
            process = subprocess.Popen(command, stdout=said, stderr=said)  # noqa: S603 - our own command
            try:
                _await(f"http://127.0.0.1:{self.port}/", process)
                yield log
            finally:
                process.terminate()
                process.wait(timeout=30)

    def _folder(self, case: str) -> Path:
        return self.folder / case

    def _files(self, case: str) -> Path:
        return self._folder(case) / "files" / "contacts"

    def _book(self, case: str) -> Path:
        return self._folder(case) / "server" / "collection-root" / "bench" / "contacts"


def _requests(log: Path) -> int:
    return log.read_text(errors="replace").count(REQUEST)


def _await(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers.

    Raises:
        Failed: it ended, or does not answer.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Failed("radicale does not answer")
