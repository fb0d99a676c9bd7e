"""`m365-sandbox serve` and `m365-sandbox import FILE…`."""

import argparse
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TextIO

from cheroot import wsgi

from m365_sandbox.app import Sandbox
from m365_sandbox.importing.contact import UnreadableFileError
from m365_sandbox.importing.files import Outcome, import_file
from m365_sandbox.pages.site import create_site
from m365_sandbox.state import State
from m365_sandbox.store.records import Mailbox

HOST = "127.0.0.1"
PORT = 8365
_LINES_SHOWN = 50


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run a command and give its exit code: 0 when all went well, 1 when something could not be done, 2 misuse."""
    out, err = out or sys.stdout, err or sys.stderr
    options = _parser().parse_args(arguments)
    try:
        state = State(options.data)
    except (OSError, ValueError, sqlite3.Error) as error:
        print(f"The data folder {options.data} cannot be used: {error}", file=err)
        return 1
    try:
        return (
            _serve(state, options, out, err)
            if options.command == "serve"
            else _import(state, options, out, err)
        )
    finally:
        state.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="m365-sandbox",
        description="A pretend Microsoft 365 on your own machine, to try things out with.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="answer on this machine until stopped with Ctrl-C")
    serve.add_argument(
        "--port", type=_port, default=PORT, metavar="N", help="default: %(default)s; 0 takes a free one"
    )
    serve.add_argument(
        "--latency", type=_milliseconds, default=0.0, metavar="MS", help="milliseconds before each answer"
    )
    import_ = commands.add_parser(
        "import", help="put the contacts and events of vCard, Outlook CSV and iCalendar files in a mailbox"
    )
    import_.add_argument("files", nargs="+", type=Path, metavar="FILE")
    import_.add_argument(
        "--mailbox",
        type=_address,
        default="me@example.org",
        metavar="ADDRESS",
        help="made when missing; default: %(default)s",
    )
    import_.add_argument("--name", help="whose mailbox it is, if it is made now; default: the address")
    for command in (serve, import_):
        command.add_argument(
            "--data", type=Path, default=Path("data/sandbox"), metavar="DIR", help="default: ./%(default)s"
        )
    return parser


def _port(written: str) -> int:
    if not written.isdecimal() or int(written) > 65535:
        raise argparse.ArgumentTypeError(f"{written} is no port: give a number from 0 to 65535")
    return int(written)


def _milliseconds(written: str) -> float:
    if not written.replace(".", "", 1).isdecimal():
        raise argparse.ArgumentTypeError(f"{written} is no number of milliseconds: give 0 or more")
    return float(written)


def _address(written: str) -> str:
    name, at, domain = written.strip().rpartition("@")
    if not (name and at and domain) or any(letter.isspace() for letter in written.strip()):
        raise argparse.ArgumentTypeError(
            f"{written} is no address of a mailbox: give one like anna@example.org"
        )
    return written.strip()


def _serve(state: State, options: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    app = create_site(state)
    app.faults.latency.http = options.latency
    server = wsgi.Server((HOST, options.port), app, numthreads=16, request_queue_size=128)
    try:
        server.prepare()
    except OSError as error:
        print(f"Port {options.port} cannot be used: {error}. Give another one with --port.", file=err)
        return 1
    _announce(app, server.bind_addr[1], options.data, out)
    _run(server)
    print("Stopped.", file=out, flush=True)
    return 0


def _announce(app: Sandbox, port: int, data: Path, out: TextIO) -> None:
    print(
        f"The sandbox answers at http://{HOST}:{port}/ ({len(app.state.directory.mailboxes())} mailboxes).\n"
        f"Microsoft Graph: http://{HOST}:{port}/v1.0   Sign-in: http://{HOST}:{port}\n"
        f"Data: {data.resolve()}\nStop with Ctrl-C.",
        file=out,
        flush=True,
    )


def _run(server: wsgi.Server) -> None:
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    answering = threading.Thread(target=server.serve, name="answering", daemon=True)
    answering.start()
    stopping.wait()
    server.stop()
    answering.join(timeout=10)


def _import(state: State, options: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    failed = False
    try:
        mailbox = _mailbox(state, options.mailbox, options.name)
        for path in options.files:
            failed |= not _import_one(state, mailbox, path, out, err)
    except sqlite3.OperationalError as error:
        print(f"The data could not be written ({error}). Is a sandbox busy with them? Try again.", file=err)
        return 1
    return int(failed)


def _mailbox(state: State, address: str, name: str | None) -> Mailbox:
    return state.directory.find(address) or state.add_mailbox(address, name or address)


def _import_one(state: State, mailbox: Mailbox, path: Path, out: TextIO, err: TextIO) -> bool:
    try:
        with path.open("rb") as file:
            outcome = import_file(state, mailbox, file)
    except UnreadableFileError as error:
        print(f"{path}: {error.reason}", file=err)
        return False
    except OSError as error:
        print(f"{path}: it cannot be read: {error.strerror}.", file=err)
        return False
    _tell(path, mailbox, outcome, out)
    return True


def _tell(path: Path, mailbox: Mailbox, outcome: Outcome, out: TextIO) -> None:
    print(
        f"{path}: {outcome.taken} taken into {mailbox.address}, {len(outcome.rejected)} rejected, "
        f"{len(outcome.notes)} notes",
        file=out,
    )
    lines = [f"  {each.position}: rejected. {each.reason}" for each in outcome.rejected]
    lines += [f"  {position}: {note}" for position, note in outcome.notes]
    for line in lines[:_LINES_SHOWN]:
        print(line, file=out)
    if len(lines) > _LINES_SHOWN:
        print(f"  ... and {len(lines) - _LINES_SHOWN} more", file=out)


if __name__ == "__main__":
    sys.exit(main())
