"""`python -m tests.zones`: the proof over all zones and changes. `--every` computes zones with the same clock again.

Exit code 1 where a cell is wrong.
"""

import sys
from argparse import ArgumentParser

from .places import places
from .report import Counted, lines, try_all


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.zones", description=__doc__)
    parser.add_argument("--every", action="store_true", help="every zone by itself, aliases too (some ten minutes)")
    every = parser.parse_args().every
    cells = try_all(places(), every=every)
    sys.stdout.writelines(f"{line}\n" for line in lines(cells, Counted.of(places()), every=every))
    return 1 if cells.errors else 0


if __name__ == "__main__":
    sys.exit(main())
