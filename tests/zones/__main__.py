"""`python -m tests.zones`: the proof over all zones and changes. `--every` computes zones with the same clock again.

Exit code 1 where a cell is wrong.
"""

import sys
from argparse import ArgumentParser

from .databases import databases
from .report import lines, try_databases


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.zones", description=__doc__)
    parser.add_argument("--every", action="store_true", help="every zone by itself, aliases too (some ten minutes)")
    every = parser.parse_args().every
    cells, counted = try_databases(databases(), every=every)
    sys.stdout.writelines(f"{line}\n" for line in lines(cells, counted, every=every))
    return 1 if cells.errors else 0


if __name__ == "__main__":
    sys.exit(main())
