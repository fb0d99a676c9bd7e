"""Where the demo keeps its things and finds its pretend Microsoft 365. The only part of the product that knows one."""

import argparse
import os
import shutil
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

SANDBOX_PORT = 8365
SANDBOX_APPLICATION: Mapping[str, str] = {
    "tenant": "5b8f8a3e-7a0d-4c6b-9a52-2c1f0a6d4e11",
    "client_id": "0f3c2a4e-58c1-4d0e-9b7a-6e1d2c3b4a59",
    "client_secret": "sandbox-secret",
}
"""The application that every sandbox knows from the start; see the sandbox's own documentation."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command ``demo`` takes."""
    parser.add_argument("--once", action="store_true", help="two synchronisations, their tables, the end")
    parser.add_argument(
        "--fresh", action="store_true", help="forget what was tried out before and build anew"
    )
    parser.add_argument("--port", type=int, default=8000, help="where CRMcorner is served (8000)")
    parser.add_argument(
        "--sandbox-port", type=int, default=SANDBOX_PORT, help=f"the sandbox's ({SANDBOX_PORT})"
    )
    parser.add_argument("--folder", type=Path, default=None, help="where the demo keeps its data (.demo)")


def folder_of(options: argparse.Namespace) -> Path:
    """Return the demo's folder; a single run has one of its own, made anew each time."""
    default = Path(".demo-once") if options.once else Path(".demo")
    return Path(options.folder or default).resolve()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sandbox_port_of(options: argparse.Namespace) -> int:
    """Return where the sandbox is served; a single run takes a free port, so that it runs beside a served demo."""
    if options.sandbox_port:
        return int(options.sandbox_port)
    return urlsplit(os.environ["CRMCORNER_LOGIN_URL"]).port or SANDBOX_PORT


def prepare(arguments: Sequence[str]) -> None:
    """Set the surroundings before Django reads them: a data folder and addresses of the demo's own."""
    parser = argparse.ArgumentParser(prog="crmcorner demo", add_help=False)
    add_arguments(parser)
    options, _others = parser.parse_known_args(list(arguments))
    folder = folder_of(options)
    if options.once or options.fresh:
        for part in ("crmcorner", "sandbox"):  # nothing else: the folder may be someone's own
            shutil.rmtree(folder / part, ignore_errors=True)
    port = options.sandbox_port or (_free_port() if options.once else SANDBOX_PORT)
    root = f"http://127.0.0.1:{port}"
    for name in ("CRMCORNER_DATABASE_URL", "CRMCORNER_DATABASE_URL_FILE"):
        os.environ.pop(name, None)
    os.environ["CRMCORNER_DATA"] = str(folder / "crmcorner")
    os.environ["CRMCORNER_GRAPH_URL"] = f"{root}/v1.0"
    os.environ["CRMCORNER_LOGIN_URL"] = root
