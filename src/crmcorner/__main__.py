"""``crmcorner <command>``: the Django commands under one name."""

import os
import sys

from django.core.management import execute_from_command_line

from crmcorner.demo import surroundings


def main() -> None:
    """Run a command; its result is the process's exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmcorner.project.settings")
    if sys.argv[1:2] == ["demo"]:
        surroundings.prepare(sys.argv[2:])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
