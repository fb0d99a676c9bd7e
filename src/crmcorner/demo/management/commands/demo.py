"""``crmcorner demo``: a Dutch demo firm and its pretend Outlook, on this machine alone."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crmcorner.accounts.models import User
from crmcorner.demo import sandbox_process
from crmcorner.demo.build import PASSWORD, PEOPLE, address_of, build_firm
from crmcorner.demo.diary import APPOINTMENTS, TASKS, Diary, invent_diary
from crmcorner.demo.diary_export import tasks_and_appointments
from crmcorner.demo.firm import LOOKED_AT, Firm, invent_firm
from crmcorner.demo.letters import MARKED, write_mails
from crmcorner.demo.mailbox_export import colleagues_contacts, michaels_contacts
from crmcorner.demo.surroundings import add_arguments, folder_of, sandbox_port_of
from crmcorner.items.records import Kind
from crmcorner.outlook.models import Run
from crmcorner.outlook.services.figures import figures_of
from crmcorner.sync.report import Figures

LOOKED_AT_FIRST = {
    Kind.CONTACTS: LOOKED_AT,
    Kind.TASKS: TASKS,
    Kind.CALENDAR: APPOINTMENTS,
    Kind.MAIL: MARKED,
}
"""R11: what the first synchronisation of Michael's mailbox looks at."""


class Command(BaseCommand):
    """Builds the demo firm, starts the sandbox and serves both, or synchronises twice and ends."""

    help = "A demo firm with its pretend Outlook: serves both, or (--once) synchronises twice and ends."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the demo's options."""
        add_arguments(parser)

    def handle(self, *_args: Any, **given: Any) -> None:
        """Build, start, serve or run; raises `CommandError` with what is off."""
        options = argparse.Namespace(**given)
        folder, port = folder_of(options), sandbox_port_of(options)
        try:
            self._build(folder)
            process = sandbox_process.start(folder / "sandbox", port)
        except sandbox_process.SandboxFailed as error:
            raise CommandError(str(error)) from error
        try:
            if options.once:
                self._run_twice()
            else:
                self._serve(options, port)
        finally:
            sandbox_process.stop(process)

    def _build(self, folder: Path) -> None:
        """Make the firm and its mailboxes, unless they are there from an earlier time."""
        call_command("migrate", verbosity=0, interactive=False)
        if User.objects.exists():
            return
        self.stdout.write("Building the demo firm …")
        firm = invent_firm()
        diary = invent_diary(firm, timezone.localdate())
        with tempfile.TemporaryDirectory() as name:
            for username, full_name, _role, _job in PEOPLE:
                sandbox_process.fill_mailbox(
                    folder / "sandbox",
                    address=address_of(username),
                    name=full_name,
                    files=_exported(username, firm, diary, Path(name)),
                )
        build_firm(firm, diary)

    def _serve(self, options: argparse.Namespace, port: int) -> None:
        self.stdout.write(
            f"""
CRMcorner    http://127.0.0.1:{options.port}
its Outlook  http://127.0.0.1:{port}

Sign in as {", ".join(name for name, *_rest in PEOPLE)} (michael is administrator); the password is {PASSWORD}
Stop with Ctrl-C. What you try out stays in {settings.DATA.parent}; start with --fresh to begin anew.
"""
        )
        call_command("serve", host="127.0.0.1", port=options.port)

    def _run_twice(self) -> None:
        first, second = self._run(), self._run()
        wrong = [
            f"the first run looked at {first[kind].looked_at} of {kind.value}, not {wanted}"
            for kind, wanted in LOOKED_AT_FIRST.items()
            if first[kind].looked_at != wanted
        ]
        wrong += [f"the first run changed none of {kind.value}" for kind in first if not first[kind].changed]
        wrong += [
            f"the second run changed {second[kind].changed} of {kind.value}"
            for kind in second
            if second[kind].changed
        ]
        if wrong:
            raise CommandError("; ".join(wrong))

    def _run(self) -> dict[Kind, Figures]:
        call_command("sync", user="michael", stdout=self.stdout)
        return figures_of(Run.objects.latest("pk"))


def _exported(username: str, firm: Firm, diary: Diary, folder: Path) -> list[Path]:
    """Write what a mailbox holds before the first synchronisation, as programs export it; return the files."""
    contacts: dict[str, Callable[[Firm], str]] = {
        "michael": michaels_contacts,
        "sanne": lambda firm: colleagues_contacts(firm, slice(0, 40)),
        "joost": lambda firm: colleagues_contacts(firm, slice(160, 180)),
    }
    csv = folder / f"{username}.csv"
    csv.write_text(contacts[username](firm), encoding="utf-8")
    if username != "michael":
        return [csv]
    now = timezone.now()
    calendar = folder / f"{username}.ics"
    calendar.write_bytes(tasks_and_appointments(diary.outlook_tasks, diary.outlook_appointments, now))
    mails = folder / f"{username}.mbox"
    write_mails(firm, mails, to=address_of(username), until=now)
    return [csv, calendar, mails]
