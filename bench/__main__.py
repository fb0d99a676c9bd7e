"""``python -m bench``: counts against bars, and time against computed bounds; 1 if a count missed its bar.

Counts are exact and decide the exit code; time is shown as a ratio to the least that the service's limits allow, and
decides nothing. Each part is a process of its own. See ``docs/development/measuring.md``.
"""

import argparse
import subprocess
import sys

from bench import part, picture
from bench.place import ROOT


def main() -> int:
    """Run the parts one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=(*part.PARTS, part.LARGE), nargs="+", help="these parts alone")
    parser.add_argument("--large", action="store_true", help="up to 100,000 contacts as well; takes long")
    part.arguments(parser)
    options = parser.parse_args()
    wanted = list(options.only or (part.PARTS[:1] if options.profile else part.PARTS))
    if options.large and part.LARGE not in wanted:
        wanted.append(part.LARGE)
    only = {*wanted, "--only", "--large"}
    passed = [each for each in sys.argv[1:] if each not in only]
    failed = 0
    for each in wanted:
        print(f"\n== {each}", flush=True)
        command = [sys.executable, "-m", "bench.part", each, *passed]
        failed |= subprocess.run(command, check=False, cwd=ROOT).returncode  # noqa: S603 - our own command
    if not options.profile:
        picture.main()
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
