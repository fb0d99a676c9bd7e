"""Kills real processes in the middle of a run, at each of its writes in turn; run by ``test_killed.py``.

    python -m tests.outlook.killed SANDBOX MAILBOXES

SANDBOX is the root of a sandbox, in which MAILBOXES mailboxes ``m0@firm.example``, … are waiting, each with contacts that bear
the category. Every mailbox gets a user with records of his own. A process synchronises him and kills itself at write number
0, 1, 2 …: any statement that changes the database, any request that changes the mailbox, before or after it took effect.
Another process then synchronises twice, and a line of JSON tells what it found. The last line is of a run that was not killed.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django
import httpx2

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Killer:
    """Kills this process at one of its writes; the one that did not come never kills."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def write(self) -> None:
        """Count a write, and be gone if it is the one."""
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
        """Stand before every statement (Django: database instrumentation)."""
        if sql.startswith(WRITES):
            self.write()
        return execute(sql, params, many, context)


class KillingTransport(httpx2.HTTPTransport):
    """Dies before a request that writes is sent, or once its answer is there."""

    def __init__(self, killer: Killer) -> None:
        super().__init__()
        self._killer = killer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass it on."""
        if request.method == "GET" or "/oauth2/" in request.url.path:
            return super().handle_request(request)
        self._killer.write()
        response = super().handle_request(request)
        response.read()
        self._killer.write()
        return response


def begun(work: Callable[[], None]) -> int:
    """Begin it in a process of its own; return that process's number."""
    from django.db import connections  # noqa: PLC0415 - Django is set up by now

    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            sys.stdout.flush()
            os._exit(code)
    return child


def ended(child: int) -> int:
    """Wait for a process; return how it ended: 0 or the signal's number."""
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def in_a_process(work: Callable[[], None]) -> int:
    """Do it in a process of its own; return how that ended."""
    return ended(begun(work))


def main(sandbox: str, mailboxes: int) -> None:
    """Kill at each write, until a run is through without having been killed."""
    from crmcorner.outlook.services.connections import open_mailbox  # noqa: F401, PLC0415 - load it before forking
    from tests.outlook.killed_firm import a_firm, one_run, tell  # noqa: PLC0415 - Django is set up by now

    for number in range(mailboxes):
        a_firm(number)
        ended = in_a_process(lambda n=number: one_run(n, sandbox, Killer(n)))  # type: ignore[misc]
        if ended not in {0, signal.SIGKILL}:
            sys.exit(f"a run ended with {ended}")
        told = in_a_process(lambda n=number, e=ended: tell(n, sandbox, killed=e != 0))  # type: ignore[misc]
        if told:
            sys.exit(f"the runs after it ended with {told}")
        if ended == 0:
            return


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "crmcorner.project.settings"
    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
