"""``crmcorner serve [--host HOST] [--port PORT] [--workers N]``."""

import errno
import signal
from types import FrameType
from typing import Any

from cheroot import wsgi
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crmcorner.project.workers import Workers

WEB_THREADS = 10


class Command(BaseCommand):
    """Brings the database up to date and serves the CRM with its background work, all in one process."""

    help = "Serve CRMcorner and do its background work, until stopped with Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port (%(default)s)")
        parser.add_argument(
            "--workers", type=int, default=2, help="how many mailboxes are synchronised at once (%(default)s)"
        )

    def handle(self, **options: Any) -> None:
        """Run until told to stop."""
        if options["workers"] < 1:
            raise CommandError("--workers must be at least 1")
        call_command("migrate", verbosity=0, interactive=False)
        # Imported late: the application reads what has just been put in place.
        from crmcorner.project.wsgi import application  # noqa: PLC0415

        address = (options["host"], options["port"])
        server = wsgi.Server(address, application, numthreads=WEB_THREADS, server_name="CRMcorner")
        try:
            server.prepare()
        except OSError as error:
            raise CommandError(_cannot_listen(error, *address)) from error
        workers = Workers(options["workers"])
        workers.start()
        signal.signal(signal.SIGTERM, _interrupt)
        self.stdout.write(f"CRMcorner is at http://{address[0]}:{server.bind_addr[1]} (stop with Ctrl-C)")
        try:
            server.serve()
        except KeyboardInterrupt:
            self.stdout.write("Stopping …")
        finally:
            workers.stop()
            server.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _cannot_listen(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE or "in use" in str(error):
        return f"Port {port} is in use; choose another with --port."
    return f"Cannot listen on {host}:{port}: {error}"
