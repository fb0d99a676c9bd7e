"""What a long run prints: one line for each failure, with the command that plays it again."""

import sys


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def failed(what: str, wrong: str) -> None:
    """Tell of a failure: what failed by which seed, at which step against what, and how to see it again."""
    say(f"FAILED {what}: {wrong}   again: python -m tests.soak --replay {what}")
