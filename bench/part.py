"""One part of the bench, in a process of its own: ``python -m bench.part NAME``. ``python -m bench`` runs them all."""

import argparse
import cProfile
import pstats
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import cases, firm, first_run, large, mailboxes, quota, waits
from bench.bounds import GROWTH
from bench.peers import cases as peers
from bench.place import Database, NoPostgres, Place, require_limits
from bench.runs import Unfinished, measure
from bench.table import Table
from crmcorner.items.records import Kind

SIZES = (1_180, 10_000)
PARTS = ("sqlite", "postgresql", "quota", "mailboxes", "peers")
LARGE = "large"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what both this and ``python -m bench`` take."""
    parser.add_argument("--size", type=int, nargs="+", default=SIZES, help="how many items, smallest first")
    parser.add_argument("--no-latency", action="store_true", help="counts and CPU only")
    parser.add_argument(
        "--profile", choices=("push", "pull"), help="where one run of the first size spends its time"
    )
    parser.add_argument(
        "--kind", type=Kind, choices=cases.KINDS, default=Kind.CONTACTS, help="of what --profile tells"
    )


def main() -> int:
    """Measure one part and keep its figures; 1 if a count missed its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.part", description=__doc__)
    parser.add_argument("part", choices=(*PARTS, LARGE))
    arguments(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        table = _run(options, Path(name))
    if table is None:
        return 0
    table.keep(f"python -m bench --only {options.part}" + _more(options))
    for part, row in table.missed:
        print(f"missed: {part}: {row.measure}: {row.shown}, must be {row.limit}", file=sys.stderr)
    return 1 if table.missed else 0


def _more(options: argparse.Namespace) -> str:
    """Return the options that make a run another one than the usual."""
    size = "" if tuple(options.size) == SIZES else " --size " + " ".join(map(str, options.size))
    return size + (" --no-latency" if options.no_latency else "")


def _run(options: argparse.Namespace, folder: Path) -> Table | None:
    database = Database.POSTGRESQL if options.part == "postgresql" else Database.SQLITE
    try:
        place = Place(folder, database)
    except NoPostgres as reason:
        print(f"{options.part}: not measured: {reason}")
        return None
    if options.profile:
        _profile(place, options.profile, options.kind, options.size[0])
        return None
    return _table(options, place)


def _table(options: argparse.Namespace, place: Place) -> Table:
    """Measure that part."""
    name, about = options.part, {"database": place.database}
    if name == "quota":
        table = Table(name, "More than the service's quota allows at once", about)
        quota.measure(place, table)
    elif name == "mailboxes":
        table = Table(name, "Many mailboxes at once", about)
        mailboxes.measure_mailboxes(place, table)
    elif name == "peers":
        table = Table(name, "The same work by other programs, in the same run")
        peers.measure_peers(place, table)
    elif name == LARGE:
        table = Table(name, "Up to 100,000 contacts, without a quota", about)
        large.measure_large(place, table)
    else:
        table = Table(name, f"Four kinds against the sandbox with its limits, on {place.database}", about)
        _everything(cases.Bench(place, table), list(options.size), latency=not options.no_latency)
    return table


def _everything(bench: cases.Bench, sizes: list[int], *, latency: bool) -> None:
    """Push, pull, no-op of every kind and size; then with waiting times."""
    with bench.place.served():
        require_limits(bench.place.door)
    cases.warm_up(bench)
    for kind in cases.KINDS:
        for size in sizes:
            if kind is not Kind.MAIL:
                _tried(bench, cases.push, kind, size)
            _tried(bench, cases.pull, kind, size)
    first_run.first_of_all(bench, sizes[0])
    first_run.colleagues(bench, sizes[0])
    everybody = cases.everything(bench, sizes[0])
    cases.all_kinds(bench, everybody, sizes[0])
    if latency:
        waits.waits(bench, sizes[0], everybody)
    bench.table.growth(GROWTH)


def _tried(bench: cases.Bench, case: Callable[[cases.Bench, Kind, int], None], kind: Kind, size: int) -> None:
    """Measure; a run that does not end is a bar missed, and the others go on."""
    try:
        case(bench, kind, size)
    except Unfinished as reason:
        bench.table.remark(str(reason))
        bench.table.count("runs that did not come to their end", 1, 0)


def _profile(place: Place, case: str, kind: Kind, size: int) -> None:
    """Print the functions in which a first run of that case spends most."""
    name = cases.Bench(place, Table("profile", "")).known(case, kind)
    if case == "pull":
        place.fill_mailbox(name, kind, size)
    else:
        firm.fill(name, kind, size)
    profiler = cProfile.Profile()
    with place.served(), profiler:
        measure(name, place.door)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(45)


if __name__ == "__main__":
    sys.exit(main())
