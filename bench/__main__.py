"""``python -m bench``: counts against bars, and time against computed bounds; 1 if a count missed its bar.

Counts are exact and decide the exit code; time is shown as a ratio to the least that the service's limits allow (four
requests at once, twenty in a batch), and decides nothing. See ``docs/development/measuring.md``.
"""

import argparse
import cProfile
import pstats
import shlex
import sys
import tempfile
from pathlib import Path

from bench import cases, world
from bench.table import Table

SIZES = (1_180, 10_000)

PUSHED_AT_MOST = 9_500
"""More do not go into ten minutes of the service's quota (10,000 requests), what is read besides included."""


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--size", type=int, nargs="+", default=SIZES, help="how many contacts, smallest first"
    )
    parser.add_argument("--no-latency", action="store_true", help="counts and CPU only")
    parser.add_argument(
        "--profile", choices=("push", "pull"), help="where one run of the first size spends its time"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = world.Place(Path(name))
        if options.profile:
            profile(place, options.profile, options.size[0])
            return 0
        table = Table()
        everything(place, table, list(options.size), latency=not options.no_latency)
    table.keep(shlex.join(["python", "-m", "bench", *sys.argv[1:]]))
    for row in table.missed:
        print(f"missed: {row.measure}: {row.shown}, must be {row.limit}", file=sys.stderr)
    return 1 if table.missed else 0


def everything(place: world.Place, table: Table, sizes: list[int], *, latency: bool) -> None:
    """Push, pull, no-op; then both with waiting times."""
    with place.served():
        world.require_limits(place.door)
    bench = cases.Bench(place, table)
    cases.warm_up(bench)
    for size in sizes:
        cases.push(bench, min(size, PUSHED_AT_MOST))
    for size in sizes:
        cases.pull(bench, size)
    cases.first_look(bench, sizes[0])
    cases.colleagues(bench, sizes[0])
    if latency:
        cases.waits(bench, sizes[0])
    table.part("Growth with the number of contacts")
    bench.growth()


def profile(place: world.Place, case: str, size: int) -> None:
    """Print the functions in which a first run of that case spends most."""
    world.add_user(case, place)
    if case == "pull":
        world.fill_mailbox(case, size, place)
    else:
        world.fill_crm(case, size)
    profiler = cProfile.Profile()
    with place.served(), profiler:
        world.measure(case, place.door)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(45)


if __name__ == "__main__":
    sys.exit(main())
