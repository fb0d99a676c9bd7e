"""``crmcorner adduser NAME``: a user from the command line; a new firm's first administrator comes in this way."""

import argparse
import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from crmcorner.accounts.actor import COMMAND
from crmcorner.accounts.models.user import Role
from crmcorner.accounts.services import users


class Command(BaseCommand):
    """Makes a user. The password is asked for, twice; or read from standard input where that is no terminal."""

    help = "Make a user who can sign in; with --administrator the first one of a new firm."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("username", metavar="NAME", help="the sign-in name")
        parser.add_argument(
            "--full-name", default="", help="as colleagues know him; default: the sign-in name"
        )
        parser.add_argument("--email", default="", help="his e-mail address")
        parser.add_argument("--administrator", action="store_true", help="he may do everything")

    def handle(self, **options: Any) -> None:
        """Make the user; raises `CommandError` with what is wrong."""
        role = Role.ADMINISTRATOR if options["administrator"] else Role.USER
        try:
            user = users.create_user(
                actor=COMMAND,
                username=options["username"],
                full_name=options["full_name"] or options["username"],
                email=options["email"],
                password=self._password(),
                role=role,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.username}: {user.get_role_display()}")

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password (again): "):
            raise CommandError("The two passwords differ; nothing was made.")
        return password
