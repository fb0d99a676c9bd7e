"""``crmcorner demo``: a Dutch demo firm and its pretend Outlook, on this machine alone."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from crmcorner.accounts.models import User
from crmcorner.demo import sandbox_process
from crmcorner.demo.build import PASSWORD, PEOPLE, address_of, build_firm
from crmcorner.demo.firm import LOOKED_AT, invent_firm
from crmcorner.demo.mailbox_export import colleagues_contacts, michaels_contacts
from crmcorner.demo.surroundings import add_arguments, folder_of, sandbox_port_of
from crmcorner.items.records import Kind
from crmcorner.outlook.models import Run
from crmcorner.outlook.services.figures import figures_of
from crmcorner.sync.report import Figures


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
        files = {
            "michael": michaels_contacts(firm),
            "sanne": colleagues_contacts(firm, slice(0, 40)),
            "joost": colleagues_contacts(firm, slice(160, 180)),
        }
        folder.mkdir(parents=True, exist_ok=True)
        for username, full_name, _role, _job in PEOPLE:
            file = folder / f"{username}.csv"
            file.write_text(files[username], encoding="utf-8")
            sandbox_process.fill_mailbox(
                folder / "sandbox", address=address_of(username), name=full_name, file=file
            )
            file.unlink()
        build_firm(firm)

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
        wrong = []
        if first.looked_at != LOOKED_AT:
            wrong.append(f"the first run looked at {first.looked_at} contacts, not {LOOKED_AT}")
        if not first.changed:
            wrong.append("the first run changed nothing")
        if second.changed:
            wrong.append(f"the second run changed {second.changed}")
        if wrong:
            raise CommandError("; ".join(wrong))

    def _run(self) -> Figures:
        call_command("sync", user="michael", stdout=self.stdout)
        return figures_of(Run.objects.latest("pk"))[Kind.CONTACTS]
