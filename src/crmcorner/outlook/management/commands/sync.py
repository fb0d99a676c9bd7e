"""``crmcorner sync --user NAME [--kinds Contacts] [--full] [--preview] [--json]``."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from crmcorner.accounts.actor import COMMAND
from crmcorner.accounts.models import User
from crmcorner.items.records import Kind
from crmcorner.outlook import wording
from crmcorner.outlook.management.status_table import console_on, ending_text, figures_table, language
from crmcorner.outlook.management.watch import Watch
from crmcorner.outlook.models import Run, RunKind
from crmcorner.outlook.models.run import RunState, Trigger
from crmcorner.outlook.services import figures, performing, runs
from crmcorner.preferences.types import kinds_of, parse_kinds


class Command(BaseCommand):
    """Synchronises one user's mailbox, showing how far it is. A run that is going on already is followed instead.

    ``sleep`` waits so many seconds, while following.
    """

    help = "Synchronise one user's Outlook with the CRM now. Exit code 0 if it was done, 1 if not."
    requires_system_checks = ()
    sleep: Callable[[float], None] = staticmethod(time.sleep)

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--user", required=True, metavar="NAME", help="the user's sign-in name")
        parser.add_argument(
            "--kinds", default="", help="what is to take part, such as Contacts; default: all that is on"
        )
        parser.add_argument(
            "--full", action="store_true", help="read everything afresh and compare it, not only what changed"
        )
        parser.add_argument(
            "--preview", action="store_true", help="write nothing, and say what would be written"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON and nothing else")

    def handle(self, **options: Any) -> None:
        """Run it."""
        with translation.override(language()):
            run = self._run(options)
            ending = ending_text(run)
            rows = figures.rows_of(run, runs.kinds_on(run.connection.user))
            if options["json"]:
                self.stdout.write(json.dumps(_as_json(run, rows, ending), indent=2) + "\n")
            else:
                console_on(self.stdout).print(figures_table(rows))
            if run.state != RunState.DONE:
                raise CommandError(ending)

    def _run(self, options: dict[str, Any]) -> Run:
        user = _user(options["user"])
        try:
            kinds = kinds_of(parse_kinds(options["kinds"].replace(",", ";"))) or None
            run = runs.start_run(
                actor=COMMAND,
                user=user,
                trigger=Trigger.COMMAND,
                kinds=kinds,
                full=options["full"],
                preview=options["preview"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except runs.CannotRun as error:
            raise CommandError(str(wording.HINDRANCES[error.hindrance])) from error
        console = console_on(self.stdout, quiet=options["json"])
        with Watch(console) as watch, _gentle_interrupt():
            if run.state == RunState.QUEUED:
                performing.perform_run(run.pk, on_progress=watch.note)
            else:
                console.print(_("This mailbox is being synchronised already; that run is shown."))
            self._follow(run, watch)
        return Run.objects.select_related("connection__user").get(pk=run.pk)

    def _follow(self, run: Run, watch: Watch) -> None:
        """Show a run of another process until it ends."""
        while True:
            runs.interrupt_dead_runs(run.connection)
            run.refresh_from_db()
            if run.state not in runs.LIVE or performing.shutting_down.is_set():
                return
            for part in RunKind.objects.filter(run=run, finished=False).exclude(phase=""):
                watch.note(Kind(part.kind), part.phase, part.done, part.total)
            self.sleep(0.5)


@contextmanager
def _gentle_interrupt() -> Iterator[None]:
    """Let the first Ctrl-C stop the run at its next step; the second one ends the process."""

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        performing.shutting_down.set()
        signal.signal(signal.SIGINT, before)

    try:
        before = signal.signal(signal.SIGINT, ask_to_stop)
    except ValueError:  # not in the main thread: then Ctrl-C is somebody else's affair
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _user(name: str) -> User:
    try:
        return User.objects.get(username__iexact=name)
    except User.DoesNotExist as error:
        known = ", ".join(User.objects.order_by("username").values_list("username", flat=True)[:20])
        text = _("There is no user with the sign-in name “%(name)s”. There are: %(known)s.")
        raise CommandError(text % {"name": name, "known": known or "–"}) from error


def _as_json(run: Run, rows: tuple[figures.KindRow, ...], ending: str) -> dict[str, Any]:
    return {
        "run": run.pk,
        "state": run.state,
        "preview": run.preview,
        "problem": run.problem,
        "message": ending,
        "kinds": [
            {
                "kind": row.kind.value,
                "count": row.figures.looked_at if row.figures else None,
                "changed": row.figures.changed if row.figures else None,
                "errors": row.figures.errors if row.figures else None,
                "left": row.left,
            }
            for row in rows
        ],
    }
