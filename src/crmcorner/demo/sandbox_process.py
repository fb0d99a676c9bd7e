"""The pretend Microsoft 365 beside the demo, as a process of its own."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

START_SECONDS = 30.0


class SandboxFailed(Exception):
    """It could not be started or filled; the message says why."""


def fill_mailbox(data: Path, *, address: str, name: str, files: Sequence[Path]) -> None:
    """Import files into a mailbox, which is made if need be. The sandbox must not be running on that folder.

    Raises:
        SandboxFailed: the import was refused.
    """
    named = [str(file) for file in files]
    command = [*_COMMAND, "import", *named, "--mailbox", address, "--name", name, "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise SandboxFailed(done.stderr.strip() or done.stdout.strip())


def start(data: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start the sandbox and wait until it answers.

    Raises:
        SandboxFailed: it ended at once (a port in use, say) or does not answer.
    """
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*_COMMAND, "serve", "--port", str(port), "--data", str(data)], stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SandboxFailed(f"the sandbox ended at once; is port {port} in use?")
        if _answers(port):
            return process
        time.sleep(0.1)
    process.terminate()
    raise SandboxFailed("the sandbox does not answer")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the sandbox; its mailboxes stay on disk."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_COMMAND = (sys.executable, "-m", "m365_sandbox")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_sandbox/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
