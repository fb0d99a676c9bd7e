"""`make soak`: python -m tests.soak [--histories N] [--from-seed N] [--minutes N] [--kills N] [--faults N] [--replay WHAT].

Prints a line for each failure, with the command that plays it again, and ends with 1 if there was any.
"""

import argparse
import os
import sys

from crmcorner.items.records import Kind


def main() -> int:
    """Play histories, kill workers, lose answers."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.splitlines()[-1])
    parser.add_argument("--histories", type=int, default=100_000, help="how many to play in all")
    parser.add_argument("--from-seed", type=int, default=1, help="the first of each kind")
    parser.add_argument(
        "--minutes", type=float, default=0, help="no new histories after so many; 0: no limit"
    )
    parser.add_argument("--kills", type=int, default=200, help="workers to kill at random moments")
    parser.add_argument("--faults", type=int, default=2_000, help="answers to lose after the effect")
    parser.add_argument(
        "--postgres",
        default=os.environ.get("CRMCORNER_TEST_POSTGRES_URL", ""),
        help="URL of a server's database for the killed workers; without one they use SQLite",
    )
    parser.add_argument("--replay", default="", help="what a failure's line names: contacts:17, firm:3, ...")
    given = parser.parse_args()
    what, _colon, number = given.replay.partition(":")
    failures = 0
    if given.replay and what != "firm":
        from tests.soak.long_histories import replay  # noqa: PLC0415 - processes below start without it

        return int(replay(Kind(what.capitalize()), int(number)))
    if given.replay:
        given.histories, given.kills, given.faults, given.from_seed = 0, 1, 0, int(number) - 1
    if given.histories:
        from tests.soak.long_histories import play_all  # noqa: PLC0415

        failures += play_all(given.histories, given.from_seed, given.minutes)
    if given.kills or given.faults:
        from tests.soak.firms import kill_and_lose  # noqa: PLC0415

        failures += kill_and_lose(given.postgres, given.from_seed, given.kills, given.faults)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
