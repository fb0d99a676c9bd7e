"""`m365-sandbox serve` and `import`, as a user calls them."""

import io
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from m365_sandbox.__main__ import main
from m365_sandbox.state import State

DATA = Path(__file__).parent / "data"


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    out, err = io.StringIO(), io.StringIO()
    return main([str(each) for each in arguments], out, err), out.getvalue(), err.getvalue()


def test_import_makes_the_mailbox_and_tells_per_file(tmp_path: Path) -> None:
    """Each file is told of: how many were taken, what was noted, what was rejected and why."""
    half = tmp_path / "half.vcf"
    half.write_text("BEGIN:VCARD\nFN:A\nGEO:1;2\nEND:VCARD\nBEGIN:VCARD\nFN:B\n", encoding="utf-8")
    csv_file = tmp_path / "contacts.csv"
    csv_file.write_text("First Name,Last Name\nAnna,Bos\n", encoding="utf-8")
    options = ("--mailbox", "anna@example.org", "--name", "Anna Bos", "--data", tmp_path / "data")
    code, out, err = run("import", half, csv_file, *options)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{half}: 1 taken into anna@example.org, 1 rejected, 1 notes",
        "  2: rejected. The file ends in the middle of this card.",
        "  1: GEO has no room in Outlook: 1;2",
        f"{csv_file}: 1 taken into anna@example.org, 0 rejected, 0 notes",
    ]
    state = State(tmp_path / "data")
    mailbox = state.directory.get("anna@example.org")
    names = [each.properties["displayName"] for each in state.contacts.each(state.folders.default(mailbox.n))]
    assert (mailbox.display_name, names) == ("Anna Bos", ["A", "Anna Bos"])
    state.close()


def test_a_picture_and_extended_properties_arrive(tmp_path: Path) -> None:
    """What Graph has no property for is stored beside the contact."""
    run("import", DATA / "vcard" / "outlook-2007.vcf", "--mailbox", "a@example.org", "--data", tmp_path)
    state = State(tmp_path)
    (contact,) = state.contacts.search(state.directory.get("a@example.org").n, "Angstadt")
    photo = state.attached.photo(contact)
    assert photo is not None
    assert photo.content_type == "image/jpeg"
    assert ("String 0x3A24", "(111) 555-3333") in state.attached.all_extended(contact)
    state.close()


def test_an_unreadable_file_stops_only_itself(tmp_path: Path) -> None:
    """A file that cannot be read is named on the error output, the others are taken, the exit code is 1."""
    nonsense = tmp_path / "nonsense.csv"
    nonsense.write_bytes(b"\x00\x01nothing")
    files = (tmp_path / "missing.vcf", nonsense, DATA / "vcard" / "gmail-single.vcf")
    code, out, err = run("import", *files, "--data", tmp_path / "data")
    assert code == 1
    assert out.startswith(f"{files[2]}: 1 taken")
    assert [line.partition(": ")[0] for line in err.splitlines()] == [str(files[0]), str(nonsense)]


def test_a_busy_data_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is writing all the time costs a message, not a trace."""
    run("import", DATA / "vcard" / "gmail-single.vcf", "--data", tmp_path)
    other = sqlite3.connect(tmp_path / "sandbox.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **options: connect(*args, **{**options, "timeout": 0})
    )
    code, _, err = run("import", DATA / "vcard" / "gmail-single.vcf", "--data", tmp_path)
    other.close()
    assert (code, "Try again." in err) == (1, True)


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    """Serve tells what to do when the port is in use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "m365_sandbox", "serve", "--port", port, "--data", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_stops(tmp_path: Path, stop: signal.Signals) -> None:
    """A server says where it is, answers there, and stops cleanly; files can be imported meanwhile."""
    command = [sys.executable, "-m", "m365_sandbox", "serve", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stdout is not None
        address = server.stdout.readline().split()[4]
        run("import", DATA / "vcard" / "gmail-single.vcf", "--mailbox", "b@example.org", "--data", tmp_path)
        health = httpx2.get(f"{address}_sandbox/health").json()
        server.send_signal(stop)
        rest = server.stdout.read()
        assert server.wait() == 0
    assert [mailbox["address"] for mailbox in health["mailboxes"]] == ["b@example.org"]
    assert rest.endswith("Stopped.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--port", "99999"), "99999 is no port"),
        (("serve", "--latency", "-4"), "-4 is no number of milliseconds"),
        (("import", "a.vcf", "--mailbox", "anna"), "anna is no address of a mailbox"),
        (("import",), "FILE"),
    ],
)
def test_misuse_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    """What cannot be is refused with what to give, before anything is written."""
    with pytest.raises(SystemExit, match="2"):
        run(*arguments, "--data", tmp_path / "data")
    assert said in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    """The data folder must be one."""
    file = tmp_path / "file"
    file.write_bytes(b"")
    code, _, err = run("import", DATA / "vcard" / "gmail-single.vcf", "--data", file)
    assert (code, f"The data folder {file} cannot be used" in err) == (1, True)
